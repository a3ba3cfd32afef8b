package bot

import (
	"errors"
	"fmt"

	"quartermaster/core"
)

// signalSettings mirrors the part of the settings file that bounds outside
// signals: each line is [lowest, highest] as fractions.
type signalSettings struct {
	Topic      []float64 `toml:"topic"`
	Ad         []float64 `toml:"ad"`
	Price      []float64 `toml:"price"`
	Competitor []float64 `toml:"competitor"`
	Total      []float64 `toml:"total"`
}

// read overrides the defaults with what the file says.
func (in signalSettings) read(p *core.SignalPolicy) error {
	var errs []error
	bound := func(name string, to *core.Bound, v []float64) {
		switch len(v) {
		case 0:
		case 2:
			*to = core.Bound{Lo: v[0], Hi: v[1]}
		default:
			errs = append(errs, fmt.Errorf("signals.%s must be two numbers such as [-0.5, 3.0]", name))
		}
	}
	bound("topic", &p.Topic, in.Topic)
	bound("ad", &p.Ad, in.Ad)
	bound("price", &p.Price, in.Price)
	bound("competitor", &p.Competitor, in.Competitor)
	bound("total", &p.Total, in.Total)
	return errors.Join(errs...)
}
