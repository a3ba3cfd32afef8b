package draft

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"quartermaster/core/plan"
)

// Limits of the prose, in characters, with slots counted by their names.
var (
	longest  = map[string]int{"subject": 100, "greeting": 100, "body": 1200, "closing": 200}
	maxLines = map[string]int{"subject": 1, "greeting": 1, "body": 12, "closing": 4}
)

// verify returns what is wrong with a draft, one sentence each, fit to be sent
// back to the model; none when it may be used. It is strict, because the cost of
// a refusal is a template: what is not known to be harmless is a fault. The codes
// and names of the order's goods are such faults.
//
// The prose may hold the letters and punctuation of its language and nothing
// else. That alone refuses digits of every script, currency signs, links,
// mentions, markup, emoji, look-alike letters, and invisible characters.
func (f facts) verify(l letter) []string {
	var faults []string
	for _, p := range l.parts() {
		if f.kind == weekKind && p.name != "body" {
			continue // they are not used
		}
		for _, why := range f.verifyPart(p) {
			faults = append(faults, p.name+": "+why)
		}
	}
	return faults
}

func (f facts) verifyPart(p part) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	k := f.rules()
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
	faults = append(faults, verifySlots(p, f.language, k.offered(f.slots))...)
	prose := slotForm.ReplaceAllString(p.text, " ")
	if bad := strangers(prose, f.language); bad != "" {
		fault("characters that are not allowed: %q", bad)
	}
	for _, w := range f.codes {
		if w = strings.TrimSpace(w); len([]rune(w)) >= 3 && strings.Contains(strings.ToLower(prose), strings.ToLower(w)) {
			fault("it names goods")
			break
		}
	}
	written := prose
	prose = f.harmless(prose)
	if f.kind == plan.LetterExpedite && f.slots["days_late"] == "" && lateWord.MatchString(written) {
		fault("the goods are not late")
	}
	if f.language == "zh" {
		faults = append(faults, f.judgeZH(prose)...)
	} else {
		faults = append(faults, f.judge(prose)...)
	}
	if f.kind == weekKind && !byWeek.MatchString(prose) {
		prose = thisWeek[f.language].ReplaceAllString(prose, " ")
	}
	if k.allow != nil {
		prose = k.allow.ReplaceAllString(prose, " ")
	}
	if f.language == "zh" {
		faults = append(faults, verifyChinese(p.name, written, prose)...)
	} else {
		faults = append(faults, verifyEnglish(p.name, written, prose)...)
	}
	return faults
}

