package draft

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	faults "quartermaster/bot/fault"
	"quartermaster/core/plan"
)

// frames ask, allow or state a deed, in ways that rules by clause could take for
// something else: behind a reason asked for, behind a condition, politely, by halves.
// %[1]s is the deed, %[2]s the same as a gerund.
var frames = map[string][]string{
	"en": {
		"Please %[1]s.", "Kindly %[1]s.", "Could you %[1]s?", "Would you be able to %[1]s?", "We would be grateful if you could %[1]s.", "We would appreciate it if you would %[1]s.",
		"It would help us if you could %[1]s.", "Feel free to %[1]s.", "You may %[1]s.", "You are welcome to %[1]s.", "We suggest that you %[1]s.", "Would it be possible to %[1]s?",
		"Please tell us the reason and %[1]s.", "Please tell us what is ready and %[1]s.", "Please let us know whether you can %[1]s.", "If it is easier for you, please %[1]s.",
		"If anything is not clear, %[1]s.", "Should anything change, %[1]s.", "Once you have read this, %[1]s.", "As the goods have not arrived, %[1]s.", "Our wish is that you %[1]s.", "We need you to %[1]s.",
		"We ask that you %[1]s.", "We would like you to %[1]s.", "We want you to %[1]s.", "We hope you can %[1]s.", "Why not %[1]s?", "How about %[2]s?", "We look forward to your %[2]s.", "We propose %[2]s.",
		"To avoid trouble, please %[1]s.", "Because of our stock, please %[1]s.", "Due to our plans, we ask you to %[1]s.", "You told us of it, so please %[1]s.", "Thank you for your message; now please %[1]s.",
		"It should be that you %[1]s.", "You should %[1]s.", "You must %[1]s.", "We request you to %[1]s.", "We recommend %[2]s.", "Also, could you perhaps %[1]s?", "Do %[1]s.",
		"Please look at the table below, then %[1]s.", "Thank you in advance for %[2]s.", "If you could %[1]s, we would be glad.", "We expect you to %[1]s.", "Let us agree that you %[1]s.", "I would prefer you to %[1]s.",
	},
	"zh": {
		"请%[1]s。", "烦请%[1]s。", "能否%[1]s？", "可否请贵方%[1]s？", "希望贵方%[1]s。", "建议贵方%[1]s。", "贵方可以%[1]s。", "请告知原因并%[1]s。", "请说明情况，然后%[1]s。", "如方便，请%[1]s。",
		"如有变动，请%[1]s。", "因货物尚未到达，请%[1]s。", "我方要求%[1]s。", "我方希望贵司%[1]s。", "为避免麻烦，请%[1]s。", "来函收悉，请%[1]s。", "请贵方核对后%[1]s。", "是否可以%[1]s？", "麻烦您%[1]s。", "恳请%[1]s。",
		"若贵方同意，请%[1]s。", "请回复是否可行，并%[1]s。", "贵方不妨%[1]s。", "我方想请您%[1]s。", "敬请%[1]s，谢谢。", "劳驾%[1]s。", "盼贵方%[1]s。", "应%[1]s。",
	},
}

type deed [2]string // to do, doing; in Chinese only the former

var (
	slowly = []deed{{"postpone the delivery", "postponing the delivery"}, {"deliver the goods later", "delivering the goods later"}, {"delay the shipment", "delaying the shipment"},
		{"slow the production down", "slowing the production down"}, {"put off the dispatch", "putting off the dispatch"}, {"hold back what is ready", "holding back what is ready"}}
	slowlyZH = []deed{{"推迟发货"}, {"延后交货"}, {"放慢生产"}, {"再推迟到货日期"}, {"晚些发货"}}
)

