package bot

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"quartermaster/bot/fault"
)

// The digest and the weekly report are posted at once in a template's words, however
// long the model takes; when its words come and hold, the cards are edited in place.
// With the next report nothing is asked again: words that held are kept.
func TestReportsDoNotWaitForTheModel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, false)
	asked, release := make(chan struct{}, 9), make(chan struct{})
	model := fault.NewModelFunc(t, func(request []byte) string {
		body := "Good morning, here is our stock: {{short}}, with {{risk}}. The most urgent is {{worst}}. Please look at what waits and decide: {{waiting}}. The news: {{news}}."
		if strings.Contains(string(request), `{{red}}\"`) {
			body = "Here is where our stock stands: {{red}}, with {{risk}}. Please look at what waits and decide: {{waiting}}."
		}
		return `{"subject":"","greeting":"","body":"` + body + `","closing":""}`
	}, func() fault.Name {
		asked <- struct{}{}
		<-release
		return fault.None
	})
	answer := sync.OnceFunc(func() { close(release) })
	t.Cleanup(answer)
	w.cfg.OpenAIKey, w.cfg.OpenAIBaseURL, w.cfg.Settings.Model, w.cfg.ModelTimeout = modelKey, model.URL, "fake", time.Hour
	w.cfg.SlackPace = time.Millisecond
	w.run()
	w.dueNow()
	w.card("SOLAR-01", "Approve")
	svc, err := w.cfg.Service(w.st)
	if err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	for _, post := range []func(context.Context) error{svc.Weekly, svc.Digest} {
		both.Go(func() {
			if err := post(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	for range 2 {
		select {
		case <-asked:
		case <-w.ctx().Done():
			t.Fatal("the model was not asked")
		}
	}
	week := w.card("Weekly report", "Stock stands like this: 1 product RED", "Worded by a template")
	digest := w.card("☀️", "1 product RED and ", "To decide: 1 order, the first was due on ", "Worded by a template")
	answer()
	both.Wait()
	if m := w.card("Weekly report", "Here is where our stock stands: 1 product RED", "Worded by a language model"); m.TS != week.TS {
		t.Error("the weekly report was posted twice")
	}
	if m := w.card("☀️", "Good morning, here is our stock: 1 product RED", "Worded by a language model"); m.TS != digest.TS {
		t.Error("the digest was posted twice")
	}
	hits := model.Hits()[fault.None]
	if err := svc.Digest(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := model.Hits()[fault.None]; n != hits {
		t.Errorf("the model was asked %d times more", n-hits)
	}
	w.stop()
}