// glued finds slots that touch letters or signs, which would change their value.
var (
	gluedEnglish = regexp.MustCompile(`[\p{L}\p{N}_'’\-–—]\{\{|\}\}[\p{L}\p{N}_\-–—]`)
	gluedChinese = regexp.MustCompile(`[A-Za-z\p{N}_\-–—]\{\{|\}\}[A-Za-z\p{N}_\-–—]`)
	twoSlots     = regexp.MustCompile(`\}\}\s*\{\{`)
	// hedged finds words that turn a fact into another one; the slot's name is in
	// its last groups.
	hedgedEnglish = regexp.MustCompile(`(?i)\b(about|around|approximately|approx\.?|roughly|nearly|almost|circa|over|under|above|below|beyond|exceeding|up to|at least|at most|less than|more than|(?:no )?(?:fewer|later|earlier|sooner) than|no (?:less|more) than|as (?:many|much|few|little|early|late) as|close to|in excess of|upwards of|some|each|every|barely|hardly|scarcely|prior to|past|maximum|minimum|max\.?|min\.?|not|never|without|minus|plus|before|after|until|by|except|instead of|rather than|unlike|only|just|merely|another|further|additional|extra|twice|double)\s+(the\s+|a\s+|of\s+)*\{\{([a-z_]+)\}\}`)
	hedgedChinese = regexp.MustCompile(`(约|大约|大概|差不多|近|将近|接近|超过|逾|多达|每|不少于|不多于|不早于|不晚于|早于|晚于|高于|低于|不到|不足|至少|至多|最多|最少|左右|非|不是|除|之前|以前|以后|减|加|另|仅|只有|再)\s*(为|是|的|了|到|于)?\s*\{\{([a-z_]+)\}\}|\{\{([a-z_]+)\}\}\s*(以上|以下|以内|以前|以后|之前|之后|之内|左右|上下|多|余|前|后)`)
	// aboutOrder are hedges that before the number of an order qualify nothing.
	aboutOrder = regexp.MustCompile(`(?i)^(up to|under|after|since)$|^(之?[前后]|以[前后])$`)
	// beforeAfter behind a slot qualify it where it is a day.
	beforeAfter = map[string]bool{"前": true, "后": true, "之后": true, "以后": true}
	days        = map[string]bool{"arrival": true, "due": true, "answer_by": true, "moves": true, "wish": true, "days_late": true, "lead_times": true}
	// concerning is "about" as the matter of talk and feeling, and 近 in 最近, before a
	// slot: neither qualifies it.
	concerning = regexp.MustCompile(`(?i)\b(glad|happy|pleased|write|writing|hear|know|talk|message|notice|news) about\b|最近|\b(add|sum)(s|ed|ing)? up to`)
	// negated finds requests turned around.
	negated = map[string]*regexp.Regexp{
		"zh": regexp.MustCompile(`不要|不必|不用|不再|不应|不需|不得|无需|无须|毋须|毋庸|勿|请别|别再|别(发|交|送|确认|生产|安排|做|理会)|莫要|甭|没有?必要|停止|忽略|无视|作罢|暂缓|相反|(并非|不是|绝非)(没有|未|不)`),
	}
	lateWord = regexp.MustCompile(`(?i)\b(late|overdue|delay\w*)\b|逾期|迟到|延误|晚到`)
)

// squeeze takes out what could hide a word: line breaks, and in Chinese every
// space.
func squeeze(prose, language string) string {
	if language == "zh" {
		return strings.Join(strings.Fields(prose), "")
	}
	return strings.Join(strings.Fields(prose), " ")
}

