package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"quartermaster/core"
)

// A replay of the past year and shocks on the present are asked for in Slack: what comes
// later comes to the person who asked, and a shop with too short a past is told so.
func TestStudies(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.run()
	w.dueNow()
	w.card("SOLAR-01", "Approve")
	later := func(text string, words ...string) string {
		t.Helper()
		if _, err := w.ws.As(buyer).Command(w.ctx(), "stock", "/stock", text); err != nil {
			t.Fatal(err)
		}
		var got string
		w.until("the answer to "+text, func() bool {
			for _, m := range w.ws.As(buyer).Ephemerals("stock") {
				if got = messageText(m); holds(m, words...) {
					return true
				}
			}
			return false
		})
		return got
	}
	later("stress", "The answer comes here, for you only")
	later("stress", "Six times the orders on one day", "The main supplier gone (Acme Lights Ltd)", "All ads stopped", "Not played: the data holds no orders by ads", "Hurt first", "SOLAR-01 at MAIN on")
	later("stress gone acme", "Acme Lights Ltd gone", "orders now EUR")
	later("stress demand -50", "Demand changed by -50 %", "Nothing runs out because of it")
	w.ask(buyer, "stress surge lots", "There is no such shock", "surge 300")
	later("stress gone AMCE", "There is no supplier", "ACME")
	later("simulate", "Sales are not known long enough for a replay")
	w.ask(buyer, "simulate SOLAR-01", "takes nothing after it")

	dir, today := w.cfg.Settings.DataDir, core.DayOf(time.Now(), time.UTC)
	var orders strings.Builder
	orders.WriteString("order_id,line_id,ordered_at,channel,customer_id,sku,quantity,unit_price,currency,promotion\n")
	for i := range 300 {
		day := today - 300 + core.Day(i)
		fmt.Fprintf(&orders, "L-%s,1,%sT10:00:00Z,web,C1,SOLAR-01,%d,49.90,EUR,0\n", day, day, 6+i*7%9)
	}
	writeFile(t, dir, "orders.csv", orders.String())
	w.checks()()
	answer := later("simulate", "The past year, replayed", "With your settings", "this program, your settings", "min and max of common tools", "Products at places: 1")
	for _, want := range []string{"cover tiers: below 30 days, up to 45", "a level by the normal formula", "in which stock settles"} {
		if !strings.Contains(answer, want) {
			t.Errorf("the answer does not say %q:\n%s", want, answer)
		}
	}
}
