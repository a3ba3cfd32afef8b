package jobs

import (
	"archive/zip"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // every zone, wherever the test runs

	"quartermaster/bot/fault"
	"quartermaster/core"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func slots(t *testing.T, spec, zone, from, to string) []string {
	t.Helper()
	z := zoneOf(t, zone)
	table, err := ParseTimetable(spec, z)
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		v, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	var out []string
	for next := table.Next(at(from)); !next.IsZero() && !next.After(at(to)); next = table.Next(next) {
		out = append(out, next.In(z).Format("01-02 15:04 -07"))
	}
	return out
}

func TestClockChange(t *testing.T) {
	for _, c := range []struct {
		name, spec, zone, from, to string
		want                       []string
	}{
		{"a daily run whose time does not exist runs when the gap ends", "30 2 * * *", "Europe/Berlin",
			"2027-03-27T00:00:00Z", "2027-03-29T12:00:00Z",
			[]string{"03-27 02:30 +01", "03-28 03:00 +02", "03-29 02:30 +02"}},
		{"a daily run whose time exists twice runs once, the first time", "30 2 * * *", "Europe/Berlin",
			"2027-10-30T12:00:00Z", "2027-11-01T12:00:00Z",
			[]string{"10-31 02:30 +02", "11-01 02:30 +01"}},
		{"midnight is missing in Beirut", "0 0 * * *", "Asia/Beirut",
			"2027-03-26T12:00:00Z", "2027-03-29T12:00:00Z",
			[]string{"03-27 00:00 +02", "03-28 01:00 +03", "03-29 00:00 +03"}},
		{"hourly follows real hours in autumn", "0 * * * *", "America/New_York",
			"2026-11-01T04:30:00Z", "2026-11-01T07:30:00Z",
			[]string{"11-01 01:00 -04", "11-01 01:00 -05", "11-01 02:00 -05"}},
		{"half an hour of change on Lord Howe Island", "15 2 * * *", "Australia/Lord_Howe",
			"2026-10-03T00:00:00Z", "2026-10-05T00:00:00Z",
			[]string{"10-04 02:30 +11", "10-05 02:15 +11"}},
		{"the 31st only where there is one", "0 9 31 * *", "UTC",
			"2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z",
			[]string{"01-31 09:00 +00", "03-31 09:00 +00", "05-31 09:00 +00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := slots(t, c.spec, c.zone, c.from, c.to)
			if strings.Join(got, "; ") != strings.Join(c.want, "; ") {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
		})
	}
}

// Every local date has exactly one run of a daily schedule, and every real hour
// one of an hourly one, whatever the zone does, as long as the date exists there.
// "make chaos" walks every zone, a normal run every sixtieth and the odd ones, and
// hours only around changes of the clock.
func TestOncePerDateInEveryZone(t *testing.T) {
	zones := allZones(t)
	step := 60
	if fault.Long() {
		step = 1
	}
	tally := fault.Count(t, "schedules over ten years: 00:00, 02:30, the 31st, hourly", 0)
	for _, name := range []string{"missed", "doubled"} {
		tally.Add(name, 0)
	}
	odd := []string{"Europe/London", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Apia",
		"Asia/Kathmandu", "America/Santiago", "Asia/Tehran", "Africa/Casablanca", "America/Nuuk", "Antarctica/Troll"}
	for i, zone := range zones {
		if i%step != 0 && !slices.Contains(odd, zone) {
			continue
		}
		tally.Add("zones", 1)
		z := zoneOf(t, zone)
		for _, spec := range []string{"0 0 * * *", "30 2 * * *", "0 9 31 * *", "0 * * * *"} {
			begin, end := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC), time.Date(2036, 1, 1, 12, 0, 0, 0, time.UTC)
			for _, span := range spans(z, begin, end, fault.Long() || spec != "0 * * * *") {
				onceEach(t, tally, z, spec, span[0], span[1])
			}
		}
	}
}

// spans are the times that are walked: the whole, or its first week and four days
// around each change of the zone's clock.
func spans(z *time.Location, begin, end time.Time, whole bool) (out [][2]time.Time) {
	if whole {
		return [][2]time.Time{{begin, end}}
	}
	out = append(out, [2]time.Time{begin, begin.AddDate(0, 0, 7)})
	for at := begin.In(z); ; {
		_, change := at.ZoneBounds()
		if change.IsZero() || change.After(end) {
			return out
		}
		out = append(out, [2]time.Time{change.AddDate(0, 0, -4), change.AddDate(0, 0, 4)})
		at = change
	}
}

// onceEach walks one schedule from begin to end and counts its runs.
func onceEach(t *testing.T, tally *fault.Tally, z *time.Location, spec string, begin, end time.Time) {
	t.Helper()
	table, err := ParseTimetable(spec, z)
	if err != nil {
		t.Fatal(err)
	}
	missed, doubled, runs := 0, 0, 0
	bad := func(n *int, format string, args ...any) {
		*n++
		t.Errorf("%s %q: %s", z, spec, fmt.Sprintf(format, args...))
	}
	dates, last := map[core.Day]int{}, begin
	for at := table.Next(begin); at.Before(end); at = table.Next(at) {
		runs++
		dates[core.DayOf(at, z)]++
		if gap := at.Sub(last); spec == "0 * * * *" && last != begin {
			switch { // one run per real hour; zones that move by half an hour have one odd gap
			case gap > 90*time.Minute:
				bad(&missed, "%s after %s", at, last)
			case gap < 30*time.Minute:
				bad(&doubled, "%s after %s", at, last)
			}
		}
		last = at
	}
	first := begin.In(z).AddDate(0, 0, 2)
	for d := time.Date(first.Year(), first.Month(), first.Day(), 12, 0, 0, 0, z); d.Before(end.AddDate(0, 0, -2)); d = d.AddDate(0, 0, 1) {
		n, least, most := dates[core.DayOf(d, z)], 1, 1
		switch {
		case spec == "0 * * * *":
			least, most = 22, 26
		case strings.Contains(spec, "31") && d.Day() != 31:
			least, most = 0, 0
		}
		switch {
		case n < least:
			bad(&missed, "%s has %d runs", d.Format(time.DateOnly), n)
		case n > most:
			bad(&doubled, "%s has %d runs", d.Format(time.DateOnly), n)
		}
	}
	tally.Add("runs", runs)
	tally.Add("missed", missed)
	tally.Add("doubled", doubled)
}

// allZones lists the names of the IANA database that Go brings along.
func allZones(t *testing.T) []string {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	r, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var names []string
	for _, f := range r.File {
		if !strings.HasSuffix(f.Name, "/") {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	if len(names) < 400 {
		t.Fatalf("only %d zones are known", len(names))
	}
	return names
}

func TestTimetableRefuses(t *testing.T) {
	for spec, want := range map[string]string{
		"":                                "empty",
		"TZ=UTC":                          "leave TZ= out",
		"CRON_TZ=Europe/Berlin":           "leave TZ= out",
		"cron_tz=UTC 0 8 * * *":           "leave TZ= out",
		"0 0 31 2 *":                      "never comes due",
		"@every 1ns":                      "shortest interval",
		"@every -5s":                      "shortest interval",
		"@every 59s":                      "shortest interval",
		"* * * * * *":                     "expected",
		"61 * * * *":                      "above maximum",
		"@reboot":                         "unrecognized",
		"0 8 * * mondayish":               "failed to parse",
		strings.Repeat("1", 300) + " * *": "longer than",
	} {
		if _, err := ParseTimetable(spec, time.UTC); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want an error with %q", spec, err, want)
		}
	}
}

func TestDueTakesTheNewestMissedSlot(t *testing.T) {
	table, err := ParseTimetable("0 8 * * *", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	last := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	slot, older, ok := table.Due(last, time.Date(2026, 11, 5, 9, 0, 0, 0, time.UTC))
	if want := time.Date(2026, 11, 5, 8, 0, 0, 0, time.UTC); !ok || !slot.Equal(want) || older != 3 {
		t.Errorf("Due = %s, %d, %v; want %s with 3 older", slot, older, ok, want)
	}
	if _, _, ok := table.Due(slot, slot.Add(23*time.Hour)); ok {
		t.Error("a slot is due again before its time")
	}
	if _, _, ok := table.Due(slot, slot.Add(-48*time.Hour)); ok {
		t.Error("a clock set back makes a slot due")
	}
}

func TestIntervalSlotsAreTheSameForEveryProcess(t *testing.T) {
	table, err := ParseTimetable("@every 15m", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	a := table.Next(time.Date(2026, 11, 1, 8, 1, 0, 0, time.UTC))
	b := table.Next(time.Date(2026, 11, 1, 8, 14, 59, 0, time.UTC))
	if !a.Equal(b) {
		t.Errorf("two processes find %s and %s", a, b)
	}
}

func FuzzParseTimetable(f *testing.F) {
	for _, s := range []string{"0 8 * * *", "TZ=UTC", "CRON_TZ= 1", "@every 1h", "@every ", "*/0 * * * *", "0 0 31 2 *", "1-0 * * * *", "?"} {
		f.Add(s)
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2027, 3, 27, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, spec string) {
		table, err := ParseTimetable(spec, zone)
		if err != nil {
			return
		}
		if next := table.Next(now); !next.IsZero() && !next.After(now) {
			t.Errorf("%q: the next slot %s is not after %s", spec, next, now)
		}
	})
}
