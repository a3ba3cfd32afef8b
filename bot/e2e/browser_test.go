//go:build e2e

package e2e

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long a person would wait for one step at most.
const patience = 40 * time.Second

// browser is a person's window on the workspace. Places are XPaths; presses and
// keys are real ones, sent to the page by Chromium.
type browser struct {
	t   testing.TB
	ctx context.Context
}

// open starts headless Chromium on an address. What the page reports as an error
// fails the test.
func open(t testing.TB, address string) *browser {
	t.Helper()
	path := need(t, "Debian and Ubuntu: apt-get install chromium", "chromium", "chromium-browser", "google-chrome")
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.WindowSize(1120, 1180), chromedp.NoSandbox)
	ctx, closeBrowser := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closePage := chromedp.NewContext(ctx)
	b := &browser{t, ctx}
	var console sync.WaitGroup
	var wrong []string
	messages := chromedp.Console(ctx)
	console.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.Type == chromedp.ConsoleError || m.IsException() {
				wrong = append(wrong, m.String())
			}
		}
	})
	t.Cleanup(func() {
		if t.Failed() {
			b.shot("failed", "")
		}
		closePage()
		closeBrowser()
		console.Wait()
		if len(wrong) > 0 {
			t.Errorf("the page reported %d errors:\n%s", len(wrong), strings.Join(wrong, "\n"))
		}
	})
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	return b
}

// get carries a step out within patience and returns what it found.
func get[T any](b *browser, what string, step chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, step)
	if err != nil {
		b.t.Fatalf("%s: %v\nThe page says:\n%s", what, err, b.text())
	}
	return v
}

// sees waits until the place is on the page.
func (b *browser) sees(place string) {
	b.t.Helper()
	get(b, "waiting for "+place, chromedp.WaitVisible(place))
}

// until does something until what it brings is on the page. A page that draws again,
// or moves because a picture came in, lets a click miss; people click again.
func (b *browser) until(brings string, do func(ctx context.Context) error) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
		err := do(ctx)
		if err == nil {
			err = chromedp.Do(ctx, chromedp.WaitVisible(brings))
		}
		cancel()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("nothing brings %s: %v\nThe page says:\n%s", brings, err, b.text())
		}
	}
}

// press clicks on a place.
func (b *browser) press(place, brings string) {
	b.t.Helper()
	b.until(brings, func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.Click(place, chromedp.NodeVisible)) })
}

// says writes a line into the message box and sends it.
func (b *browser) says(text, brings string) {
	b.t.Helper()
	b.until(brings, func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.Focus(`//footer[@id="composer"]//textarea`, chromedp.NodeVisible), chromedp.KeyEvent(text+"\r"))
	})
}

// attach chooses a file in a form.
func (b *browser) attach(place, file, brings string) {
	b.t.Helper()
	b.until(brings, func(ctx context.Context) error {
		return chromedp.Do(ctx, chromedp.SetUploadFiles(place, []string{file}))
	})
}

// reload loads the page anew.
func (b *browser) reload(brings string) {
	b.t.Helper()
	b.until(brings, func(ctx context.Context) error { return chromedp.Do(ctx, chromedp.Reload()) })
}

// write replaces what stands in a field.
func (b *browser) write(place, text string) {
	b.t.Helper()
	b.sees(place)
	get(b, "going to "+place, chromedp.Focus(place))
	get(b, "marking the text", chromedp.Evaluate[any](`document.activeElement.select()`))
	get(b, "writing into "+place, chromedp.KeyEvent(text))
}

// be continues as another person: the list of people takes the first letters.
func (b *browser) be(name string) {
	b.t.Helper()
	b.sees(`//nav//select`)
	get(b, "going to the people", chromedp.Focus(`//nav//select`))
	get(b, "choosing "+name, chromedp.KeyEvent(name))
	const acts = `(() => { const s = document.querySelector("nav select"); return s?.options[s.selectedIndex]?.text ?? "" })()`
	for deadline := time.Now().Add(patience); ; {
		if now := get(b, "reading who acts", chromedp.Evaluate[string](acts)); now == name {
			return
		} else if time.Now().After(deadline) {
			b.t.Fatalf("acting as %q, want %q", now, name)
		}
	}
}

// read returns the text of a place, attribute one of its attributes, valueOf what
// was entered.
func (b *browser) read(place string) string {
	b.t.Helper()
	return get(b, "reading "+place, chromedp.Text(place, chromedp.NodeVisible))
}

func (b *browser) attribute(place, name string) string {
	b.t.Helper()
	return get(b, "reading "+place, chromedp.AttributeValue(place, name)).Value
}

func (b *browser) valueOf(place string) string {
	b.t.Helper()
	return get(b, "reading "+place, chromedp.Value(place))
}

// text is the whole page in words, for failures.
func (b *browser) text() string {
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
	return text
}

// shot keeps a picture of the window, with a place in view, when E2E_SHOTS names a
// folder.
func (b *browser) shot(name, place string) {
	b.t.Helper()
	dir := os.Getenv("E2E_SHOTS")
	if dir == "" {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	var err error
	if place != "" {
		err = chromedp.Do(ctx, chromedp.ScrollIntoView(place))
	}
	png, shotErr := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err = errors.Join(err, shotErr); err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644)
	}
	if err != nil {
		b.t.Errorf("picture %s: %v", name, err)
	}
}
