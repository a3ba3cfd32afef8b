package main

import (
	"encoding/json"
	"strings"
	"testing"

	"quartermaster/core/simulate"
)

func TestStressDemo(t *testing.T) {
	out, text, code := quartermaster(t, "stress", "--demo", "--top", "3")
	if code != 0 {
		t.Fatal(text)
	}
	for _, want := range []string{"orders of one day +500 %", "main supplier gone (ANTRIM)", "items run out because of it; the first 3:", "Not played: the data holds no orders by ads", "bad press"} {
		if !strings.Contains(out, want) {
			t.Errorf("the report lacks %q:\n%s", want, out)
		}
	}
	out, text, code = quartermaster(t, "stress", "--demo", "--gone", "ZEEWIND", "--json")
	if code != 0 {
		t.Fatal(text)
	}
	var got []simulate.Outcome
	if err := json.Unmarshal([]byte(out), &got); err != nil || len(got) != 1 || got[0].Gone != "ZEEWIND" || got[0].After.Orphans == 0 {
		t.Errorf("%v: %s", err, out)
	}
	if _, text, code := quartermaster(t, "stress", "--demo", "--gone", "ZEWIND"); code == 0 || !strings.Contains(text, `there is no supplier "ZEWIND"`) {
		t.Errorf("code %d: %s", code, text)
	}
}
