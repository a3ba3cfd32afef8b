package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// CardRow is where a card stands and what it should show.
type CardRow struct {
	Key     string
	Kind    plan.CardKind
	Subject string          // proposal id or finding key
	Body    json.RawMessage // content of cards that have no row of their own elsewhere
	Version int             // to be shown
	Shown   int             // shown now; 0 before the first post
	Channel string
	TS      string
	Updated time.Time
}

// TouchCard says that a card's content changed: its version grows. A card that
// does not exist is made, to be posted in channel. An empty body leaves what is
// kept with the card.
func TouchCard(ctx context.Context, tx pgx.Tx, key string, kind plan.CardKind, subject, channel string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into card (key, kind, subject, channel, body) values ($1, $2, $3, $4, $5)
		on conflict (key) do update set version = card.version + 1, updated_at = now(),
		    body = case when excluded.body = '{}' then card.body else excluded.body end`,
		key, kind, subject, channel, text)
	if err != nil {
		return fmt.Errorf("touch card %s: %w", key, err)
	}
	return nil
}

// Card reads one card.
func Card(ctx context.Context, db DB, key string) (c CardRow, err error) {
	err = db.QueryRow(ctx, `
		select key, kind, subject, body, version, shown, channel, ts, updated_at from card where key = $1`, key).
		Scan(&c.Key, &c.Kind, &c.Subject, &c.Body, &c.Version, &c.Shown, &c.Channel, &c.TS, &c.Updated)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fmt.Errorf("card %s: %w", key, ErrNotFound)
	}
	return c, err
}

// CardSubjects returns what the cards of a kind are about.
func CardSubjects(ctx context.Context, db DB, kind plan.CardKind) (map[string]bool, error) {
	rows, err := db.Query(ctx, `select subject from card where kind = $1`, kind)
	if err != nil {
		return nil, fmt.Errorf("read cards: %w", err)
	}
	out := map[string]bool{}
	var subject string
	if _, err = pgx.ForEachRow(rows, []any{&subject}, func() error { out[subject] = true; return nil }); err != nil {
		return nil, fmt.Errorf("read cards: %w", err)
	}
	return out, nil
}

// CardAt reads the card that stands at a message.
func CardAt(ctx context.Context, db DB, channel, ts string) (CardRow, error) {
	var key string
	err := db.QueryRow(ctx, `select key from card where channel = $1 and ts = $2 and ts <> ''`, channel, ts).Scan(&key)
	if errors.Is(err, pgx.ErrNoRows) {
		return CardRow{}, fmt.Errorf("card at %s: %w", ts, ErrNotFound)
	}
	if err != nil {
		return CardRow{}, fmt.Errorf("read the card at %s: %w", ts, err)
	}
	return Card(ctx, db, key)
}

// CardShown records that version of a card stands at channel and ts.
func CardShown(ctx context.Context, tx pgx.Tx, key string, version int, channel, ts string) error {
	_, err := tx.Exec(ctx, `
		update card set shown = greatest(shown, $2), channel = $3, ts = $4, posted_at = case when ts = $4 then posted_at else now() end where key = $1`,
		key, version, channel, ts)
	if err != nil {
		return fmt.Errorf("record card %s: %w", key, err)
	}
	return nil
}

// CardPicture is the chart that was uploaded for a card: its hash and the chat
// system's id of it.
type CardPicture struct {
	Hash string `json:"hash"`
	File string `json:"file"`
}

// Picture returns the last chart uploaded for the card; zero for none.
func (c CardRow) Picture() CardPicture {
	var body struct {
		Picture CardPicture `json:"picture"`
	}
	_ = json.Unmarshal(c.Body, &body) // the bodies of other cards have no picture
	return body.Picture
}

// KeepPicture records the chart that was uploaded for a card.
func KeepPicture(ctx context.Context, db DB, key string, p CardPicture) error {
	_, err := db.Exec(ctx, `update card set body = body || jsonb_build_object('picture', jsonb_build_object('hash', $2::text, 'file', $3::text)) where key = $1`,
		key, p.Hash, p.File)
	if err != nil {
		return fmt.Errorf("record the picture of card %s: %w", key, err)
	}
	return nil
}

// CardGone forgets where a card stood after its message was deleted.
func CardGone(ctx context.Context, db DB, key, ts string) error {
	_, err := db.Exec(ctx, `update card set shown = 0, ts = '', posted_at = null where key = $1 and ts = $2`, key, ts)
	if err != nil {
		return fmt.Errorf("forget card %s: %w", key, err)
	}
	return nil
}

// CardsToLookFor lists cards that were posted longer ago than age and not looked for
// since, the oldest first.
func CardsToLookFor(ctx context.Context, db DB, age time.Duration, limit int) ([]CardRow, error) {
	rows, err := db.Query(ctx, `select key, channel, ts from card where posted_at < now() - $1::interval order by posted_at limit $2`, age, limit)
	if err != nil {
		return nil, fmt.Errorf("list cards to look for: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (c CardRow, err error) {
		return c, r.Scan(&c.Key, &c.Channel, &c.TS)
	})
}

// CardSeen records that a card stands where it was posted.
func CardSeen(ctx context.Context, db DB, key, ts string) error {
	_, err := db.Exec(ctx, `update card set posted_at = null where key = $1 and ts = $2`, key, ts)
	if err != nil {
		return fmt.Errorf("record that card %s stands: %w", key, err)
	}
	return nil
}

// Incident is a finding with its history.
type Incident struct {
	View      plan.RiskView
	FirstSeen time.Time
	Resolved  bool
}

// Incidents reads every incident that is not resolved, by key.
func Incidents(ctx context.Context, db DB) (map[string]Incident, error) {
	rows, err := db.Query(ctx, `select body, first_seen, snoozed_until, snoozed_by, snooze_event, snooze_mark from incident where resolved_at is null`)
	if err != nil {
		return nil, fmt.Errorf("read incidents: %w", err)
	}
	list, err := pgx.CollectRows(rows, scanIncident)
	out := make(map[string]Incident, len(list))
	for _, i := range list {
		out[i.View.Finding.Key] = i
	}
	return out, err
}

// FindingsOn lists the keys of the incidents about any of the products that are not over
// and have a card, in order.
func FindingsOn(ctx context.Context, db DB, skus []core.SKU) ([]string, error) {
	rows, err := db.Query(ctx, `
		select key from incident
		where resolved_at is null and (body->>'card')::boolean and body->'finding'->>'sku' = any($1) order by key`, skus)
	if err != nil {
		return nil, fmt.Errorf("list findings: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// IncidentByKey reads one incident, resolved or not.
func IncidentByKey(ctx context.Context, db DB, key string) (Incident, error) {
	rows, err := db.Query(ctx, `select body, first_seen, snoozed_until, snoozed_by, snooze_event, snooze_mark from incident where key = $1`, key)
	if err != nil {
		return Incident{}, fmt.Errorf("read incident %s: %w", key, err)
	}
	i, err := pgx.CollectExactlyOneRow(rows, scanIncident)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fmt.Errorf("incident %s: %w", key, ErrNotFound)
	}
	return i, err
}

func scanIncident(r pgx.CollectableRow) (i Incident, err error) {
	var body []byte
	var until *time.Time
	var by string
	var event plan.SnoozeEvent
	var mark string
	if err := r.Scan(&body, &i.FirstSeen, &until, &by, &event, &mark); err != nil {
		return i, err
	}
	if err := json.Unmarshal(body, &i.View); err != nil {
		return i, err
	}
	i.Resolved = i.View.Resolved
	i.View.SnoozeEvent, i.View.SnoozeMark = event, mark
	i.View.SnoozedBy = by
	if until != nil {
		i.View.SnoozedUntil = *until
	}
	return i, nil
}

// SaveIncident writes the present state of an incident: seen again, or resolved.
// An incident that was resolved and comes back begins anew.
func SaveIncident(ctx context.Context, tx pgx.Tx, v plan.RiskView) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into incident as i (key, severity, body, resolved_at, snoozed_until, snoozed_by, snooze_event, snooze_mark)
		values ($1, $2, $3, case when $4 then now() end, $5, $6, $7, $8)
		on conflict (key) do update set severity = excluded.severity, body = excluded.body, last_seen = now(),
		    first_seen    = case when i.resolved_at is not null and not $4 then now() else i.first_seen end,
		    snoozed_until = excluded.snoozed_until, snoozed_by = excluded.snoozed_by,
		    snooze_event  = excluded.snooze_event, snooze_mark = excluded.snooze_mark,
		    resolved_at   = case when $4 then coalesce(i.resolved_at, now()) end`,
		v.Finding.Key, v.Finding.Severity.String(), body, v.Resolved, nullTime(v.SnoozedUntil), v.SnoozedBy, v.SnoozeEvent, v.SnoozeMark)
	if err != nil {
		return fmt.Errorf("save incident %s: %w", v.Finding.Key, err)
	}
	return nil
}

