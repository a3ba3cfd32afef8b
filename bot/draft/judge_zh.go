package draft

import (
	"fmt"
	"slices"
	"strings"

	"quartermaster/core/plan"
)

// Chinese prose is judged as English is: by clause, and by what the clause does.

var (
	sentenceEndZH = compile(`[。！？!?]`)
	clauseCutZH   = compile(`[，；：,;:()（）“”‘’…—]+`)
	asksZH        = compile(`请|烦|恳|望|盼|希|期[望待]|劳|麻烦|建议|要求|想|务必|能否|可否|能不能|可不可以|是否(?:可以|能|可|愿)|愿|申请|应[当该]?|可以|可[^能]|不妨|尽管|须`)
	asksForDoing  = compile(`能否|可否|能不能|可不可以|是否(?:可以|能够?|可|愿意?)|能不能够`)
	inquiresZH    = compile(`是否|原因|缘由|理由|缘故|为何|为什么|何时|什么|如何|怎样|怎么|哪|多少|多久|多长|有无|会不会|有没有`)
	supposesZH    = compile(`^(?:同时|另外|此外|但|而|并|今后|日后|后续|后面|以后|将来)?(?:如|若|倘|假如|万一|一旦|要是|只要|遇)|的话$`)
	reportsZH     = compile(`获悉|得知|收悉|收到|知悉|了解到|据|通知|来函|来信|告知|提到|所述`)
	avertedZH     = compile(`(?:避免|防止|以免|免得|杜绝|减少|不致|不会再?|不再|不能再?|不可再|无法再|不宜再|以防|就[^此]|关于|告知|说明|解释|获悉|得知|通知|因)[^，]{0,8}$|[对就因受]$`)
	causedZH      = compile(`^[^，]{0,4}(?:原因|缘由|理由|缘故|情况|影响|通知|来函|消息|说明|[一的之]事|事宜)`)
	oursZH        = compile(`(?:我[方司们]?|本公司|我公司)[^贵]{0,6}$`)
	negatorZH     = compile(`不|未|非|没有?|无法|勿`)
	noNegatorZH   = strings.NewReplacer("不得不", "", "不仅", "", "不但", "", "不只", "", "不过", "", "不胜", "", "非常", "", "未来", "", "没有问题", "")
	consentZH     = compile(`同意|接受|答应`)
	willZH        = compile(`我[方们司]?(?:将|会|愿)`)
	willHarmless  = compile(`^(?:意|内部|非常|十分|深表|不胜|甚为|很|随时|进一步|就此|据此|再|也|及时|尽快|认真|[与和向]贵方|共同|一起|继续)*(?:感谢|感激|高兴|荣幸|期待|商谈|商讨|沟通|讨论|探讨|协商|合作|交流|评估|审阅|查看|核对|研究|考虑|跟进|联系|回复|(?:一如既往地?|继续|长期)*(?:支持|关注|珍惜))`)
	whetherZH     = compile(`是否|为何|为什么|有没有|会不会`)
	notYetZH      = compile(`^(?:[^，]{0,6})(?:之前|以前|前)`)
	delayAfterZH  = compile(`^(?:再次?|出现|发生|有)?(?:延|推迟|拖|耽|缺|断|变)`)
	meantimeZH    = compile(`之前|以前|[^提]前|期间|直[到至]|暂|未(?:获|得|收到|经)?(?:贵|答|回|确)`)
	togetherZH    = compile(`合作|支持|信任|往来|关照|联系|沟通|意见|协助|帮助|关系`)
	theGoodsZH    = compile(`生产|发货|交货|交付|订单|订购|货|供应|履行`)
	otherwiseZH   = compile(`销量|销售|需求|业务|竞争|市场|采购量|订购量|订货量|订单量|订单|频|次数|效率|灵活|库存|备货|压力|成本|合作|空间`)
	moreOftenZH   = compile(`销量|销售|需求|业务|竞争|市场|频|次数|效率|灵活|压力|成本|合作|空间|负担|困难|帮助|便利`)
	leastZH       = compile(`起订|订量|订购量|数量|批量|MOQ|最[小低少]`)
	burdenZH      = compile(`压力|困难|负担|挑战|偏|对我`)
	approvingZH   = compile(`没问题|没关系|无妨|可以的|也可|也行|都行|欢迎|高兴|很好|更好|正好|方便|合适|理解`)
	quoteZH       = compile(`单价|价格|报价|起订|交期|交货|货期|周期|有效|是否|能否|收到|收悉|回复|答复|询价|人员|专人`)
)

