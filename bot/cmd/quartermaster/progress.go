package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

	"quartermaster/bot/jobs"
)

// bar is a progress line on the terminal. Where standard error is none, as in a log,
// it is nil and shows nothing.
func bar(options ...progressbar.Option) *progressbar.ProgressBar {
	if st, err := os.Stderr.Stat(); err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	return progressbar.NewOptions64(1, append(options, progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish())...)
}

// watch shows a count.
func watch(what string) func(done, total int) {
	b := bar(progressbar.OptionSetDescription(what), progressbar.OptionShowCount())
	return func(done, total int) { show(b, "", int64(done), int64(total)) }
}

// trainSteps shows the steps of a training.
func trainSteps() func(step string, done, total int) {
	b := bar()
	return func(step string, done, total int) { show(b, step, int64(done), int64(total)) }
}

// importSteps shows how far each file of an import is.
func importSteps() func(jobs.ImportProgress) {
	b := bar(progressbar.OptionShowBytes(true))
	return func(p jobs.ImportProgress) {
		if b != nil && p.Phase == "read" && p.Done == 0 {
			b.Reset()
		}
		show(b, p.File+": "+p.Phase, min(p.Done, p.Size), p.Size)
	}
}

func show(b *progressbar.ProgressBar, what string, done, total int64) {
	if b == nil {
		return
	}
	b.ChangeMax64(total)
	if what != "" {
		b.Describe(what)
	}
	_ = b.Set64(done)
}
