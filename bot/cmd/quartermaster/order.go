package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"quartermaster/connectors/panelcsv"
	"quartermaster/core"
	"quartermaster/core/forecast/engine"
	"quartermaster/core/forecast/pool"
	"quartermaster/core/forecast/window"
)

type orderCmd struct {
	History string `required:"" type:"existingfile" help:"Demand up to today: series_id,date,value and any regressors." placeholder:"FILE"`
	Future  string `type:"existingfile" help:"What is known in advance: series_id,date and regressors." placeholder:"FILE"`
	State   string `required:"" type:"existingfile" help:"Stock: series_id,on_hand,on_order,lead_days,moq,unit_cost,unit_price,due." placeholder:"FILE"`
	Params  string `required:"" type:"existingfile" help:"JSON: review_days, step_days, holding_rate or holding_cost, shortage_cost." placeholder:"FILE"`
	Output  string `required:"" help:"Where to write series_id,order; - is standard output." placeholder:"FILE"`
	Model   string `help:"Keep the trained model in this folder from call to call." placeholder:"DIR"`
	Retrain int    `default:"4" help:"Train anew when the kept model is so many weeks old." placeholder:"WEEKS"`
	Seed    uint64 `default:"1" help:"Seed of what is drawn at random; the same seed gives the same orders."`
}

// Help is shown by order --help.
func (orderCmd) Help() string {
	return `Says how much to order today of every series in --state: the quantity that is expected to cost least,
margin lost for what runs out against holding cost for what is left. docs/replenishment.md tells how.

  --history  one row per series and day (or week, with step_days 7); a column in_stock with 0 marks
             days on which sales were cut short by empty shelves
  --state    due is "days:qty;days:qty", counted from today; orders are multiples of moq
  --params   {"review_days": 7, "holding_rate": 0.25, "shortage_cost": "margin"}
             holding_rate is of unit_cost a year, holding_cost a unit a week; shortage_cost is "margin"
             (unit_price - unit_cost) or an amount a unit; step_days 1 or 7; horizon_end a day from
             which nothing counts any more

Examples:
  quartermaster order --history sales.csv --state stock.csv --params params.json --output orders.csv
  quartermaster order --history sales.csv --state stock.csv --params params.json --output orders.csv --model ./models`
}

// Run decides.
func (o *orderCmd) Run() error {
	par, err := readParams(o.Params)
	if err != nil {
		return err
	}
	stock, err := o.stock()
	if err != nil {
		return err
	}
	horizon := par.horizon(stock)
	kept, labels := o.kept()
	p, err := o.panel(par, horizon, labels)
	if err != nil {
		return err
	}
	m, err := o.model(kept, p)
	if err != nil {
		return err
	}
	r, err := m.Forecast(p)
	if err != nil {
		return err
	}
	warnUnsold(os.Stderr, o.State, stock, &p)
	orders, err := par.plan(stock, &p, &r, m.WindowLevels())
	if err != nil {
		return err
	}
	ids, units := make([]string, len(stock)), make([]int64, len(stock))
	for i, s := range stock {
		ids[i], units[i] = s.ID, orders[core.SKU(s.ID)]
	}
	return writeTo(o.Output, func(w io.Writer) error { return panelcsv.WriteOrders(w, ids, units) })
}

// warnUnsold says of which series nothing is ordered because the history lacks them: a
// misspelt code looks just so.
func warnUnsold(w io.Writer, file string, stock []panelcsv.Stock, p *pool.Panel) {
	sold := map[string]bool{}
	for i := range p.Series {
		sold[p.Series[i].ID] = true
	}
	const listed = 5
	var unsold []string
	for _, s := range stock {
		if !sold[s.ID] {
			unsold = append(unsold, s.ID)
		}
	}
	if len(unsold) == 0 {
		return
	}
	names, more := strings.Join(unsold[:min(listed, len(unsold))], ", "), ""
	if len(unsold) > listed {
		more = fmt.Sprintf(" and %d more", len(unsold)-listed)
	}
	fmt.Fprintf(w, "%s: nothing is ordered of series that the history lacks (%d of %d): %s%s\n", filepath.Base(file), len(unsold), len(stock), names, more)
}

