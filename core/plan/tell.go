package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"quartermaster/core"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// Telling is the decision whether to speak of a finding, with the reason either
// way. View is what the incident is to hold when Tell is true.
type Telling struct {
	Key  string // of the finding
	View RiskView
	Tell bool
	// Edit says that what is known of it is no longer so: the incident holds View then, too,
	// and its card is written anew, but nobody is told.
	Edit   bool
	Card   bool // it has, or had, a card of its own
	Reason string
	// Again says that the matter was known: the thread of its card tells Reason.
	Again bool
}

// Sentence is what the thread of the card is told.
func (t Telling) Sentence() string {
	s := t.Reason
	if !t.View.Resolved && t.View.Finding.Reason != "" {
		s += ". " + t.View.Finding.Reason
	}
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}

// TellFindings compares the findings of a report with the incidents told before
// and says for each whether to tell it now. A finding is told when it is new,
// when its severity changed, when its stock-out date moved by two days or more,
// when its money at risk moved by more than policy.ReviseShare, and when it is
// over. A muted one is silent, a snoozed one and one told within policy.CoolDown are
// unless it got graver, and in quiet hours all are. All of that is compared with what was
// told last; the card of a silent one is edited when it would show something else. At most policy.MaxRiskCards findings of
// high severity have a card, those that have one keep it, free places go to the most money
// at risk. Plans of declared seasons, which have to be ordered by a person, have as many
// places of their own.
//
// Findings of low severity stay in the report. The order is that of the report,
// then resolved incidents by key.
func TellFindings(r Report, before map[string]RiskView, muted map[core.SKU]Mute, p core.Policy, now time.Time) []Telling {
	type place struct {
		sku core.SKU
		loc core.LocationID
	}
	items := make(map[place]Item, len(r.Items))
	for _, it := range r.Items {
		items[place{it.SKU, it.Location}] = it
	}
	current := make(map[string]bool)
	free := map[risk.Kind]int{risk.SeasonPlan: p.MaxRiskCards, "": p.MaxRiskCards}
	for _, f := range r.Findings {
		if kind, ok := placeOf(f); ok && before[f.Key].Card {
			free[kind]--
		}
	}
	quiet := quietReason(p, r.Shop, now)
	var out []Telling
	for _, f := range r.Findings {
		if f.Severity < risk.Medium {
			continue
		}
		current[f.Key] = true
		old, known := before[f.Key]
		t := Telling{Key: f.Key, View: RiskView{Finding: f, Item: items[place{f.SKU, f.Location}]}}
		t.Card = old.Card
		mute, silent := muted[f.SKU]
		if kind, ok := placeOf(f); ok && !old.Card && free[kind] > 0 && !silent {
			t.Card = true
			free[kind]--
		}
		t.Tell, t.Reason = tell(old, known, t, p, now)
		switch {
		case silent && f.SKU != "":
			t.Tell, t.Reason, t.Card = false, mute.reason(r.Shop.Zone), old.Card
		case t.Tell && quiet != "":
			t.Tell, t.Reason, t.Card = false, quiet+", else told: "+t.Reason, old.Card
		}
		if t.Tell {
			t.View.ToldAt, t.Again = now, known
			t.View.Card, t.View.Reason = t.Card, t.Reason
		} else if t.Edit = known && !old.shows(t.View); t.Edit {
			t.View = old.with(t.View)
		} else {
			t.View = old
		}
		out = append(out, t)
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if current[key] {
			continue
		}
		v := before[key]
		if doubt := risk.InDoubt(r.Conservative); doubt && !v.Finding.Kind.OfData() {
			out = append(out, Telling{Key: key, View: v, Card: v.Card, Reason: "the data is in doubt, so nothing is said to be over"})
			continue
		}
		if quiet != "" {
			out = append(out, Telling{Key: key, View: v, Card: v.Card, Reason: quiet + ", else told: it is over"})
			continue
		}
		v.Resolved, v.ResolvedWhy = true, "the last check finds no such risk any more"
		v.Reason = v.ResolvedWhy
		out = append(out, Telling{Key: key, View: v, Tell: true, Card: v.Card, Reason: v.Reason, Again: true})
	}
	return out
}

