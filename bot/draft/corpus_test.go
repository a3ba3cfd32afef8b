package draft

import (
	"math/rand/v2"
	"strings"

	"quartermaster/core/plan"
)

// clean is a stock of sentences as a good model writes them, per kind and language:
// choices of a subject, then of each sentence of the body.
type clean struct {
	subject []string
	body    [][]string
}

var (
	greetings = map[string][]string{
		"en": {"Dear {{recipient}},", "Hello {{recipient}},", "Good day {{recipient}},"},
		"zh": {"{{recipient}}，您好：", "尊敬的{{recipient}}：", "{{recipient}}，你好！"},
	}
	closings = map[string][]string{
		"en": {"Kind regards,\n{{shop}}", "Best regards\n{{shop}}", "Many thanks,\n{{shop}}", "Sincerely,\n{{shop}}"},
		"zh": {"此致\n敬礼\n{{shop}}", "谢谢！\n{{shop}}", "顺颂商祺\n{{shop}}"},
	}
	endings = map[string][]string{
		"en": {"", " Thank you for your help.", " We look forward to your reply.", " Please do not hesitate to ask if anything is unclear."},
		"zh": {"", "感谢贵公司的支持。", "期待您的回复！", "如有问题，请随时与我们联系。"},
	}
)

var corpus = map[string]map[plan.LetterKind]clean{
	"en": {
		plan.LetterRFQ: {
			[]string{"Request for quotation", "Request for a quotation from {{shop}}", "Your quotation, please"},
			[][]string{
				{"Please send us your quotation for the goods in the table below.", "We would like to ask you for a quotation; the goods stand in the table below."},
				{" We need {{quantity}}.", " The quantity needed is {{quantity}}."},
				{" Please tell us your price, the minimum quantity, the lead time and how long the offer is valid.", " Kindly name the price, the minimum order quantity, the lead time and the validity of your offer."},
				{" We would like to hear from you {{answer_by}}.", " Please reply {{answer_by}}."}}},
		plan.LetterOrder: {
			[]string{"Purchase order {{order_number}}", "Our new order {{order_number}}", "Order {{order_number}} from {{shop}}"},
			[][]string{
				{"Please find our purchase order {{order_number}} below and in the attached file.", "We are pleased to send you our purchase order {{order_number}}; the details stand in the table below and in the attached file."},
				{" It has {{lines}}, and the total is {{total}}.", " The total amount is {{total}}."},
				{" The arrival we ask for is {{arrival}}.", " Please plan for an arrival on {{arrival}}."},
				{" Please confirm the order, the prices and the arrival date.", " Kindly check the order and confirm the prices and the arrival date to us."}}},
		plan.LetterExpedite: {
			[]string{"Purchase order {{order_number}}: goods outstanding", "Please speed up order {{order_number}}", "Urgent: order {{order_number}}"},
			[][]string{
				{"We are still waiting for {{outstanding}} of our purchase order {{order_number}}.", "Of our order {{order_number}}, {{outstanding}} are still outstanding."},
				{" The agreed arrival was {{due}}, and the goods are {{days_late}}.", " They were agreed for {{due}} and are {{days_late}}."},
				{" Please speed the order up and send what is ready.", " We ask you to expedite it and to ship whatever is finished."},
				{" Please tell us the new day of arrival and the reason.", " Kindly let us know the new arrival date as soon as possible."}}},
		plan.LetterDelay: {
			[]string{"Purchase order {{order_number}}: your notice", "Delay of order {{order_number}}"},
			[][]string{
				{"Thank you for your message about our order {{order_number}}.", "We have read your notice about purchase order {{order_number}}."},
				{" We understand that the arrival moves {{moves}}, and that {{outstanding}} are outstanding.", " It says that the arrival moves {{moves}}. This concerns {{outstanding}}."},
				{" Please tell us the reason and what could be sent ahead.", " Could you tell us what caused it and which goods are ready to be sent ahead?"},
				{" Please let us know at once if the date moves again.", " Kindly keep us informed of any further change."}}},
		plan.LetterChange: {
			[]string{"Purchase order {{order_number}}: request for a change", "Change of order {{order_number}}"},
			[][]string{
				{"We are sorry to trouble you with a change of our purchase order {{order_number}}.", "We apologise, but we have to ask for a change of our order {{order_number}}."},
				{" The table below shows each line as ordered and as we ask for it now.", " Please see the table below for what was ordered and what we ask for."},
				{" The arrival we ask for is {{arrival}}.", " For the arrival we now ask for {{arrival}}."},
				{" Please tell us if this is possible and what it would mean.", " Could you let us know whether this can be done? The order stands as it is until we hear from you."}}},
		plan.LetterCancel: {
			[]string{"Purchase order {{order_number}}: cancellation", "Cancellation of order {{order_number}}"},
			[][]string{
				{"We are sorry to tell you that we have to cancel what is outstanding of our purchase order {{order_number}}.", "We apologise: we must cancel the rest of our order {{order_number}}."},
				{" This concerns {{cancelled}}, as listed in the table below.", " The cancelled goods are {{cancelled}}; the table below lists them."},
				{" Please confirm the cancellation in writing.", " Kindly confirm by reply to this letter."},
				{" Please tell us at once if any of the goods have been made or shipped already.", " If anything has been produced already, please let us know."}}},
		plan.LetterPrice: {
			[]string{"Request for better prices", "Prices of our orders"},
			[][]string{
				{"Thank you for the good cooperation.", "We are grateful for the reliable cooperation."},
				{" So far we have ordered {{volume}} from you, the latest order being {{order_number}}.", " Our orders came to {{volume}}, and the latest is {{order_number}}."},
				{" On this basis we ask for {{wish}}.", " We would therefore like to ask for {{wish}}."},
				{" The table below lists the goods with their present prices. Please send us a new offer.", " Please look at the present prices in the table below and let us have your best offer."}}},
		plan.LetterMOQ: {
			[]string{"Minimum order quantity", "Request for smaller orders"},
			[][]string{
				{"Thank you for the good cooperation.", "We value working with you."},
				{" Our orders came to {{volume}}; the latest is {{order_number}}.", " We have ordered {{volume}} from you, most recently with {{order_number}}."},
				{" To order smaller quantities more often, we ask for {{wish}}.", " Smaller and more frequent orders would help us both, so we ask for {{wish}}."},
				{" The table below lists the present minimum of each product. Please let us know what is possible.", " Please see the present quantities in the table below and send us your answer."}}},
		plan.LetterLead: {
			[]string{"Request for a shorter lead time", "Lead time of our orders"},
			[][]string{
				{"Thank you for the good cooperation. Our orders came to {{volume}}; the latest is {{order_number}}.", "We have ordered {{volume}} from you, most recently with {{order_number}}."},
				{" By our records, {{lead_times}}.", " Looking at the past deliveries, {{lead_times}}."},
				{" We ask for {{wish}}.", " It would help us a lot to have {{wish}}."},
				{" Please tell us what would make faster deliveries possible.", " Could you let us know what you need from us for quicker deliveries?"}}},
	},
	"zh": {
		plan.LetterRFQ: {
			[]string{"询价", "关于产品的询价", "{{shop}}询价函"},
			[][]string{
				{"现就下表所列产品向贵方询价。", "我方对下表中的产品有采购需求，特此询价。"},
				{"需求数量为 {{quantity}}。", "所需数量：{{quantity}}。"},
				{"请告知单价、最小起订量、交货周期及报价有效期。", "烦请提供单价、起订量、交期和报价有效期。"},
				{"望于 {{answer_by}}回复。", "请于 {{answer_by}}提供报价。"}}},
		plan.LetterOrder: {
			[]string{"采购订单 {{order_number}}", "新订单 {{order_number}}"},
			[][]string{
				{"现附上我方采购订单 {{order_number}}，明细见下表及附件。", "随信发送采购订单 {{order_number}}，共 {{lines}}，详情请见下表和附件。"},
				{"总金额为 {{total}}。", "订单总额：{{total}}。"},
				{"要求到货日期为 {{arrival}}。", "希望到货日期为 {{arrival}}。"},
				{"请核对订单、价格和到货日期，并回复确认。", "请确认订单、价格及到货日期。"}}},
		plan.LetterExpedite: {
			[]string{"采购订单 {{order_number}} 催货", "关于订单 {{order_number}} 的交货"},
			[][]string{
				{"我方采购订单 {{order_number}} 尚有 {{outstanding}}未到货。", "贵方尚未交付订单 {{order_number}} 中的 {{outstanding}}。"},
				{"约定到货日期为 {{due}}，现已{{days_late}}。", "该批货物约定于 {{due}} 到货，现{{days_late}}。"},
				{"请加快生产和发货，先发出已备好的货物。", "请尽快安排发货，已完成的货物请先行发出。"},
				{"请告知新的到货日期及原因。", "烦请回复新的到货日期。"}}},
		plan.LetterDelay: {
			[]string{"关于订单 {{order_number}} 的延迟", "采购订单 {{order_number}}：交期通知"},
			[][]string{
				{"感谢贵方告知采购订单 {{order_number}} 的情况。", "贵方关于订单 {{order_number}} 的通知已收到。"},
				{"我方获悉到货日期{{moves}}，涉及 {{outstanding}}。", "据通知，到货日期{{moves}}，尚有 {{outstanding}}未到货。"},
				{"请告知原因，以及哪些货物可以先行发出。", "请说明延迟的原因，并先发出已备好的货物。"},
				{"如日期再有变动，请立即通知我方。", "若有新的情况，请及时告知。"}}},
		plan.LetterChange: {
			[]string{"采购订单 {{order_number}} 变更申请", "关于订单 {{order_number}} 的变更"},
			[][]string{
				{"很抱歉，我方需要申请变更采购订单 {{order_number}}。", "非常抱歉给贵方添麻烦，我方希望变更订单 {{order_number}}。"},
				{"下表列出原订数量与现申请数量。", "原订数量和申请数量见下表。"},
				{"现申请的到货日期为 {{arrival}}。", "希望到货日期改为 {{arrival}}。"},
				{"请告知能否变更以及相应的影响。", "请回复是否可行，在贵方确认之前原订单继续有效。"}}},
		plan.LetterCancel: {
			[]string{"采购订单 {{order_number}} 取消通知", "关于取消订单 {{order_number}}"},
			[][]string{
				{"很抱歉通知贵方，我方需要取消采购订单 {{order_number}} 中未到货的部分。", "非常抱歉，我方不得不取消订单 {{order_number}} 的剩余部分。"},
				{"取消数量为 {{cancelled}}，明细见下表。", "涉及 {{cancelled}}，详见下表。"},
				{"请书面确认取消。", "请回复确认。"},
				{"如货物已生产或已发出，请立即告知。", "如已有货物完成生产，请及时告知我方。"}}},
		plan.LetterPrice: {
			[]string{"关于产品价格的商洽", "价格商洽"},
			[][]string{
				{"感谢贵方长期以来的合作。", "非常感谢贵公司的配合与支持。"},
				{"我方已向贵方订购 {{volume}}，最近的订单为 {{order_number}}。", "截至订单 {{order_number}}，我方共订购 {{volume}}。"},
				{"在此基础上，我方希望{{wish}}。", "为此，我方的期望是{{wish}}。"},
				{"现行价格见下表，请提供新的报价。", "下表为现行价格，盼复新的报价。"}}},
		plan.LetterMOQ: {
			[]string{"关于起订量的商洽", "最小起订量"},
			[][]string{
				{"感谢贵方长期以来的合作。", "很高兴与贵公司合作。"},
				{"我方已向贵方订购 {{volume}}，最近的订单为 {{order_number}}。", "截至订单 {{order_number}}，我方共订购 {{volume}}。"},
				{"为了以更小的数量更频繁地下单，我方希望{{wish}}。", "希望贵方考虑{{wish}}。"},
				{"现行起订量见下表，请告知是否可行。", "各产品的现行起订量见下表，盼复。"}}},
		plan.LetterLead: {
			[]string{"关于交货周期的商洽", "缩短交货周期"},
			[][]string{
				{"感谢贵方长期以来的合作。我方已订购 {{volume}}，最近的订单为 {{order_number}}。", "截至订单 {{order_number}}，我方共订购 {{volume}}。"},
				{"根据我方记录，{{lead_times}}。", "从下单到到货，{{lead_times}}。"},
				{"我方希望{{wish}}。", "为满足销售需要，希望{{wish}}。"},
				{"请告知怎样才能更快交货。", "请回复有何办法加快交货。"}}},
	},
}

