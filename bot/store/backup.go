package store

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// A backup is a gzipped tar: the rows of every table of ours in Postgres' COPY
// text, in parts of a few megabytes, tables before those that refer to them, and
// last a manifest, so that a file cut short is recognised. River's queue is not in
// it: what waits is a row in inbox or effect, and the sweeper makes jobs of those.
// It needs no tools of Postgres, and nothing in it is a secret of the program.

const (
	backupFormat = 1
	manifestName = "manifest.json"
	partSize     = 4 << 20
)

// Manifest says what a backup holds.
type Manifest struct {
	Format  int           `json:"format"`
	Schema  int64         `json:"schema"`   // number of the newest migration applied
	TakenAt time.Time     `json:"taken_at"` // by the database's clock
	Tables  []BackupTable `json:"tables"`
}

// BackupTable is one table of a backup.
type BackupTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
	Rows    int64    `json:"rows"`
	SHA256  string   `json:"sha256"` // of its COPY text
}

// Rows counts the rows of all tables.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Backup writes the whole database to w as of one instant, while others go on
// working. table, when not nil, is told each table before it is read.
func (s *Store) Backup(ctx context.Context, w io.Writer, table func(name string)) (m Manifest, err error) {
	m.Format = backupFormat
	tx, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // nothing was written
	if m.Schema, err = gooseVersion(ctx, tx.Conn()); err != nil {
		return m, err
	}
	if err := tx.QueryRow(ctx, `select now()`).Scan(&m.TakenAt); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	if m.Tables, err = ownTables(ctx, tx); err != nil {
		return m, err
	}
	zip := gzip.NewWriter(w)
	out := tar.NewWriter(zip)
	for i := range m.Tables {
		t := &m.Tables[i]
		if table != nil {
			table(t.Name)
		}
		p := &partWriter{out: out, table: t.Name, at: m.TakenAt, sum: sha256.New()}
		tag, err := tx.Conn().PgConn().CopyTo(ctx, p, fmt.Sprintf(`copy %s (%s) to stdout`, quote(t.Name), quoteAll(t.Columns)))
		if err == nil {
			err = p.flush()
		}
		if err != nil {
			return m, fmt.Errorf("backup table %s: %w", t.Name, err)
		}
		t.Rows, t.SHA256 = tag.RowsAffected(), hex.EncodeToString(p.sum.Sum(nil))
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	if err := writeEntry(out, manifestName, m.TakenAt, text); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	if err := out.Close(); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	if err := zip.Close(); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	return m, nil
}

// partWriter cuts a stream into entries of a tar, which wants to know the size of
// an entry before it begins.
type partWriter struct {
	out   *tar.Writer
	table string
	at    time.Time
	n     int
	buf   []byte
	sum   hash.Hash
}

func (p *partWriter) Write(b []byte) (int, error) {
	p.sum.Write(b)
	p.buf = append(p.buf, b...)
	if len(p.buf) < partSize {
		return len(b), nil
	}
	return len(b), p.flush()
}

func (p *partWriter) flush() error {
	if len(p.buf) == 0 {
		return nil
	}
	p.n++
	err := writeEntry(p.out, fmt.Sprintf("%s/%06d", p.table, p.n), p.at, p.buf)
	p.buf = p.buf[:0]
	return err
}

func writeEntry(out *tar.Writer, name string, at time.Time, data []byte) error {
	h := &tar.Header{Name: name, Mode: 0o600, Size: int64(len(data)), ModTime: at, Format: tar.FormatPAX}
	if err := out.WriteHeader(h); err != nil {
		return err
	}
	_, err := out.Write(data)
	return err
}

// ownTables lists the tables of the program with the columns that hold data, each
// after those it refers to.
func ownTables(ctx context.Context, db DB) ([]BackupTable, error) {
	rows, err := db.Query(ctx, `
		select c.relname::text,
		       array(select a.attname::text from pg_attribute a
		             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum),
		       array(select distinct f.confrelid::regclass::text from pg_constraint f
		             where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid)
		from pg_class c
		where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
		  and c.relname not like 'river\_%' and c.relname <> 'goose_db_version'
		order by c.relname`)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	type node struct {
		Name    string
		Columns []string
		After   []string
	}
	nodes, err := pgx.CollectRows(rows, pgx.RowToStructByPos[node])
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	var out []BackupTable
	for len(nodes) > 0 {
		ready := slices.IndexFunc(nodes, func(n node) bool {
			return !slices.ContainsFunc(n.After, func(name string) bool {
				return slices.ContainsFunc(nodes, func(m node) bool { return m.Name == strings.Trim(name, `"`) })
			})
		})
		if ready < 0 {
			return nil, fmt.Errorf("list tables: %s and others refer to each other in a circle", nodes[0].Name)
		}
		out = append(out, BackupTable{Name: nodes[ready].Name, Columns: nodes[ready].Columns})
		nodes = slices.Delete(nodes, ready, ready+1)
	}
	return out, nil
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

func quoteAll(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quote(n)
	}
	return strings.Join(out, ", ")
}
