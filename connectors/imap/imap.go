// Package imap reads e-mails from a mailbox, for the answers of suppliers. It is a
// connectors.Mailbox and a guest there: the mailbox is opened read-only (EXAMINE) and
// texts are fetched without marking them as seen (BODY.PEEK).
//
// One Read looks at the headers of what came since a day, asks which Message-IDs are
// new to us, and fetches those alone. So it needs no memory of its own: however often
// it runs, and whatever the server renumbers, each message is handed over until we
// know it. A message without a Message-ID gets one made from its headers.
//
// Of a message the first text/plain part is read, else text/html without its markup,
// in any of the usual character sets. Attachments are not opened.
package imap

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"quartermaster/connectors"
)

const (
	maxListed = 2000    // newest messages whose headers are looked at
	maxRead   = 200     // messages fetched in one Read; the rest follows in the next
	maxBytes  = 1 << 20 // of one message
)

// Box is a mailbox on an IMAP server.
type Box struct {
	host, folder   string
	user, password string
	secure         bool
	timeout        time.Duration
}

// New reads an address such as imaps://user:password@imap.example.com/INBOX. imaps
// speaks TLS from the first byte, imap upgrades with STARTTLS, or goes without for a
// server on this machine. The folder defaults to INBOX. A Read may take as long as
// timeout.
func New(address string, timeout time.Duration) (*Box, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "imap" && u.Scheme != "imaps" || u.Hostname() == "" {
		return nil, errors.New("IMAP_URL is not of the form imaps://user:password@host/folder")
	}
	password, ok := u.User.Password()
	if u.User.Username() == "" || !ok {
		return nil, errors.New("IMAP_URL names no user and password")
	}
	secure := u.Scheme == "imaps"
	port := cmp.Or(u.Port(), map[bool]string{true: "993", false: "143"}[secure])
	return &Box{host: net.JoinHostPort(u.Hostname(), port), folder: cmp.Or(strings.Trim(u.Path, "/"), "INBOX"),
		user: u.User.Username(), password: password, secure: secure, timeout: timeout}, nil
}

// dial connects and logs in. No error holds the password.
func (b *Box) dial(ctx context.Context) (*imapclient.Client, error) {
	name, _, _ := net.SplitHostPort(b.host)
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", b.host)
	if err != nil {
		return nil, fmt.Errorf("mailbox: %w", err)
	}
	if at, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(at)
	}
	options := &imapclient.Options{TLSConfig: &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12}}
	var c *imapclient.Client
	ip := net.ParseIP(name)
	switch {
	case b.secure:
		c = imapclient.New(tls.Client(conn, options.TLSConfig), options)
	case name == "localhost" || ip != nil && ip.IsLoopback():
		c = imapclient.New(conn, options)
	default:
		if c, err = imapclient.NewStartTLS(conn, options); err != nil {
			_ = conn.Close()
			return nil, fmt.Errorf("mailbox: %w", err)
		}
	}
	if err := c.Login(b.user, b.password).Wait(); err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("mailbox: log in as %s: %w", b.user, err)
	}
	return c, nil
}

// Read returns the messages since a day that unknown lets through, oldest first.
func (b *Box) Read(ctx context.Context, since time.Time, unknown func(ids []string) ([]string, error)) ([]connectors.Mail, error) {
	ctx, cancel := context.WithTimeout(ctx, b.timeout)
	defer cancel()
	c, err := b.dial(ctx)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer func() {
		if stop() {
			_ = c.Logout().Wait()
			_ = c.Close()
		}
	}()
	if _, err := c.Select(b.folder, &imap.SelectOptions{ReadOnly: true}).Wait(); err != nil {
		return nil, fmt.Errorf("mailbox: open %s: %w", b.folder, err)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{Since: since}, nil).Wait()
	if err != nil {
		return nil, fmt.Errorf("mailbox: search: %w", err)
	}
	uids := found.AllUIDs()
	slices.Sort(uids)
	if uids = uids[max(0, len(uids)-maxListed):]; len(uids) == 0 {
		return nil, nil
	}
	heads, err := c.Fetch(imap.UIDSetNum(uids...), &imap.FetchOptions{UID: true, Envelope: true, InternalDate: true}).Collect()
	if err != nil {
		return nil, fmt.Errorf("mailbox: read headers: %w", err)
	}
	at := map[string]*imapclient.FetchMessageBuffer{}
	var ids []string
	for _, h := range heads {
		if h.Envelope == nil {
			continue
		}
		if id := identity(h.Envelope); at[id] == nil {
			at[id] = h
			ids = append(ids, id)
		}
	}
	fresh, err := unknown(ids)
	if err != nil {
		return nil, err
	}
	var out []connectors.Mail
	for _, id := range fresh[:min(len(fresh), maxRead)] {
		m, err := b.fetch(c, at[id], id)
		if err != nil {
			return out, err
		}
		out = append(out, m)
	}
	return out, nil
}

// fetch reads the text of one message.
func (b *Box) fetch(c *imapclient.Client, head *imapclient.FetchMessageBuffer, id string) (connectors.Mail, error) {
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: maxBytes}}
	got, err := c.Fetch(imap.UIDSetNum(head.UID), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		return connectors.Mail{}, fmt.Errorf("mailbox: read a message: %w", err)
	}
	m := connectors.Mail{ID: id, Subject: clip(head.Envelope.Subject, 500), At: head.InternalDate}
	if len(head.Envelope.From) > 0 {
		m.From = strings.ToLower(clip(head.Envelope.From[0].Addr(), 250))
	}
	if len(got) == 1 {
		m.Text, m.Refers = Decode(got[0].FindBodySection(section))
	}
	for _, r := range head.Envelope.InReplyTo {
		if !slices.Contains(m.Refers, r) {
			m.Refers = append(m.Refers, r)
		}
	}
	return m, nil
}

// identity is the Message-ID, or one made from the headers of a message without.
func identity(e *imap.Envelope) string {
	if id := strings.Trim(e.MessageID, "<> \t"); id != "" && len(id) <= 500 {
		return id
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n%s\n%s\n%v", e.MessageID, e.Date.UTC().Format(time.RFC3339), e.Subject, e.From)
	sum := sha256.Sum256(b.Bytes())
	return "made-" + hex.EncodeToString(sum[:16])
}

func clip(s string, n int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), " ")
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
