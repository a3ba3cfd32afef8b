package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Audit appends one row to the audit chain, in the transaction that does what it
// records. Call it last: it holds the head of the chain until the commit.
func Audit(ctx context.Context, tx pgx.Tx, actor, action, subject string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	var seq int64
	var prev []byte
	var at time.Time
	if err := tx.QueryRow(ctx, `select seq + 1, hash, now() from audit_head for update`).Scan(&seq, &prev, &at); err != nil {
		return fmt.Errorf("read audit head: %w", err)
	}
	hash := auditHash(prev, seq, at, actor, action, subject, string(text))
	if _, err := tx.Exec(ctx, `
		insert into audit (seq, at, actor, action, subject, body, prev, hash) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		seq, at, actor, action, subject, string(text), prev, hash); err != nil {
		return fmt.Errorf("append audit: %w", err)
	}
	if _, err := tx.Exec(ctx, `update audit_head set seq = $1, hash = $2`, seq, hash); err != nil {
		return fmt.Errorf("move audit head: %w", err)
	}
	return nil
}

// VerifyAudit walks the chain and returns its length. It fails at the first row
// that was changed, removed or inserted, and when the end was cut off. It may run
// while others append.
func (s *Store) VerifyAudit(ctx context.Context) (n int64, err error) {
	// One snapshot for the rows and the head, else an append in between looks like
	// a cut.
	db, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return 0, fmt.Errorf("read audit: %w", err)
	}
	defer func() { _ = db.Rollback(ctx) }() // nothing was written
	rows, err := db.Query(ctx, `select seq, at, actor, action, subject, body, prev, hash from audit order by seq`)
	if err != nil {
		return 0, fmt.Errorf("read audit: %w", err)
	}
	defer rows.Close()
	last := []byte{}
	for rows.Next() {
		var seq int64
		var at time.Time
		var actor, action, subject, body string
		var prev, hash []byte
		if err := rows.Scan(&seq, &at, &actor, &action, &subject, &body, &prev, &hash); err != nil {
			return n, err
		}
		n++
		switch {
		case seq != n:
			return n, fmt.Errorf("audit row %d is missing", n)
		case !bytes.Equal(prev, last):
			return n, fmt.Errorf("audit row %d does not follow the one before it", seq)
		case !bytes.Equal(hash, auditHash(prev, seq, at, actor, action, subject, body)):
			return n, fmt.Errorf("audit row %d was changed", seq)
		}
		last = hash
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	var seq int64
	var head []byte
	if err := db.QueryRow(ctx, `select seq, hash from audit_head`).Scan(&seq, &head); err != nil {
		return n, fmt.Errorf("read audit head: %w", err)
	}
	if seq != n || !bytes.Equal(head, last) {
		return n, fmt.Errorf("audit ends at row %d, the head says %d: the end was cut off or replaced", n, seq)
	}
	return n, nil
}

// auditHash covers every column; lengths are hashed too, so that text cannot
// move from one column to the next.
func auditHash(prev []byte, seq int64, at time.Time, text ...string) []byte {
	h := sha256.New()
	h.Write(prev)
	var n [8]byte
	put := func(v int64) {
		binary.BigEndian.PutUint64(n[:], uint64(v))
		h.Write(n[:])
	}
	put(seq)
	put(at.UnixMicro())
	for _, t := range text {
		put(int64(len(t)))
		h.Write([]byte(t))
	}
	return h.Sum(nil)
}
