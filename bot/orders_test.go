package bot

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/store"
	"quartermaster/bot/workspace"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
)

// form presses a button that opens a form, and waits until it is filled.
func (w *world) form(user string, m workspace.Message, action string) workspace.View {
	w.t.Helper()
	v, err := w.click(user, m, action).WaitView(w.ctx(), func(v workspace.View) bool { return len(v.Elements()) > 0 })
	if err != nil {
		seen, _ := w.ws.As(user).View()
		w.t.Fatalf("the form of %s: %v\n%s", action, err, blockText(seen.Blocks))
	}
	return v
}

// submit sends the form on top and returns the complaints about its fields.
func (w *world) submit(user string, values map[string]any) string {
	w.t.Helper()
	got, err := w.ws.As(user).SubmitView(w.ctx(), values)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(got.Errors) == 0 {
		return ""
	}
	return fmt.Sprint(got.Errors)
}

// order returns the only purchase order.
func (w *world) order() plan.Order {
	w.t.Helper()
	list, err := store.Orders(w.t.Context(), w.st.Pool(), 10)
	if err != nil || len(list) != 1 {
		w.t.Fatalf("%d orders, %v", len(list), err)
	}
	return list[0]
}

// position is what the next check counts of a SKU: stock and what is on order.
func (w *world) position(sku core.SKU) (stock, onOrder int64) {
	w.t.Helper()
	snap, err := w.st.LoadSnapshot(w.t.Context(), w.cfg.Settings.Shop, time.Now(), sku)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range snap.Stock {
		stock += s.OnHand + s.Received
	}
	for _, in := range snap.Inbound {
		onOrder += in.Qty
	}
	return stock, onOrder
}

