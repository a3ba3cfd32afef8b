package draft

import (
	"fmt"
	"slices"
	"strings"
)

// A slot says its value and not what it is the value of: "you require us to take
// {{volume}} each time" makes a minimum of what was ordered. So what a sentence says
// beside a slot is checked by the slot.

// company is what stands beside a slot in prose in lower case.
type company struct {
	with  *pattern // in its sentence; nil: anything
	never *pattern // between the commas around it; nil: nothing
}

func beside(with, never string) company {
	var c company
	if with != "" {
		c.with = compile(with)
	}
	if never != "" {
		c.never = compile(never)
	}
	return c
}

const (
	leaving   = `\b(?:leav|depart|dispatch|ship(?:s|ped|ping)?\b|send|sent\b|ready\b|produc)`
	leavingZH = `发出|发货|出厂|出货|起运|启运|发运|寄|投产|生产`
)

// besides are by language and slot.
var besides = map[string]map[string]company{
	"en": {
		"arrival":     beside(`arriv|deliver|reach|receiv|here|expect|request|come|dates?\b|days?\b|need|like|hop|schedul`, leaving+`|\bwas\b|until now|original|previous|before|the quantity|the price|no circumstances|never|(?:should|must|may|need|do) not|not (?:arrive|want|wish|need)`),
		"due":         beside(`agree|due\b|arriv|expect|schedul|here|come|deliver|reach|receiv`, leaving+`|\bnew\b|revis|confirm`),
		"outstanding": beside("", `\b(?:have|has) (?:(?:so far|now|already|all|since) )*(?:received|got)\b|(?:have|has) (?:now |already |all |since )*(?:arrived|come in|been received|reached)|\bwere (?:already )?(?:shipped|sent|dispatched|delivered|received)\b`),
		"lines":       beside("", `\bstill\b|orders\b|transport|weigh`),
		"moves":       beside(`mov|shift|arriv|chang|postpon|delay|deliver|date|push|put|slip|resched|later`, `ahead|forward|earlier|sooner|\bclos|stop|extend|newly agreed|we agreed|accept|approv|confirmed|request`),
		"cancelled":   beside(`cancel|withdr|concern|no longer|affect|gone|drop|remov|off\b`, `\bdue\b|expect|warehouse|keep|owe`),
		"volume":      beside(`order|bought|buy|purchas|plac|business|histor|record|total|customer|so far|look`, `\bwill|shall|intend|forecast|requir|minimum|\beach|reach|\blate\b|\bnext|futur|\bplan|expect|owe|return|cancel|you (?:order|bought|buy|purchas)`),
		"wish":        beside(`ask|hop|wish|mind|believ|appreciat|grateful|fair|propos|request|like|love|suggest|look|aim|would|could|need|welcom|glad|happy|pleas|delight|help`, `\bwe (?:now |will |shall )*(?:order|buy|take)\b|agreed|grant|settled|already|promis|confirm|(?:is|are) now|not\b`),
		"lead_times":  beside("", `\bhop|\bwish|would like|\bwant|unload|\bown\b|order (?:more|again)`),
		"quantity":    beside(`need|requir|quot|pric|offer|quantit|base|plan|demand|look|interest|seek|volume`, `deliver|\bship|\bsend|dispatch|reserv|\border|produc|minimum`),
		"answer_by":   beside(`repl|answer|hear|respon|quot|offer|back|let us|feedback`, `goods|deliver|\bship|dispatch|arriv|warehouse|produc|\bpay`),
		"total":       beside(`total|amount|sum|come|value|worth|add|order`, `\bpay|\bsav|\bowe|receiv|deposit|transport|freight|\bship`),
		"waiting":     beside("", `decided\b.* on|\bplac|\bbuy|nothing|restock`),
		"sold":        beside("", `earn|will|next|lost|miss`),
		"missed":      beside("", `\bsold\b|should be|spot|right|accurat|\bhit`),
		"past order":  beside("", `larg|small|bigg|long|cancel|\blate\b|withdr|\brest|hold|deliver|ship|\bpart|short|miss|wait|reach|arriv`),
	},
	"zh": {
		"arrival":     beside(`到|送|抵|达|交|收|日|期`, leavingZH+`|原来的?到货|现到货|原先|先前|此前|曾|原本|原就|本就|早就|已|不希望|不要|不想|不愿|价格`),
		"due":         beside(`到|交|定|日|期|应`, leavingZH+`|新|改|告知`),
		"outstanding": beside("", `已[^，。]{0,3}(?:收|到货|送)`),
		"moves":       beside(`到|交|日期|时间|期|变|移|动`, `应我|应贵|同意的|提前|提早|早|停`),
		"cancelled":   beside(`取消|撤|涉|及|余|剩`, `(?:^|[^未])到货|送达|仓|保留|欠|继续`),
		"volume":      beside(`订|购|下单|采|下了`, `未来|将|预计|计划|今后|要求|起订|每次|逾期|须|退|取消`),
		"wish":        beside(`望|请|求|盼|期|能|可否|可以|想|建议|愿|争取|目标|要是|太好`, `提高|增加|即为|已|约定|承诺|达成|说好|(?:^|[^能可是])不`),
		"lead_times":  beside("", `望|盼|请|今后|卸|入库`),
		"quantity":    beside(`需|询|报|量|要`, `发|送|寄|运|交货|下单|生产|预留|起订`),
		"answer_by":   beside(`复|报|答|反馈|回|函|告|给`, `送达|货|运|付`),
		"total":       beside(`总|合|共|额|计|价`, `付|收|定金|运`),
		"waiting":     beside("", `已(?:经)?(?:决|定|处理)|不急|下单|补货|没|无|采购`),
		"sold":        beside("", `利润|将|预计|损`),
		"missed":      beside("", `准|卖出|售出`),
		"past order":  beside("", `取消|撤|推|排|分批|欠|延|发|等|不足|少`),
	},
}

// misplaced returns the slots of the body beside which something else is said than
// they mean.
func (f facts) misplaced(text string) (faults []string) {
	for _, sentence := range sentencesOf(text) {
		for _, m := range slotForm.FindAllStringSubmatchIndex(sentence, -1) {
			name := sentence[m[2]:m[3]]
			c, ok := besides[f.language][name]
			if name == number.name && f.slots["volume"] != "" { // of the latest order, which is not the matter
				c, ok = besides[f.language]["past order"]
			}
			if !ok {
				continue
			}
			before, behind := sentence[:m[0]], sentence[m[1]:]
			all := strings.ToLower(slotForm.ReplaceAllString(before+" "+behind, " "))
			before = strings.TrimRight(before, " :：") // what a colon introduces
			if i := strings.LastIndexFunc(before, pausing); i >= 0 {
				before = before[i:]
			}
			if i := strings.IndexFunc(behind, pausing); i >= 0 {
				behind = behind[:i]
			}
			near := strings.ToLower(slotForm.ReplaceAllString(before+" "+behind, " "))
			switch {
			case c.with != nil && !c.with.MatchString(all):
				faults = append(faults, fmt.Sprintf("the sentence does not say what {{%s}} is", name))
			case c.never != nil && c.never.MatchString(near):
				faults = append(faults, fmt.Sprintf("%q does not go with {{%s}}", c.never.FindString(near), name))
			}
		}
	}
	return slices.Compact(faults)
}

// pausing reports whether a character ends a part of a sentence.
func pausing(r rune) bool { return strings.ContainsRune(`,;:()，；：、（）—–`, r) }

// sentencesOf cuts text with slots into sentences.
func sentencesOf(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".!?。！？", r) })
}
