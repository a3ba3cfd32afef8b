package jobs

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Timetable is a schedule expression in a zone. It yields slots: the instants at
// which a run is due. Its rule for the clock change is ours: a local time that
// does not exist runs at the first instant that does, one that exists twice runs
// once. Expressions with every hour ("*" in the hour field, @hourly, @every)
// follow real hours instead.
type Timetable struct {
	sched cron.Schedule
	zone  *time.Location
	real  bool // follows real hours
}

// ParseTimetable reads five cron fields or a descriptor such as @daily. robfig/cron
// only parses here; what it does wrongly is refused before or after: zone prefixes
// (it panics on some), expressions that never fire, intervals under a minute.
func ParseTimetable(spec string, zone *time.Location) (t Timetable, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("schedule %q cannot be read", spec)
		}
	}()
	text := strings.TrimSpace(spec)
	switch {
	case text == "":
		return t, errors.New("schedule is empty; write five fields such as \"0 8 * * *\", or @daily")
	case len(text) > 200:
		return t, errors.New("schedule is longer than 200 characters")
	case strings.Contains(strings.ToUpper(text), "TZ="):
		return t, fmt.Errorf("schedule %q: the zone has a setting of its own (shop.time_zone), leave TZ= out", spec)
	}
	sched, err := cron.ParseStandard(text)
	if err != nil {
		return t, fmt.Errorf("schedule %q: %w", spec, err)
	}
	if every, ok := sched.(cron.ConstantDelaySchedule); ok {
		asked, _ := time.ParseDuration(strings.TrimSpace(strings.TrimPrefix(text, "@every")))
		if asked < time.Minute || every.Delay < time.Minute {
			return t, fmt.Errorf("schedule %q: the shortest interval is one minute", spec)
		}
	}
	if sched.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return t, fmt.Errorf("schedule %q never comes due", spec)
	}
	return Timetable{sched: sched, zone: zone, real: realHours(text)}, nil
}

func realHours(text string) bool {
	if strings.HasPrefix(text, "@") {
		return strings.HasPrefix(text, "@every") || text == "@hourly"
	}
	fields := strings.Fields(text)
	return len(fields) > 1 && (strings.HasPrefix(fields[1], "*") || fields[1] == "?")
}

// Next returns the first slot after t, the zero time when there is none within
// the years that cron looks ahead.
func (t Timetable) Next(after time.Time) time.Time {
	if every, ok := t.sched.(cron.ConstantDelaySchedule); ok {
		// Slots of an interval are counted from a fixed instant, so that every
		// process finds the same ones.
		return after.Truncate(every.Delay).Add(every.Delay).UTC()
	}
	if t.real {
		return utc(t.next(after.In(t.zone)))
	}
	// Walk the wall clock as if it had no changes, and map each reading back.
	wall := wallClock(after.In(t.zone)).Add(-3 * time.Hour)
	for range 10_000 {
		wall = t.next(wall)
		if wall.IsZero() {
			return time.Time{}
		}
		if slot := t.instant(wall); slot.After(after) {
			return slot.UTC()
		}
	}
	return time.Time{}
}

// next is what cron says. Slots are whole minutes, and cron tries every second up to
// one: it is asked from the end of the minute.
func (t Timetable) next(after time.Time) time.Time {
	return t.sched.Next(after.Truncate(time.Minute).Add(59 * time.Second))
}

// Due returns the newest slot in (last, now], and how many older ones it stands
// for, a hundred thousand at most. ok is false when none is due.
func (t Timetable) Due(last, now time.Time) (slot time.Time, older int, ok bool) {
	// The newest is looked for from now backwards, so that years of down time are no
	// long walk.
	for span := time.Hour; !ok; span *= 4 {
		from := now.Add(-span)
		whole := !from.After(last)
		if whole {
			from = last
		}
		for next := t.Next(from); !next.IsZero() && !next.After(now); next = t.Next(next) {
			slot, ok = next, true
		}
		if whole {
			break
		}
	}
	const most = 100_000
	for next := t.Next(last); next.Before(slot) && older < most; next = t.Next(next) {
		older++
	}
	return slot, older, ok
}

// instant returns the moment at which the zone's clock first shows wall, or, when
// it never does, the first moment after the gap.
func (t Timetable) instant(wall time.Time) time.Time {
	guess := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), 0, 0, t.zone)
	if wallClock(guess).Equal(wall) {
		// In an overlap time.Date may give either reading: take the earlier one.
		start, _ := guess.ZoneBounds()
		if !start.IsZero() {
			_, now := guess.Zone()
			_, before := start.Add(-time.Second).Zone()
			if earlier := guess.Add(-time.Duration(before-now) * time.Second); before > now && earlier.Before(start) && wallClock(earlier).Equal(wall) {
				return earlier
			}
		}
		return guess
	}
	// A gap: the clock jumped over wall. Its end is a zone boundary next to guess.
	start, end := guess.ZoneBounds()
	if wallClock(guess).After(wall) {
		return start
	}
	return end
}

// wallClock returns what a clock on the wall shows at t, as a UTC time.
func wallClock(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}
