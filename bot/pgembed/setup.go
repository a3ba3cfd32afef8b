package pgembed

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// initdb makes the cluster beside its place and moves it there when it is done.
func (c *cluster) initdb(ctx context.Context, bins binaries, as identity) error {
	c.Progress("creating the database with PostgreSQL " + bins.version)
	// What lies there was left by a killed process. Its initdb is gone too, or we would
	// not have the lock that it inherits.
	entries, err := os.ReadDir(c.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), freshPrefix) {
			if err := os.RemoveAll(c.path(e.Name())); err != nil {
				return err
			}
		}
	}
	fresh, err := os.MkdirTemp(c.dir, freshPrefix)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(fresh) }() // gone already when all is well
	if err := as.own(fresh); err != nil {
		return err
	}
	args := []string{"-D", fresh, "-U", "app", "-A", "trust", "-E", "UTF8", "--data-checksums"}
	switch {
	case bins.major >= 17: // needs nothing of the system's locales
		args = append(args, "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
	case runtime.GOOS == "linux":
		args = append(args, "--locale=C.UTF-8")
	default:
		args = append(args, "--locale=C")
	}
	if c.Settings["fsync"] == "off" {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, bins.initdb(), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = c.dir, cleanEnv(), as.attr()
	cmd.ExtraFiles = c.lock.inherited()
	cmd.WaitDelay = 5 * time.Second // its children keep the pipe open
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, tail(string(out)))
	}
	conf, err := os.OpenFile(filepath.Join(fresh, "postgresql.conf"), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(conf, "\n# Settings of Quartermaster, rewritten at each start.\ninclude_if_exists = '%s'\n", confName)
	if err := errors.Join(err, conf.Sync(), conf.Close()); err != nil {
		return err
	}
	if err := os.Remove(c.data); err != nil && !errors.Is(err, os.ErrNotExist) { // an empty one
		return err
	}
	if err := os.Rename(fresh, c.data); err != nil {
		return err
	}
	return syncDir(c.dir)
}

// configure writes our settings and makes the socket directory, which it returns.
func (c *cluster) configure(as identity) (socket string, err error) {
	socket, err = c.socketDir(as)
	if err != nil {
		return "", err
	}
	settings := map[string]string{
		"listen_addresses": "",
		"port":             strconv.Itoa(port),
		// A list of paths: double quotes keep commas and blanks in one.
		"unix_socket_directories": `"` + strings.ReplaceAll(socket, `"`, `""`) + `"`,
		"unix_socket_permissions": "0700",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
	}
	if runtime.GOOS == "windows" {
		delete(settings, "unix_socket_permissions")
	}
	maps.Copy(settings, c.Settings)
	var text strings.Builder
	quote := strings.NewReplacer(`\`, `\\`, `'`, `''`, "\n", `\n`)
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&text, "%s = '%s'\n", name, quote.Replace(settings[name]))
	}
	path := filepath.Join(c.data, confName)
	if err := os.WriteFile(path+".new", []byte(text.String()), 0o600); err != nil {
		return "", err
	}
	if err := as.own(path + ".new"); err != nil {
		return "", err
	}
	return socket, os.Rename(path+".new", path)
}

// socketDir makes the directory of the socket. When its path is too long for one,
// it is a directory with a hashed name that must be ours.
func (c *cluster) socketDir(as identity) (string, error) {
	dir := c.path("s")
	// libpq takes a comma for the end of a host.
	if len(filepath.Join(dir, socketName)) > maxSocketPath || strings.Contains(dir, ",") {
		sum := sha256.Sum256([]byte(c.dir))
		base := os.Getenv("XDG_RUNTIME_DIR")
		if base == "" || len(base) > 60 || as.foreign() {
			base = "/tmp"
		}
		dir = filepath.Join(base, fmt.Sprintf("quartermaster-%x", sum[:8]))
	}
	if err := as.mkdir(dir); err != nil {
		return "", err
	}
	return dir, as.checkPrivate(dir)
}

// mkdir makes a directory of the user, if there is none.
func (as identity) mkdir(path string) error {
	if err := os.Mkdir(path, 0o700); err != nil {
		if errors.Is(err, os.ErrExist) {
			return nil
		}
		return err
	}
	return as.own(path)
}

// openLog opens the server's log for appending; a long one is put aside first.
func (c *cluster) openLog(as identity) (*os.File, error) {
	path := c.path("postgres.log")
	if fi, err := os.Stat(path); err == nil && fi.Size() > 10<<20 {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return f, as.own(path)
}

// cleanEnv is our environment without libpq's and the server's own variables, and
// with messages in English.
func cleanEnv() []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "PG") || strings.HasPrefix(kv, "LC_") || strings.HasPrefix(kv, "LANG")
	})
	return append(env, "LC_ALL=C")
}
