package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/connectors"
	"quartermaster/core"
	"quartermaster/core/plan"
)

const (
	kindLetter  = "mail.letter" // a letter about an order, as a person saw it
	inboxLetter = "letter"

	maxLetterSubject = 150
	maxLetterBody    = 20000
)

// LetterRequest asks for the draft of a letter.
type LetterRequest struct {
	Team, User string
	Text       string // see plan.ParseLetterAsk
}

// LetterForm is a letter as a person sends it: this text and no other leaves.
type LetterForm struct {
	Key      string          `json:"key"` // unique per gesture
	Team     string          `json:"team"`
	User     string          `json:"user"`
	Proposal int64           `json:"proposal"` // that the order was made from
	Version  int             `json:"version"`  // of the order, as the letter was drafted
	Kind     plan.LetterKind `json:"kind"`
	Digest   string          `json:"digest"` // of the text drafted
	Subject  string          `json:"subject"`
	Body     string          `json:"body"`
}

// WriteLetter drafts the letter that text asks for. Nothing is stored or sent. What
// is wrong with the request is a *UserError.
func (s *Service) WriteLetter(ctx context.Context, text string) (v plan.LetterView, err error) {
	ask, err := plan.ParseLetterAsk(text)
	if err != nil {
		return v, userError(err)
	}
	o, err := s.Order(ctx, ask.Number)
	if err != nil {
		return v, err
	}
	now := s.cfg().Now()
	past, err := s.st.LoadSupply(ctx, s.cfg().Shop, now)
	if err != nil {
		return v, err
	}
	l, err := plan.NewLetter(ask, o.Order, past.Supply, core.DayOf(now, s.cfg().Shop.Zone))
	if err != nil {
		return v, userError(err)
	}
	v = plan.LetterView{Shop: s.cfg().Shop, Order: o.Order, Kind: ask.Kind}
	v.Mail, err = s.write(ctx, l)
	return v, err
}

// userError shows an error of core as a sentence.
func userError(err error) error {
	text := err.Error()
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, "?") {
		text += "."
	}
	return &UserError{text}
}

// Letter drafts a letter for somebody who may send it.
func (s *Service) Letter(ctx context.Context, q LetterRequest) (v plan.LetterView, err error) {
	actor, err := s.notify.Person(ctx, q.Team, q.User)
	if err != nil {
		return v, fmt.Errorf("look up who asks for a letter: %w", err)
	}
	policy, err := s.rules(ctx, s.st.Pool())
	if err != nil {
		return v, err
	}
	if verdict := plan.DecideLetter(actor, policy); verdict.Outcome == plan.Deny {
		return v, &UserError{verdict.Reason}
	}
	return s.WriteLetter(ctx, q.Text)
}

// SendLetter sends a letter as it stands on the form, once per submission, to the
// address the order has of its supplier. Errors for people are *UserError, and then
// nothing is sent.
func (s *Service) SendLetter(ctx context.Context, f LetterForm) error {
	if err := checkText(&f.Subject, &f.Body); err != nil {
		return err
	}
	actor, err := s.notify.Person(ctx, f.Team, f.User)
	if err != nil {
		return fmt.Errorf("look up who sends a letter: %w", err)
	}
	var refused string
	err = s.submit(ctx, f.Key, inboxLetter, "letter "+string(f.Kind), f, func(tx pgx.Tx) error {
		o, err := store.LockOrder(ctx, tx, f.Proposal)
		if err != nil {
			return err
		}
		policy, err := s.rules(ctx, tx)
		if err != nil {
			return err
		}
		verdict := plan.DecideLetter(actor, policy)
		switch {
		case verdict.Outcome == plan.Deny:
			refused = verdict.Reason
		case f.Version != o.Version:
			refused = fmt.Sprintf("Order %s has changed since this letter was drafted; it is %s now. Please ask for the letter again.", o.Number, o.State.Word())
		case o.Supplier.Email == "":
			refused = fmt.Sprintf("No e-mail address of %s is known.", o.Supplier.Name)
		}
		if refused != "" {
			return store.Audit(ctx, tx, actor.User, "denied letter "+string(f.Kind), o.Number, map[string]any{"text": refused})
		}
		m := letterPayload{Order: o.Number, Proposal: o.ProposalID, Kind: f.Kind, Post: Post{To: o.Supplier.Email, Subject: f.Subject, Body: f.Body}}
		edited := plan.Mail{Subject: f.Subject, Body: f.Body}.Digest() != f.Digest
		if err := s.arm(ctx, tx, store.Effect{Key: letterKey(f.Key), Kind: kindLetter, Class: s.mail.Class()}, m, false); err != nil {
			return err
		}
		return store.Audit(ctx, tx, actor.User, "letter "+string(f.Kind), o.Number,
			map[string]any{"text": "Subject: " + f.Subject, "to": m.To, "body": f.Body, "edited": edited})
	})
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &UserError{"This order does not exist any more."}
	case err == nil && refused != "":
		return &UserError{refused + " Nothing was sent."}
	}
	return err
}

