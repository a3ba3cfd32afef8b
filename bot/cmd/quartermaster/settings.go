package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"

	"quartermaster/bot"
	"quartermaster/bot/jobs"
	"quartermaster/bot/store"
)

type settingsCmd struct {
	Export settingsExportCmd `cmd:"" help:"Print the settings in force, as they would stand in a settings file."`
	Import settingsImportCmd `cmd:"" help:"Make a settings file the settings in force, at once and in every process."`
}

type settingsExportCmd struct{ shared }

// Help is shown by settings export --help.
func (settingsExportCmd) Help() string {
	return environment + "\nExample:\n  quartermaster settings export > shop.toml"
}

// Run prints the newest version.
func (s *settingsExportCmd) Run(ctx context.Context) error {
	return s.withStore(ctx, func(_ bot.Config, st *store.Store) error {
		v, err := store.NewestSettings(ctx, st.Pool(), 0)
		if err != nil {
			return err
		}
		if v.Version == 0 {
			return errors.New("there are no settings in the database yet; \"quartermaster serve --settings FILE\" or \"settings import\" puts them there")
		}
		fmt.Print(v.Body)
		return nil
	})
}

type settingsImportCmd struct {
	shared
	File string `arg:"" type:"existingfile" help:"The settings file."`
}

// Help is shown by settings import --help.
func (settingsImportCmd) Help() string {
	return environment + "\nExample:\n  quartermaster settings import shop.toml"
}

// Run checks the file and adds it as the newest version.
func (s *settingsImportCmd) Run(ctx context.Context) error {
	in, err := bot.LoadSettings(s.File)
	if err != nil {
		return err
	}
	who := "settings import"
	if u, err := user.Current(); err == nil {
		who += " by " + u.Username
	}
	return s.withStore(ctx, func(_ bot.Config, st *store.Store) error {
		version, err := jobs.ImportSettings(ctx, st, in.Text, who)
		if err == nil {
			fmt.Fprintf(os.Stderr, "Version %d is in force.\n", version)
		}
		return err
	})
}
