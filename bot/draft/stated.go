package draft

import (
	"strings"

	"quartermaster/core/plan"
)

// What the shop and the supplier's world are like (sales are slow, the warehouse is full,
// customers are waiting) stands in no slot, so a letter that states it makes up a reason.
// A statement with a slot in it is the slot's.

// awaited are words of goods that have not come.
var awaited = compile(`\b(?:late|overdue|delay\w*|missing|not|nor|yet|nothing)\b`)

const slotMark = "slotx"

var (
	// world is such a matter with a verb that states something of it.
	world = map[string]*pattern{
		"en": compile(`\b(?:(?:our|your|the|these|those|this|some|all|most|many)(?: \w+){0,2} (?:stocks?|sales|demand|market|customers?|clients|warehouse|storage|room|space|shop|shelves|shelf|margins?|costs?|budget|situation|requirements?|needs|plans?|business|range|season|production|factory|quality|service|deliver(?:y|ies)|prices?|goods|items|products|capacity|competit\w+|transport|minimums?|lead times?|delay)|^(?:(?:and|but|as|because|since|so|while|that|now) )*(?:demand|sales|customers|prices|goods|stocks?|space|competition)) ` +
			`(?:(?:of|for|with|from|that|on|in|we|you|our|your|these|those|the|this|goods|order|also|now|still|already|so far|\w+ly|often|always) )*(?:is|are|was|were|has|have|had|may|might|cannot|do|does|did|sells?|sold|keeps?|kept|asks|asked|runs?|wants?|came|comes?|goes|went|looks?|gets?|got|likes?|turned|moved|takes?|took|leads?|forces?|ties|fills?|remains?)\b`),
		"zh": compile(`^(?:(?:因为|由于|鉴于|因|而|且|但|目前|现在|近来|最近|近期|其实) ?)*(?:我[方们司店](?:这边)?的?|贵方的?|这些|该|本地|当地)?(?:店内|店里|现有|目前)?(?:客户|顾客|库存|销量|销售|仓库|仓储|市场|需求(?:[^量]|$)|门店|资金|成本|利润|生意|经营|行情|质量|货架|别处)`),
	}
	// ofTheLetter is what a letter may state: of its table, of the goods that are awaited, of
	// what would be welcome.
	ofTheLetter = map[string]*pattern{
		"en": compile(`\b(?:listed|shown|given|stated|specified|itemi[sz]ed|set out|included|named|below|above|table|attached|file|requested|outstanding|concerned|possible|correct|clear|appreciated|valued|expected|asked|would|could|way|to be|acknowledged|xx)\b`),
		"zh": compile(`表|附件|如下|列|见|未|尚|请|期|望|库存也?更`),
	}
)

// invents returns a statement of a part that nobody gave, or nothing.
func (f facts) invents(text string) string {
	marked := strings.ToLower(f.harmless(slotForm.ReplaceAllString(text, " "+slotMark+" ")))
	if world[f.language].hopeless(marked) && ahead[f.language].hopeless(marked) && !strings.Contains(marked, "because ") {
		return ""
	}
	var all []clause
	if f.language == "zh" {
		all = clausesZH(marked)
	} else {
		all = clauses(marked)
	}
	for _, c := range all {
		if word := f.foretells(c); word != "" {
			return word
		}
		if f.kind == weekKind {
			continue // a report states what the shop is like
		}
		m := world[f.language].FindString(c.text)
		if m == "" && f.kind != plan.LetterMOQ && strings.HasPrefix(c.text, "because ") {
			m = c.text
		}
		if m != "" && !c.open() && c.mood != requesting && !strings.Contains(c.text, slotMark) && !ofTheLetter[f.language].MatchString(c.text) && !f.lateIsTheMatter(c.text) {
			return m
		}
	}
	return ""
}

// lateIsTheMatter reports whether a text says that goods are late in a letter about that.
func (f facts) lateIsTheMatter(text string) bool {
	return (f.kind == plan.LetterExpedite || f.kind == plan.LetterDelay) && awaited.MatchString(text)
}
