package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"quartermaster/connectors"
	"quartermaster/connectors/csvfile"
	"quartermaster/core"
)

// ImportOptions say how files are read. Shop and Now are needed.
type ImportOptions struct {
	// Shop gives the zone of local times and business days and the currency of
	// revenue.
	Shop core.Shop
	// Now is the time of import: an empty as_of means it, and instants more than
	// a day after it are refused as typing errors.
	Now time.Time
	// File is the name used in error texts. Defaults to the kind with ".csv".
	File string
	// Channels are the ones an orders file speaks for: it covers its days for them
	// alone, and a row of another channel is refused. Empty means the file speaks
	// for the whole shop, which is right unless every channel has its own file.
	Channels []core.ChannelID
	// Customer replaces customer ids before they are stored (see Pseudonyms); nil
	// stores them as they are.
	Customer func(id string) string
	// Progress is called some times a second while a file is read, with the rows
	// and the bytes of the file (packed, if it is) so far. May be nil.
	Progress func(rows, bytes int64)
	// Moved carries out what order_updates and receipts report, in the transaction of
	// their file. Nil writes the order and its receipts, and no more.
	Moved Moved
	// Phase is called when a new step begins: "read", "check", "merge", "sum". May
	// be nil.
	Phase func(kind csvfile.Kind, phase string)
}

// ImportResult is what one file changed.
type ImportResult struct {
	Kind      csvfile.Kind
	File      string
	Rows      int64 // in the file
	Inserted  int64
	Updated   int64
	Removed   int64 // no longer named by a file that is a whole list
	Unchanged int64
	Older     int64 // stock rows with an as_of before the one stored: ignored
	Skipped   bool  // the same file, and nothing it depends on changed: not read again
}

// String says in a line what the file changed.
func (r ImportResult) String() string {
	if r.Skipped {
		return r.File + ": the same file as before, nothing to do"
	}
	text := fmt.Sprintf("%s: %d rows, %d new, %d changed, %d as before", r.File, r.Rows, r.Inserted, r.Updated, r.Unchanged)
	if r.Removed > 0 {
		text += fmt.Sprintf(", %d no longer listed and removed", r.Removed)
	}
	if r.Older > 0 {
		text += fmt.Sprintf(", %d older than what is stored and ignored", r.Older)
	}
	return text
}

// importLock is held while a file or folder is taken in, so that two imports
// never interleave.
const importLock = `hashtext('quartermaster:import')`

// ImportFolder takes in every data file found in dir, in the order in which they
// refer to each other, one transaction per file. At the first file refused it
// stops: files before it are in, the refused one and those after it are not. The
// error is the *csvfile.FileError.
func (s *Store) ImportFolder(ctx context.Context, dir string, opts ImportOptions) ([]ImportResult, error) {
	folder, err := csvfile.OpenFolder(dir)
	if err != nil {
		return nil, err
	}
	var out []ImportResult
	err = s.importing(ctx, func(conn *pgxpool.Conn) error {
		for _, kind := range csvfile.Kinds {
			name, ok := folder.Files[kind]
			if !ok {
				continue
			}
			fileOpts := opts
			fileOpts.File = name
			res, err := importFile(ctx, conn, kind, func() (io.ReadCloser, error) { return folder.Open(kind) }, fileOpts)
			if err != nil {
				return err
			}
			out = append(out, res)
		}
		return nil
	})
	return out, err
}

// ImportFile takes in one file in one transaction: COPY into a staging table,
// checks on the whole of it, upsert; once more when the database asks for that. Rows that say what is stored already change
// nothing, so the same file twice reports 0 inserted and 0 updated. One refused
// row refuses the file with a *csvfile.FileError. open may be called several times.
func (s *Store) ImportFile(ctx context.Context, kind csvfile.Kind, open func() (io.ReadCloser, error), opts ImportOptions) (res ImportResult, err error) {
	err = s.importing(ctx, func(conn *pgxpool.Conn) error {
		res, err = importFile(ctx, conn, kind, open, opts)
		return err
	})
	return res, err
}

