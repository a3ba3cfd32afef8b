package plan

import (
	"fmt"
	"slices"

	"quartermaster/core"
)

// What people and files report about an order after it was approved.
const (
	OrderConfirm Action = "order_confirm"    // the supplier confirmed it
	OrderProduce Action = "order_production" // it is being made
	OrderShip    Action = "order_ship"       // it left the supplier, or its arrival moved
	OrderReceive Action = "order_receive"    // goods arrived
	OrderCancel  Action = "order_cancel"     // nobody waits for the rest any more
	// OrderMove says that a confirmed order comes on another day, or that the supplier
	// leaves units out. It is proposed from the supplier's answer and has no button.
	OrderMove Action = "order_move"
)

// OrderActions lists them in the order of an order's life.
var OrderActions = []Action{OrderConfirm, OrderProduce, OrderShip, OrderReceive, OrderCancel}

// Progress is how far one line of an order has come, in units.
type Progress struct {
	Received  int64    `json:"received"`          // arrived, damaged ones among them
	Damaged   int64    `json:"damaged"`           // arrived, but cannot be sold
	Cancelled int64    `json:"cancelled"`         // nobody waits for them any more
	Due       core.Day `json:"due"`               // expected now
	Shipped   bool     `json:"shipped,omitempty"` // reported as on its way
}

// OrderEvent is one report about an order.
type OrderEvent struct {
	Action Action   `json:"action"`
	Day    core.Day `json:"day"`          // when it happened, in the shop's zone
	ETA    core.Day `json:"eta,omitzero"` // new arrival day of all that is outstanding; zero: as it was
	// Ways are what is said of the goods by their way; of OrderShip none means that all
	// that is outstanding ships. Dates are new days of single lines. Both go before ETA.
	Ways  []WayReport `json:"ways,omitempty"`
	Dates []Dated     `json:"dates,omitempty"`
	Lines []Arrived   `json:"lines,omitempty"` // of OrderReceive
	Less  []Short     `json:"less,omitempty"`  // of OrderConfirm and OrderMove
	// Prices are what the supplier asks for now, of OrderConfirm and OrderMove. Who may
	// agree to them is DecidePrice's.
	Prices []Repriced `json:"prices,omitempty"`
	// Over says that a person knows that more came than was outstanding.
	Over bool   `json:"over,omitempty"`
	Note string `json:"note,omitempty"`
}

// Arrived is what came of one line in one delivery.
type Arrived struct {
	Line     int   `json:"line"`     // index into Order.Lines
	Received int64 `json:"received"` // units, damaged ones among them
	Damaged  int64 `json:"damaged"`
}

// Short is what the supplier leaves out of one line: nobody waits for it any more.
type Short struct {
	Line  int   `json:"line"` // index into Order.Lines
	Units int64 `json:"units"`
}

// Field is a part of an OrderEvent that can be wrong.
type Field string

// Fields of an OrderEvent.
const (
	FieldReceived Field = "received"
	FieldDamaged  Field = "damaged"
	FieldDay      Field = "day"
	FieldETA      Field = "eta"
	FieldShips    Field = "ships"
	FieldOrder    Field = "" // the order as a whole
)

// OrderFault is one reason why an event was refused.
type OrderFault struct {
	Field  Field
	Line   int // of FieldReceived and FieldDamaged; of FieldETA with Ways the line that names the way
	Reason string
	Over   bool // a person may insist: more came than was outstanding
}

// Error returns the reason.
func (f *OrderFault) Error() string { return f.Reason }

// rank orders the states of an order by how far it has come.
var rank = map[OrderState]int{
	OrderApproved: 0, OrderSent: 0, OrderDryRun: 0, OrderSendUnknown: 0, OrderSendFailed: 0,
	OrderConfirmed: 1, OrderInProduction: 2, OrderShipped: 3, OrderPartlyReceived: 4, OrderReceived: 5, OrderCancelled: 5,
}

// Closed reports whether nothing is outstanding any more.
func (s OrderState) Closed() bool { return s == OrderReceived || s == OrderCancelled }

// MailStage reports whether the order has come no further than its letter.
func (s OrderState) MailStage() bool { return rank[s] == 0 }

// Reached reports whether an order in state s has come as far as action leads.
func (s OrderState) Reached(a Action) bool {
	to := map[Action]OrderState{OrderConfirm: OrderConfirmed, OrderProduce: OrderInProduction, OrderShip: OrderShipped}
	return to[a] != "" && rank[s] >= rank[to[a]]
}

// Outstanding returns the units of line i that are still to come.
func (o Order) Outstanding(i int) int64 {
	p := o.progress(i)
	return max(0, o.Lines[i].Qty-p.Received-p.Cancelled)
}

