package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/risk"
)

// MaxAsked is how many suppliers are asked at once.
const MaxAsked = 3

// answerDays is how long a supplier has for its answer, unless a person says
// otherwise.
const answerDays = 3

// RFQAsk is a request for quotation (RFQ) as a person puts it: one SKU, a quantity,
// and whom to ask.
type RFQAsk struct {
	SKU       core.SKU          `json:"sku"`
	Location  core.LocationID   `json:"location"` // where the goods are wanted
	Suppliers []core.SupplierID `json:"suppliers"`
	Qty       int64             `json:"qty"`
	NeedBy    core.Day          `json:"need_by"`   // arrival wished
	AnswerBy  core.Day          `json:"answer_by"` // last day for an answer
}

// RFQField names a field of an RFQAsk.
type RFQField string

// Fields of an RFQAsk that can be wrong.
const (
	RFQSuppliers RFQField = "suppliers"
	RFQQty       RFQField = "qty"
	RFQNeedBy    RFQField = "need_by"
	RFQAnswerBy  RFQField = "answer_by"
)

// Check says field by field what is wrong with a request; nothing when it may be
// sent. known are all suppliers, open the requests about the SKU that are under
// way: nobody is asked a second time while the answer is awaited.
func (a RFQAsk) Check(known []core.Supplier, open []RFQ, today core.Day) map[RFQField]string {
	faults := map[RFQField]string{}
	seen := map[core.SupplierID]bool{}
	for _, id := range a.Suppliers {
		at := slices.IndexFunc(known, func(s core.Supplier) bool { return s.ID == id })
		switch {
		case at < 0:
			faults[RFQSuppliers] = fmt.Sprintf("Supplier %s is not known any more.", id)
		case known[at].Email == "":
			faults[RFQSuppliers] = fmt.Sprintf("No e-mail address of %s is known; ask by phone and enter the quote.", known[at].Name)
		case awaited(open, id, today):
			faults[RFQSuppliers] = fmt.Sprintf("%s was asked already, and its answer is awaited.", known[at].Name)
		case seen[id]:
			faults[RFQSuppliers] = fmt.Sprintf("%s is named twice.", known[at].Name)
		}
		seen[id] = true
	}
	if len(a.Suppliers) < 1 || len(a.Suppliers) > MaxAsked {
		faults[RFQSuppliers] = fmt.Sprintf("Choose one to %d suppliers.", MaxAsked)
	}
	if a.Qty < 1 || !sane(a.Qty) {
		faults[RFQQty] = fmt.Sprintf("A whole number from 1 to %d.", int64(maxUnits))
	}
	if a.AnswerBy < today || a.AnswerBy > today+60 {
		faults[RFQAnswerBy] = fmt.Sprintf("A day from today to %s.", today+60)
	}
	if a.NeedBy <= a.AnswerBy || a.NeedBy > today+730 {
		faults[RFQNeedBy] = fmt.Sprintf("A day after the last day for an answer, at most %s.", today+730)
	}
	return faults
}

// awaited reports whether a supplier was asked and still has time for its answer.
func awaited(open []RFQ, id core.SupplierID, today core.Day) bool {
	for _, r := range open {
		for _, l := range r.Letters {
			if l.Supplier.ID == id && l.Quote == nil && today <= r.AnswerBy && l.Mail != OrderSendFailed {
				return true
			}
		}
	}
	return false
}

// RFQView is what the form of a request starts from.
type RFQView struct {
	Shop      core.Shop
	Name      string // of the product
	Ask       RFQAsk // proposed: suppliers, quantity, days
	Suppliers []RFQSupplier
	Today     core.Day
	Open      *RFQ   // one about the SKU that is under way; nil for none
	Trouble   string // why the letters could not be written; empty: they were not asked for yet
}

// RFQSupplier is one who can be asked.
type RFQSupplier struct {
	core.Supplier
	Item   *core.SupplierItem // its list entry for the SKU; nil: it lists none
	Now    bool               // orders go there now
	OnTime float64            // share of units that came in time; -1: not known
}

