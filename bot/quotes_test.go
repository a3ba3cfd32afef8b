package bot

import (
	"strings"
	"testing"
	"time"

	"quartermaster/bot/workspace"
	"quartermaster/core"
)

// twoSuppliers writes a shop in which NEAR sells SOLAR-01 too, dearer than ACME,
// and FAR is known but lists nothing.
func (w *world) twoSuppliers(t *testing.T) {
	t.Helper()
	dir := w.cfg.Settings.DataDir
	writeFile(t, dir, "suppliers.csv", "supplier,name,email,contact,language,currency\nACME,Acme Lights Ltd,orders@acme.example,Sales,en,EUR\n"+
		"NEAR,Nearby Lamps,orders@near.example,Sales,en,EUR\nFAR,远灯有限公司,orders@far.example,王经理,zh,EUR\n")
	writeFile(t, dir, "supplier_items.csv", "supplier,sku,supplier_sku,price,price_breaks,currency,moq,pack,sea_days,sea_sd,sea_freight,preferred\n"+
		"ACME,SOLAR-01,AC-77,18.00,,EUR,500,24,35,6,0.50,1\nNEAR,SOLAR-01,N-1,21.00,,EUR,100,10,6,1,0.20,\nACME,LAMP-02,AC-12,7.00,,EUR,50,10,35,6,0.50,\n")
}

func (w *world) compare(user string, words ...string) workspace.Message {
	w.t.Helper()
	o, err := w.ws.As(user).Command(w.ctx(), "stock", "/stock", "compare SOLAR-01")
	if err != nil {
		w.t.Fatal(err)
	}
	m, err := o.Ephemeral(w.ctx())
	if err != nil || !holds(m, words...) {
		w.t.Fatalf("%q: %v\n%s", words, err, messageText(m))
	}
	return m
}

// A quote is entered, compared, chosen, and what is proposed is written anew at its
// price; an ended one is not shown.
func TestQuoteStory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.twoSuppliers(t)
	today := core.DayOf(time.Now(), time.UTC)
	writeFile(t, w.cfg.Settings.DataDir, "quotes.csv", "supplier,sku,price,currency,lead_days,quoted_on,valid_until\n"+
		"NEAR,SOLAR-01,9.99,EUR,5,"+(today-40).String()+","+(today-10).String()+"\n")
	w.run()
	w.dueNow()
	w.card("SOLAR-01", "Acme Lights Ltd", "Approve")
	if m := w.compare(boss, "Acme Lights Ltd (now)", "Enter a quote"); holds(m, "quote until") {
		t.Errorf("an ended quote is shown:\n%s", messageText(m))
	}
	fill := func(user, price string) string {
		t.Helper()
		o := w.click(user, w.compare(user), "quote_box")
		if _, err := o.WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), "Price of one unit") }); err != nil {
			t.Fatal(err)
		}
		return w.submit(user, map[string]any{"supplier": "FAR", "price": price, "moq": "60", "lead_days": "4", "valid_until": (today + 20).String(), "note": "by phone"})
	}
	if got := fill(boss, "cheap"); !strings.Contains(got, "price of one unit in EUR") {
		t.Errorf("a price in words: %s", got)
	}
	if err := w.ws.As(boss).CloseView(w.ctx()); err != nil {
		t.Fatal(err)
	}
	fill(packer, "12.50") // no approver: the form turns into a refusal
	if err := w.ws.As(packer).CloseView(w.ctx()); err != nil {
		t.Fatal(err)
	}
	if n := w.count(`select count(*) from quote where supplier = 'FAR'`); n != 0 {
		t.Fatalf("%d quotes by refused forms", n)
	}
	if got := fill(boss, "12.50"); got != "" {
		t.Fatalf("the form answered %s", got)
	}
	if err := w.ws.Redeliver(w.ctx(), 3); err != nil {
		t.Fatal(err)
	}
	m := w.compare(boss, "远灯有限公司, quote until "+(today+20).Time(time.UTC).Format("2 Jan 2006"), "EUR 12.50", "Order from 远灯有限公司 at its quote")
	yes, err := w.click(boss, m, "choose_source_1").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(yes.Text, "ordered from 远灯有限公司 at its quote until "+(today+20).Time(time.UTC).Format("2 Jan 2006")) {
		t.Fatalf("answered %q, %v", yes.Text, err)
	}
	card := w.card("SOLAR-01", "远灯有限公司", "Approve")
	w.compare(boss, "远灯有限公司, quote until", "(now)", "Order from Acme Lights Ltd")
	if n := w.count(`select count(*) from purchase_order`); n != 0 {
		t.Errorf("%d orders without an approval", n)
	}
	w.click(boss, card, "approve")
	w.card("PO-", "远灯有限公司", "outbox")
	for sql, want := range map[string]int{
		`select count(*) from quote where supplier = 'FAR' and moq = 60 and note = 'by phone'`:                                               1,
		`select count(*) from audit where action = 'quote'`:                                                                                  1,
		`select (body->'lines'->0->'unit_price'->>'minor')::int from purchase_order where supplier = 'FAR'`:                                  1250,
		`select count(*) from sourcing where quoted and supplier = 'FAR' and until = (select valid_until from quote where supplier = 'FAR')`: 1,
	} {
		if got := w.count(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
}
