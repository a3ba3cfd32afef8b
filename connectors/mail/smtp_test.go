package mail

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"quartermaster/connectors"
)

// fakeServer speaks enough SMTP to be cut off at any point of it.
type fakeServer struct {
	tls      *tls.Config
	starttls bool
	implicit bool
	auth     bool

	// answer replaces the reply to a step: EHLO, AUTH, MAIL, RCPT, DATA, "." and
	// QUIT. "close" closes the connection, "hang" never answers, "cut" (DATA only)
	// says 354 and closes after the first line of text.
	answer map[string]string

	mu       sync.Mutex
	accepted []string // texts answered with 250
	lines    []string // commands seen
}

func (f *fakeServer) start(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if f.implicit {
		l = tls.NewListener(l, f.tls)
	}
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { f.serve(c, done) })
		}
	})
	t.Cleanup(func() { close(done); _ = l.Close(); wg.Wait() })
	return l.Addr().String()
}

func (f *fakeServer) serve(c net.Conn, done chan struct{}) {
	defer func() { _ = c.Close() }()
	r := bufio.NewReader(c)
	say := func(s string) { fmt.Fprintf(c, "%s\r\n", s) }
	// step answers a step as told and reports whether the talk goes on.
	step := func(name, usual string) bool {
		switch a := f.answer[name]; a {
		case "":
			say(usual)
		case "close":
			return false
		case "hang":
			<-done
			return false
		default:
			say(a)
		}
		return true
	}
	say("220 test ESMTP")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		f.mu.Lock()
		f.lines = append(f.lines, line)
		f.mu.Unlock()
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		ok := true
		switch verb {
		case "EHLO", "HELO":
			usual := "250-test\r\n"
			if f.starttls {
				usual += "250-STARTTLS\r\n"
			}
			if f.auth {
				usual += "250-AUTH PLAIN LOGIN\r\n"
			}
			ok = step("EHLO", usual+"250 8BITMIME")
		case "STARTTLS":
			say("220 go")
			s := tls.Server(c, f.tls)
			c, r = s, bufio.NewReader(s)
		case "AUTH":
			ok = step("AUTH", "235 ok")
		case "MAIL":
			ok = step("MAIL", "250 ok")
		case "RCPT":
			ok = step("RCPT", "250 ok")
		case "DATA":
			cut := f.answer["DATA"] == "cut"
			if cut {
				say("354 go on")
			} else if ok = step("DATA", "354 go on"); !ok || f.answer["DATA"] != "" {
				break
			}
			var text strings.Builder
			for {
				line, err := r.ReadString('\n')
				if err != nil || cut {
					return
				}
				if line == ".\r\n" {
					break
				}
				text.WriteString(line)
			}
			if f.answer["."] == "" || strings.HasPrefix(f.answer["."], "250") {
				f.mu.Lock()
				f.accepted = append(f.accepted, text.String())
				f.mu.Unlock()
			}
			ok = step(".", "250 queued as ABC123")
		case "QUIT":
			step("QUIT", "221 bye")
			return
		default:
			say("502 unknown")
		}
		if !ok {
			return
		}
	}
}

// certificate makes a server certificate for 127.0.0.1 and the pool trusting it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		DNSNames: []string{"mail.example"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, pool
}

var testLetter = connectors.Letter{
	Key: "order/7/mail", To: "orders@songwan.example", Subject: "采购订单 PO-2026-0001 — Harbour & Pine",
	Text: "您好:\n\n.leading dot\nTotal: CNY 1,920.00\n",
	Attachments: []connectors.Attachment{{Name: "PO-2026-0001.csv", ContentType: "text/csv; charset=utf-8",
		Data: []byte("sku,quantity\r\n22423,504\r\n")}},
}

var testTime = time.Date(2026, 11, 21, 9, 30, 0, 0, time.UTC)

