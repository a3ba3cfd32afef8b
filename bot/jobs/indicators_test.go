package jobs_test

import (
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/core"
	"quartermaster/core/plan"
)

// From files to figures: five weeks after its first check the shop buys on time, its
// customers come back and its ads pay better than before, and the home tab says so; what
// was before the first check stays as it was told then.
func TestIndicatorsOfAShop(t *testing.T) {
	t.Parallel()
	today := core.DayOf(time.Now(), time.UTC)
	end := today.Monday()
	var ahead atomic.Int64 // days
	s := open(t, 1, func(c *jobs.Config) {
		c.Now = func() time.Time { return time.Now().AddDate(0, 0, int(ahead.Load())) }
		c.Policy.StaleDefault = 1000 * time.Hour
	})
	s.exec(`delete from order_line`)
	var orders, ads, deliveries strings.Builder
	orders.WriteString("order_id,line_id,ordered_at,channel,customer_id,sku,quantity,unit_price,currency,promotion\n")
	ads.WriteString("day,platform,campaign,spend,currency,revenue\n")
	deliveries.WriteString("order,supplier,sku,mode,ordered_on,ordered,due,received_on,received\n")
	for d := end - 301; d < end; d++ {
		who := fmt.Sprintf("R%d", d/2%10) // comes back within three weeks
		if d%2 == 0 && d < end-28 {
			who = fmt.Sprintf("N%d", d)
		}
		fmt.Fprintf(&orders, "A%d,1,%s,web,%s,P0,2,10.00,EUR,0\n", d, d, who)
	}
	for k := range core.Day(30) {
		week, brought, late := end-7*(k+1), 20, core.Day(0)
		if k < 4 {
			brought = 30
		} else if k%2 == 0 {
			late = 1
		}
		fmt.Fprintf(&ads, "%s,meta,lamps,10.00,EUR,%d.00\n", week, brought)
		fmt.Fprintf(&deliveries, "D%d,S0,P0,sea,%s,10,%s,%s,10\n", k, week-18, week+2, week+2+late)
	}
	for name, text := range map[string]string{"orders.csv": orders.String(), "ads.csv": ads.String(), "deliveries.csv": deliveries.String()} {
		if _, err := s.file(name, text); err != nil {
			t.Fatal(err)
		}
	}
	at := func(day core.Day, check string) plan.Indicators {
		t.Helper()
		ahead.Store(int64(day - today))
		if _, err := s.svc.LearnCustomers(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.check(check)
		home, err := s.svc.Home(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return home.Indicators
	}
	first := at(end-34, "one") // Tuesday
	if first.After || first.Since != end-34 {
		t.Errorf("on the first day the bot claims %+v", first)
	}
	v := at(today, "two")
	if !v.After || v.Now.From != end-28 || v.Before.To != end-36 {
		t.Errorf("now %v, before %v", v.Now, v.Before)
	}
	for _, x := range v.List {
		switch x.Kind {
		case plan.Repurchase:
			if x.Now.N != 28 || x.Now.Of != 28 || x.Before.N != 28 || x.Before.Of != 56 || !x.Good || len(x.Course) != 12 {
				t.Errorf("repurchase %+v", x)
			}
		case plan.Promise:
			if x.Now.N != 4 || x.Now.Of != 4 || x.Before.N != 4 || x.Before.Of != 8 || x.Moved { // four lines are few
				t.Errorf("promises %+v", x)
			}
		case plan.ROAS:
			if x.Now.Value != 3 || x.Before.Value != 2 || !x.Good {
				t.Errorf("ads %+v", x)
			}
		case plan.Turnover: // one unit is left of two a day; 14 are sold a week and 10 come, so a week before it was two days more
			if math.Abs(x.Now.Value-(0.5+2.5+4.5+6.5)/4) > 1e-9 || math.Abs(x.Before.Value-(10.5+24.5)/2) > 1e-9 {
				t.Errorf("turnover %+v", x)
			}
		case plan.Storage:
			if want := 3.5 * 2 * 500 * 0.25 * 28 / 365 / (4 * 14 * 1000); math.Abs(x.Now.Value-want) > 1e-9 || !x.Before.Known() {
				t.Errorf("storage %+v, want %.6f", x, want)
			}
		case plan.Accuracy: // every week is as the one before
			if x.Now.Gap != plan.GapForecast || math.Abs(x.Before.Value-1) > 1e-9 {
				t.Errorf("accuracy %+v", x)
			}
		case plan.Automation:
			if x.Now.N != 0 || x.Before.N != 0 || x.Before.Of == 0 {
				t.Errorf("automation %+v", x)
			}
		case plan.LostSales:
			if !x.Now.Known() || !x.Before.Known() {
				t.Errorf("lost %+v", x)
			}
		}
	}
}
