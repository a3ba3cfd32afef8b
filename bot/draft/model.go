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

	"quartermaster/prompts"
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

// write returns a verified letter with slots, or the reason why there is none.
func (m *model) write(ctx context.Context, f facts) (letter, error) {
	if err := m.open(); err != nil {
		return letter{}, err
	}
	call, cancel := context.WithTimeout(ctx, m.c.Timeout)
	defer cancel()
	l, err := m.try(call, f)
	switch {
	case err == nil:
	case ctx.Err() != nil: // the caller gave up, which says nothing about the model
		return letter{}, fault("the caller stopped waiting")
	case call.Err() != nil:
		err = fault("no answer within " + m.c.Timeout.String())
	}
	m.settle(err)
	return l, err
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

// try asks, checks, and asks once more with the list of faults.
func (m *model) try(ctx context.Context, f facts) (letter, error) {
	talk := []openai.ChatCompletionMessage{
		{Role: openai.ChatMessageRoleSystem, Content: prompts.SupplierOrder().Text},
		{Role: openai.ChatMessageRoleUser, Content: request(f)},
	}
	var faults []string
	for range 2 {
		answer, err := m.complete(ctx, talk)
		if err != nil {
			return letter{}, err
		}
		var l letter
		if l, err = decode(answer); err != nil {
			faults = []string{err.Error()}
		} else if faults = verify(l, f.language, f.codes); len(faults) == 0 {
			return l, nil
		}
		talk = append(talk,
			openai.ChatCompletionMessage{Role: openai.ChatMessageRoleAssistant, Content: cut(answer, 4000)},
			openai.ChatCompletionMessage{Role: openai.ChatMessageRoleUser,
				Content: prompts.SupplierOrderRepair().Text + "\n- " + strings.Join(faults, "\n- ")})
	}
	return letter{}, fault("draft refused twice: " + plain(cut(strings.Join(faults, "; "), 300)))
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
		Lines    int        `json:"lines"`
		Places   int        `json:"places_of_delivery"`
		Shipping []string   `json:"shipping"`
		Slots    []slotView `json:"slots"`
	}{Language: f.language, Lines: len(f.table), Places: f.places}
	for _, mode := range f.modes {
		v.Shipping = append(v.Shipping, string(mode))
	}
	for _, s := range slots {
		v.Slots = append(v.Slots, slotView{"{{" + s.name + "}}", s.meaning, s.in, s.must})
	}
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		panic(err) // strings and integers
	}
	return string(b)
}

var schema = json.RawMessage(`{"type":"object","additionalProperties":false,
	"required":["subject","greeting","body","closing"],
	"properties":{"subject":{"type":"string"},"greeting":{"type":"string"},"body":{"type":"string"},"closing":{"type":"string"}}}`)

// decode reads the letter out of an answer: the JSON object, bare or in a fence
// or among other text. Unknown fields and a second value are refused.
func decode(answer string) (letter, error) {
	from, to := strings.IndexByte(answer, '{'), strings.LastIndexByte(answer, '}')
	if from < 0 || to < from {
		return letter{}, errors.New("the answer holds no JSON object")
	}
	d := json.NewDecoder(bytes.NewReader([]byte(answer[from : to+1])))
	d.DisallowUnknownFields()
	var l letter
	if err := d.Decode(&l); err != nil {
		return letter{}, errors.New("the answer is not one JSON object with the strings subject, greeting, body and closing")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return letter{}, errors.New("the answer holds more than one JSON object")
	}
	for _, s := range []*string{&l.Subject, &l.Greeting, &l.Body, &l.Closing} {
		*s = strings.TrimSpace(strings.ReplaceAll(*s, "\r\n", "\n"))
	}
	return l, nil
}
