package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// buyers imports the documented shop with orders of a few customers.
func buyers(t *testing.T, replace func(string) string) *store.Store {
	t.Helper()
	st := dataStore(t)
	dir := docsFolder(t)
	putFile(t, dir, "orders.csv", `order_id,line_id,ordered_at,channel,sku,quantity,unit_price,currency,customer_id
1,1,2026-10-01 10:00:00,shop,SOLAR-01,2,10.00,EUR,ann@example.com
2,1,2026-10-20 10:00:00,shop,MUG-07,1,5.00,EUR,ann@example.com
3,1,2026-10-21 10:00:00,amazon-uk,SOLAR-01,1,10.00,GBP,bob
4,1,2026-11-01 10:00:00,shop,SOLAR-01,-1,10.00,EUR,ann@example.com
5,1,2026-11-02 10:00:00,shop,SOLAR-01,1,10.00,EUR,
`)
	putFile(t, dir, "browsing.csv", `customer_id,day
bob,2026-11-14
ann@example.com,2026-11-12
ann@example.com,2026-10-03
carl,2026-11-01
`)
	opts := store.ImportOptions{Shop: dataShop, Now: morning("2026-11-16"), Customer: replace}
	if _, err := st.ImportFolder(t.Context(), dir, opts); err != nil {
		t.Fatal(err)
	}
	return st
}

func TestPurchases(t *testing.T) {
	st := buyers(t, nil)
	h, err := st.Purchases(t.Context(), "EUR", dataDay("2026-11-15"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"ann@example.com", "bob"}, h.Customers); diff != "" || h.Len() != 4 {
		t.Fatalf("%d lines; %s", h.Len(), diff)
	}
	if diff := cmp.Diff([]string{"shop", "amazon-uk"}, h.Channel); diff != "" {
		t.Error(diff)
	}
	all := h.Summaries(dataDay("2026-11-15"))
	// Ann: 20.00 and 5.00 on two days; what she sent back is no purchase.
	if s := all[0]; s.Frequency != 1 || s.Recency != 19 || s.Value != 1250 {
		t.Errorf("%+v", s)
	}
	rate := 0.0 // Bob paid 10.00 GBP at the rate in the documented rates.csv
	if err := st.Pool().QueryRow(t.Context(), `select coalesce((select rate / 1e8 from fx_rate where currency = 'GBP' and day <= '2026-10-21' order by day desc limit 1), 0)`).Scan(&rate); err != nil {
		t.Fatal(err)
	}
	if got := all[1].Value; got < 1000*rate-1 || got > 1000*rate+1 {
		t.Errorf("Bob's order is worth %.2f, rate %.4f", got, rate)
	}
	if diff := cmp.Diff([][]core.Day{{dataDay("2026-10-03"), dataDay("2026-11-12")}, {dataDay("2026-11-14")}}, h.Browsed); diff != "" {
		t.Errorf("browsing of those who bought: %s", diff)
	}
	if h, err = st.Purchases(t.Context(), "EUR", dataDay("2026-10-01")); err != nil || h.Browsed != nil {
		t.Errorf("browsing known by 1 October: %v, %v", h.Browsed, err)
	}
	if h, err = st.Purchases(t.Context(), "EUR", dataDay("2026-10-19")); err != nil || h.Len() != 1 {
		t.Errorf("%d lines were known by 19 October: %v", h.Len(), err)
	}
	if day, err := store.LastCoveredDay(t.Context(), st.Pool(), dataDay("2026-12-01")); err != nil || day != dataDay("2026-11-02") {
		t.Errorf("orders are known up to %s: %v", day, err)
	}
}

