package bot

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"quartermaster/bot/store"
)

// opsHandler answers an operator's probes, on a port of its own:
//
//	/livez    the process runs
//	/readyz   the database answers; Slack is not asked
//	/metrics  figures for Prometheus, read when asked for
//
// There is nothing secret in the answers, and no profiler.
func opsHandler(st *store.Store) http.Handler {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), figures{st})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
		defer cancel()
		if err := st.Pool().Ping(ctx); err != nil {
			http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, Timeout: 10 * time.Second}))
	return mux
}

// serveOps runs the operator's port until ctx ends.
func (c Config) serveOps(ctx context.Context, h http.Handler) error {
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.OpsListen)
	if err != nil {
		return fmt.Errorf("listen for probes on %s: %w", c.OpsListen, err)
	}
	c.progress("probes: http://%s/readyz", ln.Addr())
	return serveUntil(ctx, ln, h)
}

// figures turns the store's figures into metrics.
type figures struct{ st *store.Store }

func metric(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("quartermaster_"+name, help, labels, nil)
}

var (
	upDesc       = metric("database_up", "1 when the database answered this scrape.")
	effectsDesc  = metric("effects", "Outside effects by kind and state; unknown and failed ones want a person.", "kind", "state")
	waitDesc     = metric("effect_oldest_waiting_seconds", "Age of the oldest effect that is due.")
	inboxDesc    = metric("inbox_waiting", "Clicks stored and not acted on yet.")
	clickDesc    = metric("inbox_oldest_waiting_seconds", "Age of the oldest such click.")
	proposalDesc = metric("proposals", "Proposals by state.", "state")
	orderDesc    = metric("orders", "Purchase orders by state.", "state")
	checkDesc    = metric("last_check_age_seconds", "Time since the last check ended.")
	failedDesc   = metric("failed_runs_24h", "Scheduled runs that ended in an error in the last 24 hours.")
	killDesc     = metric("kill_switch", "1 while the kill switch is on.")
	auditDesc    = metric("audit_entries", "Length of the audit chain.")
)

// Describe sends nothing: the metrics depend on what the database holds.
func (figures) Describe(chan<- *prometheus.Desc) {}

// Collect reads the figures and sends them.
func (f figures) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	send := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	s, err := f.st.Stats(ctx)
	if err != nil {
		send(upDesc, 0)
		return
	}
	send(upDesc, 1)
	for _, e := range s.Effects {
		send(effectsDesc, float64(e.N), e.Kind, string(e.State))
	}
	for state, n := range s.Proposals {
		send(proposalDesc, float64(n), state)
	}
	for state, n := range s.Orders {
		send(orderDesc, float64(n), state)
	}
	send(waitDesc, s.OldestEffect.Seconds())
	send(inboxDesc, float64(s.InboxWaiting))
	send(clickDesc, s.OldestClick.Seconds())
	if s.ChecksEverRun > 0 {
		send(checkDesc, s.LastCheck.Seconds())
	}
	send(failedDesc, float64(s.FailedRuns))
	kill := 0.0
	if s.KillSwitch {
		kill = 1
	}
	send(killDesc, kill)
	send(auditDesc, float64(s.AuditEntries))
}
