package simulate

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"quartermaster/core"
)

// ReplayView is the past year of a shop under its own policy and what that is compared
// with.
type ReplayView struct {
	Shop     core.Shop
	From, To core.Day // the day after the last
	Scored   int      // days
	Places   int      // products at places
	Beyond   int      // that were left out for their small margin
	Results  []Result
}

// StressView is what shocks would do to a shop.
type StressView struct {
	Shop     core.Shop
	Outcomes []Outcome
	Names    core.SupplierNames
}

// Replay replays the past year under policy p, every proposal approved and without a
// model of all products, beside cover tiers, a level for normal demand and min/max. Of
// more than most products at places those of most margin take part. Too short a past is
// ErrShort.
func Replay(ctx context.Context, s core.Snapshot, p core.Policy, most int) (v ReplayView, err error) {
	v.Shop = s.Shop
	if v.From, v.To, err = LastYear(&s); err != nil {
		return v, err
	}
	year, err := New(s, Config{From: v.From, To: v.To, Seed: 1, LeadCV: DataLeads, Most: most})
	if err != nil {
		return v, err
	}
	v.Scored, v.Places, v.Beyond = year.Scored(), year.Nodes(), year.LeftOut[lessMargin]
	var policies []Policy
	for _, f := range Families(p, Training{}) {
		if f.Name != LeadAwareTiers {
			policies = append(policies, f.Policy())
		}
	}
	v.Results, err = Run(ctx, year, policies, nil)
	return v, err
}

// ErrShock says that a text names no shock.
var ErrShock = errors.New("no shock")

// ParseShocks reads the shock that was asked for: "surge 300" (per cent more orders on
// one day), "demand -50" (per cent), "gone ACME"; nothing means the monthly set. Else it
// returns ErrShock.
func ParseShocks(asked string) ([]Shock, error) {
	kind, value, _ := strings.Cut(strings.TrimSpace(asked), " ")
	value = strings.TrimSpace(value)
	share, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(value, "+"), "%")), 64)
	within := func(lo, hi float64) bool { return err == nil && lo <= share && share <= hi }
	switch kind = strings.ToLower(kind); {
	case kind == "":
		return Shocks(), nil
	case kind == "surge" && within(0, 9900):
		return []Shock{{Name: fmt.Sprintf("orders of one day %+g %%", share), Surge: 1 + share/100}}, nil
	case kind == "demand" && within(-99, 9900):
		return []Shock{{Name: fmt.Sprintf("demand %+g %%", share), Level: 1 + share/100}}, nil
	case kind == "gone" && value != "":
		return []Shock{{Name: "supplier " + value + " gone", Gone: core.SupplierID(value)}}, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrShock, asked)
}
