package draft

import (
	"fmt"
	"slices"
	"strings"
)

var (
	linkLike   = compile(`[a-z]\.[a-z]|\bwww\b|\bhttps?\b|\bmailto\b|\b(dot|at) com\b`)
	headerLike = compile(`(?m)(?:^|[.!?])\s*(subject|from|to|cc|bcc|reply[- ]to|content[- ]type|system|user|assistant)\s*:`)
	listLike   = compile(`(?m)^\s*[-–—]`)
	numberWord = compile(`^(?:` + numberStems + `)+(?:th|s|d|fold|ly)?$`)
	freeOf     = compile(`(?i)\b(?:free of charge|for free|at no (?:cost|charge))\b`)
	meta       = compile(`\b(?:json|slots?|placeholders?|language model|assistant|prompts|(?:the|this|system) prompt|prompt (?:above|injection|says|template)|instructions?)\b`)
	shout      = compile(`\b[A-Z][A-Z]+\b`)
	word       = compile(`[A-Za-z]+`)
	// contracted are the ends of "we'd", "I'm" and "hasn't", which are no words; what is
	// negated is left to the rule on negations.
	contracted = compile(`(?i)\b(i|we|you|they|he|she|it|that|there|\w+n)['’][dmt]\b`)
	// spanDay are uses of "day" that say a span or a date; the day of arrival is the
	// matter of many letters.
	spanDay = compile(`\b(a|an|per|each|every|next|same|following|last|previous|this|another|other|any|few|half|working|business|whole|full)\s+day\b|\bday\s+(late|later|early|earlier|sooner|longer|before|after|or|ago|by|to|and|more|less)\b`)
	hyphen  = compile(`(\pL)[-–—'’](\pL)`)
)

// thisWeek is the matter of a weekly report; a day by which is not.
var (
	thisWeek = map[string]*pattern{
		"en": compile(`(?i)\b(?:weekly|(?:this|the|our|the past) week(?:'s|’s)?)\b`),
		"zh": compile(`本周(?:[^内末前之以一二三四五六日天决完处做]|$)|[这过]去?一周`)}
	byWeek = compile(`(?i)\b(?:by|until|before|within|till|next|every|each|last|previous|coming|later|end of) (?:(?:this|the|our|end of|a) )*week\b|\bweek (?:ago|later|from|earlier)\b|\b(?:decide|decision|approve|order|act|reply|finish|done)\w* (?:\w+ ){0,3}(?:this|the) week`)
)

var (
	dateWords = set(`overnight quarterly annually decade decades january february april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun today tomorrow yesterday tonight days daily week weeks weekly weekend weekends fortnight fortnights month months monthly year years yearly hour hours minute minutes noon midnight christmas easter`)
	unitWords = set(`unit units piece pieces pc pcs carton cartons boxes pallet pallets container containers crate crates bundle bundles pack packs kg kgs kilo kilos kilogram kilograms gram grams ton tons tonne tonnes lb lbs litre litres liter liters metre metres meter meters cm mm dollar dollars euro euros pound pounds sterling yuan renminbi yen cent cents pence usd eur gbp cny rmb jpy`)
	// moneyWords are of money and law; a star stands for any ending.
	moneyWords  = set(`pay pays paid paying payment payments payable prepay* prepaid deposits? guarant* warrant* promis* commit* undertak* oblig* bind* contract* penal* liab* compensat* indemni* refund* reimburs* discount* rebate* bonus* exclusiv* waive* legal* lawsuit cancel* bank* iban wire wired transfer* invoice* fee fees surcharge* cash crypto*`)
	numberStart = starts(numberStems)
)

const numberStems = "zero|nought|naught|nil|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|twentie|thirty|thirtie|forty|fortie|fifty|fiftie|sixty|sixtie|seventy|seventie|eighty|eightie|ninety|ninetie|hundred|thousand|million|billion|trillion|lakh|crore|dozen|score|gross|couple|pair|single|double|triple|quadruple|twice|thrice|once|half|halve|quarter|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|percent|percentage|and"

// starts returns the first three letters of words, a cheap test before the dear one.
func starts(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.SplitSeq(words, "|") {
		out[w[:3]] = true
	}
	return out
}

// ofMoney reports whether a word in lower case is of money or law.
func ofMoney(w string) bool {
	if moneyWords[w] {
		return true
	}
	for n := min(len(w), 10); n >= 4; n-- {
		if moneyWords[w[:n]+"*"] {
			return true
		}
	}
	return false
}

func isNumber(w string) bool {
	return len(w) >= 3 && numberStart[w[:3]] && w != "and" && w != "ands" && numberWord.MatchString(w)
}

// abbreviation are what trade writes in capital letters and is no code.
var abbreviation = map[string]bool{"CSV": true, "MOQ": true, "RFQ": true, "PO": true, "ETA": true, "ASAP": true, "OK": true}

// common are the words that tell English from other languages in Latin letters.
var common = set(`be been how why my whether because about after before their our very which again ahead also answer been best come could delay due goods has help hope kindly know late let look new
	now number outstanding possible ready reason send since so sorry speed still than them there these they time what when which while will
	a all and any are arrival as at attached be below by can confirm details dear find for from
	greetings have if in is it kind let like many of on or order our please purchase regards reply supplier sincerely table
	team thank thanks that the this to us we with would yours you your`)

// written is the whole of the part's prose, prose what is left of it without
// harmless phrases.
func verifyEnglish(name, written, prose string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	lower := strings.ToLower(prose)
	if linkLike.MatchString(lower) {
		fault("it holds a link or something like one")
	}
	if strings.Contains(lower, ":") && headerLike.MatchString(lower) {
		fault("it holds something like a header")
	}
	if listLike.MatchString(prose) {
		fault("it holds a list")
	}
	if m := freeOf.FindString(lower); m != "" {
		fault("%q is a promise or a matter of money or law", m)
	}
	if strings.Contains(lower, "day") {
		if m := spanDay.FindString(lower); m != "" {
			fault("%q is a date or a span of time", m)
		}
	}
	if m := meta.FindString(lower); m != "" {
		fault("%q does not belong into a letter", m)
	}
	prose = contracted.ReplaceAllString(prose, "$1 ")
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
		case isNumber(lower):
			fault("%q is a number word", w)
		case dateWords[lower], w == "May", w == "March":
			fault("%q is a date or a span of time", w)
		case unitWords[lower]:
			fault("%q is a unit or currency", w)
		case ofMoney(lower):
			fault("%q is a promise or a matter of money or law", w)
		case i < len(words) && len(w) == 1 && lower != "a" && w != "I" && lower != "s":
			fault("%q is a single letter", w)
		}
	}
	all, known := word.FindAllString(written, -1), 0
	for _, w := range all {
		if common[strings.ToLower(w)] {
			known++
		}
	}
	if name == "body" && (len(all) < 8 || known*4 < len(all)) {
		fault("it is not an English letter")
	}
	return slices.Compact(faults)
}