var sensesZH = []struct {
	of    sense
	words *pattern
	kinds []plan.LetterKind
}{
	{goOn, compile(`^(?:继续|照常|恢复|保留|尽快发货|请发货)`), []plan.LetterKind{plan.LetterCancel}},
	{asItWas, compile(`^(?:保持不变|维持原)`), []plan.LetterKind{plan.LetterChange}},
	{ordering, compile(`^(?:订购|下单给|订单)`), []plan.LetterKind{plan.LetterRFQ}},
	{supplying, compile(`^(?:发货|生产|安排|预留)`), []plan.LetterKind{plan.LetterRFQ}},
	{settling, compile(`^确认`), []plan.LetterKind{plan.LetterRFQ}},
	{dearer, compile(`^(?:提高|上调|增加|更高|调高|更大|较大|(?:再|能|可以)[高大贵]|[高大多贵][些点某])`), []plan.LetterKind{plan.LetterPrice, plan.LetterMOQ, plan.LetterLead}},
	{slower, compile(`^(?:再?推迟|延后|延期|推后|放慢|延长|更长|晚|稍后)`), nil},
	{sooner, compile(`^(?:提前到|早到)`), nil},
}

func senseOfZH(k plan.LetterKind, word string) sense {
	for _, s := range sensesZH {
		if (s.kinds == nil || slices.Contains(s.kinds, k)) && s.words.MatchString(word) {
			return s.of
		}
	}
	return outright
}

// clausesZH cuts prose without white space.
func clausesZH(prose string) []clause {
	var out []clause
	for _, sentence := range sentenceEndZH.Split(squeeze(prose, "zh"), -1) {
		asked := false
		for _, text := range clauseCutZH.Split(andZH.ReplaceAllString(sentence, "，并$1"), -1) {
			if text == "" {
				continue
			}
			c := clause{text: text, sentence: sentence}
			switch {
			case supposesZH.MatchString(text) && !strings.Contains(text, "请") && !strings.Contains(text, "可以"):
				c.mood = supposing
			case inquiresZH.MatchString(text) && !asksForDoing.MatchString(text):
				c.mood = inquiring
			case asksZH.MatchString(text), asked && !subjectZH.MatchString(text):
				c.mood = requesting
			case reportsZH.MatchString(text):
				c.mood = reporting
			}
			asked = asked || asksZH.MatchString(text)
			out = append(out, c)
		}
	}
	return out
}

// andZH finds where another deed follows; 并非 and the like negate.
var andZH = compile(`(?:并|然后)([^非不未没无列])`)

var subjectZH = compile(`^(?:但|而|且|因)?(?:我|贵|该|此|这|本|货|订单|目前|现)`)

// reversesZH reports whether a word, which stands at in the clause, turns a letter of
// a kind round.
func reversesZH(k plan.LetterKind, c clause, at int, word string) bool {
	s := senseOfZH(k, word)
	head, tail := c.text[:at], c.text[at+len(word):]
	switch {
	case c.mood == supposing:
		return s == outright && approvingZH.MatchString(c.text)
	case c.mood == inquiring && s == outright:
		return !whetherZH.MatchString(head)
	case c.mood == inquiring && (inquiresZH.MatchString(head) || causedZH.MatchString(tail)):
		return false
	}
	matter := k == plan.LetterDelay || k == plan.LetterExpedite || k == plan.LetterLead
	switch s {
	case slower:
		switch {
		case approvingZH.MatchString(c.sentence) && !reportsZH.MatchString(c.sentence):
			return true
		case avertedZH.MatchString(head), causedZH.MatchString(tail):
			return false
		case c.mood == reporting && matter:
			return false
		}
		return !matter || c.mood == requesting || head == "" && !effectZH.MatchString(tail) || oursZH.MatchString(head)
	case sooner:
		return c.mood != requesting
	case dearer:
		if k == plan.LetterMOQ && leastZH.MatchString(c.text) {
			return c.mood == requesting || !burdenZH.MatchString(c.text)
		}
		other := otherwiseZH
		if k == plan.LetterMOQ {
			other = moreOftenZH
		}
		if strings.Contains(c.text, "价") || strings.Contains(c.text, "时间") || strings.Contains(c.text, "周期") {
			return true
		}
		return !other.MatchString(c.text)
	case goOn:
		return !togetherZH.MatchString(c.text) || theGoodsZH.MatchString(c.text)
	case asItWas:
		return !meantimeZH.MatchString(c.sentence) && (!orderStaysZH.MatchString(c.text) || !strings.ContainsAny(c.sentence, "如若倘"))
	case ordering:
		n := len(negatorZH.FindAllString(noNegatorZH.Replace(head), -1))
		return n%2 == 0 && !quantityZH.MatchString(tail) && !compile(`(?:后续|潜在|未来|今后|将来|可能的?|日后|下)$`).MatchString(head) && !notYetZH.MatchString(tail) && !strings.HasPrefix(strings.TrimPrefix(tail, "将"), "另行")
	case supplying:
		if compile(`^(?:周期|时间|能力|所需|期|地|厂|方式)`).MatchString(tail) && c.mood != stating {
			return strings.Contains(tail, "并") || strings.Contains(tail, "后")
		}
		if word == "安排" {
			return !quoteZH.MatchString(c.text)
		}
		return c.mood == requesting || oursZH.MatchString(head)
	case settling:
		return !quoteZH.MatchString(c.text) || strings.Contains(c.text, "订单") || strings.Contains(c.text, "订购")
	}
	return true
}

