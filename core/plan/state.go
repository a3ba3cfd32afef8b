package plan

import (
	"fmt"
	"slices"
)

// moves is the table of allowed moves. A rewrite or an edit is a move from
// proposed to proposed; the states without moves are final.
var moves = map[State][]State{
	Proposed:       {Proposed, AwaitingSecond, Snoozed, Approved, Rejected, Expired, Withdrawn},
	AwaitingSecond: {Proposed, AwaitingSecond, Snoozed, Approved, Rejected, Expired, Withdrawn},
	Snoozed:        {Proposed, Withdrawn},
}

// MoveError says that a proposal cannot go from one state to another.
type MoveError struct{ From, To State }

// Error names both states.
func (e *MoveError) Error() string {
	return fmt.Sprintf("a proposal cannot go from %s to %s", e.From, e.To)
}

// Move returns a *MoveError unless a proposal may go from one state to the other.
func Move(from, to State) error {
	if slices.Contains(moves[from], to) {
		return nil
	}
	return &MoveError{from, to}
}

// Decidable reports whether a person can decide on a proposal in this state.
func (s State) Decidable() bool { return s == Proposed || s == AwaitingSecond }

// Open reports whether the state is not final.
func (s State) Open() bool { return len(moves[s]) > 0 }
