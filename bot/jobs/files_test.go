package jobs_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/bot/store"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
)

// file imports one file and returns what it changed, or why it was refused.
func (s *shop) file(name, text string) (store.ImportResult, error) {
	s.t.Helper()
	dir := s.t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	list, err := s.svc.Import(s.t.Context(), dir, nil)
	if err != nil {
		return store.ImportResult{}, err
	}
	return list[0], nil
}

// Reports and receipts come by file: refused whole with line and column, taken in
// once, shown on the card and told in its thread like those from Slack.
func TestOrdersByFile(t *testing.T) {
	t.Parallel()
	// The shop's clock stands some days after the orders, so that files can tell of
	// days in between.
	s := open(t, 2, nil)
	for _, p := range s.check("one") {
		s.click("UA", plan.Approve, p)
	}
	s.idle()
	s.exec(`update purchase_order set ordered_on = ordered_on - 10, body = jsonb_set(body, '{ordered_on}', to_jsonb((ordered_on - 10)::text))`)
	list, err := store.Orders(t.Context(), s.st.Pool(), 10)
	if err != nil || len(list) != 2 {
		t.Fatalf("%d orders, %v", len(list), err)
	}
	o, other := list[1], list[0]
	sku := string(o.Lines[0].SKU)
	today := core.DayOf(time.Now(), time.UTC)
	row := func(parts ...string) string { return strings.Join(parts, ",") + "\n" }
	day := func(ago int) string { return (today - core.Day(ago)).String() }

	const updates, receipts = "order,state,date,eta,note\n", "order,sku,qty,date,damaged,ref,over\n"
	for _, c := range []struct{ name, file, text, want string }{
		{"unknown order", "order_updates.csv", updates + row("PO-1999-0001", "shipped", day(1), "", ""), "order_updates.csv:2: column order: order \"PO-1999-0001\" is unknown"},
		{"future", "order_updates.csv", updates + row(o.Number, "shipped", day(-1), "", ""), "order_updates.csv:2: column date: The day"},
		{"arrival before the report", "order_updates.csv", updates + row(o.Number, "confirmed", day(1), day(2), ""), "order_updates.csv:2: column eta: The arrival"},
		{"before the order", "receipts.csv", receipts + row(o.Number, sku, "1", day(11), "", "", ""), "receipts.csv:2: column date: The day"},
		{"no such line", "receipts.csv", receipts + row(o.Number, string(other.Lines[0].SKU), "1", day(1), "", "", ""), "receipts.csv:2: column sku: order " + o.Number + " has no line of"},
		{"one bad row of two", "receipts.csv", receipts + row(o.Number, sku, "5", day(2), "", "", "") + row(o.Number, sku, "100000", day(1), "", "", ""),
			"receipts.csv:3: column qty: 100000 of " + sku},
	} {
		if _, err := s.file(c.file, c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	for sql, want := range map[string]int{
		`select count(*) from receipt`: 0, `select count(*) from order_update`: 0,
		`select count(*) from purchase_order where version = 1 and state = 'sent'`: 2,
	} {
		if got := s.number(sql); got != want {
			t.Errorf("after refused files: %s: %d, want %d", sql, got, want)
		}
	}

	// The newer report stands first in the file; days decide.
	text := updates + row(o.Number, "shipped", day(3), day(-9), "container 7") + row(o.Number, "confirmed", day(8), "", "") + row(other.Number, "cancelled", day(1), "", "")
	for i, want := range []int64{3, 0} {
		if res, err := s.file("order_updates.csv", text); err != nil || res.Inserted != want || res.Unchanged != 3-want {
			t.Fatalf("import %d: %+v, %v", i, res, err)
		}
	}
	if n := s.number(`select count(*) from purchase_order o join purchase_order_line l on l.order_id = o.id
		where (number, state, version, due) = ($1, 'shipped', 3, $2::date)`, o.Number, day(-9)); n != 1 {
		t.Error("the order is not shipped with its new day")
	}
	if n := s.number(`select count(*) from purchase_order where number = $1 and state = 'cancelled'`, other.Number); n != 1 {
		t.Error("the other order is not cancelled")
	}

	text = receipts + row(o.Number, sku, "5", day(2), "1", "", "") + row(o.Number, sku, "3", day(1), "", "N1", "") + row(o.Number, sku, "2", day(1), "", "N2", "")
	for i, want := range []int64{3, 0} {
		if res, err := s.file("receipts.csv", text); err != nil || res.Inserted != want || res.Unchanged != 3-want {
			t.Fatalf("import %d: %+v, %v", i, res, err)
		}
	}
	if _, err := s.file("receipts.csv", receipts+row(o.Number, sku, "6", day(2), "1", "", "")); err == nil || !strings.Contains(err.Error(), "known with 5 units") {
		t.Errorf("another number for a known delivery: %v", err)
	}
	s.idle()
	got, err := store.Order(t.Context(), s.st.Pool(), o.Number)
	if err != nil || got.State != plan.OrderPartlyReceived || got.Progress[0].Received != 10 || got.Progress[0].Damaged != 1 {
		t.Errorf("order %+v, %v", got.Progress, err)
	}
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	said := ""
	for _, line := range s.desk.said {
		said += line + "\n"
	}
	for _, word := range []string{"order_updates.csv reported order " + o.Number + " as shipped", "container 7", "receipts.csv received 5 units", "1 of them damaged"} {
		if !strings.Contains(said, word) {
			t.Errorf("the threads do not say %q:\n%s", word, said)
		}
	}
	if card := s.desk.shown["restock/"+itoa(o.ProposalID)]; card.Restock == nil || card.Restock.Order.State != plan.OrderPartlyReceived {
		t.Errorf("the card shows %+v", card.Restock)
	}
	snap, err := s.st.LoadSnapshot(t.Context(), core.Shop{Zone: time.UTC, Currency: "EUR"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range snap.Supply {
		if l.Order == o.Number && (len(l.Arrivals) != 2 || l.Arrivals[1].Qty != 5 || l.Stated != 20 || l.OrderedOn != today-10) {
			t.Errorf("history %+v", l)
		}
	}
	if len(snap.Supply) != 2 {
		t.Errorf("the history has %d lines, want 2", len(snap.Supply))
	}
}

// A form and a file that tell of the same order at once: each counts, one after
// the other; a form delivered twice counts once.
func TestReceivingTwiceAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, 1, nil)
	s.click("UA", plan.Approve, s.check("one")[0])
	s.idle()
	o, err := store.FindOrder(t.Context(), s.st.Pool(), "1")
	if err != nil {
		t.Fatal(err)
	}
	f := jobs.OrderForm{Key: "form-1", User: "UB", Proposal: o.ProposalID, Version: o.Version,
		Event: plan.OrderEvent{Action: plan.OrderReceive, Lines: []plan.Arrived{{Line: 0, Received: 4}}}}
	done := make(chan error, 9)
	for i := range 8 {
		g := f
		if i >= 4 { // another person's form, drawn for the same state
			g.Key, g.User = "form-2", "UA"
		}
		go func() {
			_, err := s.svc.SubmitOrder(t.Context(), g)
			done <- err
		}()
	}
	go func() {
		_, err := s.file("receipts.csv", "order,sku,qty,date\n"+o.Number+","+string(o.Lines[0].SKU)+",3,"+o.OrderedOn.String()+"\n")
		done <- err
	}()
	for range cap(done) {
		if err := <-done; err != nil && !strings.Contains(err.Error(), "has changed since you saw it") {
			t.Error(err)
		}
	}
	s.idle()
	forms := s.number(`select count(*) from receipt where source = 'slack'`)
	if n := s.number(`select received from purchase_order_line`); forms > 1 || n != 3+4*forms {
		t.Errorf("%d units came by %d forms and a file", n, forms)
	}
	if n := s.number(`select (select sum(received) from receipt) - (select sum(received) from purchase_order_line)`); n != 0 {
		t.Errorf("receipts and lines differ by %d", n)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// An order that does not come on its day is a risk card; it is told once, and is
// over with a new day of arrival or with the goods.
func TestLateOrder(t *testing.T) {
	t.Parallel()
	s := open(t, 1, func(c *jobs.Config) { c.Policy.MaxRiskCards = 5 })
	p := s.check("one")[0]
	s.click("UA", plan.Approve, p)
	s.idle()
	s.exec(`update purchase_order set ordered_on = ordered_on - 30, state = 'shipped'`)
	s.exec(`update purchase_order_line set due = current_date - 9`)
	s.exec(`update epoch set n = n + 1`)
	o, err := store.FindOrder(t.Context(), s.st.Pool(), "1")
	if err != nil {
		t.Fatal(err)
	}
	key := "risk/late-order/S0/" + o.Number
	shown := func() plan.RiskView {
		t.Helper()
		s.idle()
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		if s.desk.posts[key] != 1 || s.desk.shown[key].Risk == nil {
			t.Fatalf("the card stands %d times", s.desk.posts[key])
		}
		return *s.desk.shown[key].Risk
	}
	s.check("two")
	v := shown()
	if f := v.Finding; v.Resolved || f.Severity != risk.High || f.DaysLate != 9 || f.MoneyAtRisk.Minor <= 0 || f.Order != o.Number {
		t.Errorf("card %+v", v)
	}
	told := s.number(`select version from card where key = $1`, key)
	s.check("three")
	if n := s.number(`select version from card where key = $1`, key); n != told {
		t.Error("the same lateness was told again")
	}
	today := core.DayOf(time.Now(), time.UTC)
	s.report(plan.OrderEvent{Action: plan.OrderReceive, Lines: []plan.Arrived{{Line: 0, Received: 1}}})
	if v := shown(); v.Resolved {
		t.Error("a part came, and the rest is not late any more")
	}
	s.report(plan.OrderEvent{Action: plan.OrderShip, ETA: today + 5})
	if v := shown(); !v.Resolved || !strings.Contains(v.ResolvedWhy, "as shipped; expected on") {
		t.Errorf("after a new day of arrival: %+v", v)
	}
	s.check("four")
	if n := s.number(`select count(*) from incident where resolved_at is null and key like 'late-order/%'`); n != 0 {
		t.Errorf("%d late orders after a new day of arrival", n)
	}
	s.exec(`update purchase_order_line set due = current_date - 2`)
	s.exec(`update epoch set n = n + 1`)
	s.check("five")
	if v := shown(); v.Resolved {
		t.Error("late again, and not told")
	}
	s.report(plan.OrderEvent{Action: plan.OrderReceive, Lines: []plan.Arrived{{Line: 0, Received: o.Lines[0].Qty - 1}}})
	if v := shown(); !v.Resolved || !strings.Contains(v.ResolvedWhy, "0 outstanding") {
		t.Errorf("after the goods came: %+v", v)
	}
}
