package cards

import (
	"time"

	"github.com/slack-go/slack"

	"quartermaster/core/plan"
)

// graph adds a chart that Slack draws: lines over at most 20 days. Slack reads such a
// chart to people who cannot see it, so it has no alternative text.
func (b *builder) graph(g *plan.Graph) {
	axis := slack.NewDataVisualizationAxisConfig().WithYLabel(string(clean(g.Unit, maxGraphName)))
	form := b.w.dayForm
	if n := len(g.Days); n > 0 && g.Days[n-1]-g.Days[0] > 360 { // a day without its year would be there twice
		form = b.w.dateForm
	}
	for _, d := range g.Days {
		axis.Categories = append(axis.Categories, d.Time(time.UTC).Format(form))
	}
	var lines []slack.DataVisualizationDataSeries
	for _, l := range g.Lines {
		if len(l.Values) != len(g.Days) {
			continue
		}
		var points []slack.DataVisualizationDataPoint
		for i, v := range l.Values {
			points = append(points, slack.NewDataVisualizationDataPoint(axis.Categories[i], v))
		}
		lines = append(lines, slack.NewDataVisualizationDataSeries(string(clean(l.Name, maxGraphName)), points...))
	}
	chart := &slack.DataVisualizationBlock{Type: slack.MBTDataVisualization, BlockID: b.id("chart"), Title: string(clean(g.Title, maxGraphTitle)), Chart: slack.NewDataVisualizationLineChart(axis, lines...)}
	if chart.Validate() == nil { // no chart is better than no card
		b.add(chart)
	}
}

// Slack's bounds of what stands on a chart, in characters.
const (
	maxGraphTitle = 50
	maxGraphName  = 20
)