// ProposeRFQ proposes whom to ask about a SKU at a place, how many units, and when
// they are wanted: the suppliers beside the present one, those who list it first,
// the most punctual first; the quantity of the order that is due, else what the
// shop sells in a lead time of the present supplier.
func (pl Planner) ProposeRFQ(s core.Snapshot, p core.Policy, now time.Time, it Item) (RFQView, error) {
	today := core.DayOf(now, s.Shop.Zone)
	v := RFQView{Shop: s.Shop, Name: it.Name, Today: today}
	list, err := pl.Sources(s, p, now, it.SKU, it.Location, 0)
	if err != nil {
		return v, err
	}
	v.Ask = RFQAsk{SKU: it.SKU, Location: it.Location, Qty: 1, AnswerBy: today + answerDays}
	lead := 0.0
	for _, src := range list {
		if src.Now {
			lead = src.LeadDays
			v.Ask.Qty = src.Qty
		}
	}
	if it.HasStockOut {
		v.Ask.NeedBy = it.StockOut
	}
	v.Ask.NeedBy = max(v.Ask.NeedBy, v.Ask.AnswerBy+7, min(today+core.Day(lead), today+30))
	for _, sup := range s.Suppliers {
		c := RFQSupplier{Supplier: sup, OnTime: -1}
		for i := range s.Items {
			if s.Items[i].SKU == it.SKU && s.Items[i].Supplier == sup.ID {
				c.Item = &s.Items[i]
			}
		}
		for _, src := range list {
			if src.Supplier == sup.ID {
				c.Now = c.Now || src.Now
				if src.Score.Rated() {
					c.OnTime = src.Score.OnTimeRate
				}
			}
		}
		v.Suppliers = append(v.Suppliers, c)
	}
	rank := func(c RFQSupplier) int {
		switch {
		case c.Now:
			return 3
		case c.Email == "":
			return 2
		case c.Item == nil:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(v.Suppliers, func(a, b RFQSupplier) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.OnTime, a.OnTime), cmp.Compare(a.ID, b.ID))
	})
	for _, c := range v.Suppliers {
		if rank(c) == 0 && len(v.Ask.Suppliers) < MaxAsked {
			v.Ask.Suppliers = append(v.Ask.Suppliers, c.ID)
		}
	}
	return v, nil
}

// RFQPreview is a request with its letters before it leaves.
type RFQPreview struct {
	Shop    core.Shop
	Ask     RFQAsk
	Letters []RFQDrafted // in the order of Ask.Suppliers
}

// RFQDrafted is one of its letters.
type RFQDrafted struct {
	Supplier core.Supplier
	Mail     Mail
}

// backups prepares the plan for goods that do not come in time: where others sell
// them too, those can be asked for quotes.
func (e *evaluation) backups(findings []risk.Finding) {
	for i := range findings {
		f := &findings[i]
		if f.Severity == risk.High && (f.Kind == risk.StockOut || f.Kind == risk.LateOrder) && len(e.offers[f.SKU]) > 1 {
			f.Ask = []core.SKU{f.SKU}
		}
	}
}

// RFQFacts are what a letter that asks for a quote may state.
type RFQFacts struct {
	Shop        string
	Supplier    core.Supplier
	SupplierSKU string // its own code, where it lists the product
	Name        string
	Place       core.Location
	Ask         RFQAsk
}

