package cards

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Ids of an order's buttons and forms.
const (
	ActionOrderConfirm = "order_confirm"
	ActionOrderProduce = "order_production"
	ActionOrderCancel  = "order_cancel"
	ActionShipBox      = "order_ship"
	ActionReceiveBox   = "order_receive"

	CallbackShip    = "order_ship"
	CallbackReceive = "order_receive"

	// Fields of the forms beside the lines; block and action have one id.
	FieldDay   = "day"
	FieldETA   = "eta"
	FieldShips = "ships"
	FieldNote  = "note"
	FieldOver  = "over"
)

// orderDigest stands for the digest in the Ref of an order, which its version
// identifies.
const orderDigest = "order"

// OrderRef is what an order's buttons and forms carry: the proposal it was made
// from and the order's version.
func OrderRef(o plan.Order) Ref { return Ref{o.ProposalID, o.Version, orderDigest} }

// orderWords are the sentences about orders.
type orderWords struct {
	state                                                  map[plan.OrderState]safe
	expected, came                                         safe
	confirm, produce, ship, eta, receive, cancel           safe
	cancelRest, sure, sureText, sureYes, sureNo            safe
	receiveTitle, shipTitle, save                          safe
	received, damaged, receivedHint, damagedHint           safe
	day, dayHint, etaLabel, etaHint, note, over, overLabel safe
	intro, shipIntro, closed, ownPage                      safe // ownPage: from, to, of, opened
	shipWays, ships, shipsHint, way, notYet                safe // way: mode, lines, units
	fState, fOrdered, fOutstanding, fDue, fCame            safe
	cLeft, cCame, cDue, history, letter, noLetter          safe
	late                                                   safe
	undo, waits, undone, undoneRest, takenBack, unseen     safe
	denied                                                 safe            // button
	deed                                                   map[string]safe // by the action of an entry without a text
}

var englishOrders = orderWords{
	state: map[plan.OrderState]safe{
		plan.OrderConfirmed: "Confirmed by the supplier.", plan.OrderInProduction: "In production.", plan.OrderShipped: "🚢 Shipped.",
		plan.OrderPartlyReceived: "📥 Partly received.", plan.OrderReceived: "✅ Received.", plan.OrderCancelled: "🚫 Cancelled.",
	},
	expected: " Expected %s.", came: " %s of %s units came, %s outstanding.",
	confirm: "Supplier confirmed", produce: "Now in production", ship: "Shipped…", eta: "New arrival day…", receive: "Receive…", cancel: "Cancel order", cancelRest: "Cancel the rest",
	sure: "Cancel what is outstanding?", sureYes: "Cancel it", sureNo: "Keep waiting",
	sureText:     "%s units of %s will not be waited for. They leave the stock on order, and the next check may ask for them again.",
	receiveTitle: "Receive goods", shipTitle: "Shipped, arrival", save: "Save",
	received: "%s: received", damaged: "%s: of these damaged",
	receivedHint: "%s outstanding of %s", damagedHint: "Damaged units count as arrived, not as stock",
	day: "Day of arrival", dayHint: "When the goods came", etaLabel: "Expected on", etaHint: "Of what is outstanding", note: "Note", over: "Record it all the same", overLabel: "More came than is outstanding",
	intro:     "Order %s from %s: what came leaves the stock on order; good units count as stock, added to the last count until there is a newer one. Filled in is what was shipped or is due by today.",
	shipIntro: "Order %s from %s is on its way. Say when it is expected.",
	shipWays:  "Order %s from %s goes by several ways. Say what is on its way now, and when the goods of each way are expected.",
	ships:     "What ships now", shipsHint: "What is not chosen waits for its turn; another day for it is recorded all the same.", way: "%s: lines: %s, units: %s", notYet: "not shipped",
	ownPage: "Lines %s to %s of %s. What you type stays when you turn the page. Saving records the %s lines of the pages you have opened, and no others.",
	closed:  "Nothing of order %s is outstanding. Enter what came all the same, and tick the box at the end.",
	fState:  "State", fOrdered: "Ordered", fOutstanding: "Outstanding", fDue: "Expected", fCame: "Received",
	cLeft: "Outstanding", cCame: "Received", cDue: "Expected", history: "History", letter: "Letter to %s", noLetter: "No letter has been written yet.",
	late: "%s (%s d late)",
	undo: "Undo (until %s)", waits: "E-mail to the supplier: leaves at %s.", undone: "↩️ Approval taken back by ", undoneRest: ". The letter never left.", takenBack: "↩️ TAKEN BACK",
	unseen: "E-mail to the supplier: waits until the card about the approval was shown.",
	denied: "was refused: %s",
	deed: map[string]safe{"approve": "approved", string(plan.MailSent): "says that the supplier has the letter", string(plan.MailAgain): "had the letter sent again",
		"effect done": "letter sent", "effect dry_run": "letter written to the outbox, not sent", "effect unknown": "letter may or may not have arrived", "effect failed": "letter not sent", "effect withdrawn": "letter withdrawn"},
}

