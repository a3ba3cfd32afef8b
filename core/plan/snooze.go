package plan

import (
	"fmt"
	"time"

	"quartermaster/core"
)

// SnoozeEvent is something that ends a snooze before its time.
type SnoozeEvent string

// Events that end a snooze.
const (
	NoEvent       SnoozeEvent = ""
	UntilReceived SnoozeEvent = "received" // goods of the product came
	UntilPrice    SnoozeEvent = "price"    // its price, or a supplier's price of it, changed
)

// MaxSnoozeDays is the longest snooze, and how long one lasts whose event does not come.
const MaxSnoozeDays = 90

// Valid reports whether there is such an event.
func (e SnoozeEvent) Valid() bool { return e == NoEvent || e == UntilReceived || e == UntilPrice }

// Or goes on a sentence about the end of a snooze.
func (e SnoozeEvent) Or() string {
	switch e {
	case UntilReceived:
		return ", or until goods are received"
	case UntilPrice:
		return ", or until a price changes"
	}
	return ""
}

// Woken says why a snooze is over before its time: what its event is told by was mark
// when it began and is now something else. Empty when it is not.
func (e SnoozeEvent) Woken(mark, now string) string {
	switch {
	case mark == now:
	case e == UntilReceived:
		return "goods were received"
	case e == UntilPrice:
		return "a price changed"
	}
	return ""
}

// asleep reports whether a snoozed proposal stays silent.
func (p Proposal) asleep(now time.Time) bool { return p.Woken == "" && now.Before(p.SnoozedUntil) }

// Mute is the wish of a person that nothing is told of a product, until it is taken back.
type Mute struct {
	SKU core.SKU
	By  string
	At  time.Time
}

func (m Mute) reason(zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	return fmt.Sprintf("muted since %s", core.DayOf(m.At, zone))
}

// QuietView tells what the last check did not speak of, and why.
type QuietView struct {
	Shop      core.Shop
	CheckedAt time.Time // zero before the first check
	SKU       core.SKU  // the product asked about; empty: all
	Silent    []QuietLine
	Told      []QuietLine
	Orders    []QuietLine // proposals that were left as they are or not made
	Reminders []QuietLine // of proposals that wait: whether they were brought to mind
	Arrivals  []QuietLine // of open orders: whether their arrival was announced
	Muted     []Mute
}

// QuietLine is one matter and the reason about it. The matter is the key of a finding,
// what happened to a proposal ("held Acme Ltd"), a supplier's name or an order's number.
type QuietLine struct{ What, Reason string }
