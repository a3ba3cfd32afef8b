package cards

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// PageMeta is what a form with pages carries: the proposal or order it was opened on,
// which page of its lines it shows, and the numbers that stand on the other pages, by
// line.
type PageMeta struct {
	Ref     Ref
	Page    int
	Typed   map[int]int64
	Damaged map[int]int64 // of the form for a delivery, those above zero
}

// PageOf is the page on which a line stands, of those that a form shows.
func PageOf(line int) int { return line/maxInputs + 1 }

// FirstOf is the first line on a page.
func FirstOf(page int) int { return (page - 1) * maxInputs }

// maxMeta is Slack's limit of a form's metadata; a page more must fit.
const maxMeta = 3000

// roomy reports whether the numbers of one page more would fit, each line having some.
func (m PageMeta) roomy(numbers int) bool {
	return len(m.String())+numbers*maxInputs*len("999=1000000000,") <= maxMeta
}

// String returns the metadata, "v1:12:3:- 2 41=60,44=0", behind that the damaged units if
// there are any; on the first page with nothing typed elsewhere it is the Ref alone.
func (m PageMeta) String() string {
	if m.Page <= 1 && len(m.Typed) == 0 && len(m.Damaged) == 0 {
		return m.Ref.String()
	}
	out := fmt.Sprintf("%s %d %s", m.Ref, m.Page, numbers(m.Typed))
	if len(m.Damaged) > 0 {
		out += " " + numbers(m.Damaged)
	}
	return out
}

// numbers writes numbers by line, "41=60,44=0".
func numbers(typed map[int]int64) string {
	var out []string
	for _, line := range slices.Sorted(maps.Keys(typed)) {
		out = append(out, fmt.Sprintf("%d=%d", line, typed[line]))
	}
	return strings.Join(out, ",")
}

// parseNumbers reads them back.
func parseNumbers(s string) (map[int]int64, error) {
	out := map[int]int64{}
	for pair := range strings.SplitSeq(s, ",") {
		if pair == "" {
			continue
		}
		line, n, _ := strings.Cut(pair, "=")
		at, err1 := strconv.ParseUint(line, 10, 31)
		qty, err2 := strconv.ParseUint(n, 10, 31)
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("numbers of a form: %w", ErrValue)
		}
		out[int(at)] = int64(qty)
	}
	return out, nil
}

// ParsePageMeta reads the metadata back; errors wrap ErrValue.
func ParsePageMeta(s string) (m PageMeta, err error) {
	ref, rest, _ := strings.Cut(s, " ")
	if m.Ref, err = ParseRef(ref); err != nil {
		return m, err
	}
	if rest == "" {
		rest = "1 "
	}
	page, rest, _ := strings.Cut(rest, " ")
	typed, damaged, _ := strings.Cut(rest, " ")
	if m.Page, err = strconv.Atoi(page); err != nil || m.Page < 1 || len(s) > maxMeta {
		return PageMeta{}, fmt.Errorf("page of a form: %w", ErrValue)
	}
	if m.Typed, err = parseNumbers(typed); err != nil {
		return PageMeta{}, err
	}
	if m.Damaged, err = parseNumbers(damaged); err != nil {
		return PageMeta{}, err
	}
	if m.String() != s {
		return PageMeta{}, fmt.Errorf("metadata of a form: %w", ErrValue)
	}
	return m, nil
}
