// Package imaptest is a real IMAP server inside a test.
package imaptest

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// Password opens the mailbox; it is a word that nothing else holds.
const Password = "canary-mail-password"

// Server has one mailbox, INBOX.
type Server struct {
	URL  string // for IMAP_URL
	user *imapmemserver.User
	t    testing.TB
}

// New starts a server that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{user: imapmemserver.NewUser("shop", Password), t: t}
	if err := s.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory := imapmemserver.New()
	memory.AddUser(s.user)
	server := imapserver.New(&imapserver.Options{InsecureAuth: true, Caps: imap.CapSet{imap.CapIMAP4rev1: {}},
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		}})
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.Serve(l) }) // ends with an error when it is closed
	t.Cleanup(func() { _ = server.Close(); serving.Wait() })
	s.URL = "imap://shop:" + Password + "@" + l.Addr().String()
	return s
}

// Mail is a raw message; more are further header lines, each with its line end. An
// empty id leaves the Message-ID out.
func Mail(id, from, subject, more, body string) []byte {
	if id != "" {
		more = "Message-ID: <" + id + ">\n" + more
	}
	return []byte(strings.ReplaceAll(fmt.Sprintf("From: %s\nTo: shop@shop.example\nSubject: %s\nDate: Sun, 22 Nov 2026 09:00:00 +0000\n%s\n%s", from, subject, more, body), "\n", "\r\n"))
}

// Put lays a raw message into the mailbox.
func (s *Server) Put(raw []byte) {
	s.t.Helper()
	if _, err := s.user.Append("INBOX", literal{bytes.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
		s.t.Fatal(err)
	}
}

// Count returns how many messages there are, and how many of them nobody has seen.
func (s *Server) Count() (all, unseen int) {
	s.t.Helper()
	status, err := s.user.Status("INBOX", &imap.StatusOptions{NumUnseen: true, NumMessages: true})
	if err != nil {
		s.t.Fatal(err)
	}
	return int(*status.NumMessages), int(*status.NumUnseen)
}

type literal struct{ *bytes.Reader }

// Size returns the length of the message.
func (l literal) Size() int64 { return l.Reader.Size() }
