// Package fault holds receivers that go wrong on purpose, for tests that run the
// real program: a mail server and a language model. Faults are chosen by name; what
// arrived is counted here, at the receiver. Count keeps the figures of a run, so that
// the documentation quotes files and not people.
package fault

// Name is a way of going wrong.
type Name string

// Faults. A receiver ignores those it does not know.
const (
	None        Name = ""
	Busy        Name = "busy"         // refuses for now: 421 at the greeting, 429 with Retry-After
	Refuse      Name = "refuse"       // refuses this one for now: 451, 500
	Reset       Name = "reset"        // cuts the connection before anything was taken
	Hang        Name = "hang"         // never answers
	LoseAnswer  Name = "lose-answer"  // takes it and cuts the connection instead of answering
	Nonsense    Name = "nonsense"     // answers with something that makes no sense (model)
	Disobey     Name = "disobey"      // answers with numbers, links and promises (model)
	Cut         Name = "cut"          // answers with a text that ends in the middle (model)
	Empty       Name = "empty"        // answers with nothing (model)
	AcceptLoses Name = "accept-loses" // says that it took it, and loses it (mail)
)
