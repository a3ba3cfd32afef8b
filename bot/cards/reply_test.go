package cards

import (
	"errors"
	"testing"
	"time"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// answer is what a supplier wrote about an order that is on its way.
func answer(read plan.Reply) plan.AnswerView {
	o := *order(plan.OrderSent)
	o.Version, o.Progress = 2, nil
	a := plan.Answer{ID: 9, Order: o.ID, From: "sales@acme.example", Subject: "Re: Purchase order", At: now.Add(-time.Hour), Read: read, State: plan.ReplyOpen,
		Text: "Dear <!channel>, *bold* https://evil.example\nwe send 480 pcs on 3 January.\n> quoted"}
	return a.View(o, today)
}

func TestReplyCards(t *testing.T) {
	full := plan.Reply{Days: []core.Day{today + 45}, Qty: map[int]int64{0: 480, -1: 20}, Unsure: []string{"05/06/2026: day or month first?"},
		Prices: []plan.ReplyPrice{{Line: 0, Amount: eur(399)}, {Line: -1, Amount: eur(100)}}}
	for _, language := range []string{"en", "zh"} {
		there := shop
		there.Language = language
		taken := answer(full)
		taken.State, taken.By, taken.Event = plan.ReplyTaken, "U0ANNA", nil
		pasted := answer(plan.Reply{Days: []core.Day{today + 5, today + 9}})
		pasted.Pasted, pasted.From = "U0BEN", ""
		ways := func(read plan.Reply) plan.AnswerView { // the second line goes by air
			v := answer(read)
			l := v.Of.Lines[0]
			l.SKU, l.Mode, l.Arrival = "LAMP-02", core.Air, today+6
			v.Of.Lines = append(v.Of.Lines, l)
			return v.View(v.Of, today)
		}
		for name, v := range map[string]plan.AnswerView{"open": answer(full), "taken": taken, "several_days": pasted,
			"by_way":    ways(plan.Reply{Days: []core.Day{today + 45}, Ways: map[core.Mode]core.Day{core.Sea: today + 45}}),
			"which_way": ways(plan.Reply{Days: []core.Day{today + 45}})} {
			t.Run(language+" "+name, func(t *testing.T) {
				m := Render(plan.Card{Key: "answer/9", Kind: plan.AnswerCard, Version: 1, Shop: there, AsOf: now, Answer: &v, Names: names})
				accept(t, m)
				inert(t, m)
				golden(t, "reply_"+name+"."+language, shown{m.Text, m.Blocks, &m.Metadata})
			})
		}
		form := ReplyModal(plan.OrderView{Order: answer(full).Of, Shop: there, Today: today})
		acceptView(t, form)
		golden(t, "modal_reply."+language, form)
	}
}

func TestReplyValue(t *testing.T) {
	v := answer(plan.Reply{})
	if id, version, err := ParseReply(ReplyValue(v)); err != nil || id != 9 || version != 2 {
		t.Errorf("read back %d, %d, %v", id, version, err)
	}
	for _, bad := range []string{"", "y1:", "y1:9", "y1:09:2", "y1:0:2", "y1:9:-1", "c1:9:2", "y1:9:2 "} {
		if _, _, err := ParseReply(bad); !errors.Is(err, ErrValue) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if ActionReplyTake != string(plan.TakeReply) || ActionReplyDrop != string(plan.DropReply) {
		t.Error("buttons and actions are named differently")
	}
}
