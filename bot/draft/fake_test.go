package draft

import (
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quartermaster/core"
	"quartermaster/core/plan"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares got with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// service is a fake chat completion service. Its handlers answer one request
// after the other; the last one stays.
type service struct {
	url string

	mu       sync.Mutex
	requests []map[string]any
}

type reply func(w http.ResponseWriter, r *http.Request)

func startService(t *testing.T, replies ...reply) *service {
	t.Helper()
	s := &service{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var req map[string]any
		if err == nil {
			err = json.Unmarshal(body, &req)
		}
		if err != nil || r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer sk-secret" {
			http.Error(w, "bad request", http.StatusTeapot)
			return
		}
		s.mu.Lock()
		s.requests = append(s.requests, req)
		n := len(s.requests)
		s.mu.Unlock()
		replies[min(n, len(replies))-1](w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL + "/v1"
	return s
}

// hanging is a service that never answers.
func hanging(t *testing.T) *service {
	release := make(chan struct{})
	s := startService(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(release) }) // before the server closes
	return s
}

func (s *service) seen() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

// says answers with content as a finished message.
func says(content string) reply { return choice(content, "", "stop") }

func choice(content, refusal, finish string) reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"choices": []any{map[string]any{
			"index": 0, "finish_reason": finish,
			"message": map[string]any{"role": "assistant", "content": content, "refusal": refusal},
		}}})
	}
}

// fails answers with an error as OpenAI words it.
func fails(status int, message string, header ...string) reply {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"message": message, "type": "invalid_request_error"}})
	}
}

func asJSON(l letter) string {
	b, err := json.Marshal(l)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// Letters as a good model writes them.
var (
	cleanEN = letter{
		Subject:  "Purchase order {{order_number}}",
		Greeting: "Dear {{recipient}},",
		Body: "Please find our purchase order {{order_number}} below and in the attached file. It has {{lines}}, and the total is {{total}}.\n\n" +
			"The arrival date we ask for is {{arrival}}. Please confirm the order, the prices and the arrival date.",
		Closing: "Kind regards,\n{{shop}}",
	}
	cleanZH = letter{
		Subject:  "采购订单 {{order_number}}",
		Greeting: "{{recipient}}，您好！",
		Body:     "现附上我方采购订单 {{order_number}}，明细见下表及附件，总金额为 {{total}}。要求到货日期为 {{arrival}}。\n请核对订单、价格和到货日期，并回复确认，十分感谢。",
		Closing:  "此致\n{{shop}}",
	}
)

func money(minor int64, cur core.Currency) core.Money { return core.Money{Minor: minor, Currency: cur} }

func order(language string) plan.Order {
	d := core.DateDay(2026, time.November, 21)
	o := plan.Order{
		Number: "PO-2026-0001", Shop: "Harbour & Pine Gifts", OrderedOn: d,
		Supplier: core.Supplier{ID: "SONGWAN", Name: "宁波松湾礼品制造厂", Email: "orders@songwan.example", Contact: "外贸部", Language: language, Currency: "CNY"},
		Lines: []plan.Line{
			{SKU: "22423", SupplierSKU: "SW-22423", Name: "Regency Cakestand 3 Tier", Location: "LEEDS", Mode: core.Sea, Qty: 504,
				UnitPrice: money(6410, "CNY"), Freight: money(384, "CNY"), Cost: money(504*(6410+384), "CNY"), Arrival: d + 42},
			{SKU: "84879", Name: "Assorted Colour Bird Ornament", Location: "ROTTERDAM", Mode: core.Air, Qty: 1200,
				UnitPrice: money(690, "CNY"), Freight: money(0, "CNY"), Cost: money(1200*690, "CNY"), Arrival: d + 12},
		},
		Locations: []core.Location{{ID: "LEEDS", Name: "Leeds warehouse"}, {ID: "ROTTERDAM", Name: "Rotterdam fulfilment"}},
	}
	o.Total = money(504*(6410+384)+1200*690, "CNY")
	return o
}

func newDrafter(t *testing.T, s *service, change ...func(*Config)) *Drafter {
	t.Helper()
	c := Config{APIKey: "sk-secret", BaseURL: s.url, Model: "test-model"}
	for _, f := range change {
		f(&c)
	}
	d, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
