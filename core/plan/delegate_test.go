package plan

import (
	"strings"
	"testing"
	"time"

	"quartermaster/core"
)

func TestWithDelegates(t *testing.T) {
	p := core.DefaultPolicy()
	p.Approval.Approvers = []core.Approver{{User: "A", Limit: eur(1000_00)}, {User: "B", Limit: eur(100_00)}}
	later := noon.Add(time.Hour)
	limit := func(list []Delegation, user string) int64 {
		for _, a := range WithDelegates(p, list, noon).Approval.Approvers {
			if a.User == user {
				return a.Limit.Minor
			}
		}
		return 0
	}
	for _, tt := range []struct {
		name string
		list []Delegation
		user string
		want int64
	}{
		{"a newcomer", []Delegation{{From: "A", To: "C", Until: later}}, "C", 1000_00},
		{"over", []Delegation{{From: "A", To: "C", Until: noon}}, "C", 0},
		{"an approver with less", []Delegation{{From: "A", To: "B", Until: later}}, "B", 1000_00},
		{"an approver with more", []Delegation{{From: "B", To: "A", Until: later}}, "A", 1000_00},
		{"not handed on", []Delegation{{From: "A", To: "C", Until: later}, {From: "C", To: "D", Until: later}}, "D", 0},
		{"not what B got", []Delegation{{From: "A", To: "B", Until: later}, {From: "B", To: "D", Until: later}}, "D", 100_00},
		{"from nobody", []Delegation{{From: "X", To: "C", Until: later}}, "C", 0},
	} {
		if got := limit(tt.list, tt.user); got != tt.want {
			t.Errorf("%s: limit %d, want %d", tt.name, got, tt.want)
		}
	}
	if p.Approval.Approvers[1].Limit != eur(100_00) {
		t.Error("the policy itself was changed")
	}
}

func TestDecideDelegate(t *testing.T) {
	p := core.DefaultPolicy()
	p.Approval.Approvers = []core.Approver{{User: "A", Limit: eur(1000_00)}}
	for _, tt := range []struct {
		name      string
		actor, to Actor
		days      int
		want      string
	}{
		{"fine", Actor{User: "A"}, Actor{User: "C"}, 7, ""},
		{"no approver", Actor{User: "B"}, Actor{User: "C"}, 7, "list of approvers"},
		{"a guest", Actor{User: "A"}, Actor{User: "C", Guest: true}, 7, "full member"},
		{"oneself", Actor{User: "A"}, Actor{User: "A"}, 7, "somebody else"},
		{"yesterday", Actor{User: "A"}, Actor{User: "C"}, -1, "future"},
		{"for ever", Actor{User: "A"}, Actor{User: "C"}, 62, "60 days"},
	} {
		v := DecideDelegate(tt.actor, tt.to, p, noon, noon.AddDate(0, 0, tt.days))
		if (v.Outcome == Allow) != (tt.want == "") || !strings.Contains(v.Reason, tt.want) {
			t.Errorf("%s: %+v", tt.name, v)
		}
	}
}
