package pgembed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// minMajor is the oldest PostgreSQL the program is tested with.
const minMajor = 14

// binaries is a folder with initdb and postgres.
type binaries struct {
	dir     string
	version string // "15.18"
	major   int
}

func (b binaries) postgres() string { return filepath.Join(b.dir, "postgres"+exeSuffix) }
func (b binaries) initdb() string   { return filepath.Join(b.dir, "initdb"+exeSuffix) }

var exeSuffix = map[bool]string{true: ".exe"}[runtime.GOOS == "windows"]

// VersionError says that a cluster cannot be opened by the PostgreSQL at hand.
type VersionError struct {
	DataDir string
	Data    int      // major version that made the cluster
	Found   []string // what was found instead, as "18.4 in /path"
}

// Error names both versions and the two ways out.
func (e *VersionError) Error() string {
	found := "none was found"
	if len(e.Found) > 0 {
		found = "found only " + strings.Join(e.Found, ", ")
	}
	return fmt.Sprintf("the data was made by PostgreSQL %d, %s. Nothing was changed. "+
		"Install PostgreSQL %d, or set PG_BINDIR to its programs; "+
		"or move the data: pg_dump of version %d, then load the dump into a new data directory", e.Data, found, e.Data, e.Data)
}

// findBinaries returns the first PostgreSQL that can run the cluster: exactly its
// major version, or at least minMajor when there is none yet (major 0). A folder
// named by the user is taken or refused, never passed over.
func (c *cluster) findBinaries(ctx context.Context, major int) (binaries, error) {
	wrong := &VersionError{DataDir: c.dir, Data: major}
	for _, dir := range []string{c.BinDir, os.Getenv("PG_BINDIR")} {
		if dir == "" {
			continue
		}
		b, err := inspectBinaries(ctx, dir)
		switch {
		case err != nil:
			return b, err
		case major != 0 && b.major != major:
			wrong.Found = []string{b.String()}
			return b, wrong
		case b.major < minMajor:
			return b, fmt.Errorf("PostgreSQL %s is too old: version %d or later is needed", b, minMajor)
		}
		return b, nil
	}
	for _, dir := range c.systemDirs() {
		b, err := inspectBinaries(ctx, dir)
		if err != nil {
			continue // half an installation: another one may do
		}
		if b.major == major || major == 0 && b.major >= minMajor {
			return b, nil
		}
		wrong.Found = append(wrong.Found, b.String())
	}
	if major != 0 && major != npmMajor {
		return binaries{}, wrong
	}
	dir, err := c.download(ctx)
	if err != nil {
		return binaries{}, fmt.Errorf("no PostgreSQL %d or later is installed, and it could not be downloaded: %w", max(major, minMajor), err)
	}
	return inspectBinaries(ctx, dir)
}

func (b binaries) String() string { return b.version + " in " + b.dir }

// systemDirs are the places of installed programs: the one on PATH, then Debian's,
// newest first.
func (c *cluster) systemDirs() []string {
	if c.noSystem {
		return nil
	}
	var dirs []string
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(path))
		}
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	versionOf := func(dir string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir)))
		return n
	}
	slices.SortFunc(debian, func(a, b string) int { return versionOf(b) - versionOf(a) })
	for _, dir := range debian {
		if !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) ((\d+)[^\s]*)`)

// inspectBinaries asks the programs in dir for their version.
func inspectBinaries(ctx context.Context, dir string) (binaries, error) {
	b := binaries{dir: dir}
	if _, err := os.Stat(b.initdb()); err != nil {
		return b, err
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, b.postgres(), "--version")
	cmd.Env = cleanEnv()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return b, fmt.Errorf("%s --version: %w\n%s", b.postgres(), err, tail(string(out)))
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return b, errors.New(b.postgres() + " --version: not understood: " + string(out))
	}
	b.version = string(m[1])
	b.major, err = strconv.Atoi(string(m[2]))
	return b, err
}
