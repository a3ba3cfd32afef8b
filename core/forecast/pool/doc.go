// Package pool forecasts many series with one model.
//
//	Train(panel, config)    -> Model: one booster for the mean, one per quantile
//	Model.Forecast(panel)   -> a Prediction per series
//	TrainTotals(panel, …)   -> Totals: quantiles of cumulative demand
//
// All series together train gradient-boosted trees (package boost), each row being
// one step after one origin of one series: what was known at the origin, what is
// known in advance of the step, and what was sold. The model is direct: the step is
// a feature, no forecast feeds another. Sales are divided by the scale of their
// series at the origin, so that a seller of ten a year and one of ten a day teach
// each other, and forecasts are multiplied by it again. The mean minimises Poisson
// loss, weighted by the square root of the scale; quantiles minimise pinball loss.
//
// Features are means and shares of zeros over trailing windows, the last values,
// time since the last sale, the same phase of earlier seasons, the year before, the
// calendar, regressors known in advance with their usual effect on the series, and
// an expectation from its level and effects (see factors.go). Pooling, direct
// forecasts, such windows and this loss are what the M5 competition found to win on
// retail sales (Makridakis, Spiliotis and Assimakopoulos 2022).
//
// Training rows are capped and drawn by a seed, so the cost per series falls as
// series grow in number. A missing value is no sale and no zero: it is left out of
// every mean and never a target.
//
// Guarantees: no forecast is NaN, infinite or negative, quantiles never cross, a
// series without any sale is forecast as zero; the same panel, configuration and
// seed give the same model, whatever the order of the series (their names being
// different) and the number of processors; a training row knows nothing of its
// series from its origin on but what is known in advance.
package pool