// placeOf says among which cards a finding has a place, and whether it may have one.
func placeOf(f risk.Finding) (risk.Kind, bool) {
	if f.Kind == risk.SeasonPlan {
		return f.Kind, f.Severity >= risk.Medium
	}
	return "", f.Severity == risk.High
}

// tell is the rule for one finding.
func tell(old RiskView, known bool, t Telling, p core.Policy, now time.Time) (bool, string) {
	was, is := old.told(), t.View.Finding
	moved := math.Abs(float64(is.MoneyAtRisk.Minor - was.MoneyAtRisk.Minor))
	share := moved / max(1, math.Abs(float64(was.MoneyAtRisk.Minor)))
	days := int(is.StockOut - was.StockOut)
	worse := graver(was.Severity, is.Severity, was.MoneyAtRisk, is.MoneyAtRisk)
	switch {
	case !known:
		return true, "first seen"
	case old.Woken != "":
		return true, "the snooze ended: " + old.Woken
	case now.Before(old.SnoozedUntil) && worse != "":
		return true, "the snooze ended: " + worse
	case now.Before(old.SnoozedUntil):
		return false, "snoozed until " + old.SnoozedUntil.UTC().Format("2006-01-02 15:04 MST") + old.SnoozeEvent.Or()
	case !old.SnoozedUntil.IsZero():
		return true, "the snooze ended"
	case worse == "" && now.Before(old.ToldAt.Add(p.CoolDown)) && !t.Card == !old.Card:
		return false, fmt.Sprintf("told less than %s ago, and no graver", risk.Span(p.CoolDown))
	case is.Severity != was.Severity:
		return true, fmt.Sprintf("severity changed from %s to %s", was.Severity, is.Severity)
	case t.Card && !old.Card:
		return true, "a place among the risk cards became free"
	case is.HasStockOut != was.HasStockOut:
		return true, "the stock-out came into or left the horizon"
	case is.HasStockOut && (days >= 2 || days <= -2):
		return true, fmt.Sprintf("the stock-out moved from %s to %s", was.StockOut, is.StockOut)
	case moved > 0 && share > p.ReviseShare:
		return true, fmt.Sprintf("money at risk moved by %.0f %% (limit %.0f %%)", 100*share, 100*p.ReviseShare)
	}
	return false, cmp.Or(unchangedNote(share), "nothing changed")
}

// told is the finding as it was told last.
func (v RiskView) told() risk.Finding {
	if v.Told != nil {
		return *v.Told
	}
	return v.Finding
}

// with is the view with what now stands in it, told as before.
func (v RiskView) with(now RiskView) RiskView {
	told := v.told()
	v.Finding, v.Item, v.Told = now.Finding, now.Item, &told
	return v
}

// shows reports whether the card of v says what the card of now would. Both are compared
// as they are kept, since what was read back has other empty lists.
func (v RiskView) shows(now RiskView) bool {
	return slices.Equal(v.shown(), now.shown())
}

// shown is everything of a view that a card shows.
func (v RiskView) shown() []byte {
	it := v.Item
	text, err := json.Marshal(struct {
		Finding    risk.Finding
		Tier       replenish.Tier
		Cover      string
		Hand, Come int64
		ByHand     string
		Course     Course
	}{v.Finding, it.Tier, replenish.Num(it.Cover), it.Position.OnHand, it.Position.OnOrder, strings.Join(it.ByHand, "\n"), it.Course()})
	if err != nil { // a number that JSON cannot hold is kept nowhere either
		return nil
	}
	return text
}

// graveTimes is how many times the money at risk must be what it was for a matter to
// break a silence that somebody asked for.
const graveTimes = 2

// graver says why a matter may break a snooze or the cool-down; empty when it may not.
func graver(was, is risk.Severity, before, now core.Money) string {
	switch {
	case is > was:
		return fmt.Sprintf("severity changed from %s to %s", was, is)
	case now.Minor > 0 && before.Minor <= 0:
		return fmt.Sprintf("money at risk came up: %s", now)
	case now.Minor > 0 && now.Minor/graveTimes >= before.Minor:
		return fmt.Sprintf("money at risk grew from %s to %s", before, now)
	}
	return ""
}

func unchangedNote(share float64) string {
	if share == 0 {
		return ""
	}
	return fmt.Sprintf("money at risk moved by %.1f %% only", 100*share)
}
