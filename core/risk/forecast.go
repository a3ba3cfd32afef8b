package risk

import (
	"fmt"
	"strings"
	"time"

	"quartermaster/core"
)

// Off is a forecast that turned out wrong (requirement F2, level 2).
type Off struct {
	Days      int     `json:"days"`   // known ones since it was made
	Actual    float64 `json:"actual"` // units sold on them
	Expected  float64 `json:"expected"`
	Deviation float64 `json:"deviation"` // Actual/Expected - 1
	// Safety multiplies the deviation that safety stock is computed from: 1 plus
	// half of the deviation, at most 1.5.
	Safety float64 `json:"safety"`
	// PausedUntil is the end of the day on which it was off for the first time:
	// until then nothing is ordered without a person. Zero when it was off before.
	PausedUntil time.Time `json:"paused_until,omitzero"`
	Reason      string    `json:"reason"` // without the full stop
}

// forecastOff is MEDIUM: a person should look why.
func forecastOff(it *Item, _ core.Policy, _ core.Day) (Finding, bool) {
	if it.Off == nil {
		return Finding{}, false
	}
	f := it.finding(ForecastOff, Medium)
	f.Reason = fmt.Sprintf("%s: %s; safety stock is computed with %.2f times the deviation, please look why.", it.SKU, it.Off.Reason, it.Off.Safety)
	if !it.Off.PausedUntil.IsZero() {
		f.Reason = strings.TrimSuffix(f.Reason, ".") + "; nothing is ordered automatically until " + it.Off.PausedUntil.Format("2006-01-02 15:04") + "."
	}
	return f, true
}

// AnomalyFinding is LOW: it is recorded (requirement F2, level 3). An empty SKU is
// the whole shop.
func AnomalyFinding(sku core.SKU, loc core.LocationID, name string, reasons []string) Finding {
	k, about := key(Anomaly, string(sku), string(loc)), string(sku)
	if sku == "" {
		k, about = key(Anomaly), "Whole shop"
	}
	return Finding{Key: k, Kind: Anomaly, Severity: Low, SKU: sku, Location: loc, Name: name, Reason: about + ": " + strings.Join(reasons, " ")}
}
