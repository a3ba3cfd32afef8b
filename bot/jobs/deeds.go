package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
	"quartermaster/connectors"
	"quartermaster/core/plan"
)

// Kinds of effects.
const (
	kindCard = "slack.card" // make the message show the newest version of a card
	kindSay  = "slack.say"  // one line of log in a card's thread
	kindMail = "mail.order" // the letter of one purchase order

	cardEffect = "card/" // before the key of a card, in that of the effect that shows it
)

// touch says that a card changed and asks for it to be shown.
func (s *Service) touch(ctx context.Context, tx pgx.Tx, key string, kind plan.CardKind, subject string, body any) error {
	return s.touchIn(ctx, tx, s.cfg().Channel, key, kind, subject, body)
}

// touchIn is touch for a card that stands elsewhere: channel may also be a person, who
// then gets it as a direct message.
func (s *Service) touchIn(ctx context.Context, tx pgx.Tx, channel, key string, kind plan.CardKind, subject string, body any) error {
	// The effect before the card, as where an effect ends: rows that are locked in one
	// order cannot block each other.
	if err := s.arm(ctx, tx, s.slackEffect(cardEffect+key, kindCard), cardPayload{key}, true); err != nil {
		return err
	}
	return store.TouchCard(ctx, tx, key, kind, subject, channel, body)
}

// slackEffect is an effect in the channel's lane: what people read comes in the
// order in which it happened.
func (s *Service) slackEffect(key, kind string) store.Effect {
	return store.Effect{Key: key, Kind: kind, Lane: "slack/" + s.cfg().Channel, Class: connectors.Searchable}
}

func (s *Service) touchRestock(ctx context.Context, tx pgx.Tx, proposal int64) error {
	return s.touch(ctx, tx, restockKey(proposal), plan.RestockCard, strconv.FormatInt(proposal, 10), struct{}{})
}

// touchDecided shows the card of a proposal that was made or decided, and the risk cards
// that it answers, which say what became of it.
func (s *Service) touchDecided(ctx context.Context, tx pgx.Tx, p plan.Proposal) error {
	if err := s.touchRestock(ctx, tx, p.ID); err != nil {
		return err
	}
	findings, err := store.FindingsOn(ctx, tx, skusOf(p))
	if err != nil {
		return err
	}
	for _, key := range findings {
		if err := s.touch(ctx, tx, riskKey(key), plan.RiskCard, key, struct{}{}); err != nil {
			return err
		}
	}
	return nil
}

func restockKey(proposal int64) string { return fmt.Sprintf("restock/%d", proposal) }

// cardDeed shows cards. It is level-triggered: whatever was missed, the newest
// version is what it shows, and it is armed again while a newer one waits.
type cardDeed struct{ s *Service }

type cardPayload struct {
	Card string `json:"card"`
}

func (d cardDeed) load(ctx context.Context, e store.Effect) (c store.CardRow, err error) {
	var p cardPayload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return c, err
	}
	return store.Card(ctx, d.s.st.Pool(), p.Card)
}

func (d cardDeed) prepare(ctx context.Context, e store.Effect) (func(context.Context) (string, error), error) {
	row, err := d.load(ctx, e)
	if err != nil || row.Shown >= row.Version {
		return nil, err
	}
	card, err := d.s.card(ctx, row)
	if err != nil {
		return nil, err
	}
	card.Picture = d.s.picture(ctx, row, card)
	return func(ctx context.Context) (string, error) {
		ref := MessageRef{row.Channel, row.TS}
		if row.TS != "" {
			err := d.s.notify.Update(ctx, ref, card)
			if errors.Is(err, ErrMessageGone) {
				// Somebody deleted the message. The card is still needed: forget where
				// it stood, and the next attempt posts it anew.
				err = errors.Join(err, store.CardGone(ctx, d.s.st.Pool(), row.Key, row.TS))
			}
			return cardRef(row.Version, ref), err
		}
		ref, err := d.s.notify.Post(ctx, row.Channel, row.Key, card)
		return cardRef(row.Version, ref), err
	}, nil
}

func (d cardDeed) find(ctx context.Context, e store.Effect) (string, bool, error) {
	row, err := d.load(ctx, e)
	if err != nil {
		return "", false, err
	}
	if row.TS != "" { // it was an update, and those can be repeated
		return "", false, nil
	}
	ref, found, err := d.s.notify.Find(ctx, MessageRef{Channel: row.Channel}, row.Key)
	// Version 0: the message stands, but which version it shows is not known.
	return cardRef(0, ref), found, err
}

func (d cardDeed) finish(ctx context.Context, tx pgx.Tx, e store.Effect, state store.EffectState, ref string, cause error) error {
	if state != store.EffectDone {
		return nil
	}
	var p cardPayload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return err
	}
	if ref != "" {
		version, at, err := parseCardRef(ref)
		if err != nil {
			return err
		}
		if err := store.CardShown(ctx, tx, p.Card, version, at.Channel, at.TS); err != nil {
			return err
		}
	}
	// Read after the effect's row is locked: a change that came in the meantime
	// is seen here, a later one arms the effect itself.
	row, err := store.Card(ctx, tx, p.Card)
	if err != nil || row.Shown >= row.Version {
		return err
	}
	return d.s.arm(ctx, tx, e, p, true)
}

func cardRef(version int, ref MessageRef) string {
	return fmt.Sprintf("%d/%s/%s", version, ref.Channel, ref.TS)
}

