package mail

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"quartermaster/connectors"
)

var update = flag.Bool("update", false, "rewrite golden files")

func testOutbox(t *testing.T) *Outbox {
	o := NewOutbox(filepath.Join(t.TempDir(), "outbox"))
	o.From = "Harbour & Pine Gifts <buying@shop.example>"
	o.Now = func() time.Time { return testTime }
	return o
}

func TestOutbox(t *testing.T) {
	o := testOutbox(t)
	if got, err := List(o.Dir); err != nil || len(got) != 0 {
		t.Fatalf("List of a folder that is not there: %v, %v", got, err)
	}
	r, err := o.Send(t.Context(), testLetter)
	if err != nil {
		t.Fatal(err)
	}
	if !r.DryRun || filepath.Dir(r.Ref) != o.Dir || o.Class() != connectors.Keyed {
		t.Errorf("receipt %+v, class %s", r, o.Class())
	}
	first, err := os.ReadFile(r.Ref)
	if err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("testdata", "letter.eml")
	if *update {
		if err := os.WriteFile(golden, first, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(first)); diff != "" {
		t.Errorf("letter (-want +got):\n%s", diff)
	}

	// The same key again: same receipt, nothing rewritten, no second file.
	again := testLetter
	again.Text = "other text"
	o.Now = func() time.Time { return testTime.Add(time.Hour) }
	r2, err := o.Send(t.Context(), again)
	if err != nil || r2 != r {
		t.Errorf("second Send: %+v, %v; want %+v", r2, err, r)
	}
	if now, _ := os.ReadFile(r.Ref); !bytes.Equal(now, first) {
		t.Error("the second Send rewrote the letter")
	}
	other := testLetter
	other.Key, other.Attachments, other.Subject = "order/8/mail", nil, "Plain"
	if _, err := o.Send(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	got, err := List(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	wantList := []Message{
		{File: fileName("order/8/mail"), To: testLetter.To, Subject: "Plain", Date: testTime.Add(time.Hour), Text: testLetter.Text},
		{File: fileName("order/7/mail"), To: testLetter.To, Subject: testLetter.Subject, Date: testTime, Text: testLetter.Text,
			Attachments: []string{"PO-2026-0001.csv"}},
	}
	if diff := cmp.Diff(wantList, got); diff != "" {
		t.Errorf("List (-want +got):\n%s", diff)
	}
	if left, _ := filepath.Glob(filepath.Join(o.Dir, ".letter-*")); len(left) != 0 {
		t.Errorf("temporary files are left: %v", left)
	}
}

func TestListNamesBrokenLetters(t *testing.T) {
	o := testOutbox(t)
	if _, err := o.Send(t.Context(), testLetter); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, "bad.eml"), []byte("no header"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := List(o.Dir)
	if len(got) != 1 || err == nil || !strings.Contains(err.Error(), "bad.eml") {
		t.Errorf("List: %d letters, %v; want one letter and an error naming bad.eml", len(got), err)
	}
}

// TestHostileLetters proves that nothing of a letter can become a header or a
// path: it is refused for good.
func TestHostileLetters(t *testing.T) {
	with := func(change func(*connectors.Letter)) connectors.Letter {
		l := testLetter
		l.Attachments = append([]connectors.Attachment(nil), testLetter.Attachments...)
		change(&l)
		return l
	}
	letters := map[string]connectors.Letter{
		"no key":                 with(func(l *connectors.Letter) { l.Key = "" }),
		"header in subject":      with(func(l *connectors.Letter) { l.Subject = "a\r\nBcc: evil@x.example" }),
		"newline in subject":     with(func(l *connectors.Letter) { l.Subject = "a\nb" }),
		"endless subject":        with(func(l *connectors.Letter) { l.Subject = strings.Repeat("x", 251) }),
		"header in address":      with(func(l *connectors.Letter) { l.To = "a@b.example\r\nBcc: evil@x.example" }),
		"two addresses":          with(func(l *connectors.Letter) { l.To = "a@b.example, c@d.example" }),
		"no address":             with(func(l *connectors.Letter) { l.To = "" }),
		"command in address":     with(func(l *connectors.Letter) { l.To = `"a> NOTIFY=NEVER"@b.example` }),
		"path in attachment":     with(func(l *connectors.Letter) { l.Attachments[0].Name = "../a.csv" }),
		"header in attachment":   with(func(l *connectors.Letter) { l.Attachments[0].Name = "a\r\nX: y.csv" }),
		"header in content type": with(func(l *connectors.Letter) { l.Attachments[0].ContentType = "text/csv\r\nX: y" }),
	}
	o := testOutbox(t)
	s := newSMTP(t, "smtp://127.0.0.1:1") // never dialled
	for name, l := range letters {
		if _, err := o.Send(t.Context(), l); !errors.Is(err, connectors.ErrPermanent) {
			t.Errorf("outbox, %s: %v, want ErrPermanent", name, err)
		}
		if _, err := s.Send(t.Context(), l); !errors.Is(err, connectors.ErrPermanent) {
			t.Errorf("SMTP, %s: %v, want ErrPermanent", name, err)
		}
	}
}

func FuzzFileName(f *testing.F) {
	for _, s := range []string{"order/7/mail", "../../etc/passwd", "", "\x00", "订单", strings.Repeat("a", 500), "-", "a.eml"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, key string) {
		name := fileName(key)
		if name != filepath.Base(name) || len(name) > 110 || strings.HasPrefix(name, ".") ||
			strings.ContainsFunc(name, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) }) {
			t.Errorf("fileName(%q) = %q", key, name)
		}
		if other := fileName(key + "x"); other == name {
			t.Errorf("two keys share %q", name)
		}
	})
}

// FuzzCompose checks that whatever is accepted can be read back as it was.
func FuzzCompose(f *testing.F) {
	f.Add("a@b.example", "Subject", "text", "a.csv")
	f.Add("a@b.example", "主题 =?utf-8?q?x?=", "..\n.\n", "订单.csv")
	f.Add("X <a@b.example>", "a\r\nBcc: c@d.example", "\r\n.\r\nQUIT\r\n", "a\nb")
	f.Fuzz(func(t *testing.T, to, subject, text, name string) {
		from, err := address("shop@shop.example")
		if err != nil {
			t.Fatal(err)
		}
		m, err := compose(connectors.Letter{Key: "k", To: to, Subject: subject, Text: text,
			Attachments: []connectors.Attachment{{Name: name, ContentType: "text/csv"}}}, from, testTime)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if _, err := m.WriteTo(&b); err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(b.String(), "\r\n\r\n")
		for line := range strings.SplitSeq(head, "\r\n") {
			field, _, _ := strings.Cut(line, ":")
			switch field {
			case "Date", "MIME-Version", "Message-ID", "Subject", "From", "To", "Content-Type":
			default:
				if !strings.HasPrefix(line, " ") {
					t.Fatalf("smuggled header %q in\n%s", line, head)
				}
			}
		}
		if _, err := parseMessage(&b); err != nil {
			t.Errorf("accepted but not readable: %v\n%s", err, head)
		}
	})
}