// draw makes one clean draft.
func draw(rng *rand.Rand, kind plan.LetterKind, language string) letter {
	pick := func(s []string) string { return s[rng.IntN(len(s))] }
	c := corpus[language][kind]
	var body strings.Builder
	for i, sentence := range c.body {
		s := pick(sentence)
		if i > 0 && rng.IntN(4) == 0 {
			s = "\n\n" + strings.TrimSpace(s)
		}
		body.WriteString(s)
	}
	body.WriteString(pick(endings[language]))
	return letter{pick(c.subject), pick(greetings[language]), body.String(), pick(closings[language])}
}

// opposite are sentences that turn a letter of a kind into its opposite.
var opposite = map[string]map[plan.LetterKind][]string{
	"en": {
		plan.LetterRFQ:      {"Please regard this as our order.", "Please ship the goods at once.", "We hereby order.", "Please start producing the goods.", "There is no need to answer.", "Please confirm our order.", "Your competitor is cheaper.", "Please name a higher price.", "Please send the goods.", "Please confirm the order now.", "Please start the production time now, we need the goods.", "Please take it as an order, not as a request.", "It is not true that this is not an order.", "Please deliver them.", "Please deliver the goods.", "Please confirm the price and the order.", "We have decided on an order.", "Please ship the products."},
		plan.LetterOrder:    {"Please do not confirm the order.", "Please disregard this order.", "Please hold back the goods.", "There is no need to deliver.", "Please postpone the delivery.", "Please deliver later than asked.", "Please delay any shipment.", "If you like, please delay the goods.", "We ask you not to ship.", "No confirmation is needed.", "If possible, do not confirm.", "A delay is fine, please return the goods.", "If there are any delays, that is fine.", "Please send a few days later."},
		plan.LetterExpedite: {"There is no hurry.", "Please slow the order down.", "Please take your time.", "Please postpone the delivery.", "Please send the goods later.", "You need not hurry, please don't send anything.", "The goods came early.", "The goods have not to be sent.", "It should be postponed.", "Please ship slowly, a later day is fine.", "We ask you not to hurry.", "The goods arrived early.", "If you can, do not ship.", "It was postponed by us.", "As early as possible is too early.", "We were pushed back, please push it back."},
		plan.LetterDelay:    {"Please deliver even later.", "There is no hurry.", "The delay is fine with us.", "Please slow down.", "Please postpone it again.", "The new date works for us.", "There is no need to tell us the reason.", "The later day is welcome.", "We welcome the delay.", "We agree to the later date.", "We have agreed.", "The new day is agreed.", "It may be postponed again.", "Later is better.", "We approve the change.", "It is not that we have not agreed.", "The goods are later than agreed, which suits us.", "It was postponed, and we are glad.", "You told us of the later date, and it is all right.", "We are glad that it moves."},
		plan.LetterChange:   {"Please leave it as ordered.", "Please keep the order unchanged.", "The change is final.", "You must make the change.", "Please ignore the table.", "We do not ask for a change.", "The change must be made.", "Please keep the order as it was.", "The lines stay unchanged.", "Nothing is asked for.", "We approve it until you answer.", "The order stands unchanged.", "We must insist."},
		plan.LetterCancel:   {"Please go ahead with the goods.", "Please continue with the order.", "Please keep the order.", "Please do not cancel anything.", "Please ship them now.", "Please proceed as planned.", "Please continue working on the goods.", "Please continue our order.", "Please keep the goods.", "Please keep producing.", "Please continue with production.", "Please keep us informed and keep the goods.", "Please continue working together on the goods.", "If it is not made, make it."},
		plan.LetterPrice:    {"Please raise the prices.", "We ask for higher prices.", "Please increase the price.", "The prices are too low.", "The prices should go up.", "Please do not lower the prices.", "We are happy with the prices.", "We demand higher prices.", "The prices have increased, and that is right.", "Please increase the order prices.", "Rising prices are fine.", "Please raise the price point.", "Demand has risen, and so should your prices.", "Our orders have increased, please increase prices too.", "Could you accept more money?"},
		plan.LetterMOQ:      {"Please raise the minimum.", "We ask for a higher minimum.", "We would like larger orders.", "Please increase the quantity.", "The minimum is too small.", "We want to order less often.", "We want larger minimums.", "Please raise the minimum as demand is rising.", "A higher minimum helps.", "We ask you not to lower it.", "Please go higher than we ask.", "Demand has risen, so raise it.", "We need larger than we ask."},
		plan.LetterLead:     {"Please take more time.", "We ask for a longer lead time.", "Please extend the lead time.", "Please deliver more slowly.", "There is no rush.", "Please deliver later.", "Please increase the lead time.", "Longer times are fine.", "We ask you not to speed up.", "Please take longer than we ask.", "Demand is rising, so take more time."},
	},
	"zh": {
		plan.LetterRFQ:      {"请视为订单。", "请直接发货。", "请安排生产。", "我方特此订购。", "无需报价。", "请确认订单。", "其他供应商更便宜。", "请提高价格。", "请确认订购。", "请安排生产和发货。", "这不是询价，而是订单。", "请继续。", "请预留货物。", "请确认单价并发货。", "请安排生产周期并生产。"},
		plan.LetterOrder:    {"请不要确认订单。", "请忽略本订单。", "请推迟交货。", "无需交货。", "请延后发货。", "如方便请推迟交货。", "请别发货。", "没必要确认。", "不得发货。", "请毋须确认。", "如有延期，也可以推迟。", "第一时间退货。"},
		plan.LetterExpedite: {"不急。", "请放慢生产。", "请推迟发货。", "请延后交货。", "货物早到了。", "请慢慢安排。", "请不要发货。", "货物已提前到达。", "请再延期。", "请别发货。", "可以晚些发。"},
		plan.LetterDelay:    {"请再推迟交货。", "我方没问题。", "没关系。", "请放慢生产。", "不急。", "无需告知原因。", "我方已同意。", "我方并非未同意。", "我方接受此变更。", "推迟没关系。", "如需推迟，我方同意。", "请批准推迟。", "我方没有不同意。", "推迟的原因无妨。"},
		plan.LetterChange:   {"请保持不变。", "请维持原订单。", "贵方必须变更。", "变更已生效。", "请忽略下表。", "在贵方答复之前，变更已生效。", "请保持不变，无需变更。", "在贵方回复之前，必须变更。"},
		plan.LetterCancel:   {"请继续生产。", "请照常交货。", "请保留订单。", "请不要取消。", "请恢复订单。", "请尽快发货。", "请继续支持生产。", "请继续履行订单。", "请保留货物。", "请继续交货。", "请继续合作生产。", "我方不需要取消。"},
		plan.LetterPrice:    {"请提高价格。", "请上调价格。", "希望涨价。", "价格太低。", "请不要下调价格。", "我方希望价格更高。", "请提高采购价。", "请提高单价。", "请增加采购价。", "请提高价格以提高效率。", "需求增加，价格也应提高。", "不必降价。", "降价后请再涨价。"},
		plan.LetterMOQ:      {"请提高起订量。", "请上调最小起订量。", "起订量太小。", "请增加数量。", "我方希望更大的数量。", "请增加起订量。", "希望起订量较大。", "更大的起订量更好。"},
		plan.LetterLead:     {"请延长交货周期。", "请放慢交货。", "请推迟交货。", "不急。", "我方希望更长的周期。", "请增加交货时间。", "请别加快交货。", "无需缩短。"},
	},
}

