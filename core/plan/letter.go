package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"quartermaster/core"
)

// LetterKind says what a letter to a supplier is about.
type LetterKind string

// Kinds of letters.
const (
	LetterOrder    LetterKind = "order"     // the order itself
	LetterExpedite LetterKind = "expedite"  // goods are awaited
	LetterDelay    LetterKind = "delay"     // answer to a notice of delay
	LetterChange   LetterKind = "change"    // a change is asked for, with an apology
	LetterCancel   LetterKind = "cancel"    // the rest was cancelled, with an apology
	LetterPrice    LetterKind = "price"     // negotiation: lower prices
	LetterMOQ      LetterKind = "moq"       // negotiation: a smaller minimum
	LetterLead     LetterKind = "lead-time" // negotiation: faster
	LetterRFQ      LetterKind = "rfq"       // request for quotation, about no order
)

// LetterKinds lists the letters about an order that a person can ask for.
var LetterKinds = []LetterKind{LetterExpedite, LetterDelay, LetterChange, LetterCancel, LetterPrice, LetterMOQ, LetterLead}

// LetterAsk is what a person says about the letter wanted.
type LetterAsk struct {
	Kind   LetterKind    `json:"kind"`
	Number string        `json:"number"` // of the order
	Day    core.Day      `json:"day,omitzero"`
	Qty    map[int]int64 `json:"qty,omitempty"`  // of LetterChange: new quantity by line index
	Wish   int64         `json:"wish,omitempty"` // of a negotiation: per cent less, units, or days
}

// ParseLetterAsk reads "KIND NUMBER [ARGUMENT...]": a day (2026-12-20, 20 Dec 2026) for delay
// and change, LINE=UNITS for change, a number for a negotiation (5 or 5% less,
// minimum units, days). Errors say what would be right.
func ParseLetterAsk(text string) (a LetterAsk, err error) {
	words := strings.Fields(ISODays(text))
	if len(words) < 2 {
		return a, fmt.Errorf("a letter needs a kind and the number of an order, such as: expedite PO-2026-0001; kinds are %s", kindList())
	}
	a.Kind, a.Number = LetterKind(strings.ToLower(words[0])), words[1]
	if !slices.Contains(LetterKinds, a.Kind) {
		kinds := func(yield func(string) bool) {
			for _, k := range LetterKinds {
				if !yield(string(k)) {
					return
				}
			}
		}
		if near := core.Nearest(string(a.Kind), kinds, 1); len(near) > 0 {
			return a, fmt.Errorf("there is no letter %q; did you mean %s?", words[0], near[0])
		}
		return a, fmt.Errorf("there is no letter %q; kinds are %s", words[0], kindList())
	}
	for _, w := range words[2:] {
		if err := a.add(w); err != nil {
			return a, err
		}
	}
	return a, nil
}

func kindList() string {
	var s []string
	for _, k := range LetterKinds {
		s = append(s, string(k))
	}
	return strings.Join(s, ", ")
}

func (a *LetterAsk) add(word string) error {
	line, units, isLine := strings.Cut(word, "=")
	dated := a.Kind == LetterDelay || a.Kind == LetterChange
	switch {
	case isLine && a.Kind == LetterChange:
		n, err := strconv.Atoi(line)
		q, err2 := strconv.ParseInt(units, 10, 64)
		if err != nil || err2 != nil || n < 1 || q < 0 || q > maxUnits {
			return fmt.Errorf("%q is no change of a line; write LINE=UNITS, such as 2=400", word)
		}
		if a.Qty == nil {
			a.Qty = map[int]int64{}
		}
		if _, twice := a.Qty[n-1]; twice {
			return fmt.Errorf("line %d is named twice", n)
		}
		a.Qty[n-1] = q
		return nil
	case dated && a.Day == 0:
		d, err := core.ParseDay(word)
		if err != nil {
			return fmt.Errorf("%q is no day; write it as 2026-12-20", word)
		}
		a.Day = d
		return nil
	case a.negotiates() && a.Wish == 0:
		n, err := strconv.ParseInt(strings.TrimSuffix(word, "%"), 10, 64)
		most := map[LetterKind]int64{LetterPrice: 90, LetterMOQ: maxUnits, LetterLead: 999}[a.Kind]
		if err != nil || n < 1 || n > most || strings.HasSuffix(word, "%") && a.Kind != LetterPrice {
			return fmt.Errorf("%q cannot be asked for: a whole number from 1 to %d (price: per cent less; moq: units; lead-time: days)", word, most)
		}
		a.Wish = n
		return nil
	}
	return fmt.Errorf("a letter of kind %s takes no %q", a.Kind, word)
}

func (a LetterAsk) negotiates() bool {
	return a.Kind == LetterPrice || a.Kind == LetterMOQ || a.Kind == LetterLead
}

// Letter is a letter to be written, with every fact that it may state: about Order,
// or about RFQ where that is set.
type Letter struct {
	LetterAsk
	Order   Order
	RFQ     *RFQFacts
	Today   core.Day
	Plain   bool // tone: friendly and direct in place of formal
	History LetterHistory
}

// LetterHistory is what was bought from a supplier in the 365 days before Today,
// from the lines of its orders and their receipts.
type LetterHistory struct {
	Orders int
	Units  int64 // ordered, less what was cancelled
	BySKU  map[core.SKU]int64
	// Stated and Real are days from order to arrival, as offered and as measured,
	// means over the units that came; Measured counts the arrivals behind them.
	Stated, Real int
	Measured     int
}

// OrderLetter is the letter that goes with an order.
func OrderLetter(o Order) Letter {
	return Letter{LetterAsk: LetterAsk{Kind: LetterOrder, Number: o.Number}, Order: o, Today: o.OrderedOn}
}

