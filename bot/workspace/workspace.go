// Package workspace is a small chat workspace that speaks Slack's protocol and
// has a page for the browser. It is the demo for people without a Slack of
// their own, and the server that the end-to-end tests talk to.
//
// What it serves, all on one address:
//
//	/api/METHOD    Web API: form or JSON in, {"ok":...} out, as Slack answers
//	/link/         Socket Mode: one-time ticket, hello, envelopes, pings
//	/hooks/ID      response_url: five uses in thirty minutes
//	/upload/ID     upload URLs of files, and /files/ID to read them with a token
//	/              the page; /ui/... are its own endpoints
//
// It is strict. Unknown methods, unknown or wrong blocks, missing scopes,
// expired or used triggers, foreign messages and channels without the bot are
// refused with the error codes Slack uses, so that a bot that works here does
// not meet them first in production. What it cannot know (rate limits under
// load, propagation delays) is produced on demand by Fault.
//
// Apps are reached by Socket Mode or, for each kind of delivery whose URL is
// configured, by signed HTTP. A click, a command or a form must be acknowledged
// within AckTimeout or the person is told that it failed; events are sent again
// up to three times with a retry number.
//
// State lives in memory under one mutex and, with Config.StatePath, in a file
// that is replaced atomically soon after a change and on Close. Messages, home
// tabs, direct conversations and files outlive a restart; triggers,
// response_urls, open modals and ephemeral messages do not.
//
// Tests drive it from Go (see Channel, As and Fault) with the same code paths
// that the page uses. Whoever can open the page can act as any person in it, so
// it answers to loopback names or the configured host only and its endpoints
// refuse requests that come from other sites. It is not made to face a network.
package workspace

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// Workspace is one team with its people, channels and the one app installed in
// it. It is an http.Handler and safe for concurrent use.
type Workspace struct {
	cfg     Config
	log     *slog.Logger
	mux     *http.ServeMux
	sockets *hub
	methods map[string]method

	mu       sync.Mutex
	base     string // scheme://host that clients reach us by; see baseURL
	users    []User
	channels []*conversation
	views    map[string]*View    // every open modal and home tab, by id
	stacks   map[string][]string // user -> view ids, root first
	homes    map[string]string   // user -> view id
	triggers map[string]*trigger
	hooks    map[string]*hook
	files    map[string]*File
	faults   []*FaultSwitch
	counts   counters
	lastTS   int64 // microseconds, last given
	lastSeq  int64
	last     *delivery // newest click, for Redeliver
	changed  chan struct{}
	streams  map[chan notice]string // page connections -> user
	dirty    chan struct{}

	server   *http.Server
	fresh    freshConns
	ctx      context.Context // ends at Close; background work hangs on it
	cancel   context.CancelFunc
	spawning sync.Mutex
	work     sync.WaitGroup
	shutdown sync.Once
}

// New checks the configuration, reads the state file if there is one and
// returns a workspace that answers through ServeHTTP. Call Close to write the
// last changes and stop its goroutines.
func New(cfg Config) (*Workspace, error) {
	cfg = cfg.withDefaults()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	w := &Workspace{
		cfg: cfg, log: cfg.Logger,
		methods:  methods(),
		base:     cfg.BaseURL,
		users:    cfg.people(),
		views:    map[string]*View{},
		stacks:   map[string][]string{},
		homes:    map[string]string{},
		triggers: map[string]*trigger{},
		hooks:    map[string]*hook{},
		files:    map[string]*File{},
		counts:   newCounters(),
		changed:  make(chan struct{}),
		streams:  map[chan notice]string{},
		dirty:    make(chan struct{}, 1),
		ctx:      ctx, cancel: cancel,
	}
	w.sockets = newHub(w)
	for _, c := range cfg.Channels {
		w.channels = append(w.channels, newConversation(c, w.users, cfg.Clock()))
	}
	if cfg.StatePath != "" {
		if err := w.restore(); err != nil {
			cancel()
			return nil, err
		}
		w.spawn(w.saveLoop)
	}
	w.mux = w.routes()
	return w, nil
}

