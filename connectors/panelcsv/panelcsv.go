// Package panelcsv reads a panel of demand series from CSV and writes forecasts.
//
// History is series_id,date,value[,regressors], in any order of columns and with
// the dates of one series ascending; future is series_id,date[,regressors known
// in advance]. A column that the future file has too is known in advance, any
// other is past only. A column with any value that is no number holds labels,
// and each label becomes its place in the sorted order of all of them (see
// Options.Labels). A column "category" with labels names the category of its series.
//
// Guarantees: one pass over each file; beside the panel itself, memory is bounded
// by the longest line, the distinct dates and the distinct labels. A period
// without a row, or with an empty value, NA or NaN, is unknown (NaN), not zero. A
// refused value is a *connectors.RowError with file, line, column and reason; the
// first one ends the reading. gzip is unpacked.
package panelcsv

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"quartermaster/connectors"
	"quartermaster/core"
	"quartermaster/core/forecast/pool"
)

// MaxPeriods bounds the length of one series, so that a mistyped date is an
// error and not a huge gap: 27 years of days.
const MaxPeriods = 10_000

// MaxValue bounds the demand of one period; beyond it is a typing error.
const MaxValue = 1e15

// Options say what the files hold.
type Options struct {
	Freq    pool.Freq
	Season  int // periods of the main season
	Horizon int // periods to forecast, at least 1
	// Labels are the texts of columns with labels in an order to keep, by column: that
	// of a trained model, for which a label must stay the number that it was.
	Labels map[string][]string
	// HistoryName and FutureName stand in errors.
	HistoryName, FutureName string
}

type reader struct {
	opt   Options
	names []string // regressors in the order of the history file
	cols  []column
	at    map[string]int // series_id -> index in series
	ser   []pool.Series
	dates map[[10]byte]int // text of a date -> its place in days
	days  []date
	last  int // place of the date read last: the next row is mostly of the next one

	// Rows of a series usually follow one another: the first run is gathered
	// here and copied at its exact length.
	cur  int
	y    []float64
	x    [][]float64
	pend bool
}

type date struct {
	text [10]byte
	day  core.Day
}

// Read reads the history and, when it is not nil, the future file.
func Read(history, future io.Reader, opt Options) (pool.Panel, error) {
	r := &reader{opt: opt, at: map[string]int{}, dates: map[[10]byte]int{}, cur: -1}
	var hist, fut *scanner
	var err error
	if hist, err = newScanner(history, opt.HistoryName); err != nil {
		return pool.Panel{}, err
	}
	if future != nil {
		if fut, err = newScanner(future, opt.FutureName); err != nil {
			return pool.Panel{}, err
		}
	}
	if err := r.history(hist, fut); err != nil {
		return pool.Panel{}, err
	}
	if fut != nil {
		if err := r.future(fut); err != nil {
			return pool.Panel{}, err
		}
	}
	p := pool.Panel{Freq: opt.Freq, Season: opt.Season, Horizon: opt.Horizon, Series: r.ser}
	for i, n := range r.names {
		p.Regressors = append(p.Regressors, pool.Regressor{Name: n, Known: r.cols[i].known, Labels: r.recode(i)})
	}
	r.categories(p.Regressors)
	return p, p.Validate()
}

// categories names the category of each series: its last label in a column of that
// name.
func (r *reader) categories(regs []pool.Regressor) {
	c := slices.IndexFunc(regs, func(reg pool.Regressor) bool { return reg.Name == "category" && reg.Labels != nil })
	if c < 0 {
		return
	}
	for i := range r.ser {
		for _, v := range slices.Backward(r.ser[i].X[c]) {
			if v == v {
				r.ser[i].Category = regs[c].Labels[int(v)]
				break
			}
		}
	}
}

// history reads all rows of the history file.
func (r *reader) history(s, fut *scanner) error {
	id, date, value, err := s.places(true)
	if err != nil {
		return err
	}
	var reg []int // place of each regressor in the row
	for i, n := range s.header {
		if i != id && i != date && i != value {
			r.names, reg = append(r.names, n), append(reg, i)
			r.cols = append(r.cols, column{known: fut != nil && slices.Contains(fut.header, n)})
		}
	}
	r.x = make([][]float64, len(reg))
	for {
		row, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if r.cur < 0 || string(row[id]) != r.ser[r.cur].ID {
			r.turnTo(string(row[id]))
		}
		day, err := r.day(s, row[date], date)
		if err != nil {
			return err
		}
		ser := &r.ser[r.cur]
		y, x := &ser.Y, ser.X
		if r.pend {
			y, x = &r.y, r.x
		}
		if len(*y) == 0 {
			ser.Start = day
		}
		t, why := r.period(ser.Start, day)
		switch {
		case why != "":
			return s.bad(date, "%s", why)
		case t < len(*y):
			return s.bad(date, "date %s of series %q is not after the one before; sort the rows of a series by date, one row each", row[date], ser.ID)
		case t >= MaxPeriods:
			return s.bad(date, "date %s of series %q is %d periods after its first; at most %d are read", row[date], ser.ID, t, MaxPeriods)
		}
		v, ok := number(row[value])
		if !ok || v < 0 || v > MaxValue {
			return s.bad(value, "%q is not a number of at least 0 and at most %g", row[value], MaxValue)
		}
		*y = put(*y, t, v)
		for c, place := range reg {
			v, err := r.regressor(s, c, row[place], place)
			if err != nil {
				return err
			}
			x[c] = put(x[c], t, v)
		}
	}
	r.settle()
	if len(r.ser) == 0 {
		return &connectors.RowError{File: s.file, Line: s.line, Reason: "there is no row below the header"}
	}
	return nil
}

