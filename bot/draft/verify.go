package draft

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of the prose, in characters, with slots counted by their names.
var (
	longest  = map[string]int{"subject": 100, "greeting": 100, "body": 1200, "closing": 200}
	maxLines = map[string]int{"subject": 1, "greeting": 1, "body": 12, "closing": 4}
)

// verify returns what is wrong with a draft, one sentence each, fit to be sent
// back to the model; none when it may be used. It is strict, because the cost of
// a refusal is a template: what is not known to be harmless is a fault. forbidden
// are the codes and names of the order's goods.
//
// The prose may hold the letters and punctuation of its language and nothing
// else. That alone refuses digits of every script, currency signs, links,
// mentions, markup, emoji, look-alike letters, and invisible characters.
func verify(l letter, language string, forbidden []string) []string {
	var faults []string
	for _, p := range l.parts() {
		for _, f := range verifyPart(p, language, forbidden) {
			faults = append(faults, p.name+": "+f)
		}
	}
	return faults
}

func verifyPart(p part, language string, forbidden []string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if !utf8.ValidString(p.text) {
		return []string{"it is not valid UTF-8"}
	}
	if strings.TrimSpace(p.text) == "" {
		return []string{"it is empty"}
	}
	if n := utf8.RuneCountInString(p.text); n > longest[p.name] {
		return []string{fmt.Sprintf("it is longer than %d characters", longest[p.name])}
	}
	if n := strings.Count(p.text, "\n") + 1; n > maxLines[p.name] {
		fault("it has %d lines, at most %d are allowed", n, maxLines[p.name])
	}
	faults = append(faults, verifySlots(p, language)...)
	prose := slotForm.ReplaceAllString(p.text, " ")
	if bad := strangers(prose, language); bad != "" {
		fault("characters that are not allowed: %q", bad)
	}
	for _, w := range forbidden {
		if w = strings.TrimSpace(w); len([]rune(w)) >= 3 && strings.Contains(strings.ToLower(prose), strings.ToLower(w)) {
			fault("it names goods")
			break
		}
	}
	if language == "zh" {
		faults = append(faults, verifyChinese(p.name, prose)...)
	} else {
		faults = append(faults, verifyEnglish(p.name, prose)...)
	}
	return faults
}

// glued finds slots that touch letters or signs, which would change their value.
var (
	gluedEnglish = regexp.MustCompile(`[\p{L}\p{N}_'’\-–—]\{\{|\}\}[\p{L}\p{N}_\-–—]`)
	gluedChinese = regexp.MustCompile(`[A-Za-z\p{N}_\-–—]\{\{|\}\}[A-Za-z\p{N}_\-–—]`)
	twoSlots     = regexp.MustCompile(`\}\}\s*\{\{`)
	// hedged finds words that turn a fact into another one.
	hedgedEnglish = regexp.MustCompile(`(?i)\b(about|around|approximately|approx\.?|roughly|nearly|almost|circa|over|under|above|below|beyond|exceeding|up to|at least|at most|less than|more than|maximum|minimum|max\.?|min\.?|not|never|without|minus|plus|before|after|until|by|except|instead of|rather than|unlike)\s+(the\s+|a\s+|of\s+)*\{\{(total|lines|arrival|order_date|order_number)\}\}`)
	hedgedChinese = regexp.MustCompile(`(约|大约|大概|近|将近|接近|超过|高于|低于|不到|不足|至少|至多|最多|最少|左右|非|不是|除|之前|以前|以后|减|加|另)\s*(为|是|的|了|到|于)?\s*\{\{(total|lines|arrival|order_date|order_number)\}\}|\{\{(total|lines|arrival|order_date|order_number)\}\}\s*(以上|以下|以内|以前|以后|之前|之后|之内|左右|上下|多|余|前|后)`)
)

func verifySlots(p part, language string) []string {
	var faults []string
	count := map[string]int{}
	for _, m := range slotForm.FindAllStringSubmatch(p.text, -1) {
		i := slices.IndexFunc(slots, func(s slot) bool { return s.name == m[1] })
		if i < 0 || !slices.Contains(slots[i].in, p.name) {
			faults = append(faults, fmt.Sprintf("slot {{%.40s}} is not allowed here", m[1]))
			continue
		}
		count[m[1]]++
	}
	for _, s := range slots {
		if slices.Contains(s.must, p.name) && count[s.name] == 0 {
			faults = append(faults, "slot {{"+s.name+"}} is missing")
		}
		if count[s.name] > 2 {
			faults = append(faults, "slot {{"+s.name+"}} stands there more than twice")
		}
	}
	glued, hedged := gluedEnglish, hedgedEnglish
	if language == "zh" {
		glued, hedged = gluedChinese, hedgedChinese
	}
	if glued.MatchString(p.text) || twoSlots.MatchString(p.text) {
		faults = append(faults, "a slot touches letters, signs or another slot")
	}
	if hedged.MatchString(p.text) {
		faults = append(faults, "a slot is qualified (about, at least, before and the like)")
	}
	return faults
}

