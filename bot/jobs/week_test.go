package jobs_test

import (
	"math"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

// The report of a week stands once however often it runs; that of the next week says
// what changed, what the forecast missed and what was decided.
func TestWeekly(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64 // days
	s := open(t, 4, func(c *jobs.Config) {
		c.Now = func() time.Time { return time.Now().AddDate(0, 0, int(ahead.Load())) }
		c.Policy.StaleDefault = 1000 * time.Hour
	})
	open := s.check("one")
	weekly := func() (key string) {
		t.Helper()
		for range 2 {
			if err := s.svc.Weekly(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.idle()
		}
		return "weekly/" + core.DayOf(time.Now().AddDate(0, 0, int(ahead.Load())), time.UTC).String()
	}
	shown := func(key string) *plan.Week {
		s.desk.mu.Lock()
		defer s.desk.mu.Unlock()
		if s.desk.posts[key] != 1 {
			t.Errorf("%s stands %d times", key, s.desk.posts[key])
		}
		return s.desk.shown[key].Week
	}
	key := weekly()
	w := shown(key)
	if w == nil || w.Before != nil || w.Waiting != 4 || len(w.Actions) != 4 || w.Facts.Red == 0 || w.Prose == "" || w.ProseSource != "template" || len(w.Missed) != 0 {
		t.Fatalf("the first report says %+v", w)
	}
	if n := s.number(`select count(*) from weekly`); n != 1 {
		t.Errorf("%d reports are kept", n)
	}
	s.click("UA", plan.Approve, open[0])
	s.idle()
	// A week later: one product is not short any more, and it sold ten a day more than
	// was expected.
	ahead.Store(7)
	day := core.DayOf(time.Now(), time.UTC)
	turnover := float64(s.number(`select round(1000 * (select sum(l.on_hand * p.cost) from stock_level l join product p using (sku))
		/ (select sum(d.qty * p.cost) / count(distinct d.day) from sales_day d join product p using (sku)
			where d.day >= date_trunc('week', $1::date) - interval '21 days' and d.day < date_trunc('week', $1::date)))::int`, day.Time(time.UTC)))
	sku := s.texts(`select sku from item_state where tier = 'RED' order by sku limit 1`)[0]
	s.exec(`update item_state set tier = 'GREEN', body = jsonb_set(body, '{tier}', '"GREEN"') where sku = $1`, sku)
	expected := 0.0
	for _, it := range w0(t, s).Before.Items {
		if string(it.SKU) == sku {
			for _, v := range it.Expected {
				expected += v
			}
		}
	}
	s.exec(`delete from sales_month where sku = $1 and month >= date_trunc('month', $2::date)`, sku, day.Time(time.UTC))
	for d := day; d < day+7; d++ {
		first := d.Time(time.UTC).AddDate(0, 0, 1-d.Time(time.UTC).Day())
		s.exec(`insert into sales_month (sku, channel, month, qty, revenue) values ($1, 'SHOP', $2, array_fill(null::real, array[31]), array_fill(0::bigint, array[31]))
			on conflict (sku, channel, month) do nothing`, sku, first)
		s.exec(`update sales_month set qty[$3] = 40 where sku = $1 and month = $2`, sku, first, d.Time(time.UTC).Day())
	}
	v := shown(weekly())
	switch {
	case v == nil || v.Before == nil || v.Before.Day != day:
		t.Fatalf("the second report compares with %+v", v)
	case len(v.Better) != 1 || string(v.Better[0].Item.SKU) != sku || v.Better[0].From != replenish.Red || len(v.Worse) != 0:
		t.Errorf("better %+v, worse %+v", v.Better, v.Worse)
	case len(v.Missed) == 0 || string(v.Missed[0].SKU) != sku || v.Missed[0].Sold != 280 || v.Missed[0].Days != 7 || math.Abs(v.Missed[0].Expected-expected) > 0.01:
		t.Errorf("missed %+v, expected %.2f", v.Missed, expected)
	case len(v.Decisions) != 0: // it was decided more than seven days before
		t.Errorf("decisions %+v", v.Decisions)
	}
	// The indicators, at home as in the report: the forecast of the products whose sales
	// are known, the order approved as it was proposed, the stock of the check at cost
	// over what was sold in whole weeks at cost. Both spans are from before the bot.
	in := v.Indicators
	home, err := s.svc.Home(t.Context())
	if err != nil || in.After || in.Since != day || len(in.List) != len(home.Indicators.List) {
		t.Fatalf("indicators %+v, at home %+v, %v", in, home.Indicators, err)
	}
	for i, x := range in.List {
		if y := home.Indicators.List[i]; !reflect.DeepEqual(x, y) {
			t.Errorf("the report says %+v, the home tab %+v", x, y)
		}
		switch x.Kind {
		case plan.Accuracy:
			if a := v.Facts.Accuracy; a == nil || a.Products == 0 || !x.Now.Known() || x.Now.Value != max(0, 1-a.Off/a.Sold) || x.Now.Value >= 1 {
				t.Errorf("accuracy %+v of %+v", x, a)
			}
		case plan.Automation:
			if x.Now.N != 1 || x.Now.Of != 1 {
				t.Errorf("orders as proposed: %+v", x)
			}
		case plan.Turnover:
			if !x.Now.Known() || math.Abs(1000*x.Now.Value-turnover) > 1 {
				t.Errorf("turnover %+v, want %.3f days", x.Now, turnover/1000)
			}
		case plan.ROAS, plan.Promise:
			if x.Now.Known() {
				t.Errorf("%s out of nothing: %+v", x.Kind, x)
			}
		}
	}
	if err := s.svc.Suggest(t.Context(), "s1", "UB", "order earlier"); err != nil {
		t.Fatal(err)
	}
	ahead.Store(0)
	now, err := s.svc.Week(t.Context())
	if err != nil || len(now.Suggestions) != 1 || now.Suggestions[0].By != "UB" || now.Suggestions[0].Text != "order earlier" || len(now.Decisions) != 1 || now.Decisions[0].By != "UA" || now.Decisions[0].Action != plan.Approve || now.Decisions[0].Supplier != open[0].SupplierName {
		t.Errorf("decided %+v, %v", now.Decisions, err)
	}
}

// w0 is the report as of now, with what the one before kept.
func w0(t *testing.T, s *shop) plan.Week {
	t.Helper()
	w, err := s.svc.Week(t.Context())
	if err != nil || w.Before == nil {
		t.Fatalf("no report before: %v", err)
	}
	return w
}
