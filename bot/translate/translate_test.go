package translate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSentences(t *testing.T) {
	for _, c := range []struct{ en, zh string }{
		{"RED SOLAR-01: 6 days of cover, under 15, but the order-by date was 3 days ago (2026-11-18 by sea); stock lasts until 2026-11-27 (in 6 days), goods ordered today arrive by sea on 2026-12-26, 580 units short (GBP 840.50 at risk).",
			"红色 SOLAR-01：可售 6 天，低于 15 天，但最迟下单日已过去 3 天（海运为 2026年11月18日）；库存可维持到 2026年11月27日（6 天后），今天下单由海运于 2026年12月26日到货，缺 580 件（风险金额 GBP 840.50）。"},
		{"SOLAR-01: waiting for sea loses GBP 1,240.00, air for 96 units costs GBP 310.00 more.",
			"SOLAR-01：等待海运将损失 GBP 1,240.00，96 件走空运多花 GBP 310.00。"},
		{"12. Safety stock over the lead time: 1.6449 × √(35 × 8² + 20² × 6²) = 212.19, raised to the floor of 7 days of sales: 7 × 20 = 140.",
			"12. 交期内的安全库存：1.6449 × √(35 × 8² + 20² × 6²) = 212.19，提高到 7 天销量的下限：7 × 20 = 140。"},
		{"23298: waiting for sea loses GBP 177.58, air for 138 units costs GBP 29.67 more.",
			"23298：等待海运将损失 GBP 177.58，138 件走空运多花 GBP 29.67。"},
		{"Anna approved. Order PO-2026-0001 to Acme & Sons over EUR 1,920.00 is written. Its letter leaves at 09:05; until then the approval can be taken back.",
			"Anna 已批准。给 Acme & Sons 的订单 PO-2026-0001（EUR 1,920.00）已写好。信件 09:05 发出；在此之前可以撤销批准。"},
		{"MUG-2 is RED and runs out on 2026-11-27; order by 2026-11-20, which is 1 day past; 2 more lines due with it.",
			"MUG-2 为红色，将于 2026年11月27日断货；最迟 2026年11月20日下单，已过去 1 天；另有 2 行一并订购。"},
		{"This was already approved by Ben at 15:04 on 2 Nov 2026; nothing was done twice.", "此事已由 Ben 于 2026年11月2日 15:04处理（已批准）；没有重复操作。"},
		// Numbers set by hand, with their units.
		{"22776: minimum order is set to 24 units by buyer until 2026-12-22: 测试 (otherwise 12).", "22776：最小订量由 buyer 设为 24 件，有效至 2026年12月22日：测试（否则为 12）。"},
		{"Demand is set to 45 a day by Jo until 2026-11-21: port strike (otherwise 7.71).", "需求由 Jo 设为 每天 45，有效至 2026年11月21日：port strike（否则为 7.71）。"},
		{"Demand is set to 2 times the forecast by Jo until 2026-11-21: port strike.", "需求由 Jo 设为 预测的 2 倍，有效至 2026年11月21日：port strike。"},
		{"Lead time is set to 20 days by Jo until 2026-11-21: x (otherwise 8 by air).", "交期由 Jo 设为 20 天，有效至 2026年11月21日：x（否则为 空运 8）。"},
		{"Reorder point is set to 1,200 units by Jo until 2026-11-22: x.", "再订货点由 Jo 设为 1,200 件，有效至 2026年11月22日：x。"},
		{"Class is set to CZ by Jo until 2026-11-22: x (otherwise AX).", "等级由 Jo 设为 CZ，有效至 2026年11月22日：x（否则为 AX）。"},
		{"stock data is 1 h 1 min old, limit 1 h", "库存数据已有 1 小时 1 分钟未更新，上限 1 小时"},
		{"MUG-2 is YELLOW and its position is at or below the reorder point by sea.", "MUG-2 为黄色，库存头寸不高于海运再订货点。"},
		{"YELLOW 22382: 35.9 days of cover, but the position of 377 is under the reorder point of 590.45 by sea.", "黄色 22382：可售 35.9 天，但库存头寸 377 低于海运再订货点 590.45。"},
		{"2026-11-17: 164 units is 21.9 times the usual sale of 7.5, and no promotion, event or campaign is known (chance 1 in 1409); the forecast uses 3, the average of like days.",
			"2026年11月17日：164 件是通常销量 7.5 的 21.9 倍，且没有已知的促销、活动或推广（概率 1409 分之一）；预测改用同类日子的平均 3。"},
		{"30 % pooled model, 13 % mean of 112 days by weekday, 11 % exponential smoothing by weekday and 8 more", "30% 合并模型、13% 按星期的 112 天均值、11% 按星期的指数平滑等，另有 8 种"},
		// Too long to be searched as a whole: sentence by sentence.
		{"22326 · LEEDS: stock is expected to run out on 2026-11-27; order by 2026-11-23. 20 units are left at the end of 2026-11-22. In the worse tenth of the courses it is empty by 2026-11-25. Reorder point: 32 units. 24 units of this order would arrive on 2026-11-26. 360 units of this order would arrive on 2026-12-02. With this order 48 units are left on 2027-02-20.",
			"22326 · LEEDS：预计库存于 2026年11月27日耗尽；最迟 2026年11月23日下单。2026年11月22日结束时剩 20 件。在较差的十分之一情形中，2026年11月25日前耗尽。再订货点：32 件。此订单的 24 件将于 2026年11月26日到货。此订单的 360 件将于 2026年12月2日到货。加上此订单，2027年2月20日剩 48 件。"},
		{"12 units of SOLAR-01 left in MAIN, fewer than 20. Ads: halve the impressions of campaign lamp (TikTok) and 2 other ads until goods are there (2,400 in the last 7 days, EUR 10.00 spent). Supplier: 96 units of order PO-7 are due on 2026-11-30; ask ACME for an earlier day. Storefront: only 12 left, more on 2026-11-30.",
			"MAIN 的 SOLAR-01 只剩 12 件，少于 20 件。广告：到货前将广告活动 lamp（TikTok）及另外 2 个广告的曝光减半（最近 7 天 2,400 次，花费 EUR 10.00）。供应商：订单 PO-7 的 96 件预计2026年11月30日到货；请 ACME 提前。店铺页面：仅剩 12 件，2026年11月30日补货。"},
		{"16. Suppliers: 73 units, as S1 would be asked for, from S2 EUR 343.10 landed + EUR 190.38 of margin lost until 2026-12-06 = EUR 533.48, from S1 EUR 306.60 landed + EUR 2,187.35 of margin lost until 2027-02-15 = EUR 2,493.95; S1 is preferred, but closed: its goods would come on 2027-02-15, after the stock-out on 2026-11-28; the lower sum counts.",
			"16. 供应商：按 S1 会收到的 73 件订单，从 S2 到岸 EUR 343.10 + 2026年12月6日前损失的毛利 EUR 190.38 = EUR 533.48，从 S1 到岸 EUR 306.60 + 2027年2月15日前损失的毛利 EUR 2,187.35 = EUR 2,493.95；S1 为首选，但休业：其货 2027年2月15日才到，晚于 2026年11月28日的断货；以较低的总额为准。"},
		{"nobody has written this sentence yet", "nobody has written this sentence yet"},
		{"we drop this line until 2026-12-01", "we drop this line until 2026年12月1日"},
		{"one\n3 days ago", "one\n3 天前"},
		{"", ""},
	} {
		if got := Text("zh", c.en); got != c.zh {
			t.Errorf("%q\n got %s\nwant %s", c.en, got, c.zh)
		}
	}
	if got := Text("zh", "series of this kind were wrong by 41 % over 49 days (-14)"); got != "同类序列误差 41%，检验期 49 天（-14）" {
		t.Error(got)
	}
	if got := Text("zh", "4 messages sent again by Boss."); got != "Boss 重发了 4 条消息。" {
		t.Error(got)
	}
	if got := Text("en", "snoozed until 2026-11-27, order PO-2026-11-27 stays"); got != "snoozed until 27 Nov 2026, order PO-2026-11-27 stays" {
		t.Errorf("English: %q", got)
	}
}

