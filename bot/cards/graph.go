package cards

import (
	"time"

	"github.com/slack-go/slack"

	"quartermaster/core/plan"
)

// graph adds a chart that Slack draws: lines over at most 20 days. Slack reads such a
// chart to people who cannot see it, so it has no alternative text.
func (b *builder) graph(g *plan.Graph) {
	names := b.w.graph
	axis := slack.NewDataVisualizationAxisConfig().WithYLabel(string(names.units))
	form := names.dayForm
	if n := len(g.Days); n > 0 && g.Days[n-1]-g.Days[0] > 360 { // a day without its year would be there twice
		form = b.w.dateForm
	}
	for _, d := range g.Days {
		axis.Categories = append(axis.Categories, d.Time(time.UTC).Format(form))
	}
	var lines []slack.DataVisualizationDataSeries
	add := func(name safe, y []float64) {
		if len(y) != len(g.Days) {
			return
		}
		var points []slack.DataVisualizationDataPoint
		for i, v := range y {
			points = append(points, slack.NewDataVisualizationDataPoint(axis.Categories[i], v))
		}
		lines = append(lines, slack.NewDataVisualizationDataSeries(string(name), points...))
	}
	add(names.stock, g.Stock)
	add(names.with, g.WithOrder)
	add(names.low, g.Low)
	add(names.high, g.High)
	if g.ReorderPoint > 0 {
		level := make([]float64, len(g.Days))
		for i := range level {
			level[i] = g.ReorderPoint
		}
		add(names.point, level)
	}
	chart := &slack.DataVisualizationBlock{Type: slack.MBTDataVisualization, BlockID: b.id("chart"), Title: string(clean(g.Title, maxGraphTitle)), Chart: slack.NewDataVisualizationLineChart(axis, lines...)}
	if chart.Validate() == nil { // no chart is better than no card
		b.add(chart)
	}
}

// graphWords name the lines of a chart that Slack draws, in 20 characters.
type graphWords struct {
	stock, with, low, high, point, units safe
	dayForm                              string // of package time
}

const maxGraphTitle = 50