// ReceiveTitle is the title of the form for a delivery, for Loading and Sorry.
func ReceiveTitle(w *phrases) safe { return w.po.receiveTitle }

// orderState says how far an order has come: of its letter while that is all there
// is to say.
func (b *builder) orderState(o plan.Order) safe {
	if o.State == plan.OrderApproved && o.Unseen {
		return b.w.po.unseen
	}
	if o.State == plan.OrderApproved && !o.UndoUntil.IsZero() {
		if o.ApprovedBy == plan.ByRule {
			return say(b.w.byRuleWaits, b.clock(o.UndoUntil))
		}
		return say(b.w.po.waits, b.clock(o.UndoUntil))
	}
	if o.State.MailStage() {
		return b.w.mail[o.State]
	}
	s := b.w.po.state[o.State]
	s += b.expected(o)
	if ordered, left, sum := o.Totals(); sum.Received > 0 {
		s += say(b.w.po.came, qty(sum.Received), qty(ordered), qty(left))
	}
	return s
}

// expected says when what is outstanding is expected, for each way where the days differ.
func (b *builder) expected(o plan.Order) safe {
	ways := o.OpenWays()
	if len(ways) == 0 {
		return ""
	}
	when := b.date(ways[0].Due)
	if ways[0].Due != ways[len(ways)-1].Due {
		var days []safe
		for _, w := range ways {
			days = append(days, say(b.w.by, b.date(w.Due), b.told(string(w.Mode), 20)))
		}
		when = join(b.w.semicolon, days...)
	}
	return say(b.w.po.expected, when)
}

// clock is a time of day in the shop's zone.
func (b *builder) clock(t time.Time) safe {
	zone := b.zone()
	return clean(t.In(zone).Format("15:04"), 5)
}

// stateOf is the state in a word or two, for tables.
func (b *builder) stateOf(o plan.Order) safe {
	if w, ok := b.w.mailWord[o.State]; ok {
		return w
	}
	return b.told(o.State.Word(), 40)
}

// orderActions adds the buttons that fit the state of an order.
func (b *builder) orderActions(o plan.Order) {
	ref := OrderRef(o)
	if !ref.valid() {
		return
	}
	_, left, sum := o.Totals()
	var els []slack.BlockElement
	for _, a := range o.Offers() {
		switch a {
		case plan.OrderConfirm:
			els = append(els, button(ActionOrderConfirm, ref.String(), b.w.po.confirm))
		case plan.OrderProduce:
			els = append(els, button(ActionOrderProduce, ref.String(), b.w.po.produce))
		case plan.OrderShip:
			label := b.w.po.ship
			if !slices.ContainsFunc(o.OpenWays(), func(w plan.OpenWay) bool { return !w.Shipped }) {
				label = b.w.po.eta
			}
			els = append(els, button(ActionShipBox, ref.String(), label))
		case plan.OrderReceive:
			els = append(els, button(ActionReceiveBox, ref.String(), b.w.po.receive))
		case plan.OrderCancel:
			label := b.w.po.cancel
			if sum.Received > 0 {
				label = b.w.po.cancelRest
			}
			cancel := button(ActionOrderCancel, ref.String(), label)
			cancel.WithConfirm(slack.NewConfirmationBlockObject(
				plain(b.w.po.sure, maxTitle), plain(say(b.w.po.sureText, qty(left), clean(o.Number, 30)), maxConfirm),
				plain(b.w.po.sureYes, maxConfirmText), plain(b.w.po.sureNo, maxConfirmText)))
			els = append(els, cancel)
		}
	}
	if len(els) > 0 {
		b.actions(els...)
	}
}

