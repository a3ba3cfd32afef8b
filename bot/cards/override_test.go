package cards

import (
	"errors"
	"testing"
	"time"

	"quartermaster/core"
	"quartermaster/core/plan"
)

func TestOverrideCards(t *testing.T) {
	byHand := core.Override{Supplier: "ACME", Field: core.OverrideLeadTime, Value: 45, Until: today + 20, By: "Anna", Reason: "Chinese <!here> New Year", On: today}
	file := core.Override{SKU: "SOLAR-01", Location: "LEEDS", Field: core.OverrideClass, Word: "AX", Until: today + 9, By: "Jo", Reason: "fair", On: today - 3}
	for _, language := range []string{"en", "zh"} {
		there := shop
		there.Language = language
		v := plan.OverrideView{Shop: there, Today: today, Suppliers: []core.Supplier{{ID: "ACME", Name: "Acme <@U1>"}}, Locations: []core.Location{{ID: "LEEDS", Name: "Leeds"}},
			Lines: []plan.OverrideLine{{Override: byHand}, {Override: file, File: true}},
			History: []plan.OverrideChange{{Override: byHand, At: now, What: "removed", Actor: "U0ANNA"}, {Override: byHand, At: now.Add(-time.Hour), What: "set", Actor: "U0ANNA"},
				{Override: file, At: now.Add(-2 * time.Hour), What: "changed"}}}
		one := v
		one.SKU, one.Name = "SOLAR-01", "Solar lamp"
		for name, m := range map[string]Message{"list": OverridesAnswer(v), "none": OverridesAnswer(plan.OverrideView{Shop: there}), "history": OverrideHistoryAnswer(one)} {
			t.Run(language+" "+name, func(t *testing.T) {
				accept(t, m)
				inert(t, m)
				golden(t, "answer_override_"+name+"."+language, shown{Text: m.Text, Blocks: m.Blocks})
			})
		}
		form := OverrideModal(one)
		acceptView(t, form)
		golden(t, "modal_override."+language, form)
	}
}

// A button of an override is for the value it was drawn for.
func TestOverrideValues(t *testing.T) {
	key := plan.KeyOf(core.Override{SKU: "A:B %", Supplier: "Ü", Field: core.OverrideFactor, Value: 1.5, Until: today})
	if got, err := ParseOverrideKey(OverrideKeyValue(key)); err != nil || got != key {
		t.Errorf("read back %+v, %v", got, err)
	}
	for _, s := range []string{"", "o1:", "o1:::::", "o1:A::::", "o1:A:::moq", "o1:A:::moq:5 2026-01-01", "k1:A:::moq:5", "o1:%zz:::moq:5"} {
		if _, err := ParseOverrideKey(s); !errors.Is(err, ErrValue) {
			t.Errorf("%q: %v", s, err)
		}
	}
}
