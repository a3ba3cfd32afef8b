package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Outage is a time during which a receiver could not be reached. It is open while
// its switch is on; Lasted is measured by the database's clock.
type Outage struct {
	Since  time.Time // zero: there is none
	Lasted time.Duration
	Reason string
}

// BeginOutage notes that a receiver cannot be reached. The time and cause of an
// outage that is open already stay, but the cause is replaced if replace is set.
func BeginOutage(ctx context.Context, tx pgx.Tx, name, reason string, replace bool) error {
	_, err := tx.Exec(ctx, `
		insert into switch as s (name, by_whom, reason) values ($1, 'quartermaster', $2)
		on conflict (name) do update set reason = excluded.reason where $3`, name, reason, replace)
	if err != nil {
		return fmt.Errorf("begin outage %s: %w", name, err)
	}
	return nil
}

// OutageOf reads the outage of a receiver; zero when none is open.
func OutageOf(ctx context.Context, db DB, name string) (Outage, error) {
	return readOutage(ctx, db, name, "")
}

// HoldOutage is OutageOf, and keeps the outage from ending before the transaction does.
func HoldOutage(ctx context.Context, tx pgx.Tx, name string) (Outage, error) {
	return readOutage(ctx, tx, name, " for update")
}

func readOutage(ctx context.Context, db DB, name, lock string) (o Outage, err error) {
	err = db.QueryRow(ctx, `select on_since, clock_timestamp() - on_since, reason from switch where name = $1`+lock, name).Scan(&o.Since, &o.Lasted, &o.Reason)
	if errors.Is(err, pgx.ErrNoRows) {
		return Outage{}, nil
	}
	if err != nil {
		return o, fmt.Errorf("read outage %s: %w", name, err)
	}
	return o, nil
}

// EndOutage closes an outage and returns it; zero when none was open.
func EndOutage(ctx context.Context, tx pgx.Tx, name string) (o Outage, err error) {
	err = tx.QueryRow(ctx, `delete from switch where name = $1 returning on_since, clock_timestamp() - on_since, reason`, name).Scan(&o.Since, &o.Lasted, &o.Reason)
	if errors.Is(err, pgx.ErrNoRows) {
		return Outage{}, nil
	}
	if err != nil {
		return o, fmt.Errorf("end outage %s: %w", name, err)
	}
	return o, nil
}

// Meanwhile counts what waits and what happened since an outage began: cards and
// lines that wait, orders written, proposals that can no longer be approved.
func Meanwhile(ctx context.Context, tx pgx.Tx, since time.Time, cards, lines string) (nCards, nLines, orders, expired int, err error) {
	err = tx.QueryRow(ctx, `
		select (select count(*) from effect where kind = $2 and state in ('pending', 'sending')),
		       (select count(*) from effect where kind = $3 and state in ('pending', 'sending')),
		       (select count(*) from purchase_order where created_at >= $1),
		       (select count(*) from proposal where expires_at between $1 and now() and state in ('proposed', 'awaiting_second', 'expired'))`,
		since, cards, lines).Scan(&nCards, &nLines, &orders, &expired)
	if err != nil {
		return 0, 0, 0, 0, fmt.Errorf("count what happened meanwhile: %w", err)
	}
	return nCards, nLines, orders, expired, nil
}

// MergeLines joins the lines that wait for the same thread into the first of them,
// each with its time and 15 at most, so that a long silence ends in few messages. A
// line that may have left already is not touched.
func MergeLines(ctx context.Context, tx pgx.Tx, lane, kind, zone string) error {
	_, err := tx.Exec(ctx, `
		with waiting as (
			select key, seq, first_value(key) over w as into_key, count(*) over w as n, line
			from (select key, seq, payload->>'card' as card, (row_number() over (partition by payload->>'card' order by seq) - 1) / 15 as part,
			             to_char(created_at at time zone $3, 'HH24:MI') || ' ' || (payload->>'text') as line
			      from effect where lane = $1 and kind = $2 and state = 'pending' and (lease_until is null or lease_until < now())) l
			window w as (partition by card, part order by seq rows between unbounded preceding and unbounded following)
		), joined as (
			select into_key, string_agg(line, E'\n' order by seq) as text from waiting where n > 1 group by into_key
		), first as (
			update effect e set payload = jsonb_set(e.payload, '{text}', to_jsonb(j.text)), updated_at = now()
			from joined j where e.key = j.into_key
		)
		update effect e set state = 'done', remote_ref = 'merged into ' || w.into_key, updated_at = now()
		from waiting w where w.n > 1 and e.key = w.key and w.key <> w.into_key`, lane, kind, zone)
	if err != nil {
		return fmt.Errorf("merge the lines that wait: %w", err)
	}
	return nil
}

// FirstInLane puts an effect before all others that wait in its lane.
func FirstInLane(ctx context.Context, tx pgx.Tx, key string) error {
	_, err := tx.Exec(ctx, `
		update effect e set seq = least(e.seq, (select min(o.seq) - 1 from effect o where o.lane = e.lane and o.state in ('pending', 'sending')))
		where key = $1`, key)
	if err != nil {
		return fmt.Errorf("put effect %s first: %w", key, err)
	}
	return nil
}

// CountWaiting counts the effects that wait, of the kinds that begin with prefix.
func CountWaiting(ctx context.Context, db DB, prefix string) (n int, err error) {
	err = db.QueryRow(ctx, `select count(*) from effect where state in ('pending', 'sending') and starts_with(kind, $1)`, prefix).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count waiting effects: %w", err)
	}
	return n, nil
}

// GivenUp reads an effect that failed or whose outcome is unknown, and with lock holds
// it until the transaction ends. ErrNotFound when it is neither.
func GivenUp(ctx context.Context, db DB, key string, lock bool) (e Effect, err error) {
	sql := `select key, kind, lane, class, state, payload, rounds, last_error, updated_at from effect where key = $1 and state in ('failed', 'unknown')`
	if lock {
		sql += ` for update`
	}
	err = db.QueryRow(ctx, sql, key).Scan(&e.Key, &e.Kind, &e.Lane, &e.Class, &e.State, &e.Payload, &e.Rounds, &e.LastError, &e.Created)
	if errors.Is(err, pgx.ErrNoRows) {
		return e, fmt.Errorf("effect %s: %w", key, ErrNotFound)
	}
	if err != nil {
		return e, fmt.Errorf("read effect %s: %w", key, err)
	}
	return e, nil
}

// DeadEffects lists the effects that were given up, of the kinds that begin with
// prefix, newest first.
func DeadEffects(ctx context.Context, db DB, prefix string) ([]Effect, error) {
	rows, err := db.Query(ctx, `
		select key, kind, lane, class, state, payload, last_error, updated_at from effect
		where state = 'failed' and starts_with(kind, $1) order by updated_at desc, key limit 1000`, prefix)
	if err != nil {
		return nil, fmt.Errorf("list dead effects: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (e Effect, err error) {
		err = r.Scan(&e.Key, &e.Kind, &e.Lane, &e.Class, &e.State, &e.Payload, &e.LastError, &e.Created)
		return e, err
	})
}