// ReceiveModal is the form for a delivery: per line what came and what of it is
// damaged. Lines of which nothing is outstanding are left out unless all are. A long
// order has pages, the first being 1: typed is what stands in the form until now, on this
// page and on those opened before, and only pages that were opened are recorded. bad are
// the fields whose number cannot be read; asked is what the buttons to the other pages
// carry.
func ReceiveModal(v plan.OrderView, asked string, page int, typed plan.OrderEvent, bad map[string]string) slack.ModalViewRequest {
	o := v.Order
	b := lay(v.Shop, o.Version)
	ref := OrderRef(o)
	if !ref.valid() || len(o.Lines) == 0 {
		return Sorry(v.Shop.Language, ReceiveTitle, "There is nothing to receive.")
	}
	_, left, _ := o.Totals()
	b.paragraph(say(b.w.po.intro, clean(o.Number, 30), clean(o.Supplier.Name, 60)))
	if left == 0 {
		b.paragraph(say(b.w.po.closed, clean(o.Number, 30)))
	}
	var lines []int
	for i := range o.Lines {
		if left == 0 || o.Outstanding(i) > 0 {
			lines = append(lines, i)
		}
	}
	pages := (len(lines) + maxInputs - 1) / maxInputs
	page = min(max(page, 1), pages)
	first := FirstOf(page)
	shown := lines[first:min(len(lines), first+maxInputs)]
	meta := PageMeta{Ref: ref, Page: page, Typed: map[int]int64{}, Damaged: map[int]int64{}}
	stands := map[int]plan.Arrived{}
	for _, a := range typed.Lines {
		if stands[a.Line] = a; slices.Contains(shown, a.Line) {
			continue
		}
		if meta.Typed[a.Line] = a.Received; a.Damaged > 0 {
			meta.Damaged[a.Line] = a.Damaged
		}
	}
	if pages > 1 {
		b.paragraph(say(b.w.po.ownPage, qty(int64(first+1)), qty(int64(first+len(shown))), qty(int64(len(lines))), qty(int64(len(meta.Typed)+len(shown)))))
	}
	for _, i := range shown {
		l, due := o.Lines[i], o.Outstanding(i)
		a, was := stands[i]
		if !was {
			a.Received = o.ReadyUnits(i, v.Today)
		}
		way := b.wayTo(o, i)
		name := join(" · ", clean(string(l.SKU), 60), clean(l.Name, 60), clean(string(l.Location), 40), way)
		hint := say(b.w.po.receivedHint, qty(due), qty(l.Qty))
		if due > 0 && o.ReadyUnits(i, v.Today) == 0 {
			hint = join(" · ", hint, b.w.po.notYet)
		}
		in := slack.NewNumberInputBlockElement(nil, LineInput(i), false).WithMinValue("0").WithInitialValue(strconv.FormatInt(a.Received, 10))
		b.add(slack.NewInputBlock(LineBlock(i), plain(say(b.w.po.received, name), 300), plain(hint, 500), in))
		broken := slack.NewNumberInputBlockElement(nil, DamagedInput(i), false).WithMinValue("0")
		if a.Damaged > 0 {
			broken.WithInitialValue(strconv.FormatInt(a.Damaged, 10))
		}
		b.add(slack.NewInputBlock(DamagedBlock(i), plain(say(b.w.po.damaged, join(" · ", clean(string(l.SKU), 60), clean(string(l.Location), 40), way)), 300), plain(b.w.po.damagedHint, 500), broken).WithOptional(true))
		if why := cmp.Or(bad[LineBlock(i)], bad[DamagedBlock(i)]); why != "" {
			b.line(text("⚠️ " + b.told(why, 300)))
		}
	}
	b.dayField(FieldDay, b.w.po.day, b.w.po.dayHint, cmp.Or(typed.Day, v.Today))
	b.noteField(typed.Note)
	over := option("over", b.w.po.over)
	box := slack.NewCheckboxGroupsBlockElement(FieldOver, over)
	if typed.Over {
		box.InitialOptions = []*slack.OptionBlockObject{over}
	}
	b.add(slack.NewInputBlock(FieldOver, plain(b.w.po.overLabel, 300), nil, box).WithOptional(true))
	switch {
	case pages > 1 && meta.roomy(2):
		b.turns(page, pages, asked+" "+ref.String())
	case pages > 1:
		b.paragraph(b.w.pageFirst)
	}
	return b.modal(CallbackReceive, b.w.po.receiveTitle, b.w.po.save, meta.String())
}

// wayTo says when a line is expected and by which way.
func (b *builder) wayTo(o plan.Order, i int) safe {
	day := o.Lines[i].Arrival
	if i < len(o.Progress) {
		day = o.Progress[i].Due
	}
	return say(b.w.by, b.date(day), b.told(string(o.Lines[i].Mode), 20))
}

