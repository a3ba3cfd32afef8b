package risk

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"quartermaster/core"
)

// Conservative returns a cause for every feed older than its limit, by name.
func Conservative(feeds []core.Feed, p core.Policy, now time.Time) []Cause {
	var causes []Cause
	for _, f := range feeds {
		limit := p.StaleLimit(f.Name)
		if f.AsOf.IsZero() {
			causes = append(causes, Cause{Feed: f.Name, Limit: limit, Reason: fmt.Sprintf("%s data has never arrived", f.Name)})
			continue
		}
		if age := now.Sub(f.AsOf); age > limit {
			causes = append(causes, Cause{Feed: f.Name, Age: age, Limit: limit,
				Reason: fmt.Sprintf("%s data is %s old, limit %s", f.Name, Span(age), Span(limit))})
		}
	}
	slices.SortStableFunc(causes, func(a, b Cause) int { return cmp.Compare(a.Feed, b.Feed) })
	return causes
}

// FeedFindings turns causes into findings, one per feed and kind of trouble.
func FeedFindings(causes []Cause) []Finding {
	var out []Finding
	for _, c := range causes {
		out = append(out, Finding{
			Key: key(c.kind(), c.Feed), Kind: c.kind(), Severity: High,
			Reason: capital(c.Reason) + ": nothing is raised and no order can be approved until " + c.remedy() + ".",
		})
	}
	return out
}

func (c Cause) kind() Kind { return cmp.Or(c.Kind, StaleFeed) }

func (c Cause) remedy() string {
	if c.kind() == BadData {
		return "the data is right again, or a person says that it is right (quartermaster check --accept-data)"
	}
	if c.kind() == Restored {
		return "somebody has made sure that nothing is missing (quartermaster reconcile)"
	}
	return "fresh data arrives"
}

// RestoredFrom is the cause of a database that was restored from a backup taken
// at the given time: what was decided after it is unknown, so nothing more is
// decided.
func RestoredFrom(at string) Cause {
	return Cause{Kind: Restored, Feed: "database",
		Reason: "the database was restored from a backup of " + at + ", and orders made since may be missing"}
}

// key joins the parts of a finding's key; a slash inside a part is escaped.
func key(k Kind, parts ...string) string {
	escape := strings.NewReplacer("%", "%25", "/", "%2F")
	out := []string{string(k)}
	for _, p := range parts {
		out = append(out, escape.Replace(p))
	}
	return strings.Join(out, "/")
}

// Span prints a duration in minutes up to three hours, then in hours, then in
// days, rounded up: what is over a limit must read as over it.
func Span(d time.Duration) string {
	minutes := int64(math.Ceil(d.Minutes()))
	switch {
	case minutes <= 180:
		return fmt.Sprintf("%d min", minutes)
	case minutes <= 72*60:
		if minutes%60 == 0 {
			return fmt.Sprintf("%d h", minutes/60)
		}
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	}
	if h := minutes / 60 % 24; h > 0 || minutes%60 > 0 {
		return fmt.Sprintf("%d d %d h", minutes/1440, minutes/60%24)
	}
	return fmt.Sprintf("%d days", minutes/1440)
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
