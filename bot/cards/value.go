package cards

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// Action ids of the buttons, and the ids of the edit form. Slack sends them
// back with a click.
const (
	ActionApprove     = "approve"
	ActionEdit        = "edit"
	ActionWhy         = "why"
	ActionMore        = "more" // overflow menu: snooze and reject, see ParseChoice
	ActionUndo        = "undo"
	ActionApproveAll  = "approve_all" // all routine proposals of a list, see Refs
	ActionMailAgain   = "mail_again"
	ActionMailSent    = "mail_sent"
	ActionRiskWhy     = "risk_why"
	ActionRiskSnooze1 = "risk_snooze_1"
	ActionRiskSnooze7 = "risk_snooze_7"
	ActionShort       = "short"   // the list of all that runs short
	ActionWaiting     = "waiting" // the list of all that waits for a decision
	ActionHome        = "home_refresh"
	ActionTone        = "tone" // of letters to a supplier, see ToneValue
	ActionRetryDead   = "retry_dead"
	ActionDiscardDead = "discard_dead"

	CallbackEdit   = "edit_quantity"
	CallbackReject = "reject"
	CallbackWhy    = "why"
)

// ErrValue is wrapped by every refusal of a value that came back from Slack.
var ErrValue = errors.New("not a value this program put on a card")

// Ref says which state of which proposal a button was drawn for: a click on an
// older card is told from one on the card that stands.
type Ref struct {
	Proposal int64
	Version  int
	Digest   string // of what was shown: 1 to 32 letters, digits, - and _
}

// String returns the value that buttons carry, "v1:12:3:0f3a".
func (r Ref) String() string {
	return fmt.Sprintf("v1:%d:%d:%s", r.Proposal, r.Version, r.Digest)
}

