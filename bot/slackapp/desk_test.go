package slackapp

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"quartermaster/bot/jobs"
	"quartermaster/bot/secret"
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/risk"
	"quartermaster/core/simulate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	signingKey secret.Text = "8f742231b10e8888abcd99yyyzzz85a5"
	botToken   secret.Text = "xoxb-1234-canary-bot"
	appToken   secret.Text = "xapp-1234-canary-app"
)

// documented is the instant of Slack's published signature example.
var documented = time.Unix(1531420618, 0)

// desk is a jobs.Desk that writes down what it is asked.
type desk struct {
	mu      sync.Mutex
	clicks  []jobs.Click
	edits   []jobs.EditRequest
	asked   []string
	replies []jobs.ReplyForm

	proposal plan.Proposal
	many     int // orders, and products that run short
	wrong    []jobs.LineError
	faults   []*plan.OrderFault
	err      error
	// undrafted is why letters of a request cannot be written; nil: they can.
	undrafted error
	block     chan struct{} // when set, calls wait for it or their context
}

func (d *desk) call(ctx context.Context, what string) error {
	d.mu.Lock()
	d.asked = append(d.asked, what)
	block, err := d.block, d.err
	d.mu.Unlock()
	if block != nil {
		select {
		case <-block:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return err
}

func (d *desk) calls() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.asked)
}

func (d *desk) Click(ctx context.Context, c jobs.Click) error {
	err := d.call(ctx, "click")
	if err == nil {
		d.mu.Lock()
		d.clicks = append(d.clicks, c)
		d.mu.Unlock()
	}
	return err
}

func (d *desk) ClickAll(ctx context.Context, list []jobs.Click) error {
	err := d.call(ctx, "clicks")
	if err == nil {
		d.mu.Lock()
		d.clicks = append(d.clicks, list...)
		d.mu.Unlock()
	}
	return err
}

func (d *desk) EditSettings(ctx context.Context, _, _ string) (plan.SettingsView, error) {
	return plan.SettingsView{Version: 1, Policy: core.DefaultPolicy()}, d.call(ctx, "edit settings")
}

func (d *desk) SubmitSettings(ctx context.Context, _ jobs.SettingsForm) error {
	return d.call(ctx, "submit settings")
}

func (d *desk) PutSettings(ctx context.Context, _ jobs.SettingsText) (plan.SettingsPreview, error) {
	return plan.SettingsPreview{}, d.call(ctx, "put settings")
}

func (d *desk) SettingsFile(ctx context.Context, _, _ string) (jobs.File, error) {
	return jobs.File{Name: "shop.toml", Data: []byte("x")}, d.call(ctx, "settings file")
}

func (d *desk) Mute(ctx context.Context, m jobs.MuteRequest) (string, error) {
	return "muted", d.call(ctx, fmt.Sprintf("mute %s %v", m.Code, m.On))
}

func (d *desk) Quiet(ctx context.Context, code string) (plan.QuietView, error) {
	return plan.QuietView{}, d.call(ctx, strings.TrimSpace("quiet "+code))
}

func (d *desk) CardAt(ctx context.Context, ref jobs.MessageRef) (plan.Card, error) {
	return plan.Card{}, d.call(ctx, "card at "+ref.TS)
}

func (d *desk) Delegate(ctx context.Context, f jobs.DelegateForm) (string, error) {
	return "done", d.call(ctx, "delegate "+f.To)
}

func (d *desk) Export(ctx context.Context, q jobs.ExportRequest) (jobs.File, error) {
	return jobs.File{Name: "x.csv", Data: []byte("x")}, d.call(ctx, "export "+q.List+" "+q.Format)
}

func (d *desk) SettingsHistory(ctx context.Context) ([]plan.SettingsView, error) {
	return nil, d.call(ctx, "settings history")
}

func (d *desk) Proposal(ctx context.Context, id int64) (plan.Proposal, error) {
	return d.proposal, d.call(ctx, "proposal "+strconv.FormatInt(id, 10))
}

func (d *desk) SubmitEdit(ctx context.Context, r jobs.EditRequest) ([]jobs.LineError, error) {
	err := d.call(ctx, "edit")
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.edits = append(d.edits, r)
	return d.wrong, nil
}

func (d *desk) Status(ctx context.Context) (jobs.StatusView, error) {
	return jobs.StatusView{Shop: core.Shop{Name: "Harbour & Pine"}, CheckedAt: documented, Red: 3}, d.call(ctx, "status")
}

func (d *desk) Ask(ctx context.Context, question string) (plan.Asked, error) {
	return plan.NearestCommand(plan.Question(question), ""), d.call(ctx, "ask")
}

func (d *desk) Week(ctx context.Context) (plan.Week, error) {
	return plan.Week{Shop: core.Shop{Language: "en"}}, d.call(ctx, "week")
}

