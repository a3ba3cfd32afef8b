package cards

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"quartermaster/core"
	"quartermaster/core/plan"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]safe{
		"Solar lamp":                      "Solar lamp",
		"":                                nothing,
		" \t\r\n ":                        nothing,
		"\u200b\u202e\ufeff\U000e0041":    nothing,
		"\u3164\u2800\uffa0":              nothing,
		"a\r\nb\u2028c\x00d":              "a b c d",
		"x\u202egnp.exe":                  "xgnp.exe",
		"pay\u200bpal":                    "paypal",
		"e\u0301\u0301\u0301\u0301\u0301": "e\u0301\u0301",
		"bad\xffbytes":                    "badbytes",
		"http://evil.example":             "http:∕∕evil.example",
		"HTTPS:\u200b//evil.example":      "HTTPS:∕∕evil.example",
		"Www.Www.evil":                    "Www․Www․evil",
		"<!channel> & <@U1>":              "<!channel> & <@U1>", // literal where it goes
		"漢字 مرحبا 👍":                      "漢字 مرحبا 👍",
		strings.Repeat("漢", 60):           safe(strings.Repeat("漢", 49)) + "…",
	} {
		if got := clean(in, 50); got != want {
			t.Errorf("clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, v := range []struct{ got, want safe }{
		{qty(0), "0"}, {qty(999), "999"}, {qty(1204), "1,204"}, {qty(-1234567), "-1,234,567"}, {qty(math.MinInt64), "-9,223,372,036,854,775,808"},
		{num(1234.5, 1), "1,234.5"}, {num(-0.04, 1), "0.0"}, {num(-1234.56, 2), "-1,234.56"}, {num(355.02, 2), "355.02"}, {num(0.5, 0), "0"},
		{num(math.NaN(), 1), nothing}, {num(math.Inf(-1), 1), nothing}, {num(1e300, 1), "1e+300"},
		{money(eur(192000)), "EUR 1,920.00"}, {money(core.Money{}), nothing}, {money(core.Money{Minor: 5, Currency: "JPY"}), "JPY 5"},
		{in("en").date(today), "21 Nov 2026"}, {in("en").instant(now), "21 Nov 2026 20:57 UTC"}, {in("en").percent(0.123), "12 %"},
		{in("zh").date(today), "2026年11月21日"}, {in("zh").instant(now), "2026年11月21日 20:57 UTC"}, {in("zh").percent(0.123), "12%"},
	} {
		if v.got != v.want {
			t.Errorf("got %q, want %q", v.got, v.want)
		}
	}
}

// Text from data becomes safe in safe.go only, and Slack's text objects are made
// in build.go only: that is what the guarantee of the package rests on.
func TestOneDoorForText(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := f.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "safe" && name != "safe.go" {
					t.Errorf("%s: text is declared safe outside safe.go", fset.Position(n.Pos()))
				}
			case *ast.SelectorExpr:
				switch n.Sel.Name {
				case "NewTextBlockObject", "TextBlockObject", "NewRichTextSectionTextElement", "NewTableRawTextCell", "NewMarkdownBlock", "MarkdownBlock",
					"NewRichTextSectionLinkElement", "NewRichTextSectionBroadcastElement":
					if name != "build.go" && name != "check.go" {
						t.Errorf("%s: %s outside build.go", fset.Position(n.Pos()), n.Sel.Name)
					}
				}
			}
			return true
		})
	}
}

func TestValuesRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := Ref{rapid.Int64Range(1, math.MaxInt64).Draw(rt, "id"), int(rapid.Int32Range(0, math.MaxInt32).Draw(rt, "version")),
			rapid.StringMatching(`[0-9A-Za-z_-]{1,32}`).Draw(rt, "digest")}
		if got, err := ParseRef(r.String()); err != nil || got != r {
			rt.Fatalf("%s: %+v, %v", r, got, err)
		}
		for _, c := range []Choice{{plan.Snooze, 1, r}, {plan.Snooze, 7, r}, {plan.Reject, 0, r}} {
			if got, err := ParseChoice(c.String()); err != nil || got != c || len(c.String()) > maxOption {
				rt.Fatalf("%s: %+v, %v", c, got, err)
			}
		}
		sku, supplier := rapid.String().Draw(rt, "sku"), rapid.String().Draw(rt, "supplier")
		quoted := rapid.Bool().Draw(rt, "quoted")
		if a, b, q, err := ParseSource(SourceValue(core.SKU(sku), core.SupplierID(supplier), quoted)); err == nil && (string(a) != sku || string(b) != supplier || q != quoted) {
			rt.Fatalf("%q %q %t: %q %q %t", sku, supplier, quoted, a, b, q)
		}
		if a, err := ParseSKU(SKUValue(core.SKU(sku))); err == nil && string(a) != sku {
			rt.Fatalf("%q: %q", sku, a)
		}
		line := rapid.IntRange(0, 1000).Draw(rt, "line")
		if got, err := ParseLineBlock(LineBlock(line)); err != nil || got != line {
			rt.Fatalf("%d: %d, %v", line, got, err)
		}
		if value, ok := findingValue(rapid.String().Draw(rt, "key")); ok {
			if key, err := ParseFinding(value); err != nil || findingPrefix+key != value {
				rt.Fatalf("%q: %q, %v", value, key, err)
			}
		}
	})
}

