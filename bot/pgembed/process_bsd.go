//go:build unix && !linux

package pgembed

import "syscall"

// namespaces tells that the system has user namespaces.
const namespaces = false

// attr starts the process in a session of its own, as the identity.
func (as identity) attr() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setsid: true}
	if as.drop {
		a.Credential = &syscall.Credential{Uid: uint32(as.uid), Gid: uint32(as.gid)}
	}
	return a
}

// alive tells whether process pid may be a server of the cluster: it exists.
func alive(pid int, _ string) bool {
	reap(pid)
	return syscall.Kill(pid, 0) == nil
}

// deserted is never sure: nobody here knows whose process a pid is. The server
// removes stale lock files itself when their pid is free.
func deserted(string) bool { return false }
