package slackapp

import "testing"

func TestNearestCommand(t *testing.T) {
	for question, want := range map[string]string{
		"<@U0BOT> when will SOLAR-01 run out?":        "sku SOLAR-01",
		"<@U0BOT> why do we order SOLAR-01?!":         "why SOLAR-01",
		"<@U0BOT> how many LAMP-02 will we sell":      "forecast LAMP-02",
		"<@U0BOT> is there a cheaper LAMP-02":         "compare LAMP-02",
		"<@U0BOT> LAMP-02":                            "sku LAMP-02",
		"<@U0BOT> where is PO-2026-0007, please?":     "order PO-2026-0007",
		"<@U0BOT> what runs short?":                   "status",
		"<@U0BOT> what runs out first?":               "status",
		"<@U0BOT> why do we order 22197?":             "why 22197",
		"<@U0BOT> when does 22197 run out":            "sku 22197",
		"<@U0BOT> what sells in 2026":                 "",
		"<@U0BOT> what is short?":                     "status",
		"<@U0BOT> what waits for my approval":         "approve",
		"<@U0BOT> our orders":                         "orders",
		"<@U0BOT> SOLAR-01为什么":                        "sku SOLAR-01为什么",
		"<@U0BOT> 为什么 SOLAR-01":                       "why SOLAR-01",
		"<@U0BOT> 现在库存状态":                             "status",
		"<@U0BOT> good morning":                       "",
		"<@U0BOT>":                                    "",
		"<@U0BOT> snooze everything":                  "",
		"<@U0BOT> suggest <!channel> <#C1|x> nothing": "",
	} {
		if got := nearestCommand(question); got != want {
			t.Errorf("%q leads to %q, want %q", question, got, want)
		}
	}
}

func FuzzNearestCommand(f *testing.F) {
	f.Add("<@U0BOT> why SOLAR-01")
	f.Fuzz(func(t *testing.T, q string) { nearestCommand(q) })
}
