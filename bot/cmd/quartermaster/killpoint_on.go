//go:build killpoints

package main

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"quartermaster/bot"
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

// forTests shortens what would only be waited for, and arms the kill point.
func forTests(c *bot.Config) {
	c.KillPoint = killPoint
	for name, to := range map[string]*time.Duration{"QUARTERMASTER_LEASE": &c.Lease, "QUARTERMASTER_PACE": &c.SlackPace} {
		if d, err := time.ParseDuration(os.Getenv(name)); err == nil {
			*to = d
		}
	}
}
