package bot

import (
	"strings"
	"testing"
	"time"

	"quartermaster/bot/workspace"
	"quartermaster/core"
)

// view waits until the form that a person sees holds every word.
func (w *world) view(user string, words ...string) workspace.View {
	w.t.Helper()
	var seen workspace.View
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		v, open := w.ws.As(user).View()
		if seen = v; !open {
			continue
		}
		text, all := blockText(v.Blocks), true
		for _, word := range words {
			all = all && strings.Contains(text, word)
		}
		if all {
			return v
		}
	}
	w.t.Fatalf("no form with %q; seen:\n%s", words, blockText(seen.Blocks))
	return seen
}

// A product runs short, others sell it too: quotes are asked for, each letter as it
// was seen and once, the answers come by pasted e-mail and by file, are compared, and
// the one chosen leads to the ordinary proposal. Over both transports.
func TestRFQStory(t *testing.T) {
	for _, overHTTP := range []bool{false, true} {
		t.Run(map[bool]string{false: "socket", true: "http"}[overHTTP], func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, overHTTP)
			w.twoSuppliers(t)
			w.run()
			w.dueNow()
			today := core.DayOf(time.Now(), time.UTC)
			card := w.card("HIGH", "SOLAR-01", "Ask others for a quote")

			w.click(packer, card, "rfq_box_1")
			w.view(packer, "not on the list of approvers")

			w.click(boss, card, "rfq_box_1")
			w.view(boss, "NEAR · lists it", "FAR", "Arrival wished")
			ask := map[string]any{"suppliers": []string{"NEAR", "FAR"}, "qty": "504", "need_by": (today + 30).String(), "answer_by": (today - 1).String()}
			if got := w.submit(boss, ask); !strings.Contains(got, "A day from today") {
				t.Errorf("an answer asked for by yesterday: %q", got)
			}
			ask["answer_by"] = (today + 3).String()
			if got := w.submit(boss, ask); got != "" {
				t.Fatalf("the form answered %s", got)
			}
			v := w.view(boss, "Nearby Lamps, orders@near.example", "Request for quotation: Solar", "N-1", "504 units", "远灯有限公司", "询价", "504 件")
			if n := w.count(`select count(*) from effect where kind = 'mail.rfq'`); n != 0 {
				t.Fatalf("%d letters before anybody sent them", n)
			}
			var chinese string
			for _, b := range v.Blocks {
				if e, ok := b["element"].(map[string]any); ok && b["block_id"] == "text-1" {
					chinese, _ = e["initial_value"].(string)
				}
			}
			const typed = "Dear Sales,\n\nPlease quote 504 units of N-1.\n\nKind regards"
			if got := w.submit(boss, map[string]any{"text-0": typed}); got != "" {
				t.Fatalf("the letters answered %s", got)
			}
			if err := w.ws.Redeliver(w.ctx(), 3); err != nil {
				t.Fatal(err)
			}
			rfq := w.card("ASKED", "Nearby Lamps", "远灯有限公司", "no answer yet", "outbox folder", "504")
			w.until("both letters are out", func() bool { return len(w.letters()) == 2 })
			for _, m := range w.letters() {
				want := map[string]string{"orders@near.example": typed, "orders@far.example": chinese}[m.To]
				if want == "" || strings.TrimSpace(strings.ReplaceAll(m.Text, "\r\n", "\n")) != strings.TrimSpace(want) {
					t.Errorf("the letter to %s reads %q, seen was %q", m.To, m.Text, want)
				}
			}

			// Nobody is asked twice while the answer is awaited.
			w.click(buyer, w.compare(buyer, "Ask others for a quote"), "rfq_box")
			w.view(buyer, "is under way")
			if got := w.submit(buyer, map[string]any{"suppliers": []string{"NEAR"}}); !strings.Contains(got, "asked already") {
				t.Errorf("asked again: %q", got)
			}

			// One answer is pasted, the other comes by file.
			w.form(boss, rfq, "paste_quote")
			mail := "Dear Boss,\nprice is EUR 11.50 per unit, MOQ 60 pcs, lead time 8 days.\nValid until " + (today + 20).String() + ".\n\n> Please quote 504 units of N-1.\n"
			if got := w.submit(boss, map[string]any{"supplier": "NEAR", "text": mail}); got != "" {
				t.Fatalf("the pasted answer: %s", got)
			}
			w.view(boss, "Price of one unit", "11.50")
			if got := w.submit(boss, nil); got != "" {
				t.Fatalf("the form read from the answer: %s", got)
			}
			w.card("ASKED", "EUR 11.50 a unit, minimum 60, 8 days", "no answer yet")
			writeFile(t, w.cfg.Settings.DataDir, "quotes.csv", "supplier,sku,price,currency,moq,lead_days,quoted_on,valid_until\n"+
				"FAR,SOLAR-01,10.90,EUR,600,30,"+today.String()+","+(today+15).String()+"\n")
			w.checkAgain()
			rfq = w.card("TO CHOOSE", "EUR 10.90 a unit, minimum 600, 30 days", "Side by side, for 504 units", "Acme Lights Ltd (now)", "Order from Nearby Lamps at its quote")
			w.until("whoever asked is told", func() bool { return strings.Count(w.thread(rfq), "All 2 suppliers asked have answered") == 1 })

			button, ok := rfq.Button("Order from Nearby Lamps at its quote")
			if !ok {
				t.Fatal("no such button")
			}
			yes, err := w.click(boss, rfq, button.ActionID).Ephemeral(w.ctx())
			if err != nil || !strings.Contains(yes.Text, "ordered from Nearby Lamps at its quote") {
				t.Fatalf("answered %q, %v", yes.Text, err)
			}
			w.card("CLOSED", "Nearby Lamps was chosen by")
			proposal := w.card("SOLAR-01", "Nearby Lamps", "Approve")
			if n := w.count(`select count(*) from purchase_order`); n != 0 {
				t.Errorf("%d orders without an approval", n)
			}
			w.click(boss, proposal, "approve")
			w.card("PO-", "Nearby Lamps", "outbox")
			for sql, want := range map[string]int{
				`select count(*) from effect where kind = 'mail.rfq' and state = 'done'`:                                                2,
				`select count(*) from rfq where state = 'closed' and chosen = 'NEAR' and closed_by = '` + boss + `'`:                    1,
				`select count(*) from rfq_letter where mail = 'dry_run'`:                                                                2,
				`select count(*) from audit where action = 'letter rfq' and body::jsonb->>'edited' = 'true'`:                            1,
				`select count(*) from audit where action = 'letter rfq' and body::jsonb->>'edited' = 'false'`:                           1,
				`select (body->'lines'->0->'unit_price'->>'minor')::int from purchase_order where supplier = 'NEAR'`:                    1150,
				`select count(*) from effect e join audit a on a.action = 'letter rfq' and e.payload->>'body' = a.body::jsonb->>'body'`: 2,
			} {
				if got := w.count(sql); got != want {
					t.Errorf("%s: %d, want %d", sql, got, want)
				}
			}
			w.stop()
		})
	}
}