// all returns the patterns in an order that is the same each time.
func (c *catalogue) all() []*pattern {
	list := slices.Clone(c.open)
	for _, k := range slices.Sorted(maps.Keys(c.starts)) {
		list = append(list, c.starts[k]...)
	}
	return list
}

// TestCatalogue fills every pattern with values of its own and wants back the
// translation with the same values: no pattern hides behind another, and none loses
// or mixes up what it was given.
func TestCatalogue(t *testing.T) {
	c, err := parse(zh)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.all()) < 300 || len(c.exact) < 150 {
		t.Errorf("%d patterns and %d fixed sentences: the file was cut", len(c.all()), len(c.exact))
	}
	for _, p := range c.all() {
		var in strings.Builder
		values := make([]string, len(p.slots))
		for i, s := range p.slots {
			in.WriteString(p.literals[i])
			v := strconv.Itoa(1234 + i)
			values[i] = v
			switch s.kind {
			case 'd':
				v = fmt.Sprintf("2026-11-%02d", 10+i)
				values[i] = fmt.Sprintf("2026年11月%d日", 10+i)
			case 'm':
				v = fmt.Sprintf("GBP %d.50", 100+i)
				values[i] = v
			case 'x':
				v = fmt.Sprintf("K-%d", 70+i)
				values[i] = v
			case 's':
				v = fmt.Sprintf("%d days", 80+i)
				values[i] = fmt.Sprintf("%d 天", 80+i)
			}
			in.WriteString(v)
		}
		in.WriteString(p.literals[len(p.slots)])
		if got, want := Text("zh", in.String()), fill(p, values); got != want {
			t.Errorf("%s\n got %s\nwant %s", in.String(), got, want)
		}
	}
}

