package csvfile

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/currency"

	"quartermaster/connectors"
	"quartermaster/core"
)

// row is one record being decoded. Its methods read one column each; what they
// refuse goes to errs, and they return the zero value. An empty value is the zero
// value too: require has refused it where it is needed.
type row struct {
	file   string
	line   int
	env    Env
	names  []string
	values []string
	comma  bool // decimals may have a comma, because the separator is none
	errs   []*connectors.RowError
}

func (r *row) bad(col, format string, args ...any) {
	r.errs = append(r.errs, &connectors.RowError{File: r.file, Line: r.line, Column: col, Reason: fmt.Sprintf(format, args...)})
}

// get returns the value of a column without the space around it; empty when the
// file does not have the column.
func (r *row) get(col string) string {
	for i, n := range r.names {
		if n == col {
			return strings.TrimSpace(r.values[i])
		}
	}
	return ""
}

func (r *row) require(columns []Column) {
	for _, c := range columns {
		if c.Required && r.get(c.Name) == "" {
			r.bad(c.Name, "the value is empty")
		}
	}
}

// text reads free text. Line breaks and tabs become spaces, because exports of
// shop systems hold them in names; other control characters are refused.
func (r *row) text(col string) string {
	v := r.get(col)
	if strings.ContainsAny(v, "\r\n\t") {
		v = strings.Join(strings.FieldsFunc(v, func(c rune) bool { return c == '\r' || c == '\n' || c == '\t' }), " ")
	}
	if i := strings.IndexFunc(v, unicode.IsControl); i >= 0 {
		c, _ := utf8.DecodeRuneInString(v[i:])
		r.bad(col, "the text holds the control character %U", c)
		return ""
	}
	if utf8.RuneCountInString(v) > MaxText {
		r.bad(col, "the text is longer than %d characters", MaxText)
		return ""
	}
	return v
}

// code reads an identifier: what is printed looks like what is stored.
func (r *row) code(col string) string {
	v := r.get(col)
	if !r.isCode(col, v) {
		return ""
	}
	return v
}

func (r *row) isCode(col, v string) bool {
	for _, c := range v {
		if !unicode.IsPrint(c) {
			r.bad(col, "the code %q holds the invisible character %U", clip(v), c)
			return false
		}
	}
	if utf8.RuneCountInString(v) > MaxCode {
		r.bad(col, "the code is longer than %d characters", MaxCode)
		return false
	}
	return true
}

// list reads codes separated by "|".
func (r *row) list(col string) []string {
	v := r.get(col)
	if v == "" {
		return nil
	}
	var out []string
	for part := range strings.SplitSeq(v, "|") {
		part = strings.TrimSpace(part)
		switch {
		case part == "":
			r.bad(col, "the list %q has an empty entry", clip(v))
		case slices.Contains(out, part):
			r.bad(col, "the list names %q twice", clip(part))
		case r.isCode(col, part):
			out = append(out, part)
		}
	}
	return out
}

// whole reads an integer between lo and hi; an empty value is def.
func (r *row) whole(col string, lo, hi, def int64) int64 {
	v := r.get(col)
	if v == "" {
		return def
	}
	digits := strings.TrimPrefix(v, "-")
	n, err := strconv.ParseInt(v, 10, 64)
	if !isDigits(digits) || err != nil && len(strings.TrimLeft(digits, "0")) < 19 {
		r.bad(col, "%q is not a whole number such as 12", clip(v))
		return def
	}
	if err != nil || n < lo || n > hi {
		r.bad(col, "%s is not between %d and %d", clip(v), lo, hi)
		return def
	}
	return n
}

// upTo reads a plain decimal number from 0 to hi.
func (r *row) upTo(col string, hi float64) float64 {
	v := r.decimal(col, r.get(col))
	if v == "" {
		return 0
	}
	f, err := strconv.ParseFloat(v, 64)
	if err != nil || f > hi {
		r.bad(col, "%s is not between 0 and %g", clip(v), hi)
		return 0
	}
	return f
}

