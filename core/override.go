package core

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// OverrideField is a number that a person may set by hand.
type OverrideField string

// What can be overridden. Demand is in units a day and the demand factor a multiple
// of the forecast. The lead time in days is that of the normal way, or of the mode that
// the field names. Safety stock, reorder point, quantity, minimum and pack are in units, the service level a probability; the class is
// one of Classes, the category one of CategoryKinds. A price is overridden by a quote.
const (
	OverrideDemand   OverrideField = "demand"
	OverrideFactor   OverrideField = "demand_factor"
	OverrideLeadTime OverrideField = "lead_time"
	OverrideSea      OverrideField = "lead_time_sea"
	OverrideAir      OverrideField = "lead_time_air"
	OverrideRush     OverrideField = "lead_time_rush"
	OverrideMOQ      OverrideField = "moq"
	OverridePack     OverrideField = "pack"
	OverrideSafety   OverrideField = "safety_stock"
	OverrideReorder  OverrideField = "reorder_point"
	OverrideQuantity OverrideField = "quantity"
	OverrideService  OverrideField = "service_level"
	OverrideClass    OverrideField = "class"
	OverrideCategory OverrideField = "category"
)

// OverrideFields lists every field.
var OverrideFields = []OverrideField{OverrideDemand, OverrideFactor, OverrideLeadTime, OverrideSea, OverrideAir, OverrideRush, OverrideMOQ, OverridePack, OverrideSafety, OverrideReorder,
	OverrideQuantity, OverrideService, OverrideClass, OverrideCategory}

// maxOverride bounds quantities set by hand, in units.
const maxOverride = 1_000_000_000

// LeadTimeBy is the field of the lead time by a mode.
func LeadTimeBy(m Mode) OverrideField { return OverrideLeadTime + "_" + OverrideField(m) }

// Bounds returns the least and the largest value of a field, and whether it is whole;
// words are the values of a field that is no number.
func (f OverrideField) Bounds() (lo, hi float64, whole bool, words []string) {
	switch f {
	case OverrideClass:
		for _, c := range Classes {
			words = append(words, string(c))
		}
	case OverrideCategory:
		for _, k := range CategoryKinds {
			words = append(words, string(k))
		}
	case OverrideService:
		return 0.5, 0.999, false, nil
	case OverrideLeadTime, OverrideSea, OverrideAir, OverrideRush:
		return 0, 730, false, nil
	case OverrideFactor:
		return 0, 100, false, nil
	case OverrideMOQ, OverridePack:
		return 1, maxOverride, true, nil
	case OverrideQuantity:
		return 0, maxOverride, true, nil
	}
	return 0, maxOverride, false, words
}

// OfOffer reports whether the field is about what a supplier offers.
func (f OverrideField) OfOffer() bool {
	switch f {
	case OverrideLeadTime, OverrideSea, OverrideAir, OverrideRush, OverrideMOQ, OverridePack:
		return true
	}
	return false
}

// Override is a number set by a person in place of the computed one (requirement
// D14). It holds through the day Until and then falls away by itself.
type Override struct {
	SKU      SKU           `json:"sku,omitempty"`      // empty: all that Supplier sells
	Location LocationID    `json:"location,omitempty"` // empty: at every location
	Supplier SupplierID    `json:"supplier,omitempty"` // empty: whoever delivers
	Field    OverrideField `json:"field"`
	Value    float64       `json:"value,omitempty"`
	Word     string        `json:"word,omitempty"` // the value of a field that is no number
	Reason   string        `json:"reason"`
	Until    Day           `json:"until"`
	By       string        `json:"by"`
	On       Day           `json:"on"` // since when
}

// Set reads a value within the bounds of its field; the error says what would be
// right.
func (o *Override) Set(text string) error {
	text = strings.TrimSpace(text)
	lo, hi, whole, words := o.Field.Bounds()
	if len(words) > 0 {
		at := slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, text) })
		if at < 0 {
			return fmt.Errorf("%q is none of %s", text, strings.Join(words, ", "))
		}
		o.Word = words[at]
		return nil
	}
	v, err := strconv.ParseFloat(text, 64)
	plain := text != "" && strings.Trim(text, "0123456789.") == ""
	switch {
	case err != nil || !plain:
		return fmt.Errorf("%q is not a number such as 12 or 0.5", text)
	case v < lo || v > hi:
		return fmt.Errorf("%s is not between %s and %s", text, short(lo), short(hi))
	case whole && v != float64(int64(v)):
		return fmt.Errorf("%q is not a whole number", text)
	}
	o.Value = v
	return nil
}

// Shown is the value as it is written.
func (o Override) Shown() string {
	if o.Word != "" {
		return o.Word
	}
	return short(o.Value)
}

func short(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
