package draft

import (
	"slices"
	"strings"

	"quartermaster/core/plan"
)

// The rules of verify look for words. A word can be harmless by what it means where
// it stands: a question whether the supplier accepts is no promise of ours, goods
// that have not arrived are no request turned around, rising sales are no rising
// price. Such phrases are taken out before the rules look. None of them holds a
// place where any word may stand, so none can hide one.

// phrases compiles them one by one: most are looked for in vain, which is cheap. In
// English a space stands for any white space, and a phrase is a run of whole words.
func phrases(en, zh []string) map[string][]*pattern {
	out := map[string][]*pattern{}
	for _, p := range en {
		out["en"] = append(out["en"], compile(`\b(?:`+strings.ReplaceAll(p, " ", `\s+`)+`)\b`))
	}
	for _, p := range zh {
		out["zh"] = append(out["zh"], compile(p))
	}
	return out
}

// polite are harmless in every letter.
var polite = phrases([]string{
	`return (a|the|your|this|it)? ?(signed|countersigned|confirmation|copy|form|acknowledg\w*|document)`, `good (day|morning|afternoon|evening)`, `at once`,
	`once (you|we|they|it|the|this|that|these|those|your|our|there|again|everything|anything)`,
	`double[- ]?check`, `(the|which) ones`, `by return`,
	`e\.g\.`, `i\.e\.`, `cash flow`, `oblig(ed|es us|ation) to (ask|cancel|inform|tell|write|request|turn|change|amend|withdraw|trouble)`,
	`your (continued |strong |long-standing |great )?commitment`, `committed to (our|the|this|a|working|continuing) (((good|long|long-term|close|successful) )*(cooperation|partnership|relationship|collaboration)|together|with you)`,
	`(date|day|arrival|delivery) (that )?(was |you |you had |had been |is )?promised`, `promised (arrival|date|day|delivery)`,
	`today (we|i) (have|are writing|write|would like|turn|ask|come|am writing|want)`, `(writing|write|writing to you|write to you|in touch|contacting you|turning to you|turn to you) today`,
	`(shipping|delivery|packing|handling|your) instructions`,
	`unit (prices?|costs?)`, `prices? per (unit|piece)`, `prices? (of|for) (a|each) (unit|piece)`,
	`(much|greatly|most) obliged`, `pay (close |special )?attention`, `your commitment`,
	`without (any |further |undue )*delay`,
	`(production|delivery|shipping|loading) slots?`,
	`(do not|don['’]t) hesitate`,
	`keep (us|me) (informed|posted|updated|up to date)`,
}, []string{
	// Numerals that say no number.
	`今[天日](致函|来函|特|写信|联系|想)`, `我[方司们]?必须(向贵|申请|请求|提出|作出|做出|对|就|调整|变更|修改)`,
	`一[个份](?:(?:明确|最新|新|具体|合理|满意|准确|更好|更优惠|正式|清晰|肯定|积极)的?)*(?:答复|回复|报价|方案|说明|解释|机会|日期|交期|时间|回音|消息|请求|建议|想法)`, `万一(有|发生|出现|日期|到货|交期|再|需|仍|货|无|不)`, `半成品`, `下一步`, `再一次(感谢|致歉|抱歉|提醒|表示|向)`, `再三(感谢|致歉|确认|考虑|核对)`,
	`一些`, `一系列`, `一律`, `一经`, `一再`, `一道`, `一事`, `任何一方`, `一共`, `最近一[张份个]`, `每一[项个种款]`,
	`[这此]一(变更|变动|情况|订单|请求|变化|消息|问题|点|要求|申请|调整|通知|延误|延迟|取消|决定|安排|日期|时间|数量|价格|提议|目标|基础|需求|计划|方案|建议)`,
	// Syllables of words that are no negation and no early arrival.
	`不得[不已]`, `分别`, `个别`, `供不应求`, `可以的(话|情况下)`, `请勿见怪`,
})

var (
	thanWished = `(larger|higher|bigger|greater|longer) than (what )?we (would|had) (like|liked|wish|wished|want|wanted|hope|hoped|prefer|planned|expected)`
	reasonZH   = `(延期|推迟|延后|推后)的?(原因|理由|缘由|情况)`
	ifMoreZH   = `([如若]|如果|倘若|一旦|万一)(贵方|日期|到货日?期?|交期|交货|时间|有|需|仍|还|会)*再?次?(延期|推迟|延后|推后)`
	// grown are what may rise without a price or a minimum rising.
	grownZH = `(销量|销售|需求|业务|业务量|竞争|市场|压力)(也|不断|持续|逐步|正在|有所|明显|的|在)*(增加|提高|上升|上涨)|(增加|提高)(我[方们]的?)?(销量|竞争力|效率|库存|备货|灵活性|频率|频次|下单频率|订购频率|下单次数)`
)