// strangers returns the first characters of prose that its language does not
// need.
func strangers(prose, language string) string {
	var bad []rune
	for _, r := range prose {
		ok := r == ' ' || r == '\n' || strings.ContainsRune(`.,;:!?()'"-`, r) ||
			'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if language == "zh" {
			ok = ok || unicode.Is(unicode.Han, r) && unicode.IsLetter(r) || strings.ContainsRune("，。！？、；：（）《》“”‘’—…", r)
		} else {
			ok = ok || strings.ContainsRune("‘’“”–—", r)
		}
		if !ok && len(bad) < 5 && !slices.Contains(bad, r) {
			bad = append(bad, r)
		}
	}
	return string(bad)
}

var (
	linkLike   = regexp.MustCompile(`(?i)[a-z]\.[a-z]|\bwww\b|\bhttps?\b|\bmailto\b|\b(dot|at) com\b`)
	listLike   = regexp.MustCompile(`(?m)^\s*[-–—]`)
	numberWord = regexp.MustCompile(`^(zero|nought|naught|nil|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twent(y|ie)|thirt(y|ie)|fort(y|ie)|fift(y|ie)|sixt(y|ie)|sevent(y|ie)|eight(y|ie)|ninet(y|ie)|hundred|thousand|million|billion|trillion|lakh|crore|dozen|score|gross|couple|pair|single|double|triple|quadruple|twice|thrice|once|half|halve|quarter|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|percent|percentage|and)+(th|s|d|fold|ly)?$`)
	dateWord   = regexp.MustCompile(`^(january|february|april|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|today|tomorrow|yesterday|tonight|days?|daily|weeks?|weekly|weekends?|fortnights?|months?|monthly|years?|yearly|hours?|minutes?|noon|midnight|christmas|easter)$`)
	unitWord   = regexp.MustCompile(`^(units?|pieces?|pcs?|cartons?|boxes|pallets?|containers?|crates?|bundles?|packs?|kgs?|kilos?|kilograms?|grams?|tons?|tonnes?|lbs?|litres?|liters?|metres?|meters?|cm|mm|dollars?|euros?|pounds?|sterling|yuan|renminbi|yen|cents?|pence|usd|eur|gbp|cny|rmb|jpy)$`)
	promise    = regexp.MustCompile(`(?i)\b(we|i) (will|shall|are going to|are willing to|can offer)\b|\b(we|i)['’]ll\b|\b(pay|pays|paid|paying|payments?|payable|prepay\w*|prepaid|deposits?|guarant\w*|warrant\w*|promis\w*|commit\w*|undertak\w*|agree\w*|accept\w*|oblig\w*|bind\w*|contract\w*|penal\w*|liab\w*|compensat\w*|indemni\w*|refund\w*|reimburs\w*|discount\w*|rebate\w*|bonus\w*|exclusiv\w*|waive\w*|legal\w*|lawsuit|cancel\w*|bank\w*|iban|wire|wired|transfer\w*|invoice\w*|fees?|surcharge\w*|cash|crypto\w*|free of charge|for free|at no (cost|charge))\b`)
	meta       = regexp.MustCompile(`(?i)\b(json|slots?|placeholders?|language model|assistant|prompt|instructions?)\b`)
	shout      = regexp.MustCompile(`\b[A-Z][A-Z]+\b`)
	word       = regexp.MustCompile(`[A-Za-z]+`)
	hyphen     = regexp.MustCompile(`(\pL)[-–—'’](\pL)`)
)

// common are the words that tell English from other languages in Latin letters.
var common = strings.Fields(`a all and any are arrival as at attached be below by can confirm details dear find for from
	greetings have if in is it kind let like many of on or order our please purchase regards reply supplier sincerely table
	team thank thanks that the this to us we with would yours you your`)

