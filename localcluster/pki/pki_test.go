package pki_test

import (
	"crypto/tls"
	"crypto/x509"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/localcluster/pki"
)

func open(t *testing.T, dir, name string) *pki.Authority {
	t.Helper()
	authority, err := pki.OpenAuthority(dir, name)
	require.NoError(t, err)
	return authority
}

func issue(t *testing.T, authority *pki.Authority, leaf pki.Leaf) (pki.Pair, *x509.Certificate) {
	t.Helper()
	pair, err := authority.Issue(leaf)
	require.NoError(t, err)
	loaded, err := tls.LoadX509KeyPair(pair.Cert, pair.Key)
	require.NoError(t, err)
	return pair, loaded.Leaf
}

func trust(t *testing.T, authority *pki.Authority) *x509.CertPool {
	t.Helper()
	text, err := os.ReadFile(authority.Pair().Cert)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(text))
	return pool
}

func TestServerCertificateIsForItsHostsOnly(t *testing.T) {
	authority := open(t, t.TempDir(), "ca")
	_, cert := issue(t, authority, pki.Leaf{Name: "api", CommonName: "api", Hosts: []string{"localhost", "127.0.0.1"}})
	for host, fine := range map[string]bool{"localhost": true, "127.0.0.1": true, "example.com": false, "10.0.0.1": false} {
		_, err := cert.Verify(x509.VerifyOptions{DNSName: host, Roots: trust(t, authority)})
		assert.Equal(t, fine, err == nil, host)
	}
}

func TestClientCertificateIsNoServers(t *testing.T) {
	authority := open(t, t.TempDir(), "ca")
	_, cert := issue(t, authority, pki.Leaf{Name: "admin", CommonName: "admin", Organizations: []string{"system:masters"}})
	assert.Equal(t, []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, cert.ExtKeyUsage)
	assert.Equal(t, []string{"system:masters"}, cert.Subject.Organization)
}

func TestAnotherAuthorityIsNotTrusted(t *testing.T) {
	dir := t.TempDir()
	_, cert := issue(t, open(t, dir, "ca"), pki.Leaf{Name: "api", CommonName: "api", Hosts: []string{"localhost"}})
	_, err := cert.Verify(x509.VerifyOptions{DNSName: "localhost", Roots: trust(t, open(t, dir, "other"))})
	assert.Error(t, err)
}

func TestCertificatesAreKeptUntilTheyNoLongerFit(t *testing.T) {
	dir := t.TempDir()
	leaf := pki.Leaf{Name: "api", CommonName: "api", Hosts: []string{"localhost"}}
	_, first := issue(t, open(t, dir, "ca"), leaf)
	_, again := issue(t, open(t, dir, "ca"), leaf)
	assert.Equal(t, first.Raw, again.Raw, "a second run changes nothing")

	leaf.Hosts = append(leaf.Hosts, "127.0.0.1")
	_, more := issue(t, open(t, dir, "ca"), leaf)
	assert.NotEqual(t, first.Raw, more.Raw, "another host needs another certificate")

	authority := open(t, dir, "ca")
	require.NoError(t, os.Remove(authority.Pair().Cert))
	require.NoError(t, os.Remove(authority.Pair().Key))
	_, other := issue(t, open(t, dir, "ca"), leaf)
	assert.NotEqual(t, more.Raw, other.Raw, "a new authority makes new certificates")
}

func TestKeysAreTheirOwnersOnly(t *testing.T) {
	pair, _ := issue(t, open(t, t.TempDir(), "ca"), pki.Leaf{Name: "api", CommonName: "api"})
	info, err := os.Stat(pair.Key)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

func TestABrokenAuthorityIsAnErrorNotANewOne(t *testing.T) {
	dir := t.TempDir()
	pair := open(t, dir, "ca").Pair()
	require.NoError(t, os.WriteFile(pair.Cert, []byte("nonsense"), 0o600))
	_, err := pki.OpenAuthority(dir, "ca")
	assert.ErrorContains(t, err, "ca.crt is not a PEM file: delete it and run again")
}

func TestAKeyOfAnotherCertificateIsNoticed(t *testing.T) {
	dir := t.TempDir()
	pair := open(t, dir, "ca").Pair()
	other := open(t, dir, "other").Pair()
	text, err := os.ReadFile(other.Key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(pair.Key, text, 0o600))
	_, err = pki.OpenAuthority(dir, "ca")
	assert.ErrorContains(t, err, "does not belong to")
}
