package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Schedule is a job that recurs.
type Schedule struct {
	Name     string // also names what is run
	Spec     string // five cron fields, or @daily and the like
	Zone     string // IANA name; the slot is computed there
	Enabled  bool
	LastSlot time.Time // newest slot that was handed out
}

// SetSchedule writes a schedule from the settings. Its memory of slots is kept,
// except when spec or zone changed: then it begins now.
func SetSchedule(ctx context.Context, db DB, s Schedule) error {
	_, err := db.Exec(ctx, `
		insert into schedule as s (name, spec, zone, enabled) values ($1, $2, $3, $4)
		on conflict (name) do update set enabled = excluded.enabled,
		    last_slot = case when (s.spec, s.zone) is distinct from (excluded.spec, excluded.zone) then now() else s.last_slot end,
		    spec = excluded.spec, zone = excluded.zone`, s.Name, s.Spec, s.Zone, s.Enabled)
	if err != nil {
		return fmt.Errorf("set schedule %s: %w", s.Name, err)
	}
	return nil
}

// Schedules reads all schedules.
func Schedules(ctx context.Context, db DB) ([]Schedule, error) {
	rows, err := db.Query(ctx, `select name, spec, zone, enabled, last_slot from schedule order by name`)
	if err != nil {
		return nil, fmt.Errorf("read schedules: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Schedule])
}

// TakeSlot claims one slot of a schedule and reports whether it was free. Any
// process may try; one wins.
func TakeSlot(ctx context.Context, tx pgx.Tx, name string, slot time.Time, late bool, skipped int) (taken bool, err error) {
	tag, err := tx.Exec(ctx, `
		insert into schedule_run (schedule, slot, late, skipped) values ($1, $2, $3, $4) on conflict do nothing`,
		name, slot, late, skipped)
	if err != nil {
		return false, fmt.Errorf("take slot %s of %s: %w", slot.Format(time.RFC3339), name, err)
	}
	if _, err := tx.Exec(ctx, `update schedule set last_slot = greatest(last_slot, $2) where name = $1`, name, slot); err != nil {
		return false, fmt.Errorf("advance schedule %s: %w", name, err)
	}
	return tag.RowsAffected() == 1, nil
}

// SlotDone records the end of a scheduled run.
func SlotDone(ctx context.Context, db DB, name string, slot time.Time, runErr error) error {
	text := ""
	if runErr != nil {
		text = runErr.Error()
	}
	_, err := db.Exec(ctx, `update schedule_run set done_at = now(), error = $3 where schedule = $1 and slot = $2`, name, slot, text)
	if err != nil {
		return fmt.Errorf("end slot of %s: %w", name, err)
	}
	return nil
}

// killSwitch is the switch that stops all outside effects.
const killSwitch = "kill"

// Stopped reports whether all outside effects are stopped.
func Stopped(ctx context.Context, db DB) (bool, error) { return Switched(ctx, db, killSwitch) }

// SetKillSwitch stops all outside effects at once, or lets them go on. It is read
// where effects are claimed, so it needs no restart.
func (s *Store) SetKillSwitch(ctx context.Context, on bool, who, reason string) error {
	return s.InTx(ctx, func(tx pgx.Tx) error {
		action := "kill switch on"
		set := func() error { return SwitchOn(ctx, tx, killSwitch, who, reason) }
		if !on {
			action = "kill switch off"
			set = func() error { return SwitchOff(ctx, tx, killSwitch) }
		}
		if err := set(); err != nil {
			return err
		}
		return Audit(ctx, tx, who, action, "effects", map[string]string{"reason": reason})
	})
}

// SwitchOn turns a switch on; one that is on stays as it is.
func SwitchOn(ctx context.Context, tx pgx.Tx, name, who, reason string) error {
	_, err := tx.Exec(ctx, `insert into switch (name, by_whom, reason) values ($1, $2, $3) on conflict (name) do nothing`, name, who, reason)
	if err != nil {
		return fmt.Errorf("turn switch %s on: %w", name, err)
	}
	return nil
}

// SwitchOff turns a switch off.
func SwitchOff(ctx context.Context, tx pgx.Tx, name string) error {
	if _, err := tx.Exec(ctx, `delete from switch where name = $1`, name); err != nil {
		return fmt.Errorf("turn switch %s off: %w", name, err)
	}
	return nil
}

// Switched reports whether a switch is on.
func Switched(ctx context.Context, db DB, name string) (on bool, err error) {
	err = db.QueryRow(ctx, `select exists (select from switch where name = $1)`, name).Scan(&on)
	if err != nil {
		return false, fmt.Errorf("read switch %s: %w", name, err)
	}
	return on, nil
}

// KillSwitch says in a sentence whether effects are stopped.
func (s *Store) KillSwitch(ctx context.Context) (string, error) {
	var since time.Time
	var who, reason string
	err := s.pool.QueryRow(ctx, `select on_since, by_whom, reason from switch where name = 'kill'`).Scan(&since, &who, &reason)
	if errors.Is(err, pgx.ErrNoRows) {
		return "The kill switch is off: effects are carried out.", nil
	}
	if err != nil {
		return "", fmt.Errorf("read kill switch: %w", err)
	}
	return fmt.Sprintf("The kill switch is ON since %s (by %s: %s): nothing is posted, ordered or sent.", since.UTC().Format(time.RFC3339), who, reason), nil
}
