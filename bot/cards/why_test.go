package cards

import (
	"strings"
	"testing"

	"quartermaster/core/plan"
)

// How a forecast is made up is told once: by the sum where it says so, else after it.
func TestForecastToldOnce(t *testing.T) {
	it := item()
	it.Forecast.Method, it.Forecast.Why = "weekday profile", "The last 28 known days average 20 a day."
	for what, basis := range map[string]string{"in the sum": it.Forecast.Why, "after it": "Set by hand."} {
		it.Calc.Basis = basis
		text := blocksText(t, WhyAnswer("en", []plan.Item{it}, plan.QuietView{}).Blocks)
		if n := strings.Count(text, it.Forecast.Why); n != 1 {
			t.Errorf("%s: told %d times:\n%s", what, n, text)
		}
		if !strings.Contains(text, "Confidence of the forecast") {
			t.Errorf("%s: no word about the confidence", what)
		}
	}
}
