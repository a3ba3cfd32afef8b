package bot

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/pgembed/pgtest"
	"quartermaster/bot/store"
)

func TestProbes(t *testing.T) {
	db := pgtest.Server(t)
	st, err := store.Open(t.Context(), db.URL(), store.Options{MaxConns: 3})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.SetKillSwitch(t.Context(), true, "test", "probe"); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(opsHandler(st))
	defer srv.Close()
	get := func(path string) (int, string) {
		t.Helper()
		resp, err := http.Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(body)
	}
	for path, want := range map[string]string{"/livez": "ok", "/readyz": "ready", "/metrics": "quartermaster_kill_switch 1"} {
		if code, body := get(path); code != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d\n%s", path, code, body)
		}
	}
	if _, body := get("/metrics"); !strings.Contains(body, "quartermaster_database_up 1") || !strings.Contains(body, "quartermaster_audit_entries 1") {
		t.Errorf("metrics:\n%s", body)
	}
	for _, path := range []string{"/", "/debug/pprof/", "/readyz/x"} {
		if code, _ := get(path); code != http.StatusNotFound {
			t.Errorf("%s answers %d", path, code)
		}
	}
	db.Crash()
	if code, body := get("/livez"); code != http.StatusOK {
		t.Errorf("without a database the process is still alive, but /livez says %d %s", code, body)
	}
	// The server's own processes outlive the kill by a moment; then readiness ends.
	await := func(want int, within time.Duration) (body string) {
		t.Helper()
		for deadline := time.Now().Add(within); ; time.Sleep(20 * time.Millisecond) {
			code, body := get("/readyz")
			if code == want {
				return body
			}
			if time.Now().After(deadline) {
				t.Fatalf("/readyz says %d after %s, want %d", code, within, want)
			}
		}
	}
	if body := await(http.StatusServiceUnavailable, 5*time.Second); strings.Contains(body, "postgres") {
		t.Errorf("/readyz says %q", body)
	}
	if code, body := get("/metrics"); code != http.StatusOK || !strings.Contains(body, "quartermaster_database_up 0") {
		t.Errorf("without a database /metrics says %d\n%s", code, body)
	}
	db.Start()
	await(http.StatusOK, 10*time.Second)
}
