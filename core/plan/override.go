package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"quartermaster/core"
)

// overrideDays is how long a number set by hand may hold at most.
const overrideDays = 730

// maxReason is the longest reason of an override, in bytes.
const maxReason = 500

// OverrideKey names one number set in chat, and its value: what a button was drawn
// for is told from what was set after it.
type OverrideKey struct {
	SKU      core.SKU           `json:"sku,omitempty"`
	Location core.LocationID    `json:"location,omitempty"`
	Supplier core.SupplierID    `json:"supplier,omitempty"`
	Field    core.OverrideField `json:"field"`
	Shown    string             `json:"shown"` // value and last day
}

// KeyOf returns the key of an override.
func KeyOf(o core.Override) OverrideKey {
	return OverrideKey{o.SKU, o.Location, o.Supplier, o.Field, o.Shown() + " " + o.Until.String()}
}

// OverrideLine is a number set by hand as it is listed.
type OverrideLine struct {
	core.Override
	File bool // set by overrides.csv: it is taken back there
}

// OverrideChange is an entry of the history of overrides.
type OverrideChange struct {
	core.Override
	At    time.Time
	What  string // "set", "changed" or "removed"
	Actor string // user id of who did it in chat; empty: the file
}

// OverrideView is what the form starts from and what the lists show.
type OverrideView struct {
	Shop      core.Shop
	SKU       core.SKU // asked about; empty: all
	Name      string
	Today     core.Day
	Locations []core.Location
	Suppliers []core.Supplier
	Lines     []OverrideLine
	History   []OverrideChange
}

// OverrideEntry is an override as a person enters it.
type OverrideEntry struct {
	SKU      core.SKU           `json:"sku,omitempty"`
	Location core.LocationID    `json:"location,omitempty"`
	Supplier core.SupplierID    `json:"supplier,omitempty"`
	Field    core.OverrideField `json:"field"`
	Value    string             `json:"value"`
	Until    core.Day           `json:"until"`
	Reason   string             `json:"reason"`
}

// OverridePart names a field of an OverrideEntry.
type OverridePart string

// Fields of an entry that can be wrong.
const (
	OverrideSKU      OverridePart = "sku"
	OverrideSupplier OverridePart = "supplier"
	OverrideKind     OverridePart = "field"
	OverrideValue    OverridePart = "value"
	OverrideUntil    OverridePart = "until"
	OverrideReason   OverridePart = "reason"
)

// Override checks an entry. faults say field by field what is wrong; with one there
// is no override. That product, place and supplier exist is checked where they are
// known.
func (e OverrideEntry) Override(by string, today core.Day) (o core.Override, faults map[OverridePart]string) {
	faults = map[OverridePart]string{}
	o = core.Override{SKU: e.SKU, Location: e.Location, Supplier: e.Supplier, Field: e.Field, Reason: strings.Join(strings.Fields(e.Reason), " "),
		Until: e.Until, By: by, On: today}
	switch {
	case e.SKU == "" && e.Supplier == "":
		faults[OverrideSKU] = "Name a product, a supplier or both."
	case e.SKU == "" && !e.Field.OfOffer():
		faults[OverrideSKU] = "This number is of one product: name it. For all that a supplier sells only lead time, minimum and pack can be set."
	}
	if !slices.Contains(core.OverrideFields, e.Field) {
		faults[OverrideKind] = "Choose what to set."
	} else if err := o.Set(e.Value); err != nil {
		faults[OverrideValue] = sentence(err.Error())
	}
	if e.Until < today || e.Until > today+overrideDays {
		faults[OverrideUntil] = fmt.Sprintf("The last day on which it holds, from today to %s.", today+overrideDays)
	}
	if o.Reason == "" || len(o.Reason) > maxReason {
		faults[OverrideReason] = "Say why, in a sentence: it stands on every card that the number touches."
	}
	if len(faults) > 0 {
		return core.Override{}, faults
	}
	return o, nil
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// TakeBack is the action of taking an override back.
const TakeBack Action = "take_back"

// DecideOverride says whether actor may set numbers by hand and take them back: every
// approver may.
func DecideOverride(actor Actor, policy core.Policy) Verdict {
	if who, denied := authorise(actor, policy.Approval); who == nil {
		return denied
	}
	return Verdict{Allow, "You are on the list of approvers."}
}