func (o *orderCmd) stock() ([]panelcsv.Stock, error) {
	f, err := os.Open(o.State)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	return panelcsv.ReadStock(f, filepath.Base(o.State))
}

// panel reads the history. Every series is made to end on the last day of all: what
// follows its last row is unknown. Where a column in_stock is 0 demand is unknown.
func (o *orderCmd) panel(par params, horizon int, labels map[string][]string) (pool.Panel, error) {
	flags := panelFlags{Input: o.History, Horizon: horizon, Freq: "D"}
	if par.StepDays == 7 {
		flags.Freq = "W"
	}
	p, err := flags.read(o.Future, labels)
	if err != nil {
		return p, err
	}
	var last core.Day
	for i := range p.Series {
		last = max(last, p.Freq.Day(&p.Series[i], len(p.Series[i].Y)))
	}
	shelf := slices.IndexFunc(p.Regressors, func(r pool.Regressor) bool { return r.Name == "in_stock" })
	for i := range p.Series {
		s := &p.Series[i]
		if shelf >= 0 {
			for t, there := range s.X[shelf][:min(len(s.Y), len(s.X[shelf]))] {
				if there == 0 {
					s.Y[t] = math.NaN()
				}
			}
			s.X = slices.Delete(s.X, shelf, shelf+1)
		}
		for p.Freq.Day(s, len(s.Y)) < last {
			s.Y = append(s.Y, math.NaN())
			for c := range s.X {
				s.X[c] = append(s.X[c], math.NaN())
			}
		}
	}
	if shelf >= 0 {
		p.Regressors = slices.Delete(p.Regressors, shelf, shelf+1)
	}
	return p, nil
}

// modelFile is the name of the model in its folder.
const modelFile = "order.model"

// kept loads the model of an earlier call with the labels of its columns; nil when
// there is none or it is of another version: then one is trained.
func (o *orderCmd) kept() (*engine.Model, map[string][]string) {
	if o.Model == "" {
		return nil, nil
	}
	b, err := os.ReadFile(filepath.Join(o.Model, modelFile))
	if err != nil {
		return nil, nil
	}
	m, err := engine.Load(b)
	if err != nil {
		return nil, nil
	}
	labels := map[string][]string{}
	for _, r := range m.Kind().Regressors {
		if r.Labels != nil {
			labels[r.Name] = r.Labels
		}
	}
	return m, labels
}

// model returns the kept model when it fits, is young enough and knows nothing of
// what comes after the panel; else it trains one and keeps it.
func (o *orderCmd) model(kept *engine.Model, p pool.Panel) (*engine.Model, error) {
	if kept != nil && kept.Fits(&p) == nil {
		last := core.Day(math.MinInt32)
		for i := range p.Series {
			last = max(last, p.Freq.Day(&p.Series[i], len(p.Series[i].Y))-1)
		}
		if age := int(last - kept.Through()); age >= 0 && age < 7*o.Retrain {
			return kept, nil
		}
	}
	cfg := panelFlags{Seed: o.Seed}.config()
	cfg.Trials, cfg.Window, cfg.WindowLevels = 1, p.Horizon, window.Levels()
	m, err := engine.Train(p, cfg)
	if err != nil || o.Model == "" {
		return m, err
	}
	b, err := m.MarshalBinary()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Model, 0o755); err != nil { //nolint:gosec // no secret in it
		return nil, err
	}
	return m, writeTo(filepath.Join(o.Model, modelFile), func(w io.Writer) error {
		_, err := w.Write(b)
		return err
	})
}

