package window

// Levels are the quantiles of cumulative demand that courses are drawn towards: the
// ones to train a model with (engine.Config.WindowLevels).
func Levels() []float64 { return []float64{0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99, 0.995} }