func (d *desk) Review(ctx context.Context, quarter bool) (plan.Review, error) {
	return plan.Review{Shop: core.Shop{Language: "en"}, Period: plan.LastPeriod(20413, quarter)}, d.call(ctx, "review")
}

func (d *desk) Home(ctx context.Context) (plan.HomeView, error) {
	return plan.HomeView{Status: plan.StatusView{Shop: core.Shop{Name: "Harbour & Pine"}, Red: 3}}, d.call(ctx, "home")
}

func (d *desk) Waiting(ctx context.Context) ([]plan.Proposal, error) {
	return []plan.Proposal{d.proposal}, d.call(ctx, "waiting")
}

func (d *desk) Runs(ctx context.Context) ([]plan.RunView, error) { return nil, d.call(ctx, "runs") }

func (d *desk) Settings(ctx context.Context) (plan.SettingsView, error) {
	return plan.SettingsView{Shop: core.Shop{Name: "Harbour & Pine"}}, d.call(ctx, "settings")
}

func (d *desk) Suggest(ctx context.Context, _, user, text string) error {
	return d.call(ctx, "suggest "+user+" "+text)
}

func (d *desk) SnoozeItem(ctx context.Context, c jobs.Click, code string) (string, error) {
	return "", d.call(ctx, fmt.Sprintf("snooze %s %d", code, c.Days))
}

func (d *desk) Letter(ctx context.Context, q jobs.LetterRequest) (plan.LetterView, error) {
	return plan.LetterView{Order: plan.Order{Number: "PO-2026-0001", ProposalID: 7, Supplier: core.Supplier{Name: "Acme"}}, Kind: plan.LetterExpedite,
		Mail: plan.Mail{To: "orders@acme.example", Subject: "Late", Body: "Please hurry.\n"}}, d.call(ctx, "letter "+q.Text)
}

func (d *desk) SendLetter(ctx context.Context, f jobs.LetterForm) error {
	return d.call(ctx, fmt.Sprintf("send %s %s %q", f.Kind, f.Subject, f.Body))
}

func (d *desk) Short(context.Context, int) ([]plan.Item, error) {
	var items []plan.Item
	for i := range d.many {
		items = append(items, plan.Item{SKU: core.SKU(fmt.Sprintf("LAMP-%03d", i)), Name: "Lamp"})
	}
	return items, nil
}

func (d *desk) Item(ctx context.Context, code string) ([]plan.Item, error) {
	return []plan.Item{{SKU: core.SKU(code), Name: "Lamp"}}, d.call(ctx, "item "+code)
}

func (d *desk) Orders(ctx context.Context) (jobs.OrdersView, error) {
	var v jobs.OrdersView
	for i := range d.many {
		v.Orders = append(v.Orders, plan.Order{Number: fmt.Sprintf("PO-2026-%04d", i)})
	}
	return v, d.call(ctx, "orders")
}

func (d *desk) Finding(ctx context.Context, key string) (plan.RiskView, error) {
	return plan.RiskView{Finding: risk.Finding{Key: key, Reason: "it runs out"}}, d.call(ctx, "finding "+key)
}

func (d *desk) Order(ctx context.Context, number string) (plan.OrderView, error) {
	return plan.OrderView{Order: plan.Order{Number: number, ProposalID: 7, Version: 1}}, d.call(ctx, "order "+number)
}

func (d *desk) OrderOf(ctx context.Context, proposal int64) (plan.OrderView, error) {
	return plan.OrderView{}, d.call(ctx, "order of "+strconv.FormatInt(proposal, 10))
}

func (d *desk) SubmitOrder(ctx context.Context, f jobs.OrderForm) ([]*plan.OrderFault, error) {
	return d.faults, d.call(ctx, "report "+string(f.Event.Action))
}

func (d *desk) Supplier(ctx context.Context, name string) (plan.SupplierView, error) {
	return plan.SupplierView{Supplier: core.Supplier{ID: core.SupplierID(name)}}, d.call(ctx, "supplier "+name)
}

func (d *desk) QuoteBox(ctx context.Context, sku core.SKU) (plan.QuoteView, error) {
	return plan.QuoteView{SKU: sku, Name: "Lamp", Suppliers: []core.Supplier{{ID: "NEAR", Name: "Nearby", Currency: "EUR"}}, Today: 20000}, d.call(ctx, "quote "+string(sku))
}

func (d *desk) PasteReply(_ context.Context, f jobs.ReplyForm) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.replies = append(d.replies, f)
	return d.err
}

func (d *desk) SubmitQuote(ctx context.Context, f jobs.QuoteForm) (map[plan.QuoteField]string, error) {
	return nil, d.call(ctx, fmt.Sprintf("quoted %+v", f.Quote))
}

func (d *desk) Replay(context.Context) (simulate.ReplayView, error) {
	return simulate.ReplayView{}, d.err
}