// The life of an order in Slack, over a restart: confirmed, shipped with a day of
// arrival, received in two parts with damage and with more than was ordered, each
// told on the card and in its thread; the position never jumps, and nothing is
// asked for twice.
func TestOrderStory(t *testing.T) {
	for _, overHTTP := range []bool{false, true} {
		t.Run(map[bool]string{false: "socket", true: "http"}[overHTTP], func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, overHTTP)
			w.cfg.Settings.Policy.Approval.Receivers = []string{packer}
			w.run()
			w.dueNow()
			w.click(boss, w.card("SOLAR-01", "Approve"), "approve")
			card := w.card("PO-", "outbox", "Supplier confirmed", "Receive")
			ordered := w.order().Lines[0].Qty
			stock, onOrder := w.position("SOLAR-01")
			if onOrder != ordered || stock != 150 {
				t.Fatalf("position %d + %d, want 150 + %d", stock, onOrder, ordered)
			}

			// The warehouse reports, and may not cancel. A click on a card that has changed
			// does nothing.
			w.click(packer, card, "order_confirm")
			confirmed := w.card("PO-", "Confirmed by the supplier", "Now in production")
			old, err := w.click(packer, card, "order_confirm").Ephemeral(w.ctx())
			if err != nil || !strings.Contains(old.Text, "changed since you saw it") {
				t.Errorf("the old button was answered %q, %v", old.Text, err)
			}
			no, err := w.click(packer, confirmed, "order_cancel").Ephemeral(w.ctx())
			if err != nil || !strings.Contains(no.Text, "approvers") {
				t.Errorf("the packer's cancellation was answered %q, %v", no.Text, err)
			}
			no, err = w.click(guest, confirmed, "order_production").Ephemeral(w.ctx())
			if err != nil || !strings.Contains(no.Text, "Guests") {
				t.Errorf("the guest was answered %q, %v", no.Text, err)
			}

			today := core.DayOf(time.Now(), time.UTC)
			w.form(packer, confirmed, "order_ship")
			if got := w.submit(packer, map[string]any{"eta-line-0": (today - 1).String()}); !strings.Contains(got, "lies before") {
				t.Errorf("an arrival in the past was answered %q", got)
			}
			if got := w.submit(packer, map[string]any{"eta-line-0": (today + 20).String(), "note": "vessel <!channel> Ever"}); got != "" {
				t.Fatalf("the form answered %s", got)
			}
			shipped := w.card("PO-", "Shipped", (today + 20).Time(time.UTC).Format("2 Jan 2006"))
			if strings.Contains(markup(shipped), "<!channel>") {
				t.Error("a mention in a note reached Slack")
			}

			// Another process takes over; the buttons still work.
			w.stop()
			w.run()
			view := w.form(packer, shipped, "order_receive")
			if text := blockText(view.Blocks); !strings.Contains(text, "SOLAR-01") || !strings.Contains(text, "outstanding") {
				t.Errorf("the form reads %s", text)
			}
			if got := w.submit(packer, map[string]any{"qty-0": "100", "damaged-0": "101"}); !strings.Contains(got, "101 damaged") {
				t.Errorf("more damaged than came was answered %q", got)
			}
			if got := w.submit(packer, map[string]any{"qty-0": "100", "damaged-0": "4", "note": "pallet 1"}); got != "" {
				t.Fatalf("the form answered %s", got)
			}
			if err := w.ws.Redeliver(w.ctx(), 3); err != nil {
				t.Fatal(err)
			}
			part := w.card("PO-", "Partly received", replenish.Num(float64(ordered-100))+" outstanding", "Cancel the rest")
			if stock, onOrder = w.position("SOLAR-01"); stock != 150+96 || onOrder != ordered-100 {
				t.Errorf("position %d + %d after 100 came, 4 of them damaged; want 246 + %d", stock, onOrder, ordered-100)
			}

			// Stock data that was counted later holds what came: it is not added again.
			writeFile(t, w.cfg.Settings.DataDir, "stock.csv", "sku,location,on_hand,committed,backorders\nSOLAR-01,MAIN,240,0,0\nLAMP-02,MAIN,400,0,0\n")
			w.checkAgain()
			if stock, onOrder = w.position("SOLAR-01"); stock != 240 || onOrder != ordered-100 {
				t.Errorf("position %d + %d after the count; want 240 + %d", stock, onOrder, ordered-100)
			}
			if n := w.count(`select count(*) from proposal`); n != 1 {
				t.Errorf("%d proposals: what is on order was asked for again", n)
			}

			// /stock receive opens the same form; what is more than outstanding asks first.
			o, err := w.ws.As(packer).Command(w.ctx(), "stock", "/stock", "receive "+w.order().Number)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := o.WaitView(w.ctx(), func(v workspace.View) bool { return len(v.Elements()) > 0 }); err != nil {
				t.Fatal(err)
			}
			more := strconv.FormatInt(ordered-100+6, 10)
			if got := w.submit(packer, map[string]any{"qty-0": more}); !strings.Contains(got, "6 more than") || !strings.Contains(got, "tick the box") {
				t.Errorf("too much was answered %q", got)
			}
			if got := w.submit(packer, map[string]any{"qty-0": more, "over": []string{"over"}}); got != "" {
				t.Fatalf("the form answered %s", got)
			}
			done := w.card("PO-", "Received", "0 outstanding")
			if done.TS != card.TS {
				t.Error("the card was posted again and not edited in place")
			}
			if b, ok := done.Button("Receive…"); ok {
				t.Errorf("a received order still has the button %q", b.Text)
			}
			w.form(packer, part, "order_receive") // an old card: the form shows the order as it is
			if err := w.ws.As(packer).CloseView(w.ctx()); err != nil {
				t.Fatal(err)
			}
			for sql, want := range map[string]int{
				`select count(*) from receipt`:           2,
				`select sum(received)::int from receipt`: int(ordered) + 6,
				`select count(*) from purchase_order_line where received = (select sum(received) from receipt)`: 1,
				`select count(*) from purchase_order where state = 'received' and version = 5`:                  1,
			} {
				if got := w.count(sql); got != want {
					t.Errorf("%s: %d, want %d", sql, got, want)
				}
			}
			w.until("the thread tells the story", func() bool {
				log := w.thread(done)
				return strings.Contains(log, "as confirmed") && strings.Contains(log, "as shipped") && strings.Contains(log, "4 of them damaged") &&
					strings.Contains(log, "pallet 1") && strings.Contains(log, "0 outstanding")
			})

			// Everything about it, with who and when.
			c, err := w.ws.As(packer).Command(w.ctx(), "stock", "/stock", "order 1")
			if err != nil {
				t.Fatal(err)
			}
			all, err := c.Ephemeral(w.ctx())
			if err != nil {
				t.Fatal(err)
			}
			for _, word := range []string{"PO-", "received", "approved", "as shipped", packer, "SOLAR-01", "Dear Sales"} {
				if !holds(all, word) {
					t.Errorf("/stock order does not say %q:\n%s", word, messageText(all))
				}
			}
			if n, err := w.st.VerifyAudit(t.Context()); err != nil || n < 8 {
				t.Errorf("audit: %d rows, %v", n, err)
			}
		})
	}
}

