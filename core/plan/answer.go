package plan

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"quartermaster/core"
)

// What people do about a supplier's answer.
const (
	TakeReply Action = "reply_take" // record what it says about the order
	DropReply Action = "reply_drop" // it changes nothing
)

// ReplyState is how far an answer has come.
type ReplyState string

// States of an answer.
const (
	ReplyOpen    ReplyState = "open"    // proposes something and waits for a person
	ReplyTaken   ReplyState = "taken"   // recorded
	ReplyDropped ReplyState = "dropped" // a person said that it changes nothing
	ReplyNoted   ReplyState = "noted"   // proposes nothing: told in the order's thread only
)

// Answer is a supplier's message about an order, as it came and as it was read.
// Its words are data: shown, cut and escaped, and never acted on.
type Answer struct {
	ID      int64
	Order   int64     // id of the purchase order
	From    string    // address; empty for a pasted one
	Subject string    // as it came
	Text    string    // as it came, at most maxReply bytes
	At      time.Time // when it came
	Pasted  string    // user who pasted it; empty: it came to the mailbox
	// Stranger says that it came from an address that is not the supplier's, so it
	// proposes nothing.
	Stranger bool
	Read     Reply
	State    ReplyState
	By       string // who took or dropped it
}

// AnswerView is what the card of an answer shows.
type AnswerView struct {
	Answer
	Of    Order
	Event *OrderEvent // what taking it would report of the order as it is now
	Total core.Money  // of the order when Event has prices
	Today core.Day
}

// View reads an answer against the order as it is today.
func (a Answer) View(o Order, today core.Day) AnswerView {
	v := AnswerView{Answer: a, Of: o, Today: today}
	if !a.Stranger {
		v.Event = a.Read.Event(o, today)
	}
	if v.Event != nil && len(v.Event.Prices) > 0 {
		next, faults := o.Apply(*v.Event, today)
		if len(faults) > 0 { // sums beyond all bounds
			v.Event = nil
		}
		v.Total = next.Total
	}
	return v
}

// Coming are the days named that are not over, ascending.
func (r Reply) Coming(today core.Day) []core.Day {
	return slices.DeleteFunc(slices.Clone(r.Days), func(d core.Day) bool { return d < today })
}

// WayDay is the arrival that a reply names for one way of an order that goes by several.
type WayDay struct {
	OpenWay
	Day core.Day
}

// ByWay lists the arrivals to come that the reply names by way, where the order goes by
// several; else it is empty, and one day is that of all.
func (r Reply) ByWay(o Order, today core.Day) (out []WayDay) {
	ways := o.OpenWays()
	if len(ways) < 2 {
		return nil
	}
	for _, w := range ways {
		if d := r.Ways[w.Mode]; d >= today && d != 0 {
			out = append(out, WayDay{w, d})
		}
	}
	return out
}

// Event is the report that would record the reply: one day to come as the arrival, or
// that of a way where the order goes by several, and of lines of which nothing came yet the units that the supplier leaves out and
// other prices. Nil when the reply says nothing of them that is new; more units than
// ordered are never in it, because they need an order of their own.
func (r Reply) Event(o Order, today core.Day) *OrderEvent {
	if o.State.Closed() {
		return nil
	}
	e := OrderEvent{Action: OrderConfirm, Day: today}
	if o.State.Reached(OrderConfirm) {
		e.Action = OrderMove
	}
	moved := false
	if coming := r.Coming(today); len(coming) == 1 && len(o.OpenWays()) < 2 {
		e.ETA = coming[0]
	}
	for _, w := range r.ByWay(o, today) {
		e.Ways, moved = append(e.Ways, WayReport{Line: w.Line, ETA: w.Day}), moved || w.Day != w.Due
	}
	due, open := o.Due()
	if !open {
		return nil
	}
	for i, l := range o.Lines {
		p := o.progress(i)
		if q, named := r.Qty[i]; named && p.Received == 0 && q < l.Qty-p.Cancelled {
			e.Less = append(e.Less, Short{Line: i, Units: l.Qty - p.Cancelled - q})
		}
	}
	e.Prices = r.repriced(o)
	switch {
	case len(e.Prices) > 0:
	case e.Action == OrderConfirm && (e.ETA != 0 || len(e.Ways)+len(e.Less) > 0):
	case e.Action == OrderMove && (e.ETA != 0 && e.ETA != due || moved || len(e.Less) > 0):
	default:
		return nil
	}
	return &e
}

// Says reports whether the reply holds anything that a person should look at on a
// card: something that can be recorded, or that differs from the order.
func (v AnswerView) Says() bool {
	if v.Stranger {
		return false
	}
	if v.Event != nil || len(v.Read.Unsure) > 0 || len(v.Read.Coming(v.Today)) > 1 || len(v.Read.Coming(v.Today)) == 1 && len(v.Of.OpenWays()) > 1 {
		return true
	}
	for i, q := range v.Read.Qty {
		if i < 0 || i < len(v.Of.Lines) && q != v.Of.Lines[i].Qty {
			return true
		}
	}
	return slices.ContainsFunc(v.Read.Prices, func(p ReplyPrice) bool {
		return p.Line < 0 || p.Line >= len(v.Of.Lines) || p.Amount != v.Of.Lines[p.Line].UnitPrice
	})
}

// orderNumber is how orders are numbered, in any text.
var orderNumber = regexp.MustCompile(`\bPO-\d{4}-\d{4,12}\b`)

// OrderNumbers lists the order numbers that a text names, each once, as it names
// them first.
func OrderNumbers(text string) (out []string) {
	for _, n := range orderNumber.FindAllString(strings.ToUpper(text), -1) {
		if !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// Excerpt is the beginning of an answer without what it quotes, for people to read.
func (a Answer) Excerpt() string {
	var lines []string
	for line := range strings.SplitSeq(strings.ToValidUTF8(a.Text, " "), "\n") {
		if quoteForm.MatchString(line) {
			break
		}
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	text := []rune(strings.Join(lines, "\n"))
	if len(text) > maxExcerpt {
		text = append(text[:maxExcerpt], '…')
	}
	return string(text)
}

// maxExcerpt is how much of an answer is shown, in characters.
const maxExcerpt = 600