func (b *builder) dayField(id string, label, hint safe, initial core.Day) {
	in := slack.NewDatePickerBlockElement(id)
	in.InitialDate = initial.String()
	b.add(slack.NewInputBlock(id, plain(label, 300), plain(hint, 500), in))
}

// maxNote is the longest note about an order, in characters.
const maxNote = 500

func (b *builder) noteField(typed string) {
	in := slack.NewPlainTextInputBlockElement(nil, FieldNote).WithMaxLength(maxNote)
	in.InitialValue = typed
	b.add(slack.NewInputBlock(FieldNote, plain(b.w.po.note, 300), nil, in).WithOptional(true))
}

// OrderAnswer answers /stock order N: state, lines, what is outstanding, history
// and letter.
func OrderAnswer(v plan.OrderView) Message {
	o := v.Order
	b := lay(v.Shop, o.Version)
	ordered, left, sum := o.Totals()
	number, state := clean(o.Number, 30), b.stateOf(o)
	b.header(join(" · ", number, clean(o.Supplier.Name, 60), state))
	due := b.dueOf(o, v.Today)
	b.facts(
		fact{b.w.po.fState, b.orderState(o)},
		fact{b.w.po.fOrdered, join(" · ", say(b.w.units, qty(ordered)), money(o.Total), b.date(o.OrderedOn))},
		fact{b.w.po.fOutstanding, say(b.w.units, qty(left))},
		fact{b.w.po.fDue, due},
		fact{b.w.po.fCame, say(b.w.units, qty(sum.Received))},
	)
	b.orderTable(o)
	if len(v.History) > 0 {
		b.line(bold(b.w.po.history))
		for _, e := range v.History {
			b.line(text(b.instant(e.At)+" · "), b.by(e.Actor), text(" · "+b.deed(e)))
		}
	}
	if o.Mail == nil {
		b.line(text(b.w.po.noLetter))
	} else {
		b.line(bold(say(b.w.po.letter, clean(o.Mail.To, 100))), text(" · "+clean(o.Mail.Subject, 150)))
		b.paragraph(cleanLines(o.Mail.Body, 1500))
	}
	return b.message(join(" · ", number, clean(o.Supplier.Name, 60), state, say(b.w.pair, b.w.po.fOutstanding, qty(left))))
}

// deed says what an entry of an order's history is about.
func (b *builder) deed(e plan.OrderEntry) safe {
	if e.Text != "" && !strings.HasPrefix(e.Action, "letter ") {
		return b.optional(e.Text)
	}
	if what, is := strings.CutPrefix(e.Action, "denied "); is {
		w := &b.w.po
		button := map[plan.Action]safe{plan.OrderConfirm: w.confirm, plan.OrderProduce: w.produce, plan.OrderShip: w.ship, plan.OrderReceive: w.receive, plan.OrderCancel: w.cancel}
		return say(w.denied, cmp.Or(button[plan.Action(what)], b.told(what, 40)))
	}
	return join(" · ", cmp.Or(b.w.po.deed[e.Action], b.told(e.Action, 40)), b.optional(e.Text))
}

// dueOf is the day on which an order is expected, and how late that is; empty when
// nothing is outstanding.
func (b *builder) dueOf(o plan.Order, today core.Day) safe {
	switch d, ok := o.Due(); {
	case !ok:
		return ""
	case d < today:
		return say(b.w.po.late, b.date(d), qty(int64(today-d)))
	default:
		return b.date(d)
	}
}

// optional is clean text, or nothing at all.
func (b *builder) optional(s string) safe {
	if s == "" {
		return ""
	}
	return b.told(s, 300)
}

// orderTable adds the lines of an order with what came of them.
func (b *builder) orderTable(o plan.Order) {
	rows := [][]safe{{b.w.cSKU, b.w.cPlace, b.w.cQty, b.w.po.cCame, b.w.po.cLeft, b.w.po.cDue}}
	severalWays := slices.ContainsFunc(o.Lines, func(l plan.Line) bool { return l.Mode != o.Lines[0].Mode })
	for i, l := range o.Lines {
		var p plan.Progress
		if i < len(o.Progress) {
			p = o.Progress[i]
		}
		due := b.date(p.Due)
		if severalWays {
			due = b.wayTo(o, i)
		}
		rows = append(rows, []safe{clean(string(l.SKU), 40), clean(string(l.Location), 40), qty(l.Qty), qty(p.Received), qty(o.Outstanding(i)), due})
	}
	b.table(rows, 2, 3, 4)
}