func newSMTP(t *testing.T, url string, change ...func(*Config)) *SMTP {
	t.Helper()
	c := Config{URL: url, From: "Harbour & Pine Gifts <buying@shop.example>", Timeout: 20 * time.Second,
		Now: func() time.Time { return testTime }}
	for _, f := range change {
		f(&c)
	}
	s, err := NewSMTP(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSMTPBreaks cuts the talk at every place and checks what the sender is told.
func TestSMTPBreaks(t *testing.T) {
	big := testLetter
	big.Attachments = []connectors.Attachment{{Name: "big.csv", ContentType: "text/csv", Data: make([]byte, 24<<20)}}
	const sent, retry, permanent, uncertain = "sent", "retry", "permanent", "uncertain"
	tests := []struct {
		name     string
		answer   map[string]string
		letter   connectors.Letter
		want     string
		accepted int
	}{
		{"all is well", nil, testLetter, sent, 1},
		{"closed at the greeting", map[string]string{"EHLO": "close"}, testLetter, retry, 0},
		{"closed before DATA", map[string]string{"MAIL": "close"}, testLetter, retry, 0},
		{"closed at RCPT", map[string]string{"RCPT": "close"}, testLetter, retry, 0},
		{"closed at DATA", map[string]string{"DATA": "close"}, testLetter, retry, 0},
		{"closed during DATA", map[string]string{"DATA": "cut"}, big, retry, 0},
		{"closed after the dot, before 250", map[string]string{".": "close"}, testLetter, uncertain, 0},
		{"no answer after the dot", map[string]string{".": "hang"}, testLetter, uncertain, 0},
		{"nonsense after the dot", map[string]string{".": "hello"}, testLetter, uncertain, 0},
		{"250, then closed", map[string]string{"QUIT": "close"}, testLetter, sent, 1},
		{"250, then QUIT hangs", map[string]string{"QUIT": "hang"}, testLetter, sent, 1},
		{"4xx to MAIL", map[string]string{"MAIL": "451 later"}, testLetter, retry, 0},
		{"5xx to MAIL", map[string]string{"MAIL": "550 no"}, testLetter, permanent, 0},
		{"4xx to RCPT", map[string]string{"RCPT": "450 greylisted"}, testLetter, retry, 0},
		{"5xx to RCPT", map[string]string{"RCPT": "550 no such user"}, testLetter, permanent, 0},
		{"5xx to DATA", map[string]string{"DATA": "554 no"}, testLetter, permanent, 0},
		{"4xx to the dot", map[string]string{".": "452 disk full"}, testLetter, retry, 0},
		{"5xx to the dot", map[string]string{".": "554 spam"}, testLetter, permanent, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := &fakeServer{answer: tt.answer}
			s := newSMTP(t, "smtp://"+f.start(t), func(c *Config) {
				if tt.answer["."] == "hang" {
					c.Timeout = 300 * time.Millisecond
				}
			})
			r, err := s.Send(t.Context(), tt.letter)
			got := retry
			switch {
			case err == nil:
				got = sent
			case errors.Is(err, connectors.ErrPermanent):
				got = permanent
			case errors.Is(err, connectors.ErrUncertain):
				got = uncertain
			}
			if got != tt.want {
				t.Errorf("Send: %s (%v), want %s", got, err, tt.want)
			}
			if err == nil && (r.Ref != "queued as ABC123" || r.DryRun) {
				t.Errorf("receipt %+v", r)
			}
			f.mu.Lock()
			defer f.mu.Unlock()
			if len(f.accepted) != tt.accepted {
				t.Errorf("the server accepted %d letters, want %d", len(f.accepted), tt.accepted)
			}
		})
	}
}

func TestSMTPCancelled(t *testing.T) {
	f := &fakeServer{answer: map[string]string{"RCPT": "hang"}}
	s := newSMTP(t, "smtp://"+f.start(t))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := s.Send(ctx, testLetter); err == nil || errors.Is(err, connectors.ErrUncertain) || errors.Is(err, connectors.ErrPermanent) {
		t.Errorf("Send: %v, want an error that may be tried again", err)
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := s.Send(gone, testLetter); err == nil {
		t.Error("Send with a cancelled context succeeded")
	}
}

func TestSMTPTLS(t *testing.T) {
	cert, pool := certificate(t)
	trust := func(c *Config) { c.TLS = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12} }
	wantAuth := "AUTH PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00me\x00p@ss"))

	t.Run("implicit with login", func(t *testing.T) {
		f := &fakeServer{tls: cert, implicit: true, auth: true}
		s := newSMTP(t, "smtps://me:p%40ss@"+f.start(t), trust)
		if _, err := s.Send(t.Context(), testLetter); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(f.lines, "\n"), wantAuth) {
			t.Errorf("no login in %q", f.lines)
		}
	})
	t.Run("untrusted certificate", func(t *testing.T) {
		f := &fakeServer{tls: cert, implicit: true}
		s := newSMTP(t, "smtps://"+f.start(t))
		if _, err := s.Send(t.Context(), testLetter); err == nil {
			t.Error("an untrusted certificate was accepted")
		}
	})
	// From here the server pretends to be another machine: STARTTLS is asked for.
	remote := func(t *testing.T, f *fakeServer, url string) *SMTP {
		addr := f.start(t)
		s := newSMTP(t, url, trust)
		host, port, _ := net.SplitHostPort(addr)
		s.server.host, s.tls.ServerName = host, "mail.example"
		if _, err := fmt.Sscan(port, &s.server.port); err != nil {
			t.Fatal(err)
		}
		return s
	}
	t.Run("STARTTLS with login", func(t *testing.T) {
		f := &fakeServer{tls: cert, starttls: true, auth: true}
		if _, err := remote(t, f, "smtp://me:p%40ss@mail.example").Send(t.Context(), testLetter); err != nil {
			t.Fatal(err)
		}
		seen := strings.Join(f.lines, "\n")
		if !strings.Contains(seen, "STARTTLS") || strings.Index(seen, wantAuth) < strings.Index(seen, "STARTTLS") {
			t.Errorf("login before STARTTLS: %q", f.lines)
		}
	})
	t.Run("no STARTTLS offered", func(t *testing.T) {
		f := &fakeServer{auth: true}
		_, err := remote(t, f, "smtp://me:p%40ss@mail.example").Send(t.Context(), testLetter)
		if err == nil || strings.Contains(strings.Join(f.lines, "\n"), "AUTH ") {
			t.Errorf("err %v, server saw %q; want a refusal before the login", err, f.lines)
		}
	})
	t.Run("tls=off", func(t *testing.T) {
		f := &fakeServer{}
		if _, err := remote(t, f, "smtp://mail.example?tls=off").Send(t.Context(), testLetter); err != nil {
			t.Error(err)
		}
	})
	t.Run("login refused, password repeated by the server", func(t *testing.T) {
		f := &fakeServer{auth: true, answer: map[string]string{"AUTH": "535 bad password hunter22"}}
		_, err := newSMTP(t, "smtp://me:hunter22@"+f.start(t)).Send(t.Context(), testLetter)
		if !errors.Is(err, connectors.ErrPermanent) || strings.Contains(err.Error(), "hunter22") {
			t.Errorf("err %v, want permanent and without the password", err)
		}
	})
}

