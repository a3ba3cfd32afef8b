package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/workspace"
	"quartermaster/core"
)

// From files to Slack: transfers and kits before buying, the joint order, the minimum
// run of a new product, the season plan, too much and dead stock.
func TestAdviceStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	dir, today := w.cfg.Settings.DataDir, core.DayOf(time.Now(), time.UTC)
	writeFile(t, dir, "products.csv", "sku,name,category,price,currency,cost,active\nSOLAR-01,Solar lamp,garden,49.90,EUR,20.00,1\nLAMP-02,Lamp,home,19.90,EUR,8.00,1\n"+
		"BULB-03,Spare bulb,garden,4.90,EUR,1.00,1\nDEAD-04,Old clock,home,9.90,EUR,3.00,1\nNEW-05,New lamp,home,29.90,EUR,9.00,1\nSET-06,Garden set,garden,59.90,EUR,0,1\nMAT-07,Mat,home,9.90,EUR,2.00,1\n")
	writeFile(t, dir, "locations.csv", "location,name,country,channels,default\nMAIN,Main warehouse,DE,web,1\nUS,Overseas warehouse,US,us,\n")
	writeFile(t, dir, "stock.csv", "sku,location,on_hand,committed,backorders\nSOLAR-01,MAIN,150,0,0\nLAMP-02,MAIN,400,0,0\nBULB-03,MAIN,200,0,0\nDEAD-04,MAIN,80,0,0\nNEW-05,MAIN,0,0,0\n"+
		"MAT-07,MAIN,20,0,0\nMAT-07,US,3000,0,0\n")
	var items strings.Builder
	items.WriteString("supplier,sku,supplier_sku,price,price_breaks,currency,moq,pack,sea_days,sea_sd,sea_freight\n")
	for _, sku := range []string{"SOLAR-01", "LAMP-02", "BULB-03", "DEAD-04", "NEW-05", "MAT-07"} {
		items.WriteString("ACME," + sku + ",,3.00,,EUR,1,10,35,6,0.10\n")
	}
	writeFile(t, dir, "supplier_items.csv", items.String())
	writeFile(t, dir, "kits.csv", "kit,component,quantity\nSET-06,SOLAR-01,2\n")
	writeFile(t, dir, "links.csv", "sku,linked_sku,probability,days\nSOLAR-01,BULB-03,0.8,30\n")
	writeFile(t, dir, "events.csv", fmt.Sprintf("from,to,name,kind,sku,category\n%s,%s,Fair of lamps,season,SOLAR-01,\n", today+60, today+95))
	var orders strings.Builder
	orders.WriteString("order_id,line_id,ordered_at,channel,customer_id,sku,quantity,unit_price,currency,promotion\n")
	sale := func(day core.Day, channel, sku string, qty int) {
		fmt.Fprintf(&orders, "%s-%s-%s,1,%sT10:00:00Z,%s,C%d,%s,%d,9.90,EUR,0\n", sku, channel, day, day, channel, int(day)%40, sku, qty)
	}
	for i := range 150 {
		day := today - 150 + core.Day(i)
		sale(day, "web", "SOLAR-01", 12+(i*7)%17)
		sale(day, "web", "LAMP-02", 1+i%2)
		sale(day, "web", "BULB-03", 4+i%3)
		sale(day, "web", "SET-06", 1+i%2)
		sale(day, "web", "MAT-07", 8+i%3)
		sale(day, "us", "MAT-07", 1+i%2)
		if i < 10 {
			sale(day, "web", "DEAD-04", 1)
		}
		if i == 143 || i == 148 {
			sale(day, "web", "NEW-05", 1)
		}
	}
	writeFile(t, dir, "orders.csv", orders.String())
	w.run()
	w.dueNow()
	card := w.card("Acme Lights Ltd", "SOLAR-01", "Approve")
	why, err := w.click(boss, card, "why").WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), "NEW-05") })
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"units of the last 28 days went into kits: SET-06", "Minimum run: ", "BULB-03", "SOLAR-01 is RED, and its buyers are expected to want more of this", "US has"} {
		if !strings.Contains(blockText(why.Blocks), want) {
			t.Errorf("Why? does not say %q:\n%s", want, blockText(why.Blocks))
		}
	}
	if want := "NEW-05 needs a person: the first order of a new product"; !holds(card, want) {
		t.Errorf("the card does not say %q:\n%s", want, messageText(card))
	}
	all := w.ask(buyer, "advice")
	for _, want := range []string{"For the season", "Fair of lamps", "(order by", "Stock that nobody buys", "No unit of DEAD-04", "Too much in stock", "LAMP-02",
		"To be moved between places", "US has", "to MAIN instead of buying"} {
		if !holds(all, want) {
			t.Errorf("/stock advice does not say %q:\n%s", want, messageText(all))
		}
	}
	w.ask(buyer, "advice MAT-07", "To be moved between places")
	if m := w.ask(buyer, "advice dead-stock", "No unit of DEAD-04"); holds(m, "Fair of lamps") {
		t.Errorf("more than was asked for:\n%s", messageText(m))
	}
	w.ask(buyer, "advice NONSENSE", "overstock, dead-stock")
}
