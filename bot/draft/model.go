package draft

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sashabaranov/go-openai"

	"quartermaster/core"
)

const (
	maxFailures = 3               // in a row, before the pause
	pause       = 5 * time.Minute // in which no model is asked
)

// model asks a chat completion service for letters.
type model struct {
	client *openai.Client
	c      Config

	mu       sync.Mutex
	quirks   quirks
	failures int
	until    time.Time // end of the pause
	told     core.Day  // on which it was said that the budget is used up

	kept keeper
}

func newModel(c Config) *model {
	conf := openai.DefaultConfig(c.APIKey)
	if c.BaseURL != "" {
		conf.BaseURL = strings.TrimRight(c.BaseURL, "/")
	}
	conf.HTTPClient = &http.Client{
		Transport: capped{c.Transport},
		// A redirect would carry the key to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &model{client: openai.NewClientWithConfig(conf), c: c}
}

// fault is a failure told in words that may be stored and shown: it never holds
// what the service wrote.
type fault string

func (f fault) Error() string { return string(f) }

// effort is what a letter cost.
type effort struct {
	tries    int      // drafts read
	tokens   int      // of questions and answers, as the service counts them
	faults   []string // of the drafts that were refused
	reworded int      // sentences of the draft that held, put in known words
}

// write returns a verified letter with slots, or the reason why there is none.
func (m *model) write(ctx context.Context, f facts) (letter, error) {
	if l, ok := m.kept.find(f); ok {
		return l, nil
	}
	var l letter
	err := m.allowed(ctx, func(ctx context.Context) (tokens int, err error) {
		var spent effort
		l, spent, err = m.attempt(ctx, f)
		return spent.tokens, err
	})
	if err == nil {
		m.kept.keep(f, l)
	}
	return l, err
}

// allowed asks unless the pause or the budget forbids it, books what it took, and
// counts failures.
func (m *model) allowed(ctx context.Context, ask func(context.Context) (tokens int, err error)) error {
	if err := m.open(); err != nil {
		return err
	}
	if err := m.afford(ctx); err != nil {
		return err
	}
	tokens, err := ask(ctx)
	m.spend(ctx, tokens)
	if ctx.Err() == nil { // a caller that gave up says nothing about the model
		m.settle(err)
	}
	return err
}

// attempt asks for one letter within the time-out, and counts the effort.
func (m *model) attempt(ctx context.Context, f facts) (letter, effort, error) {
	call, cancel := context.WithTimeout(ctx, m.c.Timeout)
	defer cancel()
	l, spent, err := m.try(call, f)
	return l, spent, m.late(ctx, call, err)
}

// late says of an error whether it came of waiting: of the caller, or of the time-out
// that call has beside ctx.
func (m *model) late(ctx, call context.Context, err error) error {
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return fault("the caller stopped waiting")
	case call.Err() != nil:
		return fault("no answer within " + m.c.Timeout.String())
	}
	return err
}

// open refuses during the pause.
func (m *model) open() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.c.Now().Before(m.until) {
		return fault(fmt.Sprintf("paused until %s after %d failures", m.until.UTC().Format("15:04:05 MST"), maxFailures))
	}
	return nil
}

// settle counts failures in a row and begins the pause. After a pause a single
// failure begins the next one.
func (m *model) settle(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil {
		m.failures = 0
		return
	}
	if m.failures++; m.failures >= maxFailures {
		m.until = m.c.Now().Add(pause)
	}
}

// try asks, checks, puts what held in known words, and asks once more with the list of
// faults.
func (m *model) try(ctx context.Context, f facts) (letter, effort, error) {
	talk := []openai.ChatCompletionMessage{
		{Role: openai.ChatMessageRoleSystem, Content: f.prompt().Text},
		{Role: openai.ChatMessageRoleUser, Content: request(f)},
	}
	var faults []string
	var spent effort
	for range 2 {
		answer, tokens, err := m.complete(ctx, letterShape, talk)
		spent.tokens += tokens
		if err != nil {
			return letter{}, spent, err
		}
		spent.tries++
		var l letter
		if l, err = decode(answer); err != nil {
			faults = []string{err.Error()}
		} else if faults = f.verify(l); len(faults) == 0 {
			l, spent.reworded = f.inKnownWords(l)
			if faults = f.refused(l); len(faults) == 0 {
				return l, spent, nil
			}
		}
		spent.faults = append(spent.faults, faults...)
		talk = append(talk,
			openai.ChatCompletionMessage{Role: openai.ChatMessageRoleAssistant, Content: cut(answer, 4000)},
			openai.ChatCompletionMessage{Role: openai.ChatMessageRoleUser,
				Content: f.repair(l, faults)})
	}
	return letter{}, spent, fault("draft refused twice: " + plain(cut(strings.Join(faults, "; "), 300)))
}

func (f facts) tone() string {
	if f.plain {
		return "plain"
	}
	return "formal"
}

// request tells the model about the order without a name or number of it.
func request(f facts) string {
	type slotView struct {
		Name     string   `json:"name"`
		Meaning  string   `json:"meaning"`
		Parts    []string `json:"parts"`
		Required []string `json:"required_in,omitempty"`
	}
	v := struct {
		Language string     `json:"language"`
		Tone     string     `json:"tone"`
		Lines    int        `json:"lines,omitempty"`
		Places   int        `json:"places_of_delivery,omitempty"`
		Shipping []string   `json:"shipping,omitempty"`
		Slots    []slotView `json:"slots"`
	}{Language: f.language, Tone: f.tone(), Lines: len(f.table), Places: f.places}
	for _, mode := range f.modes {
		v.Shipping = append(v.Shipping, string(mode))
	}
	for _, s := range f.offered() {
		v.Slots = append(v.Slots, slotView{"{{" + s.name + "}}", s.meaning, s.in, s.must})
	}
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and integers
	}
	return string(b)
}

// shape is what an answer is asked to look like: a JSON schema and its name.
type shape struct {
	name   string
	schema json.RawMessage
}

var letterShape = shape{"letter", json.RawMessage(`{"type":"object","additionalProperties":false,
	"required":["subject","greeting","body","closing"],
	"properties":{"subject":{"type":"string"},"greeting":{"type":"string"},"body":{"type":"string"},"closing":{"type":"string"}}}`)}

// object reads the JSON object out of an answer: bare, in a fence or among other text.
// Unknown fields and a second value are refused.
func object(answer string, into any) error {
	from, to := strings.IndexByte(answer, '{'), strings.LastIndexByte(answer, '}')
	if from < 0 || to < from {
		return errors.New("the answer holds no JSON object")
	}
	d := json.NewDecoder(bytes.NewReader([]byte(answer[from : to+1])))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return errors.New("the answer is not one JSON object with the fields asked for")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the answer holds more than one JSON object")
	}
	return nil
}

// decode reads the letter out of an answer.
func decode(answer string) (letter, error) {
	var l letter
	if err := object(answer, &l); err != nil {
		return letter{}, err
	}
	for _, s := range []*string{&l.Subject, &l.Greeting, &l.Body, &l.Closing} {
		*s = strings.TrimSpace(strings.ReplaceAll(*s, "\r\n", "\n"))
	}
	return l, nil
}
