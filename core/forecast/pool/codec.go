package pool

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"quartermaster/core/forecast/boost"
)

// ErrFormat is wrapped by errors about bytes that are not a model of this version.
var ErrFormat = errors.New("pool: not a model of this version")

// version counts changes of the meaning of features and of stored.
const version = 2

// stored is how a model is written: as JSON, the boosters in their own format.
type stored struct {
	Version    int
	Freq       Freq
	Season     int
	Horizon    int
	Longest    int `json:",omitempty"` // sum of Totals
	Regressors []Regressor
	Kinds      []kind
	Features   []string
	Levels     []float64 `json:",omitempty"` // of Totals
	Heads      [][]byte
}

// MarshalBinary stores the model with its version and the names of its features.
func (m *Model) MarshalBinary() ([]byte, error) {
	return encode(m.spec, m.spec.names, nil, m.heads[:])
}

// UnmarshalBinary reads what MarshalBinary wrote. A model of another version or
// with other features than this program works out is refused with an error that
// wraps ErrFormat, and m is not changed.
func (m *Model) UnmarshalBinary(data []byte) error {
	var out Model
	sp, s, heads, err := decode(data, func(s *spec) []string { return s.names })
	if err != nil {
		return err
	}
	if len(heads) != len(out.heads) || s.Levels != nil {
		return fmt.Errorf("%w: %d boosters", ErrFormat, len(heads))
	}
	out.spec = sp
	copy(out.heads[:], heads)
	*m = out
	return nil
}

// MarshalBinary stores the model with its version and the names of its features.
func (t *Totals) MarshalBinary() ([]byte, error) {
	return encode(t.spec, t.spec.totalNames(), t.levels, t.heads)
}

// UnmarshalBinary reads what MarshalBinary wrote, as that of Model does.
func (t *Totals) UnmarshalBinary(data []byte) error {
	sp, s, heads, err := decode(data, (*spec).totalNames)
	if err != nil {
		return err
	}
	if len(heads) == 0 || len(heads) != len(s.Levels) || s.Longest < 1 || s.Longest > longest {
		return fmt.Errorf("%w: %d boosters for %d levels of sums of %d periods", ErrFormat, len(heads), len(s.Levels), s.Longest)
	}
	sp.horizon = s.Longest
	*t = Totals{spec: sp, levels: s.Levels, heads: heads}
	return nil
}

func encode(sp *spec, names []string, levels []float64, heads []*boost.Model) ([]byte, error) {
	s := stored{Version: version, Freq: sp.freq, Season: sp.season, Horizon: sp.reach, Features: names, Levels: levels}
	if levels != nil {
		s.Longest = sp.horizon
	}
	for _, r := range sp.regs {
		s.Regressors = append(s.Regressors, r.Regressor)
		s.Kinds = append(s.Kinds, r.kind)
	}
	for _, h := range heads {
		b, err := h.MarshalBinary()
		if err != nil {
			return nil, err
		}
		s.Heads = append(s.Heads, b)
	}
	return json.Marshal(s)
}

// longest bounds season and horizon of a stored model.
const longest = 1 << 12

func decode(data []byte, names func(*spec) []string) (*spec, stored, []*boost.Model, error) {
	var s stored
	fail := func(format string, args ...any) (*spec, stored, []*boost.Model, error) {
		return nil, s, nil, fmt.Errorf("%w: %w", ErrFormat, fmt.Errorf(format, args...))
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return fail("%w", err)
	}
	if s.Version != version {
		return fail("version %d, want %d", s.Version, version)
	}
	empty := Panel{Freq: s.Freq, Season: s.Season, Horizon: s.Horizon, Regressors: s.Regressors}
	if err := empty.Validate(); err != nil {
		return fail("%w", err)
	}
	if len(s.Kinds) != len(s.Regressors) || s.Horizon > longest || s.Season > longest {
		return fail("%d kinds of %d regressors, horizon %d, season %d", len(s.Kinds), len(s.Regressors), s.Horizon, s.Season)
	}
	sp := newSpec(&empty)
	for r, k := range s.Kinds {
		if k > ratio {
			return fail("kind %d", k)
		}
		sp.regs[r].kind = k
	}
	sp.names = sp.list()
	want := names(sp)
	if !slices.Equal(want, s.Features) {
		return fail("its features are %v, want %v", s.Features, want)
	}
	var heads []*boost.Model
	for _, b := range s.Heads {
		h := &boost.Model{}
		if err := h.UnmarshalBinary(b); err != nil {
			return fail("%w", err)
		}
		// One matrix serves all heads, so their bins must be the same.
		if !slices.Equal(h.Features(), want) || (len(heads) > 0 && !h.ShareBins(heads[0])) {
			return fail("a booster has other features")
		}
		heads = append(heads, h)
	}
	return sp, s, heads, nil
}