// RFQLetters are the letters of a request, one per supplier in its order. ask must
// have passed Check.
func RFQLetters(s core.Snapshot, ask RFQAsk, today core.Day) ([]Letter, error) {
	f := RFQFacts{Shop: s.Shop.Name, Ask: ask}
	for _, p := range s.Products {
		if p.SKU == ask.SKU {
			f.Name = p.Name
		}
	}
	for _, l := range s.Locations {
		if l.ID == ask.Location {
			f.Place = l
		}
	}
	if f.Name == "" || f.Place.ID == "" {
		return nil, fmt.Errorf("SKU %s at %s is not known any more", ask.SKU, ask.Location)
	}
	var out []Letter
	for _, id := range ask.Suppliers {
		one := f
		for _, sup := range s.Suppliers {
			if sup.ID == id {
				one.Supplier = sup
			}
		}
		for _, it := range s.Items {
			if it.SKU == ask.SKU && it.Supplier == id {
				one.SupplierSKU = it.SupplierSKU
			}
		}
		out = append(out, Letter{LetterAsk: LetterAsk{Kind: LetterRFQ}, RFQ: &one, Today: today})
	}
	return out, nil
}

// RFQState says how far a request has come.
type RFQState string

// States of a request.
const (
	RFQWaiting  RFQState = "waiting"  // for answers
	RFQCompared RFQState = "compared" // all answered, or the last day for it has passed
	RFQClosed   RFQState = "closed"   // a supplier was chosen, or nobody chose within rfqDays
)

// rfqDays is how long a comparison waits for somebody to choose, after the last day
// for answers.
const rfqDays = 30

// RFQ is a request for quotation that was sent.
type RFQ struct {
	ID int64
	RFQAsk
	Name     string // of the product
	AskedOn  core.Day
	AskedBy  string
	State    RFQState
	Answered int        // suppliers whose answer the card shows
	Letters  []RFQAsked // in the order of RFQAsk.Suppliers
	ClosedBy string     // who chose; empty: nobody
	Chosen   core.SupplierID
}

// RFQAsked is one supplier of a request.
type RFQAsked struct {
	Supplier core.Supplier
	Mail     OrderState  // how its letter fared: approved (not out yet), sent, dry_run, send_unknown, send_failed
	Quote    *core.Quote // its answer; nil: none yet
}

// answers counts the suppliers who answered.
func (r RFQ) answers() (n int) {
	for _, a := range r.Letters {
		if a.Quote != nil {
			n++
		}
	}
	return n
}

// RFQStep is what has to be said about a request now.
type RFQStep struct {
	State    RFQState
	Answered int
	Line     string // for the card's thread
	Mention  bool   // whoever asked is told of it
}

// Step decides what becomes of a request that is not closed: it is compared when
// all have answered or the last day for it has passed, and closed when nobody chose
// in time. moved is false when there is nothing new. Whoever asked is told once
// that the answers can be compared, or that there is none.
func (r RFQ) Step(today core.Day) (s RFQStep, moved bool) {
	n, all := r.answers(), len(r.Letters)
	s = RFQStep{State: r.State, Answered: n}
	over := today > r.AnswerBy
	switch {
	case r.State == RFQClosed:
		return s, false
	case today > r.AnswerBy+rfqDays:
		s.State, s.Line = RFQClosed, "Nobody chose; the request is closed."
	case r.State == RFQWaiting && n == all:
		s.State, s.Mention = RFQCompared, true
		s.Line = fmt.Sprintf("All %d suppliers asked have answered. The card compares them.", all)
		if all == 1 {
			s.Line = "The supplier asked has answered. The card compares."
		}
	case r.State == RFQWaiting && over && n == 0:
		s.State, s.Mention = RFQCompared, true
		s.Line = fmt.Sprintf("Nobody has answered by %s. Please call, or ask others: /stock rfq %s", r.AnswerBy, r.SKU)
	case r.State == RFQWaiting && over:
		s.State, s.Mention = RFQCompared, true
		s.Line = fmt.Sprintf("The last day for answers has passed: %d of %d answered. The card compares them.", n, all)
	}
	return s, s.State != r.State || n != r.Answered
}

// RFQCardView is the content of the card of a request.
type RFQCardView struct {
	RFQ     RFQ
	Sources []Source // at the quantity asked for, cheapest first
	Chosen  string   // what the supplier is called that was chosen
}
