package service

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime/debug"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCodeOf(t *testing.T) {
	assert.Equal(t, Code(""), CodeOf(nil))
	assert.Equal(t, CodeNotFound, CodeOf(fmt.Errorf("x: %w", &Error{Code: CodeNotFound})))
	assert.Equal(t, CodeTimeout, CodeOf(fmt.Errorf("x: %w", context.DeadlineExceeded)))
	assert.Equal(t, CodeInternal, CodeOf(errors.New("x")))

	cause := errors.New("cause")
	err := &Error{Code: CodeStarting, Err: cause}
	assert.EqualError(t, err, "starting: cause")
	assert.EqualError(t, &Error{Code: CodeStarting}, "starting")
	assert.ErrorIs(t, err, cause)
}

func TestNetworkCode(t *testing.T) {
	wrap := func(err error) error {
		return fmt.Errorf("x: %w", &net.OpError{Op: "dial", Net: "tcp", Err: err})
	}
	for name, tc := range map[string]struct {
		err  error
		want Code
	}{
		"refused":         {wrap(os.NewSyscallError("connect", syscall.ECONNREFUSED)), CodeConnectionRefused},
		"reset":           {wrap(os.NewSyscallError("read", syscall.ECONNRESET)), CodeConnectionLost},
		"closed":          {wrap(net.ErrClosed), CodeConnectionLost},
		"end":             {wrap(io.EOF), CodeConnectionLost},
		"name":            {wrap(&net.DNSError{Err: "no such host", IsNotFound: true}), CodeNameNotResolved},
		"slow name":       {wrap(&net.DNSError{Err: "i/o timeout", IsTimeout: true}), CodeTimeout},
		"deadline":        {wrap(os.ErrDeadlineExceeded), CodeTimeout},
		"context":         {fmt.Errorf("x: %w", context.DeadlineExceeded), CodeTimeout},
		"unknown issuer":  {fmt.Errorf("x: %w", x509.UnknownAuthorityError{}), CodeTLSFailed},
		"wrong host":      {fmt.Errorf("x: %w", x509.HostnameError{Certificate: &x509.Certificate{}}), CodeTLSFailed},
		"not TLS":         {fmt.Errorf("x: %w", tls.RecordHeaderError{Msg: "x"}), CodeTLSFailed},
		"alert":           {wrap(tls.AlertError(40)), CodeTLSFailed},
		"bad certificate": {wrap(&tls.CertificateVerificationError{Err: errors.New("expired")}), CodeTLSFailed},
	} {
		t.Run(name, func(t *testing.T) {
			code, ok := NetworkCode(tc.err)
			assert.True(t, ok)
			assert.Equal(t, tc.want, code)
		})
	}
	_, ok := NetworkCode(errors.New("something else"))
	assert.False(t, ok)
}

func TestBuildInfo(t *testing.T) {
	recorded := func(version string, settings ...debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{GoVersion: "go1.26.0", Main: debug.Module{Version: version}, Settings: settings}
	}
	revision := debug.BuildSetting{Key: "vcs.revision", Value: "abc123"}
	modified := debug.BuildSetting{Key: "vcs.modified", Value: "true"}
	for name, tc := range map[string]struct {
		version, commit string
		recorded        *debug.BuildInfo
		want            BuildInfo
	}{
		"nothing known":       {"", "", nil, BuildInfo{"dev", "unknown", "unknown"}},
		"linker only":         {"v1.2.3", "c0ffee", nil, BuildInfo{"v1.2.3", "c0ffee", "unknown"}},
		"linker wins":         {"v1.2.3", "c0ffee", recorded("v9.9.9", revision), BuildInfo{"v1.2.3", "c0ffee", "go1.26.0"}},
		"toolchain":           {"", "", recorded("v9.9.9", revision), BuildInfo{"v9.9.9", "abc123", "go1.26.0"}},
		"changed sources":     {"", "", recorded("(devel)", revision, modified), BuildInfo{"dev", "abc123-dirty", "go1.26.0"}},
		"without git":         {"", "", recorded("(devel)", modified), BuildInfo{"dev", "unknown", "go1.26.0"}},
		"no version recorded": {"", "", recorded(""), BuildInfo{"dev", "unknown", "go1.26.0"}},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tc.want, NewBuildInfo(tc.version, tc.commit, tc.recorded))
		})
	}
}

func TestRequestIDTravelsInTheContext(t *testing.T) {
	assert.Empty(t, RequestID(t.Context()))
	assert.Equal(t, "abc", RequestID(WithRequestID(t.Context(), "abc")))
}
