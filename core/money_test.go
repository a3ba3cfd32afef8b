package core

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestParseMoney(t *testing.T) {
	tests := []struct {
		in   string
		cur  Currency
		want int64
	}{
		{"0", "EUR", 0}, {"0.00", "EUR", 0}, {"1234.5", "EUR", 123450}, {"1234.50", "EUR", 123450}, {"007", "EUR", 700},
		{"19.990000", "USD", 1999}, {"100", "JPY", 100}, {"100.0", "JPY", 100}, {"1.234", "KWD", 1234},
		{"10000000000000.00", "EUR", MaxMinor}, {"0000000000000000000000000000001", "EUR", 100},
	}
	for _, tt := range tests {
		got, err := ParseMoney(tt.in, tt.cur)
		if err != nil || got != (Money{tt.want, tt.cur}) {
			t.Errorf("ParseMoney(%q, %s) = %v, %v; want %d minor units", tt.in, tt.cur, got, err, tt.want)
		}
	}
}

func TestParseMoneyRefuses(t *testing.T) {
	for _, s := range []string{"", "NaN", "Inf", "-Inf", "inf", "0x10", "1_000", "1e5", "1E5", "+5", "-5", ".5", "5.", ".", "1,5", "1.2.3", " 5", "5 ", "5\n", "٥", "１", "1.005", "$5", "5 EUR", "--1", "1-"} {
		if m, err := ParseMoney(s, "EUR"); err == nil {
			t.Errorf("ParseMoney(%q) = %s, want an error", s, m)
		}
	}
	for _, s := range []string{"10000000000000.01", "99999999999999999999", "9223372036854775808"} {
		if m, err := ParseMoney(s, "EUR"); !errors.Is(err, ErrOverflow) {
			t.Errorf("ParseMoney(%q) = %s, %v; want ErrOverflow", s, m, err)
		}
	}
	for _, c := range []Currency{"", "eur", "EURO", "E1R", "EÜ"} {
		if m, err := ParseMoney("1", c); err == nil {
			t.Errorf("ParseMoney in %q = %v, want an error", c, m)
		}
	}
	if m, err := ParseMoney("1.5", "JPY"); err == nil {
		t.Errorf("yen with decimals: %v", m)
	}
}

func TestParseRate(t *testing.T) {
	for in, want := range map[string]Rate{"1": RateOne, "0.92": 92_000_000, "0.00000001": 1, "150.25": 15_025_000_000} {
		if got, err := ParseRate(in); err != nil || got != want {
			t.Errorf("ParseRate(%q) = %d, %v; want %d", in, got, err, want)
		}
	}
	for _, in := range []string{"", "0", "0.0", "-1", "1e3", "NaN", "1.123456789", "9999999999", ".5", "1."} {
		if got, err := ParseRate(in); err == nil {
			t.Errorf("ParseRate(%q) = %d, want an error", in, got)
		}
	}
}

func TestMoneyPrints(t *testing.T) {
	tests := []struct {
		m             Money
		text, decimal string
	}{
		{Money{192000, "EUR"}, "EUR 1,920.00", "1920.00"},
		{Money{5, "EUR"}, "EUR 0.05", "0.05"},
		{Money{-123456789, "USD"}, "USD -1,234,567.89", "-1234567.89"},
		{Money{100, "JPY"}, "JPY 100", "100"},
		{Money{1234, "KWD"}, "KWD 1.234", "1.234"},
		{Money{}, "0.00", "0.00"},
		{Money{math.MinInt64, "EUR"}, "EUR -92,233,720,368,547,758.08", "-92233720368547758.08"},
	}
	for _, tt := range tests {
		if tt.m.String() != tt.text || tt.m.Decimal() != tt.decimal {
			t.Errorf("%#v prints %q and %q, want %q and %q", tt.m, tt.m.String(), tt.m.Decimal(), tt.text, tt.decimal)
		}
	}
}

func anyCurrency() *rapid.Generator[Currency] {
	return rapid.SampledFrom([]Currency{"EUR", "USD", "JPY", "KWD", "CNY"})
}

func anyMinor() *rapid.Generator[int64] {
	return rapid.OneOf(rapid.Int64Range(-MaxMinor, MaxMinor), rapid.Int64Range(-1000, 1000),
		rapid.SampledFrom([]int64{MaxMinor, -MaxMinor, MaxMinor - 1, math.MaxInt64, math.MinInt64}))
}

func TestMoneyRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := Money{rapid.Int64Range(0, MaxMinor).Draw(rt, "minor"), anyCurrency().Draw(rt, "currency")}
		back, err := ParseMoney(m.Decimal(), m.Currency)
		if err != nil || back != m {
			rt.Fatalf("%v printed as %s came back as %v, %v", m, m.Decimal(), back, err)
		}
	})
}

// inBounds turns the exact result into the one expected of Money.
func inBounds(exact *big.Int) (int64, bool) {
	return exact.Int64(), exact.CmpAbs(big.NewInt(MaxMinor)) <= 0
}