// deeds are the opposite of what a letter asks for, or nothing of its matter.
var deeds = map[string]map[plan.LetterKind][]deed{
	"en": {
		plan.LetterExpedite: slowly, plan.LetterDelay: append([]deed{{"suspend the dispatch", "suspending the dispatch"}}, slowly[:4]...),
		plan.LetterOrder:  {{"postpone the delivery", "postponing the delivery"}, {"delay the shipment", "delaying the shipment"}, {"deliver later than asked", "delivering later than asked"}, {"reject the order", "rejecting the order"}, {"return the goods", "returning the goods"}},
		plan.LetterLead:   {{"extend the lead time", "extending the lead time"}, {"deliver later", "delivering later"}, {"take longer", "taking longer"}, {"increase the lead time", "increasing the lead time"}, {"slow down", "slowing down"}},
		plan.LetterPrice:  {{"raise the prices", "raising the prices"}, {"increase your prices", "increasing your prices"}, {"charge us higher prices", "charging us higher prices"}, {"make the goods more expensive", "making the goods more expensive"}, {"raise the price of each order", "raising the price of each order"}},
		plan.LetterMOQ:    {{"raise the minimum", "raising the minimum"}, {"increase the minimum quantity", "increasing the minimum quantity"}, {"ask for larger orders", "asking for larger orders"}, {"set a higher minimum", "setting a higher minimum"}, {"increase the MOQ", "increasing the MOQ"}},
		plan.LetterChange: {{"keep the order unchanged", "keeping the order unchanged"}, {"leave it as ordered", "leaving it as ordered"}, {"keep everything as it was", "keeping everything as it was"}, {"leave the lines unchanged", "leaving the lines unchanged"}},
		plan.LetterCancel: {{"continue with the order", "continuing with the order"}, {"keep producing the goods", "producing on, and keep the goods"}, {"go ahead with the shipment", "going on; go ahead with the goods"}, {"ship them", "resuming the order"}, {"resume the production", "resuming the production"}, {"proceed with the goods", "proceeding with the goods"}},
		plan.LetterRFQ:    {{"ship the goods", "your order now"}, {"regard this as our order", "regarding this as our order"}, {"start the production", "starting the production"}, {"book the goods for us", "booking the goods for us"}, {"deliver the goods", "manufacturing the goods now, as an order"}, {"confirm our order", "confirming our order"}},
	},
	"zh": {
		plan.LetterExpedite: slowlyZH, plan.LetterDelay: slowlyZH[:4], plan.LetterOrder: {{"推迟发货"}, {"延后交货"}, {"拒绝本订单"}, {"退回货物"}},
		plan.LetterLead:  {{"延长交货周期"}, {"放慢交货"}, {"推迟交货"}, {"增加交货时间"}},
		plan.LetterPrice: {{"提高价格"}, {"上调单价"}, {"提高采购价"}, {"调高报价"}}, plan.LetterMOQ: {{"提高起订量"}, {"上调最小起订量"}, {"增加每批数量"}, {"设定更高的起订量"}},
		plan.LetterChange: {{"保持不变"}, {"维持原订单"}}, plan.LetterCancel: {{"继续生产"}, {"照常交货"}, {"恢复订单"}, {"保留货物"}},
		plan.LetterRFQ: {{"直接发货"}, {"安排生产"}, {"按订单生产"}, {"确认订单"}, {"预留货物"}},
	},
}

// consent are sentences that agree, give way or turn a request round by another turn
// of phrase. They stand in every letter.
var consent = map[string][]string{
	"en": {
		"We accept the new price.", "We hereby agree to it.", "We have agreed to your wish.", "It is accepted.", "The new prices are accepted.", "Your wish is agreed.", "We can agree to that.", "We gladly accept.",
		"Please note that we agree.", "We confirm that we accept it.", "As you ask, we accept the new terms.", "If you insist, we agree.", "Whatever you decide, we accept it.", "We do agree.", "We are happy to accept.",
		"I agree with all of it.", "Please be assured that we accept.", "We think that we agree.", "We would accept higher prices.", "It is not that we do not agree.", "We will take everything.", "We shall order again.", "We'll take all of it.",
		"We are going to order more.", "We will be glad to order more.", "We will of course take more.", "If you hurry, we will order again.", "So that you know, we will buy more.",
		"Please do not reply.", "We ask you not to answer.", "You need not answer.", "No answer is needed.", "Please never mind.", "Please ignore this letter.", "There is no need to reply.", "You do not have to act.", "Please stop.",
		"We would be grateful if you could not send anything.", "Please refrain from it.", "Please forget it.", "Your answer is not needed.", "This is not needed.", "We do not need an answer.", "We have not asked for this.",
		"Please avoid sending the goods.", "This letter has not to be answered.", "We are not asking for anything.", "We cannot accept your goods.", "It will not be needed.", "The table need not be read.", "Please do, by no means, answer.",
	},
	"zh": {
		"我方同意该价格。", "我司接受新的条件。", "我们已经同意。", "双方已同意。", "如贵方坚持，我方接受。", "我方对此同意。", "我公司同意贵方意见。", "请知悉我方同意。", "我方不得不同意。", "我方没有不同意。", "经考虑，同意。",
		"我方将增加订购。", "我们会再次订购。", "我司愿付更多。", "我方将全部收下。", "若贵方同意，我方将下更多订单。", "请不要回复。", "无需回复。", "请勿理会。", "不必回信。", "没必要答复。", "请停止。", "请忽略本函。", "贵方不用处理。", "无须告知。",
		"请别回复。", "如方便，请不要回复。", "不得回复。", "请贵方不再理会。", "我方并非没有同意。",
	},
}

