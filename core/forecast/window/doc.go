// Package window gives the distribution of demand over a stretch of days: what
// stock has to last for, from a lead time on, from one arrival to the next.
//
//	Paths.Reset(input, n) -> equally likely courses of demand, day by day
//	Paths.Total(a, b)     -> Dist of the sum over periods a to b
//	Paths.Until(lead, n)  -> Dist of the sum over a random lead time and n periods
//
// The quantile of a sum is not the sum of quantiles, so the sums themselves are
// looked at. The courses are the overlapping windows of the last year, each as long
// as the stretch asked for, moved to the level that is expected now. A year holds
// only a handful of windows that do not overlap, too few for the rare ones that
// safety stock is for; so the totals of the courses are then drawn towards the
// quantiles of cumulative demand that a model of all series gives (package engine,
// Outlook.Totals), place by place in their order. Where a series has next to no
// history the courses follow a negative binomial distribution around the expected
// demand.
//
// Courses, rather than one distribution, because stock is not linear: sales that
// find none are lost, and goods on their way come on their day. What is left when an
// order arrives has to be counted course by course (package replenish).
//
// Guarantees: deterministic; every number finite and at least 0; quantiles grow
// with the level and with the window; twice the history at twice the forecast gives
// twice the distribution.
package window
