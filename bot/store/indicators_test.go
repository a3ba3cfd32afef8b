package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// What came is told by place: a product that came to one of two did not come to the other.
func TestCameBetween(t *testing.T) {
	st := dataStore(t)
	if _, err := st.Pool().Exec(t.Context(), `
		with l as (
			insert into purchase_order_line (order_id, line, sku, location, qty, mode, due)
			select $1, n, 'MUG-07', place, 100, 'sea', '2026-11-14' from unnest('{LON,LON,BER}'::text[]) with ordinality as at (place, n) returning order_id, line)
		insert into receipt (order_id, line, day, received, damaged, source, ref, by_whom, happened)
		select order_id, line, date '2026-11-13' + line, 40, line, 'file', '', 'U', now() from l`, orderOf(t, st, "PO-2026-0001", "received")); err != nil {
		t.Fatal(err)
	}
	got, err := store.CameBetween(t.Context(), st.Pool(), core.DayRange{From: dataDay("2026-11-14"), To: dataDay("2026-11-16")})
	if err != nil {
		t.Fatal(err)
	}
	want := []plan.WeekCame{
		{Order: "PO-2026-0001", SKU: "MUG-07", Location: "BER", Day: dataDay("2026-11-16"), Units: 37},
		{Order: "PO-2026-0001", SKU: "MUG-07", Location: "LON", Day: dataDay("2026-11-15"), Units: 77},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// orderOf writes an order without lines and returns its id.
func orderOf(t *testing.T, st *store.Store, number, state string) (id int64) {
	t.Helper()
	err := st.Pool().QueryRow(t.Context(), `
		with p as (
			insert into proposal (supplier, state, digest, body, amount_minor, currency, expires_at)
			values ('POT', 'approved', '', '{}', 1, 'GBP', now()) returning id)
		insert into purchase_order (number, proposal_id, supplier, state, body, ordered_on)
		select $1, id, 'POT', $2, '{}', '2026-11-16' from p returning id`, number, state).Scan(&id)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
