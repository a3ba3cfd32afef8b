package plan

import (
	"testing"

	"quartermaster/core"
)

// What a person set comes before the file, the file before the settings.
func TestToneOf(t *testing.T) {
	set := []ToneChange{{Tone: core.Formal, By: "UB"}, {Tone: core.Friendly, By: "UA"}}
	for name, tt := range map[string]struct {
		file   core.Tone
		set    []ToneChange
		named  bool
		tone   core.Tone
		source ToneSource
	}{
		"nothing":                {"", nil, false, core.Formal, ToneDefault},
		"the settings":           {"", nil, true, core.Friendly, ToneByRule},
		"the file":               {core.Friendly, nil, false, core.Friendly, ToneByFile},
		"the file, not settings": {core.Formal, nil, true, core.Formal, ToneByFile},
		"a person":               {core.Friendly, set, true, core.Formal, ToneByPerson},
		"the first of them":      {core.Formal, set[1:], false, core.Friendly, ToneByPerson},
	} {
		if v := ToneOf(tt.file, tt.set, tt.named); v.Tone != tt.tone || v.Source != tt.source || len(v.History) != len(tt.set) {
			t.Errorf("%s: %+v", name, v)
		}
	}
}
