// Package pki makes the certificates of the embedded cluster. Keys never leave
// the folder they are made in, which only its owner can read.
package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	authorityLife = 10 * 365 * 24 * time.Hour
	leafLife      = 365 * 24 * time.Hour
	renewBefore   = 30 * 24 * time.Hour
	clockSkew     = 5 * time.Minute
)

// Authority signs certificates.
type Authority struct {
	dir, name string
	cert      *x509.Certificate
	key       crypto.Signer
}

// Leaf describes a certificate for a server, a client or both.
type Leaf struct {
	Name          string // file name without ending
	CommonName    string
	Organizations []string
	Hosts         []string // DNS names and IP addresses; none means a client only
}

// Pair is a certificate and its key, as PEM files.
type Pair struct{ Cert, Key string }

// OpenAuthority reads the authority called name in dir, or makes it.
func OpenAuthority(dir, name string) (*Authority, error) {
	a := &Authority{dir: dir, name: name}
	cert, key, err := readPair(a.Pair())
	if err == nil && time.Now().Before(cert.NotAfter.Add(-leafLife)) {
		a.cert, a.key = cert, key
		return a, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	template, err := newTemplate("tripsage-"+name, nil, authorityLife)
	if err != nil {
		return nil, err
	}
	template.IsCA, template.BasicConstraintsValid = true, true
	template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature
	if a.cert, a.key, err = writePair(a.Pair(), template, nil, nil); err != nil {
		return nil, err
	}
	return a, nil
}

// Pair returns the authority's own files.
func (a *Authority) Pair() Pair { return pairAt(a.dir, a.name) }

// Issue returns the files of a certificate for leaf, and makes it anew when it
// is missing, near its end, signed by another authority, or for other names.
func (a *Authority) Issue(leaf Leaf) (Pair, error) {
	pair := pairAt(a.dir, leaf.Name)
	if cert, _, err := readPair(pair); err == nil && a.stillGood(cert, leaf) {
		return pair, nil
	}
	template, err := newTemplate(leaf.CommonName, leaf.Organizations, leafLife)
	if err != nil {
		return pair, err
	}
	template.KeyUsage = x509.KeyUsageDigitalSignature
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	if len(leaf.Hosts) > 0 {
		template.ExtKeyUsage = append(template.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
	}
	template.DNSNames, template.IPAddresses = split(leaf.Hosts)
	_, _, err = writePair(pair, template, a.cert, a.key)
	return pair, err
}

func (a *Authority) stillGood(cert *x509.Certificate, leaf Leaf) bool {
	names, addresses := split(leaf.Hosts)
	sameAddresses := slices.EqualFunc(cert.IPAddresses, addresses, func(x, y net.IP) bool { return x.Equal(y) })
	return time.Now().Before(cert.NotAfter.Add(-renewBefore)) && cert.CheckSignatureFrom(a.cert) == nil &&
		cert.Subject.CommonName == leaf.CommonName && slices.Equal(cert.Subject.Organization, leaf.Organizations) &&
		slices.Equal(cert.DNSNames, names) && sameAddresses
}

func split(hosts []string) (names []string, addresses []net.IP) {
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			addresses = append(addresses, ip)
		} else {
			names = append(names, host)
		}
	}
	return names, addresses
}

func newTemplate(name string, organizations []string, life time.Duration) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name, Organization: organizations},
		NotBefore:    now.Add(-clockSkew), NotAfter: now.Add(life),
	}, nil
}

// writePair signs template with the parent's key, or with its own when there
// is no parent. The key is written first: a certificate without a key would be
// worse than a key without a certificate.
func writePair(pair Pair, template, parent *x509.Certificate, signer crypto.Signer) (*x509.Certificate, crypto.Signer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return nil, nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	if err := writePEM(pair.Key, "PRIVATE KEY", secret); err != nil {
		return nil, nil, err
	}
	if err := writePEM(pair.Cert, "CERTIFICATE", der); err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return cert, key, err
}

func readPair(pair Pair) (*x509.Certificate, crypto.Signer, error) {
	certDER, err := readPEM(pair.Cert)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := readPEM(pair.Key)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(certDER)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", pair.Cert, err)
	}
	key, err := x509.ParsePKCS8PrivateKey(keyDER)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", pair.Key, err)
	}
	signer, ok := key.(*ecdsa.PrivateKey)
	if !ok || !signer.PublicKey.Equal(cert.PublicKey) {
		return nil, nil, fmt.Errorf("%s does not belong to %s: delete both and run again", pair.Key, pair.Cert)
	}
	return cert, signer, nil
}

func readPEM(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("%s is not a PEM file: delete it and run again", path)
	}
	return block.Bytes, nil
}

// writePEM replaces the file in one step.
func writePEM(path, kind string, der []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	data := pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func pairAt(dir, name string) Pair {
	return Pair{Cert: filepath.Join(dir, name+".crt"), Key: filepath.Join(dir, name+".key")}
}
