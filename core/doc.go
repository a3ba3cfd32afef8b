// Package core holds the words every other package speaks: SKU, Location,
// Channel, Day, Series, Money, Supplier, Snapshot, Policy.
//
// The packages below it are the part of Quartermaster that decides. They are
// pure: no Slack, HTTP or SQL, no clock and no random source. Time comes in as
// an argument, a Snapshot is loaded by somebody else, and what comes out is a
// value with a reason. Demo, benchmark, back-test and stress test therefore run
// the same functions on different snapshots.
//
// Money is an integer count of minor units with its currency, quantities are
// integers, and no NaN or infinity is ever stored in a type of this package.
package core