// SaveRun records a finished check and replaces the state of all items.
func SaveRun(ctx context.Context, tx pgx.Tx, id string, started time.Time, summary any, items []plan.Item) error {
	text, err := json.Marshal(summary)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		insert into check_run (id, started_at, summary) values ($1, $2, $3)
		on conflict (id) do update set finished_at = now(), summary = excluded.summary`, id, started, text); err != nil {
		return fmt.Errorf("save run %s: %w", id, err)
	}
	if _, err := tx.Exec(ctx, `delete from item_state`); err != nil {
		return fmt.Errorf("clear item states: %w", err)
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"item_state"}, []string{"sku", "location", "at_risk", "tier", "body"},
		pgx.CopyFromSlice(len(items), func(i int) ([]any, error) {
			body, err := json.Marshal(items[i])
			it := items[i]
			return []any{string(it.SKU), string(it.Location), it.MoneyAtRisk.Minor, string(it.Tier), body}, err
		}))
	if err != nil {
		return fmt.Errorf("save item states: %w", err)
	}
	return nil
}

// ItemStates reads the items of the last check with the given SKU, at every
// location.
func ItemStates(ctx context.Context, db DB, sku string) ([]plan.Item, error) {
	return itemStates(ctx, db, `where sku = any (array(select sku collate "default" from product where upper(sku) = upper($1))) order by sku, location`, sku)
}

// WorstItems reads the items with most money at risk.
func WorstItems(ctx context.Context, db DB, limit int) ([]plan.Item, error) {
	return itemStates(ctx, db, `where tier in ('RED', 'YELLOW') order by at_risk desc, tier, sku, location limit $1`, limit)
}

func itemStates(ctx context.Context, db DB, where string, arg any) ([]plan.Item, error) {
	rows, err := db.Query(ctx, `select body from item_state `+where, arg)
	if err != nil {
		return nil, fmt.Errorf("read item states: %w", err)
	}
	return pgx.CollectRows(rows, fromJSON[plan.Item])
}

// fromJSON reads a row of one JSON column.
func fromJSON[T any](r pgx.CollectableRow) (v T, err error) {
	var body []byte
	if err := r.Scan(&body); err != nil {
		return v, err
	}
	return v, json.Unmarshal(body, &v)
}

// SKUs lists every product code, for "did you mean".
func SKUs(ctx context.Context, db DB) ([]string, error) {
	rows, err := db.Query(ctx, `select sku from product order by sku`)
	if err != nil {
		return nil, fmt.Errorf("list SKUs: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// Epoch reads the number that grows with every decision. With lock it also holds
// it until the transaction ends.
func Epoch(ctx context.Context, db DB, lock bool) (n int64, err error) {
	sql := `select n from epoch`
	if lock {
		sql += ` for update`
	}
	err = db.QueryRow(ctx, sql).Scan(&n)
	return n, err
}

// NextEpoch makes running checks look again: what they loaded is no longer true.
func NextEpoch(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `update epoch set n = n + 1`)
	return err
}

// IncidentsOfDay counts the incidents first seen and those resolved in the last 24
// hours.
func IncidentsOfDay(ctx context.Context, db DB) (first, over int, err error) {
	err = db.QueryRow(ctx, `
		select count(*) filter (where first_seen > now() - interval '24 hours'),
		       count(*) filter (where resolved_at > now() - interval '24 hours') from incident`).Scan(&first, &over)
	if err != nil {
		return 0, 0, fmt.Errorf("count incidents: %w", err)
	}
	return first, over, nil
}