// consentsZH is consents for Chinese.
func consentsZH(c clause) string {
	for _, m := range willZH.FindAllStringIndex(c.text, -1) {
		if !willHarmless.MatchString(c.text[m[1]:]) && (!toldZH.MatchString(c.text[:m[0]]) || !whatZH.MatchString(c.text[m[1]:])) {
			return c.text[m[0]:m[1]]
		}
	}
	for _, m := range consentZH.FindAllStringIndex(c.text, -1) {
		head, tail := c.text[:m[0]], c.text[m[1]:]
		us := max(strings.LastIndex(head, "我"), strings.LastIndex(head, "双方"))
		them := max(strings.LastIndex(head, "贵"), strings.LastIndex(head, "请"), strings.LastIndex(head, "望"), strings.LastIndex(head, "恳"))
		switch n := len(negatorZH.FindAllString(noNegatorZH.Replace(head), -1)); {
		case n%2 == 1, them > us, notYetZH.MatchString(tail):
		case n == 0 && c.open():
		default:
			return c.text[m[0]:m[1]]
		}
	}
	return ""
}

func (f facts) judgeZH(prose string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	against := f.rules().against["zh"]
	for _, c := range clausesZH(prose) {
		for _, m := range against.FindAllStringIndex(c.text, -1) {
			if word := c.text[m[0]:m[1]]; f.kind == weekKind || reversesZH(f.kind, c, m[0], word) {
				fault("%q is the opposite of what this letter asks for, or nothing of its matter", word)
				break
			}
		}
		for _, m := range negatedZH.FindAllStringIndex(c.text, -1) {
			word, tail := c.text[m[0]:m[1]], c.text[m[1]:]
			ends := f.kind == plan.LetterCancel && word == "停止" && noMoreZH.MatchString(tail)
			ends = ends || word == "不必" && aheadZH.MatchString(tail) || word == "不应" && takenZH.MatchString(tail)
			if c.mood != supposing && !ends && !whetherZH.MatchString(c.text[:m[0]]) && !delayAfterZH.MatchString(tail) {
				fault("%q turns a request around", word)
				break
			}
		}
		if word, why := f.claimed(c, nil); word != "" {
			fault(why, word)
		}
		if word := consentsZH(c); word != "" {
			fault("%q is a promise or a matter of money or law", word)
		}
	}
	return faults
}

var (
	// toldZH and whatZH stand around what somebody tells us: 告诉我们会有什么影响.
	toldZH       = compile(`(?:告诉|告知|通知)$`)
	whatZH       = compile(`^(?:有|产生|带来|造成|出现)?(?:什么|何|哪些|怎样)`)
	quantityZH   = compile(`^(?:数?量|门槛|起点)`)
	effectZH     = compile(`[给使让对]|影响|带来|造成|导致`)
	orderStaysZH = compile(`^(?:则|原|现有|该|此)*订单(?:仍|则|将|就|可)*(?:保持不变|维持原)`)
	// takenZH is how something is not to be understood.
	takenZH = compile(`^(?:被|将)*(?:理解|视|当|看|解读|认)`)
	// aheadZH is what need not be waited for: the goods that are not ready.
	aheadZH  = compile(`^等(?:待)?(?:到)?(?:全部|所有|其余|其他|剩余|余下|整批|齐|完工|做完)`)
	noMoreZH = compile(`^(?:后续|继续|相关|进一步|的)*(?:生产|发货|备货|加工)`)
)
