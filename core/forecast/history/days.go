package history

import "quartermaster/core"

// Days is what a survey found out about the days of the shop, to be kept: a part of
// the shop's products cannot tell by itself on which days the shop was closed.
type Days struct {
	Start core.Day `json:"start"`
	// State has one letter a day: "." is nothing special, "c" closed, "g" gone, "m"
	// missing.
	State string `json:"state"`
}

const letters = ".cgm"

// Days returns the days of the survey.
func (c *Calendar) Days() Days {
	b := make([]byte, len(c.state))
	for i, s := range c.state {
		b[i] = letters[s]
	}
	return Days{Start: c.start, State: string(b)}
}

// Resume is the calendar of an earlier survey. Days that came since are nothing
// special, and a letter that it does not know is none.
func Resume(shop Shop, d Days) *Calendar {
	c := &Calendar{shop: shop, start: d.Start, state: make([]shopDay, len(d.State))}
	for i := range d.State {
		switch d.State[i] {
		case 'c':
			c.state[i] = closedDay
		case 'g':
			c.state[i] = goneDay
		case 'm':
			c.state[i] = missingDay
		}
	}
	return c
}