// decimal checks the form 1234.50, or 1234,50 where the separator is a
// semicolon, and returns it with a point.
func (r *row) decimal(col, v string) string {
	if v == "" {
		return ""
	}
	plain := v
	if r.comma && !strings.Contains(v, ".") {
		plain = strings.Replace(v, ",", ".", 1)
	}
	whole, frac, hasFrac := strings.Cut(plain, ".")
	if w, f, ok := strings.Cut(v, ","); ok && !r.comma && isDigits(w) && isDigits(f) && len(f) != 3 {
		r.bad(col, "%q has a decimal comma, which is read only in files separated by semicolons; write %s.%s", clip(v), clip(w), clip(f))
		return ""
	}
	if !isDigits(whole) || hasFrac && !isDigits(frac) || len(plain) > 40 {
		r.bad(col, "%q is not a plain number such as 1234.50", clip(v))
		return ""
	}
	return plain
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// money reads an amount in currency cur.
func (r *row) money(col string, cur core.Currency) core.Money { return r.amount(col, r.get(col), cur) }

func (r *row) amount(col, v string, cur core.Currency) core.Money {
	v = r.decimal(col, v)
	if v == "" || cur == "" {
		return core.Money{}
	}
	m, err := core.ParseMoney(v, cur)
	if err != nil {
		r.bad(col, "%v", err)
	}
	return m
}

// younger holds the currencies that came after the list of golang.org/x/text.
var younger = []core.Currency{"MRU", "SLE", "STN", "UYW", "VED", "VES", "XCG", "ZWG"}

// currency reads an ISO 4217 code.
func (r *row) currency(col string) core.Currency {
	v := r.get(col)
	if v == "" {
		return ""
	}
	c := core.Currency(v)
	if c == r.env.Currency && c.Valid() {
		return c
	}
	if !c.Valid() {
		r.bad(col, "%q is not a currency code such as EUR", clip(v))
		return ""
	}
	if _, err := currency.ParseISO(v); err != nil && !slices.Contains(younger, c) || c == "XXX" || c == "XTS" {
		r.bad(col, "%q is not a currency of ISO 4217", v)
		return ""
	}
	return c
}

// flag reads yes or no.
func (r *row) flag(col string, def bool) bool {
	switch v := strings.ToLower(r.get(col)); v {
	case "":
		return def
	case "1", "true", "yes":
		return true
	case "0", "false", "no":
		return false
	default:
		r.bad(col, "%q is not 1 or 0", clip(v))
		return def
	}
}

// day reads an ISO date.
func (r *row) day(col string) core.Day {
	v := r.get(col)
	if v == "" {
		return 0
	}
	d, err := core.ParseDay(v)
	if err != nil {
		r.bad(col, "%s", dayReason(v, err))
	}
	return d
}

func dayReason(v string, err error) string {
	if len(v) == len(time.DateOnly) && yearFirst.MatchString(v) {
		if _, wrong := time.Parse(time.DateOnly, v); wrong == nil {
			return err.Error() // a day outside the years that are taken
		}
	}
	return dateReason(v, "no date such as 2006-01-31")
}

var (
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b`)
	yearFirst = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(\b|T)`)
	dayNumber = regexp.MustCompile(`^\d{5}(\.\d+)?$`)
)

// dateReason says what is wrong with a date or time, and what to do where the
// writer is known: spreadsheets write dates as their country does. Which of two
// numbers is the month is never guessed.
func dateReason(v, wanted string) string {
	const sheet = "in a spreadsheet give the column the format yyyy-mm-dd"
	m := dayFirst.FindStringSubmatch(v)
	switch {
	case m != nil && m[1] > "12" && len(m[1]) == 2 && len(m[2]) == 2:
		return fmt.Sprintf("%q does not begin with the year; write %s-%s-%s (%s)", clip(v), m[3], m[2], m[1], sheet)
	case m != nil && m[2] > "12" && len(m[2]) == 2 && len(m[1]) == 2:
		return fmt.Sprintf("%q does not begin with the year; write %s-%s-%s (%s)", clip(v), m[3], m[1], m[2], sheet)
	case m != nil:
		return fmt.Sprintf("%q does not begin with the year: is it day or month first? Write it like 2006-01-31 (%s)", clip(v), sheet)
	case dayNumber.MatchString(v):
		return fmt.Sprintf("%q is a spreadsheet's number of a day; %s", clip(v), sheet)
	case yearFirst.MatchString(v) && len(v) == len(time.DateOnly):
		return fmt.Sprintf("%q is no day of the calendar", clip(v))
	}
	return fmt.Sprintf("%q is %s", clip(v), wanted)
}

