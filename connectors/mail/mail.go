// Package mail carries letters to suppliers: SMTP sends them by way of a mail
// server, Outbox puts them into a folder as .eml files for a shop that has none.
// Both are connectors.Sink and write the same message.
//
// A message is text/plain first, attachments after, with a Message-ID made from
// Letter.Key, so that a letter that was sent twice after all can be told by its
// receiver's mail program. Addresses are plain ASCII name@domain, one each;
// control characters in header fields are refused, not repaired.
//
// SMTP can lose an answer. The states of one attempt, and what they mean:
//
//	before the final dot   nothing was accepted: an error that may be tried again
//	final dot sent         250 arrived: sent, whatever happens to the connection
//	                       4xx: may be tried again; 5xx: connectors.ErrPermanent
//	                       no answer: connectors.ErrUncertain, never again by itself
//
// A connection that breaks while the text is written counts as the first when
// the system reports it before the dot is written, else as a lost answer.
// A 5xx answer before the final dot is connectors.ErrPermanent too. No error or
// log line of this package holds the password.
package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"mime"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"

	"quartermaster/connectors"

	gomail "github.com/wneessen/go-mail"
)

// maxSubject is the longest subject accepted, in characters.
const maxSubject = 250

// address parses one address "name@domain" or "Name <name@domain>". Only plain
// ASCII mailboxes are accepted: quoted local parts have been a way to smuggle
// SMTP commands.
func address(s string) (*netmail.Address, error) {
	if strings.ContainsFunc(s, unicode.IsControl) {
		return nil, fmt.Errorf("address %q holds control characters", s)
	}
	a, err := netmail.ParseAddress(s)
	if err != nil {
		return nil, fmt.Errorf("address %q is not of the form name@domain", s)
	}
	for _, r := range a.Address {
		if r <= ' ' || r > '~' || strings.ContainsRune(`"<>()[]\,;:`, r) {
			return nil, fmt.Errorf("address %q: character %q is not supported", s, r)
		}
	}
	return a, nil
}

// compose writes the message of l. The same letter, sender and time give the
// same bytes.
func compose(l connectors.Letter, from *netmail.Address, at time.Time) (*gomail.Msg, error) {
	if l.Key == "" {
		return nil, fmt.Errorf("letter without a key: %w", connectors.ErrPermanent)
	}
	refuse := func(format string, args ...any) (*gomail.Msg, error) {
		return nil, fmt.Errorf("letter %s: "+format+": %w", append(append([]any{quote(l.Key)}, args...), connectors.ErrPermanent)...)
	}
	to, err := address(l.To)
	if err != nil {
		return refuse("%v", err)
	}
	if strings.ContainsFunc(l.Subject, unicode.IsControl) || len([]rune(l.Subject)) > maxSubject {
		return refuse("the subject holds control characters or more than %d characters", maxSubject)
	}
	id := keyHash(l.Key)
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary("qm-"+id))
	m.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, from)
	m.SetAddrHeaderFromMailAddress(gomail.HeaderTo, to)
	m.Subject(l.Subject)
	m.SetDateWithValue(at)
	m.SetMessageIDWithValue(id + "@" + from.Address[strings.LastIndex(from.Address, "@")+1:])
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	for _, a := range l.Attachments {
		if a.Name == "" || strings.ContainsAny(a.Name, `/\"`) || strings.ContainsFunc(a.Name, unicode.IsControl) {
			return refuse("attachment name %q", a.Name)
		}
		if _, _, err := mime.ParseMediaType(a.ContentType); err != nil || strings.ContainsFunc(a.ContentType, unicode.IsControl) {
			return refuse("attachment %s: content type %q", a.Name, a.ContentType)
		}
		if err := m.AttachReader(a.Name, strings.NewReader(string(a.Data)),
			gomail.WithFileContentType(gomail.ContentType(a.ContentType))); err != nil {
			return refuse("attachment %s: %v", a.Name, err)
		}
	}
	return m, nil
}

// Answers reports whether a Message-ID is that of the letter with this key: the part
// before the @ is made from the key alone.
func Answers(messageID, key string) bool {
	local, _, _ := strings.Cut(strings.Trim(messageID, "<> "), "@")
	return strings.EqualFold(local, keyHash(key))
}

// keyHash returns 128 bits of the key's SHA-256 in hex.
func keyHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16])
}

// quote returns s fit for an error line.
func quote(s string) string { return fmt.Sprintf("%.80q", s) }
