package bot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/workspace"
)

// BenchmarkAck presses 50 buttons a second, each a gesture of its own, over signed
// HTTP on a real database, and reports how long Slack waits for its answer. Slack
// gives up after three seconds.
func BenchmarkAck(b *testing.B) {
	tally := fault.Count(b, "50 buttons a second over signed HTTP: how long Slack waits for its answer", 0)
	w := newWorld(b, true)
	w.run()
	w.dueNow()
	card := w.card("SOLAR-01", "Approve")
	button, _ := card.Button("Approve…")
	var mu sync.Mutex
	var took []time.Duration
	press := func(i int) {
		payload, err := json.Marshal(map[string]any{
			"type": "block_actions", "trigger_id": fmt.Sprintf("%d.1.%d", time.Now().UnixNano(), i), "team": map[string]string{"id": "T0LOCAL"},
			"user": map[string]string{"id": packer, "team_id": "T0LOCAL"}, "container": map[string]string{"type": "message", "message_ts": card.TS, "channel_id": stockRoom},
			"channel": map[string]string{"id": stockRoom}, "message": map[string]string{"ts": card.TS},
			"actions": []map[string]string{{"type": "button", "action_id": "approve", "block_id": button.BlockID, "value": button.Value, "action_ts": card.TS}},
		})
		if err != nil {
			b.Error(err)
			return
		}
		body := []byte("payload=" + url.QueryEscape(string(payload)))
		req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, "http://"+w.cfg.Listen+"/slack/interactions", bytes.NewReader(body))
		if err != nil {
			b.Error(err)
			return
		}
		req.Header = workspace.Sign(signingSecret, time.Now(), body)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		began := time.Now()
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			b.Error(err)
			return
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			b.Errorf("status %d", resp.StatusCode)
		}
		mu.Lock()
		defer mu.Unlock()
		took = append(took, time.Since(began))
	}
	var all sync.WaitGroup
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for i := 0; b.Loop(); i++ {
		<-tick.C
		all.Go(func() { press(i) })
	}
	all.Wait()
	slices.Sort(took)
	at := func(q float64) float64 { return float64(took[int(q*float64(len(took)-1))].Microseconds()) / 1000 }
	b.ReportMetric(at(0.5), "ms-p50")
	b.ReportMetric(at(0.99), "ms-p99")
	b.ReportMetric(at(1), "ms-max")
	for name, q := range map[string]float64{"µs p50": 0.5, "µs p99": 0.99, "µs longest": 1} {
		tally.Add(name, int(1000*at(q)))
	}
	tally.Add("presses", len(took))
}