func (o Order) progress(i int) Progress {
	if i < len(o.Progress) {
		return o.Progress[i]
	}
	return Progress{Due: o.Lines[i].Arrival, Shipped: o.State == OrderShipped}
}

// Totals adds up ordered, received, damaged, cancelled and outstanding units.
func (o Order) Totals() (ordered, outstanding int64, sum Progress) {
	for i, l := range o.Lines {
		p := o.progress(i)
		ordered, outstanding = ordered+l.Qty, outstanding+o.Outstanding(i)
		sum.Received, sum.Damaged, sum.Cancelled = sum.Received+p.Received, sum.Damaged+p.Damaged, sum.Cancelled+p.Cancelled
	}
	return ordered, outstanding, sum
}

// Due returns the first day on which something outstanding is expected; false
// when nothing is.
func (o Order) Due() (first core.Day, ok bool) {
	for i := range o.Lines {
		if d := o.progress(i).Due; o.Outstanding(i) > 0 && (!ok || d < first) {
			first, ok = d, true
		}
	}
	return first, ok
}

// Offers returns what can be reported about the order in its state. While its letter
// waits to be taken back the supplier knows of nothing, so it can only be cancelled.
func (o Order) Offers() []Action {
	waits := o.State == OrderApproved && (o.Unseen || !o.UndoUntil.IsZero())
	return slices.DeleteFunc(slices.Clone(OrderActions), func(a Action) bool {
		return o.State.Closed() || o.State.Reached(a) && a != OrderShip || waits && a != OrderCancel
	})
}

// Apply returns the order after the event, one version on, or every reason why
// it is refused. Units that are outstanding stay so until they are received or
// cancelled; what came is never taken back. Goods may arrive in any state, even
// after the rest was cancelled: then, as with any other delivery of more than is
// outstanding, a person has to insist (Over).
func (o Order) Apply(e OrderEvent, today core.Day) (Order, []*OrderFault) {
	next := o
	next.Version = o.Version + 1
	next.Progress = make([]Progress, len(o.Lines))
	for i := range o.Lines {
		next.Progress[i] = o.progress(i)
	}
	var faults []*OrderFault
	refuse := func(f Field, format string, args ...any) {
		faults = append(faults, &OrderFault{Field: f, Reason: fmt.Sprintf(format, args...)})
	}
	switch {
	case e.Day > today:
		refuse(FieldDay, "The day %s lies in the future.", e.Day)
	case e.Day < o.OrderedOn:
		refuse(FieldDay, "The day %s lies before the order of %s.", e.Day, o.OrderedOn)
	}
	if e.ETA != 0 && e.ETA < e.Day {
		refuse(FieldETA, "The arrival %s lies before %s.", e.ETA, e.Day)
	}
	switch e.Action {
	case OrderConfirm, OrderProduce, OrderShip:
		if why := o.State.refuses(e.Action); why != "" {
			refuse(FieldOrder, "Order %s is %s; %s", o.Number, o.State.Word(), why)
		}
		faults = append(append(append(faults, next.advance(e, today)...), next.reprice(e)...), next.leaveOut(e)...)
	case OrderMove:
		if o.State.Closed() {
			refuse(FieldOrder, "Order %s is %s; nothing is outstanding.", o.Number, o.State.Word())
		}
		if e.ETA == 0 && len(e.Ways)+len(e.Dates)+len(e.Less)+len(e.Prices) == 0 {
			refuse(FieldETA, "Neither a day nor units are named.")
		}
		faults = append(append(append(faults, next.advance(e, today)...), next.reprice(e)...), next.leaveOut(e)...)
	case OrderReceive:
		faults = append(faults, next.receive(e)...)
	case OrderCancel:
		if o.State.Closed() {
			refuse(FieldOrder, "Order %s is %s; nothing is outstanding.", o.Number, o.State.Word())
		}
		next.cancel()
	default:
		refuse(FieldOrder, "%q is nothing that happens to an order.", string(e.Action))
	}
	if len(faults) > 0 {
		return o, faults
	}
	return next, nil
}

// refuses says why an order in state s cannot be reported as action; empty when
// it can.
func (s OrderState) refuses(a Action) string {
	switch {
	case s.Closed():
		return "nothing is outstanding."
	case a != OrderShip && s.Reached(a):
		return "it has come further already."
	}
	return ""
}