func (d *desk) Stress(context.Context, []simulate.Shock) (simulate.StressView, error) {
	return simulate.StressView{}, d.err
}

func (d *desk) Advice(ctx context.Context, what string) (plan.AdviceView, error) {
	return plan.AdviceView{}, d.call(ctx, "advice "+what)
}

func (d *desk) Overrides(ctx context.Context, code string) (plan.OverrideView, error) {
	return plan.OverrideView{}, d.call(ctx, "overrides "+code)
}

func (d *desk) OverrideBox(ctx context.Context, _, _, code string) (plan.OverrideView, error) {
	return plan.OverrideView{}, d.call(ctx, "overridebox "+code)
}

func (d *desk) SubmitOverride(ctx context.Context, f jobs.OverrideForm) (map[plan.OverridePart]string, error) {
	return nil, d.call(ctx, "override "+string(f.Override.SKU))
}

func (d *desk) ReadQuote(ctx context.Context, p jobs.QuotePaste) (plan.QuoteView, error) {
	return plan.QuoteView{SKU: p.SKU}, d.call(ctx, "readquote "+string(p.SKU))
}

func (d *desk) RFQBox(ctx context.Context, q jobs.RFQRequest) (plan.RFQView, error) {
	return plan.RFQView{Ask: plan.RFQAsk{SKU: core.SKU(q.SKU), Location: "MAIN", Qty: 10, NeedBy: 20900, AnswerBy: 20890},
		Suppliers: []plan.RFQSupplier{{Supplier: core.Supplier{ID: "NEAR", Name: "Nearby", Email: "a@near.example"}}}}, d.call(ctx, "rfqbox "+q.SKU)
}

func (d *desk) CheckRFQ(ctx context.Context, q jobs.RFQDraft) (map[plan.RFQField]string, error) {
	return nil, d.call(ctx, "checkrfq "+string(q.Ask.SKU))
}

func (d *desk) DraftRFQ(ctx context.Context, q jobs.RFQDraft) (plan.RFQPreview, error) {
	if err := d.call(ctx, "draftrfq "+string(q.Ask.SKU)); err != nil || d.undrafted == nil {
		return plan.RFQPreview{Ask: q.Ask}, err
	}
	return plan.RFQPreview{}, d.undrafted
}

func (d *desk) SendRFQ(ctx context.Context, f jobs.RFQForm) error {
	return d.call(ctx, "sendrfq "+string(f.Ask.SKU))
}

func (d *desk) Sources(ctx context.Context, code string) (plan.SourcesView, error) {
	return plan.SourcesView{SKU: core.SKU(code)}, d.call(ctx, "sources "+code)
}

var _ jobs.Desk = (*desk)(nil)

// logs collects what is logged.
type logs struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// slackAPI is a Web API that answers every method with a fixed text and counts.
type slackAPI struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []string
	answer func(method string, w http.ResponseWriter, r *http.Request)
}

func newAPI(t testing.TB, answer func(method string, w http.ResponseWriter, r *http.Request)) *slackAPI {
	t.Helper()
	s := &slackAPI{answer: answer}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method := strings.TrimPrefix(r.URL.Path, "/api/")
		s.mu.Lock()
		s.calls = append(s.calls, method)
		s.mu.Unlock()
		s.answer(method, w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *slackAPI) count(method string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		if c == method {
			n++
		}
	}
	return n
}

// says answers every method with body.
func says(body string) func(string, http.ResponseWriter, *http.Request) {
	return func(_ string, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}
}

// newApp returns an app before d whose clock stands at Slack's documented
// instant and whose Web API is at api.
func newApp(t testing.TB, api string, d jobs.Desk, change func(*Config)) (*App, *logs) {
	t.Helper()
	out := &logs{}
	cfg := Config{
		APIURL: api + "/api/", BotToken: botToken, AppToken: appToken, SigningSecret: signingKey,
		Clock: func() time.Time { return documented }, Logger: slog.New(slog.NewTextHandler(out, nil)),
		HTTPClient: &http.Client{Transport: &http.Transport{}}, Pace: time.Nanosecond,
	}
	if change != nil {
		change(&cfg)
	}
	a, err := New(cfg, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
		a.cfg.HTTPClient.CloseIdleConnections()
	})
	return a, out
}

func signature(key secret.Text, stamp, body string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// post sends a body to the handler, signed as Slack does.
func post(t testing.TB, h http.Handler, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	stamp := strconv.FormatInt(documented.Unix(), 10)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", signature(signingKey, stamp, body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func (d *desk) Customers(ctx context.Context, q jobs.Customers) (plan.CustomersView, error) {
	return plan.CustomersView{}, d.call(ctx, strings.TrimSpace(fmt.Sprintf("customers %s %s %v", q.User, q.SKU, q.List)))
}
