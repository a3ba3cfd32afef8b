package signal

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"quartermaster/core"
)

// Change is a what-if question: something changes on the days From to To.
type Change struct {
	// Subject is "topic", "competitor", "price", "ads", or an ad platform such as
	// "tiktok".
	Subject string `json:"subject"`
	// Size is the change as a fraction: of demand for topic and competitor, of the
	// price, of the money spent on ads (-1 is a stop).
	Size float64 `json:"size"`
	// Price is the new price in units of the shop's currency, 0 when Size says it.
	Price float64 `json:"price,omitempty"`
	// From and To are the first and the last day; zero is today, and no end.
	From     core.Day      `json:"from,omitzero"`
	To       core.Day      `json:"to,omitzero"`
	HalfLife time.Duration `json:"half_life,omitempty"`
}

// Kind is the kind of signal that the change becomes.
func (c Change) Kind() core.SignalKind {
	switch c.Subject {
	case "topic":
		return core.TopicSignal
	case "competitor":
		return core.CompetitorSignal
	case "price":
		return core.PriceSignal
	}
	return core.AdSignal
}

// Platform is the ad platform meant, empty for all.
func (c Change) Platform() string {
	if c.Kind() == core.AdSignal && c.Subject != "ads" {
		return c.Subject
	}
	return ""
}

// maxSize is the largest change that is believed, as a fraction.
const maxSize = 100

// ParseChange reads
//
//	SUBJECT CHANGE [DAYS] [half-life HOURS]
//
// where SUBJECT is topic, competitor, price, ads or a platform; CHANGE is a
// percentage with sign (+70%), "stop" for ads, or a new price (24.90); DAYS is
// 2026-12-01..2026-12-14, or one date: from then on. Examples:
//
//	tiktok +70% 2026-12-01..2026-12-14
//	price -10% 2026-12-01
//	ads stop
//	topic +300% 2026-12-01 half-life 48h
func ParseChange(text string) (Change, error) {
	words := strings.Fields(text)
	if len(words) < 2 {
		return Change{}, fmt.Errorf(`the change %q is not of the form "tiktok +70%% 2026-12-01..2026-12-14"`, clip(text))
	}
	c := Change{Subject: strings.ToLower(words[0])}
	if !isName(c.Subject) {
		return Change{}, fmt.Errorf("%q is not a subject: topic, competitor, price, ads or an ad platform such as tiktok", clip(words[0]))
	}
	if err := c.size(strings.ToLower(words[1])); err != nil {
		return Change{}, err
	}
	for rest := words[2:]; len(rest) > 0; {
		if strings.EqualFold(rest[0], "half-life") {
			if len(rest) < 2 {
				return Change{}, errors.New("half-life needs a number of hours such as 48h")
			}
			h, err := strconv.ParseFloat(strings.TrimSuffix(strings.ToLower(rest[1]), "h"), 64)
			if err != nil || !(h > 0) || h > 24*3650 {
				return Change{}, fmt.Errorf("%q is not a number of hours such as 48h", clip(rest[1]))
			}
			c.HalfLife = time.Duration(h * float64(time.Hour))
			rest = rest[2:]
			continue
		}
		if c.From != 0 {
			return Change{}, fmt.Errorf("%q: what follows the days is not understood", clip(rest[0]))
		}
		if err := c.days(rest[0]); err != nil {
			return Change{}, err
		}
		rest = rest[1:]
	}
	return c, nil
}

// size reads "+70%", "stop" or "24.90".
func (c *Change) size(word string) error {
	if word == "stop" || word == "off" {
		if c.Kind() != core.AdSignal {
			return fmt.Errorf("only ads can be stopped; %s needs a change such as +30%%", c.Subject)
		}
		c.Size = -1
		return nil
	}
	digits, percent := strings.CutSuffix(word, "%")
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.IsNaN(v) || strings.ContainsAny(digits, "xXpPeEiInN_") {
		return fmt.Errorf("%q is not a change such as +70%% or -12.5%%", clip(word))
	}
	switch {
	case !percent && c.Subject == "price" && v > 0 && v < 1e9 && digits[0] != '+':
		c.Price = v
		return nil
	case !percent:
		return fmt.Errorf("%q has no percent sign; write +70%% or -12.5%%", clip(word))
	}
	if c.Size = math.Round(v*1e6) / 1e8; c.Size < -1 || c.Size > maxSize || c.Size == 0 {
		return fmt.Errorf("%s is not between -100%% and +%d%%, or is no change", clip(word), 100*maxSize)
	}
	if c.Size == -1 && c.Subject == "price" {
		return errors.New("a price of nothing is no price")
	}
	return nil
}

// days reads "2026-12-01..2026-12-14" or "2026-12-01".
func (c *Change) days(word string) error {
	from, to, isRange := strings.Cut(word, "..")
	var err error
	if c.From, err = core.ParseDay(from); err != nil {
		return err
	}
	if c.From == 0 {
		return fmt.Errorf("date %q is too early", from)
	}
	if isRange {
		if c.To, err = core.ParseDay(to); err != nil {
			return err
		}
		if c.To < c.From {
			return fmt.Errorf("%s lies before %s", c.To, c.From)
		}
	}
	return nil
}

// String writes the change as ParseChange reads it.
func (c Change) String() string {
	var b strings.Builder
	b.WriteString(c.Subject)
	switch {
	case c.Price > 0:
		b.WriteString(" " + strconv.FormatFloat(c.Price, 'f', -1, 64))
	case c.Size == -1 && c.Kind() == core.AdSignal:
		b.WriteString(" stop")
	default:
		fmt.Fprintf(&b, " %+g%%", math.Round(1e8*c.Size)/1e6)
	}
	if c.From != 0 {
		b.WriteString(" " + c.From.String())
		if c.To != 0 {
			b.WriteString(".." + c.To.String())
		}
	}
	if c.HalfLife > 0 {
		b.WriteString(" half-life " + strconv.FormatFloat(c.HalfLife.Hours(), 'f', -1, 64) + "h")
	}
	return b.String()
}

func isName(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' {
			return false
		}
	}
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLetter(first) && len(s) <= 40
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return s
}
