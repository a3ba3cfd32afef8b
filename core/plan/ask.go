package plan

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"quartermaster/core"
)

// Questions in plain language. A question is answered by one of the commands that
// only tell; a language model, or the words of the question, say by which. What the
// model says is checked here: it chooses from these lists and repeats words of the
// question, and nothing else of it is used.

// Subject is what a command wants named after it.
type Subject string

// Subjects of commands.
const (
	NoSubject  Subject = ""
	OfProduct  Subject = "product"
	OfOrder    Subject = "order"
	OfSupplier Subject = "supplier"
)

// Fact names a number that an answer begins with, because the question was for it.
type Fact string

// Facts of a product, place by place, and of the shop.
const (
	FactOut     Fact = "runs_out" // day on which the stock ends
	FactOrderBy Fact = "order_by" // day by which to order
	FactCover   Fact = "cover"    // days of sales in stock
	FactStock   Fact = "stock"    // units there and on order
	FactTier    Fact = "tier"     // RED, YELLOW, GREEN, and why
	FactRisk    Fact = "at_risk"  // money at risk
	FactShort   Fact = "short"    // how many products are RED and YELLOW
	FactWaiting Fact = "waiting"  // how many orders wait for a decision
)

// AskCommand is a command that a question may lead to.
type AskCommand struct {
	Name  string
	Of    Subject
	Facts []Fact // that can stand before its answer
	words []string
}

// AskCommands are the commands that a question may lead to, in the order in which the
// words of a question are tried. They only tell; none changes or sends anything, and
// none shows more than every member of the channel may see. What each tells, for a
// language model, stands in prompts/ask.md.
var AskCommands = []AskCommand{
	{"why", OfProduct, itemFacts,
		[]string{"why", "explain", "reason", "calculation", "为什么", "解释"}},
	{"forecast", OfProduct, nil,
		[]string{"forecast", "sell", "sells", "selling", "sales", "demand", "expected", "预测", "销量"}},
	{"compare", OfProduct, nil,
		[]string{"compare", "cheaper", "alternative", "alternatives", "suppliers", "比较"}},
	{"repurchase", NoSubject, nil,
		[]string{"repurchase", "customers", "buyers", "again", "复购"}},
	{"approve", NoSubject, nil,
		[]string{"approve", "approval", "waiting", "waits", "decide", "decision", "审批"}},
	{"orders", NoSubject, nil,
		[]string{"orders", "ordered", "purchase", "订单"}},
	{"schedule", NoSubject, nil, []string{"schedule", "next"}},
	{"sku", OfProduct, itemFacts,
		[]string{"stock", "cover", "run", "out", "left", "many", "much", "库存"}},
	{"status", NoSubject, shopFacts,
		[]string{"status", "run", "runs", "running", "out", "short", "low", "risk", "risks", "red", "stock", "how", "状态", "缺货"}},
	{"order", OfOrder, nil, nil},
	{"supplier", OfSupplier, nil, nil},
	{"advice", NoSubject, nil, []string{"overstock", "dead", "transfer", "season", "滞销", "积压"}},
	{"quiet", NoSubject, nil, []string{"silent", "muted", "snoozed"}},
	{"report", NoSubject, nil, []string{"weekly", "week", "周报"}},
	{"help", NoSubject, nil, nil},
}

var (
	itemFacts = []Fact{FactOut, FactOrderBy, FactCover, FactStock, FactTier, FactRisk}
	shopFacts = []Fact{FactShort, FactRisk, FactWaiting}
)

// maxFacts is how many facts stand before an answer.
const maxFacts = 3

// Asked is a question understood.
type Asked struct {
	Command string
	About   string // code, number or name that the command wants
	Facts   []Fact // what the question was for
	Model   bool   // a language model chose it
	// Which lists products when About names several.
	Which []Named
}

// Named is the code and the name of a product.
type Named struct {
	SKU  core.SKU
	Name string
}

// Of is what the command wants named.
func (a Asked) Of() Subject {
	for _, c := range AskCommands {
		if c.Name == a.Command {
			return c.Of
		}
	}
	return NoSubject
}