// TestPseudonyms: with a salt no customer id is stored, and the ones that were
// stored before go.
func TestPseudonyms(t *testing.T) {
	replace := store.Pseudonyms("a salt that is long enough")
	if a, b := replace("bob"), store.Pseudonyms("another salt, also long")("bob"); a == b || replace(a) != a || replace("") != "" || strings.Contains(a, "bob") {
		t.Errorf("%s and %s", a, b)
	}
	stored := func(st *store.Store) (list string) {
		err := st.Pool().QueryRow(t.Context(), `select string_agg(distinct customer_id || case when days > 0 then ' ' || days else '' end, ' ') from (
			select customer_id, 0 as days from order_line where customer_id <> ''
			union all select customer_id, count(*) from browsing_day group by 1) c`).Scan(&list)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	salted := stored(buyers(t, replace))
	if strings.Contains(salted, "bob") || strings.Contains(salted, "ann") || len(strings.Fields(salted)) != 2+3*2 {
		t.Errorf("stored: %s", salted)
	}
	st := buyers(t, nil)
	// A day can have come under the pseudonym before the old ones go.
	if _, err := st.Pool().Exec(t.Context(), `insert into browsing_day values ($1, '2026-11-14')`, replace("bob")); err != nil {
		t.Fatal(err)
	}
	if n, err := st.Pseudonymize(t.Context(), replace); err != nil || n != 3 {
		t.Errorf("%d replaced: %v", n, err)
	}
	if got := stored(st); got != salted {
		t.Errorf("replaced later: %s, at once: %s", got, salted)
	}
	if n, err := st.Pseudonymize(t.Context(), replace); err != nil || n != 0 {
		t.Errorf("again: %d %v", n, err)
	}
}

func TestCustomerReport(t *testing.T) {
	st := buyers(t, nil)
	ctx := t.Context()
	if _, _, err := store.CustomerReport(ctx, st.Pool()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("before the first: %v", err)
	}
	link := core.Link{From: "SOLAR-01", To: "MUG-07", Probability: 0.34, Lo: 0.3, Hi: 0.4, Days: 60, Support: 120, Lift: 2.5}
	r := &repurchase.Report{
		AsOf: dataDay("2026-11-15"), Days: 60, Customers: 2, Expected: 1.5, Active: 1, Horizon: 365, Links: []core.Link{link},
		Segments: []repurchase.SegmentRow{{Segment: repurchase.Regular, WorthRow: repurchase.WorthRow{Group: "regular", Customers: 2, Mean: 100, Low: 90, High: 110}}},
		Demand:   &repurchase.DemandNote{Days: 30, Weight: 0.4, Error: 0.7, With: 0.6, Windows: 4},
		Products: []repurchase.ProductRow{{SKU: "SOLAR-01", Lift: 0.1, Buyers: 2, Probability: 0.5, Again: 1, Units: 2, Due: dataDay("2026-12-01"), Policy: repurchase.Consumable, Median: 74, Year: 0.3, Link: &link,
			Behind: []repurchase.LikelyCustomer{{Customer: "bob", Probability: 0.75, Due: dataDay("2026-12-01"), Again: true}, {Customer: "ann@example.com", Probability: 0.25, Due: dataDay("2026-12-02")}}}},
	}
	for range 2 { // the second replaces the first
		if err := st.SaveCustomerReport(ctx, r, 4); err != nil {
			t.Fatal(err)
		}
	}
	got, made, err := store.CustomerReport(ctx, st.Pool())
	if err != nil || made.IsZero() {
		t.Fatal(err)
	}
	want := *r
	want.Links = nil
	want.Products = []repurchase.ProductRow{r.Products[0]}
	want.Products[0].Behind = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	list, all, err := store.LikelyCustomers(ctx, st.Pool(), "SOLAR-01", 1)
	if err != nil || all != 2 || len(list) != 1 || list[0].Probability != 0.75 || !strings.HasPrefix(list[0].Customer, "c-") || strings.Contains(fmt.Sprint(list), "bob") {
		t.Errorf("%v of %d: %v", list, all, err)
	}
	snap, err := st.LoadSnapshot(ctx, dataShop, morning("2026-11-16"))
	if err != nil {
		t.Fatal(err)
	}
	if w := []core.CustomerDemand{{SKU: "SOLAR-01", AsOf: r.AsOf, Days: 60, Customers: 1, Units: 2, Lift: 0.1, LiftDays: 30}}; !cmp.Equal(snap.Wanted, w) {
		t.Errorf("wanted by customers: %+v", snap.Wanted)
	}
	if c := []core.Cycle{{SKU: "SOLAR-01", Days: 74, Share: 0.3, Buyers: 2}}; !cmp.Equal(snap.Cycles, c) {
		t.Errorf("cycles: %+v", snap.Cycles)
	}
	byHand := false
	for _, l := range snap.Links {
		switch {
		case l.From == link.From && l.To == link.To && l.Support == 0:
			byHand = true
		case l.From == link.From && l.To == link.To:
			if byHand {
				t.Error("a link set by hand was joined by the learned one")
			}
			if diff := cmp.Diff(link, l); diff != "" {
				t.Error(diff)
			}
		}
	}
	if _, err := st.Pool().Exec(ctx, `delete from product_link`); err != nil {
		t.Fatal(err)
	}
	if snap, err = st.LoadSnapshot(ctx, dataShop, morning("2026-11-16")); err != nil || len(snap.Links) != 1 || snap.Links[0] != link {
		t.Errorf("links: %+v %v", snap.Links, err)
	}
}