// importing runs f on a connection that holds the import lock.
func (s *Store) importing(ctx context.Context, f func(*pgxpool.Conn) error) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `select pg_advisory_lock(`+importLock+`)`); err != nil {
		return fmt.Errorf("wait for another import: %w", err)
	}
	defer func() {
		// A session that could not unlock must not go back into the pool.
		after, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if _, err := conn.Exec(after, `select pg_advisory_unlock(`+importLock+`)`); err != nil {
			_ = conn.Conn().Close(after)
		}
	}()
	return f(conn)
}

func importFile(ctx context.Context, conn *pgxpool.Conn, kind csvfile.Kind, open func() (io.ReadCloser, error), opts ImportOptions) (ImportResult, error) {
	if opts.File == "" {
		opts.File = string(kind) + ".csv"
	}
	im := importer{opts: opts, res: ImportResult{Kind: kind, File: opts.File}}
	im.refused.File = opts.File
	for i := range dataKinds {
		if dataKinds[i].kind == kind {
			im.data = &dataKinds[i]
		}
	}
	if im.data == nil {
		return im.res, fmt.Errorf("import: unknown kind of file %q", kind)
	}
	err := im.skip(ctx, conn, open)
	if fresh := im; err == nil && !im.res.Skipped {
		err = again(ctx, func() error {
			im = fresh // nothing of an attempt that was rolled back
			return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
				im.tx = tx
				return im.run(ctx, open)
			})
		})
	}
	var refused *csvfile.FileError
	if err != nil && !errors.As(err, &refused) {
		err = fmt.Errorf("import %s: %w", opts.File, err)
	}
	return im.res, err
}

// importer is the import of one file.
type importer struct {
	tx      pgx.Tx
	data    *dataKind
	opts    ImportOptions
	res     ImportResult
	sha     []byte
	refused csvfile.FileError
}

func (im *importer) phase(name string) {
	if im.opts.Phase != nil {
		im.opts.Phase(im.data.kind, name)
	}
}

func (im *importer) run(ctx context.Context, open func() (io.ReadCloser, error)) error {
	// Sorts spill to disk instead of growing: a million lines then need 206 MB in
	// the server process, shared buffers included, and 40 MB here. Compiling the
	// queries would cost another 50 MB for no gain.
	if err := im.exec(ctx, `set local work_mem = '8MB'; set local hash_mem_multiplier = 1; set local jit = off`); err != nil {
		return err
	}
	im.phase("read")
	if err := im.stage(ctx, open); err != nil {
		return err
	}
	im.phase("check")
	if err := im.check(ctx); err != nil {
		return err
	}
	im.phase("merge")
	merge := im.data.merge
	if merge == nil {
		merge = (*importer).upsert
	}
	if err := merge(im, ctx); err != nil {
		return err
	}
	if err := im.applyRules(ctx, im.data.after); err != nil {
		return err
	}
	if err := im.refused.Err(); err != nil {
		return err
	}
	im.res.Unchanged = im.res.Rows - im.res.Inserted - im.res.Updated - im.res.Older
	return im.record(ctx)
}

// stage copies the file into a temporary table named like the target with the
// prefix import_. It lives in this transaction only.
func (im *importer) stage(ctx context.Context, open func() (io.ReadCloser, error)) error {
	if err := im.exec(ctx, im.data.stageDDL()); err != nil {
		return err
	}
	file, err := open()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	in := &meter{src: file, sum: sha256.New()}
	shop := im.opts.Shop
	env := csvfile.Env{
		Customer: im.opts.Customer,
		Zone:     shop.Zone, Currency: shop.Currency, Now: im.opts.Now.UTC().Truncate(time.Microsecond),
		NotAfter: im.opts.Now.Add(24 * time.Hour),
	}
	src := &rowSource{im: im, in: in}
	src.next, src.stop = im.data.read(in, im.opts.File, env)
	defer src.stop()
	n, err := im.tx.CopyFrom(ctx, pgx.Identifier{im.data.stageTable()}, im.data.stageColumns(), src)
	if refused := im.refused.Err(); refused != nil {
		return refused
	}
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, in); err != nil { // what follows the end of a gzip stream
		return err
	}
	src.report()
	im.res.Rows, im.sha = n, in.sum.Sum(nil)
	return im.exec(ctx, `analyze `+im.data.stageTable())
}

