// Package connectors names what every connection to an outside system has in
// common. Sources bring data in, sinks carry effects out; each system has a
// folder of its own below this one, with a pure decoder and recorded test data.
package connectors

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Class says what may be done when the answer to an effect was lost.
type Class string

// Effect classes.
const (
	Keyed         Class = "keyed"         // the receiver knows our key: send again freely
	Searchable    Class = "searchable"    // look for our key at the receiver, then send again
	Unconfirmable Class = "unconfirmable" // never again by itself: a person is asked
)

// ErrUncertain marks an effect whose answer was lost: it may have happened.
var ErrUncertain = errors.New("the answer was lost: it may or may not have happened")

// ErrPermanent marks a refusal that trying again will not change.
var ErrPermanent = errors.New("refused for good")

// Attachment is a file that goes with a letter.
type Attachment struct {
	Name        string // "PO-2026-0001.csv"
	ContentType string // "text/csv; charset=utf-8"
	Data        []byte
}

// Letter is an e-mail as it leaves. Text is plain text; From is the sink's own.
type Letter struct {
	Key         string // our idempotency key; becomes the Message-ID
	To          string // one address, from the supplier table only
	Subject     string
	Text        string
	Attachments []Attachment
}

// Mail is an e-mail as it came in. All of it is the sender's: data, never trusted.
type Mail struct {
	ID      string // Message-ID without brackets
	From    string // address, in lower case
	Subject string
	Text    string   // plain text, cut at MaxMail bytes
	Refers  []string // Message-IDs it answers or refers to, without brackets
	At      time.Time
}

// MaxMail is how much text of an e-mail is read, in bytes.
const MaxMail = 1 << 16

// Mailbox is where suppliers' answers arrive. Read returns the e-mails that came
// since a day and whose Message-ID unknown lets through, oldest first; it changes
// nothing in the mailbox, not even whether they count as seen.
type Mailbox interface {
	Read(ctx context.Context, since time.Time, unknown func(ids []string) ([]string, error)) ([]Mail, error)
}

// Receipt says where an effect went.
type Receipt struct {
	Ref    string // receiver's reference: SMTP reply, file name
	DryRun bool   // true when nothing left this machine
}

// Sink carries letters out. Send returns an error that wraps ErrUncertain when
// the letter may have been accepted, ErrPermanent when it never will be, and
// any other error when it was certainly not accepted and may be tried again.
type Sink interface {
	Class() Class
	Send(ctx context.Context, l Letter) (Receipt, error)
}

// RowError is a refused value in a data file: where it is and why.
type RowError struct {
	File   string // base name
	Line   int    // 1 is the header
	Column string // header name; empty when the whole row is meant
	Reason string
}

// Error prints "orders.csv:17: quantity: ...".
func (e *RowError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason)
	}
	return fmt.Sprintf("%s:%d: column %s: %s", e.File, e.Line, e.Column, e.Reason)
}
