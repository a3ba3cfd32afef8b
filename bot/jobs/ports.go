package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/simulate"
)

// MessageRef is where a card stands: the channel as the chat system returned it
// and the message's time stamp.
type MessageRef struct {
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

// Notifier shows cards to people and knows who they are. bot/slackapp
// implements it. Errors wrap connectors.ErrUncertain when a message may have
// been posted although no answer came, connectors.ErrPermanent when it never
// will be (a message that is not well formed), ErrClosed when a person has to act
// first (channel archived, token revoked), and are a *RetryAfter when the chat
// system named a time; all others may be tried again.
type Notifier interface {
	// Post puts a new card into channel, marked with key so that Find finds it.
	Post(ctx context.Context, channel, key string, c plan.Card) (MessageRef, error)
	// Update rewrites the card at ref.
	Update(ctx context.Context, ref MessageRef, c plan.Card) error
	// Find looks for the message marked with key, in the given thread when
	// thread.TS is set. ErrCannotSearch says that the right to look is missing.
	Find(ctx context.Context, thread MessageRef, key string) (MessageRef, bool, error)
	// Stands reports whether the message at ref is still there. ErrCannotSearch as
	// with Find.
	Stands(ctx context.Context, ref MessageRef) (bool, error)
	// Say adds a line of log to the thread of a card, marked with key. The people
	// named, user ids, are told of it.
	Say(ctx context.Context, thread MessageRef, key, text string, mention []string) (MessageRef, error)
	// Upload hands over a picture (PNG) that cards can show, and returns its id. It
	// waits until the picture can be shown, or as long as that makes sense. Doing it
	// again makes another copy and no harm.
	Upload(ctx context.Context, name, alt string, png []byte) (file string, err error)
	// Answer tells one person the outcome of a click; only that person sees it.
	Answer(ctx context.Context, c Click, text string) error
	// Relist shows the list of what waits anew, in the place of the one on which c was
	// pressed, with what became of that press; only that person sees it.
	Relist(ctx context.Context, c Click, done []plan.Pressed) error
	// Person returns the actor as the chat system knows him or her now; the answer
	// is at most ten minutes old.
	Person(ctx context.Context, team, user string) (plan.Actor, error)
}

// Drafter writes letters. bot/draft implements it. It never fails for lack of a
// model: then the text comes from a template and Mail.Note says why.
type Drafter interface {
	Letter(ctx context.Context, l plan.Letter) (plan.Mail, error)
	// Brief says in a few sentences what a report or digest means, in the shop's language,
	// and whether they come from a "model" or a "template". It asks no model: it answers at
	// once, from a template or in words of the model that were found to hold for another
	// one of the same shape.
	Brief(b plan.Briefing) (prose, source string)
	// Word asks the model to say it; "" when there is none, or its words do not hold.
	Word(ctx context.Context, b plan.Briefing) (prose string)
	// Choose finds the command that answers a question; the error says why there is none.
	Choose(ctx context.Context, question string) (plan.Asked, error)
}

// RetryAfter is an error with the earliest time to try again.
type RetryAfter struct {
	After time.Duration
	Err   error
}

// Error names the time and the cause.
func (e *RetryAfter) Error() string { return fmt.Sprintf("try again in %s: %v", e.After, e.Err) }

// Unwrap returns the cause.
func (e *RetryAfter) Unwrap() error { return e.Err }

// ErrCannotSearch is returned by Find when the bot may not read the channel.
var ErrCannotSearch = errors.New("the bot has no right to read this channel")

// ErrMessageGone is returned by Update when the message is not there any more:
// somebody deleted it, and the card needs a new one.
var ErrMessageGone = errors.New("the message is gone")

// ErrClosed is returned when the chat system refuses the bot or the channel
// altogether until a person does something: token revoked, channel archived. What
// waits goes on waiting.
var ErrClosed = errors.New("refused until somebody acts")

// Click is a button pressed on a card. It is written to the inbox before Slack
// gets its answer, and acted on after.
type Click struct {
	Key      string      `json:"key"` // unique per gesture: Slack's trigger id
	Action   plan.Action `json:"action"`
	Team     string      `json:"team"`
	User     string      `json:"user"`
	Proposal int64       `json:"proposal,omitempty"` // of a restock card
	Version  int         `json:"version,omitempty"`  // shown on it
	Digest   string      `json:"digest,omitempty"`   // shown on it
	Finding  string      `json:"finding,omitempty"`  // key of a risk card's finding
	// SKU, Supplier and Quoted are of plan.ChooseSource.
	SKU      core.SKU        `json:"sku,omitempty"`
	Supplier core.SupplierID `json:"supplier,omitempty"`
	Quoted   bool            `json:"quoted,omitempty"` // its quote, not its list entry
	// Tone is of plan.SetTone, with Supplier.
	Tone core.Tone `json:"tone,omitempty"`
	// Override is of plan.TakeBack.
	Override *plan.OverrideKey `json:"override,omitempty"`
	// Note is what the person wrote about it.
	Note string `json:"note,omitempty"`
	// Routine says that it was one press for several proposals: only one that
	// plan.Routine lets through is approved.
	Routine bool `json:"routine,omitempty"`
	// Listed are the keys of all clicks that the press made, when it was on a list that
	// only the person sees: how they ended is told there.
	Listed []string `json:"listed,omitempty"`
	// Effect is the key of the letter that plan.RetryDead and DiscardDead are about;
	// empty: messages.
	Effect string `json:"effect,omitempty"`
	// Change is the id of a change of the settings.
	Change int64 `json:"change,omitempty"`
	// Reply is the supplier's answer that it settles, Version that of its order.
	Reply int64 `json:"reply,omitempty"`
	// Days is the length of a snooze; Until its first day without, Event what ends it
	// before.
	Days        int              `json:"days,omitempty"`
	Until       core.Day         `json:"until,omitempty"`
	Event       plan.SnoozeEvent `json:"event,omitempty"`
	Message     MessageRef       `json:"message"` // the card clicked
	ResponseURL string           `json:"response_url,omitempty"`
}

// EditRequest is a submitted quantity form: new quantities by line index.
type EditRequest struct {
	Key      string        `json:"key"` // unique per gesture
	Team     string        `json:"team"`
	User     string        `json:"user"`
	Proposal int64         `json:"proposal"`
	Version  int           `json:"version"`
	Qty      map[int]int64 `json:"qty"`
}

// LineError is a quantity refused, by line index, with what would be right.
type LineError struct {
	Line   int
	Reason string
}

// Desk is what people can do and see from chat. *Service implements it; the
// interface lets bot/slackapp be tested by itself.
type Desk interface {
	// Click stores the click; a worker acts on it. A click seen before is dropped.
	Click(ctx context.Context, c Click) error
	// ClickAll stores one press for several proposals as a click on each, all or
	// none. Each is decided by itself.
	ClickAll(ctx context.Context, list []Click) error
	// Proposal returns a proposal for its edit form or its "Why?".
	Proposal(ctx context.Context, id int64) (plan.Proposal, error)
	// SubmitEdit writes new quantities, or returns what is wrong with them. Errors
	// for people are *UserError.
	SubmitEdit(ctx context.Context, r EditRequest) ([]LineError, error)
	// Status returns the state of all items after the last check.
	Status(ctx context.Context) (StatusView, error)
	// Short lists the items that run short, most money at risk first.
	Short(ctx context.Context, limit int) ([]plan.Item, error)
	// Ask finds the command that answers a question in plain language; the zero Asked when
	// none does.
	Ask(ctx context.Context, question string) (plan.Asked, error)
	// Week is the weekly report as of now.
	Week(ctx context.Context) (plan.Week, error)
	// Review looks back at the last month, or the last quarter, that is over.
	Review(ctx context.Context, quarter bool) (plan.Review, error)
	// Home gathers what the home tab shows.
	Home(ctx context.Context) (plan.HomeView, error)
	// Waiting lists the proposals that can be decided, largest amount first.
	Waiting(ctx context.Context) ([]plan.Proposal, error)
	// Runs lists the schedules, the next to run first.
	Runs(ctx context.Context) ([]plan.RunView, error)
	// Settings tells what is in force.
	Settings(ctx context.Context) (plan.SettingsView, error)
	// EditSettings returns what the settings form starts from; who may not change
	// them gets a *UserError.
	EditSettings(ctx context.Context, team, user string) (plan.SettingsView, error)
	// SubmitSettings makes a submitted form the settings in force. Values that are
	// refused are SettingFaults, other errors for people *UserError.
	SubmitSettings(ctx context.Context, f SettingsForm) error
	// PutSettings shows what a settings file would change, and, sent again, puts it in.
	// What is wrong with it is a *UserError.
	PutSettings(ctx context.Context, f SettingsText) (plan.SettingsPreview, error)
	// SettingsFile returns the settings in force as a file, for who may change them.
	SettingsFile(ctx context.Context, team, user string) (File, error)
	// CardAt returns what the card at a message shows; a message that is none is a
	// *UserError.
	CardAt(ctx context.Context, ref MessageRef) (plan.Card, error)
	// Delegate hands the rights of an approver over until a day, or takes them back; the
	// answer says what holds. What is refused is a *UserError.
	Delegate(ctx context.Context, f DelegateForm) (string, error)
	// Export returns a list as a file. What is wrong with the request is a *UserError.
	Export(ctx context.Context, q ExportRequest) (File, error)
	// SettingsHistory lists the newest versions, newest first.
	SettingsHistory(ctx context.Context) ([]plan.SettingsView, error)
	// Suggest keeps what a person suggests; key is unique per gesture.
	Suggest(ctx context.Context, key, user, text string) error
	// Mute silences a product for good, or ends that; the answer says what holds now.
	Mute(ctx context.Context, m MuteRequest) (string, error)
	// Quiet tells what the last check did not speak of, and why. An unknown code is a
	// *UserError.
	Quiet(ctx context.Context, code string) (plan.QuietView, error)
	// SnoozeItem silences the findings of a SKU as the click says; the answer is empty when
	// it comes as for a button.
	SnoozeItem(ctx context.Context, c Click, code string) (string, error)
	// Item returns one SKU at every location. An unknown code is a *UserError that
	// names the nearest codes.
	Item(ctx context.Context, code string) ([]plan.Item, error)
	// Orders returns open proposals and the newest purchase orders.
	Orders(ctx context.Context) (OrdersView, error)
	// Order returns a purchase order with its history, by its number or the digits at
	// the end of it. An unknown one is a *UserError.
	Order(ctx context.Context, number string) (plan.OrderView, error)
	// OrderOf returns the purchase order that was made from a proposal.
	OrderOf(ctx context.Context, proposal int64) (plan.OrderView, error)
	// Supplier returns the score card of a supplier, by code or name. An unknown one
	// is a *UserError.
	Supplier(ctx context.Context, name string) (plan.SupplierView, error)
	// Sources compares the suppliers of a product. An unknown code is a *UserError.
	Sources(ctx context.Context, code string) (plan.SourcesView, error)
	// QuoteBox returns what the form for a quote shows.
	QuoteBox(ctx context.Context, sku core.SKU) (plan.QuoteView, error)
	// SubmitQuote stores a quote, or returns what is wrong with it. Errors for people
	// are *UserError.
	SubmitQuote(ctx context.Context, f QuoteForm) (map[plan.QuoteField]string, error)
	// ReadQuote reads a supplier's answer into the form for a quote. Nothing is stored.
	ReadQuote(ctx context.Context, p QuotePaste) (plan.QuoteView, error)
	// RFQBox returns what the form of a request for quotation starts from; who may not
	// ask gets a *UserError.
	RFQBox(ctx context.Context, q RFQRequest) (plan.RFQView, error)
	// CheckRFQ says what is wrong with a request. Errors for people are *UserError.
	CheckRFQ(ctx context.Context, q RFQDraft) (map[plan.RFQField]string, error)
	// DraftRFQ writes the letters of a request that passed CheckRFQ.
	DraftRFQ(ctx context.Context, q RFQDraft) (plan.RFQPreview, error)
	// SendRFQ sends the letters of a request as they stand on the form. Errors for
	// people are *UserError.
	SendRFQ(ctx context.Context, f RFQForm) error
	// Advice returns what the last check found beside what is on cards.
	Advice(ctx context.Context, what string) (plan.AdviceView, error)
	// Replay replays the past year under the shop's policy and others, Stress plays
	// shocks on the present data. Both take long. Errors for people are *UserError.
	Replay(ctx context.Context) (simulate.ReplayView, error)
	Stress(ctx context.Context, shocks []simulate.Shock) (simulate.StressView, error)
	// Overrides lists the numbers set by hand, of one SKU or of all, with their
	// history. An unknown code is a *UserError.
	Overrides(ctx context.Context, code string) (plan.OverrideView, error)
	// OverrideBox returns what the form for one starts from; who may not set any gets a
	// *UserError.
	OverrideBox(ctx context.Context, team, user, code string) (plan.OverrideView, error)
	// SubmitOverride sets a number by hand, or returns what is wrong with the entry.
	// Errors for people are *UserError.
	SubmitOverride(ctx context.Context, f OverrideForm) (map[plan.OverridePart]string, error)
	// SubmitOrder writes what a form says about an order, or returns what is wrong
	// with it. Errors for people are *UserError.
	SubmitOrder(ctx context.Context, f OrderForm) ([]*plan.OrderFault, error)
	// PasteReply keeps a supplier's answer about an order. Errors for people are
	// *UserError.
	PasteReply(ctx context.Context, f ReplyForm) error
	// Letter drafts a letter for somebody who may send it; what is wrong with the
	// request is a *UserError.
	Letter(ctx context.Context, q LetterRequest) (plan.LetterView, error)
	// SendLetter sends a letter as it stands on the form. Errors for people are
	// *UserError.
	SendLetter(ctx context.Context, f LetterForm) error
	// Customers returns the repurchase table or one product of it; what a person may
	// not see is a *UserError.
	Customers(ctx context.Context, q Customers) (plan.CustomersView, error)
	// Finding returns the finding and the item behind a risk card.
	Finding(ctx context.Context, key string) (plan.RiskView, error)
}

// File is something too long or too wide for a message.
type File struct {
	Name     string
	Note     string // what is in it, in a sentence
	Language string
	Data     []byte
}

// StatusView answers /stock status.
type StatusView = plan.StatusView

// OrdersView answers /stock orders.
type OrdersView = plan.OrdersView

// UserError is an error whose text may be shown to people as it is.
type UserError struct{ Text string }

// Error returns the text.
func (e *UserError) Error() string { return e.Text }
