package core

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// Currency is an ISO 4217 code such as "EUR".
type Currency string

// Decimals returns the number of decimals of the currency's minor unit: 2 for
// most, 0 for yen, 3 for Kuwaiti dinar (ISO 4217, exponent column).
func (c Currency) Decimals() int {
	switch c {
	case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND":
		return 3
	}
	return 2
}

// Valid reports whether c has the form of an ISO code: three capital letters.
func (c Currency) Valid() bool {
	if len(c) != 3 {
		return false
	}
	for i := range len(c) {
		if c[i] < 'A' || c[i] > 'Z' {
			return false
		}
	}
	return true
}

// Money is an amount in minor units (cents) of one currency. The zero value is
// no money in no currency and adds to anything.
type Money struct {
	Minor    int64    `json:"minor"`
	Currency Currency `json:"currency"`
}

// Errors of money arithmetic.
var (
	ErrCurrency = errors.New("amounts have different currencies")
	ErrOverflow = errors.New("amount is too large")
)

// MaxMinor bounds every amount that is parsed or computed: 10^15 minor units.
const MaxMinor int64 = 1_000_000_000_000_000

// ParseMoney reads a plain decimal such as "1234.5" in currency cur. Signs,
// exponents, group separators and more decimals than the currency has are
// refused, because guessing them wrong costs money.
func ParseMoney(s string, cur Currency) (Money, error) {
	if !cur.Valid() {
		return Money{}, fmt.Errorf("currency %q is not a three-letter ISO code", string(cur))
	}
	whole, frac, hasFrac := strings.Cut(s, ".")
	if !digits(whole) || hasFrac && !digits(frac) {
		return Money{}, fmt.Errorf("amount %q is not a plain decimal such as 1234.50", s)
	}
	places := cur.Decimals()
	frac = strings.TrimRight(frac, "0")
	if len(frac) > places {
		return Money{}, fmt.Errorf("amount %q has more than the %d decimals of %s", s, places, cur)
	}
	text := whole + frac + strings.Repeat("0", places-len(frac))
	minor, err := strconv.ParseInt(text, 10, 64)
	if err != nil || minor > MaxMinor {
		return Money{}, fmt.Errorf("amount %q: %w", s, ErrOverflow)
	}
	return Money{minor, cur}, nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Decimal returns the amount without its currency, such as "1920.00".
func (m Money) Decimal() string {
	places := m.Currency.Decimals()
	s, sign := strconv.FormatInt(m.Minor, 10), ""
	if m.Minor < 0 {
		s, sign = s[1:], "-"
	}
	if places == 0 {
		return sign + s
	}
	if len(s) <= places {
		s = strings.Repeat("0", places+1-len(s)) + s
	}
	return sign + s[:len(s)-places] + "." + s[len(s)-places:]
}

// String returns the amount for people, such as "EUR 1,920.00".
func (m Money) String() string {
	s := m.Decimal()
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, frac, hasFrac := strings.Cut(s, ".")
	var b strings.Builder
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(r)
	}
	if hasFrac {
		b.WriteString("." + frac)
	}
	if m.Currency == "" {
		return sign + b.String()
	}
	return string(m.Currency) + " " + sign + b.String()
}

// IsZero reports whether the amount is zero.
func (m Money) IsZero() bool { return m.Minor == 0 }

// Add returns m + o. The currencies must match unless one amount is the zero
// Money.
func (m Money) Add(o Money) (Money, error) {
	if m == (Money{}) {
		return o, nil
	}
	if o == (Money{}) {
		return m, nil
	}
	if m.Currency != o.Currency {
		return Money{}, fmt.Errorf("%w: %s and %s", ErrCurrency, m.Currency, o.Currency)
	}
	sum := m.Minor + o.Minor
	if !bounded(m.Minor) || !bounded(o.Minor) || !bounded(sum) {
		return Money{}, ErrOverflow
	}
	return Money{sum, m.Currency}, nil
}

// Times returns m multiplied by a whole number of units.
func (m Money) Times(n int64) (Money, error) {
	if n != 0 && (m.Minor > MaxMinor/abs64(n) || m.Minor < -MaxMinor/abs64(n)) {
		return Money{}, ErrOverflow
	}
	return Money{m.Minor * n, m.Currency}, nil
}

// Scale returns m multiplied by f, rounded half away from zero. It is for
// estimates shown to people (money at risk); amounts that are paid use Times.
func (m Money) Scale(f float64) (Money, error) {
	v := math.Round(float64(m.Minor) * f)
	if math.IsNaN(v) || math.Abs(v) > float64(MaxMinor) {
		return Money{}, ErrOverflow
	}
	return Money{int64(v), m.Currency}, nil
}

func bounded(minor int64) bool { return -MaxMinor <= minor && minor <= MaxMinor }

func abs64(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// Rate is the price of one unit of a currency in the shop's currency, with 8
// decimals as a whole number: 0.92 is 92_000_000.
type Rate int64

// RateOne is the rate of a currency to itself.
const RateOne Rate = 100_000_000

// ParseRate reads a positive plain decimal with at most 8 decimals.
func ParseRate(s string) (Rate, error) {
	whole, frac, hasFrac := strings.Cut(s, ".")
	if !digits(whole) || hasFrac && !digits(frac) || len(frac) > 8 || len(whole) > 9 {
		return 0, fmt.Errorf("rate %q is not a plain decimal with at most 8 decimals such as 0.92", s)
	}
	v, err := strconv.ParseInt(whole+frac+strings.Repeat("0", 8-len(frac)), 10, 64)
	if err != nil || v <= 0 {
		return 0, fmt.Errorf("rate %q is not positive", s)
	}
	return Rate(v), nil
}

// Convert returns m in currency to at rate r, rounded half to even in the minor
// unit of to.
func (m Money) Convert(to Currency, r Rate) (Money, error) {
	if m.Currency == to {
		return m, nil
	}
	n := new(big.Int).Mul(big.NewInt(m.Minor), big.NewInt(int64(r)))
	d := big.NewInt(int64(RateOne))
	shift := to.Decimals() - m.Currency.Decimals()
	ten := big.NewInt(10)
	for ; shift > 0; shift-- {
		n.Mul(n, ten)
	}
	for ; shift < 0; shift++ {
		d.Mul(d, ten)
	}
	q, rem := new(big.Int).QuoRem(n, d, new(big.Int))
	rem.Abs(rem).Lsh(rem, 1)
	if c := rem.Cmp(d); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(int64(n.Sign())))
	}
	if !q.IsInt64() || q.Int64() > MaxMinor || q.Int64() < -MaxMinor {
		return Money{}, ErrOverflow
	}
	return Money{q.Int64(), to}, nil
}
