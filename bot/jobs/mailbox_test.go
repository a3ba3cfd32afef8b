package jobs_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/connectors"
)

// postOffice is a mailbox that can be away. It counts how often it was asked.
type postOffice struct{ away, asked atomic.Int64 }

func (p *postOffice) Read(context.Context, time.Time, func([]string) ([]string, error)) ([]connectors.Mail, error) {
	p.asked.Add(1)
	if p.away.Load() > 0 {
		return nil, errors.New("imap: login failed for canary")
	}
	return nil, nil
}

// The channel is told of a mailbox that stays away, once, without the words of its
// server, and on the same card that it is back; a failure in passing is not told.
func TestMailboxAwayIsTold(t *testing.T) {
	t.Parallel()
	box := &postOffice{}
	s := open(t, 1, func(c *jobs.Config) { c.Mailbox, c.MailboxEvery = box, 5*time.Millisecond })
	const key = "note/mailbox"
	says := func(want string) func() bool {
		return func() bool {
			s.desk.mu.Lock()
			defer s.desk.mu.Unlock()
			c := s.desk.shown[key]
			return c.Note != nil && strings.Contains(c.Note.Text, want)
		}
	}
	looked := func(times int64) {
		from := box.asked.Load()
		s.until("the mailbox was looked into", func() bool { return box.asked.Load() >= from+times })
	}
	looked(5)
	if n := s.number(`select count(*) from card where key = $1`, key); n != 0 {
		t.Fatal("a mailbox that can be read was told of")
	}
	box.away.Store(1)
	s.until("the channel is told", says("cannot be read since"))
	looked(10)
	box.away.Store(0)
	s.until("the channel is told that it is back", says("fetched again"))
	looked(5)
	s.idle()
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	if n := s.number(`select version from card where key = $1`, key); n != 2 || s.desk.posts[key] != 1 {
		t.Errorf("the card has version %d and stands %d times", n, s.desk.posts[key])
	}
	if text := s.desk.shown[key].Note.Text; strings.Contains(text, "canary") {
		t.Errorf("the server's words are in %q", text)
	}
}