func (r Ref) valid() bool {
	if r.Proposal <= 0 || r.Version < 0 || r.Version > math.MaxInt32 || r.Digest == "" || len(r.Digest) > 32 {
		return false
	}
	for _, c := range r.Digest {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// ParseRef reads a value written by Ref.String and nothing else: signs, leading
// zeros, spaces and further parts are refused with an error that wraps ErrValue.
func ParseRef(s string) (Ref, error) {
	parts := strings.Split(s, ":")
	if len(s) > 75 || len(parts) != 4 || parts[0] != "v1" {
		return Ref{}, fmt.Errorf("button value: %w", ErrValue)
	}
	id, err1 := strconv.ParseInt(parts[1], 10, 64)
	version, err2 := strconv.ParseInt(parts[2], 10, 32)
	r := Ref{Proposal: id, Version: int(version), Digest: parts[3]}
	if err1 != nil || err2 != nil || !r.valid() || r.String() != s {
		return Ref{}, fmt.Errorf("button value: %w", ErrValue)
	}
	return r, nil
}

// Refs is what the button that approves several proposals carries.
type Refs []Ref

// maxRefs is how many fit into a button.
const maxRefs = 25

// String returns the value, at most 2000 characters for maxRefs of them.
func (r Refs) String() string {
	parts := make([]string, len(r))
	for i := range r {
		parts[i] = r[i].String()
	}
	return strings.Join(parts, ",")
}

// ParseRefs reads a value written by Refs.String with one to maxRefs different
// proposals; errors wrap ErrValue.
func ParseRefs(s string) (Refs, error) {
	parts := strings.Split(s, ",")
	if len(s) > 2000 || len(parts) > maxRefs {
		return nil, fmt.Errorf("button value: %w", ErrValue)
	}
	seen := map[int64]bool{}
	out := make(Refs, len(parts))
	for i, p := range parts {
		r, err := ParseRef(p)
		if err != nil {
			return nil, err
		}
		if seen[r.Proposal] {
			return nil, fmt.Errorf("button value: %w", ErrValue)
		}
		seen[r.Proposal], out[i] = true, r
	}
	return out, nil
}

// RejectMeta is what the form of a rejection carries: what is rejected, and the
// channel in which the person is answered.
func RejectMeta(r Ref, channel string) string { return r.String() + " " + channel }

// ParseRejectMeta reads it back; errors wrap ErrValue. The channel is not checked.
func ParseRejectMeta(s string) (Ref, string, error) {
	ref, channel, _ := strings.Cut(s, " ")
	r, err := ParseRef(ref)
	return r, channel, err
}

// Choice is an entry of the overflow menu of a restock card.
type Choice struct {
	Action plan.Action // Snooze or Reject
	Days   int         // of a snooze; 0: to be asked in a form
	Ref    Ref
}

// String returns the value of the menu entry, at most 75 characters.
func (c Choice) String() string {
	if c.Action == plan.Snooze {
		return fmt.Sprintf("snooze%d:%s", c.Days, c.Ref)
	}
	return fmt.Sprintf("%s:%s", c.Action, c.Ref)
}

// ParseChoice reads a value written by Choice.String; errors wrap ErrValue.
func ParseChoice(s string) (Choice, error) {
	verb, rest, _ := strings.Cut(s, ":")
	ref, err := ParseRef(rest)
	if err != nil {
		return Choice{}, err
	}
	switch verb {
	case "snooze1":
		return Choice{plan.Snooze, 1, ref}, nil
	case "snooze7":
		return Choice{plan.Snooze, 7, ref}, nil
	case "snooze0":
		return Choice{plan.Snooze, 0, ref}, nil
	case "reject":
		return Choice{plan.Reject, 0, ref}, nil
	}
	return Choice{}, fmt.Errorf("menu value: %w", ErrValue)
}

const findingPrefix = "f1:"

// findingValue returns the value of the buttons of a risk card; ok is false
// when the key cannot be carried by a button.
func findingValue(key string) (value string, ok bool) {
	value = findingPrefix + key
	_, err := ParseFinding(value)
	return value, err == nil
}

// ParseFinding reads the finding's key from the value of a risk card's button;
// errors wrap ErrValue.
func ParseFinding(s string) (string, error) {
	key, ok := strings.CutPrefix(s, findingPrefix)
	if !ok || key == "" || len(s) > 1000 || !utf8.ValidString(key) || strings.ContainsFunc(key, unicode.IsControl) {
		return "", fmt.Errorf("finding value: %w", ErrValue)
	}
	return key, nil
}

// letterPrefix marks the value of a button about one letter.
const letterPrefix = deadValue + ":"

func letterValue(effect string) (value string, ok bool) {
	value = letterPrefix + effect
	got, err := ParseDead(value)
	return value, err == nil && got == effect
}

// ParseDead reads the value of a button about what was given up: the key of a letter,
// or nothing for the messages; errors wrap ErrValue.
func ParseDead(s string) (effect string, err error) {
	if s == deadValue {
		return "", nil
	}
	effect, ok := strings.CutPrefix(s, letterPrefix)
	if !ok || effect == "" || len(s) > 1000 || !utf8.ValidString(effect) || strings.ContainsFunc(effect, unicode.IsControl) {
		return "", fmt.Errorf("value of what was given up: %w", ErrValue)
	}
	return effect, nil
}

// LineBlock returns the id of the input block of a line of the edit form.
func LineBlock(line int) string { return "line-" + strconv.Itoa(line) }

// LineInput returns the action id of the number in that block.
func LineInput(line int) string { return "qty-" + strconv.Itoa(line) }

// ParseLineBlock reads the line's index back; errors wrap ErrValue.
func ParseLineBlock(id string) (int, error) {
	s, ok := strings.CutPrefix(id, "line-")
	n, err := strconv.ParseUint(s, 10, 31)
	if !ok || err != nil || LineBlock(int(n)) != id {
		return 0, fmt.Errorf("block id: %w", ErrValue)
	}
	return int(n), nil
}

// DamagedBlock and DamagedInput are the ids of a line's field for damaged units.
func DamagedBlock(line int) string { return "damaged-line-" + strconv.Itoa(line) }

// DamagedInput returns the action id in that block.
func DamagedInput(line int) string { return "damaged-" + strconv.Itoa(line) }

// ParseDamagedBlock reads the line's index back; errors wrap ErrValue.
func ParseDamagedBlock(id string) (int, error) {
	s, ok := strings.CutPrefix(id, "damaged-")
	if !ok {
		return 0, fmt.Errorf("block id: %w", ErrValue)
	}
	return ParseLineBlock(s)
}

const (
	sourcePrefix = "s1:" // a supplier's list entry for a SKU
	quotePrefix  = "q1:" // its quote
	skuPrefix    = "k1:"
	tonePrefix   = "t1:"
)

// SourceValue returns the value of the button that chooses a supplier for a SKU,
// at its quote or at its list.
func SourceValue(sku core.SKU, supplier core.SupplierID, quoted bool) string {
	prefix := sourcePrefix
	if quoted {
		prefix = quotePrefix
	}
	return prefix + url.QueryEscape(string(sku)) + ":" + url.QueryEscape(string(supplier))
}

// ParseSource reads it back and accepts nothing else; errors wrap ErrValue.
func ParseSource(s string) (sku core.SKU, supplier core.SupplierID, quoted bool, err error) {
	quoted = strings.HasPrefix(s, quotePrefix)
	a, b, _ := strings.Cut(s[min(len(s), len(sourcePrefix)):], ":")
	first, err1 := url.QueryUnescape(a)
	second, err2 := url.QueryUnescape(b)
	sku, supplier = core.SKU(first), core.SupplierID(second)
	if err1 != nil || err2 != nil || !codeText(first) || !codeText(second) || len(s) > 1000 || SourceValue(sku, supplier, quoted) != s {
		return "", "", false, fmt.Errorf("source value: %w", ErrValue)
	}
	return sku, supplier, quoted, nil
}

// SKUValue returns the value of a button about one SKU.
func SKUValue(sku core.SKU) string { return skuPrefix + url.QueryEscape(string(sku)) }

// ParseSKU reads it back and accepts nothing else; errors wrap ErrValue.
func ParseSKU(s string) (core.SKU, error) {
	sku, err := url.QueryUnescape(strings.TrimPrefix(s, skuPrefix))
	if err != nil || !codeText(sku) || len(s) > 1000 || SKUValue(core.SKU(sku)) != s {
		return "", fmt.Errorf("SKU value: %w", ErrValue)
	}
	return core.SKU(sku), nil
}

// ToneValue returns the value of the button that sets the tone of letters to a supplier.
func ToneValue(supplier core.SupplierID, tone core.Tone) string {
	return tonePrefix + string(tone) + ":" + url.QueryEscape(string(supplier))
}

// ParseTone reads it back and accepts nothing else; errors wrap ErrValue.
func ParseTone(s string) (core.SupplierID, core.Tone, error) {
	tone, id, _ := strings.Cut(strings.TrimPrefix(s, tonePrefix), ":")
	supplier, err := url.QueryUnescape(id)
	t := core.Tone(tone)
	if err != nil || t != core.Formal && t != core.Friendly || !codeText(supplier) || len(s) > 1000 || ToneValue(core.SupplierID(supplier), t) != s {
		return "", "", fmt.Errorf("tone value: %w", ErrValue)
	}
	return core.SupplierID(supplier), t, nil
}

func codeText(s string) bool {
	return s != "" && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