// Less comes than was ordered: once the rest is late, a card says so. A person gives the
// rest up: it leaves the position, the order is closed short, and the need is asked for
// again.
func TestCancelTheRest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.run()
	w.dueNow()
	w.click(boss, w.card("SOLAR-01", "Approve"), "approve")
	card := w.card("PO-", "outbox", "Receive")
	w.form(boss, card, "order_receive")
	if got := w.submit(boss, map[string]any{"qty-0": "24"}); got != "" {
		t.Fatalf("the form answered %s", got)
	}
	part := w.card("PO-", "Partly received", "Cancel the rest")
	if _, err := w.st.Pool().Exec(t.Context(), `update purchase_order_line set due = current_date - 8`); err != nil {
		t.Fatal(err)
	}
	w.checkAgain()
	w.card("HIGH", "came short: 24 of", "8 days late")
	w.click(boss, part, "order_cancel")
	w.card("PO-", "Received", "24 of", "0 outstanding")
	if stock, onOrder := w.position("SOLAR-01"); stock != 174 || onOrder != 0 {
		t.Errorf("position %d + %d, want 174 + 0", stock, onOrder)
	}
	w.checkAgain()
	w.card("SOLAR-01", "Approve")
	if n := w.count(`select count(*) from proposal`); n != 2 {
		t.Errorf("%d proposals, want a second one for what was given up", n)
	}
}

