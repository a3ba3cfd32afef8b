package draft

import (
	"slices"
	"strconv"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// slot is a fact the prose may refer to. Its value carries its own words (504
// units, 9 days late), and there is never more than one date in a letter's slots:
// slots that change places read oddly, but do not say something else.
type slot struct {
	name    string
	meaning string   // for the model
	in      []string // parts that may hold it
	must    []string // parts that have to
}

// kind is what the letters of one kind may say beside what all may.
type kind struct {
	slots []slot
	// against turns the request into its opposite, per language.
	against map[string]*pattern
}

// allWell are words by which late goods are no matter.
const (
	allWell   = `|live with|happy to wait|(there is|all the|plenty of|enough) time|no (pressure|trouble|matter)|excused|(thanks|thank you) for (the|this|your) delay|(pleased|happy|glad|relieved|delighted) (about|with|at) (the|your|this) (\w+ )?(delay|new|later|date|day)|delays? (helps?|suits?)|(delay|(new|later|your|this) (day|date|arrival|delivery)) (is|seems|looks) (\w+ )?(good|in order|better|understandable)`
	allWellZH = `|没有?影响|无影响|不影响|无所谓|无碍`
)

// beyond is what no letter is about: orders beside the one at hand, and whose fault it is.
const (
	beyond   = `(?:other|all (?:of )?(?:our|your|the)|any|further) (?:(?:open|late|overdue|outstanding|running|present|current|existing|pending|placed) )*orders (?:you|we|with|from|that|which|as|too|have|are)|your (?:own )?(?:\w+ )?(?:fault|failure|error|mistake)`
	beyondZH = `其[他它](?:未完成|未交|在途|所有|现有|已下)?的?(?:订单|货物)|贵方[^，。]{0,8}(?:有误|错误|失误|疏忽|疏漏|错)`
)

// slowing are words of later goods, which some letters are about and none asks for.
const slowing = `wait with|whenever|mov(?:e[ds]?|ing) (\w+ ){0,3}(?:back|out)|at your (leisure|convenience)|push\w* (\w+ ){0,3}(out|back)|put(ting)? (\w+ ){0,2}off|hold(ing)? (\w+ ){0,2}(back|on|off)|(to|you|please|kindly|perhaps|could|may|must|should|also|then|and|do|rather|can|would|we) delay|delaying|delay (the|it|this|your|our|all|any)`

var (
	inBodyOnly = []string{"body"}
	shared     = []slot{
		{"recipient", "person, department or firm addressed", []string{"greeting"}, []string{"greeting"}},
		{"shop", "name of our shop", []string{"subject", "body", "closing"}, []string{"closing"}},
	}
	number    = slot{"order_number", "our number of the order", []string{"subject", "body"}, []string{"subject", "body"}}
	onTheSide = slot{"order_number", "our number of the latest order", inBodyOnly, inBodyOnly}
	open      = slot{"outstanding", "units outstanding, with the word for units", inBodyOnly, inBodyOnly}
	volume    = slot{"volume", "what we ordered in the past twelve months: orders and units, with the words", inBodyOnly, inBodyOnly}
)

func against(en, zh string) map[string]*pattern {
	return map[string]*pattern{"en": compile(`\b(?:` + en + `|` + beyond + `)\b`), "zh": compile(zh + `|` + beyondZH)}
}

var kinds = map[plan.LetterKind]kind{
	plan.LetterOrder: {
		slots: []slot{number,
			{"lines", "number of lines together with the word for lines", inBodyOnly, nil},
			{"total", "total amount with its currency", inBodyOnly, inBodyOnly},
			{"arrival", "day of arrival asked for, or a range of days", inBodyOnly, inBodyOnly}},
		against: against(`delay\w*|later|that is (fine|okay|all right)|hold(ing)? (\w+ ){0,2}(back|on|off)|put(ting)? (\w+ ){0,2}off`, `提前[发送到]|推迟|延后|延期|拒绝|退回|退货|出售|先(?:发货|发出|交货|出货|生产|送货|备货)|[高低贵多少][些点某]`),
	},
	plan.LetterExpedite: {
		slots: []slot{number, open, {"due", "day of arrival agreed", inBodyOnly, inBodyOnly},
			{"days_late", "how late the goods are, with the word late", inBodyOnly, inBodyOnly}},
		against: against(slowing+`|later|no (hurry|rush|urgency)|take (?:\w+ ){0,3}time|well stocked|whenever|early|too soon|ahead of schedule`+allWell, `推迟|延后|延期|放慢|不急|慢|提前到|早到|[晚少][些点某]|稍后发`+allWellZH),
	},
	plan.LetterDelay: {
		slots:   []slot{number, open, {"moves", "from which day to which day the arrival moves, with those words", inBodyOnly, inBodyOnly}},
		against: against(slowing+`|postpon\w*|later|take your time|no problem|fine with us|works for us|happy with|suits? us|all right|glad (that )?it|and we are (glad|happy|relieved|pleased)|welcome\w*|approv\w*`+allWell, `推迟|延后|延期|推后|放慢|晚些|晚点|稍后发|提前到|到货[^，。]{0,4}提前|早到|不急|慢慢|没问题|没关系|无妨|可以的|批准`+allWellZH),
	},
	plan.LetterChange: {
		slots:   []slot{number, {"arrival", "new day of arrival asked for", inBodyOnly, inBodyOnly}},
		against: against(`as (originally )?(ordered|planned) is fine|unchanged|keep(ing)? (the|everything|it|all)|leav(e|ing) (the|it|everything|all)|is final|must|(?:takes?|taken|took|comes?|goes|went) (?:into )?(?:effect|force)|effective|will do|any (?:later|other) (?:day|date)|(?:better|lower|more favou?rable|cheaper|reduced) (?:\w+ )?(?:prices?|terms)`, `保持不变|维持原|必须|已生效|批准`),
	},
	plan.LetterCancel: {
		slots:   []slot{number, {"cancelled", "units cancelled, with the word for units", inBodyOnly, inBodyOnly}},
		against: against(`continu(e|es|ed|ing)|go(ing)? (ahead|on)|proceed\w*|keep\w*|(ship|send|deliver|make|produce) (it|them)|tak(?:e|en|ing) (?:\w+ )?back|only cancel\w*|cancel only|cancel (?:everything|all)|(?:to|at) (?:a close|an end)`, `[才则仅只]取消|订单的全部$|^就取消$|继续|照常|保留|尽快发货|请(?:按时|尽快|照常|先|仍|将|把|直接)*(?:发[货来出]|发给我[方们司]$|送[来货]|交货|寄)`),
	},
	plan.LetterPrice: {
		slots: []slot{onTheSide, volume, {"wish", "what we ask for: by how much prices should fall, with those words", inBodyOnly, inBodyOnly}},
		against: against(`rises?|rising|costs? more|rais\w*|higher|go up|dearer|too low|happy with the prices?|so (should|must|may)|(?:orders?|purchases|buying) (?:will|shall|must|are to|has to|have to) (?:rest|wait|stop|pause|end)|reduce (our|the) (orders?|quantit\w*|volume)|prices? and (?:the |your |their )*quality|quality and (?:the |your |their )*prices?`,
			`提高|上调|上涨|增加[^。，；]{0,4}价|更高|调高|太低|更贵|满意现|[高贵多][些点某]|(?:再|能|可以)[高贵]`),
	},
	plan.LetterMOQ: {
		slots: []slot{onTheSide, volume, {"wish", "the minimum we ask for, in units with the word", inBodyOnly, inBodyOnly}},
		against: against(`rais\w*|higher|larger|greater|too (low|small)|less (often|frequent\w*)|fewer (?:\w+ )?orders|more in (each|every)|(?:in|by|into) (?:\w+ )?parts|(?:burden|no help|no use|no benefit|harm|disadvantage\w*) (?:to|for|on) (?:you|us|both)|(?:short of|below|under) (?:your|the) minimum`,
			`(?:未|没有?)(?:能)?(?:达到|满足)|价格[^，。]{0,6}(?:下调|降|低|优惠)|(?:对|是)[^，。]{0,6}负担|没有?(?:任何|什么)?(?:好处|益处|帮助|必要|意义)|保持(?:现有|目前|现行|原有)|提高最|提高起|上调|增加|更大|更高的起|调高|太低|太小|较大|[高大多][些点某]|(?:再|能|可以)[高大]|[大多]量少次|大批(?:量|量地)?[订下采]|少次[大多]量`),
	},
	plan.LetterRFQ: {
		slots: []slot{{"quantity", "how many units are needed, with the word for units", inBodyOnly, inBodyOnly},
			{"answer_by", "the last day for the answer, with the word by", inBodyOnly, inBodyOnly}},
		against: against(`(our|an|the|this|your) order|orders|ordered|we order|to order|hereby|ship\w*|deliver (it|them|the)|send (it|them|the)|produc\w*|start\w*|reserv\w*|go ahead|proceed\w*|confirm\w*|other suppliers?|higher|raise\w*|prepar\w+ (?:them|it|the (?:goods|items|products))|(?:offers?|quotations?|quotes?) and (?:the|our|these|all) (?:\w+ )?(?:goods|items|products)`,
			`订购|下单给|订单|发货|生产|安排|预留|继续|确认|其他供应商|竞争|更高|提高|照样|晚了|晚些|过期|过后`),
	},
	plan.LetterLead: {
		slots: []slot{onTheSide, volume, {"lead_times", "the lead time as stated and as measured, with those words", inBodyOnly, inBodyOnly},
			{"wish", "the lead time we ask for, with the word for days", inBodyOnly, inBodyOnly}},
		against: against(slowing+`|(?:more )?generous lead|longer|extend\w*|slow\w*|later|rais\w*|more time|take your time`,
			`延长|更长|放慢|推迟|延后|增加|慢|不急|能不快|[长晚][些点某]|(?:再|能|可以)[长晚]`),
	},
}

// offered are the slots of the facts' kind that have a value in this letter. Reports have
// no greeting and no closing.
func (f facts) offered() []slot {
	all := shared
	if f.kind == weekKind {
		all = []slot{{"shop", shared[1].meaning, inBodyOnly, nil}}
	}
	var out []slot
	for _, s := range append(slices.Clone(all), f.rules().slots...) {
		if f.slots[s.name] != "" {
			out = append(out, s)
		}
	}
	return out
}

// add puts in the facts of the letters beside the order itself. Every value holds
// its own words.
func (f *facts) add(l plan.Letter) {
	if l.Kind == plan.LetterOrder {
		return
	}
	o, about := l.Order, l.About()
	left, cancelled := int64(0), int64(0)
	var agreed, due []core.Day
	for _, i := range about {
		p := progress(o, i)
		left, cancelled = left+o.Outstanding(i), cancelled+p.Cancelled
		agreed, due = append(agreed, o.Lines[i].Arrival), append(due, p.Due)
	}
	switch l.Kind {
	case plan.LetterExpedite:
		f.slots["outstanding"], f.slots["due"], f.slots["days_late"] = f.units(left), f.span(due), f.late(due, l.Today)
	case plan.LetterDelay:
		f.slots["outstanding"] = f.units(left)
		f.slots["moves"] = f.say("from ", "由 ") + f.span(agreed) + f.say(" to ", " 推迟至 ") + f.date(l.Day)
		if slices.Min(agreed) < slices.Max(agreed) {
			f.slots["moves"] = f.say("from between ", "由 ") + f.date(slices.Min(agreed)) + f.say(" and ", " 至 ") + f.date(slices.Max(agreed)) +
				f.say(" to ", " 之间推迟至 ") + f.date(l.Day)
		}
	case plan.LetterChange:
		f.slots["arrival"] = ""
		if l.Day != 0 {
			f.slots["arrival"] = f.date(l.Day)
		}
	case plan.LetterCancel:
		f.slots["cancelled"] = f.units(cancelled)
	case plan.LetterPrice, plan.LetterMOQ, plan.LetterLead:
		h := l.History
		f.slots["volume"] = f.units(h.Units) + f.say(" in ", "（") + f.count(int64(h.Orders), "order", "orders", " 份订单") + f.say("", "）")
		f.slots["lead_times"] = f.say("the stated lead time is ", "贵方所示周期为 ") + f.days(h.Stated) +
			f.say(", and our deliveries took ", "，我方实际收货平均为 ") + f.days(h.Real) + f.say(" on average", "")
		f.slots["wish"] = ""
		if w := strconv.FormatInt(l.Wish, 10); l.Wish > 0 {
			switch l.Kind {
			case plan.LetterPrice:
				f.slots["wish"] = f.say("prices lower by "+w+" %", "价格下调 "+w+" %")
			case plan.LetterMOQ:
				f.slots["wish"] = f.say("a minimum of ", "最小起订量降至 ") + f.units(l.Wish)
			default:
				f.slots["wish"] = f.say("a lead time of ", "交货周期缩短至 ") + f.days(int(l.Wish))
			}
		}
	}
	f.rows(l, about)
}

// progress is how far a line has come.
func progress(o plan.Order, i int) plan.Progress {
	if i < len(o.Progress) {
		return o.Progress[i]
	}
	return plan.Progress{Due: o.Lines[i].Arrival}
}

// span is one day, or the first and the last.
func (f facts) span(days []core.Day) string {
	first, last := slices.Min(days), slices.Max(days)
	if first == last {
		return f.date(first)
	}
	return f.date(first) + f.say(" to ", "至") + f.date(last)
}

// late says how late goods due on these days are; nothing when they are not.
func (f facts) late(due []core.Day, today core.Day) string {
	most, least := int(today-slices.Min(due)), int(today-slices.Max(due))
	switch {
	case most <= 0:
		return ""
	case most > least && f.language == "zh":
		return "逾期，最长 " + f.days(most)
	case most > least:
		return "up to " + f.days(most) + " late"
	}
	return f.say("", "逾期 ") + f.days(most) + f.say(" late", "")
}

// rows leaves the lines that a letter is about, with the facts of its table.
func (f *facts) rows(l plan.Letter, about []int) {
	o, all := l.Order, f.table
	f.table = nil
	for _, i := range about {
		row, line, p := all[i], o.Lines[i], progress(o, i)
		row["outstanding"], row["due"], row["agreed"] = strconv.FormatInt(o.Outstanding(i), 10), f.date(p.Due), f.date(line.Arrival)
		row["cancelled"] = strconv.FormatInt(p.Cancelled, 10)
		row["moq"], row["year"] = f.units(max(line.MOQ, 1)), f.units(l.History.BySKU[line.SKU])
		asked, named := l.Qty[i]
		if !named {
			asked = line.Qty
		}
		row["asked"], row["same"] = strconv.FormatInt(asked, 10), ""
		if asked == line.Qty {
			row["same"] = "yes"
		}
		f.table = append(f.table, row)
	}
}

func (f facts) units(n int64) string { return f.count(n, "unit", "units", " 件") }

func (f facts) days(n int) string { return f.count(int64(n), "day", "days", " 天") }

func (f facts) count(n int64, one, many, zh string) string {
	s := strconv.FormatInt(n, 10)
	switch {
	case f.language == "zh":
		return s + zh
	case n == 1:
		return s + " " + one
	}
	return s + " " + many
}

// modes of the lines, each once.
func modesOf(lines []plan.Line) (modes []core.Mode) {
	seen := map[core.Mode]bool{}
	for _, l := range lines {
		if !seen[l.Mode] {
			seen[l.Mode] = true
			modes = append(modes, l.Mode)
		}
	}
	return modes
}