func TestMoneyAddIsExact(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := Money{anyMinor().Draw(rt, "a"), "EUR"}, Money{anyMinor().Draw(rt, "b"), "EUR"}
		got, err := a.Add(b)
		outside := func(m Money) bool { _, ok := inBounds(big.NewInt(m.Minor)); return !ok }
		want, ok := inBounds(new(big.Int).Add(big.NewInt(a.Minor), big.NewInt(b.Minor)))
		if outside(a) || outside(b) || !ok {
			if !errors.Is(err, ErrOverflow) {
				rt.Fatalf("%v + %v = %v, %v; want ErrOverflow", a, b, got, err)
			}
			return
		}
		if err != nil || got.Minor != want {
			rt.Fatalf("%v + %v = %v, %v; want %d", a, b, got, err, want)
		}
	})
}

func TestMoneyAddCurrencies(t *testing.T) {
	eur := Money{5, "EUR"}
	if _, err := eur.Add(Money{5, "USD"}); !errors.Is(err, ErrCurrency) {
		t.Errorf("EUR + USD: %v, want ErrCurrency", err)
	}
	if _, err := eur.Add(Money{0, "USD"}); !errors.Is(err, ErrCurrency) {
		t.Errorf("EUR + USD 0: %v, want ErrCurrency", err)
	}
	for _, sum := range []func() (Money, error){
		func() (Money, error) { return eur.Add(Money{}) },
		func() (Money, error) { return Money{}.Add(eur) },
	} {
		if got, err := sum(); err != nil || got != eur {
			t.Errorf("EUR + nothing = %v, %v", got, err)
		}
	}
}

func TestMoneyTimesIsExact(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m, n := Money{anyMinor().Draw(rt, "m"), "EUR"}, anyMinor().Draw(rt, "n")
		got, err := m.Times(n)
		want, ok := inBounds(new(big.Int).Mul(big.NewInt(m.Minor), big.NewInt(n)))
		if ok != (err == nil) || ok && got.Minor != want {
			rt.Fatalf("%v * %d = %v, %v; want %d in bounds %v", m, n, got, err, want, ok)
		}
	})
}

func TestMoneyConvertIsExact(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		m := Money{anyMinor().Draw(rt, "minor"), anyCurrency().Draw(rt, "from")}
		to := anyCurrency().Draw(rt, "to")
		rate := Rate(rapid.Int64Range(1, 99_999_999_999_999_999).Draw(rt, "rate"))
		got, err := m.Convert(to, rate)
		if m.Currency == to {
			if got != m || err != nil {
				rt.Fatalf("same currency: %v, %v", got, err)
			}
			return
		}
		exact := new(big.Rat).SetFrac(big.NewInt(int64(rate)), big.NewInt(int64(RateOne)))
		exact.Mul(exact, new(big.Rat).SetInt64(m.Minor))
		exact.Mul(exact, big.NewRat(pow10(to.Decimals()), pow10(m.Currency.Decimals())))
		if err != nil {
			if exact.Abs(exact).Cmp(new(big.Rat).SetInt64(MaxMinor)) <= 0 {
				rt.Fatalf("%v at %d: %v, but it fits", m, rate, err)
			}
			return
		}
		diff := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(got.Minor))
		half := big.NewRat(1, 2)
		if c := diff.Abs(diff).Cmp(half); c > 0 || c == 0 && got.Minor%2 != 0 {
			rt.Fatalf("%v at %d = %v, exactly %s", m, rate, got, exact.FloatString(4))
		}
	})
}

func pow10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

func TestMoneyScale(t *testing.T) {
	tests := []struct {
		minor int64
		f     float64
		want  int64
	}{{100, 1.5, 150}, {1, 0.5, 1}, {-1, 0.5, -1}, {333, 0.1, 33}, {420, 120.5, 50610}}
	for _, tt := range tests {
		if got, err := (Money{tt.minor, "EUR"}).Scale(tt.f); err != nil || got.Minor != tt.want {
			t.Errorf("%d * %v = %v, %v; want %d", tt.minor, tt.f, got, err, tt.want)
		}
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300} {
		if got, err := (Money{100, "EUR"}).Scale(f); !errors.Is(err, ErrOverflow) {
			t.Errorf("100 * %v = %v, %v; want ErrOverflow", f, got, err)
		}
	}
}

func FuzzParseMoney(f *testing.F) {
	for _, s := range []string{"0", "1234.50", "NaN", "Inf", "0x10", "1_000", "1e5", "+5", "-5", ".5", "5.", "99999999999999999999", "\x00", "1\u066b5"} {
		f.Add(s, "EUR")
	}
	f.Add("100", "JPY")
	f.Fuzz(func(t *testing.T, s, cur string) {
		m, err := ParseMoney(s, Currency(cur))
		if err != nil {
			return
		}
		if m.Minor < 0 || m.Minor > MaxMinor || !m.Currency.Valid() {
			t.Fatalf("ParseMoney(%q, %q) = %#v", s, cur, m)
		}
		want, ok := new(big.Rat).SetString(s)
		if !ok || want.Cmp(big.NewRat(m.Minor, pow10(m.Currency.Decimals()))) != 0 {
			t.Fatalf("ParseMoney(%q, %q) = %s", s, cur, m.Decimal())
		}
	})
}
