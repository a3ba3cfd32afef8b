package translate

import "testing"

// What a form says of a value that it cannot take.
func TestFaultsOfSettings(t *testing.T) {
	for en, zh := range map[string]string{
		"service_level must be between 0.5 and 0.999, is 2":                                                                "service_level 必须在 0.5 与 0.999 之间，现为 2",
		"cool_down must be between 0s and 168h, is 200h0m0s":                                                               "cool_down 必须在 0s 与 168h 之间，现为 200h0m0s",
		"yellow_days must be between red_days (15) and 730, is 3":                                                          "yellow_days 必须在 red_days（15）与 730 之间，现为 3",
		`schedules.check: schedule "0 0 30 2 *" never comes due`:                                                           `schedules.check：计划 "0 0 30 2 *" 永远不会到期`,
		"line 16: policy.review_days must be a whole number such as 7":                                                     "第 16 行：policy.review_days 必须是整数，如 7",
		`policy.cool_down: "4 hours" is not a time such as 30m or 26h`:                                                     `policy.cool_down："4 hours" 不是时长，应如 30m 或 26h`,
		`policy.quiet_hours: "22-7" is not two times of day such as 22:00-07:00`:                                           `policy.quiet_hours："22-7" 不是两个时刻，应如 22:00-07:00`,
		`tiers must be "aware" or "strict", is "x"`:                                                                        `tiers 必须是 "aware" 或 "strict"，现为 "x"`,
		"approval.expiry must be positive, is 0s":                                                                          "approval.expiry 必须大于零，现为 0s",
		"This is not the id of a channel such as C0123456789.":                                                             "这不是频道 ID，例如 C0123456789。",
		"This is not an amount such as 5000.00; empty takes the person off the list.":                                      "这不是金额，如 5000.00；留空则将此人移出名单。",
		`There is no list "stok". Did you mean stock? Please say which list, and csv or xlsx: /stock export stock|orders.`: `没有清单 "stok"。是否指 stock？请写明清单名称和 csv 或 xlsx：/stock export stock|orders。`,
		"monthly": "月度回顾",
	} {
		if got := Text("zh", en); got != zh {
			t.Errorf("%q\n got %s\nwant %s", en, got, zh)
		}
	}
}