// A long order has pages in the form for a delivery; each is recorded by itself, and what
// stands on the others stays outstanding.
func TestReceivePages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.cfg.SlackPace = time.Millisecond
	w.run()
	w.checks()()
	w.click(boss, w.card("SOLAR-01", "Approve"), "approve")
	card := w.card("PO-", "outbox", "Receive")
	w.exec(`insert into purchase_order_line select (jsonb_populate_record(l, jsonb_build_object('line', n, 'qty', 10))).* from purchase_order_line l, generate_series(2, 45) n`)
	w.exec(`update purchase_order set body = jsonb_set(body, '{lines}', (select jsonb_agg(body->'lines'->0 || (case n when 0 then '{}' else '{"qty": 10}' end)::jsonb) from generate_series(0, 44) n))`)
	w.exec(`update purchase_order_line set shipped = true`)
	first := blockText(w.form(boss, card, "order_receive").Blocks)
	if !strings.Contains(first, "Lines 1 to 40 of 45") || !strings.Contains(first, "Next") {
		t.Fatalf("the first page reads %s", first)
	}
	// What is typed stays over the pages: numbers, damaged units, the day and the note. A
	// number that cannot be read keeps the page and says so.
	typed := func(field, id, value string) map[string]any { return map[string]any{field: map[string]any{id: value}} }
	turn := func(button string, entered ...map[string]any) {
		t.Helper()
		all := workspace.Entered{}
		for _, e := range entered {
			for block, v := range e {
				all[block] = v.(map[string]any)
			}
		}
		if _, err := w.ws.As(boss).ClickView(w.ctx(), button, all); err != nil {
			t.Fatal(err)
		}
	}
	turn("page_2", typed("line-3", "qty-3", "ten"))
	w.view(boss, "Lines 1 to 40 of 45", "whole number")
	turn("page_2", typed("line-3", "qty-3", "6"), typed("damaged-line-3", "damaged-3", "2"), typed("note", "note", "two boxes wet"))
	w.view(boss, "Lines 41 to 45 of 45", "the 45 lines of the pages you have opened", "Previous")
	turn("page_1", typed("line-41", "qty-41", "7"))
	raw, err := json.Marshal(w.view(boss, "Lines 1 to 40 of 45", "the 45 lines").Blocks)
	if err != nil {
		t.Fatal(err)
	}
	first = string(raw)
	for _, kept := range []string{`"action_id":"qty-3","initial_value":"6"`, `"action_id":"damaged-3","initial_value":"2"`, "two boxes wet"} {
		if !strings.Contains(first, kept) {
			t.Errorf("the first page has lost %s: %s", kept, first)
		}
	}
	// What is wrong on another page than the one that was sent is told by page and line.
	turn("page_2", typed("damaged-line-3", "damaged-3", "9"))
	w.view(boss, "Lines 41 to 45 of 45")
	if got := w.submit(boss, nil); !strings.Contains(got, "Page 1, line 4: ") {
		t.Errorf("the form answered %s", got)
	}
	turn("page_1")
	w.view(boss, "Lines 1 to 40 of 45")
	turn("page_2", typed("damaged-line-3", "damaged-3", "2"))
	w.view(boss, "Lines 41 to 45 of 45")
	if got := w.submit(boss, nil); got != "" {
		t.Fatalf("the form answered %s", got)
	}
	w.card("PO-", "Partly received")
	for sql, want := range map[string]int{
		`select received::int from purchase_order_line where line = 4`:                    6,
		`select damaged::int from purchase_order_line where line = 4`:                     2,
		`select received::int from purchase_order_line where line = 42`:                   7,
		`select sum(received)::int from purchase_order_line where line not in (1, 4, 42)`: 420,
		`select count(*)::int from receipt where note = 'two boxes wet'`:                  45,
	} {
		if got := w.count(sql); got != want {
			t.Errorf("%s: %d, want %d", sql, got, want)
		}
	}
	w.stop()
}

// checkAgain lets the schedule fire once more and waits for the check.
func (w *world) checkAgain() {
	w.t.Helper()
	before := w.count(`select count(*) from check_run`)
	if _, err := w.st.Pool().Exec(w.t.Context(), `delete from schedule_run; update schedule set last_slot = now() - interval '25 hours';
		update check_run set id = 'earlier-' || gen_random_uuid() where id not like 'earlier-%'`); err != nil {
		w.t.Fatal(err)
	}
	w.until("the check is done", func() bool {
		return w.count(`select count(*) from check_run`) > before && w.count(`select count(*) from schedule_run where done_at is not null`) == 1
	})
}

