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
		{"Anna approved. Order PO-2026-0001 to Acme & Sons over EUR 1,920.00 is written. Its letter leaves at 09:05; until then the approval can be taken back.",
			"Anna 已批准。给 Acme & Sons 的订单 PO-2026-0001（EUR 1,920.00）已写好。信件 09:05 发出；在此之前可以撤销批准。"},
		{"MUG-2 is RED and runs out on 2026-11-27; order by 2026-11-20, which is 1 day past; 2 more lines due with it.",
			"MUG-2 为红色，将于 2026年11月27日断货；最迟 2026年11月20日下单，已过去 1 天；另有 2 行一并订购。"},
		{"This was already approved by Ben at 15:04 on 2 Nov 2026; nothing was done twice.", "此事已由 Ben 于 15:04 on 2026年11月2日处理（已批准）；没有重复操作。"},
		{"stock data is 1 h 1 min old, limit 1 h", "库存数据已有 1 小时 1 分钟未更新，上限 1 小时"},
		{"MUG-2 is YELLOW and its position is at or below the reorder point by sea.", "MUG-2 为黄色，库存头寸不高于海运再订货点。"},
		{"nobody has written this sentence yet", "nobody has written this sentence yet"},
		{"we drop this line until 2026-12-01", "we drop this line until 2026年12月1日"},
		{"one\n3 days ago", "one\n3 天前"},
		{"", ""},
	} {
		if got := Text("zh", c.en); got != c.zh {
			t.Errorf("%q\n got %s\nwant %s", c.en, got, c.zh)
		}
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
