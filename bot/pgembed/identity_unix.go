//go:build unix

package pgembed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// identity is the user that PostgreSQL runs as.
type identity struct {
	namespace bool // as nobody of a user namespace, that is ourselves outside
	drop      bool // as uid and gid, which are not ours
	uid, gid  int
}

// foreign tells that files must be handed over to the user.
func (as identity) foreign() bool { return as.drop }

// own hands a file to the user.
func (as identity) own(path string) error {
	if !as.drop {
		return nil
	}
	return os.Lchown(path, as.uid, as.gid)
}

// checkPrivate fails unless path is a directory that only the user can enter.
func (as identity) checkPrivate(path string) error {
	fi, err := os.Lstat(path)
	if err != nil {
		return err
	}
	uid := os.Getuid()
	if as.drop {
		uid = as.uid
	}
	if st, ok := fi.Sys().(*syscall.Stat_t); !fi.IsDir() || !ok || int(st.Uid) != uid || fi.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s must be a directory of uid %d with mode 0700", path, uid)
	}
	return nil
}

// identity chooses whom PostgreSQL runs as: ourselves when we are an ordinary user.
// Else the first of the candidates that can enter the directory and run the programs.
func (c *cluster) identity(ctx context.Context, bins binaries) (identity, error) {
	uid := os.Getuid()
	if uid != 0 {
		if _, err := user.LookupId(strconv.Itoa(uid)); err == nil {
			return identity{}, nil
		}
	}
	candidates := c.candidates(uid)
	before, err := owner(c.dir)
	if err != nil {
		return identity{}, err
	}
	var failed []error
	if len(candidates) == 0 {
		failed = append(failed, errors.New("there are no user namespaces"))
	}
	for _, as := range candidates {
		if err := c.try(ctx, as, bins); err != nil {
			failed = append(failed, fmt.Errorf("as %s: %w", as, err))
			continue
		}
		return as, nil
	}
	if uid == 0 {
		failed = append(failed, before.take(c))
	}
	hint := "allow user namespaces, or add the uid to /etc/passwd, or set DATABASE_URL"
	if uid == 0 {
		hint = "run as an ordinary user, or choose a data directory that the user postgres can reach, such as /var/lib/quartermaster"
	}
	return identity{}, fmt.Errorf("PostgreSQL does not run as uid %d, and no other way works here; %s: %w", uid, hint, errors.Join(failed...))
}

// candidates are the identities worth trying, best first.
func (c *cluster) candidates(uid int) []identity {
	var all []identity
	if namespaces && !c.noNamespace {
		all = append(all, identity{namespace: true})
	}
	if uid != 0 {
		return all
	}
	if made, err := owner(c.data); err == nil { // a cluster belongs to whom it was made for
		if made.uid == 0 {
			return all
		}
		return []identity{made}
	}
	for _, dir := range []string{c.dir, filepath.Dir(c.dir)} {
		if by, err := owner(dir); err == nil && by.uid != 0 {
			all = append(all, by)
		}
	}
	for _, name := range []string{"postgres", "nobody"} {
		if id, err := lookup(name); err == nil {
			all = append(all, id)
		}
	}
	return all
}

// take hands the directory over to the identity, the cluster apart.
func (as identity) take(c *cluster) error {
	for _, name := range []string{"", "start.lock", "users.lock"} {
		if err := as.own(c.path(name)); err != nil {
			return err
		}
	}
	return nil
}

// try runs a program in the directory as the identity would.
func (c *cluster) try(ctx context.Context, as identity, bins binaries) error {
	if err := as.take(c); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, bins.postgres(), "--version")
	cmd.Dir, cmd.Env, cmd.SysProcAttr = c.dir, cleanEnv(), as.attr()
	cmd.WaitDelay = time.Second
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

// String names the identity for an error.
func (as identity) String() string {
	if as.namespace {
		return "nobody in a user namespace"
	}
	return fmt.Sprintf("uid %d", as.uid)
}

func owner(path string) (identity, error) {
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		return identity{}, err
	}
	return identity{drop: true, uid: int(st.Uid), gid: int(st.Gid)}, nil
}

func lookup(name string) (identity, error) {
	u, err := user.Lookup(name)
	if err != nil {
		return identity{}, err
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	return identity{drop: true, uid: uid, gid: gid}, errors.Join(err1, err2)
}
