package pool

import (
	"errors"
	"fmt"
	"slices"
)

// ErrModel is wrapped by errors about a panel that is not of the model's kind.
var ErrModel = errors.New("pool: panel differs from what the model was trained on")

// Mismatch says how a panel differs from what a model was trained on. It wraps
// ErrModel.
type Mismatch struct {
	What         string // "frequency", "season", "horizon", "regressors", "labels of …"
	Model, Panel string // what each has
}

// Error names the difference.
func (e *Mismatch) Error() string {
	return fmt.Sprintf("%v: %s: the model has %s, the panel %s", ErrModel, e.What, e.Model, e.Panel)
}

// Unwrap returns ErrModel.
func (e *Mismatch) Unwrap() error { return ErrModel }

// Differs returns the first difference between two kinds of panel as a *Mismatch,
// or nil: frequency, season, horizon, and the names, order and foreknowledge of the
// regressors. A panel may know more labels than the model, behind the model's own.
// The series are not looked at.
func Differs(model, panel *Panel) error {
	diff := func(what string, m, p any) error {
		return &Mismatch{What: what, Model: fmt.Sprint(m), Panel: fmt.Sprint(p)}
	}
	switch {
	case model.Freq != panel.Freq:
		return diff("frequency", string(model.Freq), string(panel.Freq))
	case model.Season != panel.Season:
		return diff("season", model.Season, panel.Season)
	case model.Horizon != panel.Horizon:
		return diff("horizon", model.Horizon, panel.Horizon)
	}
	if m, p := list(model.Regressors), list(panel.Regressors); !slices.Equal(m, p) {
		return diff("regressors", m, p)
	}
	for r, reg := range model.Regressors {
		if have := panel.Regressors[r].Labels; len(have) < len(reg.Labels) || !slices.Equal(reg.Labels, have[:len(reg.Labels)]) {
			return diff("labels of "+reg.Name, reg.Labels, have)
		}
	}
	return nil
}

// list names regressors, with a star where they are known in advance.
func list(regs []Regressor) []string {
	out := []string{}
	for _, r := range regs {
		if r.Known {
			out = append(out, r.Name+"*")
		} else {
			out = append(out, r.Name)
		}
	}
	return out
}

// Fits says whether p is of the kind that the model was trained on; if not, the
// error is a *Mismatch.
func (m *Model) Fits(p *Panel) error { return m.spec.fits(p) }

func (s *spec) fits(p *Panel) error {
	kind := s.kind()
	return Differs(&kind, p)
}

// kind is a panel without series that the spec fits.
func (s *spec) kind() Panel {
	p := Panel{Freq: s.freq, Season: s.season, Horizon: s.reach}
	for _, r := range s.regs {
		p.Regressors = append(p.Regressors, r.Regressor)
	}
	return p
}
