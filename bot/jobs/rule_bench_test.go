package jobs_test

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"quartermaster/bot/jobs"
	"quartermaster/core"
)

// BenchmarkCheckByRule times the check of a shop of CHECK_SUPPLIERS suppliers (300 without
// it) with a product each, all of which need an order like one that a person approved
// before, with the rule off and with it on, in turns. Every question to the rule is asked,
// and all but a few orders are left to a person for its cap, so that each check finds what
// the one before found. on/off is the ratio of the time that passed, Postgres included;
// cpu-on/off that of this program's processor time.
//
//	CHECK_SUPPLIERS=3000 go test -run xxx -bench CheckByRule -benchtime 10x ./bot/jobs
func BenchmarkCheckByRule(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv("CHECK_SUPPLIERS"))
	if err != nil {
		n = 300
	}
	off := again(b, n, nil)
	off.idle()
	first := off.check("warm")
	on := reopen(b, off, func(c *jobs.Config) {
		ruled(c)
		c.Policy.Approval.AutoCap = core.Money{Minor: 1, Currency: "EUR"}
	})
	on.check("warm too")
	on.idle()
	if len(first) != n {
		b.Fatalf("%d proposals, want %d", len(first), n)
	}
	var took, used [2]time.Duration
	b.ResetTimer()
	for i := range b.N {
		for at, s := range []*shop{off, on} {
			start, cpu := time.Now(), processorTime(b)
			if _, err := s.svc.Check(b.Context(), fmt.Sprintf("check %d %d", i, at)); err != nil {
				b.Fatal(err)
			}
			took[at] += time.Since(start)
			used[at] += processorTime(b) - cpu
		}
	}
	b.StopTimer()
	if why := on.askedWhy(); len(why) == 0 || why[0] == "" {
		b.Fatalf("the rule was not asked: %q", why)
	}
	each := func(d time.Duration) float64 { return float64(d.Milliseconds()) / float64(b.N) }
	b.ReportMetric(each(took[0]), "ms-off")
	b.ReportMetric(each(took[1]), "ms-on")
	b.ReportMetric(float64(took[1])/float64(took[0]), "on/off")
	b.ReportMetric(float64(used[1])/float64(used[0]), "cpu-on/off")
}

func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
