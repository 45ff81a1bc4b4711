package outsidetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Proxy answers for hosts whose addresses a provider has built in. Go's
// clients go through the proxy in HTTPS_PROXY, and trust SSL_CERT_FILE.
//
// It returns these two variables. The handler sees the hosts in Request.Host.
func Proxy(t testing.TB, handler http.Handler, hosts ...string) map[string]string {
	t.Helper()
	certificate, file := selfSigned(t, hosts)
	inside := &pipe{conns: make(chan net.Conn), closed: make(chan struct{})}
	answering := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
	go func() { _ = answering.Serve(inside) }() // ends with Close
	t.Cleanup(func() { _ = answering.Close() })

	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hijacker, ok := w.(http.Hijacker)
		if r.Method != http.MethodConnect || !ok {
			http.Error(w, "only CONNECT", http.StatusMethodNotAllowed)
			return
		}
		conn, _, err := hijacker.Hijack()
		if err != nil {
			return
		}
		if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
			conn.Close()
			return
		}
		inside.give(tls.Server(conn, config))
	}))
	t.Cleanup(server.Close)
	return map[string]string{"HTTPS_PROXY": server.URL, "SSL_CERT_FILE": file}
}

// selfSigned is a certificate that is its own authority, and its file.
func selfSigned(t testing.TB, hosts []string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "outsidetest"}, DNSNames: hosts,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "authority.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	require.NoError(t, os.WriteFile(file, text, 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// pipe is a listener for connections that somebody else accepted.
type pipe struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipe) give(conn net.Conn) {
	select {
	case p.conns <- conn:
	case <-p.closed:
		conn.Close()
	}
}

// Accept implements net.Listener.
func (p *pipe) Accept() (net.Conn, error) {
	select {
	case conn := <-p.conns:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p *pipe) Close() error {
	close(p.closed)
	return nil
}

// Addr implements net.Listener.
func (p *pipe) Addr() net.Addr { return &net.TCPAddr{} }
