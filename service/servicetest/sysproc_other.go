//go:build unix && !linux

package servicetest

import "syscall"

func sysProcAttr(id *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: id}
}
