package mail

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"quartermaster/connectors"
)

// Outbox writes letters into a folder, one RFC 5322 file each, and sends
// nothing. The file's name comes from the letter's key: the same key again
// changes nothing and gives the same receipt.
type Outbox struct {
	// Dir is the folder; it is created when the first letter comes.
	Dir string
	// From is the sender shown. NewOutbox sets "purchasing@shop.invalid".
	From string
	// Now is the clock of the Date field. NewOutbox sets time.Now.
	Now func() time.Time
}

// NewOutbox returns an outbox in dir.
func NewOutbox(dir string) *Outbox {
	return &Outbox{Dir: dir, From: "purchasing@shop.invalid", Now: time.Now}
}

// Class returns Keyed: the same key never writes twice.
func (o *Outbox) Class() connectors.Class { return connectors.Keyed }

// Send writes l. Receipt.Ref is the path of the file, DryRun is true.
func (o *Outbox) Send(_ context.Context, l connectors.Letter) (connectors.Receipt, error) {
	from, err := address(o.From)
	if err != nil {
		return connectors.Receipt{}, fmt.Errorf("outbox sender: %w", err)
	}
	msg, err := compose(l, from, o.Now())
	if err != nil {
		return connectors.Receipt{}, err
	}
	var b bytes.Buffer
	if _, err := msg.WriteTo(&b); err != nil {
		return connectors.Receipt{}, fmt.Errorf("outbox: %w", err)
	}
	path := filepath.Join(o.Dir, fileName(l.Key))
	if err := writeOnce(path, b.Bytes()); err != nil {
		return connectors.Receipt{}, fmt.Errorf("outbox: %w", err)
	}
	return connectors.Receipt{Ref: path, DryRun: true}, nil
}

// fileName is the readable part of the key and enough of its hash to keep two
// keys apart.
func fileName(key string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, key)
	return strings.Trim(safe[:min(len(safe), 60)], "-") + "-" + keyHash(key) + ".eml"
}

// writeOnce creates path with the given content, whole or not at all; a path
// that is there stays as it is.
func writeOnce(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".letter-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone after a rename
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	err = os.Link(f.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	// A file system without links: the check and the rename are two steps, which is
	// enough for one writer.
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	return os.Rename(f.Name(), path)
}

// Message is a letter read back from an outbox, for display.
type Message struct {
	File        string // base name
	To          string
	Subject     string
	Date        time.Time
	Text        string
	Attachments []string // names
}

// maxText bounds the text and the file read for display, in bytes.
const maxText = 1 << 20

// List reads the letters in dir, newest first. A folder that does not exist is
// empty. Letters that cannot be read are left out and named in the error, which
// then comes with the readable ones.
func List(dir string) ([]Message, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("outbox: %w", err)
	}
	var out []Message
	var errs []error
	for _, e := range entries {
		if !e.Type().IsRegular() || filepath.Ext(e.Name()) != ".eml" {
			continue
		}
		m, err := readMessage(filepath.Join(dir, e.Name()))
		if err != nil {
			errs = append(errs, fmt.Errorf("outbox: %s: %w", e.Name(), err))
			continue
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b Message) int { return b.Date.Compare(a.Date) })
	return out, errors.Join(errs...)
}

func readMessage(path string) (Message, error) {
	f, err := os.Open(path)
	if err != nil {
		return Message{}, err
	}
	defer f.Close() //nolint:errcheck // read only
	m, err := parseMessage(io.LimitReader(f, 32*maxText))
	m.File = filepath.Base(path)
	return m, err
}

func parseMessage(r io.Reader) (Message, error) {
	raw, err := netmail.ReadMessage(r)
	if err != nil {
		return Message{}, err
	}
	var m Message
	decode := new(mime.WordDecoder)
	if m.Subject, err = decode.DecodeHeader(raw.Header.Get("Subject")); err != nil {
		return Message{}, fmt.Errorf("subject: %w", err)
	}
	to, err := raw.Header.AddressList("To")
	if err != nil {
		return Message{}, fmt.Errorf("to: %w", err)
	}
	m.To = to[0].Address
	if m.Date, err = raw.Header.Date(); err != nil {
		return Message{}, fmt.Errorf("date: %w", err)
	}
	kind, params, err := mime.ParseMediaType(raw.Header.Get("Content-Type"))
	if err != nil {
		return Message{}, fmt.Errorf("content type: %w", err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		m.Text, err = readText(raw.Body, raw.Header.Get("Content-Transfer-Encoding"))
		return m, err
	}
	parts := multipart.NewReader(raw.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return Message{}, err
		}
		if name := p.FileName(); name != "" {
			if name, err = decode.DecodeHeader(name); err != nil {
				return Message{}, fmt.Errorf("attachment: %w", err)
			}
			m.Attachments = append(m.Attachments, name)
			continue
		}
		if m.Text, err = readText(p, p.Header.Get("Content-Transfer-Encoding")); err != nil {
			return Message{}, err
		}
	}
}

func readText(r io.Reader, encoding string) (string, error) {
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	}
	b, err := io.ReadAll(io.LimitReader(r, maxText))
	return strings.ReplaceAll(string(b), "\r\n", "\n"), err
}
