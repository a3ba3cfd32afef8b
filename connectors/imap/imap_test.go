package imap

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"quartermaster/connectors"
	"quartermaster/connectors/imap/imaptest"
)

const (
	sales    = "Sales <Sales@Acme.Example>"
	password = imaptest.Password
)

// A Read hands over what is new, with its words in any character set, and leaves the
// mailbox as it was: everything is still unseen.
func TestRead(t *testing.T) {
	server := imaptest.New(t)
	chinese, err := simplifiedchinese.GBK.NewEncoder().String("预计2026年12月20日到货，共480件。")
	if err != nil {
		t.Fatal(err)
	}
	server.Put(imaptest.Mail("a1@acme", sales, "Re: PO-2026-0001", "In-Reply-To: <letter@shop>\nReferences: <older@shop> <letter@shop>\n", "Arrival 2026-12-20.\n> quoted\n"))
	server.Put(imaptest.Mail("a2@acme", sales, "=?GBK?B?tPC4tA==?=", "MIME-Version: 1.0\nContent-Type: text/plain; charset=GBK\nContent-Transfer-Encoding: 8bit\n", chinese))
	server.Put(imaptest.Mail("", sales, "No id", "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
		"\n--b\nContent-Type: text/html; charset=utf-8\n\n<style>p{}</style><p>480&nbsp;pcs</p><p>on <b>2026-12-24</b></p><script>alert(1)</script><blockquote>500 pcs</blockquote>\n"+
			"--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=x.pdf\n\n500 pcs\n--b--\n"))
	box, err := New(server.URL, 20*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	known := []string{}
	unknown := func(ids []string) ([]string, error) {
		return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(known, id) }), nil
	}
	got, err := box.Read(t.Context(), time.Now().AddDate(0, 0, -2), unknown)
	if err != nil || len(got) != 3 {
		t.Fatalf("%d messages, %v", len(got), err)
	}
	if m := got[0]; m.ID != "a1@acme" || m.From != "sales@acme.example" || m.Subject != "Re: PO-2026-0001" || !strings.HasPrefix(m.Text, "Arrival 2026-12-20.") ||
		!slices.Contains(m.Refers, "letter@shop") || !slices.Contains(m.Refers, "older@shop") || m.At.IsZero() {
		t.Errorf("%+v", m)
	}
	if m := got[1]; m.Subject != "答复" || m.Text != "预计2026年12月20日到货，共480件。" {
		t.Errorf("GBK was read as %q, %q", m.Subject, m.Text)
	}
	if m := got[2]; !strings.HasPrefix(m.ID, "made-") || !strings.Contains(m.Text, "480 pcs\non 2026-12-24") || strings.Contains(m.Text, "500") || strings.Contains(m.Text, "alert") {
		t.Errorf("%+v", m)
	}
	if all, unseen := server.Count(); all != 3 || unseen != 3 {
		t.Errorf("after reading %d of %d are unseen", unseen, all)
	}

	for _, m := range got {
		known = append(known, m.ID)
	}
	server.Put(imaptest.Mail("a4@acme", sales, "Later", "", "new"))
	if got, err = box.Read(t.Context(), time.Now().AddDate(0, 0, -2), unknown); err != nil || len(got) != 1 || got[0].ID != "a4@acme" {
		t.Errorf("the second time: %+v, %v", got, err)
	}
}

// What goes wrong is told without the password.
func TestReadFails(t *testing.T) {
	address := imaptest.New(t).URL
	for name, bad := range map[string]string{
		"wrong password": strings.Replace(address, password, "wrong-"+password, 1), "no such folder": address + "/Nowhere", "nobody there": "imap://shop:" + password + "@127.0.0.1:1",
	} {
		box, err := New(bad, 5*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		_, err = box.Read(t.Context(), time.Now(), func([]string) ([]string, error) { return nil, nil })
		if err == nil || strings.Contains(err.Error(), password) || !strings.HasPrefix(err.Error(), "mailbox: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, bad := range []string{"", "http://a:b@c", "imaps://host", "imaps://user@host", "imaps://user:" + password + "@"} {
		if _, err := New(bad, time.Second); err == nil || strings.Contains(err.Error(), password) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	box, err := New(address, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := box.Read(ctx, time.Now(), nil); err == nil {
		t.Error("reading went on after its context ended")
	}
}

// FuzzDecode checks that any bytes give bounded, valid text.
func FuzzDecode(f *testing.F) {
	f.Add(imaptest.Mail("a@b", sales, "s", "Content-Type: text/html\n", "<p>x<script>"))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\n--a"))
	f.Add([]byte("\xff\x00: \r\n\r\n"))
	f.Fuzz(func(t *testing.T, bytes []byte) {
		text, _ := Decode(bytes)
		if len(text) > connectors.MaxMail || strings.ToValidUTF8(text, "") != text || strings.ContainsRune(text, 0) {
			t.Errorf("%d bytes", len(text))
		}
	})
}