func verifySlots(p part, language string, slots []slot) []string {
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
	for _, m := range hedged.FindAllStringSubmatch(concerning.ReplaceAllString(p.text, ";"), -1) {
		if name := strings.Join(m[3:min(len(m), 5)], ""); name != "recipient" && name != "shop" && (name != "order_number" || !aboutOrder.MatchString(cmp.Or(m[1], m[len(m)-1]))) && (days[name] || !beforeAfter[m[len(m)-1]]) {
			faults = append(faults, "a slot is qualified (about, at least, before and the like)")
			break
		}
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
	headerLike = regexp.MustCompile(`(?im)(?:^|[.!?])\s*(subject|from|to|cc|bcc|reply[- ]to|content[- ]type|system|user|assistant)\s*:`)
	listLike   = regexp.MustCompile(`(?m)^\s*[-–—]`)
	numberWord = regexp.MustCompile(`^(zero|nought|naught|nil|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twent(y|ie)|thirt(y|ie)|fort(y|ie)|fift(y|ie)|sixt(y|ie)|sevent(y|ie)|eight(y|ie)|ninet(y|ie)|hundred|thousand|million|billion|trillion|lakh|crore|dozen|score|gross|couple|pair|single|double|triple|quadruple|twice|thrice|once|half|halve|quarter|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|percent|percentage|and)+(th|s|d|fold|ly)?$`)
	dateWord   = regexp.MustCompile(`^(overnight|quarterly|annually|decades?|january|february|april|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|today|tomorrow|yesterday|tonight|days|daily|weeks?|weekly|weekends?|fortnights?|months?|monthly|years?|yearly|hours?|minutes?|noon|midnight|christmas|easter)$`)
	unitWord   = regexp.MustCompile(`^(units?|pieces?|pcs?|cartons?|boxes|pallets?|containers?|crates?|bundles?|packs?|kgs?|kilos?|kilograms?|grams?|tons?|tonnes?|lbs?|litres?|liters?|metres?|meters?|cm|mm|dollars?|euros?|pounds?|sterling|yuan|renminbi|yen|cents?|pence|usd|eur|gbp|cny|rmb|jpy)$`)
	promise    = regexp.MustCompile(`(?i)\b(pay|pays|paid|paying|payments?|payable|prepay\w*|prepaid|deposits?|guarant\w*|warrant\w*|promis\w*|commit\w*|undertak\w*|oblig\w*|bind\w*|contract\w*|penal\w*|liab\w*|compensat\w*|indemni\w*|refund\w*|reimburs\w*|discount\w*|rebate\w*|bonus\w*|exclusiv\w*|waive\w*|legal\w*|lawsuit|cancel\w*|bank\w*|iban|wire|wired|transfer\w*|invoice\w*|fees?|surcharge\w*|cash|crypto\w*|free of charge|for free|at no (cost|charge))\b`)
	meta       = regexp.MustCompile(`(?i)\b(json|slots?|placeholders?|language model|assistant|prompts|(?:the|this|system) prompt|prompt (?:above|injection|says|template)|instructions?)\b`)
	shout      = regexp.MustCompile(`\b[A-Z][A-Z]+\b`)
	word       = regexp.MustCompile(`[A-Za-z]+`)
	// contracted are the ends of "we'd" and "I'm"; "'t" is left to the rule on negations.
	contracted = regexp.MustCompile(`(?i)\b(i|we|you|they|he|she|it|that|there)['’][dm]\b`)
	// spanDay are uses of "day" that say a span or a date; the day of arrival is the
	// matter of many letters.
	spanDay = regexp.MustCompile(`(?i)\b(a|an|per|each|every|next|same|following|last|previous|this|another|other|any|few|half|working|business|whole|full)\s+day\b|\bday\s+(late|later|early|earlier|sooner|longer|before|after|or|ago|by|to|and|more|less)\b`)
	hyphen  = regexp.MustCompile(`(\pL)[-–—'’](\pL)`)
)

// thisWeek is the matter of a weekly report; a day by which is not.
var (
	thisWeek = map[string]*regexp.Regexp{
		"en": regexp.MustCompile(`(?i)\b(?:weekly|(?:this|the|our|the past) week(?:'s|’s)?)\b`),
		"zh": regexp.MustCompile(`本周(?:的|待|未|错|等|需|库存|数据|报告|情况|统计|概况|共|有|概述|还|报|主要|整体|总体|$|[，。、])|[这过]去?一周`)}
	byWeek = regexp.MustCompile(`(?i)\b(?:by|until|before|within|till|next|every|each|last|previous|coming|later|end of) (?:(?:this|the|our|end of|a) )*week\b|\bweek (?:ago|later|from|earlier)\b`)
)

// abbreviation are what trade writes in capital letters and is no code.
var abbreviation = map[string]bool{"CSV": true, "MOQ": true, "RFQ": true, "PO": true, "ETA": true, "ASAP": true, "OK": true}

// common are the words that tell English from other languages in Latin letters.
var common = strings.Fields(`be been how why my whether because about after before their our very which again ahead also answer been best come could delay due goods has help hope kindly know late let look new
	now number outstanding possible ready reason send since so sorry speed still than them there these they time what when which while will
	a all and any are arrival as at attached be below by can confirm details dear find for from
	greetings have if in is it kind let like many of on or order our please purchase regards reply supplier sincerely table
	team thank thanks that the this to us we with would yours you your`)

// written is the whole of the part's prose, prose what is left of it without
// harmless phrases.
func verifyEnglish(name, written, prose string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	if linkLike.MatchString(prose) {
		fault("it holds a link or something like one")
	}
	if headerLike.MatchString(prose) {
		fault("it holds something like a header")
	}
	if listLike.MatchString(prose) {
		fault("it holds a list")
	}
	if m := promise.FindString(prose); m != "" {
		fault("%q is a promise or a matter of money or law", m)
	}
	if m := spanDay.FindString(prose); m != "" {
		fault("%q is a date or a span of time", m)
	}
	prose = contracted.ReplaceAllString(prose, " ")
	if m := meta.FindString(prose); m != "" {
		fault("%q does not belong into a letter", m)
	}
	for _, m := range shout.FindAllString(prose, -1) {
		if !abbreviation[m] {
			fault("%q in capital letters looks like a code", m)
		}
	}
	// Words are looked at twice, the second time with hyphens closed up.
	words := word.FindAllString(prose, -1)
	closed := word.FindAllString(hyphen.ReplaceAllString(prose, "$1$2"), -1)
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
	}
	all, known := word.FindAllString(written, -1), 0
	for _, w := range all {
		if slices.Contains(common, strings.ToLower(w)) {
			known++
		}
	}
	if name == "body" && (len(all) < 8 || known*4 < len(all)) {
		fault("it is not an English letter")
	}
	return slices.Compact(faults)
}

