package core

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	known := []string{"SOLAR-01", "SOLAR-02", "LAMP-01", "status"}
	for _, c := range []struct {
		name string
		n    int
		want []string
	}{
		{"SOLR-01", 3, []string{"SOLAR-01", "SOLAR-02"}},
		{"solar-01", 1, []string{"SOLAR-01"}},
		{"statsu", 1, []string{"status"}},
		{"zebra", 3, nil},
		{"", 3, nil},
		{"foo", 3, nil},
		{strings.Repeat("x", 100_000), 1, nil},
	} {
		if got := Nearest(c.name, slices.Values(known), c.n); !slices.Equal(got, c.want) {
			t.Errorf("Nearest(%.20q) = %q, want %q", c.name, got, c.want)
		}
	}
}

// The distance is a metric: zero for equals only, symmetric, with the triangle
// inequality.
func TestEditDistanceIsAMetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[ab]{0,8}`)
		a, b, c := word.Draw(t, "a"), word.Draw(t, "b"), word.Draw(t, "c")
		ab := editDistance(a, b)
		if (ab == 0) != (a == b) || ab != editDistance(b, a) || ab > editDistance(a, c)+editDistance(c, b) {
			t.Errorf("%q %q %q: %d", a, b, c, ab)
		}
	})
}