// params is the file of --params.
type params struct {
	Today        core.Day
	ReviewDays   int      `json:"review_days"`
	StepDays     int      `json:"step_days"`
	HoldingRate  *float64 `json:"holding_rate"`
	HoldingCost  *float64 `json:"holding_cost"`
	ShortageCost any      `json:"shortage_cost"`
	shortage     float64  // per unit; negative means the margin
	HorizonEnd   string   `json:"horizon_end"`
	end          core.Day // 0 when there is none
}

// paramKeys are the keys that are read; files of a benchmark may hold others.
var paramKeys = []string{"today", "review_days", "step_days", "holding_rate", "holding_cost", "shortage_cost", "horizon_end"}

// warnKeys names keys of a file of params that look like one that is read and are not.
func warnKeys(w io.Writer, name string, text []byte) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(text, &given); err != nil {
		return // said by readParams
	}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		if slices.ContainsFunc(paramKeys, func(k string) bool { return strings.EqualFold(k, key) }) {
			continue
		}
		if near := core.Nearest(key, slices.Values(paramKeys), 1); len(near) > 0 {
			fmt.Fprintf(w, "%s: the key %q is not known and left out; did you mean %q?\n", name, key, near[0])
		}
	}
}

func readParams(name string) (params, error) {
	var raw struct {
		params
		Today string `json:"today"`
	}
	p := func() params { return raw.params }
	bad := func(format string, args ...any) (params, error) {
		return p(), fmt.Errorf("%s: %s", filepath.Base(name), fmt.Sprintf(format, args...))
	}
	b, err := os.ReadFile(name)
	if err != nil {
		return p(), err
	}
	raw.ReviewDays, raw.StepDays, raw.ShortageCost = 7, 1, "margin"
	if err := json.Unmarshal(b, &raw); err != nil {
		typed, ok := errors.AsType[*json.UnmarshalTypeError](err)
		switch {
		case !ok:
			return bad("not JSON: %v", err)
		case typed.Field == "":
			return bad("must be an object with the keys %s, is %s", strings.Join(paramKeys, ", "), typed.Value)
		case typed.Type.Kind() == reflect.String:
			return bad("%s must be text, is %s", typed.Field, typed.Value)
		}
		return bad("%s must be a number, is %s", typed.Field, typed.Value)
	}
	warnKeys(os.Stderr, filepath.Base(name), b)
	switch {
	case raw.StepDays != 1 && raw.StepDays != 7:
		return bad("step_days is %d, must be 1 or 7", raw.StepDays)
	case raw.ReviewDays < 1 || raw.ReviewDays > 366:
		return bad("review_days is %d, must be 1 to 366", raw.ReviewDays)
	case raw.HoldingRate == nil && raw.HoldingCost == nil:
		return bad("holding_rate or holding_cost is missing")
	}
	for _, v := range []*float64{raw.HoldingRate, raw.HoldingCost} {
		if v != nil && !(*v >= 0 && *v <= 1e9) {
			return bad("a holding cost is %v, must be 0 to 1e9", *v)
		}
	}
	switch v := raw.ShortageCost.(type) {
	case float64:
		if raw.shortage = v; !(v >= 0 && v <= 1e9) {
			return bad("shortage_cost is %v, must be 0 to 1e9", v)
		}
	case string:
		if raw.shortage = -1; v != "margin" {
			return bad("shortage_cost is %q, must be \"margin\" or an amount", v)
		}
	default:
		return bad("shortage_cost is %v, must be \"margin\" or an amount", v)
	}
	if raw.HorizonEnd != "" {
		if raw.end, err = core.ParseDay(raw.HorizonEnd); err != nil {
			return bad("horizon_end: %v", err)
		}
	}
	if raw.Today != "" {
		if raw.params.Today, err = core.ParseDay(raw.Today); err != nil {
			return bad("today: %v", err)
		}
	}
	return p(), nil
}

// periods returns the number of periods in so many days, begun ones counted whole.
func (p params) periods(days int) int { return (days + p.StepDays - 1) / p.StepDays }

func (p params) review() int { return max(1, p.periods(p.ReviewDays)) }
