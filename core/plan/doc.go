// Package plan puts the parts of core together and decides about proposals.
//
//	Evaluate      snapshot + policy + now    -> Report: items, findings, fresh proposals
//	Reconcile     report + what is open      -> Changes: what to write and show, with a reason each
//	TellFindings  report + incidents         -> which findings to speak of, with a reason each
//	Decide        person + proposal + past   -> Verdict: may this person do that
//	Revise        proposal + new quantities  -> the rewritten proposal, or what is wrong
//	Explain       a line                     -> the sum behind its quantity, to do again by hand
//	Digest        a proposal                 -> the name of exactly what was shown
//
// All of them are pure and deterministic: the same arguments, in any order of
// rows, give the same result.
//
// A proposal asks one supplier for goods. Its states and moves:
//
//	                 +--> snoozed --+
//	                 |              v
//	(new) --> proposed <--> awaiting_second --> approved
//	                 |              |
//	                 +--------------+--> rejected, expired, withdrawn
//
// Guarantees: a supplier has one open proposal at most; a proposal whose numbers
// moved is rewritten with a new version and any first approval is void; nobody
// may do anything unless the policy names them; a quantity on a proposal can be
// bought from the supplier as it is.
package plan
