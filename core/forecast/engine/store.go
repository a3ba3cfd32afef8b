package engine

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"quartermaster/core"
	"quartermaster/core/forecast/methods"
	"quartermaster/core/forecast/pool"
)

// version counts changes of the meaning of a stored model.
const version = 2

// mostBytes bounds a stored model, unpacked.
const mostBytes = 256 << 20

// ErrFormat is wrapped by errors about bytes that are no stored model.
var ErrFormat = errors.New("engine: not a stored model")

// VersionError says that a stored model is of another version than this program's:
// train it anew.
type VersionError struct{ Have, Want int }

// Error names both versions.
func (e *VersionError) Error() string {
	return fmt.Sprintf("engine: the stored model is of version %d, this program's of version %d: train it anew", e.Have, e.Want)
}

// stored is how a model is written: JSON, packed by gzip.
type stored struct {
	Version    int
	Freq       pool.Freq
	Season     int
	Horizon    int
	Regressors []pool.Regressor
	Through    core.Day
	Profile    methods.Profile
	Candidates []string
	Groups     []fit
	Young      []launch `json:",omitempty"`
	Features   []string `json:",omitempty"` // of the pooled trees
	Trees      []byte   `json:",omitempty"`
	Totals     []byte   `json:",omitempty"`
}

// MarshalBinary stores the model with its version, kind, candidates and the names
// of its features.
func (m *Model) MarshalBinary() ([]byte, error) {
	s := stored{Version: version, Freq: m.kind.Freq, Season: m.kind.Season, Horizon: m.kind.Horizon,
		Regressors: m.kind.Regressors, Through: m.through, Profile: m.shared, Candidates: m.blend.names, Groups: m.blend.fits[:], Young: m.young}
	if m.pooled != nil {
		t, ok := m.pooled.(trees)
		if !ok {
			return nil, fmt.Errorf("engine: a %T cannot be stored", m.pooled)
		}
		var err error
		if s.Trees, err = t.MarshalBinary(); err != nil {
			return nil, err
		}
		s.Features = t.Features()
	}
	if m.totals != nil {
		var err error
		if s.Totals, err = m.totals.MarshalBinary(); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	if err := json.NewEncoder(zip).Encode(s); err != nil {
		return nil, err
	}
	if err := zip.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Load reads what MarshalBinary wrote. A model of another version is a
// *VersionError; anything else that is not a whole and sound model of this program
// is an error that wraps ErrFormat. Whether it fits a panel, Fits tells.
func Load(data []byte) (*Model, error) {
	fail := func(err error) (*Model, error) { return nil, fmt.Errorf("%w: %w", ErrFormat, err) }
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return fail(err)
	}
	text, err := io.ReadAll(io.LimitReader(zip, mostBytes))
	if err != nil {
		return fail(err)
	}
	var head struct{ Version int }
	if err := json.Unmarshal(text, &head); err != nil {
		return fail(err)
	}
	if head.Version != version {
		return nil, &VersionError{Have: head.Version, Want: version}
	}
	var s stored
	if err := json.Unmarshal(text, &s); err != nil {
		return fail(err)
	}
	m, err := s.model()
	if err != nil {
		return fail(err)
	}
	return m, nil
}

// model builds the model and checks that its parts fit each other.
func (s *stored) model() (*Model, error) {
	m := &Model{kind: pool.Panel{Freq: s.Freq, Season: s.Season, Horizon: s.Horizon, Regressors: s.Regressors},
		through: s.Through, shared: s.Profile, blend: newBlendOf(s.Freq, s.Trees != nil)}
	if err := m.kind.Validate(); err != nil {
		return nil, err
	}
	if !slices.Equal(s.Candidates, m.blend.names) {
		return nil, fmt.Errorf("its candidates are %v, this program's %v", s.Candidates, m.blend.names)
	}
	if len(m.shared) != max(s.Season, 1) || !sound(m.shared) {
		return nil, errors.New("the seasonal profile is broken")
	}
	if len(s.Groups) != len(m.blend.fits) {
		return nil, fmt.Errorf("%d groups", len(s.Groups))
	}
	for g, f := range s.Groups {
		ok := len(f.Point) == len(m.blend.names) && sound(f.Point) && len(f.Tails) == len(grid) && sound(f.Tails) && sound([]float64{f.Lift})
		for _, w := range f.Dist {
			ok = ok && len(w) == m.blend.distributions() && sound(w)
		}
		for _, w := range f.Stretch {
			ok = ok && sound(w[:])
		}
		if !ok {
			return nil, fmt.Errorf("the weights of group %d are broken", g)
		}
		m.blend.fits[g] = f
	}
	for i, l := range s.Young {
		if !sound([]float64{l.Mean, l.Between, l.Dispersion}) || l.Between <= 0 || i > 0 && l.Name <= s.Young[i-1].Name {
			return nil, fmt.Errorf("category %q is broken", l.Name)
		}
	}
	m.young = s.Young
	if s.Trees != nil {
		t := trees{new(pool.Model)}
		if err := t.UnmarshalBinary(s.Trees); err != nil {
			return nil, err
		}
		if err := t.Fits(&m.kind); err != nil {
			return nil, err
		}
		m.pooled = t
	}
	if s.Totals != nil {
		m.totals = new(pool.Totals)
		if err := m.totals.UnmarshalBinary(s.Totals); err != nil {
			return nil, err
		}
		if err := m.totals.Fits(&m.kind); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// sound says whether all of v are finite and at least 0.
func sound(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return !(x >= 0) || math.IsInf(x, 0) })
}
