package replenish

import (
	"testing"

	"pgregory.net/rapid"

	"quartermaster/core"
)

func day(t testing.TB, s string) core.Day {
	t.Helper()
	d, err := core.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestArrivalAndOrderBy(t *testing.T) {
	newYear := []core.DayRange{{From: day(t, "2027-02-10"), To: day(t, "2027-02-24")}}
	overlapping := []core.DayRange{{From: day(t, "2027-02-20"), To: day(t, "2027-02-24")}, {From: day(t, "2027-02-10"), To: day(t, "2027-02-21")}}
	tests := []struct {
		name           string
		order          string
		days           float64
		closed         []core.DayRange
		arrive         string
		orderBy, lasts string // order-by of the arrival day, and lead days
	}{
		{"plain", "2027-01-01", 35, nil, "2027-02-05", "2027-01-01", "35"},
		{"half a day counts whole", "2027-01-01", 34.5, nil, "2027-02-05", "2027-01-01", "34.5"},
		{"no lead time", "2027-01-01", 0, nil, "2027-01-01", "2027-01-01", "0"},
		{"through the new year", "2027-02-01", 20, newYear, "2027-03-08", "2027-02-01", "35"},
		{"ends the day before", "2027-01-31", 9, newYear, "2027-02-09", "2027-01-31", "9"},
		{"one day too late", "2027-02-01", 9, newYear, "2027-02-25", "2027-02-01", "24"},
		{"ordered while closed", "2027-02-12", 5, newYear, "2027-03-02", "2027-02-25", "18"},
		{"overlapping ranges", "2027-02-01", 20, overlapping, "2027-03-08", "2027-02-01", "35"},
		{"no lead time while closed", "2027-02-12", 0, newYear, "2027-02-25", "2027-02-25", "13"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			lead := core.Lead{Mode: core.Sea, Days: tt.days}
			arrive := Arrival(day(t, tt.order), lead, tt.closed)
			if arrive.String() != tt.arrive {
				t.Errorf("arrives on %s, want %s", arrive, tt.arrive)
			}
			if by := OrderBy(arrive, lead, tt.closed); by.String() != tt.orderBy {
				t.Errorf("order by %s, want %s", by, tt.orderBy)
			}
			if got := Num(LeadDays(day(t, tt.order), lead, tt.closed)); got != tt.lasts {
				t.Errorf("lead time of %s days, want %s", got, tt.lasts)
			}
		})
	}
}

func anyClosed(t *rapid.T) []core.DayRange {
	var closed []core.DayRange
	for range rapid.IntRange(0, 4).Draw(t, "ranges") {
		from := core.Day(rapid.Int32Range(950, 1150).Draw(t, "from"))
		closed = append(closed, core.DayRange{From: from, To: from + core.Day(rapid.Int32Range(0, 30).Draw(t, "length"))})
	}
	return closed
}

// OrderBy is the latest day that arrives in time, found here by looking at each.
func TestOrderByIsTheLatestDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		closed := anyClosed(rt)
		lead := core.Lead{Days: rapid.Float64Range(0, 60).Draw(rt, "days")}
		need := core.Day(rapid.Int32Range(900, 1200).Draw(rt, "need"))
		got := OrderBy(need, lead, closed)
		if a := Arrival(got, lead, closed); a > need {
			rt.Fatalf("ordered on %d it arrives on %d, after %d", got, a, need)
		}
		for d := got + 1; d <= need; d++ {
			if a := Arrival(d, lead, closed); a <= need {
				rt.Fatalf("order by %d, but ordered on %d it arrives on %d, by %d", got, d, a, need)
			}
		}
	})
}

func TestArrivalNeverGoesBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		closed := anyClosed(rt)
		short := core.Lead{Days: rapid.Float64Range(0, 60).Draw(rt, "days")}
		long := core.Lead{Days: short.Days + rapid.Float64Range(0, 10).Draw(rt, "longer")}
		d := core.Day(rapid.Int32Range(900, 1200).Draw(rt, "day"))
		a := Arrival(d, short, closed)
		if a < d || Arrival(d+1, short, closed) < a || Arrival(d, long, closed) < a {
			rt.Fatalf("arrival of day %d is %d, of the next %d, of the longer way %d", d, a, Arrival(d+1, short, closed), Arrival(d, long, closed))
		}
		if LeadDays(d, long, closed) < LeadDays(d, short, closed) {
			rt.Fatalf("the longer way takes %v, the shorter %v", LeadDays(d, long, closed), LeadDays(d, short, closed))
		}
	})
}

func TestWays(t *testing.T) {
	sea := core.Lead{Mode: core.Sea, Days: 35, Freight: eur(50)}
	air := core.Lead{Mode: core.Air, Days: 8, Freight: eur(300)}
	rush := core.Lead{Mode: core.Rush, Days: 3, Freight: eur(20)}
	freeAir := core.Lead{Mode: core.Air, Days: 8, Freight: eur(50)}
	tests := []struct {
		name         string
		leads        []core.Lead
		normal, fast core.Mode
	}{
		{"sea and air", []core.Lead{sea, air}, core.Sea, core.Air},
		{"order does not matter", []core.Lead{air, sea}, core.Sea, core.Air},
		{"rush is left out", []core.Lead{rush, air, sea}, core.Sea, core.Air},
		{"only rush", []core.Lead{rush}, core.Rush, core.Rush},
		{"rush and one more", []core.Lead{rush, sea}, core.Sea, core.Sea},
		{"same freight: the longest is normal", []core.Lead{freeAir, sea}, core.Sea, core.Air},
		{"nothing", nil, "", ""},
	}
	for _, tt := range tests {
		normal, fast := Ways(tt.leads)
		if normal.Mode != tt.normal || fast.Mode != tt.fast {
			t.Errorf("%s: normal %q, fast %q; want %q and %q", tt.name, normal.Mode, fast.Mode, tt.normal, tt.fast)
		}
	}
}
