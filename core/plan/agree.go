package plan

import (
	"fmt"
	"slices"
	"strings"

	"quartermaster/core"
	"quartermaster/core/risk"
)

// heeded is advice about an item that other advice must agree with.
type heeded struct {
	wanted bool              // its season asks for more
	moved  int64             // units that other places need
	left   int64             // surplus after them
	to     []core.LocationID // these places
}

func (e *evaluation) heed(it *Item) *heeded {
	k := nodeKey{it.SKU, it.Location}
	if e.heeded == nil {
		e.heeded = map[nodeKey]*heeded{}
	}
	if e.heeded[k] == nil {
		e.heeded[k] = &heeded{}
	}
	return e.heeded[k]
}

// give notes units of an item that go to another place.
func (e *evaluation) give(from *Item, to core.LocationID, units, left int64) {
	h := e.heed(from)
	h.moved, h.left = h.moved+units, left
	if !slices.Contains(h.to, to) {
		h.to = append(h.to, to)
	}
}

// agree takes back what contradicts other advice on the same day: no clearance of what
// a season needs or another place takes, and of a part only the rest.
func (e *evaluation) agree(findings []risk.Finding) []risk.Finding {
	if len(e.heeded) == 0 {
		return findings
	}
	out := findings[:0]
	for _, f := range findings {
		h := e.heeded[nodeKey{f.SKU, f.Location}]
		if h == nil || f.Kind != risk.Overstock && f.Kind != risk.DeadStock {
			out = append(out, f)
			continue
		}
		if h.wanted && f.Kind == risk.Overstock || h.moved > 0 && h.left == 0 {
			continue
		}
		if h.moved > 0 {
			to := "other places"
			if len(h.to) == 1 {
				to = string(h.to[0])
			}
			f.Reason = strings.TrimSuffix(f.Reason, ".") + fmt.Sprintf("; of these %s move to %s first.", count(h.moved), to)
		}
		out = append(out, f)
	}
	return out
}
