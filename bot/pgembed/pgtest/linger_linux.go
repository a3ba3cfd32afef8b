package pgtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
)

// linger waits until nobody has used the server for ten seconds, and stops it
// then, if the process is still the server of that directory.
const linger = `lock=$1 pid=$2 data=$3
running() { [ "$(readlink "/proc/$pid/cwd")" = "$data" ]; }
while running; do
	flock -x "$lock" true
	sleep 10
	running && flock -n -x "$lock" kill -INT "$pid" && exit
done`

// stopWhenUnused leaves a shell behind that stops the server some time after the
// last test program has ended. Without flock(1) the server stays.
func stopWhenUnused(dir string, pid int) {
	if _, err := exec.LookPath("flock"); err != nil {
		return
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer func() { _ = null.Close() }()
	args := []string{"sh", "-c", linger, "sh", filepath.Join(dir, "users.lock"), strconv.Itoa(pid), filepath.Join(dir, "data")}
	p, err := os.StartProcess("/bin/sh", args,
		&os.ProcAttr{Dir: "/", Files: []*os.File{null, null, null}, Sys: &syscall.SysProcAttr{Setsid: true}})
	if err == nil {
		_ = p.Release()
	}
}
