package slackapp

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"

	"quartermaster/bot/fault"
)

// Ten thousand damaged payloads, rightly signed: no panic, no 5xx, and nothing
// reaches the desk unless the payload is still a complete click or form.
func TestTenThousandMalformedPayloads(t *testing.T) {
	tally := fault.Count(t, "damaged payloads", 1)
	d := &desk{}
	a, _ := newApp(t, "http://127.0.0.1:1", d, nil)
	h := a.Handler()
	rng := rand.New(rand.NewPCG(1, 2))
	whole := append(slices.Sorted(maps.Values(malformedPayloads(t))), pressPayload, submitPayload)
	counts := map[string]int{"payloads": 0, "refused": 0, "still whole": 0, "panics": 0, "answers 5xx": 0, "effects of damaged ones": 0}
	for i := 0; counts["payloads"] < 10_000; i++ {
		payload := damage(rng, whole[i%len(whole)])
		in, err := parseInteraction([]byte(payload))
		if err == nil && (in.Kind == EditBox || in.Kind == WhyBox || in.Kind == RiskBox || in.Kind == ListBox || in.Kind == HomeTab) {
			continue // opens a modal, which needs a Web API; see the fuzz targets
		}
		counts["payloads"]++
		before := d.calls()
		code := panics
		if w := postCaught(t, h, "/slack/interactions", "payload="+url.QueryEscape(payload)); w != nil {
			code = w.Code
		}
		acts := err == nil && (in.Kind == Press || in.Kind == Submit && len(in.Bad) == 0)
		calls := d.calls() - before
		switch {
		case code == panics:
			counts["panics"]++
		case code >= 500:
			counts["answers 5xx"]++
		case !acts && calls > 0:
			counts["effects of damaged ones"]++
		case acts != (calls > 0), err != nil && code < 400:
			t.Fatalf("status %d and %d calls of the desk for %q (%v)", code, calls, payload, err)
		case code == http.StatusBadRequest:
			counts["refused"]++
		case acts:
			counts["still whole"]++
		}
	}
	for _, name := range []string{"panics", "answers 5xx", "effects of damaged ones"} {
		if counts[name] > 0 {
			t.Errorf("%s: %d", name, counts[name])
		}
	}
	if counts["refused"] < 5_000 {
		t.Errorf("only %d of %d were refused: the damage is too gentle", counts["refused"], counts["payloads"])
	}
	for name, n := range counts {
		tally.Add(name, n)
	}
}

// panics stands for the status of a request whose handler panicked.
const panics = -1

// postCaught is post, or nil when the handler panics.
func postCaught(t *testing.T, h http.Handler, path, body string) (w *httptest.ResponseRecorder) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Logf("panic: %v for %q", p, body)
			w = nil
		}
	}()
	return post(t, h, path, body)
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
