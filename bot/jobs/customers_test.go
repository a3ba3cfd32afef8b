package jobs_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/repurchase"
)

// customersFile writes orders of 150 customers, who come back to P0 every six
// weeks or so and take P1 three weeks later.
func customersFile(t *testing.T, dir string, until core.Day) {
	t.Helper()
	var b strings.Builder
	b.WriteString("order_id,line_id,ordered_at,channel,sku,quantity,unit_price,currency,customer_id\n")
	line := 0
	for c := range 150 {
		for d := until - core.Day(300-c%90); d <= until; d += core.Day(35 + (c*7)%20) {
			for i, sku := range []string{"P0", "P1"} {
				if day := d + core.Day(20*i); day <= until && (i == 0 || c%3 > 0) {
					line++
					fmt.Fprintf(&b, "%d,1,%s,web,%s,1,10.00,EUR,person%d@example.com\n", line, day, sku, c)
				}
			}
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "orders.csv"), []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What customers buy again is computed when first asked, stored, told to everybody
// without a name, and with pseudonyms to those who may; each list is audited.
func TestCustomers(t *testing.T) {
	t.Parallel()
	s := open(t, 3, func(c *jobs.Config) { c.Exporters = []string{"UA"} })
	ask := func(q jobs.Customers) (string, error) {
		v, err := s.svc.Customers(t.Context(), q)
		return fmt.Sprintf("%+v", v), err
	}
	if _, err := s.st.Pool().Exec(t.Context(), `update order_line set customer_id = ''`); err != nil {
		t.Fatal(err)
	}
	var user *jobs.UserError
	if _, err := ask(jobs.Customers{User: "UB"}); !errors.As(err, &user) || !strings.Contains(user.Text, "customer_id") {
		t.Fatalf("a shop without customers: %v", err)
	}
	if _, err := s.svc.LearnCustomers(t.Context()); !errors.Is(err, repurchase.ErrEmpty) {
		t.Fatalf("a shop without customers: %v", err)
	}
	customersFile(t, s.dir, core.DayOf(time.Now(), time.UTC)-1)
	if _, err := s.svc.Import(t.Context(), s.dir, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := ask(jobs.Customers{User: "UB"}); !errors.As(err, &user) || !strings.Contains(user.Text, "ask again") {
		t.Fatalf("the first question: %v", err)
	}
	s.until("the customers are known", func() bool { n, ok := s.try(`select count(*) from customer_report`); return ok && n == 1 })
	v, err := s.svc.Customers(t.Context(), jobs.Customers{User: "UB"})
	if err != nil || v.Report.Customers != 150 || len(v.Report.Products) != 2 || v.Names["P0"] == "" {
		t.Fatalf("%+v %v", v, err)
	}
	v, err = s.svc.Customers(t.Context(), jobs.Customers{User: "UB", SKU: "p0"})
	if err != nil || v.SKU != "P0" || v.Behind < 50 || len(v.List) > 0 || v.Report.Products[0].Again < 50 {
		t.Fatalf("%+v %v", v, err)
	}
	if l := v.Report.Products[0].Link; l == nil || l.To != "P1" || l.Lo < 0.4 {
		t.Errorf("the link that was made is not there: %+v", l)
	}
	if _, err := ask(jobs.Customers{User: "UB", SKU: "P0", List: true}); !errors.As(err, &user) || !strings.Contains(user.Text, "customers.export") {
		t.Errorf("a list without the right: %v", err)
	}
	if _, err := ask(jobs.Customers{User: "UA", SKU: "P00", List: true}); !errors.As(err, &user) || !strings.Contains(user.Text, "Did you mean P0") {
		t.Errorf("an unknown code: %v", err)
	}
	const audited = `select count(*) from audit where action = 'export customers' and actor = 'UA' and subject = 'P0'`
	if n := s.number(audited); n != 0 {
		t.Errorf("%d exports in the audit log before any", n)
	}
	v, err = s.svc.Customers(t.Context(), jobs.Customers{User: "UA", SKU: "P0", List: true})
	if err != nil || len(v.List) != 50 || s.number(audited) != 1 {
		t.Errorf("%d customers, %d exports in the audit log: %v", len(v.List), s.number(audited), err)
	}
	if text := fmt.Sprintf("%+v", v); strings.Contains(text, "person") || strings.Contains(text, "example.com") {
		t.Errorf("a person is named: %s", text)
	}
	// A category set by hand goes before what the data say.
	if p := v.Report.Products[0]; p.Policy == repurchase.Seasonal {
		t.Fatalf("%+v", p)
	}
	if _, err := s.st.Pool().Exec(t.Context(), `insert into manual_override (source, sku, location, supplier, field, value, class, until, reason, by_whom, since)
		values ('file', 'P0', '', '', 'category', 0, 'seasonal', '2199-12-31', 'sold in summer', 'anna', '2026-01-01')`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.svc.LearnCustomers(t.Context()); err != nil {
		t.Fatal(err)
	}
	if set, err := s.svc.Customers(t.Context(), jobs.Customers{User: "UB", SKU: "P0"}); err != nil || set.Report.Products[0].Policy != repurchase.Seasonal || set.Report.Products[0].PolicyWhy != "set by hand" {
		t.Errorf("the policy set by hand: %+v %v", set.Report.Products, err)
	}
	s.playFor(v.Behind)
	if r, err := s.svc.Evaluate(t.Context()); err != nil || len(r.Items) == 0 { // with the links that were learned
		t.Errorf("%d items: %v", len(r.Items), err)
	}
}

// playFor starts a joint play for the customers behind P0, lets those with the
// offer buy, and books it.
func (s *shop) playFor(behind int) {
	t := s.t
	t.Helper()
	if _, err := s.svc.Check(t.Context(), "before the play"); err != nil {
		t.Fatal(err)
	}
	var user *jobs.UserError
	for _, bad := range []func() error{
		func() error { _, _, err := s.svc.StartPlay(t.Context(), "UA", "P0", "P0", 0.1, 60); return err },
		func() error { _, _, err := s.svc.StartPlay(t.Context(), "UA", "P0", "NONE", 0.1, 60); return err },
		func() error { _, _, err := s.svc.StartPlay(t.Context(), "UA", "P0", "P2", 1, 60); return err },
		func() error { _, _, err := s.svc.StartPlay(t.Context(), "UA", "P2", "P0", 0.1, 60); return err }, // nobody behind it
		func() error { _, err := s.svc.BookPlay(t.Context(), "UA", 99); return err },
	} {
		if err := bad(); !errors.As(err, &user) {
			t.Errorf("accepted, or no word for people: %v", err)
		}
	}
	p, offered, err := s.svc.StartPlay(t.Context(), "UA", "P0", "P2", 0.1, 60)
	if err != nil || len(offered) != p.Offered || p.Offered+p.Held != behind || p.Held < behind/10 || p.AtRisk.Minor <= 0 {
		t.Fatalf("%+v %d offered: %v", p, len(offered), err)
	}
	// Half of those with the offer take P2 within a week.
	if _, err := s.st.Pool().Exec(t.Context(), `
		insert into order_line (channel, order_id, line_id, sku, ordered_at, day, customer_id, quantity, unit_price, currency, promotion)
		select 'web', 'play-' || customer_id, '1', 'P2', now(), $1::date + 1, customer_id, 1, 900, 'EUR', true
		from joint_play_customer where play = $2 and not holdout and hashtext(customer_id) % 2 = 0`, p.Start.Time(time.UTC), p.ID); err != nil {
		t.Fatal(err)
	}
	if p, err = s.svc.BookPlay(t.Context(), "UB", p.ID); err != nil {
		t.Fatal(err)
	}
	// They bought tomorrow, which is not known yet.
	if p.Result.OfferedBought != 0 || p.Result.Lift != 0 {
		t.Errorf("booked before anybody bought: %+v", p.Result)
	}
	if _, err := s.st.Pool().Exec(t.Context(), `update joint_play set started_on = started_on - 2; update order_line set day = day - 2 where order_id like 'play-%'`); err != nil {
		t.Fatal(err)
	}
	if p, err = s.svc.BookPlay(t.Context(), "UB", p.ID); err != nil {
		t.Fatal(err)
	}
	r := p.Result
	if r.OfferedBought < p.Offered/4 || r.HeldBought != 0 || r.Low <= 0 || r.Sales != int64(900*r.OfferedBought) || r.Extra != r.Sales || r.Avoided != 0 {
		t.Errorf("%+v", r)
	}
	if list, err := s.svc.Plays(t.Context()); err != nil || len(list) != 1 || list[0].Result == nil || *list[0].Result != *r {
		t.Errorf("%+v %v", list, err)
	}
	if n := s.number(`select count(*) from audit where action in ('start joint play', 'book joint play')`); n != 3 {
		t.Errorf("%d audit rows of the play", n)
	}
}
