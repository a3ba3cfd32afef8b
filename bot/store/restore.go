package store

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// Restored is the switch that is on from a restore until somebody has reconciled:
// what was decided after the backup is not in the database, so nothing more may
// be.
const Restored = "restored"

// Numbers given after a restore begin beyond those that may have been given after
// the backup and are known outside: order numbers to suppliers, proposals to
// Slack.
var restoreGap = map[string]int64{"purchase_order": 100, "proposal": 1000}

// ErrNotEmpty says that a restore would overwrite data.
var ErrNotEmpty = errors.New("the database is not empty")

// ReadManifest reads a backup from its beginning to its end, compares every
// checksum and returns what it holds.
func ReadManifest(r io.Reader) (m Manifest, err error) {
	sums := map[string]string{}
	var order []string
	err = entries(r, func(table string, text io.Reader) error {
		if table == "" {
			return json.NewDecoder(text).Decode(&m)
		}
		h := sha256.New()
		_, err := io.Copy(h, text)
		sums[table] = hex.EncodeToString(h.Sum(nil))
		order = append(order, table)
		return err
	})
	if err != nil {
		return m, fmt.Errorf("read backup: %w", err)
	}
	if m.Format == 0 {
		return m, errors.New("read backup: it has no manifest: the file was cut short, or is no backup")
	}
	if m.Format != backupFormat {
		return m, fmt.Errorf("read backup: it has format %d, this program knows %d", m.Format, backupFormat)
	}
	empty := hex.EncodeToString(sha256.New().Sum(nil))
	for _, t := range m.Tables {
		got, ok := sums[t.Name]
		if !ok {
			got = empty
		}
		if got != t.SHA256 {
			return m, fmt.Errorf("read backup: table %s was damaged", t.Name)
		}
		delete(sums, t.Name)
	}
	for _, name := range order {
		if _, extra := sums[name]; extra {
			return m, fmt.Errorf("read backup: table %s is not in its manifest", name)
		}
	}
	return m, nil
}

// entries calls f with the text of each table, its parts joined, and with the
// manifest under an empty name.
func entries(r io.Reader, f func(table string, text io.Reader) error) error {
	zip, err := gzip.NewReader(r)
	if err != nil {
		return fmt.Errorf("this is no file that \"quartermaster backup\" wrote, or it is damaged (%w)", err)
	}
	parts := &partReader{in: tar.NewReader(zip)}
	for {
		more, err := parts.next()
		if err != nil {
			return err
		}
		if !more { // the checksum of the whole stands behind the last entry
			_, err := io.Copy(io.Discard, zip)
			return err
		}
		if err := f(parts.table, parts); err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, parts); err != nil { // what f left
			return err
		}
	}
}

// partReader reads the parts of one table as one stream.
type partReader struct {
	in    *tar.Reader
	table string
	ahead *tar.Header // first part of the next table
	end   bool
}

func (p *partReader) next() (more bool, err error) {
	h := p.ahead
	if h == nil && !p.end {
		h, err = p.in.Next()
		if errors.Is(err, io.EOF) {
			p.end, h, err = true, nil, nil
		}
	}
	if h == nil || err != nil {
		return false, err
	}
	p.table, p.ahead = tableOf(h), nil
	return true, nil
}

func tableOf(h *tar.Header) string {
	table, _, part := strings.Cut(h.Name, "/")
	if !part {
		return "" // the manifest
	}
	return table
}

func (p *partReader) Read(b []byte) (int, error) {
	for {
		if p.ahead != nil || p.end {
			return 0, io.EOF
		}
		n, err := p.in.Read(b)
		if n > 0 || !errors.Is(err, io.EOF) {
			return n, err
		}
		h, err := p.in.Next()
		switch {
		case errors.Is(err, io.EOF):
			p.end = true
		case err != nil:
			return 0, err
		case tableOf(h) != p.table || p.table == "":
			p.ahead = h
		}
	}
}

// Restore loads a backup into the empty database at rawURL and brings its schema
// up to date. open returns the file from its beginning; it is read twice, and
// nothing is written before all of it was found sound. All rows come in one
// transaction, so that a restore that fails leaves no data.
//
// Afterwards the switch Restored is on, and everything that waited at the time of
// the backup counts as perhaps done: messages are looked for before they are
// posted, letters are asked about.
func Restore(ctx context.Context, rawURL string, open func() (io.ReadCloser, error)) (m Manifest, err error) {
	if err := withFile(open, func(r io.Reader) error { m, err = ReadManifest(r); return err }); err != nil {
		return m, err
	}
	err = withMigrators(ctx, rawURL, func(mg *migrators, conn *pgx.Conn) error {
		all := mg.app.ListSources()
		if newest := all[len(all)-1].Version; m.Schema > newest {
			return &NewerSchemaError{Schema: "quartermaster", Database: m.Schema, Binary: newest}
		}
		have, err := gooseVersion(ctx, conn)
		if err != nil {
			return err
		}
		if have > m.Schema {
			if err := refuseData(ctx, conn); err != nil {
				return err
			}
			if _, err := mg.app.DownTo(ctx, m.Schema); err != nil {
				return fmt.Errorf("take the schema back to version %d: %w", m.Schema, err)
			}
		} else if _, err := mg.app.UpTo(ctx, m.Schema); err != nil {
			return err
		}
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			if err := refuseData(ctx, tx); err != nil {
				return err
			}
			return withFile(open, func(r io.Reader) error { return load(ctx, tx, m, r) })
		})
	})
	if err != nil {
		return m, fmt.Errorf("restore: %w", err)
	}
	return m, Migrate(ctx, rawURL)
}

