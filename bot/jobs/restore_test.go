package jobs_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// reader returns what opens text again and again, as Restore wants it.
func reader(text []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
}

// emptied returns a database without any table, like a new server's.
func emptied(t *testing.T) string {
	t.Helper()
	url := pgtest.New(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), `drop schema public cascade; create schema public`); err != nil {
		t.Fatal(err)
	}
	return url
}

// The database of yesterday comes back. What happened after the backup at the
// receivers is not repeated, nothing is decided until a person says that nothing
// is missing, and new numbers are not the old ones.
func TestRestoredDatabaseRepeatsNothing(t *testing.T) {
	t.Parallel()
	s := open(t, 3, nil)
	open3 := s.check("one")
	s.click("UA", plan.Approve, open3[0])
	s.idle()

	// The second letter waits at the time of the backup, and leaves after it.
	if err := s.st.SetKillSwitch(t.Context(), true, "test", ""); err != nil {
		t.Fatal(err)
	}
	s.click("UA", plan.Approve, open3[1])
	s.until("the second order is written", func() bool { return s.number(`select count(*) from purchase_order`) == 2 })
	var file bytes.Buffer
	m, err := s.st.Backup(t.Context(), &file, nil)
	if err != nil {
		t.Fatal(err)
	}
	rows := s.number(`select count(*) from audit`)
	if err := s.st.SetKillSwitch(t.Context(), false, "test", ""); err != nil {
		t.Fatal(err)
	}
	s.click("UA", plan.Approve, open3[2]) // an order that the backup does not know
	s.idle()
	s.eachOnce(3)
	s.stop()

	url := emptied(t)
	got, err := store.Restore(t.Context(), url, reader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows() != m.Rows() || got.Rows() < 50 {
		t.Errorf("%d rows came back, %d were written", got.Rows(), m.Rows())
	}
	s.url = url
	r := reopen(t, s, nil)
	if err := r.st.SetKillSwitch(t.Context(), false, "test", ""); err != nil {
		t.Fatal(err)
	}
	if n, err := r.st.VerifyAudit(t.Context()); err != nil || n < int64(rows) {
		t.Errorf("audit: %d rows of at least %d, %v", n, rows, err)
	}
	r.idle()
	if n := r.number(`select count(*) from purchase_order where state = 'send_unknown'`); n != 1 {
		t.Errorf("%d letters are asked about, want the one that waited", n)
	}

	// Locked: the third proposal is open again here, and must not be ordered twice.
	third := open3[2]
	key := r.click("UA", plan.Approve, third)
	r.idle()
	if got := r.answer(key); !strings.Contains(got, "restored from a backup") {
		t.Errorf("an approval was answered %q", got)
	}
	r.check("after the restore")
	if n := r.number(`select count(*) from purchase_order`); n != 2 {
		t.Errorf("%d orders while locked, want 2", n)
	}
	for letter, n := range r.box.letters {
		if n != 1 {
			t.Errorf("letter %s left %d times", letter, n)
		}
	}

	if err := r.st.Reconciled(t.Context(), "tester", "the third order will be made again"); err != nil {
		t.Fatal(err)
	}
	if err := r.st.Reconciled(t.Context(), "tester", ""); err == nil {
		t.Error("reconciled twice")
	}
	var p plan.Proposal
	for _, q := range r.check("unlocked") {
		if q.Supplier == third.Supplier {
			p = q
		}
	}
	r.click("UA", plan.Approve, p)
	r.until("the order is written", func() bool { return r.number(`select count(*) from purchase_order`) == 3 })
	if n := r.number(`select max(id) - 2 from purchase_order`); n <= 1 {
		t.Errorf("the order made after the restore has a number that may have been given before: gap %d", n)
	}
	r.idle()
	if n := len(r.box.letters); n != 4 { // three of before, and the new number's
		t.Errorf("%d letters at the receiver, want 4", n)
	}
}

// inflate returns the text of a gzip file.
func inflate(b []byte) ([]byte, error) {
	zip, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(zip)
}

// A backup that was cut short or changed leaves nothing, and nothing is written
// over a database in use.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	s := open(t, 2, nil)
	s.check("one")
	s.idle()
	var file bytes.Buffer
	if _, err := s.st.Backup(t.Context(), &file, nil); err != nil {
		t.Fatal(err)
	}
	whole := file.Bytes()
	if _, err := store.Restore(t.Context(), s.url, reader(whole)); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("restored over a database in use: %v", err)
	}
	url := emptied(t)
	// Some changes do not matter: a run of zeros that is copied from another one.
	matters := func(changed []byte) bool {
		got, err := inflate(changed)
		want, sound := inflate(whole)
		return err != nil || sound != nil || !bytes.Equal(got, want)
	}
	at := len(whole) / 2
	changed := bytes.Clone(whole)
	for ; !matters(changed); at++ {
		copy(changed, whole)
		changed[at] ^= 0x20
	}
	for name, text := range map[string][]byte{
		"empty": nil, "no backup": []byte("sku,name\n"), "cut": whole[:len(whole)-40], "half": whole[:len(whole)/2], "changed": changed,
	} {
		if _, err := store.Restore(t.Context(), url, reader(text)); err == nil {
			t.Errorf("a file that is %s was restored", name)
		}
	}
	for at := 10; at < len(whole); at += len(whole)/200 + 1 { // behind the head of the file
		changed := bytes.Clone(whole)
		changed[at] ^= 0x20
		if _, err := store.ReadManifest(bytes.NewReader(changed)); err == nil && matters(changed) {
			t.Errorf("a file whose byte %d is changed was found sound", at)
		}
	}
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	var tables int
	if err := conn.QueryRow(t.Context(), `select count(*) from pg_tables where schemaname = 'public'`).Scan(&tables); err != nil || tables != 0 {
		t.Errorf("%d tables after refused restores, %v", tables, err)
	}
	// The same database still takes the sound file, and once.
	if _, err := store.Restore(t.Context(), url, reader(whole)); err != nil {
		t.Errorf("the sound file: %v", err)
	}
	if _, err := store.Restore(t.Context(), url, reader(whole)); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("restored twice: %v", err)
	}
}
