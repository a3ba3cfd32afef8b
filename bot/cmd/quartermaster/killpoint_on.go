//go:build killpoints

package main

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

var passed atomic.Int64

// killPoint ends the process as kill -9 would, at the n-th pass of the point that
// QUARTERMASTER_KILLPOINT names ("effect.sent:2").
func killPoint(name string) {
	want, nth, _ := strings.Cut(os.Getenv("QUARTERMASTER_KILLPOINT"), ":")
	n, err := strconv.ParseInt(nth, 10, 64)
	if err != nil {
		n = 1
	}
	if name == want && passed.Add(1) == n {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal is on its way; nothing more may happen
	}
}

// lease is short in crash tests, so that takeover need not be waited for.
func lease() time.Duration {
	d, err := time.ParseDuration(os.Getenv("QUARTERMASTER_LEASE"))
	if err != nil {
		return 0
	}
	return d
}
