// Package repurchase says who buys again, when, and what next.
//
// A History of order lines goes in. Evaluate makes the whole report of a shop; it
// is put together from these, each a pure function of the history, a cut-off day
// and a window:
//
//	Customers         orders to expect and the chance of one, per customer
//	Products          the products a customer is likely to buy
//	DueDates          when a product is bought again, per customer
//	Cycles            how soon a product is bought again, as a distribution
//	CyclesByChannel   the same by the channel of the first order
//	Links             which product follows which, beyond chance
//	SegmentCustomers  where customers stand, with count and worth
//	Stockings         the stocking policy a product's cycle calls for
//	Outlooks          the repurchase table, with the customers behind a product
//	Worths            lifetime value by segment, channel and service
//	BlendDemand       whether customers say more than a forecast of the sales
//	Book              what a joint play brought, against its holdout
//
// FitSpend, Bootstrap and Intervals are the models below:
// BG/NBD, MBG/NBD, Pareto/NBD and gamma-gamma by maximum likelihood.
//
// Design: the classical models see frequency, recency and age only, and are
// nearly right about the level, on a clock that knows the retail year. What they
// miss is learned on windows inside the history, where the outcome is known: half of
// it for the level, and for single customers by a ridge regression that only moves
// them against each other. Products and dates are learned from such windows alone.
// No line after the cut-off is read.
//
// Guarantees: probabilities lie in [0, 1], numbers are finite and not negative;
// the same history gives the same result whatever the order of its lines, the
// numbers of its customers and the number of processors (but for the draws of
// intervals, which go by number); a history too short or too small to learn from
// gives the plain rates, never an error. ErrEmpty is the only refusal.
//
// Customers are numbers here and pseudonyms in History.Customers. Nothing about
// a person leaves this package but those.
package repurchase
