package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/tripsage/infrastructure/service/servicetest"
)

const tlsCache = "rediss://:c4che-secret@cache.example:6379/0"

func TestCertificates(t *testing.T) {
	one, two := servicetest.NewAuthority(t), servicetest.NewAuthority(t)
	load := func(path, url string) (Config, error) {
		return Load(env(map[string]string{"DRAGONFLY_CA_FILE": path, "DRAGONFLY_URL": url}))
	}
	cfg, err := load(one.File, tlsCache)
	require.NoError(t, err)
	assert.True(t, one.Pool.Equal(cfg.Cache.CAs))

	text := func(path string) string {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(data)
	}
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	cfg, err = load(write("both", "two of them:\n"+text(one.File)+"\n"+text(two.File)), tlsCache)
	require.NoError(t, err, "a bundle with words in between")
	assert.False(t, one.Pool.Equal(cfg.Cache.CAs))

	damaged := strings.Replace(text(two.File), "-----END", "!-----END", 1)
	for name, tc := range map[string]struct{ path, problem string }{
		"missing":    {filepath.Join(dir, "missing"), "cannot be opened (no such file or directory)"},
		"empty":      {write("empty", "\n"), "is an empty file"},
		"words":      {write("words", "no certificate"), "holds no certificate"},
		"damaged":    {write("damaged", text(one.File)+damaged), "holds a damaged certificate"},
		"unreadable": {write("unreadable", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), "holds a certificate that cannot be read"},
		"a key":      {write("key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), "holds something else than certificates"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(tc.path, tlsCache)
			require.Error(t, err)
			assert.Contains(t, err.Error(), fmt.Sprintf("1 fault:\n  - DRAGONFLY_CA_FILE=%q %s; expected the path of a readable PEM file", tc.path, tc.problem))
		})
	}

	_, err = load(one.File, goodCache)
	require.Error(t, err)
	assert.Equal(t, fmt.Sprintf("the environment has 1 fault:\n  - DRAGONFLY_CA_FILE=%q is set, but DRAGONFLY_URL is without TLS; "+
		"expected a rediss:// URL in DRAGONFLY_URL, or no DRAGONFLY_CA_FILE", one.File), err.Error())
}

func FuzzParseCertificates(f *testing.F) {
	f.Add("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
	f.Add("-----BEGIN ")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		pool, err := parseCertificates(text)
		assert.Equal(t, err == nil, pool != nil)
	})
}