func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A supplier that takes longer than it says: the past of its orders comes by file,
// the restock card plans with the learned lead time, "Why?" and the score card say
// so.
func TestSupplierScore(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	var past strings.Builder
	past.WriteString("order,supplier,sku,mode,ordered_on,ordered,due,received_on,received,damaged\n")
	today := core.DayOf(time.Now(), time.UTC)
	for i := range 6 {
		on := today - 400 + core.Day(40*i)
		fmt.Fprintf(&past, "OLD-%d,ACME,SOLAR-01,sea,%s,504,%s,%s,504,4\n", i, on, on+35, on+49)
	}
	writeFile(t, w.cfg.Settings.DataDir, "deliveries.csv", past.String())
	w.run()
	w.dueNow()
	card := w.card("SOLAR-01", "Approve")
	view, err := w.click(boss, card, "why").WaitView(w.ctx(), func(v workspace.View) bool { return strings.Contains(blockText(v.Blocks), "nventory position") })
	if err != nil {
		t.Fatal(err)
	}
	if text := blockText(view.Blocks); !strings.Contains(text, "stated 35 ± 6 days, learned 43.4") || !strings.Contains(text, "6 deliveries of 6 orders") {
		t.Errorf("Why? does not tell the learned lead time:\n%s", text)
	}
	w.card("HIGH", "Supplier Acme Lights Ltd is likely late", "6 of 6 orders", "Nobody else sells them")
	for text, want := range map[string]string{"supplier acme": "Acme Lights Ltd", "supplier Lights": "On time", "supplier ACMEE": "Did you mean ACME?"} {
		o, err := w.ws.As(packer).Command(w.ctx(), "stock", "/stock", text)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := o.Ephemeral(w.ctx()); err != nil || !holds(m, want) {
			t.Errorf("/stock %s does not say %q: %v\n%s", text, want, err, messageText(m))
		}
	}
}

// Two suppliers side by side; choosing the other one has the card written anew for
// it, which needs an approval of its own.
func TestChooseSource(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	dir := w.cfg.Settings.DataDir
	writeFile(t, dir, "suppliers.csv", "supplier,name,email,contact,language,currency\nACME,Acme Lights Ltd,orders@acme.example,Sales,en,EUR\nNEAR,Nearby Lamps,orders@near.example,Sales,en,EUR\n")
	writeFile(t, dir, "supplier_items.csv", "supplier,sku,supplier_sku,price,price_breaks,currency,moq,pack,sea_days,sea_sd,sea_freight,preferred\n"+
		"ACME,SOLAR-01,AC-77,18.00,,EUR,500,24,35,6,0.50,1\nNEAR,SOLAR-01,N-1,21.00,,EUR,100,10,6,1,0.20,\nACME,LAMP-02,AC-12,7.00,,EUR,50,10,35,6,0.50,\n")
	w.run()
	w.dueNow()
	first := w.card("SOLAR-01", "Acme Lights Ltd", "Approve")
	compare := func(user string) workspace.Message {
		o, err := w.ws.As(user).Command(w.ctx(), "stock", "/stock", "compare SOLAR-01")
		if err != nil {
			t.Fatal(err)
		}
		m, err := o.Ephemeral(w.ctx())
		if err != nil || !holds(m, "Acme Lights Ltd (now)", "Nearby Lamps", "Order from Nearby Lamps", "Landed unit") {
			t.Fatalf("%v\n%s", err, messageText(m))
		}
		return m
	}
	no, err := w.click(packer, compare(packer), "choose_source_1").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(no.Text, "approvers") {
		t.Errorf("the packer was answered %q, %v", no.Text, err)
	}
	yes, err := w.click(boss, compare(boss), "choose_source_1").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(yes.Text, "ordered from Nearby Lamps until") {
		t.Errorf("answered %q, %v", yes.Text, err)
	}
	w.card("SOLAR-01", "Nearby Lamps", "Approve")
	w.until("the old card is withdrawn", func() bool {
		return w.count(`select count(*) from proposal where supplier = 'ACME' and state = 'withdrawn'`) == 1 &&
			w.count(`select count(*) from proposal where supplier = 'NEAR' and state = 'proposed'`) == 1
	})
	late, err := w.click(boss, first, "approve").Ephemeral(w.ctx())
	if err != nil || !strings.Contains(late.Text, "withdrawn") {
		t.Errorf("the old Approve was answered %q, %v", late.Text, err)
	}
	if n := w.count(`select count(*) from purchase_order`); n != 0 {
		t.Errorf("%d orders without an approval", n)
	}
}
