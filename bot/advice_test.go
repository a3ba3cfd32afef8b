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
// run of a new product, a category that is made to order, the season plan and its card,
// the share of safety stock abroad, too much and dead stock.
func TestAdviceStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	dir, today := w.cfg.Settings.DataDir, core.DayOf(time.Now(), time.UTC)
	writeFile(t, dir, "products.csv", "sku,name,category,price,currency,cost,active\nSOLAR-01,Solar lamp,garden,49.90,EUR,20.00,1\nLAMP-02,Lamp,home,19.90,EUR,8.00,1\n"+
		"BULB-03,Spare bulb,garden,4.90,EUR,1.00,1\nDEAD-04,Old clock,home,9.90,EUR,3.00,1\nNEW-05,New lamp,home,29.90,EUR,9.00,1\nSET-06,Garden set,garden,59.90,EUR,0,1\nMAT-07,Mat,home,9.90,EUR,2.00,1\nOAK-08,Oak table,made,99.00,EUR,40.00,1\nRUG-09,Rug,home,39.00,EUR,12.00,1\n")
	w.cfg.Settings.Policy.Quantity.Categories = map[string]core.CategoryPolicy{"made": {MakeToOrder: true}}
	writeFile(t, dir, "locations.csv", "location,name,country,channels,default\nMAIN,Main warehouse,DE,web,1\nUS,Overseas warehouse,US,us,\n")
	writeFile(t, dir, "stock.csv", "sku,location,on_hand,committed,backorders\nSOLAR-01,MAIN,150,0,0\nLAMP-02,MAIN,400,0,0\nBULB-03,MAIN,200,0,0\nDEAD-04,MAIN,80,0,0\nNEW-05,MAIN,0,0,0\n"+
		"MAT-07,MAIN,20,0,0\nMAT-07,US,3000,0,0\nOAK-08,MAIN,0,0,4\nRUG-09,MAIN,3000,0,0\nRUG-09,US,20,0,0\n")
	var items strings.Builder
	items.WriteString("supplier,sku,supplier_sku,price,price_breaks,currency,moq,pack,sea_days,sea_sd,sea_freight\n")
	for _, sku := range []string{"SOLAR-01", "LAMP-02", "BULB-03", "DEAD-04", "NEW-05", "MAT-07", "OAK-08", "RUG-09"} {
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
		sale(day, "web", "RUG-09", 12+(i*7)%17)
		if i%6 == 0 {
			sale(day, "us", "RUG-09", 1)
		}
		sale(day, "web", "OAK-08", 1)
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
	why, err := w.click(boss, card, "why").WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), "Page 1 of 2") })
	if err != nil {
		t.Fatal(err)
	}
	sum := blockText(why.Blocks)
	if _, err := w.ws.As(boss).ClickView(w.ctx(), "page_2", nil); err != nil {
		t.Fatal(err)
	}
	w.until("the second page", func() bool {
		v, _ := w.ws.As(boss).View()
		return strings.Contains(blockText(v.Blocks), "Page 2 of 2")
	})
	v, _ := w.ws.As(boss).View()
	sum += blockText(v.Blocks)
	for _, want := range []string{"units of the last 28 days went into kits: SET-06", "Minimum run: ", "BULB-03", "SOLAR-01 is RED, and its buyers are expected to want more of this", "US has",
		"OAK-08", " → 4 (only what customers are owed)"} {
		if !strings.Contains(sum, want) {
			t.Errorf("Why? does not say %q:\n%s", want, sum)
		}
	}
	if want := "NEW-05 needs a person: the first order of a new product"; !holds(card, want) {
		t.Errorf("the card does not say %q:\n%s", want, messageText(card))
	}
	// A declared season is planned by a person, so it has a card: what to order by when.
	season := w.card("MEDIUM", "plan of the season", "Fair of lamps", "Early birds may have an offer")
	if n := strings.Count(messageText(season), "(order by "); n == 0 {
		t.Errorf("the card of the season has no dates:\n%s", messageText(season))
	}
	all := w.ask(buyer, "advice")
	for _, want := range []string{"For the season", "Fair of lamps", "(order by", "Stock that nobody buys", "No unit of DEAD-04", "Too much in stock", "LAMP-02",
		"To be moved between places", "US has", "to MAIN instead of buying", "of a safety stock of", "should lie abroad, and 20 do: move", "from MAIN to US"} {
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
