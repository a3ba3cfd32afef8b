package fault

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Mailbox is a mail server. Pick says how the next letter goes wrong; it is called
// once per connection and may be nil.
type Mailbox struct {
	URL string // for SMTP_URL

	pick func() Name
	mu   sync.Mutex
	took map[string]int // letters taken, by the order number in their subject
	text []string       // and as they came
	hits map[Name]int
	told []string // user names and passwords, as they came
	done chan struct{}
}

// NewMailbox starts a mail server that ends with the test.
func NewMailbox(t testing.TB, pick func() Name) *Mailbox {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &Mailbox{URL: "smtp://" + l.Addr().String(), pick: pick, took: map[string]int{}, hits: map[Name]int{}, done: make(chan struct{})}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer func() { _ = c.Close() }()
				m.serve(c)
			})
		}
	})
	t.Cleanup(func() { close(m.done); _ = l.Close(); all.Wait() })
	return m
}

// Letters returns how often a letter of each order was taken.
func (m *Mailbox) Letters() map[string]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.took)
}

// Texts returns the letters that were taken, head and body as they came.
func (m *Mailbox) Texts() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.text)
}

// Hits returns how often each fault happened.
func (m *Mailbox) Hits() map[Name]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.hits)
}

// Told returns the credentials that clients showed.
func (m *Mailbox) Told() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.told, "\n")
}

// credentials reads "AUTH PLAIN base64(\x00user\x00password)".
func credentials(line string) string {
	fields := strings.Fields(line)
	text, _ := base64.StdEncoding.DecodeString(fields[len(fields)-1])
	return strings.ReplaceAll(string(text), "\x00", " ")
}

var orderInSubject = regexp.MustCompile(`(?m)^Subject:.*?(PO-\d{4}-\d+)`)

// serve talks to one client. The fault of the connection strikes at its place.
func (m *Mailbox) serve(c net.Conn) {
	f := None
	if m.pick != nil {
		f = m.pick()
	}
	m.mu.Lock()
	m.hits[f]++
	m.mu.Unlock()
	// Everything ends with the test, a client that waits too.
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-m.done:
			_ = c.Close()
		case <-stop:
		}
	}()
	say := func(s string) { fmt.Fprintf(c, "%s\r\n", s) }
	if f == Busy {
		say("421 come back later")
		return
	}
	say("220 fault ESMTP")
	in := bufio.NewReader(c)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
		switch verb {
		case "EHLO", "HELO":
			say("250-fault\r\n250-AUTH PLAIN\r\n250 8BITMIME")
		case "AUTH":
			m.mu.Lock()
			m.told = append(m.told, credentials(line))
			m.mu.Unlock()
			say("235 ok")
		case "MAIL", "RSET", "NOOP":
			say("250 ok")
		case "RCPT":
			if f == Refuse {
				say("451 try again later")
				continue
			}
			say("250 ok")
		case "DATA":
			if f == Reset {
				return
			}
			say("354 go on")
			text, ok := dotted(in)
			if !ok {
				return
			}
			if f == Hang {
				<-m.done
				return
			}
			if f != AcceptLoses {
				m.take(text)
			}
			if f == LoseAnswer {
				return
			}
			say("250 queued")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("502 unknown")
		}
	}
}

// dotted reads a letter up to its final dot.
func dotted(in *bufio.Reader) (text string, ok bool) {
	var b strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", false
		}
		if line == ".\r\n" {
			return b.String(), true
		}
		b.WriteString(line)
	}
}

func (m *Mailbox) take(text string) {
	key := "other"
	if hit := orderInSubject.FindStringSubmatch(text); hit != nil {
		key = hit[1]
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.took[key]++
	m.text = append(m.text, text)
}