// oddValues were never written by this package.
var oddValues = []string{
	"", "v1", "v1:1:1", "v1:1:1:", "v1:0:1:a", "v1:-1:1:a", "v1:+1:1:a", "v1:01:1:a", "v1:1:01:a", "v1: 1:1:a", "v1:1:-1:a", "v1:1:2147483648:a",
	"v1:9223372036854775808:1:a", "v2:1:1:a", "V1:1:1:a", "v1:1:1:a:b", "v1:1:1:a b", "v1:1:1:ä", "v1:1:1:a\n", "s1:", "s1:A", "s1:A:", "s1::B", "s1:A:B:C", "s1:a b:c", "s2:A:B", "q1:A:", "q2:A:B", "k1:", "k1:a b", "k2:A", "v1:1:1:" + strings.Repeat("a", 33),
	"snooze2:v1:1:1:a", "snooze:v1:1:1:a", "approve:v1:1:1:a", "reject:", "reject:reject:v1:1:1:a", "f1:", "f2:key", "f1:a\x00b", "f1:\xff", "f1:" + strings.Repeat("k", 1000),
	"line--1", "line-01", "line-", "line-2147483648", "LINE-1",
}

func TestOddValuesAreRefused(t *testing.T) {
	for _, s := range oddValues {
		_, err1 := ParseRef(s)
		_, err2 := ParseChoice(s)
		_, err3 := ParseFinding(s)
		_, err4 := ParseLineBlock(s)
		_, _, _, err5 := ParseSource(s)
		_, err6 := ParseSKU(s)
		for _, err := range []error{err1, err2, err3, err4, err5, err6} {
			if !errors.Is(err, ErrValue) {
				t.Errorf("%q: %v", s, err)
			}
		}
	}
}

func FuzzValues(f *testing.F) {
	for _, s := range append(oddValues, "v1:12:3:0f3a", "snooze7:v1:12:3:0f3a", "reject:v1:12:3:0f3a", "f1:stock-out/SOLAR-01/LEEDS", "v1:dead", "v1:dead:letter/7", "line-3") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if r, err := ParseRef(s); err == nil && r.String() != s {
			t.Errorf("%q read as %q", s, r)
		}
		if c, err := ParseChoice(s); err == nil && c.String() != s {
			t.Errorf("%q read as %q", s, c)
		}
		if key, err := ParseDead(s); err == nil && key != "" {
			if v, ok := letterValue(key); !ok || v != s {
				t.Errorf("%q read as %q", s, key)
			}
		}
		if key, err := ParseFinding(s); err == nil {
			if v, ok := findingValue(key); !ok || v != s {
				t.Errorf("%q read as %q", s, key)
			}
		}
		if n, err := ParseLineBlock(s); err == nil && LineBlock(n) != s {
			t.Errorf("%q read as %d", s, n)
		}
	})
}

