package servicetest

import "syscall"

// sysProcAttr ends the server with the test process, even when that is killed.
func sysProcAttr(id *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: id, Pdeathsig: syscall.SIGQUIT}
}