var (
	// harmless are words with a numeral in them that say no number.
	harmless = strings.NewReplacer("一下", " ", "一切", " ", "一直", " ", "一定", " ", "一同", " ", "一向", " ", "一贯", " ",
		"一般", " ", "一样", " ", "一旦", " ", "一如既往", " ", "无几", " ", "几乎", " ", "双方", " ", "十分", " ", "一致", " ", "一并", " ", "一起", " ", "进一步", " ", "统一", " ", "唯一", " ",
		"万分感谢", " ", "化整为零", " ", "化零为整", " ", "零部件", " ", "零散", " ", "零星", " ", "零售", " ", "一目了然", " ", "一方面", " ", "千方百计", " ", "一拖再拖", " ", "一揽子", " ", "一如以往", " ", "一帆风顺", " ", "万事如意", " ", "百忙", " ",
		"一站式", " ", "一丝不苟", " ", "独一无二", " ", "始终如一", " ", "一路", " ", "一旁", " ", "第一时间", " ", "三思", " ", "两全其美", " ", "一举两得", " ", "双向", " ", "双边", " ", "双赢", " ",
		"互惠双", " ", "万望", " ", "万般", " ", "倍感", " ", "几经", " ", "半成品", " ", "单元", " ", "多元", " ")
	numeralZH    = regexp.MustCompile(`[〇零一二三四五六七八九十百千万亿萬億两兩俩仨廿卅卌双雙半倍几幾壹贰貳叁肆伍陆陸柒捌玖拾佰仟]|打折|百分`)
	dateZH       = regexp.MustCompile(`今天|明天|后天|昨天|前天|今日|明日|昨日|本周|下周|上周|周[末日内]|星期|礼拜|本月|下月|上月|月[底初中末内]|年[底初中末内]|今年|明年|去年|季度|小时|分钟|春节|国庆|元旦|圣诞|中秋|端午|清明|劳动节|天内|日内|当天|次日|隔天`)
	unitZH       = regexp.MustCompile(`美元|欧元|英镑|日元|人民币|港币|元|公斤|千克|公吨|吨|厘米|毫米|纸箱|托盘|货柜|集装箱|整箱`)
	promiseZH    = regexp.MustCompile(`保证|保證|承诺|承諾|担保|付款|支付|付清|结清|预付|尾款|货款|定金|订金|押金|赔|违约|罚|合同|合约|法律|法规|折扣|优惠|降价|涨价|退款|返利|返点|独家|责任|取消|作废|银行|账户|帐户|账号|帐号|汇款|转账|转帐|发票|免费|现金|必定|一定会`)
	metaZH       = regexp.MustCompile(`占位|插槽|提示词|语言模型|助手|指令`)
	latinWordsZH = regexp.MustCompile(`[A-Za-z]+`)
)

func verifyChinese(name, written, prose string) []string {
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
		if l := strings.ToLower(w); !abbreviation[w] && l != "e" && l != "mail" && l != "email" {
			fault("%q is not Chinese", w)
		}
	}
	han := 0
	for _, r := range written {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if least := map[string]int{"subject": 2, "greeting": 0, "body": 20, "closing": 2}[name]; han < least {
		fault("it is not a Chinese letter")
	}
	return faults
}
