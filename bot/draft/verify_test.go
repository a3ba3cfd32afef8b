package draft

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"quartermaster/core/plan"
)

var goods = []string{"22423", "SW-22423", "Regency Cakestand 3 Tier", "widget"}

// orderFacts are the facts by which a covering letter is judged.
func orderFacts(language string, goods []string) facts {
	f, err := newFacts(plan.OrderLetter(order(language)))
	if err != nil {
		panic(err)
	}
	f.codes = goods
	return f
}

// inBody returns the clean English letter with text added to its body.
func inBody(text string) letter {
	l := cleanEN
	l.Body += text
	return l
}

func inBodyZH(text string) letter {
	l := cleanZH
	l.Body += text
	return l
}

func TestVerifyAccepts(t *testing.T) {
	if f := orderFacts("en", goods).verify(cleanEN); len(f) != 0 {
		t.Errorf("the clean English letter has faults: %q", f)
	}
	if f := orderFacts("zh", goods).verify(cleanZH); len(f) != 0 {
		t.Errorf("the clean Chinese letter has faults: %q", f)
	}
	for _, text := range []string{
		" Thank you for your help.", " We look forward to your reply.", " If anything is unclear, please let us know.",
		" The details are in the attached CSV file.", " Our order's details are below – please check them.", " It is important to us, and we are grateful.",
		" Someone in our team can help; often a short note is enough.", " This note is friendly.",
	} {
		if f := orderFacts("en", goods).verify(inBody(text)); len(f) != 0 {
			t.Errorf("%q: %q", text, f)
		}
	}
	for _, text := range []string{"感谢贵公司的支持。", "如有问题，请随时与我们联系。", "附件为 CSV 文件。", "请进一步核对，保持一致。", "期待您的回复！"} {
		if f := orderFacts("zh", goods).verify(inBodyZH(text)); len(f) != 0 {
			t.Errorf("%q: %q", text, f)
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	english := []struct{ text, why string }{
		{" It is 5.", "not allowed"}, {" ٥ of them.", "not allowed"}, {" ५ of them.", "not allowed"}, {" ５ of them.", "not allowed"},
		{" ② of them.", "not allowed"}, {" Ⅻ of them.", "not allowed"}, {" ½ of them.", "not allowed"}, {" x² of them.", "not allowed"},
		{" 𝟓 of them.", "not allowed"}, {" 五 of them.", "not allowed"},
		{" Send five.", "does not need"}, {" Send Five-hundred.", "does not need"}, {" Send fivehundred.", "does not need"}, {" Send fi-ve.", "does not need"},
		{" Send twenty-one.", "does not need"}, {" Send a dozen.", "does not need"}, {" Send half of it.", "does not need"}, {" The second part.", "does not need"},
		{" Send double.", "does not need"}, {" Send twofold.", "does not need"}, {" Send hundreds.", "does not need"}, {" Only once.", "does not need"},
		{" Send f i v e.", "does not need"}, {" Send XII.", "does not need"}, {" Ref ABC.", "does not need"}, {" Send a WIDGET.", "goods"}, {" Send a Widget.", "goods"},
		{" Deliver on Monday.", "does not need"}, {" Deliver in March.", "does not need"}, {" Deliver in May.", "date"}, {" Deliver in january.", "does not need"}, {" Deliver tomorrow.", "does not need"},
		{" Deliver next week.", "date"}, {" Deliver within days.", "does not need"}, {" Count the boxes.", "does not need"}, {" Count the kg.", "does not need"}, {" All in dollars.", "does not need"},
		{" Send the pieces.", "does not need"}, {" It is € here.", "not allowed"}, {" Add % here.", "not allowed"},
		{" See www.evil.example now.", "link"}, {" See http://evil.example now.", "link"}, {" See evil.example now.", "link"}, {" Write to me@evil.example now.", "not allowed"},
		{" See evil dot com now.", "link"}, {" Hello <!channel>.", "not allowed"}, {" Hello <@U1>.", "not allowed"}, {" Hello @here.", "not allowed"}, {" Hello #general.", "not allowed"},
		{" *Bold*.", "not allowed"}, {" `code`.", "not allowed"}, {"\n- item", "list"}, {" Nice 🎉.", "not allowed"}, {" [x](y).", "not allowed"},
		{" We will be quick.", "promise"}, {" We'll be quick.", "promise"}, {" We’ll be quick.", "promise"}, {" We guarantee it.", "does not need"}, {" It is paid.", "does not need"},
		{" Payment follows.", "does not need"}, {" We accept any price.", "promise"}, {" We agree.", "promise"}, {" This is binding.", "does not need"}, {" We promise it.", "promise"},
		{" Use the new bank details.", "does not need"}, {" Wire it.", "does not need"}, {" Take a discount.", "does not need"}, {" It is free of charge.", "promise"}, {" You may cancel it.", "does not need"},
		{" I am an assistant.", "does not need"}, {" Fill the placeholder.", "does not need"},
		{" Zero\u200bwidth.", "not allowed"}, {" Bi\u202edi.", "not allowed"}, {" Soft\u00adhyphen.", "not allowed"}, {" Nul\x00.", "not allowed"}, {" Tab\t.", "not allowed"},
		{" Esc\x1b.", "not allowed"}, {" Nb\u00a0sp.", "not allowed"}, {" Line\u2028sep.", "not allowed"}, {" Tag\U000e0041.", "not allowed"}, {" Cyrillic о.", "not allowed"},
		{" Full-width ａ.", "not allowed"}, {" Combining e\u0301.", "not allowed"}, {" CR\r.", "not allowed"}, {" bad \xff.", "UTF-8"},
		{" {{price}}", "slot {{price}}"}, {" {{recipient}}", "slot {{recipient}}"}, {" {{ total }}", "slot {{ total }}"}, {" {{TOTAL}}", "slot {{TOTAL}}"}, {" {total}", "not allowed"},
		{" {{{total}}}", "not allowed"}, {" {{total", "not allowed"}, {" {{.total}}", "slot"}, {" {{}}", "slot"}, {" {{printf}}", "slot"},
		{" {{total}} {{total}}", "slot"}, {" {{total}}. {{total}}.", "more than twice"}, {" Not{{total}}.", "touches"}, {" -{{lines}}.", "touches"}, {" {{lines}}s.", "touches"},
		{" It is about {{total}}.", "qualified"}, {" It is at least {{total}}.", "qualified"}, {" It comes before {{arrival}}.", "qualified"}, {" It is not the {{total}}.", "qualified"},
		{strings.Repeat(" Please.", 200), "longer"}, {strings.Repeat("\nPlease.", 20), "lines"},
		{" Veuillez agréer nos salutations.", "not allowed"},
	}
	for _, tt := range english {
		checkRefused(t, inBody(tt.text), "en", tt.text, tt.why)
	}
	chinese := []struct{ text, why string }{
		{"共5件。", "not allowed"}, {"共五件。", "does not need"}, {"共五 百件。", "does not need"}, {"共两箱。", "does not need"}, {"各半。", "does not need"}, {"共壹佰。", "does not need"},
		{"共〇件。", "not allowed"}, {"第一批先发。", "does not need"}, {"请在周末前发货。", "does not need"}, {"请明天发货。", "does not need"}, {"请于月底发货。", "does not need"}, {"春节前发货。", "does not need"},
		{"以美元结算。", "does not need"}, {"共百元。", "does not need"}, {"单位为公斤。", "does not need"}, {"我方保证收货。", "does not need"}, {"我们将尽快安排。", "promise"}, {"货款照旧。", "does not need"},
		{"请汇款至新账户。", "does not need"}, {"接受贵方价格。", "promise"}, {"请给予折扣。", "does not need"}, {"违约自负。", "does not need"}, {"联系 evil.example 即可。", "does not need"},
		{"请看 WIDGET。", "goods"}, {"pinyin wu bai。", "does not need"}, {"零宽\u200b字符。", "not allowed"}, {"全角５。", "not allowed"}, {"图标🎉。", "not allowed"},
		{"约{{total}}。", "qualified"}, {"{{total}}以上。", "qualified"}, {"不超过{{total}}。", "qualified"}, {"A{{total}}。", "touches"}, {"{{价格}}。", "slot"},
		{"ひらがな。", "not allowed"}, {"한국어。", "not allowed"}, {"占位符。", "does not need"}, {"请于　交货。", "not allowed"},
	}
	for _, tt := range chinese {
		checkRefused(t, inBodyZH(tt.text), "zh", tt.text, tt.why)
	}
	for name, change := range map[string]func(*letter){
		"no number in subject": func(l *letter) { l.Subject = "Purchase order" },
		"no recipient":         func(l *letter) { l.Greeting = "Dear all," },
		"no total":             func(l *letter) { l.Body = strings.ReplaceAll(l.Body, "{{total}}", "as below") },
		"no arrival":           func(l *letter) { l.Body = strings.ReplaceAll(l.Body, "{{arrival}}", "below") },
		"no shop":              func(l *letter) { l.Closing = "Kind regards" },
		"empty body":           func(l *letter) { l.Body = " \n" },
		"two-line subject":     func(l *letter) { l.Subject += "\nBcc: all" },
		"two-line greeting":    func(l *letter) { l.Greeting += "\nhello" },
		"long closing":         func(l *letter) { l.Closing += strings.Repeat("\nbye", 5) },
		"only slots": func(l *letter) {
			l.Body = "{{order_number}}, {{total}}, {{arrival}}."
		},
		"German": func(l *letter) {
			l.Body = "Bitte senden Sie uns die bestellten Waren {{order_number}} zum Preis von {{total}} mit Ankunft {{arrival}} und geben Sie uns Bescheid."
		},
	} {
		l := cleanEN
		change(&l)
		if len(orderFacts("en", goods).verify(l)) == 0 {
			t.Errorf("%s: accepted", name)
		}
	}
	if len(orderFacts("en", nil).verify(cleanZH)) == 0 || len(orderFacts("zh", nil).verify(cleanEN)) == 0 {
		t.Error("the wrong language was accepted")
	}
}

func checkRefused(t *testing.T, l letter, language, text, why string) {
	t.Helper()
	faults := strings.Join(orderFacts(language, goods).verify(l), "\n")
	if !strings.Contains(faults, why) {
		t.Errorf("%q: faults %q, want %q", text, faults, why)
	}
}

// TestMutations takes a clean letter and slips in a number, unit, code or date,
// changes a slot, or hides a character, at any place: it must always be refused.
func TestMutations(t *testing.T) {
	insert := map[string][]string{
		"en": {"7", " 504 ", " seven ", " twelve hundred ", " pcs ", " kg ", " EUR ", " SW-22423 ", " widget ", " ABCD ", " tomorrow ", " November ",
			" next week ", "\u200b", "\u202e", "\u00ad", "@", "<", "٣", "７", " www ", " guarantee ", " bank ", "\x00", "\U000e0031", "{", "}}"},
		"zh": {"7", "504", "七", "千", "两", "两双", "公斤", "美元", "widget", "SW", "明天", "月底", "\u200b", "\u202e", "@", "<", "７", "〇", "保证", "账户", "\x00", "{", "}}"},
	}
	clean := map[string]letter{"en": cleanEN, "zh": cleanZH}
	rapid.Check(t, func(t *rapid.T) {
		lang := rapid.SampledFrom([]string{"en", "zh"}).Draw(t, "language")
		l := clean[lang]
		field := rapid.SampledFrom([]*string{&l.Subject, &l.Greeting, &l.Body, &l.Closing}).Draw(t, "part")
		r := []rune(*field)
		at := rapid.IntRange(0, len(r)).Draw(t, "at")
		what := rapid.SampledFrom(insert[lang]).Draw(t, "what")
		*field = string(r[:at]) + what + string(r[at:])
		if len(orderFacts(lang, goods).verify(l)) == 0 {
			t.Fatalf("%q at %d was accepted: %q", what, at, *field)
		}
	})
	// A changed slot: another name, or gone.
	for lang, l := range clean {
		for _, m := range slotForm.FindAllString(l.Subject+l.Greeting+l.Body+l.Closing, -1) {
			for _, other := range []string{"{{price}}", "{{" + strings.ToUpper(m[2:len(m)-2]) + "}}", m[:len(m)-1], m[1:]} {
				bad := letter{strings.ReplaceAll(l.Subject, m, other), strings.ReplaceAll(l.Greeting, m, other),
					strings.ReplaceAll(l.Body, m, other), strings.ReplaceAll(l.Closing, m, other)}
				if len(orderFacts(lang, goods).verify(bad)) == 0 {
					t.Errorf("%s: %s for %s was accepted", lang, other, m)
				}
			}
		}
	}
}

// TestNumberWords spells numbers in words and checks that none passes.
func TestNumberWords(t *testing.T) {
	units := strings.Fields("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen")
	tens := strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety")
	rng := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		w := units[rng.IntN(len(units))]
		if rng.IntN(2) == 0 {
			w = tens[rng.IntN(len(tens))] + []string{"-", " ", ""}[rng.IntN(3)] + units[1+rng.IntN(9)]
		}
		switch rng.IntN(3) {
		case 0:
			w += " hundred"
		case 1:
			w = strings.ToUpper(w[:1]) + w[1:] + "-thousand"
		}
		if len(orderFacts("en", nil).verify(inBody(" We need "+w+" of them."))) == 0 {
			t.Errorf("%q was accepted", w)
		}
	}
}

// FuzzVerify checks what an accepted letter can at most hold, whatever comes.
func FuzzVerify(f *testing.F) {
	f.Add(cleanEN.Subject, cleanEN.Greeting, cleanEN.Body, cleanEN.Closing, false)
	f.Add(cleanZH.Subject, cleanZH.Greeting, cleanZH.Body, cleanZH.Closing, true)
	f.Add("{{order_number}}", "{{recipient}}", "{{{{total}}}}", "{{shop}}{{shop}}", false)
	f.Add("\xff", "\u202e", strings.Repeat("{{", 300), "}}", true)
	f.Fuzz(func(t *testing.T, subject, greeting, body, closing string, chinese bool) {
		language := "en"
		if chinese {
			language = "zh"
		}
		l := letter{subject, greeting, body, closing}
		if len(orderFacts(language, goods).verify(l)) > 0 {
			return
		}
		for _, p := range l.parts() {
			prose := slotForm.ReplaceAllString(p.text, "")
			if strings.ContainsFunc(prose, func(r rune) bool {
				return unicode.IsNumber(r) || r != '\n' && !unicode.IsGraphic(r) || strings.ContainsRune("@<>{}#%$*_`|[]=+/\\", r)
			}) {
				t.Errorf("%s was accepted: %q", p.name, p.text)
			}
		}
		filled := l.fill(map[string]string{"recipient": "R", "order_number": "N", "order_date": "D", "lines": "L", "total": "T", "arrival": "A", "shop": "S"})
		for _, p := range filled.parts() {
			if strings.ContainsAny(p.text, "{}") {
				t.Errorf("%s is not filled: %q", p.name, p.text)
			}
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(asJSON(cleanEN))
	f.Add("```json\n{}\n```")
	f.Add("}{")
	f.Add(`{"subject":"\ud800"}`)
	f.Fuzz(func(t *testing.T, answer string) {
		l, err := decode(answer)
		if err != nil {
			return
		}
		again, err := decode(asJSON(l))
		if err != nil || again != l {
			t.Errorf("%+v became %+v, %v", l, again, err)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	for b.Loop() {
		if f := orderFacts("en", goods).verify(cleanEN); len(f) != 0 {
			b.Fatal(f)
		}
	}
}
