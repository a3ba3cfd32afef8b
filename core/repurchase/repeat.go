package repurchase

import "quartermaster/core"

// RepeatDays is how far back an earlier purchase makes one a repeat.
const RepeatDays = 180

// repeatWeeks is how many complete calendar weeks a report counts.
const repeatWeeks = 26

// RepeatWeek counts the purchases of known customers in a calendar week. A purchase is
// a day on which a customer ordered; it is a repeat when the same customer had ordered
// in the RepeatDays before. Every week looks back equally far, so weeks can be added up
// and compared, which a share of customers with more than one order ever cannot: it
// grows with the age of the records.
type RepeatWeek struct {
	Monday    core.Day `json:"monday"`
	Purchases int      `json:"purchases"`
	Repeats   int      `json:"repeats"`
}

// Repeats counts the complete calendar weeks up to a day, oldest first; weeks before
// which less than RepeatDays are known are left out.
func Repeats(h *History, asOf core.Day) []RepeatWeek {
	end := (asOf + 1).Monday() // the day after the last Sunday
	start := end - 7*repeatWeeks
	if late := h.First() + RepeatDays; late > start {
		start = end - (end-late)/7*7
	}
	if start >= end || h.Len() == 0 {
		return nil
	}
	out := make([]RepeatWeek, (end-start)/7)
	for i := range out {
		out[i].Monday = start + core.Day(7*i)
	}
	for c := range h.Customers {
		last := core.MinDay
		for _, l := range h.between(c, start-RepeatDays-1, end-1) {
			if l.Qty <= 0 || l.Day == last {
				continue
			}
			if l.Day >= start {
				w := &out[(l.Day-start)/7]
				w.Purchases++
				if last != core.MinDay && l.Day-last <= RepeatDays {
					w.Repeats++
				}
			}
			last = l.Day
		}
	}
	return out
}
