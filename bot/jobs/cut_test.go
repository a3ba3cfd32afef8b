package jobs_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/jobs"
	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/core/plan"
)

// cutter stands between the program and Postgres and can eat the answer to a
// commit: the server has done it, the program never hears so.
type cutter struct {
	every int64 // cut every so manieth commit; 0: none
	seen  atomic.Int64
	cuts  atomic.Int64
	on    atomic.Bool
}

// listen puts the cutter in front of the database at rawURL, a unix socket, and
// returns the address to use instead.
func (c *cutter) listen(t *testing.T, rawURL string) string {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	behind := filepath.Join(q.Get("host"), ".s.PGSQL."+q.Get("port"))
	dir, err := os.MkdirTemp("", "cut-") // short: a socket's path is
	if err != nil {
		t.Fatal(err)
	}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = ln.Close()
		_ = os.RemoveAll(dir)
	})
	go func() {
		for {
			front, err := ln.Accept()
			if err != nil {
				return
			}
			go c.relay(front, behind)
		}
	}()
	q.Set("host", dir)
	q.Set("port", "5432")
	u.RawQuery = q.Encode()
	return u.String()
}

// relay passes bytes both ways until one side ends or a commit is cut.
func (c *cutter) relay(front net.Conn, path string) {
	back, err := (&net.Dialer{}).Dial("unix", path)
	if err != nil {
		_ = front.Close()
		return
	}
	var deaf atomic.Bool // the answer is read and thrown away
	answered := make(chan struct{})
	go func() {
		defer func() {
			_ = front.Close()
			_ = back.Close()
		}()
		buf := make([]byte, 64<<10)
		for {
			n, err := back.Read(buf)
			if n > 0 && deaf.Load() {
				close(answered)
				return
			}
			if _, werr := front.Write(buf[:n]); err != nil || werr != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := front.Read(buf)
		if n > 0 && c.on.Load() && bytes.Contains(buf[:n], []byte("commit\x00")) && c.seen.Add(1)%c.every == 0 {
			deaf.Store(true)
			c.cuts.Add(1)
			_, _ = back.Write(buf[:n])
			select {
			case <-answered:
			case <-time.After(10 * time.Second):
			}
			return
		}
		if _, werr := back.Write(buf[:n]); err != nil || werr != nil {
			_, _ = io.Copy(io.Discard, front)
			_ = back.Close()
			return
		}
	}
}

// The connection is cut exactly at the commit, again and again: the transaction
// is done and nobody hears of it. Everything still happens once.
func TestConnectionCutAtCommit(t *testing.T) {
	t.Parallel()
	want := fault.Rounds(10, 50)
	tally := fault.Count(t, "the connection is cut at the commit: done, and the answer eaten", 0)
	c := &cutter{every: 7}
	s := openAt(t, c.listen(t, pgtest.New(t)), 4*want, nil)
	list := s.check("one")
	s.idle()
	c.on.Store(true)
	for _, p := range list {
		click := jobs.Click{Key: fmt.Sprintf("click-%d", p.ID), Action: plan.Approve, User: "UA", Proposal: p.ID, Version: p.Version, Digest: plan.Digest(p)}
		for s.svc.Click(t.Context(), click) != nil { // the person presses again
			time.Sleep(5 * time.Millisecond)
		}
	}
	s.until("enough commits were cut", func() bool { return c.cuts.Load() >= int64(want) })
	c.on.Store(false)
	s.idle()
	if n := s.number(`select count(*) from purchase_order`); n != len(list) {
		t.Errorf("%d orders, want %d", n, len(list))
	}
	if n := s.number(`select count(*) from decision where outcome = 'allow'`); n != len(list) {
		t.Errorf("%d decisions, want %d", n, len(list))
	}
	doubt := s.eachOnce(len(list))
	for name, n := range map[string]int{"cuts": int(c.cuts.Load()), "clicks": len(list), "letters": s.letters(), "letters asked about": doubt} {
		tally.Add(name, n)
	}
}
