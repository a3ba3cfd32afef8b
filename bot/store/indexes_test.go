package store_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"quartermaster/bot/store"
	"quartermaster/core/plan"
)

// recorder keeps what is asked of the database.
type recorder struct{ asked []pgx.TraceQueryStartData }

// TraceQueryStart keeps a query.
func (r *recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	r.asked = append(r.asked, q)
	return ctx
}

// TraceQueryEnd is part of pgx.QueryTracer.
func (*recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// large are the tables that grow with the products and with the years.
var large = regexp.MustCompile(`Seq Scan on (check_run|item_state|schedule_run|product|likely_customer|learned_link|order_line)\b`)

// What the home tab, /stock and an arrival card ask for at every look reads no large
// table as a whole.
func TestLooksHaveIndexes(t *testing.T) {
	st := dataStore(t)
	cfg := st.Pool().Config().Copy()
	asked := new(recorder)
	cfg.ConnConfig.Tracer = asked
	cfg.ConnConfig.RuntimeParams["enable_seqscan"] = "off" // the tables of a test are small: else reading them whole is cheapest
	db, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	ctx := t.Context()
	if _, err := st.ImportFolder(ctx, docsFolder(t), store.ImportOptions{Shop: dataShop, Now: morning("2026-11-16")}); err != nil {
		t.Fatal(err)
	}
	for name, look := range map[string]func() error{
		"what runs short":       func() error { _, err := store.WorstItems(ctx, db, 200); return err },
		"the last days":         func() error { _, err := store.DayFigures(ctx, db, "Europe/London", 14); return err },
		"the last check":        func() error { _, err := store.LastRun(ctx, db); return err },
		"a part of it":          func() error { _, err := store.LastRunField(ctx, db, "mode"); return err },
		"the last slots":        func() error { _, err := store.LastSlots(ctx, db); return err },
		"the indicators":        func() error { _, err := store.Indicators(ctx, db, time.Now(), time.UTC); return err },
		"a product":             func() error { _, err := store.ItemStates(ctx, db, "solar-01"); return err },
		"the code of a product": func() error { _, err := store.CanonicalSKU(ctx, db, "SOLAR-01"); return err },
		"names of products":     func() error { _, err := store.ProductNames(ctx, db, "SOLAR-01"); return err },
		"an arrival": func() error {
			return store.FillArrivals(ctx, db, []plan.ArrivalLine{{SKU: "SOLAR-01", Location: "MAIN"}})
		},
	} {
		asked.asked = nil
		if err := look(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if len(asked.asked) == 0 {
			t.Errorf("%s: nothing was asked", name)
		}
		for _, q := range slices.Clone(asked.asked) {
			rows, err := db.Query(ctx, "explain "+q.SQL, q.Args...)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			plan := strings.Join(lines, "\n")
			if found := large.FindString(plan); found != "" {
				t.Errorf("%s: %s in\n%s", name, found, plan)
			}
		}
	}
}

// The last days with a check are those of the shop's clock, each with its last check;
// days without one are left out, however many.
func TestDayFigures(t *testing.T) {
	st := dataStore(t)
	for at, red := range map[string]int{
		"2026-03-28 09:00+00": 1,                           // a day before the clocks change
		"2026-03-28 23:30+00": 2,                           //
		"2026-03-29 22:59+00": 3, "2026-03-29 23:01+00": 4, // summer time: the second is of the 30th
		"2026-08-01 10:00+00": 5,
		"2026-01-02 10:00+00": 9, // before the days that are asked for
	} {
		if _, err := st.Pool().Exec(t.Context(), `insert into check_run (id, started_at, finished_at, summary) values ($1::text, $1::timestamptz, $1::timestamptz, jsonb_build_object('overview', jsonb_build_object('red', $2::int)))`, at, red); err != nil {
			t.Fatal(err)
		}
	}
	got, err := store.DayFigures(t.Context(), st.Pool(), "Europe/London", 4)
	if err != nil {
		t.Fatal(err)
	}
	var days []string
	for _, d := range got {
		days = append(days, fmt.Sprintf("%s %d", d.Day, d.Red))
	}
	if diff := cmp.Diff([]string{"2026-03-28 2", "2026-03-29 3", "2026-03-30 4", "2026-08-01 5"}, days); diff != "" {
		t.Error(diff)
	}
	if none, err := store.DayFigures(t.Context(), dataStore(t).Pool(), "UTC", 4); err != nil || len(none) != 0 {
		t.Errorf("before the first check: %v, %v", none, err)
	}
}