func TestCheckRefuses(t *testing.T) {
	text := func(n int) *slack.TextBlockObject {
		return slack.NewTextBlockObject("plain_text", strings.Repeat("x", n), false, false)
	}
	section := func(id string) slack.Block {
		return slack.NewSectionBlock(text(1), nil, nil, slack.SectionBlockOptionBlockID(id))
	}
	table := func(id string, rows, cols int) *slack.TableBlock {
		b := &slack.TableBlock{Type: slack.MBTTable, BlockID: id}
		for range rows {
			row := make([]slack.TableCell, cols)
			for i := range row {
				row[i] = slack.NewTableRawTextCell("x")
			}
			b.Rows = append(b.Rows, row)
		}
		return b
	}
	act := func(els ...slack.BlockElement) slack.Block { return slack.NewActionBlock("a", els...) }
	btn := func(id, value string, n int) *slack.ButtonBlockElement {
		return slack.NewButtonBlockElement(id, value, text(n))
	}
	many := make([]slack.Block, 51)
	for i := range many {
		many[i] = section(strings.Repeat("i", i+1))
	}
	ragged := table("t", 2, 2)
	ragged.Rows[1] = ragged.Rows[1][:1]
	eleven := make([]*slack.TextBlockObject, 11)
	for i := range eleven {
		eleven[i] = text(1)
	}
	for name, blocks := range map[string][]slack.Block{
		"no block":         nil,
		"51 blocks":        many,
		"same id twice":    {section("a"), section("a")},
		"no id":            {section("")},
		"long id":          {section(strings.Repeat("i", 256))},
		"empty text":       {slack.NewSectionBlock(text(0), nil, nil, slack.SectionBlockOptionBlockID("a"))},
		"long section":     {slack.NewSectionBlock(text(3001), nil, nil, slack.SectionBlockOptionBlockID("a"))},
		"nothing in it":    {slack.NewSectionBlock(nil, nil, nil, slack.SectionBlockOptionBlockID("a"))},
		"long header":      {slack.NewHeaderBlock(text(151), slack.HeaderBlockOptionBlockID("a"))},
		"11 fields":        {slack.NewSectionBlock(nil, eleven, nil, slack.SectionBlockOptionBlockID("a"))},
		"long field":       {slack.NewSectionBlock(nil, []*slack.TextBlockObject{text(2001)}, nil, slack.SectionBlockOptionBlockID("a"))},
		"links in mrkdwn":  {slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "x", false, false), nil, nil, slack.SectionBlockOptionBlockID("a"))},
		"long button":      {act(btn("a", "v", 76))},
		"long value":       {act(btn("a", strings.Repeat("v", 2001), 1))},
		"long action id":   {act(btn(strings.Repeat("a", 256), "v", 1))},
		"same action":      {act(btn("a", "v", 1), btn("a", "v", 1))},
		"no element":       {act()},
		"6 options":        {act(slack.NewOverflowBlockElement("o", option("1", "x"), option("2", "x"), option("3", "x"), option("4", "x"), option("5", "x"), option("6", "x")))},
		"long option":      {act(slack.NewOverflowBlockElement("o", option(strings.Repeat("v", 76), "x")))},
		"two tables":       {table("t", 1, 1), table("u", 1, 1)},
		"101 rows":         {table("t", 101, 1)},
		"21 columns":       {table("t", 1, 21)},
		"ragged table":     {ragged},
		"an unknown block": {slack.NewDividerBlock()},
		"an input":         {slack.NewInputBlock("a", text(1), nil, slack.NewNumberInputBlockElement(nil, "n", false))},
		"image elsewhere":  {slack.NewImageBlock("https://x/y.png", "x", "i", nil)},
		"odd file":         {slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: "../F0123456789"}, "x", "i", nil)},
		"image unsaid":     {slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: "F0123456789"}, "", "i", nil)},
		"long description": {slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: "F0123456789"}, strings.Repeat("x", 2001), "i", nil)},
		"call to a name":   {slack.NewRichTextBlock("r", slack.NewRichTextSection(slack.NewRichTextSectionUserElement("<!here>", nil)))},
		"a link":           {slack.NewRichTextBlock("r", slack.NewRichTextSection(slack.NewRichTextSectionLinkElement("https://x", "x", nil)))},
	} {
		if err := Check(Message{Text: "x", Blocks: blocks}); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, m := range map[string]Message{
		"no text":   {Blocks: []slack.Block{section("a")}},
		"long text": {Text: strings.Repeat("x", 4001), Blocks: []slack.Block{section("a")}},
		"long key":  {Text: "x", Blocks: []slack.Block{section("a")}, Metadata: slack.SlackMetadata{EventPayload: map[string]any{"key": strings.Repeat("k", 256)}}},
	} {
		if err := Check(m); !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v := EditModal("en", proposal(worked()), nil, nil, 1)
	v.Submit = nil
	if err := CheckView(v); !errors.Is(err, ErrLimit) {
		t.Errorf("a form without a button: %v", err)
	}
	v = Sorry("en", WhyTitle, "m")
	v.Title = text(25)
	if err := CheckView(v); !errors.Is(err, ErrLimit) {
		t.Errorf("a long title: %v", err)
	}
}

func TestMark(t *testing.T) {
	for _, key := range []string{"restock/12", "", strings.Repeat("k", 256), "\xff", strings.Repeat("漢", 9000)} {
		m := Mark(key)
		if !Marked(m, key) || Marked(m, key+"x") || len(m.EventPayload["key"].(string)) > maxID {
			t.Errorf("key %.20q: %v", key, m)
		}
	}
	if Marked(slack.SlackMetadata{}, "") || Marked(slack.SlackMetadata{EventType: "x", EventPayload: map[string]any{"key": "k"}}, "k") {
		t.Error("a message of something else is taken for ours")
	}
}

func TestConfirmIsAskedAboveTheLimit(t *testing.T) {
	for _, v := range []struct {
		amount, limit core.Money
		want          bool
	}{
		{gbp(100), core.Money{}, false}, {gbp(100), gbp(0), false}, {gbp(100), gbp(100), false}, {gbp(101), gbp(100), true},
		{eur(1), gbp(100), true}, {core.Money{}, gbp(100), true}, // not comparable: ask
	} {
		if got := above(v.amount, v.limit); got != v.want {
			t.Errorf("above(%s, %s) = %v", v.amount, v.limit, got)
		}
	}
}
