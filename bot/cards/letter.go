package cards

import (
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"quartermaster/core/plan"
)

// Ids of the form with a letter.
const (
	CallbackLetter = "letter"
	FieldSubject   = "subject"
	FieldLetter    = "text"
)

// maxInput is how much text a field of a form takes, in characters (Slack's limit).
const maxInput = 3000

// letterWords are the sentences around a letter.
type letterWords struct {
	title, send, subject, text, to, noAddress, how, byModel safe
}

var englishLetters = letterWords{
	title: "Letter to supplier", send: "Send", subject: "Subject", text: "Text",
	to:        "To %s, %s, about order %s. The text below is exactly what is sent.",
	noAddress: "No e-mail address of %s is known, so this letter cannot be sent from here; the text can be copied.",
	how:       "Written from a template.", byModel: "Worded by a language model and checked against the facts.",
}

// LetterTitle is the title of the form, for Loading and Sorry.
func LetterTitle(w *phrases) safe { return w.letters.title }

// LetterRef is what the form of a letter carries: the order as it was drafted for,
// the kind and the digest of the text.
func LetterRef(v plan.LetterView) Ref {
	return Ref{v.Order.ProposalID, v.Order.Version, string(v.Kind) + "-" + v.Mail.Digest()}
}

// LetterKind takes a LetterRef apart.
func (r Ref) LetterKind() (kind plan.LetterKind, digest string, ok bool) {
	i := strings.LastIndexByte(r.Digest, '-')
	if i < 0 {
		return "", "", false
	}
	return plan.LetterKind(r.Digest[:i]), r.Digest[i+1:], true
}

// LetterModal shows a letter with the exact text, to be changed and sent.
func LetterModal(v plan.LetterView) slack.ModalViewRequest {
	b := lay(v.Shop, v.Order.Version)
	w := &b.w.letters
	ref := LetterRef(v)
	switch n := utf8.RuneCountInString(v.Mail.Body); {
	case !ref.valid():
		return Sorry(v.Shop.Language, LetterTitle, "This order is not one that letters can be written about.")
	case n > maxInput:
		return Sorry(v.Shop.Language, LetterTitle, "This letter is longer than a form in Slack takes, because the order has so many lines. Print it with: quartermaster letter --kind "+
			string(v.Kind)+" --order "+v.Order.Number)
	}
	send := w.send
	if v.Mail.To == "" {
		b.paragraph(say(w.noAddress, clean(v.Order.Supplier.Name, 60)))
		send = ""
	} else {
		b.paragraph(say(w.to, clean(v.Order.Supplier.Name, 60), clean(v.Mail.To, 100), clean(v.Order.Number, 30)))
	}
	if v.Mail.Prompt == "" {
		b.line(text(w.how))
	} else {
		b.line(text(w.byModel))
	}
	subject := slack.NewPlainTextInputBlockElement(nil, FieldSubject).WithMaxLength(150).WithInitialValue(v.Mail.Subject)
	b.add(slack.NewInputBlock(FieldSubject, plain(w.subject, 300), nil, subject))
	body := slack.NewPlainTextInputBlockElement(nil, FieldLetter).WithMultiline(true).WithMaxLength(maxInput).WithInitialValue(v.Mail.Body)
	b.add(slack.NewInputBlock(FieldLetter, plain(w.text, 300), nil, body))
	return b.modal(CallbackLetter, w.title, send, ref.String())
}
