package bot

import (
	"context"
	"os"
	"time"

	"quartermaster/bot/jobs"
)

// watchEvery is how often the settings file is looked at.
const watchEvery = 2 * time.Second

// watchSettings takes over changes of the settings file until ctx ends. A file that
// cannot be read or is not sound changes nothing and is logged once.
func (c Config) watchSettings(ctx context.Context, svc *jobs.Service) {
	stamp := func() (at time.Time) {
		if info, err := os.Stat(c.SettingsFile); err == nil {
			at = info.ModTime()
		}
		return at
	}
	last, text := stamp(), c.Settings.Text
	for every := time.NewTicker(watchEvery); ; {
		select {
		case <-ctx.Done():
			every.Stop()
			return
		case <-every.C:
		}
		now := stamp()
		if now.Equal(last) {
			continue
		}
		s, err := LoadSettings(c.SettingsFile)
		if err != nil {
			c.logger().Error("the settings file was changed and is not taken over", "error", err)
			last = now
			continue
		}
		if s.Text != text {
			if err := svc.KeepFile(ctx, s.Text, "settings file"); err != nil {
				c.logger().Error("the settings file was changed and is not taken over yet", "error", err)
				continue // the database was not there; look again
			}
		}
		last, text = now, s.Text
	}
}
