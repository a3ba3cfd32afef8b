// Package replenish answers, for one SKU at one location: how long does the
// stock last, how urgent is it, how much should be ordered, by which mode and by
// when.
//
// Assess is the one entry. It projects stock day by day, puts the item into a
// cover tier (requirements D2, D3), chooses a mode, computes the reorder point
// and the order-up-to level with demand and lead-time variance (D4), and rounds
// the need to what the supplier sells (D5). The parts are exported because each
// is a formula a person may want to check by itself.
//
// Guarantees: a quantity is 0 or a multiple of the pack, at least the minimum
// and at most the maximum; more stock never orders more; a longer lead time
// never lowers the reorder point; no number is NaN or infinite; every number
// that led to a quantity is in its Calculation.
package replenish
