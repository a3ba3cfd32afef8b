package pgembed

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// namespaces tells that the system has user namespaces.
const namespaces = true

// nobody is the uid and gid that every system's passwd knows under that name.
const nobody = 65534

// attr starts the process in a session of its own, as the identity.
func (as identity) attr() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Setsid: true}
	switch {
	case as.namespace:
		a.Cloneflags = syscall.CLONE_NEWUSER
		a.UidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getuid(), Size: 1}}
		a.GidMappings = []syscall.SysProcIDMap{{ContainerID: nobody, HostID: os.Getgid(), Size: 1}}
	case as.drop:
		a.Credential = &syscall.Credential{Uid: uint32(as.uid), Gid: uint32(as.gid)}
	}
	return a
}

// alive tells whether process pid is a server of the cluster. A server works in its
// data directory, and a zombie in none.
func alive(pid int, data string) bool {
	reap(pid)
	return worksIn(strconv.Itoa(pid), data)
}

// worksIn tells whether the process has data as its working directory, and in doubt,
// when it cannot be looked at, whether it is a postgres of the owner of data.
func worksIn(pid, data string) bool {
	proc := filepath.Join("/proc", pid)
	cwd, err := os.Stat(filepath.Join(proc, "cwd"))
	if errors.Is(err, os.ErrPermission) {
		comm, _ := os.ReadFile(filepath.Join(proc, "comm"))
		by, err := owner(proc)
		of, errData := owner(data)
		return string(comm) == "postgres\n" && err == nil && errData == nil && by.uid == of.uid
	}
	if err != nil {
		return false
	}
	dir, err := os.Stat(data)
	return err == nil && os.SameFile(cwd, dir)
}

// deserted tells that no process lives in the cluster. Children of a dead server
// count as living.
func deserted(data string) bool {
	processes, err := os.ReadDir("/proc")
	if err != nil {
		return false
	}
	return !slices.ContainsFunc(processes, func(p os.DirEntry) bool {
		_, err := strconv.Atoi(p.Name())
		return err == nil && worksIn(p.Name(), data)
	})
}
