package plan

import (
	"slices"

	"quartermaster/core/risk"
)

// Hold puts a report under the causes of conservative mode, in place of those it
// found itself. Where the data is wrong, and not only old, what it says about
// stock is left out of the findings: a broken feed is one matter, not one per SKU.
func (r *Report) Hold(causes []risk.Cause) {
	r.Findings = slices.DeleteFunc(r.Findings, func(f risk.Finding) bool {
		return f.Kind.OfData() || risk.InDoubt(causes)
	})
	r.Conservative = causes
	r.Findings = append(r.Findings, risk.FeedFindings(causes)...)
	risk.Sort(r.Findings)
}
