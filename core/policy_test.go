package core

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestPolicyValidate(t *testing.T) {
	if err := DefaultPolicy().Validate(); err != nil {
		t.Fatalf("the default policy: %v", err)
	}
	tests := []struct {
		want string
		set  func(*Policy)
	}{
		{"service_level must be between 0.5 and 0.999, is 1", func(p *Policy) { p.ServiceLevel = 1 }},
		{"service_level must be between 0.5 and 0.999, is NaN", func(p *Policy) { p.ServiceLevel = math.NaN() }},
		{"review_days must be between 1 and 366, is 0", func(p *Policy) { p.ReviewDays = 0 }},
		{"red_days must be between 0 and 365, is -1", func(p *Policy) { p.RedDays = -1 }},
		{"yellow_days must be between red_days (15) and 730, is 14", func(p *Policy) { p.YellowDays = 14 }},
		{`tiers must be "aware" or "strict", is "loose"`, func(p *Policy) { p.Tiers = "loose" }},
		{"min_safety_days must be between 0 and 365, is +Inf", func(p *Policy) { p.MinSafetyDays = math.Inf(1) }},
		{"max_risk_cards must be between 0 and 50, is 51", func(p *Policy) { p.MaxRiskCards = 51 }},
		{"revise_share must be between 0 and 10, is -0.1", func(p *Policy) { p.ReviseShare = -0.1 }},
		{"reject_days must be between 0 and 365, is 366", func(p *Policy) { p.RejectDays = 366 }},
		{"stale_default must be positive, is 0s", func(p *Policy) { p.StaleDefault = 0 }},
		{"stale_after.stock must be positive, is -1s", func(p *Policy) { p.StaleAfter = map[string]time.Duration{"stock": -time.Second} }},
		{"approval.expiry must be positive, is 0s", func(p *Policy) { p.Approval.Expiry = 0 }},
		{"approval.second_above must not be negative, is EUR -0.01", func(p *Policy) { p.Approval.SecondAbove = Money{-1, "EUR"} }},
		{"approval.daily_cap needs a currency", func(p *Policy) { p.Approval.DailyCap = Money{1, ""} }},
		{"approval.auto_limit must not be negative, is EUR -0.01", func(p *Policy) { p.Approval.AutoLimit = Money{-1, "EUR"} }},
		{"approval.auto_cap needs a currency", func(p *Policy) { p.Approval.AutoCap = Money{1, ""} }},
		{"approval.undo must be above 0s where approval.auto_limit is set: what the rule approves can be taken back", func(p *Policy) { p.Approval.AutoLimit, p.Approval.Undo = Money{1, "EUR"}, 0 }},
		{"approval.key_suppliers holds an empty code", func(p *Policy) { p.Approval.KeySuppliers = []SupplierID{"A", ""} }},
		{"approval.approver without a user id", func(p *Policy) { p.Approval.Approvers = []Approver{{Limit: Money{1, "EUR"}}} }},
		{"approval.approver U1: limit must be positive", func(p *Policy) { p.Approval.Approvers = []Approver{{User: "U1", Limit: Money{0, "EUR"}}} }},
		{"approval.approver U1: limit needs a currency", func(p *Policy) { p.Approval.Approvers = []Approver{{User: "U1", Limit: Money{5, ""}}} }},
		{"approval.approver U1 is listed twice", func(p *Policy) {
			p.Approval.Approvers = []Approver{{User: "U1", Limit: Money{5, "EUR"}}, {User: "U1", Limit: Money{7, "EUR"}}}
		}},
	}
	for _, tt := range tests {
		p := DefaultPolicy()
		tt.set(&p)
		err := p.Validate()
		if err == nil || err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

func TestWeeklyAutoCap(t *testing.T) {
	for _, c := range []struct{ limit, limitOfWeek, want int64 }{{0, 0, 0}, {500, 0, 2000}, {500, 700, 700}, {MaxMinor, 0, MaxMinor / 4 * 4}} {
		a := ApprovalPolicy{AutoLimit: Money{c.limit, "EUR"}, AutoCap: Money{c.limitOfWeek, "EUR"}}
		if got := a.WeeklyAutoCap(); got != (Money{c.want, "EUR"}) {
			t.Errorf("limit %d, cap %d: %s a week, want %d", c.limit, c.limitOfWeek, got, c.want)
		}
	}
}

func TestPolicyValidateReportsAllInOneOrder(t *testing.T) {
	p := DefaultPolicy()
	p.ReviewDays = 0
	p.StaleAfter = map[string]time.Duration{"b": 0, "a": 0, "c": 0}
	lines := strings.Split(p.Validate().Error(), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[1], "stale_after.a") || !strings.HasPrefix(lines[3], "stale_after.c") {
		t.Errorf("got %q", lines)
	}
}

func TestStaleLimit(t *testing.T) {
	p := DefaultPolicy()
	p.StaleAfter = map[string]time.Duration{"ads": time.Minute}
	if p.StaleLimit("ads") != time.Minute || p.StaleLimit("stock") != time.Hour {
		t.Errorf("limits %s and %s", p.StaleLimit("ads"), p.StaleLimit("stock"))
	}
}

func TestToShop(t *testing.T) {
	s := Snapshot{Shop: Shop{Currency: "EUR"}, Rates: []FXRate{
		{"USD", 100, 90_000_000}, {"USD", 110, 92_000_000}, {"USD", 120, 99_000_000}, {"CNY", 130, 12_000_000},
	}}
	tests := []struct {
		m    Money
		day  Day
		want int64
		ok   bool
	}{
		{Money{1000, "USD"}, 115, 920, true},
		{Money{1000, "USD"}, 110, 920, true},
		{Money{1000, "USD"}, 99, 0, false},
		{Money{1000, "CNY"}, 115, 0, false},
		{Money{1000, "EUR"}, 0, 1000, true},
		{Money{}, 0, 0, true},
	}
	for _, tt := range tests {
		got, ok := s.ToShop(tt.m, tt.day)
		if ok != tt.ok || ok && got != (Money{tt.want, "EUR"}) {
			t.Errorf("%v on %s = %v, %v; want %d, %v", tt.m, tt.day, got, ok, tt.want, tt.ok)
		}
	}
}
