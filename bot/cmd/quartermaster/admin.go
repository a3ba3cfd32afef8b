package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"quartermaster/bot"
	"quartermaster/bot/pgembed"
	"quartermaster/bot/store"
)

type migrateCmd struct{ shared }

// Help is shown by migrate --help.
func (migrateCmd) Help() string { return environment + "\nExample:\n  quartermaster migrate" }

// Run migrates; opening the store does it.
func (m *migrateCmd) Run(ctx context.Context) error {
	return m.withStore(ctx, func(bot.Config, *store.Store) error {
		fmt.Println("The database is up to date.")
		return nil
	})
}

type dbCmd struct {
	URL   dbURLCmd   `cmd:"" name:"url" help:"Print the address of the private database."`
	Shell dbShellCmd `cmd:"" help:"Open psql on it."`
	Stop  dbStopCmd  `cmd:"" help:"Stop it, if nobody uses it."`
}

type privateDB struct {
	DataDir string `env:"QUARTERMASTER_DATA" default:"${data_dir}" help:"Where the private database is." placeholder:"DIR"`
}

func (p privateDB) options() pgembed.Options {
	return pgembed.Options{DataDir: filepath.Join(p.DataDir, "postgres")}
}

type dbURLCmd struct{ privateDB }

// Help is shown by db url --help.
func (dbURLCmd) Help() string { return "Example:\n  psql \"$(quartermaster db url)\"" }

// Run prints the address.
func (d *dbURLCmd) Run(ctx context.Context) error {
	st, err := pgembed.Inspect(ctx, d.options().DataDir)
	if err != nil {
		return err
	}
	if !st.Running {
		return errors.New("the private database is not running; \"quartermaster serve\" or \"demo\" starts it")
	}
	fmt.Println(st.URL)
	return nil
}

type dbShellCmd struct {
	privateDB
	Args []string `arg:"" optional:"" passthrough:"" help:"Passed on to psql."`
}

// Help is shown by db shell --help.
func (dbShellCmd) Help() string {
	return "Starts the database if it does not run.\n\nExample:\n  quartermaster db shell -- -c 'select number, state from purchase_order'"
}

// Run opens psql.
func (d *dbShellCmd) Run(ctx context.Context) error {
	srv, err := pgembed.Start(ctx, d.options())
	if err != nil {
		return err
	}
	defer func() {
		sctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := srv.Stop(sctx); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
	}()
	psql, err := exec.LookPath("psql")
	if err != nil {
		return fmt.Errorf("psql is not installed; any Postgres client can use %s while the database runs", srv.URL())
	}
	args := d.Args
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	cmd := exec.CommandContext(ctx, psql, append([]string{srv.URL()}, args...)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

type dbStopCmd struct{ privateDB }

// Help is shown by db stop --help.
func (dbStopCmd) Help() string { return "Example:\n  quartermaster db stop" }

// Run stops the server.
func (d *dbStopCmd) Run(ctx context.Context) error {
	st, err := pgembed.Inspect(ctx, d.options().DataDir)
	if err != nil {
		return err
	}
	if !st.Running {
		fmt.Println("The private database is not running.")
		return nil
	}
	if err := pgembed.Shutdown(ctx, d.options()); err != nil {
		return err
	}
	fmt.Println("Stopped.")
	return nil
}

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Walk the hash chain of the audit log."`
}

type auditVerifyCmd struct{ shared }

// Help is shown by audit verify --help.
func (auditVerifyCmd) Help() string { return environment + "\nExample:\n  quartermaster audit verify" }

// Run verifies the chain.
func (a *auditVerifyCmd) Run(ctx context.Context) error {
	return a.withStore(ctx, func(_ bot.Config, st *store.Store) error {
		n, err := st.VerifyAudit(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("%d audit entries, unbroken.\n", n)
		return nil
	})
}

type killCmd struct {
	shared
	State  string `arg:"" enum:"on,off,status" help:"on stops every post and e-mail at once, off lets them go on, status tells."`
	Reason string `help:"Why; kept in the audit log."`
}

// Help is shown by kill --help.
func (killCmd) Help() string {
	return environment + "\nExample:\n  quartermaster kill on --reason \"wrong prices imported\""
}

// Run sets or shows the switch.
func (k *killCmd) Run(ctx context.Context) error {
	return k.withStore(ctx, func(_ bot.Config, st *store.Store) error {
		if k.State != "status" {
			if err := st.SetKillSwitch(ctx, k.State == "on", whoami(), k.Reason); err != nil {
				return err
			}
		}
		text, err := st.KillSwitch(ctx)
		if err == nil {
			fmt.Println(text)
		}
		return err
	})
}
