package main

import (
	"fmt"
	"os"
	"path/filepath"

	"quartermaster/connectors/panelcsv"
	"quartermaster/core"
	"quartermaster/core/forecast/pool"
)

// panelShop are the flags that make a shop out of a panel of daily demand.
type panelShop struct {
	Input    string  `type:"existingfile" help:"Panel of daily demand instead of --data: series_id,date,value and more columns." placeholder:"FILE"`
	Currency string  `default:"USD" help:"Of the panel's prices." placeholder:"CODE"`
	Price    float64 `default:"10" help:"Where the panel has no column price." placeholder:"X"`
	Margin   float64 `default:"0.4" help:"Where it has no unit_cost: the part of the price that is margin." placeholder:"X"`
	LeadDays float64 `name:"lead-days" default:"20" help:"Where it has no lead_days." placeholder:"N"`
	MOQ      int64   `name:"moq" default:"1" help:"Where it has no moq: minimum order and pack." placeholder:"N"`

	panel *pool.Panel // once read
}

// shop reads the panel, once, and gives it the terms of day at.
func (p *panelShop) shop(at core.Day) (core.Snapshot, error) {
	cur := core.Currency(p.Currency)
	if !cur.Valid() {
		return core.Snapshot{}, fmt.Errorf("--currency: %q is not an ISO code such as USD", p.Currency)
	}
	if p.panel == nil {
		f, err := os.Open(p.Input)
		if err != nil {
			return core.Snapshot{}, err
		}
		defer f.Close() //nolint:errcheck // read only
		panel, err := panelcsv.Read(f, nil, panelcsv.Options{Freq: pool.Daily, Season: 7, Horizon: 1, HistoryName: filepath.Base(p.Input)})
		if err != nil {
			return core.Snapshot{}, err
		}
		p.panel = &panel
	}
	return panelcsv.Shop(p.panel, panelcsv.Terms{At: at, Currency: cur, Price: p.Price, Margin: p.Margin, LeadDays: p.LeadDays, MOQ: p.MOQ})
}
