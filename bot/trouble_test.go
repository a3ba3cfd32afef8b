package bot

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/workspace"
)

var messageID = regexp.MustCompile(`(?m)^Message-ID: (\S+)`)

// The mail server breaks before the text: the letter is tried again by itself. It
// breaks after the final dot, or takes the letter and the program is killed before it
// can write that down: the letter may have left, so the card asks, and nothing sends it
// again but a person, under the same Message-ID. (A connection cut within the text is
// TestSMTPBreaks: a letter of usual length leaves in one piece.)
func TestMailBreaks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	moreSuppliers(t, w.cfg.Settings.DataDir, 2)
	next := make(chan fault.Name, 1)
	post := fault.NewMailbox(t, func() fault.Name {
		select {
		case f := <-next:
			return f
		default:
			return fault.None
		}
	})
	env := append([]string{"SMTP_URL=" + post.URL}, fast...)
	p := w.serve("", env...)
	w.dueNow()
	state := func(sku string) (number, state string) {
		t.Helper()
		err := w.st.Pool().QueryRow(t.Context(), `select o.number, o.state from purchase_order o, purchase_order_line l where l.order_id = o.id and l.sku = $1`, sku).Scan(&number, &state)
		if err != nil {
			return "", err.Error()
		}
		return number, state
	}
	approve := func(sku string, f fault.Name) workspace.Message {
		t.Helper()
		if f != fault.None { // of the next connection: one letter is on its way at a time
			next <- f
		}
		for { // a card that was rewritten under the finger is pressed again
			card := w.card(sku, "Approve")
			w.click(boss, card, "approve")
			for range 100 {
				if number, _ := state(sku); number != "" {
					return card
				}
				time.Sleep(50 * time.Millisecond)
			}
		}
	}
	asks := func(sku string) workspace.Message {
		t.Helper()
		number, _ := state(sku)
		m := w.card(sku, number, `"mail_sent"`, `"mail_again"`)
		if n := post.Letters()[number]; n > 1 {
			t.Errorf("the letter of %s came %d times", number, n)
		}
		return m
	}

	approve("P0", fault.Reset)
	w.until("the letter was sent after all", func() bool { _, is := state("P0"); return is == "sent" })
	if number, _ := state("P0"); post.Letters()[number] != 1 || post.Hits()[fault.Reset] != 1 {
		t.Errorf("cut before the text: the letter came %d times after %d cuts", post.Letters()[number], post.Hits()[fault.Reset])
	}

	approve("P1", fault.LoseAnswer)
	w.until("the order is in doubt", func() bool { _, is := state("P1"); return is == "send_unknown" })
	lost := asks("P1")

	// The letter waits until nothing else is left to do, so that the kill hits it and
	// nothing else.
	if err := w.st.SetKillSwitch(t.Context(), true, "test", ""); err != nil {
		t.Fatal(err)
	}
	approve("SOLAR-01", fault.None)
	w.until("the order is written", func() bool { _, is := state("SOLAR-01"); return is == "approved" })
	w.exec(`update effect set not_before = now() + interval '1 hour' where kind = 'mail.order' and state = 'pending'`)
	if err := w.st.SetKillSwitch(t.Context(), false, "test", ""); err != nil {
		t.Fatal(err)
	}
	w.until("only the letter waits", func() bool {
		return w.count(`select count(*) from effect where state in ('pending', 'sending')`) == 1
	})
	p.kill()
	w.exec(`update effect set not_before = now() where kind = 'mail.order' and state = 'pending'`)
	p = w.serve("effect.sent:1", env...)
	if !w.killed(p, func() bool { return false }) {
		t.Fatal("not killed")
	}
	if number, is := state("SOLAR-01"); post.Letters()[number] != 1 || is != "approved" {
		t.Fatalf("killed with %d letters at the server and the order %s", post.Letters()[number], is)
	}
	for range 2 { // and another restart changes nothing
		p = w.serve("", env...)
		w.until("the order is in doubt", func() bool { _, is := state("SOLAR-01"); return is == "send_unknown" })
		w.until("all has ended", func() bool { return w.count(`select count(*) from effect where state in ('pending', 'sending')`) == 0 })
		asks("SOLAR-01")
		if _, is := state("P1"); is != "send_unknown" || len(post.Texts()) != 3 {
			t.Fatalf("order %s, %d letters at the server, want 3", is, len(post.Texts()))
		}
		p.kill()
	}

	w.serve("", env...)
	if err := w.ws.WaitConnected(w.ctx()); err != nil {
		t.Fatal(err)
	}
	w.click(boss, asks("SOLAR-01"), "mail_sent")
	w.click(boss, lost, "mail_again")
	for _, sku := range []string{"P1", "SOLAR-01"} {
		w.until("the doubt is settled", func() bool { _, is := state(sku); return is == "sent" })
	}
	number, _ := state("P1")
	ids := map[string]bool{}
	for _, text := range post.Texts() {
		if strings.Contains(text, number) {
			ids[messageID.FindStringSubmatch(text)[1]] = true
		}
	}
	if n := post.Letters()[number]; n != 2 || len(ids) != 1 || len(post.Texts()) != 4 {
		t.Errorf("sent again by a person: %d letters under the ids %v, %d letters at all", n, ids, len(post.Texts()))
	}
}