// matter are harmless in letters of one kind, being what it is about.
var matter = map[plan.LetterKind]map[string][]*pattern{
	plan.LetterOrder: phrases([]string{`(of|about) any (possible )?delays?`},
		[]string{ifMoreZH}),
	plan.LetterExpedite: phrases([]string{`(than|the) promised( (arrival|date|day|delivery))?`,
		`as early as possible`, `(an|your) early (reply|answer|response|feedback|word|shipment|dispatch|delivery|notice)`},
		[]string{reasonZH, ifMoreZH, `(为何|为什么)(会|一再)?(延期|推迟|延后)`, `(能|可|可以|能够)提前到`, `贵方承诺的`, `加?[早快短]一点`}),
	plan.LetterDelay: phrases([]string{`order : delay`,
		`welcome (your|an|any|early) (early |quick |short )?(reply|answer|word|news|information|notice|update|explanation|response)`,
		`(reply|answer|word|news|information|update|explanation|notice) (is|are|would be) (most |very |always )?welcome`,
		`(not|no|without) (a |an |any |our )?(consent|consenting|agreement|agreeing|acceptance|accepting) (to )?(the|this|that|your) (later|new|revised) (date|day)( of arrival)?`},
		[]string{reasonZH, ifMoreZH, `(避免|防止|以免)(日期|到货|交期|交货)?再次?(推迟|延期|延后)`,
			`(我[方们]|此|这|该|[并尚暂])[并尚暂]?(未|没有|不代表(我[方们])?已?|不等于(我[方们])?已?|不意味着(我[方们])?已?|不表示(我[方们])?已?|不构成(我[方们])?|不能|无法)(就此|对此)?(表示)?(同意|接受|认可|批准)`,
			`不(代表|等于|意味着|表示|构成)(我[方们])?已?(同意|接受|认可|批准)((此次|这次|本次|该|上述)?(延期|推迟|延后))?`}),
	plan.LetterChange: phrases([]string{`(we|i) must (ask|apologi[sz]e|request|trouble|turn|come back|adjust|change|amend|adapt|correct|revise|reduce|modify|update|alter|bother|contact|write)`},
		[]string{`(之前|以前|答复前|回复前|确认前)，?(原?订单|原有?安排|一切)?(仍|将|都|均|暂时?)*(保持不变|维持原)`}),
	plan.LetterCancel: phrases(nil, []string{`不再需要`}),
	plan.LetterPrice:  phrases(nil, []string{grownZH, `[低少好]一点`, `再优惠`, `降价`, `(给予|提供|享受|争取|获得|更多|进一步|一定|适当|价格|些|更大|更|最|较)的?优惠`, `优惠的?(价格|报价|价|条件|幅度|方案|政策|空间|力度|支持)`}),
	plan.LetterMOQ: phrases([]string{thanWished},
		[]string{grownZH, `[低小少]一点`, `(次数|频率)(能|可以)?再?[多高](一点|一?些)`, `[更较]大的?(灵活性?|空间|压力|库存压力|负担|困难|帮助|便利)`, `(现行|目前|当前|现有)的?(最小)?起订量(对我[方们](来说|而言))?[较偏]大`}),
	weekKind:        phrases([]string{`today('s|’s)? (digest|stock|report|list|overview|morning|summary|picture|situation)`, `(stands?|looks?|is|are|stock|list|overview|picture|situation) today`, `more (details?|information|closely)`}, []string{`今[天日]的?((店里|本店|我们|仓库)的?)?(库存|简报|摘要|情况|概况|报告|概览|清单)`, `更多(详情|细节|信息|明细|内容)`}),
	plan.LetterLead: phrases(nil, []string{grownZH, `[早快短]一点`}),
	plan.LetterRFQ: phrases([]string{`(not|no|without|nor|non)[- ]((a|an|any|yet|be|in any way|constitute|imply|create|represent|mean|purchase|legally) )*(binding|obligations?|commitments?|obliged)`, `products?`, `(shipping|production|manufacturing) (time|times|lead time)`},
		[]string{`(并非|不是|非|并不是|不作为|不构成|不代表|不视为)(正式|采购|任何)*(订单|承诺|订购)`, `(生产|发货)(周期|时间)`, `安排报价`, `确认(单价|价格|报价|起订量|交期|有效期|是否|能否)`}),
}

// harmless takes the harmless phrases out. What is denied stays denied: it counts
// where a denial decides.
func (f facts) harmless(prose string) string {
	lower := strings.ToLower(prose)
	if len(lower) != len(prose) {
		lower = prose // letters that are not allowed anyway
	}
	for _, set := range []map[string][]*pattern{polite, matter[f.kind]} {
		for _, re := range set[f.language] {
			for _, at := range slices.Backward(re.FindAllStringIndex(lower, -1)) {
				from, to, with := at[0], at[1], " xx "
				switch {
				case f.language == "zh":
					with = "某"
				case denial.MatchString(lower[from:to]):
					with = " not xx "
				}
				prose, lower = prose[:from]+with+prose[to:], lower[:from]+with+lower[to:]
			}
		}
	}
	return prose
}

var denial = compile(`^(?:not|no|without|nor)\b`)