func TestMalformedCatalogue(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"a\nb\n= c", `line 2: "a" has no translation`},
		{"= c", "line 1: a translation of nothing"},
		{"a {n1}\n= b", "line 2: slots of"},
		{"a {n} {n}\n= {n} {n}", "line 2: slots of"},
		{"a\n= b\na\n= c", `line 4: "a" stands here for the second time`},
		{"a", `the last line "a"`},
	} {
		if _, err := parse(c.text); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("parse(%q) = %v, want %q", c.text, err, c.want)
		}
	}
}

var digits = regexp.MustCompile(`\d+`)

// TestAnyText: whatever comes in, the work ends, nothing with a digit is lost, and a
// text that holds no pattern comes back as it was.
func TestAnyText(t *testing.T) {
	c, err := parse(zh)
	if err != nil {
		t.Fatal(err)
	}
	all := c.all()
	count := func(s string) map[string]int {
		n := map[string]int{}
		for _, d := range digits.FindAllString(s, -1) {
			n[strings.TrimLeft(d, "0")]++
		}
		return n
	}
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.OneOf(rapid.StringN(0, 40, -1), rapid.Custom(func(t *rapid.T) string {
			p := rapid.SampledFrom(all).Draw(t, "pattern")
			return strings.Join(p.literals, rapid.SampledFrom([]string{"7", "12 days", "GBP 5.00", "A-1", "<!here>", "; ", ". "}).Draw(t, "value"))
		}), rapid.SampledFrom([]string{"; ", ". ", ", ", ": ", " (", ")", "\n"}))
		text := strings.Join(rapid.SliceOfN(part, 0, 5).Draw(t, "parts"), "")
		s := &search{c: c, memo: map[string]found{}, steps: maxSteps}
		got := s.best(text, 0).text
		for d, n := range count(text) {
			if count(got)[d] < n {
				t.Fatalf("%q became %q: %s is gone", text, got, d)
			}
		}
	})
}

func BenchmarkReason(b *testing.B) {
	c, err := parse(zh)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		clear(c.known)
		c.text("RED SOLAR-01: 6 days of cover, under 15, but the order-by date was 3 days ago (2026-11-18 by sea); stock lasts until 2026-11-27 (in 6 days), goods ordered today arrive by sea on 2026-12-26, 580 units short (GBP 840.50 at risk).")
	}
}
