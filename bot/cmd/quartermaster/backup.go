package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"quartermaster/bot"
	"quartermaster/bot/store"
)

type backupCmd struct {
	shared
	File string `arg:"" help:"Where to write it; must not exist." placeholder:"FILE"`
}

// Help is shown by backup --help.
func (backupCmd) Help() string {
	return `Writes everything in the database as of this instant into one file, while the bot goes on
working. The file holds the shop's figures and letters, but no password and no token.
` + environment + `
Example:
  quartermaster backup shop-2026-11-20.qmb`
}

// Run writes the backup beside its place and moves it there when it is whole.
func (b *backupCmd) Run(ctx context.Context) error {
	if _, err := os.Lstat(b.File); err == nil {
		return fmt.Errorf("%s exists already; a backup overwrites nothing", b.File)
	}
	if info, err := os.Stat(filepath.Dir(b.File)); err != nil || !info.IsDir() {
		return fmt.Errorf("there is no folder %s", filepath.Dir(b.File))
	}
	return b.withStore(ctx, func(_ bot.Config, st *store.Store) error {
		f, err := os.CreateTemp(filepath.Dir(b.File), ".backup-*") // readable by this user only
		if err != nil {
			return fmt.Errorf("no file can be written in %s: %w", filepath.Dir(b.File), errors.Unwrap(err))
		}
		defer func() { _ = os.Remove(f.Name()) }() // gone when it was moved
		m, err := st.Backup(ctx, f, func(table string) { fmt.Fprintf(os.Stderr, "backup: %s\n", table) })
		var size int64
		if err == nil {
			size, err = f.Seek(0, io.SeekEnd)
		}
		if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
			return err
		}
		if err := os.Rename(f.Name(), b.File); err != nil {
			return err
		}
		fmt.Printf("%s: %d tables, %d rows, %.1f MB, as of %s.\n", b.File, len(m.Tables), m.Rows(), float64(size)/1e6, m.TakenAt.Format(time.RFC3339))
		return nil
	})
}

type restoreCmd struct {
	shared
	File string `arg:"" type:"existingfile" help:"A file that backup wrote." placeholder:"FILE"`
}

// Help is shown by restore --help.
func (restoreCmd) Help() string {
	return `Loads a backup into an empty database: a new DATABASE_URL, or a new --data-dir. The file is
checked as a whole first; a restore that fails leaves no data. Afterwards nothing can be proposed or
approved until "quartermaster reconcile" says that nothing is missing.
` + environment + `
Example:
  quartermaster restore shop-2026-11-20.qmb --data-dir /var/lib/quartermaster-new`
}

// Run restores.
func (r *restoreCmd) Run(ctx context.Context) error {
	c, err := r.config()
	if err != nil {
		return err
	}
	m, err := bot.Restore(ctx, c, func() (io.ReadCloser, error) { return os.Open(r.File) })
	if err != nil {
		return err
	}
	fmt.Printf("%d rows of %d tables are back, as of %s.\n", m.Rows(), len(m.Tables), m.TakenAt.Format(time.RFC3339))
	fmt.Println("Money is locked: next, \"quartermaster reconcile\" says what to look at.")
	return nil
}

type reconcileCmd struct {
	shared
	Done   bool   `help:"Say that nothing is missing any more, and unlock."`
	Reason string `help:"What was looked at; kept in the audit log."`
}

// Help is shown by reconcile --help.
func (reconcileCmd) Help() string {
	return `After a restore the database does not know what was decided after the backup. This lists what to
look at, and letters in the outbox folder to orders that the database does not know. Enter such orders
in open_orders.csv and import it, so that they are not ordered again; then unlock with --done.
` + environment + `
Example:
  quartermaster reconcile
  quartermaster reconcile --done --reason "PO-2026-0017 entered by hand"`
}

// Run lists or unlocks.
func (r *reconcileCmd) Run(ctx context.Context) error {
	return r.withStore(ctx, func(c bot.Config, st *store.Store) error {
		if r.Done {
			if err := st.Reconciled(ctx, whoami(), r.Reason); err != nil {
				return err
			}
			fmt.Println("Unlocked. Proposals come with the next check.")
			return nil
		}
		return bot.WriteReconcile(ctx, os.Stdout, c, st)
	})
}
