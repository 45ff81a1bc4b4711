package service

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// NetworkCode names the network fault in err, and says whether there is one.
// Adapters ask it after their own protocol's errors.
func NetworkCode(err error) (Code, bool) {
	switch {
	case isNameError(err):
		return CodeNameNotResolved, true
	case isTLSError(err):
		return CodeTLSFailed, true
	case errors.Is(err, syscall.ECONNREFUSED):
		return CodeConnectionRefused, true
	case isTimeout(err):
		return CodeTimeout, true
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return CodeConnectionLost, true
	default:
		return "", false
	}
}

// isNameError leaves DNS timeouts to the timeout code: the name may well exist.
func isNameError(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && !dns.IsTimeout
}

func isTLSError(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		authority    x509.UnknownAuthorityError
		hostname     x509.HostnameError
		record       tls.RecordHeaderError
		alert        tls.AlertError
	)
	return errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &hostname) ||
		errors.As(err, &record) || errors.As(err, &alert)
}

func isTimeout(err error) bool {
	var netErr net.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.As(err, &netErr) && netErr.Timeout()
}