// Text is the command as it would be typed after /stock.
func (a Asked) Text() string { return strings.TrimSpace(a.Command + " " + a.About) }

var (
	mentionForm = regexp.MustCompile(`<[@!#][^>]*>`)
	personForm  = regexp.MustCompile(`\S*@\S+|\+?[0-9][0-9 ()/-]{8,}[0-9]`)
)

// MaxQuestion is how much of a question is read, in characters.
const MaxQuestion = 300

// Question is what a person asked: without mentions, on one line, at most MaxQuestion
// long. What looks like an e-mail address or a telephone number is left out, so that
// no person's data reaches a model.
func Question(text string) string {
	text = mentionForm.ReplaceAllString(strings.ToValidUTF8(text, ""), " ")
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || !unicode.IsGraphic(r) {
			return ' '
		}
		return r
	}, text)
	runes := []rune(strings.Join(strings.Fields(personForm.ReplaceAllString(text, "…")), " "))
	return string(runes[:min(len(runes), MaxQuestion)])
}

// Understood checks what a model made of a question. The error says what is wrong with
// it and repeats nothing of the model's words.
func Understood(question, command, about string, facts []string) (Asked, error) {
	i := slices.IndexFunc(AskCommands, func(c AskCommand) bool { return c.Name == command })
	if i < 0 {
		return Asked{}, errors.New("the model chose no command of the list")
	}
	c := AskCommands[i]
	a := Asked{Command: c.Name, About: strings.TrimSpace(about), Model: true}
	switch {
	case c.Of == NoSubject:
		a.About = ""
	case a.About == "":
		return Asked{}, fmt.Errorf("the model named no %s", c.Of)
	case !strings.Contains(strings.ToLower(question), strings.ToLower(a.About)):
		return Asked{}, fmt.Errorf("the model named a %s that is not in the question", c.Of)
	}
	for _, f := range facts {
		if !slices.Contains(c.Facts, Fact(f)) {
			return Asked{}, fmt.Errorf("the model chose a fact that %s does not have", c.Name)
		}
		if len(a.Facts) < maxFacts && !slices.Contains(a.Facts, Fact(f)) {
			a.Facts = append(a.Facts, Fact(f))
		}
	}
	return a, nil
}

var (
	orderForm = regexp.MustCompile(`(?i)^PO-[0-9]{4}-[0-9]{1,9}$`)
	codeForm  = regexp.MustCompile(`^[\p{L}0-9][\p{L}0-9._/-]*$`)
)

// NearestCommand returns the command that comes closest to a question by its words;
// the zero Asked when none does. product is the code of a product that the question
// names, if that is known; else a word with letters and digits, or of five digits or
// more, is taken for one.
func NearestCommand(question, product string) Asked {
	code := product
	var words []string
	for raw := range strings.FieldsSeq(question) {
		w := strings.TrimFunc(raw, func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) })
		switch {
		case orderForm.MatchString(w):
			return Asked{Command: "order", About: w}
		case code == "" && looksLikeCode(w):
			code = w
		case w != "":
			words = append(words, strings.ToLower(w))
		}
	}
	for _, c := range AskCommands {
		if (c.Of == OfProduct) != (code != "") || c.Of == OfSupplier {
			continue
		}
		if slices.ContainsFunc(words, func(w string) bool {
			return w == c.Name && c.words != nil || slices.ContainsFunc(c.words, func(k string) bool { return w == k || k[0] >= 0x80 && strings.Contains(w, k) })
		}) {
			return Asked{Command: c.Name, About: code}
		}
	}
	if code != "" {
		return Asked{Command: "sku", About: code}
	}
	return Asked{}
}

func looksLikeCode(w string) bool {
	if !codeForm.MatchString(w) || !strings.ContainsFunc(w, unicode.IsDigit) {
		return false
	}
	return strings.ContainsFunc(w, unicode.IsLetter) || len(w) >= 5 // shorter numbers are years and quantities
}
