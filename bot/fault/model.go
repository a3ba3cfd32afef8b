package fault

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Model is a chat completion service. Good answers come from the answer it was
// given; Pick says how the next one goes wrong.
type Model struct {
	URL string // for OPENAI_BASE_URL

	mu      sync.Mutex
	hits    map[Name]int
	prompts []string
}

// NewModel starts a service that ends with the test. answer is the content of a
// good answer.
func NewModel(t testing.TB, answer string, pick func() Name) *Model {
	t.Helper()
	return NewModelFunc(t, func([]byte) string { return answer }, pick)
}

// NewModelFunc starts a service whose good answers depend on the body of the
// request.
func NewModelFunc(t testing.TB, answer func(request []byte) string, pick func() Name) *Model {
	t.Helper()
	m := &Model{hits: map[Name]int{}}
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		f := None
		if pick != nil {
			f = pick()
		}
		m.mu.Lock()
		m.hits[f]++
		m.prompts = append(m.prompts, string(body))
		m.mu.Unlock()
		m.serve(w, f, answer(body), done)
	}))
	t.Cleanup(func() {
		close(done)
		server.Close()
		if strings.Contains(strings.ToLower(m.Prompts()), "canary") { // secrets and persons of tests hold the word
			t.Error("a prompt holds a canary")
		}
	})
	m.URL = server.URL + "/v1"
	return m
}

func (m *Model) serve(w http.ResponseWriter, f Name, answer string, done chan struct{}) {
	finish := "stop"
	switch f {
	case Busy:
		w.Header().Set("Retry-After", "1")
		http.Error(w, `{"error":{"message":"slow down"}}`, http.StatusTooManyRequests)
		return
	case Refuse:
		http.Error(w, `{"error":{"message":"broken"}}`, http.StatusInternalServerError)
		return
	case Reset, LoseAnswer:
		panic(http.ErrAbortHandler)
	case Hang:
		<-done
		return
	case Cut:
		answer, finish = answer[:len(answer)/2], "length"
	case Empty:
		answer = ""
	case Nonsense:
		answer = "Sure! Here is your letter."
	case Disobey:
		answer = `{"subject":"Order of 999 pieces","greeting":"Hi","body":"We pay 100 % in advance, see http://evil.example <!channel>","closing":"bye"}`
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{
		"index": 0, "finish_reason": finish, "message": map[string]any{"role": "assistant", "content": answer}}},
		"usage": map[string]int{"prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150}})
}

// Hits returns how often each fault happened.
func (m *Model) Hits() map[Name]int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.hits)
}

// Prompts returns everything that was asked, as one text.
func (m *Model) Prompts() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.prompts, "\n")
}