func withFile(open func() (io.ReadCloser, error), f func(io.Reader) error) error {
	r, err := open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // it was only read
	return f(r)
}

// seeded are the tables that the migrations themselves fill.
var seeded = []string{"audit_head", "epoch"}

// refuseData fails with ErrNotEmpty when a table holds a row that the migrations
// did not put there.
func refuseData(ctx context.Context, db DB) error {
	tables, err := ownTables(ctx, db)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if slices.Contains(seeded, t.Name) {
			continue
		}
		var some bool
		if err := db.QueryRow(ctx, `select exists (select from `+quote(t.Name)+`)`).Scan(&some); err != nil {
			return fmt.Errorf("look into table %s: %w", t.Name, err)
		}
		if some {
			return fmt.Errorf("%w: table %s has rows; restore into a new database (another DATABASE_URL or --data-dir)", ErrNotEmpty, t.Name)
		}
	}
	return nil
}

// load copies all tables of a backup and sets what follows from its age.
func load(ctx context.Context, tx pgx.Tx, m Manifest, r io.Reader) error {
	for _, name := range seeded {
		if _, err := tx.Exec(ctx, `delete from `+quote(name)); err != nil {
			return fmt.Errorf("empty table %s: %w", name, err)
		}
	}
	err := entries(r, func(table string, text io.Reader) error {
		i := slices.IndexFunc(m.Tables, func(t BackupTable) bool { return t.Name == table })
		if i < 0 {
			return nil // the manifest
		}
		t := m.Tables[i]
		tag, err := tx.Conn().PgConn().CopyFrom(ctx, text, fmt.Sprintf(`copy %s (%s) from stdin`, quote(t.Name), quoteAll(t.Columns)))
		if err != nil {
			return fmt.Errorf("load table %s: %w", t.Name, err)
		}
		if tag.RowsAffected() != t.Rows {
			return fmt.Errorf("load table %s: %d rows came, the backup has %d", t.Name, tag.RowsAffected(), t.Rows)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := moveSequences(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		update effect set state = 'sending', lease_until = null, lease_token = null, not_before = now()
		where state in ('pending', 'sending')`); err != nil {
		return fmt.Errorf("doubt the effects that waited: %w", err)
	}
	if err := SwitchOn(ctx, tx, Restored, "restore", m.TakenAt.UTC().Format("2006-01-02 15:04 MST")); err != nil {
		return err
	}
	return Audit(ctx, tx, "quartermaster", "restore", "database", map[string]any{"taken_at": m.TakenAt, "schema": m.Schema, "rows": m.Rows()})
}

// moveSequences sets every identity column beyond what the tables hold.
func moveSequences(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `
		select c.relname::text, a.attname::text from pg_attribute a join pg_class c on c.oid = a.attrelid
		where c.relnamespace = current_schema()::regnamespace and a.attidentity <> '' and c.relname not like 'river\_%'
		  and c.relname <> 'goose_db_version' and not a.attisdropped`)
	if err != nil {
		return fmt.Errorf("list identity columns: %w", err)
	}
	type column struct{ Table, Name string }
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[column])
	if err != nil {
		return fmt.Errorf("list identity columns: %w", err)
	}
	for _, c := range list {
		sql := fmt.Sprintf(`select setval(pg_get_serial_sequence($1, $2), coalesce((select max(%s) from %s), 0) + $3::bigint + 1, false)`, quote(c.Name), quote(c.Table))
		if _, err := tx.Exec(ctx, sql, c.Table, c.Name, restoreGap[c.Table]); err != nil {
			return fmt.Errorf("move the numbers of %s: %w", c.Table, err)
		}
	}
	return nil
}

// RestoredFrom returns the time of the backup that the database was restored
// from and has not been reconciled with since, as text; empty in normal times.
func RestoredFrom(ctx context.Context, db DB) (at string, err error) {
	err = db.QueryRow(ctx, `select reason from switch where name = $1`, Restored).Scan(&at)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read switch %s: %w", Restored, err)
	}
	return at, nil
}

// Reconciled ends the lock of a restore: who says that everything decided after
// the backup is known again.
func (s *Store) Reconciled(ctx context.Context, who, reason string) error {
	return s.InTx(ctx, func(tx pgx.Tx) error {
		at, err := RestoredFrom(ctx, tx)
		if err != nil {
			return err
		}
		if at == "" {
			return errors.New("there is nothing to reconcile: the database was not restored, or that was settled before")
		}
		if err := SwitchOff(ctx, tx, Restored); err != nil {
			return err
		}
		if err := NextEpoch(ctx, tx); err != nil {
			return err
		}
		return Audit(ctx, tx, who, "reconciled", "database", map[string]string{"backup": at, "reason": reason})
	})
}

// Known is what the database knows of orders, for somebody who looks for others.
type Known struct {
	Numbers []string // in the order in which they were given
	Newest  time.Time
	Doubt   []string // orders whose letter may or may not have left
}

// KnownOrders reads all order numbers.
func KnownOrders(ctx context.Context, db DB) (k Known, err error) {
	rows, err := db.Query(ctx, `select number, created_at, state = 'send_unknown' from purchase_order order by id`)
	if err != nil {
		return k, fmt.Errorf("read orders: %w", err)
	}
	var number string
	var doubt bool
	_, err = pgx.ForEachRow(rows, []any{&number, &k.Newest, &doubt}, func() error {
		k.Numbers = append(k.Numbers, number)
		if doubt {
			k.Doubt = append(k.Doubt, number)
		}
		return nil
	})
	return k, err
}