// late are sentences by which later goods are well or wanted.
var late = map[string][]string{
	"en": {
		"A later arrival is no problem.", "The goods come later, which is fine by us.", "The new day is good for us.", "The delay does not affect us.", "The delay will not affect us.", "The delay does not matter.", "The delay is no trouble.",
		"We do not mind the delay.", "We can live with the delay.", "We understand the delay and are happy to wait.", "The delay is in order.", "Your new date is in order.", "We postponed it ourselves.", "We have postponed the order.",
		"The later day is better.", "We prefer the later day.", "Later goods are welcome.", "The delay helps us.", "The delay suits our plans.", "We are pleased about the delay.", "We thank you for the delay.", "The order may come later.",
		"Goods that come later are acceptable.", "It would be good if it came later.", "Your delay is excused.", "There is time.", "There is no pressure.", "You have all the time you need.",
	},
	"zh": {"推迟也可以。", "延期没有问题。", "推迟对我方没有影响。", "我方欢迎推迟。", "推迟更好。", "我方不介意延期。", "推迟到货正合适。", "我方推迟了订单。", "延期可以接受。", "我方理解并可以等待推迟的货物。", "时间充裕，可推迟。", "推迟无所谓。"},
}

// inWeek are sentences that a weekly report must not hold.
var inWeek = map[string][]string{
	"en": {"Sales improved.", "Please decide within the week.", "Please decide by the end of the week.", "Please order more.", "Please ignore the lists.", "We promise to order.", "The stock is fine.", "Everything is better than last week.",
		"Please approve the orders.", "Please do not decide.", "There are twelve of them.", "Please wait with the orders.", "Please decide next week.", "It rose.", "The risk is lower.", "Please reject what waits.", "Please decide this week.", "Please decide on it this week.", "We will order it.", "Never mind the risk."},
	"zh": {"销售好转。", "请本周内决定。", "请在本周末前决定。", "请增加订购。", "请忽略清单。", "我方保证下单。", "库存正常。", "比上周更高。", "请批准订单。", "请不要决定。", "共十二种。", "请推迟决定。", "请下周决定。", "风险下降。", "请拒绝订单。", "请本周决定。"},
}

// TestLooseningOpensNothing slips what is wrong into clean drafts by patterns written
// after the rules by clause, and demands that none passes.
func TestLooseningOpensNothing(t *testing.T) {
	tally := faults.Count(t, "mutated drafts by clause, to be refused", 3)
	rng := rand.New(rand.NewPCG(9, 10))
	tally.Add("accepted", 0)
	for _, f := range everyFacts(t) {
		var bad []string
		for _, d := range deeds[f.language][f.kind] {
			for _, frame := range frames[f.language] {
				if f.kind == plan.LetterRFQ && strings.Contains(frame, "whether you can") {
					continue // whether goods can be had is the question of such a letter
				}
				s := fmt.Sprintf(frame, d[0], d[1])
				if at := strings.Index(s, "%!"); at >= 0 {
					s = s[:at]
				}
				bad = append(bad, s)
			}
		}
		tally.Add("directions", len(bad))
		if f.kind == plan.LetterDelay || f.kind == plan.LetterExpedite {
			bad = append(bad, late[f.language]...)
		}
		bad = append(bad, consent[f.language]...)
		tally.Add("consents", len(consent[f.language]))
		for i, what := range bad {
			// Alone, which is cheap, and every fifth in a letter.
			if len(f.saying(part{"subject", what})) == 0 {
				tally.Add("accepted", 1)
				t.Errorf("%s %s: %q was accepted", f.kind, f.language, what)
			}
			if i%5 > 0 {
				continue
			}
			l := draw(rng, f.kind, f.language)
			l.Body += map[string]string{"en": " "}[f.language] + what
			if len(f.verifyPart(part{"body", l.Body})) == 0 {
				tally.Add("accepted", 1)
				t.Errorf("%s %s: %q was accepted in\n%s", f.kind, f.language, what, l.Body)
			}
		}
	}
}

var cleanWeek = map[string]string{
	"en": "Here is this week's report. It shows {{red}} and {{risk}}. Please look at what waits and decide: {{waiting}}.",
	"zh": "以下是本周的库存报告。目前有{{red}}，{{risk}}。请查看等待中的事项并决定：{{waiting}}。",
}

// TestWrongWeeks does the same to a weekly report.
func TestWrongWeeks(t *testing.T) {
	for _, language := range []string{"en", "zh"} {
		f := weekFacts(sampleWeek(language))
		clean := cleanWeek[language]
		if why := f.verify(letter{Body: clean}); len(why) > 0 {
			t.Fatal(why)
		}
		for _, what := range inWeek[language] {
			for _, body := range []string{clean + " " + what, what + " " + clean} {
				if len(f.verify(letter{Body: body})) == 0 {
					t.Errorf("%q was accepted", body)
				}
			}
		}
	}
}