func parseCardRef(s string) (version int, ref MessageRef, err error) {
	v, rest, _ := strings.Cut(s, "/")
	ref.Channel, ref.TS, _ = strings.Cut(rest, "/")
	if _, err := fmt.Sscanf(v, "%d", &version); err != nil || ref.TS == "" {
		return 0, ref, fmt.Errorf("card reference %q is malformed", s)
	}
	return version, ref, nil
}

// sayDeed adds a line to the thread of a card.
type sayDeed struct{ s *Service }

type sayPayload struct {
	Card    string   `json:"card"`
	Text    string   `json:"text"`
	Mention []string `json:"mention,omitempty"` // user ids
}

// say asks for a line in the thread of a card; id makes it unique in there. The
// people named are told of it.
func (s *Service) say(ctx context.Context, tx pgx.Tx, card, id, text string, mention ...string) error {
	return s.arm(ctx, tx, s.slackEffect(sayKey(card, id), kindSay), sayPayload{card, text, mention}, false)
}

// sayKey is the key of the effect of a line in the thread of a card.
func sayKey(card, id string) string { return "say/" + card + "/" + id }

var errNoCardYet = errors.New("the card is not posted yet")

func (d sayDeed) load(ctx context.Context, e store.Effect) (p sayPayload, thread MessageRef, err error) {
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return p, thread, err
	}
	row, err := store.Card(ctx, d.s.st.Pool(), p.Card)
	if err == nil && row.TS == "" {
		err = errNoCardYet
	}
	return p, MessageRef{row.Channel, row.TS}, err
}

func (d sayDeed) prepare(ctx context.Context, e store.Effect) (func(context.Context) (string, error), error) {
	p, thread, err := d.load(ctx, e)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (string, error) {
		ref, err := d.s.notify.Say(ctx, thread, e.Key, p.Text, p.Mention)
		return ref.Channel + "/" + ref.TS, err
	}, nil
}

func (d sayDeed) find(ctx context.Context, e store.Effect) (string, bool, error) {
	_, thread, err := d.load(ctx, e)
	if err != nil {
		return "", false, err
	}
	ref, found, err := d.s.notify.Find(ctx, thread, e.Key)
	return ref.Channel + "/" + ref.TS, found, err
}

func (sayDeed) finish(context.Context, pgx.Tx, store.Effect, store.EffectState, string, error) error {
	return nil
}

// mailDeed sends the letter of an order. The text is drafted once and stored
// before anything leaves; what is stored is what is sent.
type mailDeed struct{ s *Service }

type mailPayload struct {
	Order string `json:"order"`
}

func (d mailDeed) prepare(ctx context.Context, e store.Effect) (func(context.Context) (string, error), error) {
	var p mailPayload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return nil, err
	}
	o, err := store.Order(ctx, d.s.st.Pool(), p.Order)
	if err != nil {
		return nil, err
	}
	if o.State.Closed() {
		return nil, nil // cancelled, or delivered, before its letter could leave
	}
	if o.Mail == nil {
		m, err := d.s.write(ctx, plan.OrderLetter(o))
		if err != nil {
			return nil, fmt.Errorf("draft the letter of %s: %w", o.Number, err)
		}
		if m, err = store.KeepMail(ctx, d.s.st.Pool(), o.Number, m); err != nil {
			return nil, err
		}
		o.Mail = &m
	}
	letter := connectors.Letter{Key: e.Key, To: o.Mail.To, Subject: o.Mail.Subject, Text: o.Mail.Body,
		Attachments: []connectors.Attachment{{Name: o.Number + ".csv", ContentType: "text/csv; charset=utf-8", Data: []byte(o.Mail.CSV)}}}
	return func(ctx context.Context) (string, error) {
		r, err := d.s.mail.Send(ctx, letter)
		if r.DryRun {
			return dryRunPrefix + r.Ref, err
		}
		return r.Ref, err
	}, nil
}

// mailLine names the line in the thread that tells how a letter ended. A letter
// that a person has sent again gets another line.
func mailLine(e store.Effect) string {
	e.Key = "mail"
	return roundOf(e)
}

// roundOf names an effect and how often it was armed again.
func roundOf(e store.Effect) string {
	if e.Rounds == 0 {
		return e.Key
	}
	return fmt.Sprintf("%s-%d", e.Key, e.Rounds)
}

const dryRunPrefix = "dry-run:"

func (mailDeed) find(context.Context, store.Effect) (string, bool, error) {
	return "", false, nil // plain SMTP cannot be asked
}

func (d mailDeed) finish(ctx context.Context, tx pgx.Tx, e store.Effect, state store.EffectState, ref string, cause error) error {
	var p mailPayload
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return err
	}
	to, line := plan.OrderSent, "The e-mail to the supplier was sent."
	switch {
	case state == store.EffectUnknown:
		to, line = plan.OrderSendUnknown, "The mail server's answer was lost: the e-mail may or may not have reached the supplier. It is not sent again by itself; please check with the supplier."
	case state == store.EffectFailed:
		to, line = plan.OrderSendFailed, "The e-mail to the supplier could not be sent: "+cause.Error()
	case ref == "":
		line = "The e-mail to the supplier was not sent: the order was closed before."
	case strings.HasPrefix(ref, dryRunPrefix):
		to, line = plan.OrderDryRun, "No mail server is set, so the e-mail to the supplier was written to the outbox folder and not sent."
	}
	proposal, err := store.SetMailState(ctx, tx, p.Order, to)
	if err != nil {
		return err
	}
	if err := d.s.touchRestock(ctx, tx, proposal); err != nil {
		return err
	}
	return d.s.say(ctx, tx, restockKey(proposal), mailLine(e), line)
}
