package plan

import (
	"time"

	"quartermaster/core"
)

// HomeView is everything on the home tab: how healthy the data is, what waits, what
// runs short, how it was lately, and what runs next.
type HomeView struct {
	Status  StatusView // Worst holds what runs short
	Waiting []Proposal // decidable ones, largest amount first
	Feeds   []FeedAge
	History []DayFigure // oldest first
	// Indicators say how well the shop is run, now and before the bot.
	Indicators Indicators
	Runs       []RunView
	// Again holds the products that customers are expected to buy again, most first;
	// zero MadeAt when nobody has looked at the customers yet.
	Again CustomersView
	Kept  QuietView // what the last check did not tell
}

// FeedAge is how old a flow of data is, and how old it may be.
type FeedAge struct {
	Name  string
	AsOf  time.Time // zero: never arrived
	Limit time.Duration
	Stale bool
}

// DayFigure is how a day ended.
type DayFigure struct {
	Day         core.Day
	Red         int
	MoneyAtRisk core.Money
}

// RunView is a schedule: when it runs next and how it ended last.
type RunView struct {
	Name, Spec string
	Next       time.Time
	Last       time.Time // zero: never
	Late       bool      // caught up after down time
	Error      string
}

// SettingsView is what is in force, and since when.
type SettingsView struct {
	Version  int64 // 0: what the program was started with
	At       time.Time
	By       string
	Source   string
	Reason   string // what was changed
	Shop     core.Shop
	Policy   core.Policy
	Channel  string
	Standing []Delegation // who stands in for whom
	// Suppliers is what they are called.
	Suppliers core.SupplierNames
	// Schedules maps names of runs to cron expressions.
	Schedules map[string]string
	// Proposed are values, by name, that a form starts from in place of those in force.
	Proposed map[string]string
}