// NewLetter gathers the facts of a letter about o, or says why there is none to be
// written. lines are all order lines known of the supplier.
func NewLetter(a LetterAsk, o Order, lines []core.SupplyLine, today core.Day) (Letter, error) {
	l := Letter{LetterAsk: a, Order: o, Today: today}
	_, left, sum := o.Totals()
	no := func(format string, args ...any) (Letter, error) {
		return Letter{}, fmt.Errorf("order %s: %s", o.Number, fmt.Sprintf(format, args...))
	}
	switch a.Kind {
	case LetterExpedite:
		if left == 0 {
			return no("nothing is outstanding, so there is nothing to expedite")
		}
	case LetterDelay:
		due, ok := o.Due()
		if !ok {
			return no("nothing is outstanding, so nothing is delayed")
		}
		if l.Day == 0 {
			l.Day = due
		}
		if agreed := l.Agreed(); l.Day <= agreed {
			return no("the agreed arrival is %s; name the later day that the supplier gave, such as: delay %s %s", agreed, o.Number, agreed+14)
		}
	case LetterChange:
		if o.State.Closed() {
			return no("it is %s and cannot be changed any more", o.State.Word())
		}
		if a.Day != 0 && a.Day < today {
			return no("the arrival %s asked for lies in the past", a.Day)
		}
		changes := a.Day != 0
		for _, i := range slices.Sorted(maps.Keys(a.Qty)) {
			switch q := a.Qty[i]; {
			case i >= len(o.Lines):
				return no("it has no line %d", i+1)
			case q < o.progress(i).Received:
				return no("%d of line %d came already; it cannot become %d", o.progress(i).Received, i+1, q)
			case q != o.Lines[i].Qty:
				changes = true
			}
		}
		if !changes {
			return no("say what is to change: LINE=UNITS, a new day of arrival, or both, such as: change %s 1=400 %s", o.Number, today+30)
		}
	case LetterCancel:
		if sum.Cancelled == 0 {
			return no("nothing of it is cancelled; cancel it first (button \"Cancel order\" on its card)")
		}
	case LetterPrice, LetterMOQ, LetterLead:
		l.History = bought(lines, o.Supplier.ID, today)
		if l.History.Orders == 0 {
			return no("no order of the last twelve months is known from %s, so there is nothing to argue with", o.Supplier.Name)
		}
		if a.Kind == LetterLead && l.History.Measured == 0 {
			return no("no delivery of the last twelve months is known from %s, so no lead time was measured", o.Supplier.Name)
		}
	default:
		return no("there is no letter %q", a.Kind)
	}
	return l, nil
}

// To is the supplier that a letter goes to.
func (l Letter) To() core.Supplier {
	if l.RFQ != nil {
		return l.RFQ.Supplier
	}
	return l.Order.Supplier
}

// About returns the indexes of the lines that the letter is about: of a reminder
// the late ones, or all outstanding ones when none is late; of a delay those that
// move; of a cancellation the cancelled ones; else all.
func (l Letter) About() (lines []int) {
	due, _ := l.Order.Due()
	late := due < l.Today
	for i, line := range l.Order.Lines {
		p := l.Order.progress(i)
		open := l.Order.Outstanding(i) > 0
		switch l.Kind {
		case LetterExpedite:
			open = open && (!late || p.Due < l.Today)
		case LetterDelay:
			open = open && line.Arrival < l.Day
		case LetterCancel:
			open = p.Cancelled > 0
		default:
			open = true
		}
		if open {
			lines = append(lines, i)
		}
	}
	return lines
}

// Agreed is the first agreed arrival of what is outstanding, as on the order.
func (l Letter) Agreed() (first core.Day) {
	for i, line := range l.Order.Lines {
		if l.Order.Outstanding(i) > 0 && (first == 0 || line.Arrival < first) {
			first = line.Arrival
		}
	}
	return first
}

func bought(lines []core.SupplyLine, id core.SupplierID, today core.Day) LetterHistory {
	h := LetterHistory{BySKU: map[core.SKU]int64{}}
	orders := map[string]bool{}
	var units, stated, took float64
	for _, l := range lines {
		if l.Supplier != id || l.OrderedOn > today || l.OrderedOn <= today-365 || l.Qty <= l.Cancelled {
			continue
		}
		orders[l.Order] = true
		h.Units += l.Qty - l.Cancelled
		h.BySKU[l.SKU] += l.Qty - l.Cancelled
		for _, a := range l.Arrivals {
			if a.Day > today || a.Qty <= 0 || l.Stated <= 0 {
				continue
			}
			q := float64(a.Qty)
			units, stated, took = units+q, stated+q*l.Stated, took+q*float64(a.Day-l.OrderedOn)
			h.Measured++
		}
	}
	h.Orders = len(orders)
	if units > 0 {
		h.Stated, h.Real = int(math.Round(stated/units)), int(math.Round(took/units))
	}
	return h
}

// LetterView is a letter as a person sees it before it leaves.
type LetterView struct {
	Shop  core.Shop
	Order Order
	Kind  LetterKind
	Mail  Mail
}

// Digest stands for the exact text offered, so that what is sent can be told from
// what was drafted.
func (m Mail) Digest() string {
	sum := sha256.Sum256([]byte(m.Subject + "\x00" + m.Body))
	return hex.EncodeToString(sum[:6])
}

// DecideLetter says whether actor may see and send letters to suppliers: every
// approver may.
func DecideLetter(actor Actor, policy core.Policy) Verdict {
	if who, verdict := authorise(actor, policy.Approval); who == nil {
		return verdict
	}
	return Verdict{Allow, "You are on the list of approvers."}
}
