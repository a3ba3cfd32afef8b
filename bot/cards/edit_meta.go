package cards

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// EditMeta is what the edit form carries: the proposal it was opened on, which page of
// its lines it shows, and the numbers typed on the other pages, by line.
type EditMeta struct {
	Ref   Ref
	Page  int
	Typed map[int]int64
}

// EditPage is the page of the edit form on which a line stands.
func EditPage(line int) int { return line/maxInputs + 1 }

// EditFirst is the first line on a page of it.
func EditFirst(page int) int { return (page - 1) * maxInputs }

// maxMeta is Slack's limit of a form's metadata; a page more must fit.
const maxMeta = 3000

// roomy reports whether the numbers of one page more would fit.
func (m EditMeta) roomy() bool { return len(m.String())+maxInputs*len("999=1000000000,") <= maxMeta }

// String returns the metadata, "v1:12:3:- 2 41=60,44=0"; on the first page with
// nothing typed elsewhere it is the Ref alone.
func (m EditMeta) String() string {
	if m.Page <= 1 && len(m.Typed) == 0 {
		return m.Ref.String()
	}
	var numbers []string
	for _, line := range slices.Sorted(maps.Keys(m.Typed)) {
		numbers = append(numbers, fmt.Sprintf("%d=%d", line, m.Typed[line]))
	}
	return fmt.Sprintf("%s %d %s", m.Ref, m.Page, strings.Join(numbers, ","))
}

// ParseEditMeta reads it back; errors wrap ErrValue.
func ParseEditMeta(s string) (m EditMeta, err error) {
	ref, rest, _ := strings.Cut(s, " ")
	if m.Ref, err = ParseRef(ref); err != nil {
		return m, err
	}
	if rest == "" {
		rest = "1 "
	}
	page, numbers, _ := strings.Cut(rest, " ")
	if m.Page, err = strconv.Atoi(page); err != nil || m.Page < 1 || len(s) > maxMeta {
		return EditMeta{}, fmt.Errorf("page of the edit form: %w", ErrValue)
	}
	m.Typed = map[int]int64{}
	for pair := range strings.SplitSeq(numbers, ",") {
		if pair == "" {
			continue
		}
		line, n, _ := strings.Cut(pair, "=")
		at, err1 := strconv.ParseUint(line, 10, 31)
		qty, err2 := strconv.ParseUint(n, 10, 31)
		if err1 != nil || err2 != nil {
			return EditMeta{}, fmt.Errorf("numbers of the edit form: %w", ErrValue)
		}
		m.Typed[int(at)] = int64(qty)
	}
	if m.String() != s {
		return EditMeta{}, fmt.Errorf("metadata of the edit form: %w", ErrValue)
	}
	return m, nil
}