// advance moves the order on, what ships of it, and the arrival of what is outstanding.
func (o *Order) advance(e OrderEvent, today core.Day) (faults []*OrderFault) {
	dates, ships, faults := o.unfold(e, today)
	if len(faults) > 0 {
		return faults
	}
	to := map[Action]OrderState{OrderConfirm: OrderConfirmed, OrderProduce: OrderInProduction, OrderShip: OrderShipped}[e.Action]
	if rank[to] > rank[o.State] && (e.Action != OrderShip || len(ships) > 0) {
		o.State = to
	}
	for _, d := range dates {
		o.Progress[d.Line].Due = d.ETA
	}
	for _, i := range ships {
		o.Progress[i].Shipped = true
	}
	return nil
}

// leaveOut gives up the units that the supplier does not deliver.
func (o *Order) leaveOut(e OrderEvent) (faults []*OrderFault) {
	for _, s := range e.Less {
		if s.Line < 0 || s.Line >= len(o.Lines) || s.Units <= 0 || s.Units > o.Outstanding(s.Line) {
			faults = append(faults, &OrderFault{Line: s.Line, Reason: fmt.Sprintf("Order %s has no %d units outstanding in line %d.", o.Number, s.Units, s.Line+1)})
			continue
		}
		o.Progress[s.Line].Cancelled += s.Units
	}
	if len(e.Less) > 0 && len(faults) == 0 {
		o.settle()
	}
	return faults
}

// receive adds a delivery. Lines and quantities that cannot be are refused.
func (o *Order) receive(e OrderEvent) (faults []*OrderFault) {
	refuse := func(f Field, line int, over bool, format string, args ...any) {
		faults = append(faults, &OrderFault{Field: f, Line: line, Over: over, Reason: fmt.Sprintf(format, args...)})
	}
	total, seen := int64(0), map[int]bool{}
	for _, a := range e.Lines {
		switch {
		case a.Line < 0 || a.Line >= len(o.Lines):
			refuse(FieldOrder, a.Line, false, "Order %s has no line %d.", o.Number, a.Line+1)
			continue
		case seen[a.Line]:
			refuse(FieldReceived, a.Line, false, "Line %d is named twice.", a.Line+1)
			continue
		case a.Received < 0 || a.Received > maxUnits:
			refuse(FieldReceived, a.Line, false, "%d is no number of units.", a.Received)
			continue
		case a.Damaged < 0 || a.Damaged > a.Received:
			refuse(FieldDamaged, a.Line, false, "%d damaged are more than the %d that came.", a.Damaged, a.Received)
			continue
		}
		left := o.Outstanding(a.Line)
		if a.Received > left && !e.Over {
			refuse(FieldReceived, a.Line, true, "%d of %s are %d more than the %d outstanding.", a.Received, o.Lines[a.Line].SKU, a.Received-left, left)
			continue
		}
		seen[a.Line] = true
		total += a.Received
		o.Progress[a.Line].Received += a.Received
		o.Progress[a.Line].Damaged += a.Damaged
	}
	if len(faults) == 0 && total == 0 {
		refuse(FieldOrder, 0, false, "Nothing was received: every quantity is 0.")
	}
	o.settle()
	return faults
}

// cancel gives up what is outstanding.
func (o *Order) cancel() {
	for i := range o.Lines {
		o.Progress[i].Cancelled += o.Outstanding(i)
	}
	o.settle()
}

// settle sets the state that follows from the quantities.
func (o *Order) settle() {
	_, left, sum := o.Totals()
	switch {
	case sum.Received > 0 && left > 0:
		o.State = OrderPartlyReceived
	case sum.Received > 0:
		o.State = OrderReceived
	case left == 0:
		o.State = OrderCancelled
	}
}

// Word returns the state in plain words.
func (s OrderState) Word() string {
	if w, ok := orderWords[s]; ok {
		return w
	}
	return string(s)
}

var orderWords = map[OrderState]string{
	OrderApproved: "approved", OrderSent: "sent", OrderDryRun: "approved (dry run)", OrderSendUnknown: "approved, its e-mail in doubt",
	OrderSendFailed: "approved, its e-mail failed", OrderConfirmed: "confirmed", OrderInProduction: "in production",
	OrderShipped: "shipped", OrderPartlyReceived: "partly received", OrderReceived: "received", OrderCancelled: "cancelled",
}

// DecideOrder says whether actor may report action about an order: approvers and
// the receivers of the settings what happened, approvers alone may cancel.
func DecideOrder(actor Actor, action Action, policy core.Policy) Verdict {
	who, denied := authorise(actor, policy.Approval)
	switch {
	case who != nil:
		return Verdict{Allow, "You are on the list of approvers."}
	case action == OrderCancel || actor.Bot || actor.Guest || actor.Foreign || actor.Deactivated:
		return denied
	case actor.User != "" && slices.Contains(policy.Approval.Receivers, actor.User):
		return Verdict{Allow, "You are on the list of receivers."}
	}
	return deny("You are neither an approver nor a receiver (settings: approval.receivers).")
}