// Nobody answers: whoever asked is told once, the card still compares what is known,
// and others can be asked. A second person who asks at the same time sends nothing.
func TestRFQWithoutAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	w.twoSuppliers(t)
	w.run()
	w.dueNow()
	w.card("SOLAR-01", "Approve")
	open := func(user string) {
		t.Helper()
		if _, err := w.ws.As(user).Command(w.ctx(), "stock", "/stock", "rfq SOLAR-01"); err != nil {
			t.Fatal(err)
		}
		w.view(user, "NEAR · lists it")
		if got := w.submit(user, map[string]any{"suppliers": []string{"NEAR"}}); got != "" {
			t.Fatalf("the form answered %s", got)
		}
		w.view(user, "exactly what is sent")
	}
	open(boss)
	open(buyer)
	w.submit(boss, nil)
	w.card("ASKED", "Nearby Lamps")
	if got := w.submit(buyer, nil); !strings.Contains(got, "asked already") || !strings.Contains(got, "Nothing was sent") {
		t.Errorf("the second request was answered %q", got)
	}
	w.view(buyer, "exactly what is sent") // the letters stay where they were edited
	if n := w.count(`select count(*) from effect where kind = 'mail.rfq'`); n != 1 {
		t.Fatalf("%d letters", n)
	}
	if _, err := w.st.Pool().Exec(t.Context(), `update rfq set asked_on = asked_on - 5, answer_by = current_date - 1`); err != nil {
		t.Fatal(err)
	}
	w.checkAgain()
	card := w.card("TO CHOOSE", "0 of 1 answered", "no answer yet", "Acme Lights Ltd (now)")
	w.until("whoever asked is told", func() bool { return strings.Contains(w.thread(card), "Nobody has answered by") })
	w.checkAgain()
	if n := strings.Count(w.thread(card), "Nobody has answered by"); n != 1 {
		t.Errorf("told %d times", n)
	}
	if text := w.thread(card); text == "" {
		t.Error("no thread")
	}
}