func TestConfigErrors(t *testing.T) {
	const secret = "hunter22"
	tests := []struct{ url, want string }{
		{"", "must begin with smtp://"},
		{"http://me:hunter22@mail.example", "must begin with smtp://"},
		{"smtp://me:hunter22%@mail.example", "cannot be read"},
		{"smtp://me:hun/ter22hunter22@mail.example", ""},
		{"smtp://me:hunter22@", "names no host"},
		{"smtp://me:hunter22@mail.example:99999", "port"},
		{"smtp://me:hunter22@mail.example:abc", "cannot be read"},
		{"smtp://me@mail.example", "both a user and a password"},
		{"smtp://me:hunter22@mail.example/inbox", "after the host"},
		{"smtp://me:hunter22@mail.example?tls=off", "without TLS"},
		{"smtp://me:hunter22@mail.example?tls=maybe", "only option"},
		{"smtp://me:hunter22@mail.example?debug=1", "only option"},
		{"smtps://mail.example?tls=off", "exclude each other"},
	}
	for _, tt := range tests {
		c := Config{URL: tt.url, From: "a@shop.example"}
		_, err := NewSMTP(c)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("NewSMTP(%q): %v, want %q", tt.url, err, tt.want)
			continue
		}
		for _, text := range []string{err.Error(), fmt.Sprintf("%v %+v %#v %s", c, c, c, c)} {
			if strings.Contains(text, secret) {
				t.Errorf("%q shows the password", text)
			}
		}
	}
	for _, from := range []string{"", "nobody", "a@b.example, c@d.example", "a@b.example\r\nBcc: x@y.example", `"a> SIZE=1"@b.example`, "bücher@b.example"} {
		if _, err := NewSMTP(Config{URL: "smtp://mail.example", From: from}); err == nil {
			t.Errorf("From %q was accepted", from)
		}
	}
	if _, err := NewSMTP(Config{URL: "smtp://mail.example", From: "a@b.example", Timeout: -1}); err == nil {
		t.Error("a negative time-out was accepted")
	}
}

func TestSMTPHidesSecret(t *testing.T) {
	s := newSMTP(t, "smtp://me:hunter22@mail.example")
	for _, v := range []any{s, &Config{URL: "smtp://me:hunter22@mail.example"}} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
			if text := fmt.Sprintf(format, v); strings.Contains(text, "hunter22") {
				t.Errorf("%s of %T shows the password: %s", format, v, text)
			}
		}
	}
	if got := s.String(); got != "smtp://mail.example:587" {
		t.Errorf("String() = %q", got)
	}
	if s.Class() != connectors.Unconfirmable {
		t.Errorf("Class() = %q", s.Class())
	}
}