func letterKey(gesture string) string { return "letter/" + gesture }

// checkText makes a letter fit for an e-mail in plain text.
func checkText(subject, body *string) error {
	clean := func(keep string) func(rune) rune {
		return func(r rune) rune {
			if strings.ContainsRune(keep, r) || unicode.IsGraphic(r) {
				return r
			}
			return -1
		}
	}
	*subject = strings.Join(strings.Fields(*subject), " ")
	*body = strings.TrimSpace(strings.ReplaceAll(*body, "\r\n", "\n")) + "\n"
	switch {
	case !utf8.ValidString(*subject) || !utf8.ValidString(*body):
		return &UserError{"The letter is not valid text. Nothing was sent."}
	case strings.Map(clean(""), *subject) != *subject || strings.Map(clean("\n\t"), *body) != *body:
		return &UserError{"The letter holds invisible characters. Please type or paste plain text. Nothing was sent."}
	case *subject == "" || *body == "\n":
		return &UserError{"A letter needs a subject and a text. Nothing was sent."}
	case utf8.RuneCountInString(*subject) > maxLetterSubject || len(*body) > maxLetterBody:
		return &UserError{"The letter is too long. Nothing was sent."}
	}
	return nil
}

// letterDeed sends a letter about an order: the text in its row, which is the text
// the sender saw.
type letterDeed struct{ s *Service }

type letterPayload struct {
	Order    string          `json:"order"`
	Proposal int64           `json:"proposal"`
	Kind     plan.LetterKind `json:"kind"`
	Post
}

// Post is an e-mail in the row of its effect: exactly what is sent.
type Post struct {
	To      string `json:"to"`
	Subject string `json:"subject"`
	Body    string `json:"body"`
}

func (d letterDeed) prepare(_ context.Context, e store.Effect) (func(context.Context) (string, error), error) {
	var p Post
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return nil, err
	}
	return func(ctx context.Context) (string, error) {
		r, err := d.s.mail.Send(ctx, connectors.Letter{Key: e.Key, To: p.To, Subject: p.Subject, Text: p.Body})
		if r.DryRun {
			return dryRunPrefix + r.Ref, err
		}
		return r.Ref, err
	}, nil
}

func (letterDeed) find(context.Context, store.Effect) (string, bool, error) {
	return "", false, nil // plain SMTP cannot be asked
}

func (d letterDeed) finish(ctx context.Context, tx pgx.Tx, e store.Effect, state store.EffectState, ref string, cause error) error {
	var p letterPayload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return err
	}
	what := fmt.Sprintf("The %s letter about order %s", p.Kind, p.Order)
	line := what + " was sent: " + p.Subject
	switch {
	case state == store.EffectUnknown:
		line = what + " may or may not have reached the supplier: the mail server's answer was lost. It is not sent again by itself; please check with the supplier."
	case state == store.EffectFailed:
		line = what + " could not be sent: " + cause.Error()
	case strings.HasPrefix(ref, dryRunPrefix):
		line = what + " was written to the outbox folder and not sent: no mail server is set."
	}
	return d.s.say(ctx, tx, restockKey(p.Proposal), roundOf(e), line)
}
