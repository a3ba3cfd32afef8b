// Package draft writes the letters that leave the shop. A language model may
// word them; it never decides anything in them.
//
// Kinds.go has the kinds of letters: what each may say, and which words would turn
// it into its opposite. The model gets opaque slots and counts, no names, prices, codes or dates. It
// answers with four parts of prose that hold slots such as {{total}}; verify
// checks the prose, what it says in words that are not known to be right is put in words
// that are (known.go), Go fills the slots, and the table of goods below is written by Go
// alone. A draft with faults is sent back once with the list of them; after
// that, and whenever the model fails, is slow, refuses or is not configured, the
// letter comes from a template. So SupplierOrder does not fail for lack of a
// model, and no number, date, code, link or promise of a letter comes from one.
//
// A draft that held is kept and filled again for letters of the same shape, and a
// budget bounds the tokens of a day (thrift.go).
//
// After three failures in a row the model is left alone for five minutes.
//
// Mail.Source says which way a letter came about, Mail.Prompt the exact prompt,
// Mail.Note why it is a template. Notes and errors hold no secrets and no text
// from the model's service beyond its status.
package draft

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/sashabaranov/go-openai"

	"quartermaster/core/plan"
)

// Config sets up a Drafter. The zero value writes from templates and never opens
// a connection.
type Config struct {
	// APIKey is sent as a bearer token. It is a secret. With neither APIKey nor
	// BaseURL no model is used.
	APIKey string
	// BaseURL of an OpenAI-compatible service, up to and including the version, such
	// as http://127.0.0.1:11434/v1. Defaults to OpenAI's.
	BaseURL string
	// Model names the model. Defaults to "gpt-4.1-mini" at OpenAI; must be given
	// with another BaseURL.
	Model string
	// Timeout bounds one letter with all retries. Defaults to 8 seconds.
	Timeout time.Duration
	// MaxTokens bounds one answer. Defaults to 800.
	MaxTokens int
	// DailyTokens is the budget of a day in Zone, in tokens of questions and answers;
	// when it is used up letters come from templates. The letter under way may
	// exceed it. It needs a Ledger; without one there is no budget.
	DailyTokens int
	Ledger      Ledger
	Zone        *time.Location
	// Logger defaults to slog.Default().
	Logger *slog.Logger
	// Transport carries the requests. Defaults to http.DefaultTransport.
	Transport http.RoundTripper
	// Now is the clock of the pause after failures. Defaults to time.Now.
	Now func() time.Time
}

// String prints the configuration without the key.
func (c Config) String() string {
	if c.APIKey == "" && c.BaseURL == "" {
		return "no model"
	}
	host := "api.openai.com"
	if u, err := url.Parse(c.BaseURL); err == nil && u.Host != "" {
		host = u.Host
	}
	return fmt.Sprintf("model %q at %s", c.Model, host)
}

// GoString prints what String prints, so that %#v holds no secret either.
func (c Config) GoString() string { return c.String() }

// LogValue is what log/slog prints.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Drafter writes letters. It is safe for concurrent use.
type Drafter struct {
	model *model // nil when none is configured
}

// New checks the configuration. It does not connect.
func New(c Config) (*Drafter, error) {
	if c.APIKey == "" && c.BaseURL == "" {
		return &Drafter{}, nil
	}
	if c.BaseURL != "" {
		u, err := url.Parse(c.BaseURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" {
			return nil, errors.New("model base URL must be http(s)://host/path without user, password and query; the key is a setting of its own")
		}
		if c.Model == "" {
			return nil, errors.New("model name must be set when the base URL is")
		}
	}
	if c.DailyTokens < 0 {
		return nil, fmt.Errorf("the model's budget must not be negative, is %d tokens", c.DailyTokens)
	}
	if c.Timeout < 0 || c.MaxTokens < 0 {
		return nil, fmt.Errorf("model time-out and token limit must be positive, are %s and %d", c.Timeout, c.MaxTokens)
	}
	if c.Model == "" {
		c.Model = openai.GPT4Dot1Mini
	}
	if c.Timeout == 0 {
		c.Timeout = 8 * time.Second
	}
	if c.MaxTokens == 0 {
		c.MaxTokens = 800
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Drafter{model: newModel(c)}, nil
}

// Letter writes a letter in the supplier's language. The receiver
// is the supplier's address; Mail.To is empty when there is none. With the order
// itself goes Mail.CSV. It fails only for a letter that cannot be written down.
func (d *Drafter) Letter(ctx context.Context, l plan.Letter) (plan.Mail, error) {
	mail, err := d.letter(ctx, l)
	if err != nil {
		return plan.Mail{}, fmt.Errorf("draft %s letter to %s: %w", plain(string(l.Kind)), plain(string(l.To().ID)), err)
	}
	return mail, nil
}

func (d *Drafter) letter(ctx context.Context, l plan.Letter) (mail plan.Mail, err error) {
	if _, ok := kinds[l.Kind]; !ok {
		return mail, errors.New("there is no such letter")
	}
	f, err := newFacts(l)
	if err != nil {
		return mail, err
	}
	mail = plan.Mail{To: l.To().Email, Source: plan.FromTemplate, Note: "no model is configured"}
	if l.Kind == plan.LetterOrder {
		mail.CSV = string(CSV(l.Order))
	}
	if d.model != nil {
		prose, err := d.model.write(ctx, f)
		if err == nil {
			mail.Source, mail.Note, mail.Prompt = plan.FromModel, "", f.prompt().Version()
			mail.Subject, mail.Body, err = f.assemble(prose.fill(f.slots))
			return mail, err
		}
		mail.Note = "model not used: " + err.Error()
	}
	prose, err := f.template()
	if err != nil {
		return mail, err
	}
	mail.Subject, mail.Body, err = f.assemble(prose)
	return mail, err
}
