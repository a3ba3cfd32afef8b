package cards

import (
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// maxInputs is how many lines a page of the edit form shows; the rest keep their
// quantities.
const maxInputs = 40

// Loading is the modal shown at once, because Slack's right to open one lasts
// three seconds; views.update puts the content in its place.
func Loading(language string, title Title) slack.ModalViewRequest {
	b := in(language)
	b.paragraph(b.w.loading)
	return b.modal("loading", title(b.w), "", "")
}

// Title is the title of a modal in any language.
type Title func(w *phrases) safe

// EditTitle is the title of the edit form, for Loading and Sorry.
func EditTitle(w *phrases) safe { return w.editTitle }

// WhyTitle is the title of an explanation.
func WhyTitle(w *phrases) safe { return w.whyTitle }

// ShortTitle is the title of the list of what runs short.
func ShortTitle(w *phrases) safe { return w.shortTitle }

// Sorry is a modal that says why there is nothing else to show.
func Sorry(language string, title Title, message string) slack.ModalViewRequest {
	b := in(language)
	b.paragraph(b.toldLines(message, maxSection))
	return b.modal("sorry", title(b.w), "", "")
}

// EditModal is the form with one number per line. Its hints name minimum, pack
// and need; its metadata is the Ref of the proposal with the digest "-", so
// that a submission names what it was opened on. Under each number stands what it
// comes to: typed holds what was typed by line, bad the lines whose number cannot be
// read. Slack keeps what a person typed while the form is drawn anew, because the ids
// of the fields stay. A long order has pages, the first being 1; what was typed on
// the others is in the metadata. No field bounds its number: one that is too large would
// not come back from another page, and the line under it says what is wrong.
func EditModal(language string, p plan.Proposal, typed map[int]int64, bad map[string]string, page int) slack.ModalViewRequest {
	b := lay(core.Shop{Language: language}, p.Version)
	ref := Ref{p.ID, p.Version, "-"}
	pages := (len(p.Lines) + maxInputs - 1) / maxInputs
	page = min(max(page, 1), max(pages, 1))
	first := FirstOf(page)
	meta := PageMeta{Ref: ref, Page: page, Typed: map[int]int64{}}
	for i, n := range typed {
		if i < len(p.Lines) && n != p.Lines[i].Qty && (i < first || i >= first+maxInputs) {
			meta.Typed[i] = n
		}
	}
	if !p.State.Decidable() || !ref.valid() || len(p.Lines) == 0 {
		b.paragraph(say(b.w.closed, b.stateWord(p.State)))
		return b.modal("sorry", b.w.editTitle, "", "")
	}
	b.paragraph(say(b.w.editIntro, supplier(p)))
	recount := p.Recount(typed)
	for i := first; i < min(len(p.Lines), first+maxInputs); i++ {
		l := p.Lines[i]
		in := slack.NewNumberInputBlockElement(nil, LineInput(i), false).WithMinValue("0").
			WithDispatchActionConfig(&slack.DispatchActionConfig{TriggerActionsOn: []string{"on_enter_pressed", "on_character_entered"}})
		initial := l.Qty
		if n, ok := typed[i]; ok && pages > 1 { // typed before the page was turned
			initial = n
		}
		if initial >= 0 {
			in.WithInitialValue(strconv.FormatInt(initial, 10))
		}
		label := join(" · ", clean(string(l.SKU), 60), clean(l.Name, 100))
		if severalOf(p.Lines, l.SKU) { // two ways, or two places
			label = join(" · ", label, clean(string(l.Location), 40), say(b.w.by, b.date(l.Arrival), b.told(string(l.Mode), 20)))
		}
		hint := b.hint(l)
		if len(p.Lines) > 1 {
			hint += b.w.hintZero
		}
		b.add(slack.NewInputBlock(LineBlock(i), plain(label, 300), plain(hint, 500), in).WithDispatchAction(true))
		b.recounted(recount.Lines[i], bad[LineBlock(i)])
	}
	switch {
	case len(bad) > 0 || !recount.Sound:
		b.line(bold(b.w.countNot))
	default:
		p.Total, p.TotalShop = recount.Total, recount.TotalShop
		b.line(bold(say(b.w.countTotal, b.amount(p))))
	}
	switch {
	case pages > 1 && meta.roomy(1):
		b.turns(page, pages, "edit")
	case pages > 1:
		b.paragraph(b.w.pageFirst)
	}
	return b.modal(CallbackEdit, b.w.editTitle, b.w.save, meta.String())
}

// recounted says what the number in a line's field comes to.
func (b *builder) recounted(r plan.RecountLine, bad string) {
	if bad != "" || r.Reason != "" {
		b.line(text("⚠️ " + b.told(bad+r.Reason, 300)))
		return
	}
	var lasts safe
	if r.HasCover {
		lasts = say(b.w.countCover, num(r.Cover, 0))
	}
	if r.Out {
		b.line(text(join(" · ", b.w.countOut, lasts)))
		return
	}
	l := r.Line
	b.line(text(join(" · ", say(b.w.countLine, qty(l.Qty), money(l.UnitPrice), money(l.Freight), money(l.Cost)), lasts)))
}

// RejectModal asks why a proposal is rejected. The comment may stay empty.
func RejectModal(language string, r Ref, channel string) slack.ModalViewRequest {
	b := lay(core.Shop{Language: language}, r.Version)
	b.paragraph(b.w.rejectIntro)
	in := slack.NewPlainTextInputBlockElement(nil, FieldNote).WithMultiline(true).WithMaxLength(maxNote)
	b.add(slack.NewInputBlock(FieldNote, plain(b.w.rejectWhy, 300), plain(b.w.rejectHint, 500), in).WithOptional(true))
	return b.modal(CallbackReject, b.w.reject, b.w.reject, RejectMeta(r, channel))
}

func (b *builder) hint(l plan.Line) safe {
	least := qty(max(l.MOQ, 1))
	if l.With > 0 { // the parts of a split order share minimum and maximum
		least += b.w.hintWith
	}
	h := say(b.w.hint, least, qty(max(l.Pack, 1)))
	if l.Max > 0 {
		h += say(b.w.hintMax, qty(l.Max))
	}
	return h + say(b.w.hintWhy, num(l.Calc.Need, 2))
}

// WhyModal shows the calculation of every line of a proposal, so that a person
// can do the sum again.
func WhyModal(language string, p plan.Proposal) slack.ModalViewRequest {
	b := lay(core.Shop{Language: language}, p.Version)
	if p.Reason != "" {
		b.line(text(b.told(p.Reason, 1000)))
	}
	if p.AskedWhy != "" && p.State == plan.Proposed {
		b.line(text(say(b.w.askedWhy, b.told(p.AskedWhy, 500))))
	}
	for _, l := range p.Lines {
		b.explain(l)
	}
	return b.whyModal()
}

// RiskWhyModal shows the numbers behind a finding.
func RiskWhyModal(language string, v plan.RiskView) slack.ModalViewRequest {
	b := in(language)
	if v.Finding.Reason != "" {
		b.line(text(b.told(v.Finding.Reason, 1000)))
	}
	if v.Finding.SKU != "" {
		b.reasons(v.Item)
	}
	return b.whyModal()
}

func (b *builder) whyModal() slack.ModalViewRequest {
	if len(b.blocks) == 0 {
		b.paragraph(b.w.noCalc)
	}
	return b.modal(CallbackWhy, b.w.whyTitle, "", "")
}

// explain adds one line's calculation under its name.
func (b *builder) explain(l plan.Line) {
	b.header(join(" · ", clean(string(l.SKU), 60), clean(l.Name, 80)))
	b.sentences(plan.Explain(l))
}

// sentences adds steps, one a line, in as many paragraphs as they need.
func (b *builder) sentences(steps []string) {
	var lines []safe
	for _, s := range steps {
		lines = append(lines, b.told(s, 800))
	}
	b.paragraphs(lines)
}

// paragraphs adds lines, none longer than a paragraph, in as many paragraphs as they need.
func (b *builder) paragraphs(lines []safe) {
	var sum safe
	for _, t := range lines {
		if len([]rune(string(sum)))+len([]rune(string(t)))+1 > maxSection {
			b.paragraph(sum)
			sum = ""
		}
		sum = join("\n", sum, t)
	}
	if sum != "" {
		b.paragraph(sum)
	}
}

// reasons adds the numbers behind one item: the calculation, and how sure the
// forecast under it is.
func (b *builder) reasons(it plan.Item) {
	b.header(join(" · ", clean(string(it.SKU), 60), clean(it.Name, 80), clean(string(it.Location), 40)))
	steps, f := plan.ExplainItem(it), it.Forecast
	b.sentences(steps)
	if f.Method == "" {
		return
	}
	head := say(b.w.whyForecast, b.told(f.Method, 80))
	switch {
	case f.Why == "":
	case slices.ContainsFunc(steps, func(s string) bool { return strings.Contains(s, f.Why) }):
		head = "" // the sum has told how it is made up
	default:
		head += say(b.w.inBrackets, b.told(f.Why, 300))
	}
	var doubts safe
	for _, r := range f.Reasons[:min(len(f.Reasons), 6)] {
		doubts = join(b.w.semicolon, doubts, b.told(r, 150))
	}
	if doubts != "" {
		doubts = say(b.w.inBrackets, doubts)
	}
	b.paragraph(join("\n", head, say(b.w.whyConfidence, qty(int64(f.Confidence)))+doubts))
}

// FieldError returns a complaint as it may stand under a field of a form.
func FieldError(language, reason string) string { return string(in(language).told(reason, 300)) }

// severalOf reports whether an order has more than one line of a product.
func severalOf(lines []plan.Line, sku core.SKU) bool {
	n := 0
	for _, l := range lines {
		if l.SKU == sku {
			n++
		}
	}
	return n > 1
}