// instant reads an instant with its zone, or a local time or date in the shop's
// zone. It is returned in UTC and whole microseconds, as Postgres keeps it.
func (r *row) instant(col string, def time.Time) time.Time {
	t := r.moment(col)
	switch {
	case t.IsZero():
		return def
	case !r.env.NotAfter.IsZero() && t.After(r.env.NotAfter):
		r.bad(col, "%q lies in the future", clip(r.get(col)))
		return def
	}
	return t
}

// moment is instant for times that may lie in the future; the zero time stands for
// an empty value.
func (r *row) moment(col string) time.Time {
	v := r.get(col)
	if v == "" {
		return time.Time{}
	}
	t, ok := parseInstant(v, r.env.zone())
	switch {
	case !ok:
		r.bad(col, "%s", dateReason(v, "no time such as 2006-01-31T15:04:05Z, 2006-01-31 15:04:05 or 2006-01-31"))
		return time.Time{}
	case !bounded(core.DayOf(t, r.env.zone())) || !bounded(core.DayOf(t, time.UTC)):
		r.bad(col, "%q is outside 1970-01-01 to 2199-12-31", clip(v))
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

func parseInstant(v string, zone *time.Location) (time.Time, bool) {
	if len(v) == len(time.DateOnly) {
		t, err := time.Parse(time.DateOnly, v)
		if err != nil {
			return time.Time{}, false
		}
		return core.DateDay(t.Date()).Time(zone), true
	}
	for _, layout := range withZone {
		if t, err := time.Parse(layout, v); err == nil {
			return t, true
		}
	}
	for _, layout := range localTimes {
		if t, err := time.ParseInLocation(layout, v, zone); err == nil {
			return firstOf(t), true
		}
	}
	return time.Time{}, false
}

// Forms of an instant with its zone (Shopify writes the second), and of a local time.
var (
	withZone   = []string{time.RFC3339, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05Z07:00"}
	localTimes = []string{time.DateTime, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02T15:04"}
)

// firstOf returns the earlier of the two instants that show the local time of t
// when the clock is put back; time.ParseInLocation may return either.
func firstOf(t time.Time) time.Time {
	change, _ := t.ZoneBounds()
	if change.IsZero() {
		return t
	}
	_, now := t.Zone()
	_, before := change.Add(-time.Second).Zone()
	if earlier := t.Add(time.Duration(now-before) * time.Second); earlier.Before(change) && before > now {
		return earlier
	}
	return t
}

func bounded(d core.Day) bool { return core.MinDay <= d && d <= core.MaxDay }

// email reads one bare address.
func (r *row) email(col string) string {
	v := r.code(col)
	if v == "" {
		return ""
	}
	a, err := mail.ParseAddress(v)
	if err != nil || a.Address != v || !strings.Contains(v, "@") || len(v) > 254 {
		r.bad(col, "%q is not one plain e-mail address", clip(v))
		return ""
	}
	return v
}

// oneOf reads one of a few words; an empty value is the first of them.
func (r *row) oneOf(col string, words ...string) string {
	v := strings.ToLower(r.get(col))
	if v == "" {
		return words[0]
	}
	if !slices.Contains(words, v) {
		r.bad(col, "%q is none of %s", clip(v), strings.Join(words, ", "))
		return words[0]
	}
	return v
}
