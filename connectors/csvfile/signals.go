package csvfile

import (
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"quartermaster/core"
)

// maxPercent bounds the effect a row may name; the shop's policy bounds it further
// when it is used.
const maxPercent = 10_000

// maxHalfLife is the longest half-life in hours, ten years.
const maxHalfLife = 10 * 365 * 24

var signalFormat = format[core.Signal]{
	kind: Signals,
	columns: append(must("name", "kind", "percent", "start"),
		may("end", "half_life_hours", "sku", "category", "source")...),
	key: func(s core.Signal) string {
		return fmt.Sprintf("name %q, kind %s, sku %q, category %q, start %s", s.Name, s.Kind, s.SKU, s.Category, s.Start.Format(time.RFC3339Nano))
	},
	decode: func(r *row) core.Signal {
		words := make([]string, len(core.SignalKinds))
		for i, k := range core.SignalKinds {
			words[i] = string(k)
		}
		s := core.Signal{
			Name: r.text("name"), Kind: core.SignalKind(r.oneOf("kind", words...)), Size: r.percent("percent"),
			SKU: core.SKU(r.code("sku")), Category: r.text("category"), Source: r.text("source"),
			Start: r.moment("start"), End: r.moment("end"),
		}
		if v := r.get("end"); len(v) == len(time.DateOnly) && !s.End.IsZero() { // a date is its whole day
			s.End = (core.DayOf(s.End, r.env.zone()) + 1).Time(r.env.zone()).UTC()
		}
		s.HalfLife = time.Duration(r.upTo("half_life_hours", maxHalfLife)*3600) * time.Second
		switch {
		case len(r.errs) > 0:
		case s.End.IsZero() && s.HalfLife == 0:
			r.bad("end", "the row says neither when the effect ends nor in how many hours it halves (half_life_hours)")
		case !s.End.IsZero() && !s.End.After(s.Start):
			r.bad("end", "%s is not after %s", s.End.Format(time.RFC3339), s.Start.Format(time.RFC3339))
		}
		return s
	},
}

// percent reads a signed number of percent and returns it as a fraction.
func (r *row) percent(col string) float64 {
	v := r.get(col)
	if v == "" {
		return 0
	}
	sign, digits := 1.0, v
	switch v[0] {
	case '-':
		sign, digits = -1, v[1:]
	case '+':
		digits = v[1:]
	}
	digits = strings.TrimSpace(strings.TrimSuffix(digits, "%"))
	before := len(r.errs)
	text := r.decimal(col, digits)
	f, err := strconv.ParseFloat(text, 64)
	if len(r.errs) > before || err != nil || digits == "" {
		r.errs = r.errs[:before]
		r.bad(col, "%q is not a number of percent such as 30 or -12.5", clip(v))
		return 0
	}
	if f *= sign; f < -100 || f > maxPercent {
		r.bad(col, "%s is not between -100 and %d", clip(v), maxPercent)
		return 0
	}
	return f / 100
}

// ReadSignals yields the outside signals of a file.
func ReadSignals(r io.Reader, file string, env Env) iter.Seq2[Row[core.Signal], error] {
	return signalFormat.read(r, file, env)
}
