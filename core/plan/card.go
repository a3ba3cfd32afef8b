package plan

import (
	"slices"
	"time"

	"quartermaster/core"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// CardKind says which card a Card is.
type CardKind string

// Kinds of cards.
const (
	RestockCard  CardKind = "restock"
	RiskCard     CardKind = "risk"
	OverviewCard CardKind = "overview"
	AwayCard     CardKind = "away" // the chat system could not be reached for a while
	DeadCard     CardKind = "dead" // messages that were refused for good
	DigestCard   CardKind = "digest"
	WeekCard     CardKind = "week"
	ChangeCard   CardKind = "settings" // a change of the approval rules that waits for a second person
	RFQCard      CardKind = "rfq"      // a request for quotation and its answers
	AnswerCard   CardKind = "answer"   // what a supplier answered about an order
	PlayCard     CardKind = "play"     // a joint play, and what it brought
	ReviewCard   CardKind = "review"   // a month or a quarter, and what it says of the settings
	ArrivalCard  CardKind = "arrival"  // the goods of an order come within days
	NoteCard     CardKind = "note"     // a few sentences, for the channel or for one person
)

// Card is everything one card shows, free of Slack: the database is the truth
// and a card is a view of it. Exactly one of the views is set.
type Card struct {
	Key      string        `json:"key"` // "restock/<proposal id>", "risk/<finding key>", "overview"
	Kind     CardKind      `json:"kind"`
	Version  int           `json:"version"` // grows with every change of the content
	Restock  *RestockView  `json:"restock,omitempty"`
	Risk     *RiskView     `json:"risk,omitempty"`
	Overview *OverviewView `json:"overview,omitempty"`
	Away     *AwayView     `json:"away,omitempty"`
	Dead     *DeadView     `json:"dead,omitempty"`
	Digest   *DigestView   `json:"digest,omitempty"`
	Week     *Week         `json:"week,omitempty"`
	Note     *NoteView     `json:"note,omitempty"`
	// Change is a change of the approval rules.
	Change *SettingsChange `json:"change,omitempty"`
	RFQ    *RFQCardView    `json:"rfq,omitempty"`
	Answer *AnswerView     `json:"answer,omitempty"`
	Play   *PlayView       `json:"play,omitempty"`
	Review *Review         `json:"review,omitempty"`
	// Arrival is of an order that has been announced.
	Arrival *ArrivalView `json:"arrival,omitempty"`
	// Conservative is the banner of a card made while data was stale.
	Conservative []risk.Cause `json:"conservative,omitempty"`
	Shop         core.Shop    `json:"shop"`
	AsOf         time.Time    `json:"as_of"` // age of the data behind it
	Run          string       `json:"run"`   // id of the check run that wrote it
	// Names are what the people are called who decided about it, by user id, as far as
	// that is known.
	Names map[string]string `json:"-"`
	// Picture is the chart on it; nil for none.
	Picture *Picture `json:"picture,omitempty"`
}

// Deciders are the user ids of those who decided about what the card shows.
func (c Card) Deciders() []string {
	var who []string
	switch {
	case c.Restock != nil:
		if p := c.Restock.Proposal; !p.State.Decidable() {
			who = append(who, p.DecidedBy)
		}
		if o := c.Restock.Order; o != nil {
			who = append(who, o.UndoneBy)
		}
	case c.Risk != nil:
		who = append(who, c.Risk.SnoozedBy)
	case c.Change != nil:
		who = append(who, c.Change.DecidedBy)
	case c.RFQ != nil:
		who = append(who, c.RFQ.RFQ.ClosedBy)
	case c.Answer != nil:
		who = append(who, c.Answer.By)
	}
	return slices.DeleteFunc(who, func(id string) bool { return id == "" || id == ByRule })
}

// Picture is a chart: an image that the chat system holds, or numbers that it draws.
type Picture struct {
	File  string `json:"file,omitempty"` // its id there
	Graph *Graph `json:"graph,omitempty"`
	Alt   string `json:"alt"` // what it shows, in words
}

// Graph is the expected course of stock for a chat system that draws itself.
type Graph struct {
	Title string     `json:"title"` // a code, "SOLAR-01 · MAIN"
	Unit  string     `json:"unit"`  // of the values, in the shop's language
	Days  []core.Day `json:"days"`
	// Lines are the course, its 80 % interval, the course with the order that is
	// proposed, and the reorder point; those that are not known are left out.
	Lines []GraphLine `json:"lines"`
}

// GraphLine is a line of a Graph.
type GraphLine struct {
	Name   string    `json:"name"`   // in the shop's language, at most 20 characters
	Values []float64 `json:"values"` // at the end of each of the days
}

// NoteView is the content of a note.
type NoteView struct {
	Text string `json:"text"` // sentences in English
	// Open says that it is about something that is not over.
	Open bool `json:"open,omitempty"`
}

// RestockView is the content of a restock card.
type RestockView struct {
	Proposal     Proposal   `json:"proposal"`
	Digest       string     `json:"digest"` // of what is shown; buttons carry it
	ConfirmAbove core.Money `json:"confirm_above"`
	SecondAbove  core.Money `json:"second_above"`
	Approvers    []string   `json:"approvers,omitempty"` // user ids who may approve it
	Order        *Order     `json:"order,omitempty"`     // after approval
	Note         string     `json:"note,omitempty"`      // "quantities changed since you looked: ..."
	// RestsUntil is the day from which a rejected line may be asked for again though its
	// need did not grow; zero: from the next check on.
	RestsUntil core.Day `json:"rests_until,omitzero"`
}

// RiskView is the content of a risk card.
type RiskView struct {
	Finding      risk.Finding `json:"finding"`
	Item         Item         `json:"item"`
	Card         bool         `json:"card"`   // has a card of its own in the channel
	Reason       string       `json:"reason"` // why it was told last
	Resolved     bool         `json:"resolved"`
	ResolvedWhy  string       `json:"resolved_why,omitempty"`
	SnoozedUntil time.Time    `json:"snoozed_until,omitzero"`
	SnoozedBy    string       `json:"snoozed_by,omitempty"`
	// SnoozeEvent ends the snooze before its time; Woken says that it did.
	SnoozeEvent SnoozeEvent `json:"snooze_event,omitempty"`
	SnoozeMark  string      `json:"-"` // what the event is told by, as it was when the snooze began
	Woken       string      `json:"-"`
	ToldAt      time.Time   `json:"told_at,omitzero"` // last
	// Told is the finding as it was told last, when the card was edited silently since;
	// nil: as it is.
	Told *risk.Finding `json:"told,omitempty"`
	// Filed says that the late order is one of the file of orders.
	Filed bool `json:"-"`
	// Standing is what has become of the order that answers it.
	Standing Standing `json:"-"`
	// SupplierName is that of the finding's supplier; empty: it goes by its code.
	SupplierName string `json:"-"`
}

// OverviewView is the content of the overview card.
type OverviewView struct {
	Red, Yellow, Green, Idle int
	MoneyAtRisk              core.Money
	More                     int // findings without a card of their own
	OpenProposals            int
	Warnings                 []string
}

// AwayView tells, when the chat system is back, what happened while it was away.
type AwayView struct {
	From, To time.Time
	Cards    int // cards that changed and now follow
	Lines    int // lines in threads that follow
	Orders   int // purchase orders written meanwhile
	Expired  int // proposals that can no longer be approved
	Cause    string
}

// DeadView lists what was given up, so that nothing fails silently: messages that the
// chat system refused for good, or one letter.
type DeadView struct {
	// Effect is the key of the letter that it is about; empty: messages.
	Effect string
	// Doubt says that the letter may have reached its receiver.
	Doubt   bool
	Letters []DeadLetter
	More    int    // beyond those listed
	Settled string // "retried by …", "discarded by …" once none is left
}

// DeadLetter is one effect that was given up.
type DeadLetter struct {
	Key, Reason string
	At          time.Time
}

// DigestView is the morning's overview: what waits for a decision, by value, and
// what runs short, by money at risk.
type DigestView struct {
	Day         core.Day
	Red, Yellow int
	MoneyAtRisk core.Money
	New, Over   int // findings first seen, and findings over, in the last 24 hours
	Waiting     []DigestOrder
	MoreWaiting int
	Worst       []DigestItem
	More        int       // further RED and YELLOW items
	Rule        *RuleWeek // nil while the rule is off
	// OrderBy is the first order-by date of all that waits; zero when nothing does.
	OrderBy core.Day
	// Prose says in two sentences what it means; ProseSource is FromModel or FromTemplate.
	Prose, ProseSource string
}

// Briefing is what prose is written about, for the shop's own team: one of the two.
type Briefing struct {
	Shop   core.Shop
	Week   *Week
	Digest *DigestView
}

// DigestOrder is a proposal that waits.
type DigestOrder struct {
	Name    string // supplier
	Amount  core.Money
	OrderBy core.Day
}

// DigestItem is one product that runs short.
type DigestItem struct {
	SKU         core.SKU
	Name        string
	Location    core.LocationID
	Tier        replenish.Tier
	StockOut    core.Day
	HasStockOut bool
	MoneyAtRisk core.Money
}