// meter counts and hashes the bytes of a file.
type meter struct {
	src io.Reader
	sum hash.Hash
	n   int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.src.Read(p)
	m.sum.Write(p[:n])
	m.n += int64(n)
	return n, err
}

// rowSource hands the rows of a file to COPY. From the first refused row on it
// hands over nothing more, but reads on to find the other refusals.
type rowSource struct {
	im   *importer
	in   *meter
	next func() ([]any, error, bool)
	stop func()
	row  []any
	rows int64
	err  error
}

// Next moves to the next row.
func (s *rowSource) Next() bool {
	for {
		row, err, ok := s.next()
		var bad *connectors.RowError
		switch {
		case !ok:
			return false
		case errors.As(err, &bad):
			s.im.refused.Add(bad)
			continue
		case err != nil:
			s.err = err
			return false
		}
		if s.rows++; s.rows%20000 == 0 {
			s.report()
		}
		if len(s.im.refused.Rows) == 0 {
			s.row = row
			return true
		}
	}
}

// Values returns the current row.
func (s *rowSource) Values() ([]any, error) { return s.row, nil }

// Err returns why the file could not be read to its end.
func (s *rowSource) Err() error { return s.err }

func (s *rowSource) report() {
	if s.im.opts.Progress != nil {
		s.im.opts.Progress(s.rows, s.in.n)
	}
}

// record notes the file and, when it changed anything, makes running checks look
// again.
func (im *importer) record(ctx context.Context) error {
	changed := im.res.Inserted+im.res.Updated+im.res.Removed > 0
	if err := im.exec(ctx, `
		insert into import_batch as b (kind, file, sha256, rows, inserted, updated, removed, zone, currency, imported_at, read_at, changed_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, clock_timestamp(), case when $11 then clock_timestamp() end)
		on conflict (kind, sha256) do update set imported_at = greatest(b.imported_at, excluded.imported_at),
			zone = excluded.zone, currency = excluded.currency, read_at = excluded.read_at,
			changed_at = coalesce(excluded.changed_at, b.changed_at)`,
		im.data.kind, im.res.File, im.sha, im.res.Rows, im.res.Inserted, im.res.Updated, im.res.Removed,
		zoneOf(im.opts.Shop).String(), im.opts.Shop.Currency, im.opts.Now, changed); err != nil {
		return err
	}
	if !changed {
		return nil
	}
	return NextEpoch(ctx, im.tx)
}

// skip finds out whether reading the file again can change anything. Long files
// of orders are worth the question: with the same bytes, the same zone and
// currency, no other file of orders and no change of products since, it cannot.
func (im *importer) skip(ctx context.Context, conn *pgxpool.Conn, open func() (io.ReadCloser, error)) error {
	if im.data.kind != csvfile.Orders {
		return nil
	}
	file, err := open()
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(sum, file)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	err = conn.QueryRow(ctx, `
		update import_batch b set imported_at = greatest(imported_at, $2)
		where kind = 'orders' and sha256 = $1 and zone = $3 and currency = $4
			and not exists (select from import_batch o where o.kind = 'orders' and o.read_at > b.read_at)
			and not exists (select from import_batch p where p.kind = 'products' and p.changed_at > b.read_at)
		returning rows`, sum.Sum(nil), im.opts.Now, zoneOf(im.opts.Shop).String(), im.opts.Shop.Currency).Scan(&im.res.Rows)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	im.res.Skipped, im.res.Unchanged = err == nil, im.res.Rows
	return err
}

// zoneOf is the zone in which the shop counts its days.
func zoneOf(s core.Shop) *time.Location {
	if s.Zone == nil {
		return time.UTC
	}
	return s.Zone
}

func (im *importer) exec(ctx context.Context, sql string, args ...any) error {
	_, err := im.tx.Exec(ctx, sql, args...)
	return err
}