func verifyEnglish(name, prose string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if linkLike.MatchString(prose) {
		fault("it holds a link or something like one")
	}
	if listLike.MatchString(prose) {
		fault("it holds a list")
	}
	if m := promise.FindString(prose); m != "" {
		fault("%q is a promise or a matter of money or law", m)
	}
	if m := meta.FindString(prose); m != "" {
		fault("%q does not belong into a letter", m)
	}
	for _, m := range shout.FindAllString(prose, -1) {
		if m != "CSV" {
			fault("%q in capital letters looks like a code", m)
		}
	}
	// Words are looked at twice, the second time with hyphens closed up.
	words := word.FindAllString(prose, -1)
	closed := word.FindAllString(hyphen.ReplaceAllString(prose, "$1$2"), -1)
	known := 0
	for i, w := range slices.Concat(words, closed) {
		lower := strings.ToLower(w)
		switch {
		case lower != "and" && lower != "ands" && numberWord.MatchString(lower):
			fault("%q is a number word", w)
		case dateWord.MatchString(lower), w == "May", w == "March":
			fault("%q is a date or a span of time", w)
		case unitWord.MatchString(lower):
			fault("%q is a unit or currency", w)
		case i < len(words) && len(w) == 1 && lower != "a" && w != "I" && lower != "s":
			fault("%q is a single letter", w)
		}
		if i < len(words) && slices.Contains(common, lower) {
			known++
		}
	}
	if name == "body" && (len(words) < 8 || known*4 < len(words)) {
		fault("it is not an English letter")
	}
	return slices.Compact(faults)
}

var (
	// harmless are words with a numeral in them that say no number.
	harmless = strings.NewReplacer("一下", " ", "一切", " ", "一致", " ", "一并", " ", "一起", " ", "进一步", " ", "统一", " ", "唯一", " ",
		"十分感谢", " ", "万分感谢", " ")
	numeralZH    = regexp.MustCompile(`[〇零一二三四五六七八九十百千万亿萬億两兩俩仨廿卅卌双雙半倍几幾壹贰貳叁肆伍陆陸柒捌玖拾佰仟]|打折|百分`)
	dateZH       = regexp.MustCompile(`今天|明天|后天|昨天|前天|今日|明日|昨日|本周|下周|上周|周[末日内]|星期|礼拜|本月|下月|上月|月[底初中末内]|年[底初中末内]|今年|明年|去年|季度|小时|分钟|春节|国庆|元旦|圣诞|中秋|端午|清明|劳动节`)
	unitZH       = regexp.MustCompile(`美元|欧元|英镑|日元|人民币|港币|元|公斤|千克|公吨|吨|厘米|毫米|纸箱|托盘|货柜|集装箱|整箱`)
	promiseZH    = regexp.MustCompile(`保证|保證|承诺|承諾|担保|付款|支付|付清|结清|预付|尾款|货款|定金|订金|押金|赔|违约|罚|合同|合约|法律|法规|折扣|优惠|降价|涨价|退款|返利|返点|独家|责任|取消|作废|同意|接受|答应|银行|账户|帐户|账号|帐号|汇款|转账|转帐|发票|免费|现金|我[方们司]?(将|会|愿)|必定|一定会`)
	metaZH       = regexp.MustCompile(`占位|插槽|提示词|语言模型|助手|指令`)
	latinWordsZH = regexp.MustCompile(`[A-Za-z]+`)
)

func verifyChinese(name, prose string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	text := harmless.Replace(prose)
	for _, c := range []struct {
		re  *regexp.Regexp
		why string
	}{
		{numeralZH, "%q is a number word"}, {dateZH, "%q is a date or a span of time"}, {unitZH, "%q is a unit or currency"},
		{promiseZH, "%q is a promise or a matter of money or law"}, {metaZH, "%q does not belong into a letter"},
	} {
		// Spaces between the characters of a word do not hide it.
		for _, t := range []string{text, strings.Join(strings.Fields(prose), "")} {
			if c.re == numeralZH {
				t = harmless.Replace(t)
			}
			if m := c.re.FindString(t); m != "" {
				fault(c.why, m)
				break
			}
		}
	}
	if listLike.MatchString(prose) {
		fault("it holds a list")
	}
	for _, w := range latinWordsZH.FindAllString(prose, -1) {
		if w != "CSV" {
			fault("%q is not Chinese", w)
		}
	}
	han := 0
	for _, r := range prose {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if least := map[string]int{"subject": 2, "greeting": 2, "body": 20, "closing": 2}[name]; han < least {
		fault("it is not a Chinese letter")
	}
	return faults
}
