package jobs

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"quartermaster/bot/store"
)

// The settings can change while the program runs: every version is a row of the
// database, and the newest one counts in every process. A process looks when it
// decides about a click, when it begins a check, and every few seconds.

// settled is the configuration in force and the version it was read from; 0 is
// what New was given.
type settled struct {
	Config
	version int64
	refused int64 // a version that could not be read
}

// cfg is the configuration in force. Whoever needs several of its values to fit
// together asks once.
func (s *Service) cfg() *Config { return &s.settled.Load().Config }

// Language returns the language of what people read, as the settings in force have it.
func (s *Service) Language() string { return s.cfg().Shop.Language }

// refresh takes over the newest version of the settings, if there is one that is
// not in force yet. Settings that cannot be read change nothing.
func (s *Service) refresh(ctx context.Context, db store.DB) error {
	was := s.settled.Load()
	if was.ReadSettings == nil {
		return nil
	}
	v, err := store.NewestSettings(ctx, db, max(was.version, was.refused))
	if err != nil || v.Version == 0 {
		return err
	}
	next := settled{Config: was.Config, version: v.Version}
	if err := was.ReadSettings(v.Body, &next.Config); err != nil {
		s.log.Error("settings cannot be read; the ones before stay in force", "version", v.Version, "error", err)
		kept := *was
		kept.refused = v.Version
		s.settled.CompareAndSwap(was, &kept)
		return nil
	}
	if s.settled.CompareAndSwap(was, &next) {
		s.log.Info("settings are in force", "version", v.Version, "by", v.By, "source", string(v.Source))
	}
	return nil
}

// keepSchedules writes the schedules in force, and ends those that are gone.
func (s *Service) keepSchedules(ctx context.Context) error {
	c := s.cfg()
	for name, spec := range c.Schedules {
		if _, err := ParseTimetable(spec, c.Shop.Zone); err != nil {
			return err
		}
		err := store.SetSchedule(ctx, s.st.Pool(), store.Schedule{Name: name, Spec: spec, Zone: c.Shop.Zone.String(), Enabled: true})
		if err != nil {
			return err
		}
	}
	known, err := store.Schedules(ctx, s.st.Pool())
	if err != nil {
		return err
	}
	for _, sch := range known {
		if _, wanted := c.Schedules[sch.Name]; !wanted && sch.Enabled {
			sch.Enabled = false
			if err := store.SetSchedule(ctx, s.st.Pool(), sch); err != nil {
				return err
			}
		}
	}
	return nil
}

// KeepFile makes the text of a settings file the settings in force, unless it is
// the one that was taken from a file last: then what was changed in Slack since
// stays.
func (s *Service) KeepFile(ctx context.Context, text, who string) error {
	err := s.st.InTx(ctx, func(tx pgx.Tx) error {
		if _, err := store.LockSettings(ctx, tx); err != nil {
			return err
		}
		last, err := store.NewestFileSettings(ctx, tx)
		if err != nil || last.Version != 0 && last.Body == text {
			return err
		}
		_, err = store.AddSettings(ctx, tx, store.SettingsVersion{By: who, Source: store.FromFile, Body: text})
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the settings file: %w", err)
	}
	return s.refresh(ctx, s.st.Pool())
}

// SettingsFile returns the settings in force as the file they would stand in. Who may
// not change them gets a *UserError.
func (s *Service) SettingsFile(ctx context.Context, team, user string) (File, error) {
	v, err := s.EditSettings(ctx, team, user)
	if err != nil {
		return File{}, err
	}
	row, err := store.NewestSettings(ctx, s.st.Pool(), 0)
	return File{Name: "shop.toml", Note: fmt.Sprintf("Settings of %s, version %d", v.Shop.Name, row.Version), Language: v.Shop.Language, Data: []byte(row.Body)}, err
}