// A revoked token and an archived channel: an e-mail says at once what a person has to
// do, nothing is given up, and when it is done every message stands once. What a person
// deleted is posted anew when there is something to say in it.
func TestSlackTroubleAsSeen(t *testing.T) {
	t.Parallel()
	for code, says := range map[string]string{"token_revoked": "the bot token was revoked; install the app again", "is_archived": "the channel is archived; unarchive it"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, false)
			w.cfg.Settings.NoticeTo, w.cfg.SlackPace = "owner@shop.example", time.Millisecond
			w.run()
			trouble := w.ws.Fault(workspace.Fault{Kind: workspace.Refuse, Code: code, Method: "chat.postMessage"})
			w.dueNow()
			w.until("an e-mail tells", func() bool { return len(w.letters()) > 0 })
			if l := w.letters(); l[0].To != "owner@shop.example" || !strings.Contains(l[0].Text, says) {
				t.Errorf("the e-mail to %s reads %q", l[0].To, l[0].Text)
			}
			if n := w.count(`select count(*) from effect where state in ('failed', 'unknown')`); n != 0 {
				t.Errorf("%d things were given up", n)
			}
			trouble.Clear()
			w.until("all has been posted", func() bool { // in less than the time between two tries
				w.exec(`update effect set not_before = now() where state in ('pending', 'sending')`)
				return w.count(`select count(*) from effect where state <> 'done'`) == 0
			})
			times := w.messagesByKey()
			if l := w.letters(); len(l) != 1 || times["restock/1"] != 1 || times["overview"] != 1 {
				t.Errorf("%d e-mails, want one; messages %v", len(l), times)
			}
		})
	}
	t.Run("deleted", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, false)
		w.cfg.SlackPace = time.Millisecond
		w.run()
		w.dueNow()
		card := w.card("SOLAR-01", "Approve")
		w.until("all has been posted", func() bool { return w.count(`select count(*) from effect where state <> 'done'`) == 0 })
		slow := w.ws.Fault(workspace.Fault{Kind: workspace.ServerError, Method: "chat.update"})
		w.click(boss, card, "approve")
		w.until("the card is about to be updated", func() bool { return slow.Hits() > 0 })
		resp, err := http.PostForm(w.cfg.SlackAPIURL+"chat.delete", url.Values{"token": {botToken}, "channel": {stockRoom}, "ts": {card.TS}})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		slow.Clear()
		again := w.card("SOLAR-01", "PO-", "outbox")
		w.until("all has ended", func() bool { return w.count(`select count(*) from effect where state <> 'done'`) == 0 })
		if again.TS == card.TS || slices.ContainsFunc(again.Elements(), func(e workspace.Element) bool { return e.ActionID == "approve" }) {
			t.Errorf("the card was to be posted anew and without its button: %s", messageText(again))
		}
		if w.messagesByKey()["restock/1"] != 1 || len(w.letters()) != 1 || w.count(`select count(*) from purchase_order`) != 1 {
			t.Errorf("%d letters; messages:\n%s", len(w.letters()), w.room())
		}
	})
}
