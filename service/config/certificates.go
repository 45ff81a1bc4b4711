package config

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
)

// certificates reads the optional PEM file of CA certificates that key names. It returns nil
// without one.
func (r *reader) certificates(key string) *x509.CertPool {
	const expected = "the path of a readable PEM file with the certificates of the CA"
	path := r.getenv(key)
	if path == "" {
		return nil
	}
	text, err := readFile(path)
	if err != nil {
		r.fault(key, path, err.Error(), expected)
		return nil
	}
	pool, err := parseCertificates(text)
	if err != nil {
		r.fault(key, path, err.Error(), expected)
		return nil
	}
	return pool
}

// parseCertificates is strict where AppendCertsFromPEM is not: that one passes over whatever it
// cannot read, and a damaged file would only show as a server that is not trusted.
func parseCertificates(text string) (*x509.CertPool, error) {
	pool, count := x509.NewCertPool(), 0
	for rest := []byte(text); ; count++ {
		block, after := pem.Decode(rest)
		if block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, errors.New("holds something else than certificates")
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("holds a certificate that cannot be read")
		}
		pool.AddCert(certificate)
		rest = after
	}
	switch {
	case count != strings.Count(text, "-----BEGIN "):
		return nil, errors.New("holds a damaged certificate")
	case count == 0:
		return nil, errors.New("holds no certificate")
	}
	return pool, nil
}

// encrypted refuses a CA for a connection without TLS: whoever set it expects the server to be
// verified.
func (r *reader) encrypted(key string, pool *x509.CertPool, urlKey string, url Secret) {
	if pool != nil && strings.HasPrefix(url.Reveal(), "redis:") {
		r.fault(key, r.getenv(key), "is set, but "+urlKey+" is without TLS", "a rediss:// URL in "+urlKey+", or no "+key)
	}
}