func (w *Workspace) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", w.serveAPI)
	mux.HandleFunc("GET /link/", w.serveLink)
	mux.HandleFunc("POST /hooks/{id}", w.serveHook)
	mux.HandleFunc("POST /upload/{id}", w.serveUpload)
	mux.HandleFunc("GET /files/{id}", w.serveFile)
	w.pageRoutes(mux)
	return mux
}

// ServeHTTP answers requests whose Host header is a loopback name, the
// configured host or, when listening on all addresses, an IP literal. Other
// names get 421: they can only come from a page that rebinds its DNS name.
func (w *Workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if !w.hostAllowed(r.Host) {
		http.Error(rw, "unknown host name", http.StatusMisdirectedRequest)
		return
	}
	w.mux.ServeHTTP(rw, r)
}

// Listen starts serving on addr, for example "127.0.0.1:8080" or ":0", and
// returns the base URL. It does not block; Close stops it.
func (w *Workspace) Listen(addr string) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(w.ctx, "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("listen on %s: %w", addr, err)
	}
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return "", errors.Join(fmt.Errorf("listen on %s: %w", addr, err), l.Close())
	}
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "", errors.Join(fmt.Errorf("listen on %s: %w", addr, err), l.Close())
	}
	w.mu.Lock()
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		w.cfg.anyIP = true
		host = "127.0.0.1"
	} else {
		w.cfg.Hosts = append(w.cfg.Hosts, host)
	}
	if w.base == "" {
		w.base = "http://" + net.JoinHostPort(host, port)
	}
	base := w.base
	w.server = &http.Server{
		Handler:           w,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(w.log.Handler(), slog.LevelDebug),
		ConnState:         w.fresh.track,
	}
	server := w.server
	w.mu.Unlock()
	w.spawn(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			w.log.Error("workspace stopped serving", "error", err)
		}
	})
	return base, nil
}

// Close disconnects the app and the pages, stops serving and writes the state.
// When ctx ends first, connections are cut.
func (w *Workspace) Close(ctx context.Context) error {
	var err error
	w.shutdown.Do(func() {
		w.spawning.Lock()
		w.cancel()
		w.spawning.Unlock()
		w.sockets.closeAll()
		w.mu.Lock()
		server := w.server
		w.mu.Unlock()
		if server != nil {
			w.fresh.close()
			if err = server.Shutdown(ctx); err != nil {
				err = errors.Join(fmt.Errorf("stop the workspace: %w", err), server.Close())
			}
		}
		w.work.Wait()
		if w.cfg.StatePath != "" {
			err = errors.Join(err, w.save())
		}
	})
	return err
}

// freshConns are connections without a request yet. Browsers open some in
// advance, and http.Server.Shutdown would wait five seconds for each.
type freshConns struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
}

func (f *freshConns) track(c net.Conn, state http.ConnState) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if state != http.StateNew {
		delete(f.conns, c)
		return
	}
	if f.conns == nil {
		f.conns = map[net.Conn]bool{}
	}
	f.conns[c] = true
}

func (f *freshConns) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.conns {
		_ = c.Close()
	}
}

// spawn runs f in the background unless the workspace is closed; Close waits
// for it.
func (w *Workspace) spawn(f func()) {
	w.spawning.Lock()
	defer w.spawning.Unlock()
	if w.ctx.Err() == nil {
		w.work.Go(f)
	}
}

// BaseURL returns the scheme and host by which the workspace is reached, empty
// while nobody has: it is known from Config, from Listen or from the first
// request. The Web API stands at BaseURL + "/api/".
func (w *Workspace) BaseURL() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.base
}

// baseFor returns the base URL for the answer to r. Upload URLs must carry the
// very host the client used, or clients refuse to send their token there.
func (w *Workspace) baseFor(r *http.Request) string {
	base := "http://" + r.Host
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.base == "" {
		w.base = base
	}
	return base
}

// newID returns an identifier such as V1A2B3C4D5, upper case as Slack's are.
func newID(prefix string) string {
	var b [5]byte
	_, _ = rand.Read(b[:]) // never fails
	const digits = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	id := []byte(prefix)
	for _, c := range b {
		id = append(id, digits[c>>4], digits[16+c&15])
	}
	return string(id)
}

// newSecret returns 32 hex digits that cannot be guessed.
func newSecret() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
