package pool

import (
	"errors"
	"fmt"
	"math"
	"time"

	"quartermaster/core"
)

// ErrPanel is wrapped by every error about a panel that is not well formed.
var ErrPanel = errors.New("pool: bad panel")

// MaxValue is the largest value of a series or regressor.
const MaxValue = 1e15

// Freq is the length of one period.
type Freq byte

// Lengths of a period.
const (
	Daily   Freq = 'D'
	Weekly  Freq = 'W'
	Monthly Freq = 'M'
)

// Panel is many series of one kind with what is known beside them. It is read
// only: nothing in this package changes it.
type Panel struct {
	Freq    Freq
	Season  int // periods in the main season: 7 for days, 52 for weeks, 12 for months; 0 or 1 for none
	Horizon int // periods to forecast, at least 1
	// Regressors name the columns of every Series.X, in that order.
	Regressors []Regressor
	Series     []Series
}

// Regressor is a column beside the sales.
type Regressor struct {
	Name string
	// Known says that the values of the horizon are known in advance, as prices,
	// promotions and holidays are.
	Known bool
	// Labels are the texts that the values stand for, when they are places in this
	// list and not numbers.
	Labels []string
}

// Series is the history of one item.
type Series struct {
	ID string
	// Category names the group of products it belongs to; "" is none. A new series
	// can be forecast from its category.
	Category string
	Start    core.Day // first day of the period of Y[0]
	// Y holds one value per period, 0 to MaxValue; NaN is a period without data.
	Y []float64
	// X holds one column per regressor: len(Y)+Horizon values when it is known in
	// advance, else len(Y). NaN is unknown; a nil column is unknown throughout.
	X [][]float64
}

// Day returns the first day of period t of s. The first period of the horizon is
// t = len(s.Y).
func (f Freq) Day(s *Series, t int) core.Day {
	switch f {
	case Weekly:
		return s.Start + core.Day(7*t)
	case Monthly:
		return core.DayOf(s.Start.Month().Time(time.UTC).AddDate(0, t, 0), time.UTC)
	default:
		return s.Start + core.Day(t)
	}
}

// Validate says what is wrong with the panel: an unknown frequency, a horizon
// below 1, a value that is negative or above MaxValue, a column of the wrong length.
// Every error wraps ErrPanel and names the series.
func (p *Panel) Validate() error {
	switch p.Freq {
	case Daily, Weekly, Monthly:
	default:
		return fmt.Errorf("%w: frequency %q is none of D, W, M", ErrPanel, string(p.Freq))
	}
	if p.Horizon < 1 {
		return fmt.Errorf("%w: horizon %d is below 1", ErrPanel, p.Horizon)
	}
	if p.Season < 0 {
		return fmt.Errorf("%w: season %d is below 0", ErrPanel, p.Season)
	}
	for i := range p.Series {
		if err := p.Check(&p.Series[i]); err != nil {
			return err
		}
	}
	return nil
}

// Check says what is wrong with one series of such a panel. Every error wraps
// ErrPanel and names the series.
func (p *Panel) Check(s *Series) error {
	if err := p.validate(s); err != nil {
		return fmt.Errorf("%w: series %q: %w", ErrPanel, s.ID, err)
	}
	return nil
}

func (p *Panel) validate(s *Series) error {
	for t, y := range s.Y {
		if y < 0 || y > MaxValue {
			return fmt.Errorf("value %v of period %d is not between 0 and %g", y, t, MaxValue)
		}
	}
	if len(s.X) != len(p.Regressors) {
		return fmt.Errorf("%d columns for %d regressors", len(s.X), len(p.Regressors))
	}
	for r, x := range s.X {
		want := len(s.Y)
		if p.Regressors[r].Known {
			want += p.Horizon
		}
		if x != nil && len(x) != want {
			return fmt.Errorf("column %q has %d values, want %d", p.Regressors[r].Name, len(x), want)
		}
		for t, v := range x {
			if math.Abs(v) > MaxValue {
				return fmt.Errorf("column %q holds %v in period %d", p.Regressors[r].Name, v, t)
			}
		}
	}
	return nil
}

// Prediction is the forecast of one series, one value per period of the horizon.
// All values are finite and at least 0, and the quantiles never cross.
type Prediction struct {
	Mean []float64
	// Lo80, Median and Hi80 are the 0.1, 0.5 and 0.9 quantiles of each period.
	Lo80, Median, Hi80 []float64
}
