// Package simulate replays real demand under several stocking policies, to see
// what each would have cost.
//
//	New    snapshot + config         -> Scenario: who is simulated, what they sold, with what they open
//	Run    scenario + policies       -> one Result per policy
//	Sweep  scenario + family         -> Curve: a policy at many settings of its one knob
//	Compare  curves                  -> stock that two policies need for the same fill rate
//	Stress   snapshot + shocks       -> what breaks when, and what the plan costs then
//
// The rules of the game, the same for every policy:
//
//   - A day begins with the review, if it is one, then goods arrive, then customers
//     come. Demand that finds no stock is lost, not owed.
//   - A policy sees what the shop saw: units sold, not wanted. A day that ended
//     without stock is labelled core.StockOut. Prices, offers, closed days and the
//     mean and deviation of lead times are known, what a delivery will take is not.
//   - Lead times are drawn from a lognormal distribution. The draw belongs to node
//     and day of order, so that two policies that order on one day wait alike
//     (common random numbers).
//   - All open with the same stock; the first days, until the first deliveries
//     can have come, are not scored.
//
// Guarantees: the same seed gives the same result whatever the number of
// goroutines and the order of the policies; units are conserved (opening +
// received - sold = closing, ordered = received + on the way), or Run returns an
// error; no number is NaN or infinite.
package simulate
