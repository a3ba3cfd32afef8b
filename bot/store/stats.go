package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Stats are the figures by which an operator sees that work flows. Ages are zero
// when there is nothing of the kind.
type Stats struct {
	Effects       []EffectCount
	OldestEffect  time.Duration // age of the oldest effect that is due and waits
	InboxWaiting  int
	OldestClick   time.Duration
	Proposals     map[string]int // by state
	Orders        map[string]int // by state
	LastCheck     time.Duration  // since the last check ended; 0 before the first
	FailedRuns    int            // scheduled runs that ended in an error, last 24 hours
	KillSwitch    bool
	AuditEntries  int64
	ChecksEverRun int
}

// EffectCount is how many effects of a kind are in a state.
type EffectCount struct {
	Kind  string
	State EffectState
	N     int
}

// Stats reads the figures in one snapshot.
func (s *Store) Stats(ctx context.Context) (st Stats, err error) {
	tx, err := s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return st, fmt.Errorf("read figures: %w", err)
	}
	defer func() { _ = tx.Rollback(ctx) }() // nothing was written
	err = tx.QueryRow(ctx, `select
		coalesce((select extract(epoch from now() - min(not_before)) from effect where state in ('pending', 'sending') and not_before <= now()), 0)::float8,
		(select count(*) from inbox where done_at is null),
		coalesce((select extract(epoch from now() - min(received_at)) from inbox where done_at is null), 0)::float8,
		coalesce((select extract(epoch from now() - max(finished_at)) from check_run), 0)::float8,
		(select count(*) from check_run),
		(select count(*) from schedule_run where error <> '' and slot > now() - interval '24 hours'),
		exists (select from switch where name = 'kill'),
		(select seq from audit_head)`).
		Scan(seconds{&st.OldestEffect}, &st.InboxWaiting, seconds{&st.OldestClick}, seconds{&st.LastCheck}, &st.ChecksEverRun, &st.FailedRuns, &st.KillSwitch, &st.AuditEntries)
	if err != nil {
		return st, fmt.Errorf("read figures: %w", err)
	}
	rows, err := tx.Query(ctx, `select kind, state, count(*) from effect group by 1, 2 order by 1, 2`)
	if err != nil {
		return st, fmt.Errorf("count effects: %w", err)
	}
	if st.Effects, err = pgx.CollectRows(rows, pgx.RowToStructByPos[EffectCount]); err != nil {
		return st, fmt.Errorf("count effects: %w", err)
	}
	if st.Proposals, err = byState(ctx, tx, `select state, count(*) from proposal group by 1`); err != nil {
		return st, err
	}
	st.Orders, err = byState(ctx, tx, `select state, count(*) from purchase_order group by 1`)
	return st, err
}

func byState(ctx context.Context, db DB, sql string) (map[string]int, error) {
	rows, err := db.Query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("count by state: %w", err)
	}
	out := map[string]int{}
	var state string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&state, &n}, func() error {
		out[state] = n
		return nil
	})
	return out, err
}

// seconds scans a number of seconds into a duration.
type seconds struct{ to *time.Duration }

// Scan takes the float8 that the query returns.
func (s seconds) Scan(src any) error {
	v, ok := src.(float64)
	if !ok {
		return fmt.Errorf("seconds: cannot read %T", src)
	}
	*s.to = time.Duration(max(v, 0) * float64(time.Second))
	return nil
}
