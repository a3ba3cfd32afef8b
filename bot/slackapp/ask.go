package slackapp

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// askable are the commands that a question may lead to, with words that ask for
// them, in the order in which they are tried. They only tell; none changes anything.
var askable = []struct {
	command string
	code    bool // wants the code of a product
	words   []string
}{
	{"why", true, []string{"why", "explain", "reason", "calculation", "为什么", "解释"}},
	{"forecast", true, []string{"forecast", "sell", "sells", "selling", "sales", "demand", "expected", "预测", "销量"}},
	{"compare", true, []string{"compare", "cheaper", "alternative", "alternatives", "suppliers", "比较"}},
	{"repurchase", false, []string{"repurchase", "customers", "buyers", "again", "复购"}},
	{"approve", false, []string{"approve", "approval", "waiting", "waits", "decide", "decision", "审批"}},
	{"orders", false, []string{"orders", "ordered", "purchase", "订单"}},
	{"schedule", false, []string{"schedule", "next"}},
	{"sku", true, []string{"stock", "cover", "run", "out", "left", "many", "much", "库存"}},
	{"status", false, []string{"status", "run", "runs", "running", "out", "short", "low", "risk", "risks", "red", "stock", "how", "状态", "缺货"}},
}

var (
	mentionForm = regexp.MustCompile(`<[@!#][^>]*>`)
	orderForm   = regexp.MustCompile(`(?i)^PO-[0-9]{4}-[0-9]{1,9}$`)
	codeForm    = regexp.MustCompile(`^[\p{L}0-9][\p{L}0-9._/-]*$`)
)

// nearestCommand returns the command that comes closest to a question in plain
// language, as it would be typed after /stock; empty when none does. A word with
// letters and digits, or of five digits or more, is taken for a code.
func nearestCommand(question string) string {
	var words []string
	code := ""
	for raw := range strings.FieldsSeq(mentionForm.ReplaceAllString(question, " ")) {
		w := strings.TrimFunc(raw, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) })
		switch {
		case orderForm.MatchString(w):
			return "order " + w
		case code == "" && looksLikeCode(w):
			code = w
		case w != "":
			words = append(words, strings.ToLower(w))
		}
	}
	for _, c := range askable {
		if c.code != (code != "") {
			continue
		}
		if slices.ContainsFunc(words, func(w string) bool {
			return w == c.command || slices.ContainsFunc(c.words, func(k string) bool { return w == k || k[0] >= 0x80 && strings.Contains(w, k) })
		}) {
			return strings.TrimSpace(c.command + " " + code)
		}
	}
	if code != "" {
		return "sku " + code
	}
	return ""
}

func looksLikeCode(w string) bool {
	if !codeForm.MatchString(w) || !strings.ContainsFunc(w, unicode.IsDigit) {
		return false
	}
	return strings.ContainsFunc(w, unicode.IsLetter) || len(w) >= 5 // shorter numbers are years and quantities
}
