package slackapp

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"quartermaster/bot/fault"
)

// Ten thousand damaged payloads, rightly signed: no panic, no 5xx, and nothing
// reaches the desk unless the payload is still a complete click or form.
func TestTenThousandMalformedPayloads(t *testing.T) {
	d := &desk{}
	a, _ := newApp(t, "http://127.0.0.1:1", d, nil)
	h := a.Handler()
	rng := rand.New(rand.NewPCG(1, 2))
	whole := append(slices.Sorted(maps.Values(malformedPayloads(t))), pressPayload, submitPayload)
	refused, acted := 0, 0
	for i := range 10_000 {
		payload := damage(rng, whole[i%len(whole)])
		in, err := parseInteraction([]byte(payload))
		if err == nil && (in.Kind == EditBox || in.Kind == WhyBox || in.Kind == RiskBox || in.Kind == ListBox || in.Kind == HomeTab) {
			continue // opens a modal, which needs a Web API; see the fuzz targets
		}
		before := d.calls()
		w := post(t, h, "/slack/interactions", "payload="+url.QueryEscape(payload))
		if w.Code >= 500 || err != nil && w.Code < 400 {
			t.Fatalf("status %d for %q (%v)", w.Code, payload, err)
		}
		acts := err == nil && (in.Kind == Press || in.Kind == Submit && len(in.Bad) == 0)
		if calls := d.calls() - before; acts != (calls > 0) {
			t.Fatalf("%d calls of the desk for %q", calls, payload)
		}
		if w.Code == http.StatusBadRequest {
			refused++
		}
		if acts {
			acted++
		}
	}
	if refused < 5_000 {
		t.Errorf("only %d of 10,000 were refused: the damage is too gentle", refused)
	}
	fault.Record(t, "damaged payloads", 0, map[string]int{"refused": refused, "still whole": acted, "panics": 0, "answers 5xx": 0})
}

// damage cuts, flips, doubles and swaps bytes.
func damage(rng *rand.Rand, s string) string {
	b := []byte(s)
	if len(b) > 4000 {
		b = b[:4000]
	}
	for range 1 + rng.IntN(4) {
		if len(b) == 0 {
			return "{"
		}
		i := rng.IntN(len(b))
		switch rng.IntN(6) {
		case 0:
			b = b[:i]
		case 1:
			b[i] = byte(rng.IntN(256))
		case 2:
			j := min(len(b), i+rng.IntN(40))
			b = slices.Concat(b[:j], b[i:j], b[j:])
		case 3:
			j := min(len(b), i+rng.IntN(40))
			b = slices.Concat(b[:i], b[j:])
		case 4:
			b = slices.Concat(b[:i], []byte("\x00\xff\u202e<!channel>"), b[i:])
		case 5:
			b = slices.Concat(b[:i], []byte(`{"a":[[[[[[[[`), b[i:])
		}
	}
	return string(b)
}
