package bot

import (
	"strings"
	"testing"
	"time"

	"quartermaster/core"
)

// An order whose product goes by two ways, in Slack: what an edit changed is told by way,
// what ships by air leaves the day of the sea goods alone, and only what was shipped
// stands in the form for a delivery.
func TestOrderByTwoWays(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	writeFile(t, w.cfg.Settings.DataDir, "supplier_items.csv", "supplier,sku,supplier_sku,price,price_breaks,currency,moq,pack,sea_days,sea_sd,sea_freight,air_days,air_sd,air_freight\n"+
		"ACME,SOLAR-01,AC-77,18.00,,EUR,100,24,35,6,0.50,9,1,4.00\nACME,LAMP-02,AC-12,7.00,,EUR,50,10,35,6,0.50,,,\n")
	w.run()
	w.dueNow()
	card := w.card("SOLAR-01", "Approve", "by air", "by sea")
	w.form(boss, card, "edit")
	if got := w.submit(boss, map[string]any{"qty-1": "240"}); got != "" {
		t.Fatalf("the form answered %s", got)
	}
	edited := w.card("SOLAR-01", "Approve", "edited")
	if text := messageText(edited); !strings.Contains(text, "SOLAR-01 (sea) ") || !strings.Contains(text, " to 240") || strings.Contains(text, "SOLAR-01 (air)") {
		t.Errorf("after an edit of the sea goods the card reads %s", text)
	}
	w.click(buyer, edited, "approve")
	card = w.card("PO-", "outbox", "Shipped")
	o := w.order()
	air, sea := o.Lines[0].Arrival, o.Lines[1].Arrival
	if len(o.Lines) != 2 || o.Lines[0].Mode != core.Air || air >= sea {
		t.Fatalf("lines %+v", o.Lines)
	}
	w.form(boss, card, "order_ship")
	if got := w.submit(boss, nil); got != "" {
		t.Fatalf("the form answered %s", got)
	}
	w.asked(boss, "order "+o.Number, "letter written to the outbox, not sent")
	date := func(d core.Day) string { return d.Time(time.UTC).Format("2 Jan 2006") }
	card = w.card("PO-", "Shipped. Expected "+date(air)+" by air; "+date(sea)+" by sea.", "Shipped…")
	o = w.order()
	if p := o.Progress; p[0].Due != air || p[1].Due != sea || !p[0].Shipped || p[1].Shipped {
		t.Errorf("after the air goods left: %+v", o.Progress)
	}
	w.form(boss, card, "order_receive")
	if got := w.submit(boss, nil); got != "" {
		t.Fatalf("the form answered %s", got)
	}
	card = w.card("PO-", "Partly received")
	if o = w.order(); o.Outstanding(0) != 0 || o.Outstanding(1) != 240 {
		t.Errorf("%d by air and %d by sea are outstanding", o.Outstanding(0), o.Outstanding(1))
	}
	if thread := w.thread(card); !strings.Contains(thread, "SOLAR-01 (sea) ") || !strings.Contains(thread, "that goes by air as shipped") {
		t.Errorf("the thread reads %s", thread)
	}
	w.form(boss, card, "order_ship")
	if got := w.submit(boss, map[string]any{"eta-line-1": (sea + 3).String()}); got != "" {
		t.Fatalf("the form answered %s", got)
	}
	w.card("PO-", "Partly received", date(sea+3), "New arrival day…")
}
