package draft

import (
	"slices"
	"strings"

	"quartermaster/core/plan"
)

// Words that every letter has can still say what nobody gave: that the supplier agreed,
// that the goods have come, that we take on the cost. A claim is such a turn of phrase.
// A fact counts where it is stated or reported, and not where a question or a condition
// leaves it open; what binds us counts everywhere.

// claim is a turn of phrase and the kinds it is the matter of.
type claim struct {
	says *pattern
	but  *pattern // what makes it harmless in the same sentence; nil: nothing does
	fine []plan.LetterKind
	why  string
}

const (
	invented  = "%q is a fact that nobody gave"
	binding   = "%q binds us, gives something up or agrees"
	offMatter = "%q is nothing of this letter's matter"
)

// turn makes a claim of expressions.
func turn(why, words, but string, fine ...plan.LetterKind) claim {
	c := claim{says: compile(words), fine: fine, why: why}
	if but != "" {
		c.but = compile(but)
	}
	return c
}

// either is the one expression or another.
func either(expressions ...string) string { return strings.Join(expressions, "|") }

// claims are by language. Each is needed for sentences of testdata/heldout/wrong*.txt.
var claims = map[string][]claim{
	"en": {
		// What the supplier did or is.
		turn(invented, `\byou (?:\w+ly |also |had |have |already |once |all )*(?:\w+[^e\W]ed|agreed|gave|given|made|sent|took|taken|put|held|kept|met|chose|chosen|knew|led|did|seem|appear|always|forgot|lost)\b`, `\byou (?:have |had )?(?:\w+ly )?(?:informed|advised|notified|reported|answered|replied|responded|given|received|shed|checked|reviewed|looked)\b`),
		turn(invented, `\byou (?:\w+ly |also |had |have |already |once )*(?:told|said|wrote|informed|explained|mentioned)\b`, ``, plan.LetterDelay),
		turn(invented, either(
			`\b(?:having|thanks? (?:you )?for) (?:already )?(?:confirmed|agreed|accepted|offered|agreeing|accepting|offering)\b`,
			`\bhaving (?:\w+ )?(?:sent|shipped|delivered|confirmed)\b`), ``),
		turn(invented, either(
			`\byour (?:goods|prices?|products?|quality|deliver\w+|service|offers?|production|planning|costs?) (?:\w+ ){0,2}(?:come|came|late|takes? too|seems?|did|do|does|were|was|have|has|had|are|is) (?:\w+ ){0,3}(?:not|too|up|poor|bad|low|high|good|fair|gone|meet|right|well)\b`,
			`\bbecause (?:of )?your?\b|\b(?:y?our) own (?:doing|fault|late|warehouse|choice|changes?)\b`,
			`\b(?:market|your costs?|prices?) (?:\w+ )?(?:has|have) (?:dropped|fallen|gone|come down|risen)\b`), ``),
		turn(invented, either(
			`\b(?:at|on|by) (?:y?our) (?:own )?(?:request|wish|suggestion|proposal|advice)\b|\b(?:following|after|thanks to) (?:y?our) (?:\w+ )?(?:request|wish|suggestion|proposal|advice|offer|promise|agreement|consent)\b`,
			`\b(?:as|like) (?:with|in|on) (?:\w+ )?(?:previous|earlier|past|last|other|former)\b|\bshort notice\b`), ``),
		turn(invented, either(
			`\bwe (?:\w+ )?know (?:the|your) (?:reasons?|causes?|prices?)\b|\byour (?:team|company|people|staff) (?:has|have|did|does|do|was|were|is|are)\b`,
			`^you (?:\w+ )?know\b|\bas (?:we|you) (?:\w+ )?(?:discussed|agreed|said|talked|spoke|arranged|promised|offered|asked|suggested|wished)\b|\balways the\b|\byou (?:should|could|must|would|might) have\b|\bwe (?:have |had )?(?:already )?(?:asked|told|called|reminded|warned) you\b|\bwe (?:had )?expected (?:something|this|that|it|nothing)\b`,
			`\b(?:largest|biggest|best|oldest|main|important|only) customers?\b|\bkeeps? us from\b`,
			`\b(?:often|usually|repeatedly|regularly) (?:late|delayed|too|comes?|came)\b|\b(?:seen|found|got|have|received) (?:\w+ ){0,2}(?:lower|better|cheaper|other) prices\b|\b(?:than|as) last time\b|\bfrom before\b`,
			`\bchanges? (?:has|have|had) (?:already |now )?been (?:made|done|agreed|accepted|approved|entered|recorded)\b`), `\b(?:whether|confirm\w*)\b`),
		turn(invented, either(
			`\b(?:pleasure|good|nice) (?:to meet|meeting|to visit|speaking)\b|\b(?:at|to|from) (?:the|a|your|our) fair\b|\binvited us\b|\bwas (?:\w+ )?(?:larger|smaller|longer) than\b`,
			`\b(?:new|amended|updated|revised) confirmation\b`,
			`\btable (?:\w+ ){0,3}(?:prices|minimums?) (?:that |which )?we (?:ask|hope|want|wish|would)\b`), `\b(?:not|yet|whether)\b`),
		turn(invented, either(
			`\b(?:it|this|that|you|they) seems?\b|\bseems? (?:that|to)\b|\bhardly\b|\bmore generous\b|\bour people\b`,
			`\b(?:goods|items|lines|products) (?:came|were|are) (?:too|damaged|poor|bad|wrong|full)\b|\bnever (?:happened|before)\b`,
			`\bwell noted\b|\balways (?:late|come|came|too)\b|\bunderstand your (?:reasons?|position)\b|\bfull of\b|\bprobably\b|\bno doubt\b`,
			`\bmust have\b|\btoo (?:many|few)\b`), ``),
		turn(invented, `\b(?:have|has|had) (?:already |now |all |both |just )*(?:received|arrived|come in|reached us)\b`, `\b(?:not|yet|nothing|n't|none|confirm|check|whether|if|message|notice|news|update|information|letter|note|word|communication|e-?mail|explanation|reply|report|(?:should|were to|was to) have)\b`),
		turn(invented, `\bthank(?:s| you)\b.* for (?:\w+ )?(?:shipp|send|deliver|mov|chang|postpon|lower|reduc|mak|agree|accept|hold|reserv|wait|start|produc)ing\b`, `\b(?:message|notice|news|updates?|word|us your|us a|sure|effort|time|possible|changes? possible|it possible)\b`),
		turn(invented, either(
			`\b(?:are|is) (?:already )?on (?:the|their|its) way\b`,
			`\byour (?:\w+ )?(?:answer|reply|confirmation) (?:\w+ )?(?:led|caused|came|was|has)\b|\bleads? to (?:a|more|larger|long)\b`,
			`\blasts?\b.*\b(?:until|till|long)\b|\bstock lasts\b`), ``),
		// Other firms, goods and orders.
		turn(offMatter, `\b(?:others|suppliers|competitors?|(?:other|another|several|various|many|different|new) (?:suppliers?|compan(?:y|ies)|firms?|customers?))\b`, ``),
		turn(offMatter, `\bsimilar\b|\bin (?:its|their) place\b|\b(?:other|different|alternative) (?:items?|goods|products?|articles?|lines?|things|terms)\b`, ``),
		turn(offMatter, either(
			`\beverything (?:that |which )?we have\b|\ball (?:of )?our (?:open )?orders\b|\b(?:takes?|in) the place of\b`,
			`\bconfirm \w+ in person\b|\bnew address\b|\bwarehouse until\b`), ``),
		turn(binding, `\bwe would (?:\w+ )?(?:place|order|buy|take)\b|\b(?:further|another) order\b`, ``, plan.LetterOrder, plan.LetterPrice, plan.LetterMOQ, plan.LetterLead),
		// What binds us.
		turn(binding, `\bwe (?:can|could|would|will|may|might) (?:\w+ )?order\b`, `\b(?:smaller|often|frequent\w*|regular\w*|flexib\w*|like to|need to|have to|want to|able to)\b`, plan.LetterMOQ),
		turn(offMatter, `\b(?:goods|items) ready\b`, ``, plan.LetterExpedite, plan.LetterDelay, plan.LetterLead, plan.LetterCancel),
		turn(offMatter, `\bto (?:our|your|another|other) (?:customers?|clients?)(?: directly)?$`, `\b(?:sensitive|important|valuable|promised|explain)\b`),
		turn(offMatter, `\b(?:better|lower|reduced) prices\b`, ``, plan.LetterPrice, plan.LetterMOQ),
		turn(binding, either(
			`\bmore orders\b|\borders? (?:more|again|next(?: time|$)|larger|bigger|everything)\b|\bsame order\b|\bsure to\b|\bcarry\b`,
			`\bfor us to (?:pay|cover|bear|take)\b|\bon us\b|\b(?:has|have|needs?) to (?:stay|remain|hold)\b|\bfor our account\b`,
			`\bsomething back\b|\b(?:last|final) word\b|\bno effect\b|\ball (?:of )?(?:our )?orders\b|\b(?:is|are) (?:now )?(?:decided|final)\b`,
			`\bit is enough\b|\bin line with\b|\bmatch(?:es)? the new\b`,
			`\b(?:treat|regard|consider|see|read) .*\bas (?:our order|changed)\b`, `\b(?:treat|regard|consider) .*\b(?:firm|final|agreed|confirmed|accepted|settled|approved|done)\b`,
			`\border (?:(?:the|this|that|same|these|those|more|goods|items|it|them|from|you) )*again\b`, `\bno (?:new|further|more|other) orders?\b`, `\b(?:can|may|might|could) (?:stay|remain|stand|be left)\b`,
			`\b(?:every|each) time\b|\bwe only (?:need|want)\b`,
			`\bwe (?:can|could)(?: \w+){0,2} (?:wait|work with|live|manage|do without|cope|make do)\b|\bthere is (?:still |enough |plenty of )?time\b`,
			`\bwill (?:\w+ )?be (?:sent|returned|refused|paid|placed|cancelled|ordered|accepted|rejected|charged|covered|taken|kept|changed|raised|reduced)\b`,
			`\bback later\b|\beverything else (?:stays|stands|remains)\b|\b(?:goes|go) (?:back to|to our)\b|\b(?:next|future|coming) (?:orders?|deliver\w+|shipments?) (?:is|are|comes?|will|shall|follows?|depends?)\b`,
			`\b(?:happy|satisfied|content|pleased|fine) with (?:the |your |our )?(?:(?:present|current|existing) \w+|prices?|minimums?|lead)\b`,
			`\bwe find the (?:\w+ )*prices? \w+|\beasily\b|\bmore changes\b|\bchange\w* (?:is|are) in force\b`,
			`\b(?:glad|happy|pleased|relieved|fortunate) that (?:the|it|they|these)\b|^we (?:\w+ )?buy\b|\bcompare (?:several|offers|prices)\b`,
			`\bdirectly to our\b`), `\b(?:hop|wish|look forward|like to order again)|\border more (?:often|regular|frequent|evenly|flexib)`),
		turn(binding, `\bwe (?:are|were|feel|would be|stand) (?:also |quite |very |even )*(?:ready|prepared|able|willing|happy|glad|open) to (?:take|accept|order|buy|pay|work (?:with|at) (?:the|these|your)|carry|cover|wait|live|keep|raise|increase)\b`, ``),
		turn(binding, either(
			`\bwe (?:\w+ )?(?:take (?:it|all|them|on|over|everything|as well)|take$|decided|have decided|see no|are coming|come to see|must stop|have to stop|go elsewhere)\b`,
			`\bwe (?:have to|must) place\b`), `\b(?:take (?:it into|them into|all (?:of )?this into)|decided to (?:ask|write))\b`),
		turn(binding, either(
			`\b(?:from now on|from today|as of today)\b|\bif we (?:do not hear|hear nothing)\b|\btake it (?:that|as)\b`,
			`\bwithout (?:your|an?|any) (?:answer|reply|word)\b|\bin any case\b|\bin return\b|\bout of business\b|\bsilence counts?\b`,
			`\bmakes? the order final\b|\bgot .* wrong\b|\bcan be (?:dropped|left out|forgotten)\b|\bwins?\b|\bpartner company\b`,
			`\b(?:confirm|reply|answer|write|respond) (?:to us )?only$|\bonly for now\b|\bon (?:the )?(?:understanding|condition|assumption) that\b|\botherwise\b|\b(?:put|entered|taken|set|planned) the new (?:date|day|arrival)\b|\b(?:good|great|fine) to know\b|\b(?:further|more|other|new) orders? (?:will|shall|follow)|\bmake up for\b|\bwe (?:would|will|can|could) (?:\w+ )?(?:share|provide|show|give)\b|\bshare (?:the|any|these) (?:costs?|price|risk)\b|\byou (?:will|would|shall) (?:get|receive)\b|\b(?:goods|items|products) (?:must|have to|need to)\b|\bwould be enough\b|\bmore time\b|\b(?:so|too) long\b`,
			`\b(?:see|take|regard) (?:this|it|the order) as\b|\blook(?:ing)? forward to (?:ordering|buying|more|the rest|larger)\b|\bwe (?:would|can|could) (?:\w+ )?understand\b`,
			`\bmore (?:business|sales|volume|work|money)\b|\b(?:open|latest|running) orders? too\b|\bprices (?:of|for|on) (?:the|our) (?:open|latest|running|last) orders?\b|\b(?:without (?:any|a)|no) minimum\b`,
			`\bonly the (?:price|quality|date)\b|\b(?:goods|quality|products) should be (?:better|cheaper|the same|faster)\b|\bprices? (?:will|shall|can|may)\b`,
			`\b(?:is|are) (?:only|just|merely) (?:a|our) (?:wish|guide|suggestion|idea|proposal|estimate)\b|\b(?:came|comes) from y?our side\b|\bwhenever (?:it|you|this|that)\b|\btakes? delivery\b|\bwill wait\b|\b(?:have|has) signed\b|\b(?:final|last) order\b`,
			`\bwithout (?:an?|the|any) (?:\w+ )?(?:check|inspection|test)\b|\bnot (?:been |be )?worth\b|\bprovided (?:that|the|this|it|you|we)\b`,
			`\bthe new (?:day|date|arrival) (?:stands|holds|applies|remains)\b|\b(?:enough|plenty) of (?:everything|it|them|these|all)\b`), ``),
		turn(binding, either(
			`\bno (?:answer|reply|confirmation|word|response|further (?:word|explanation|information|details?|reply|answer))\b|\bno future\b`,
			`\bneeds? no\b|\blast (?:change|request)\b`), `\b(?:have|until|as long as)\b.*\bno\b`),
		turn(binding, either(
			`\b(?:right|fine|good|enough|well|okay|acceptable|convenient|welcome) (?:for|by|to) us\b|\b(?:fine|okay|right|no problem) with us\b`,
			`\b(?:fits?|suits?|meets?) (?:us|our)\b|\bworks? (?:\w+ )?for us\b`,
			`\b(?:is|are) (?:quite |very |all |already )*(?:fair|reasonable|settled|right|all right|no (?:problem|trouble|matter|help))\b`,
			`\bof no (?:help|importance|consequence|interest|matter)\b|\bsmall (?:matter|thing|problem)\b`), `\b(?:would|could|might|cannot|can't|not|whether|if|confirm|check)\b`),
	},
	"zh": {
		turn(invented, `贵方(?:曾|已经|已|之前|先前|此前|早前|当初|原先|上次|以前|也)*(?:答应|同意|承诺|保证|说过|答允|许诺|确认过|确认了|已经?确认)`, `是否|能否|可否|如|若|倘|(?:确认|答复|回复|同意|答应|承诺|保证)[^，。]{0,4}前|请`),
		turn(invented, either(
			`贵方[^，。请]{0,4}(?:成本|生产|质量|服务|交货|价格)[^，。]{0,4}(?:已经?|太|过|不)|(?:谢谢|感谢)[^，。]{0,6}(?:已经?)?(?:发货|发出|降价|同意|交货)|应该已经?`,
			`(?:经常|总是|每次|屡次|多次)(?:延|迟|晚|推)|下表[^，。]{0,4}(?:贵方已|已经)|贵方(?:曾|已经?)?(?:要求|请求|提议)|(?:确认|答复|回复)[^，。]{0,3}已(?:经)?收到|早就|每次都|越来越[慢晚贵差长难]|(?:按|按照|如)(?:双方|我们|之前)?说好的|上次[订买]|还剩[很不大]|以前的?(?:交货|价格|质量|周期|起订)|(?:本应|早该|应该?早)[^，。]{0,2}(?:告|说|通知)|(?:一直|总是|至今|还)[不没未]有?(?:回复|答复|回音|回信)|最(?:重要|大|好)的?(?:订单|客户)|可能是|恐怕|想必|估计是|大概是|显然|我[方们司][^，。]{0,8}(?:造成|导致|太晚|过晚|太慢)`), `请|麻烦|通知`),
		turn(invented, `货物?[^，。通消来函]{0,3}已(?:经)?(?:收到|到达|到货|送达)|已(?:经)?收到(?:货|该|全部|所有)`, `未|尚|没|如|若`),
		turn(offMatter, `别处|别人|另寻|(?:其[他它]|别的|另外的?|另有|另一)(?:供应商|公司|工厂|厂家|客户|商品|产品)|别家|供应商|只(?:从|向|跟|和)|所有订单`, ``),
		turn(binding, `更多(?:的)?(?:订单|订购)|还会(?:再|继续)?(?:订|采|购|下)|会(?:再|继续|增加|扩大)*(?:订购|采购|下单|购买)|增加订购`, `如|若|更多次|更频|能|可以`),
		turn(binding, either(
			`就这样(?:定|办)|任何(?:日期|时间|价格|报价|数量)|由贵方[^，。]{0,3}(?:定|选|办)|看着办|照此(?:下单|执行|办理)|[发送寄交][给到往]我[方们司店]的?(?:客户|顾客)|原因(?:是|在于)[^什何]|只(?:看|要)价|一直有效|为准|仅供参考|暂不[^同接认确]|视为|如无(?:回复|答复|异议)|没有(?:回复|答复)即`,
			`等候?(?:我[方们司]|本)(?:的)?(?:通知|确认|消息|指示)|(?:现在|即日|今)(?:起|开始)|开始执行|生效|先不|还是请发|来付|直接安排|往后(?:推|移|延)|再安排|还会(?:有|调)|按新的?(?:日期|价格|交期)`,
			`请务必(?:执行|照办|变更|接受)|就不(?:再)?(?:下单|订|采购|买)|否则|[就即]可?(?:长期|下单)|(?:价格|起订量|交期|周期)[^，。]{0,6}(?:满意|合适|够快|够低)|满意[^，。]{0,3}(?:价格|起订量)`), `原订单|订单(?:仍|继续)|之前|以前|答复前|回复前`),
		turn(binding, `(?:应|按|按照|根据|听从)(?:我[方们司]|贵方)的?(?:请求|要求|建议)|再晚[^，。]{0,4}也?(?:可以|行|没关系)|暂?不(?:再)?(?:下|订购|采购|购买)(?:新|订|任|$)|只会|今后[^，。]{0,4}(?:更多|增加|扩大)`, ``),
		turn(binding, either(
			`我[方们司][^，。]{0,4}[再还]等|我[方们司](?:这边)?(?:也?可以|也?能|会)(?:安排|接受|配合|同意|调整)|由我[方们司][^，。]{0,4}(?:付|承担|出|负)|减少数量|不要了|[都全](?:听|随|依)贵方|(?:谈|说|讲|商量|约)好的?(?:来|办|做|价)|除非|下表[^，。]{0,6}(?:希望|期望|想要)[^，。]*(?:价格|起订量)|改回|可以?不[发交送做]|(?:并|予以|已)认可|才(?:下单|订购|采购)|一定(?:会|再)|我[方们司](?:可以|能|会|愿意?)[^，。]{0,3}(?:下单|订购|采购)|(?:原因|情况)[^，。]{0,4}已(?:经)?(?:知道|清楚|明白)|用新的?(?:价|日期)`,
			`(?:以后|之后|今后|可能)[^，。]{0,4}(?:再|还)[要会]?再?(?:改|变|调|取消)|请(?:尽快|按时|照常|继续|仍|直接)*照(?:发|收|做|送)`), `是否|能否|可否|如|若|未`, plan.LetterMOQ),
		turn(invented, `我[方们司][^，。]{0,3}已(?:经)?(?:通知|告知|联系|安排|处理|付|调整)`, `客户的?(?:意见|反馈)`),
		turn(binding, `先发部分|只发部分|等[^，。]{0,8}(?:后|再|一起|一并)(?:再)?(?:发|交|运)|一起(?:发|交|运)|一并(?:发|交|运)`, `不必等|无需等|先行`),
		turn(binding, either(
			`(?:也|都|均|亦)(?:可以|可|行|能)(?:接受|配合|的|$)|也好|(?:很|挺|非常|相当)(?:好|合理|公道|合适|理想)|更好$|安排好了|可以往后|没有(?:造成|带来|产生)|不太需要|(?:已经?|现)确定|更低的报价`,
			`(?:对我[方们司])?也(?:方便|能理解|理解)|不急|没有?(?:关系|问题(?:[^的]|$)|影响)|无妨|按新的`), `是否|能否|可否|有没有|有无|吗|如|若|请`),
	},
}

// claimed returns why a clause says what nobody gave, or nothing. before are the clauses
// before it: "we are glad | that the goods are late" is cut where the claim is.
func (f facts) claimed(c clause, before []clause) (word, why string) {
	text := c.text
	if n := len(before); n > 0 && before[n-1].sentence == c.sentence && strings.HasPrefix(text, "that ") {
		text = before[n-1].text + " " + text
	}
	for _, k := range claims[f.language] {
		if slices.Contains(k.fine, f.kind) || k.why == invented && c.open() {
			continue
		}
		if m := k.says.FindString(text); m != "" && (k.but == nil || !k.but.MatchString(c.sentence)) {
			return m, k.why
		}
	}
	return "", ""
}