// put sets x[t], t >= len(x), with NaN in the gap.
func put(x []float64, t int, v float64) []float64 {
	for len(x) < t {
		x = append(x, math.NaN())
	}
	return append(x, v)
}

// turnTo makes the series of that name the current one.
func (r *reader) turnTo(id string) {
	r.settle()
	i, ok := r.at[id]
	if !ok {
		i = len(r.ser)
		r.at[id] = i
		r.ser = append(r.ser, pool.Series{ID: id, X: make([][]float64, len(r.names))})
		r.pend = true
	}
	r.cur = i
}

// settle copies the gathered run of a new series into it.
func (r *reader) settle() {
	if !r.pend {
		return
	}
	ser := &r.ser[r.cur]
	ser.Y, r.y = slices.Clone(r.y), r.y[:0]
	for c := range r.x {
		ser.X[c], r.x[c] = slices.Clone(r.x[c]), r.x[c][:0]
	}
	r.pend = false
}

// future reads what is known in advance. Rows of other series or outside the
// horizon are passed over: a calendar for the whole year is fine.
func (r *reader) future(s *scanner) error {
	id, date, _, err := s.places(false)
	if err != nil {
		return err
	}
	reg := make([]int, len(r.names)) // place in the future file, -1 when absent
	for c, n := range r.names {
		reg[c] = slices.Index(s.header, n)
	}
	for i := range r.ser {
		for c := range r.cols {
			if r.cols[c].known {
				x := make([]float64, len(r.ser[i].Y)+r.opt.Horizon)
				for t := copy(x, r.ser[i].X[c]); t < len(x); t++ {
					x[t] = math.NaN()
				}
				r.ser[i].X[c] = x
			}
		}
	}
	for {
		row, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		day, err := r.day(s, row[date], date)
		if err != nil {
			return err
		}
		if r.cur < 0 || string(row[id]) != r.ser[r.cur].ID {
			i, ok := r.at[string(row[id])]
			if !ok {
				continue
			}
			r.cur = i
		}
		ser := &r.ser[r.cur]
		t, why := r.period(ser.Start, day)
		if why != "" {
			return s.bad(date, "%s", why)
		}
		inside := t >= len(ser.Y) && t < len(ser.Y)+r.opt.Horizon
		for c, place := range reg {
			if place < 0 {
				continue
			}
			v, err := r.regressor(s, c, row[place], place)
			if err != nil {
				return err
			}
			if inside {
				ser.X[c][t] = v
			}
		}
	}
}

// day reads a date; each distinct one is parsed once.
func (r *reader) day(s *scanner, b []byte, place int) (core.Day, error) {
	if len(b) == 10 {
		text := [10]byte(b)
		if next := r.last + 1; next < len(r.days) && r.days[next].text == text {
			r.last = next
			return r.days[next].day, nil
		}
		if i, ok := r.dates[text]; ok {
			r.last = i
			return r.days[i].day, nil
		}
	}
	d, err := core.ParseDay(string(b))
	if err != nil {
		return 0, s.bad(place, "%s", err)
	}
	if len(b) == 10 {
		r.last = len(r.days)
		r.dates[[10]byte(b)] = r.last
		r.days = append(r.days, date{[10]byte(b), d})
	}
	return d, nil
}

// period returns which period of a series a date names, and why none.
func (r *reader) period(start, day core.Day) (t int, why string) {
	switch r.opt.Freq {
	case pool.Weekly:
		if (day-start)%7 != 0 {
			return 0, fmt.Sprintf("date %s is not a whole number of weeks after %s, the first of its series", day, start)
		}
		return int(day-start) / 7, ""
	case pool.Monthly:
		return months(day) - months(start), ""
	default:
		return int(day - start), ""
	}
}

// months counts the months since year 0.
func months(d core.Day) int {
	iso := d.String() // 2006-01-02
	year, _ := strconv.Atoi(iso[:4])
	return year*12 + d.MonthNumber()
}
