package core

import (
	"encoding/json"
	"slices"
)

// Quantities is a number for each day, such as the units sold. A shop with many
// products holds many of them, so a day takes one byte as long as all days are whole
// numbers up to 254 or Missing, and four bytes otherwise; what is read is always what
// was written. The zero Quantities has no days.
//
// Like a slice it shares its days with its copies; Clone before writing to what
// others read.
type Quantities struct {
	small []uint8
	wide  []float32 // in place of small, nil while that will do
}

// noData stands for Missing in small.
const noData = 255

// Daily returns the quantities of days in a row.
func Daily(values ...float32) Quantities {
	q := Quantities{small: make([]uint8, 0, len(values))}
	for _, v := range values {
		q.Append(v)
	}
	return q
}

// Zeros returns n days of 0.
func Zeros(n int) Quantities { return Quantities{small: make([]uint8, n)} }

// Len returns the number of days.
func (q Quantities) Len() int { return max(len(q.small), len(q.wide)) }

// At returns the value of day i; it panics outside 0 to Len()-1.
func (q Quantities) At(i int) float32 {
	if q.wide != nil {
		return q.wide[i]
	}
	if v := q.small[i]; v != noData {
		return float32(v)
	}
	return Missing
}

// Set writes the value of day i; it panics outside 0 to Len()-1.
func (q *Quantities) Set(i int, v float32) {
	small, fits := narrow(v)
	if q.wide == nil && fits {
		q.small[i] = small
		return
	}
	q.widen()
	q.wide[i] = v
}

// Append adds a day at the end.
func (q *Quantities) Append(v float32) {
	small, fits := narrow(v)
	if q.wide == nil && fits {
		q.small = append(q.small, small)
		return
	}
	q.widen()
	q.wide = append(q.wide, v)
}

// narrow returns the byte for a value; fits is false when there is none.
func narrow(v float32) (small uint8, fits bool) {
	switch {
	case v == Missing:
		return noData, true
	case v >= 0 && v < noData: // not NaN
		small = uint8(v)
		return small, float32(small) == v
	}
	return 0, false
}

func (q *Quantities) widen() {
	if q.wide == nil {
		q.wide, q.small = q.Values(), nil
	}
}

// Values returns all days in a slice of its own, never nil.
func (q Quantities) Values() []float32 {
	out := make([]float32, q.Len())
	for i := range out {
		out[i] = q.At(i)
	}
	return out
}

// Clone returns a copy that shares nothing with q.
func (q Quantities) Clone() Quantities {
	return Quantities{slices.Clone(q.small), slices.Clone(q.wide)}
}

// Equal reports whether both have the same days.
func (q Quantities) Equal(other Quantities) bool {
	return slices.Equal(q.Values(), other.Values())
}

// MarshalJSON writes a list of numbers.
func (q Quantities) MarshalJSON() ([]byte, error) { return json.Marshal(q.Values()) }

// UnmarshalJSON reads a list of numbers.
func (q *Quantities) UnmarshalJSON(text []byte) error {
	var values []float32
	if err := json.Unmarshal(text, &values); err != nil {
		return err
	}
	*q = Daily(values...)
	return nil
}