// wrong are what else a draft may not say, per language.
var wrong = map[string]map[string][]string{
	"en": {
		"number":  {"Please send 12 more.", "Please send twelve more.", "It is half of it.", "There are a dozen of them.", "That is ٥ of them.", "Please send a hundred.", "The second one is ready.", "Please send it once.", "The single one is here.", "Twice that, please.", "Double it.", "It is twice as much."},
		"unit":    {"Please count the cartons.", "Please weigh the kilograms.", "Please send the pallets.", "Please pay in dollars.", "It is USD.", "Please count the pieces.", "Please quote per carton.", "Please count the units.", "The price is per pallet.", "A few containers are ready."},
		"sku":     {"Please send the SW-22423 ahead.", "It is about the Regency Cakestand 3 Tier.", "Please send ABC ahead.", "The 84879 is missing.", "Please send the Assorted Colour Bird Ornament.", "It is the XK model.", "The FOB is here.", "Please see REF."},
		"date":    {"Please ship on Monday.", "Please ship by January.", "Please ship tomorrow.", "Please ship within days.", "Please ship next week.", "Please ship in May.", "Please ship at noon.", "Please ship this year.", "Please ship within a day.", "Please ship every day.", "Please ship the next day.", "Please ship a day later.", "Please ship the same day.", "Please ship overnight."},
		"promise": {"We will pay at once.", "We guarantee more orders.", "We accept the new price.", "We agree to this.", "You get a bonus.", "We promise large orders.", "We'll order again.", "Please use our new bank account.", "You must sign the contract.", "We are willing to accept it.", "We will be glad to pay.", "We will be happy to order more.", "If you agree, we accept.", "We accept our part of it.", "We are willing to pay.", "We'll be glad to sign the contract.", "Your commitment is a contract."},
	},
	"zh": {
		"number":  {"请再发12件。", "请再发十二件。", "共五箱。", "只有半数。", "第一批先发。", "请发壹佰件。", "两批。", "有一批已备好。", "这一批先发。", "再发一箱。", "再三件。", "十万一件。", "请发第一批。", "万一件。", "请于一日发货。"},
		"unit":    {"请以公斤计。", "以美元计。", "请清点纸箱。", "请发托盘。", "价格为欧元。", "请按吨计。", "以千克计。"},
		"sku":     {"请先发 SW-22423。", "关于 Regency Cakestand 3 Tier。", "请先发 ABC。", "缺少 84879。", "关于 Assorted Colour Bird Ornament。"},
		"date":    {"请明天发货。", "请周末前发货。", "请于月底发货。", "春节前发货。", "请本周发货。", "请于明年发货。", "请于星期五发货。", "请当天发货。", "请次日发货。", "请于日内发货。"},
		"promise": {"我方保证再次订购。", "我方同意。", "我方接受新价格。", "我们将付款。", "请汇款至新账户。", "我方承诺更多订单。", "我方愿意签合同。", "我方愿接受。", "我方将付款。", "我们会同意。", "我方将继续采购。", "能否接受我方付款。", "我方保证供应。"},
	},
}
