package core

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatalf("load zone: %v", err)
	}
	return loc
}

func TestDayTime(t *testing.T) {
	tests := []struct {
		name, zone, day, want string
	}{
		{"plain", "Europe/Berlin", "2026-11-21", "2026-11-21T00:00:00+01:00"},
		{"midnight in a gap", "Asia/Beirut", "2027-03-28", "2027-03-28T01:00:00+03:00"},
		{"midnight in a gap, Americas", "America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00"},
		{"midnight twice", "America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"},
		{"day ends twice", "Asia/Beirut", "2027-10-31", "2027-10-31T00:00:00+02:00"},
		{"gap of half an hour elsewhere", "Australia/Lord_Howe", "2026-10-04", "2026-10-04T00:00:00+10:30"},
		{"day that does not exist", "Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"},
		{"UTC", "UTC", "1970-01-01", "1970-01-01T00:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := ParseDay(tt.day)
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Time(zone(t, tt.zone)).Format(time.RFC3339); got != tt.want {
				t.Errorf("%s in %s begins at %s, want %s", tt.day, tt.zone, got, tt.want)
			}
		})
	}
}

// The first instant of a day belongs to the day, and the instant before does not.
func TestDayTimeIsFirstInstant(t *testing.T) {
	zones := []string{"Asia/Beirut", "America/Santiago", "America/Havana", "Europe/London", "Africa/Cairo", "Asia/Tehran", "America/Asuncion", "Pacific/Auckland", "Asia/Kathmandu"}
	rapid.Check(t, func(rt *rapid.T) {
		loc := zone(t, rapid.SampledFrom(zones).Draw(rt, "zone"))
		d := Day(rapid.Int32Range(16000, 25000).Draw(rt, "day"))
		at := d.Time(loc)
		if DayOf(at, loc) != d {
			rt.Fatalf("%s begins at %s, which is %s", d, at, DayOf(at, loc))
		}
		if before := at.Add(-time.Nanosecond); DayOf(before, loc) >= d {
			rt.Fatalf("%s begins at %s, but %s is in it too", d, at, before)
		}
	})
}

func TestDayOf(t *testing.T) {
	at := time.Date(2026, 11, 20, 23, 30, 0, 0, time.UTC)
	for name, want := range map[string]string{"UTC": "2026-11-20", "Asia/Tokyo": "2026-11-21", "America/New_York": "2026-11-20"} {
		if got := DayOf(at, zone(t, name)).String(); got != want {
			t.Errorf("%s in %s is %s, want %s", at, name, got, want)
		}
	}
}

func TestDayParts(t *testing.T) {
	tests := []struct {
		day     string
		month   string
		number  int
		length  int
		yearDay int
		weekday time.Weekday
		monday  string
	}{
		{"2026-11-21", "2026-11-01", 11, 30, 325, time.Saturday, "2026-11-16"},
		{"2028-02-29", "2028-02-01", 2, 29, 60, time.Tuesday, "2028-02-28"},
		{"2027-02-01", "2027-02-01", 2, 28, 32, time.Monday, "2027-02-01"},
		{"2100-02-28", "2100-02-01", 2, 28, 59, time.Sunday, "2100-02-22"},
		{"2026-12-31", "2026-12-01", 12, 31, 365, time.Thursday, "2026-12-28"},
		{"1970-01-01", "1970-01-01", 1, 31, 1, time.Thursday, "1969-12-29"},
		{"2199-12-31", "2199-12-01", 12, 31, 365, time.Tuesday, "2199-12-30"},
	}
	for _, tt := range tests {
		d, err := ParseDay(tt.day)
		if err != nil {
			t.Fatal(err)
		}
		if d.Month().String() != tt.month || d.MonthNumber() != tt.number || d.DaysInMonth() != tt.length || d.YearDay() != tt.yearDay || d.Weekday() != tt.weekday || d.Monday().String() != tt.monday {
			t.Errorf("%s: month %s, number %d, length %d, day of year %d, %s, week of %s; want %+v", d, d.Month(), d.MonthNumber(), d.DaysInMonth(), d.YearDay(), d.Weekday(), d.Monday(), tt)
		}
	}
}

func TestDateDay(t *testing.T) {
	tests := []struct {
		y    int
		m    time.Month
		d    int
		want string
	}{
		{2026, 11, 21, "2026-11-21"},
		{2026, 13, 1, "2027-01-01"},
		{2026, 3, 0, "2026-02-28"},
		{1969, 12, 31, "1969-12-31"},
		{1960, 2, 30, "1960-03-01"},
	}
	for _, tt := range tests {
		if got := DateDay(tt.y, tt.m, tt.d).String(); got != tt.want {
			t.Errorf("DateDay(%d, %d, %d) = %s, want %s", tt.y, tt.m, tt.d, got, tt.want)
		}
	}
}

func TestParseDayRefuses(t *testing.T) {
	for _, s := range []string{"", "2026-1-2", "2026-02-30", "1969-12-31", "2200-01-01", "0000-00-00", "9999-12-31", "26-01-02", "2026/01/02", " 2026-01-02", "2026-01-02T00:00:00Z", "２０２６-01-02"} {
		if d, err := ParseDay(s); err == nil {
			t.Errorf("ParseDay(%q) = %s, want an error", s, d)
		}
	}
}

func TestDayRangeContains(t *testing.T) {
	r := DayRange{From: 10, To: 12}
	for d, want := range map[Day]bool{9: false, 10: true, 11: true, 12: true, 13: false} {
		if r.Contains(d) != want {
			t.Errorf("%v.Contains(%d) = %v", r, d, !want)
		}
	}
}

func FuzzParseDay(f *testing.F) {
	for _, s := range []string{"2026-11-21", "1970-01-01", "2199-12-31", "9999-12-31", "2026-02-29", "-001-01-01", "2026-11-21\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDay(s)
		if err != nil {
			return
		}
		if d < MinDay || d > MaxDay {
			t.Fatalf("ParseDay(%q) = %d, out of bounds", s, d)
		}
		if d.String() != s {
			t.Fatalf("ParseDay(%q) prints as %s", s, d)
		}
		var back Day
		text, err := d.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		if err := back.UnmarshalText(text); err != nil || back != d {
			t.Fatalf("round trip of %s: %s, %v", d, back, err)
		}
	})
}
