package draft

import (
	"strings"

	"quartermaster/core/plan"
)

// What "we" do in a letter is a short list: ask, thank, hope, say what we ordered. Whatever
// else we are said to do (agree, go elsewhere, visit, pay) is a promise or a fact that
// nobody gave.

var (
	// besideVerb may stand between "we" and the verb.
	besideVerb = set(`also always already am and are at be been being both can cannot certainly could currently deeply did do ever even fully further genuinely gladly greatly had has have hereby highly indeed just ll d ve m re kindly
		may might most much must naturally never not now of often once only otherwise particularly presently rather really respectfully shall should simply sincerely so still strongly t then therefore thus too truly
		very warmly was were will would yet again first we i all further quite merely likewise of course unfortunately both as far today xx
		don doesn didn hasn haven hadn isn aren wasn weren couldn wouldn
		able afraid anxious aware clear confident concerned delighted disappointed eager glad grateful going happy hopeful interested keen obliged open pleased ready sad sorry sure thankful unable well thrilled willing to try`)
	// ourVerbs are by kind; those of no kind are for all.
	ourVerbs = map[plan.LetterKind]map[string]bool{
		"": stems(`apologise apologize apologised appreciate appreciated ask asked asking attach attached await awaiting believe believed count counting discuss draw emphasise enclose enclosed enquire enquiring enjoy enjoyed feel felt find found
			follow following gather get getting hear heard help hope hoped hoping inform informing inquire inquiring know learn learned learnt like listed look looked looking love mean mention need needed note noted notice noticed read realise realize receive received
			recognise refer referring regret regretting rely relied relying remain request requested requesting require required see seek seeking seem seen send sending sent set share sharing shown stay stress suggest talk talking tell telling thank thanking think thought trust try trying
			turn turning understand understood urge value valued want wanted welcome wish wished wishing wonder work worked working write writing wrote point pointing express consider considering return contact contacting reach reaching say
			acknowledge acknowledged explain provide come put speak raise bring appeal compare compared count discussing treasure rate respect imagine clarify make made highlight refer repeat
			a an the this that these those it them you your our us in on at by for from with about into over out up if what which how whether when where why there here or but while as since because than no any more such same and it's part back answer question suggestion trouble become do done doing gather close reason see struggle strive seem depend report run face welcome stand support check convince invite spare curious under register mind match appear complete finish prefer try base extend convey join reiterate remind summarise summarize start begin hesitate`),
		plan.LetterOrder:    stems(`order ordering ordered place placing placed submit restock issue issued arrange prepared put listed released confirm`),
		plan.LetterExpedite: stems(`owe pressure under checking checked expect expected expecting hate miss missing lack order ordered placed run running agreed planned depend depending face facing agree chase chasing continue follow serve hold push record records waiting`),
		plan.LetterDelay:    stems(`reserve agree agreed approve approved consent confirm acknowledge plan planning planned record recorded recording take takes taken expect expected face depend rely say need hold waiting order ordered placed announce accept serve adjust`),
		plan.LetterChange:   stems(`owe adjust amend change changed changing modify move expect expected order ordered place placed originally propose reduce revise plan planned adapt alter approach intend waiting modifying`),
		plan.LetterCancel:   stems(`give business cancel canceled cancelled cancelling withdraw withdrawing order ordered placed take use sell plan planned expected face reduce decided reach work waiting stop`),
		plan.LetterPrice:    stems(`bought buy order ordered ordering pay pass place placed propose purchase purchased review reviewing satisfied offer sell expect plan grow stay face operate compete serve aim accept intend approach`),
		plan.LetterMOQ:      stems(`bought buy order ordered ordering lower place placed placing propose purchase purchased react sell handle hold keep storage space room manage plan planning restock store stock reduce serve adjust spread aim test face agree`),
		plan.LetterLead:     stems(`bought buy measured measuring measure open order ordered ordering place placed placing purchase purchased restock review reviewed reviewing serve shorten shortened plan planning react hold expect experience experienced observe recorded record aim propose improve sell`),
		plan.LetterRFQ:      stems(`came become buy buying decide decided describe order ordering place placing plan planning purchase purchasing expect looking gather source sourcing offer prepare make intend compile collect evaluate`),
		weekKind:            stems(`miss end stand decide take go stood start begin`),
	}
	// noteOrPart makes of "take", "expect" and "accept" what is no deed.
	ourOtherwise = compile(`\b(?:we|i)(?: \w+)*? (?:take[n]? (?:a |another )?(?:\w+ )?look|take (?:note|notice|the opportunity|this opportunity|pleasure|it upon)|take (?:this|your|the) (?:\w+ )?(?:matter|news|message|seriously))\b`)
)

// stems are the words of a list in the form of stem.
func stems(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[stem(w)] = true
	}
	return out
}

// weDo returns the verb of ours that a letter of this kind has no use for, or nothing.
func (f facts) weDo(c clause) string {
	if ourOtherwise.MatchString(c.text) {
		return ""
	}
	words := strings.Fields(strings.NewReplacer("'", " ", "xx", "it").Replace(c.text))
	for i, w := range words {
		if w != "we" && w != "i" {
			continue
		}
		for _, next := range words[i+1:] {
			if besideVerb[next] || strings.HasSuffix(next, "ly") && next != "rely" && next != "reply" && next != "apply" {
				continue
			}
			if w := stem(next); !ourVerbs[""][w] && !ourVerbs[f.kind][w] {
				return next
			}
			break
		}
	}
	return ""
}
