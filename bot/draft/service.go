package draft

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/sashabaranov/go-openai"
)

const (
	maxAnswer    = 1 << 20 // bytes of one HTTP answer
	defaultRetry = 500 * time.Millisecond
)

var errTooLarge = errors.New("answer is too large")

// quirks is what the service was found not to understand. It is remembered, so
// that each is found out once.
type quirks struct {
	format          format
	noTemperature   bool
	completionLimit bool // max_completion_tokens instead of max_tokens
}

// format is a rung of the ladder by which an answer is asked to be JSON.
type format int

const (
	jsonSchema format = iota
	jsonObject
	plainText // the prompt alone asks for JSON
)

// complete returns the text of one answer and the tokens it took. It adapts to what the service does
// not understand, and tries again once when told to come back later.
func (m *model) complete(ctx context.Context, as shape, talk []openai.ChatCompletionMessage) (text string, tokens int, err error) {
	retried := false
	// Four adaptations and one retry are the most that can happen.
	for range 6 {
		m.mu.Lock()
		q := m.quirks
		m.mu.Unlock()
		res, err := m.client.CreateChatCompletion(ctx, m.request(q, as, talk))
		if err == nil {
			text, err = content(res)
			tokens += res.Usage.TotalTokens
			if res.Usage.TotalTokens == 0 { // the service does not count
				tokens += guess(talk) + len(text)/4 + 1
			}
			return text, tokens, err
		}
		status := statusOf(err)
		if next, ok := adapt(q, err); ok {
			m.mu.Lock()
			if m.quirks == q {
				m.quirks = next
			}
			m.mu.Unlock()
			continue
		}
		if status == 0 || status >= 500 { // it may have been worked on
			tokens += guess(talk)
		}
		if retried || status != http.StatusTooManyRequests && status < 500 {
			return "", tokens, explain(err, status)
		}
		retried = true
		if !sleep(ctx, retryAfter(res.Header(), m.c.Now())) {
			return "", tokens, explain(err, status)
		}
	}
	return "", tokens, fault("the service understands none of our requests")
}

// guess is about how many tokens a question has: four bytes make one.
func guess(talk []openai.ChatCompletionMessage) (tokens int) {
	for _, t := range talk {
		tokens += len(t.Content)/4 + 1
	}
	return tokens
}

func (m *model) request(q quirks, as shape, talk []openai.ChatCompletionMessage) openai.ChatCompletionRequest {
	r := openai.ChatCompletionRequest{Model: m.c.Model, Messages: talk}
	if !q.noTemperature {
		r.Temperature = 0.2
	}
	if q.completionLimit {
		r.MaxCompletionTokens = 4 * m.c.MaxTokens // such models think within the limit
	} else {
		r.MaxTokens = m.c.MaxTokens //nolint:staticcheck // the one name that all other services know
	}
	switch q.format {
	case jsonSchema:
		r.ResponseFormat = &openai.ChatCompletionResponseFormat{Type: openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{Name: as.name, Schema: as.schema, Strict: true}}
	case jsonObject:
		r.ResponseFormat = &openai.ChatCompletionResponseFormat{Type: openai.ChatCompletionResponseFormatTypeJSONObject}
	}
	return r
}

// content checks that the answer is whole.
func content(res openai.ChatCompletionResponse) (string, error) {
	if len(res.Choices) == 0 {
		return "", fault("the answer was empty")
	}
	c := res.Choices[0]
	switch {
	case c.Message.Refusal != "" || c.FinishReason == openai.FinishReasonContentFilter:
		return "", fault("the model refused")
	case c.FinishReason == openai.FinishReasonLength:
		return "", fault("the answer was cut off")
	case strings.TrimSpace(c.Message.Content) == "":
		return "", fault("the answer was empty")
	}
	return c.Message.Content, nil
}

// adapt learns from a refusal what to leave out of the request.
func adapt(q quirks, err error) (quirks, bool) {
	switch {
	case errors.Is(err, openai.ErrReasoningModelMaxTokensDeprecated) && !q.completionLimit:
		q.completionLimit = true
		return q, true
	case errors.Is(err, openai.ErrReasoningModelLimitationsOther) && !q.noTemperature:
		q.noTemperature = true
		return q, true
	}
	switch statusOf(err) {
	case http.StatusBadRequest, http.StatusUnprocessableEntity, http.StatusNotImplemented:
	default:
		return q, false
	}
	text := strings.ToLower(err.Error())
	switch {
	case strings.Contains(text, "temperature") && !q.noTemperature:
		q.noTemperature = true
	case strings.Contains(text, "max_tokens") && !q.completionLimit:
		q.completionLimit = true
	case q.format < plainText: // named or not, the format is what services lack most
		q.format++
	default:
		return q, false
	}
	return q, true
}

func statusOf(err error) int {
	var api *openai.APIError
	var req *openai.RequestError
	switch {
	case errors.As(err, &api):
		return api.HTTPStatusCode
	case errors.As(err, &req):
		return req.HTTPStatusCode
	}
	return 0
}

// explain says what went wrong without the words of the service, which may
// repeat parts of the key.
func explain(err error, status int) error {
	var syntax *json.SyntaxError
	var shape *json.UnmarshalTypeError
	switch {
	case status != 0:
		return fault("the service answered HTTP " + strconv.Itoa(status))
	case errors.Is(err, errTooLarge):
		return fault("the answer was larger than 1 MiB")
	case errors.As(err, &syntax), errors.As(err, &shape), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fault("the answer was damaged")
	}
	return fault("the connection failed")
}

// retryAfter reads the Retry-After field: seconds or a date (RFC 9110, 10.2.3).
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if n, err := strconv.Atoi(v); err == nil && n >= 0 && n < 1e6 {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(0, at.Sub(now))
	}
	return defaultRetry
}

// sleep waits for d and reports false at once when ctx ends before that.
func sleep(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) <= d {
		return false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// capped fails the reading of an answer beyond maxAnswer, because go-openai reads
// whatever comes.
type capped struct{ next http.RoundTripper }

// RoundTrip sends the request.
func (c capped) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := c.next.RoundTrip(r)
	if err == nil {
		res.Body = &cappedBody{ReadCloser: res.Body, left: maxAnswer}
	}
	return res, err
}

type cappedBody struct {
	io.ReadCloser
	left int
}

func (b *cappedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
