package core

import (
	"fmt"
	"time"
)

// Day is a calendar day of the shop, counted in days since 1970-01-01. It has
// no time zone: the shop's own zone is applied once, when an instant becomes a
// day (see DayOf).
type Day int32

// MinDay and MaxDay bound the days accepted from outside: 1970-01-01 and
// 2199-12-31. A date beyond them is a typing error, not a plan.
const (
	MinDay Day = 0
	MaxDay Day = 84005
)

const secondsPerDay = 24 * 60 * 60

// DayOf returns the calendar day of instant t in zone loc.
func DayOf(t time.Time, loc *time.Location) Day {
	y, m, d := t.In(loc).Date()
	return DateDay(y, m, d)
}

// DateDay returns the day of a calendar date; out-of-range months and days are
// normalised as time.Date does.
func DateDay(y int, m time.Month, d int) Day {
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// ParseDay reads an ISO date (2006-01-02) between MinDay and MaxDay.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("date %q is not of the form 2006-01-31", s)
	}
	unix := t.Unix()
	if unix < 0 || unix/secondsPerDay > int64(MaxDay) {
		return 0, fmt.Errorf("date %q is outside %s to %s", s, MinDay, MaxDay)
	}
	return Day(unix / secondsPerDay), nil
}

// Time returns the first instant of the day in zone loc. Where the clock change
// removes midnight (or, as in Samoa in 2011, the whole day) it is the first
// instant after the gap; where midnight comes twice it is the first of the two.
func (d Day) Time(loc *time.Location) time.Time {
	unix := int64(d) * secondsPerDay
	at := func(probe int64) time.Time { // midnight of d by the offset in force at probe
		_, offset := time.Unix(probe, 0).In(loc).Zone()
		return time.Unix(unix-int64(offset), 0).In(loc)
	}
	isMidnight := func(t time.Time) bool {
		h, m, s := t.Clock()
		return h+m+s == 0 && DayOf(t, loc) == d
	}
	a, b := at(unix-secondsPerDay), at(unix+secondsPerDay)
	if b.Before(a) {
		a, b = b, a
	}
	switch {
	case isMidnight(a):
		return a
	case isMidnight(b):
		return b
	}
	_, end := a.ZoneBounds() // a lies before the gap
	return end
}

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return time.Weekday(((d+4)%7 + 7) % 7) } // 1970-01-01 was a Thursday

// Monday returns the first day of d's calendar week.
func (d Day) Monday() Day { return d - Day((int(d.Weekday())+6)%7) }

// YearDay returns the day of the year, 1 to 366.
func (d Day) YearDay() int { return d.utc().YearDay() }

// Month returns the first day of d's month.
func (d Day) Month() Day { return d - Day(d.utc().Day()-1) }

// MonthNumber returns d's month in the year, 1 to 12.
func (d Day) MonthNumber() int { return int(d.utc().Month()) }

// DaysInMonth returns the length of d's month.
func (d Day) DaysInMonth() int {
	u := d.utc()
	return time.Date(u.Year(), u.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// String returns the ISO date.
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText writes the ISO date.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the ISO date.
func (d *Day) UnmarshalText(b []byte) error {
	v, err := ParseDay(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

func (d Day) utc() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// DayRange is a closed interval of days: both ends belong to it.
type DayRange struct {
	From Day `json:"from"`
	To   Day `json:"to"`
}

// Contains reports whether d lies in the range.
func (r DayRange) Contains(d Day) bool { return r.From <= d && d <= r.To }
