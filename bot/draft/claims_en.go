package draft

import "quartermaster/core/plan"

var claimsEN = []claim{
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
		`\b(?:at|on|by) (?:y?our) (?:own )?(?:request|wish|suggestion|proposal|advice)\b`,
		`\b(?:following|after|thanks to) (?:y?our) (?:\w+ )?(?:request|wish|suggestion|proposal|advice|offer|promise|agreement|consent)\b`,
		`\b(?:as|like) (?:with|in|on) (?:\w+ )?(?:previous|earlier|past|last|other|former)\b|\bshort notice\b`), ``),
	turn(invented, either(
		`\bwe (?:\w+ )?know (?:the|your) (?:reasons?|causes?|prices?)\b|\byour (?:team|company|people|staff) (?:has|have|did|does|do|was|were|is|are)\b`,
		`^you (?:\w+ )?know\b|\bas (?:we|you) (?:\w+ )?(?:discussed|agreed|said|talked|spoke|arranged|promised|offered|asked|suggested|wished)\b|\balways the\b`,
		`\byou (?:should|could|must|would|might) have\b|\bwe (?:have |had )?(?:already )?(?:asked|told|called|reminded|warned) you\b`,
		`\bwe (?:had )?expected (?:something|this|that|it|nothing)\b`,
		`\b(?:largest|biggest|best|oldest|main|important|only) customers?\b|\bkeeps? us from\b`,
		`\b(?:often|usually|repeatedly|regularly) (?:late|delayed|too|comes?|came)\b`,
		`\b(?:seen|found|got|have|received) (?:\w+ ){0,2}(?:lower|better|cheaper|other) prices\b|\b(?:than|as) last time\b|\bfrom before\b`,
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
		`\b(?:treat|regard|consider|see|read) .*\bas (?:our order|changed)\b`, `\b(?:treat|regard|consider) .*\b(?:firm|final|agreed|confirmed|accepted|settled|approved|done)\b`, `\b(?:see|read|take) .*\bas (?:firm|final|agreed|confirmed|accepted|settled|approved|done)\b|^as (?:firm|final|confirmed|accepted|settled|approved|done)$`,
		`\border (?:(?:the|this|that|same|these|those|more|goods|items|it|them|from|you) )*again\b`, `\bno (?:new|further|more|other) orders?\b`, `\b(?:can|may|might|could) (?:stay|remain|stand|be left)\b`,
		`\b(?:every|each) time\b|\bwe only (?:need|want)\b`,
		`\bwe (?:can|could)(?: \w+){0,2} (?:wait|work with|live|manage|do without|cope|make do)\b|\bthere is (?:still |enough |plenty of )?time\b`,
		`\bwill (?:\w+ )?be (?:sent|returned|refused|paid|placed|cancelled|ordered|accepted|rejected|charged|covered|taken|kept|changed|raised|reduced)\b`,
		`\bback later\b|\beverything else (?:stays|stands|remains)\b|\b(?:goes|go) (?:back to|to our)\b`,
		`\b(?:next|future|coming) (?:orders?|deliver\w+|shipments?) (?:is|are|comes?|will|shall|follows?|depends?)\b`,
		`\b(?:happy|satisfied|content|pleased|fine) with (?:the |your |our )?(?:(?:present|current|existing) \w+|prices?|minimums?|lead)\b`,
		`\bwe find the (?:\w+ )*prices? \w+|\beasily\b|\bmore changes\b|\bchange\w* (?:is|are) in force\b`,
		`\b(?:glad|happy|pleased|relieved|fortunate) that (?:the|it|they|these)\b|^we (?:\w+ )?buy\b|\bcompare (?:several|offers|prices)\b`,
		`\bdirectly to our\b`), `\b(?:hop|wish|look forward|like to order again)|\borders? more (?:often|regular|frequent|evenly|flexib)`),
	turn(binding, `\bwe (?:are|were|feel|would be|stand) (?:also |quite |very |even )*(?:ready|prepared|able|willing|happy|glad|open) to (?:take|accept|order|buy|pay|work (?:with|at) (?:the|these|your)|carry|cover|wait|live|keep|raise|increase)\b`, ``),
	turn(binding, either(
		`\bwe (?:\w+ )?(?:take (?:it|all|them|on|over|everything|as well)|take$|decided|have decided|see no|are coming|come to see|must stop|have to stop|go elsewhere)\b`,
		`\bwe (?:have to|must) place\b`), `\b(?:take (?:it into|them into|all (?:of )?this into)|decided to (?:ask|write))\b`),
	turn(binding, either(
		`\b(?:from now on|from today|as of today)\b|\bif we (?:do not hear|hear nothing)\b|\btake it (?:that|as)\b`,
		`\bwithout (?:your|an?|any) (?:answer|reply|word)\b|\bin any case\b|\bin return\b|\bout of business\b|\bsilence counts?\b`,
		`\bmakes? the order final\b|\bgot .* wrong\b|\bcan be (?:dropped|left out|forgotten)\b|\bwins?\b|\bpartner company\b`,
		`\b(?:confirm|reply|answer|write|respond) (?:to us )?only$|\bonly for now\b|\bon (?:the )?(?:understanding|condition|assumption) that\b|\botherwise\b`,
		`\b(?:put|entered|taken|set|planned) the new (?:date|day|arrival)\b|\b(?:good|great|fine) to know\b`,
		`\b(?:further|more|other|new) orders? (?:will|shall|follow)|\bmake up for\b|\bwe (?:would|will|can|could) (?:\w+ )?(?:share|provide|show|give)\b`,
		`\bshare (?:the|any|these) (?:costs?|price|risk)\b|\byou (?:will|would|shall) (?:get|receive)\b|\b(?:goods|items|products) (?:must|have to|need to)\b`,
		`\bwould be enough\b|\bmore time\b|\b(?:so|too) long\b`,
		`\b(?:see|take|regard) (?:this|it|the order) as\b|\blook(?:ing)? forward to (?:ordering|buying|more|the rest|larger)\b|\bwe (?:would|can|could) (?:\w+ )?understand\b`,
		`\bmore (?:business|sales|volume|work|money)\b|\b(?:open|latest|running) orders? too\b`,
		`\bprices (?:of|for|on) (?:the|our) (?:open|latest|running|last) orders?\b|\b(?:without (?:any|a)|no) minimum\b`,
		`\bonly the (?:price|quality|date)\b|\b(?:goods|quality|products) should be (?:better|cheaper|the same|faster)\b|\bprices? (?:will|shall|can|may)\b`,
		`\b(?:is|are) (?:only|just|merely) (?:a|our) (?:wish|guide|suggestion|idea|proposal|estimate)\b|\b(?:came|comes) from y?our side\b`,
		`\bwhenever (?:it|you|this|that)\b|\btakes? delivery\b|\bwill wait\b|\b(?:have|has) signed\b|\b(?:final|last) order\b`,
		`\b(?:little|no) difference\b|\bwithout (?:an?|the|any) (?:\w+ )?(?:check|inspection|test)\b|\bnot (?:been |be )?worth\b|\bprovided (?:that|the|this|it|you|we)\b`,
		`\bthe new (?:day|date|arrival) (?:stands|holds|applies|remains)\b|\b(?:enough|plenty) of (?:everything|it|them|these|all)\b`), ``),
	turn(binding, either(
		`\bno (?:answer|reply|confirmation|word|response|further (?:word|explanation|information|details?|reply|answer))\b|\bno future\b`,
		`\bneeds? no\b|\blast (?:change|request)\b`), `\b(?:have|until|as long as)\b.*\bno\b`),
	turn(binding, either(
		`\b(?:right|fine|good|enough|well|okay|acceptable|convenient|welcome) (?:for|by|to) us\b|\b(?:fine|okay|right|no problem) with us\b`,
		`\b(?:fits?|suits?|meets?) (?:us|our)\b|\bworks? (?:\w+ )?for us\b`,
		`\b(?:is|are) (?:quite |very |all |already )*(?:fair|reasonable|settled|right|all right|no (?:problem|trouble|matter|help))\b`,
		`\bof no (?:help|importance|consequence|interest|matter)\b|\bsmall (?:matter|thing|problem)\b`), `\b(?:would|could|might|cannot|can't|not|whether|if|confirm|check)\b`),
	// What is agreed, done or left open by the way.
	turn(binding, either(
		`\b(?:possible|workable|manageable|feasible|understandable) (?:for|with|to|by) us\b|^but (?:it|this|that|the new \w+) (?:is|would be|seems|looks|works|suits)\b`,
		`\bnow (?:the|our) (?:new )?agreed\b|\bnew (?:date|day|arrival) (?:is|becomes) (?:\w+ )*agreed\b`), `\b(?:whether|if|cannot|(?:is|be|are) not)\b`,
		plan.LetterChange, plan.LetterCancel, plan.LetterPrice, plan.LetterMOQ, plan.LetterLead, plan.LetterRFQ),
	turn(binding, either(
		`\b(?:your|their) own prices\b|\b(?:which|what) (?:\w+ ){0,2}you (?:would (?:like|prefer)|want|wish|prefer|like)\b`,
		`\border (?:\w+ )?is (?:\w+ly |also |just |still )*an? (?:\w+ )?(?:request|question|inquiry|enquiry|wish|proposal|suggestion)\b`,
		`\bprices?(?: \w+){0,5} (?:is|are|stays?|remains?) (?:\w+ )?(?:open|free)\b|\bchange (?:stands|holds|applies|is (?:\w+ )?(?:done|made|final|firm|complete))\b`,
		`^or (?:else )?we\b|\bon hold\b|\b(?:it|all|they|these|them|this|that|those|rest|everything|others) (?:of (?:it|them|these|those) )?(?:can|may|could|might) wait\b`), ``),
	turn(binding, `\b(?:then we|we then|after which we) (?:\w+ )?(?:place|order|confirm|issue|submit)\b|\bbefore we (?:\w+ )?(?:place|order|confirm|issue|submit)\b`, ``, plan.LetterRFQ, plan.LetterMOQ),
	turn(binding, `\b(?:details?|orders?|table|quantit\w+|prices?|lines?|dates?|file)(?: (?:in|of|below|above|the|our|this|attached|table|file|order))* (?:can|may|could|might) (?:\w+ )?be (?:changed|adjusted|altered|amended|modified|revised)\b`, `\b(?:whether|if)\b`, plan.LetterChange, plan.LetterPrice, plan.LetterMOQ),
	turn(invented, either(
		`\bwe (?:have |had |hereby |already |now |just )*changed (?:(?:the|our|this|that|purchase) )*order\b`,
		`\border (?:\w+ )?(?:has|have|was|is) (?:already |now |just |been )*(?:changed|amended|adjusted|modified|altered)\b`), ``),
	turn(offMatter, either(
		`\bother (?:\w+ ){0,2}orders\b|\bto (?:the|this|that|our|another|an) (?:\w+ )?address in the (?:attached )?(?:file|attachment)\b`,
		`\b(?:what|which|that|goods|items|lines|part) (?:has|have) (?:already |now )*(?:arrived|come|reached us)\b`), ``),
	turn(offMatter, `\bask (?:you )?for (?:the |your )?(?:present|current|same|existing) (?:\w+ )?(?:prices?|minimums?|times?)\b|\b(?:goods|items|products) (?:that|which) (?:already )?(?:arrived|came)$|\bwithout (?:the |any |your )?prices\b`, ``),
	turn(offMatter, `^(?:and|or) (?:our|the|your) (?:next|previous|last|former|earlier|coming) orders?\b`, ``, plan.LetterPrice, plan.LetterMOQ, plan.LetterLead),
	turn(offMatter, `\b(?:another|further) changes?\b`, ``, plan.LetterOrder, plan.LetterExpedite, plan.LetterDelay),
	turn(binding, `\bconfirm (?:the|our|this) (?:purchase )?order(?:$| (?:in|by|to|and|with|as)\b)`, `\b(?:cancel\w*|change\w*|whether|that)\b`,
		plan.LetterOrder, plan.LetterExpedite, plan.LetterDelay, plan.LetterPrice, plan.LetterMOQ, plan.LetterLead),
	turn(offMatter, `^what(?:ever)? is not (?:\w+ )?(?:ready|finished|made|available)\b`, `\b(?:tell|know|inform|advise|say|explain)\b`),
	turn(offMatter, `^when (?:all|everything|both|the (?:rest|whole)) (?:\w+ ){0,4}(?:is|are|has|have)\b|^when(?:ever)? you can$`, `\b(?:tell|know|inform|confirm|advise|update|hear|reply|answer|write|notify|say)\b`),
	// A letter of another kind, or a table that says something else.
	turn(offMatter, either(
		`\bfor your information$|\blook forward to your (?:lower|better|reduced)\b|\bbut not (?:the|our|this|your|these|those)\b|\bdecide (?:for|without) (?:us|me)\b|\bwithout (?:an? |any )?lead times?\b`,
		`\b(?:please|kindly|could you|can you) (?:tell|assure|promise) us that\b|\breasons? (?:for|of) (?:the|this|our|your) order$|\byour (?:purchase )?orders?$`,
		`\blook forward to our\b|\bthere is no order\b|\bby (?:sending|returning|shipping)\b|\bchange was (?:made|done)\b|\bhelp your side\b|\byour (?:\w+ )?order (?:is|was)\b`,
		`\border (?:it|them|these|this) (?:now|xx)\b|\bwe need (?:it |them )?(?:now|xx)$|\bdeliver(?:y|ies) more (?:frequent|often)\b`,
		`\blines? as (?:\w+ )?(?:delivered|received|shipped|sent|confirmed|agreed|cancelled|changed)\b|\btable .*\b(?:new|future|lower|wished) (?:prices?|minimums?)\b`), ``),
	turn(offMatter, `\bnew (?:purchase )?orders?\b`, ``, plan.LetterOrder, plan.LetterPrice, plan.LetterMOQ, plan.LetterLead),
	turn(offMatter, `\bnew (?:unit )?prices?\b`, ``, plan.LetterPrice, plan.LetterChange),
	turn(offMatter, `\bnot an? (?:\w+ )?(?:quotation|request|inquiry|enquiry)\b|\bquotation and for\b`, ``, plan.LetterOrder),
	turn(offMatter, `\b(?:our|the|your) (?:next|last|previous|earlier|former|coming) orders?\b`, ``, plan.LetterOrder, plan.LetterPrice, plan.LetterMOQ, plan.LetterLead, plan.LetterRFQ),
	turn(offMatter, `\bgoods can (?:still |now )?be (?:shipped|sent|delivered|made)\b`, ``, plan.LetterOrder, plan.LetterExpedite, plan.LetterDelay, plan.LetterChange, plan.LetterLead, plan.LetterRFQ),
	turn(offMatter, `\bconfirm (?:the|this|our) (?:delivery|shipment|production|dispatch|arrival)\b`, ``, plan.LetterOrder, plan.LetterExpedite, plan.LetterDelay, plan.LetterChange, plan.LetterLead),
	turn(binding, `^(?:and )?(?:that|this|it) is (?:\w+ly |very |quite |also )*(?:good|fine|great|okay|ok|right|acceptable|possible)\b|\bstands as (?:changed|amended|adjusted|asked|requested|new)\b|\bwe (?:have )?(?:already )?sent (?:it|them)\b`, `\b(?:whether|if)\b`),
}
