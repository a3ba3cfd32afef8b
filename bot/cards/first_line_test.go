package cards

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// firstLines are the cards that ask something of people: what happens, when, and what is
// asked must be in the first line, the one that a notification shows. Cards that tell
// of something done ask nothing.
var firstLines = []struct {
	cards, what, when, asked, zhWhat, zhWhen, zhAsked string
}{
	{"restock_one_line restock_chart restock_native restock_edited restock_split", `SOLAR-01 runs out`, `in 6 days \(27 Nov 2026\).*by 25 Nov 2026`, `; order 504 from Acme Lighting`,
		`SOLAR-01 .*断货`, `6 天后（2026年11月27日）.*2026年11月25日前`, `请.*向 Acme Lighting 订购 504 件`},
	{"restock_many_lines", `16 products run low`, `in 6 days`, `; order 1,944 units from Acme Lighting by 25 Nov 2026`, `16 种商品库存不足`, `6 天后`, `请.*订购 1,944 件`},
	{"restock_no_confirm", `SOLAR-01 is below its reorder point`, `now \(the order-by date was 11 Nov 2026\)`, `; order 504 from Acme Lighting`, `低于再订货点`, `立即.*已过`, `请.*订购 504 件`},
	{"restock_awaiting_second", `^Second approval needed`, `by 25 Nov 2026`, `; order 504`, `^需要第二人审批`, `2026年11月25日前`, `请.*订购 504 件`},
	{"restock_conservative", `^⏸️ Conservative mode: stock data is 61 min old`, `27 Nov 2026`, `; look at the data first: 504 from Acme Lighting \(order by 25 Nov 2026, EUR 1,920.24\) cannot be approved until it is right$`, `^⏸️ 保守模式`, `2026年11月27日`, `请先检查数据：数据恢复之前不能批准向 Acme Lighting 订购 504 件`},
	{"risk_high risk_chart risk_play", `SOLAR-01 runs out`, `in 6 days \(27 Nov 2026\), GBP 840.50 at risk`, `; decide on the order from Acme Lighting by 25 Nov 2026$`,
		`SOLAR-01 .*断货，风险金额 GBP 840.50`, `6 天后（2026年11月27日）`, `；请在 2026年11月25日前决定向 Acme Lighting 的订货$`},
	{"risk_second", `SOLAR-01 runs out`, `in 6 days`, `; the order from Acme Lighting needs a second approval$`, `SOLAR-01 .*断货`, `6 天后`, `；向 Acme Lighting 的订货还需第二人审批$`},
	{"risk_later", `SOLAR-01 runs out`, `in 6 days`, `; the order from Acme Lighting is snoozed until 24 Nov 2026$`, `SOLAR-01 .*断货`, `6 天后`, `；向 Acme Lighting 的订货已推迟至 2026年11月24日$`},
	{"risk_ordered", `SOLAR-01 runs out`, `in 6 days`, `; PO-2026-0001 is on order from Acme Lighting, expected 26 Dec 2026$`, `SOLAR-01 .*断货`, `6 天后`, `；已下单：PO-2026-0001，供应商 Acme Lighting，预计 2026年12月26日到货$`},
	{"risk_refused", `SOLAR-01 runs out`, `in 6 days`, `; the order from Acme Lighting was rejected on 20 Nov 2026$`, `SOLAR-01 .*断货`, `6 天后`, `；向 Acme Lighting 的订货已于 2026年11月20日被拒绝$`},
	{"risk_no_order", `SOLAR-01 runs out`, `in 6 days`, `; no order is proposed for it: “Why\?” shows`, `SOLAR-01 .*断货`, `6 天后`, `；目前没有订货提案`},
	{"risk_late_order risk_late_filed", `Order PO-2026-0001 from Acme Lighting`, `late by 2 d`, `; ask the supplier when it comes$`, `Acme Lighting 的订单 PO-2026-0001`, `已逾期 2 天`, `；请询问供应商何时到货$`},
	{"risk_late_supplier", `Supplier Acme Lighting`, `is likely late`, `; compare other suppliers$`, `供应商 Acme Lighting`, `可能延迟`, `；请比较其他供应商$`},
	{"risk_stale_feed", `stock data`, `is 61 min old, limit 60 min`, `; check the import, until then nothing is raised$`, `库存数据`, `已有 61 分钟未更新`, `；请检查导入`},
	{"arrival_open", `504 units of order PO-2026-0001 from Acme Lighting arrive`, `in 6 days \(27 Nov 2026\)`, `; make room, offer them to likely buyers first, and record what comes$`,
		`Acme Lighting 的订单 PO-2026-0001 将有 504 件到货`, `6 天后（2026年11月27日）`, `；请预留仓位.*登记到货$`},
	{"arrival_late", `Order PO-2026-0001 from Acme Lighting`, `was due on 19 Nov 2026`, `; ask the supplier, or record what came$`, `订单 PO-2026-0001`, `应于 2026年11月19日`, `；请询问供应商`},
	{"review_quarter", `^Review of the quarter .*: 23 proposals, GBP 45,123.00 spent`, `1 Jul 2026 to 30 Sep 2026`, `; look at 4 settings$`,
		`^季度回顾 .*共 23 个提案`, `2026年7月1日 至 2026年9月30日`, `；请检查 4 项设置$`},
	{"rfq_compared", `Quotes for 504 .*1 of 2 answered`, ``, `; choose whom to order from$`, `的报价`, `1/2 家已答复`, `请选择供应商$`},
	{"reply_open", `Acme Lighting answered about order PO-2026-0001`, `Arrival named: 5 Jan 2027. Expected until now: 26 Dec 2026`, `; record it, or say that it changes nothing$`,
		`Acme Lighting 已就订单 PO-2026-0001 答复`, `2027年1月5日`, `；请记录，或说明无变化$`},
	{"reply_by_way", `answered about order PO-2026-0001`, `By sea: arrival on 5 Jan 2027`, `; record it, or say that it changes nothing$`, `答复`, `海运：2027年1月5日`, `；请记录，或说明无变化$`},
	{"reply_which_way", `answered about order PO-2026-0001`, `5 Jan 2027, but not by which way`, `please read it$`, `答复`, `2027年1月5日，但未说明`, `请阅读$`},
	{"reply_several_days", `answered about order PO-2026-0001`, `26 Nov 2026 to 30 Nov 2026`, `please read it$`, `答复`, `2026年11月26日`, `请阅读$`},
	{"settings_open", `Change of the settings`, `by 22 Nov 2026 20:57`, `another approver confirms or refuses it`, `修改设置`, `2026年11月22日 20:57`, `请另一位审批人`},
	{"dead", `Slack refused messages for good: 4`, ``, `Please look at them$`, `永久拒收了 4 条消息`, ``, `请查看$`},
	{"dead_letter", `A letter could not be sent .*PO-2026-0004`, ``, `; send it again or discard it$`, `未能发送 .*PO-2026-0004`, ``, `；请重发或放弃$`},
	{"dead_letter_doubt", `Did this letter arrive\?.*PO-2026-0004`, ``, `; ask the receiver, then press a button$`, `是否已送达`, ``, `；请询问收件人，再按按钮$`},
	{"digest", `9 RED, 11 YELLOW, GBP 12,345.50 at risk`, `the first by 19 Nov 2026 \(overdue by 2 d\)$`, `waiting for a decision: 2,`, `红色 9，黄色 11`, `2026年11月19日（已逾期 2 天）$`, `等待决定 2 项，`},
	{"overview", `9 RED`, ``, `open proposals: 4$`, `红色 9`, ``, `待决提案 4$`},
	{"week", `9 RED \(7 before\)`, `21 Nov 2026`, `waiting for a decision: 9$`, `红色 9（之前 7）`, `2026年11月21日`, `等待决定 9 项$`},
}

// settledLines are the cards that ask nothing: the first line says what has become of
// what, and where something is to come yet, when.
var settledLines = map[string]struct{ en, zh string }{
	"restock_approved":        {`^✅ APPROVED · PO-2026-0001 · 504 × SOLAR-01 from Acme Lighting · EUR 1,920.24 · by Anna .*20:59 UTC. E-mail to the supplier: sent`, `^✅ 已批准 · PO-2026-0001 .*已发送`},
	"restock_undo":            {`APPROVED .*leaves at 21:02`, `已批准 .*21:02 发出`},
	"restock_rule":            {`^🤖 ORDERED BY RULE within the limits · PO-2026-0001 · 504 × SOLAR-01 .*Undo until 21:02`, `^🤖 已按规则下单（限额内） · PO-2026-0001 .*21:02 前可撤销`},
	"restock_dry_run":         {`APPROVED .*outbox`, `已批准 .*发件箱`},
	"restock_mail_failed":     {`APPROVED .*failed. Send it again, or say`, `已批准 .*失败`},
	"restock_mail_unknown":    {`APPROVED .*please check before sending again`, `已批准 .*请先核实`},
	"restock_partly_received": {`Expected 19 Nov 2026. 200 of 504 units came, 304 outstanding`, `2026年11月19日.*未到 304 件`},
	"restock_rejected": {`^❌ REJECTED · 504 × SOLAR-01 from Acme Lighting · EUR 1,920.24 · by Anna .* on 21 Nov 2026 20:59 UTC: we drop this line. Not asked again before 28 Nov 2026 unless the need grows.$`,
		`^❌ 已拒绝 · SOLAR-01 × 504.*经手人 Anna .*2026年11月21日 20:59 UTC：we drop this line。除非需求增长，2026年11月28日前不再提出。$`},
	"restock_rejected_silent": {`^❌ REJECTED · .* · on 21 Nov 2026 20:59 UTC. The next check asks again`, `^❌ 已拒绝 · .* · 2026年11月21日 20:59 UTC。如仍有需要，下次检查会再次提出。$`},
	"restock_snoozed":         {`^💤 SNOOZED · 504 × SOLAR-01 .*until 28 Nov 2026.* · by Anna`, `^💤 已推迟 · SOLAR-01 × 504.*至 2026年11月28日`},
	"restock_expired":         {`^⌛ EXPIRED · 504 × SOLAR-01 .* on 24 Nov 2026.*next check asks again`, `^⌛ 已过期 · SOLAR-01 × 504`},
	"restock_undone":          {`^↩️ TAKEN BACK · PO-2026-0001 .*by Anna .*20:58.*Cancelled. The next check asks again`, `^↩️ 已撤销 · PO-2026-0001 .*已取消`},
	"restock_withdrawn":       {`^↩️ WITHDRAWN · 504 × SOLAR-01 .*20:59 UTC: stock of 900 arrived$`, `^↩️ 已撤回 · SOLAR-01 × 504`},
	"risk_resolved":           {`^✅ RESOLVED · Solar lamp SOLAR-01: the last check finds no such risk any more$`, `^✅ 已解除 · Solar lamp SOLAR-01：上次检查`},
	"risk_snoozed":            {`^💤 SNOOZED · .*SOLAR-01 runs out in 6 days .*until 22 Nov 2026`, `^💤 已推迟 · .*SOLAR-01 .*至 2026年11月22日`},
	"risk_snoozed_event":      {`^💤 SNOOZED · .*until 19 Feb 2027 .*or until goods are received · by Ben$`, `^💤 已推迟 · .*或直到到货 · 经手人 Ben$`},
	"reply_taken":             {`^✅ RECORDED · .*PO-2026-0001 · Arrival named: 5 Jan 2027`, `^✅ 已记录 · .*2027年1月5日`},
	"rfq_waiting":             {`asked for 504 × .*answers by 24 Nov 2026$`, `询价 504 × .*2026年11月24日$`},
	"rfq_closed":              {`Request for quotes about .* closed · Potter &amp; Son .* · by Anna .*`, `询价已关闭 · Potter &amp; Son .* · 经手人 Anna`},
	"play_running":            {`runs until 20 Nov 2026: 96 customers have the offer`, `进行至 2026年11月20日：96 位`},
	"play_booked":             {`booked: loss avoided GBP 1,560.00`, `已结算：避免损失 GBP 1,560.00`},
	"play_nobody":             {`booked: loss avoided GBP 0.00`, `已结算：避免损失 GBP 0.00`},
	"arrival_done":            {`^Order PO-2026-0001 from Acme Lighting is received: 504 units$`, `PO-2026-0001 已收货：504 件$`},
	"arrival_cancelled":       {`^Order PO-2026-0001 from Acme Lighting was cancelled$`, `PO-2026-0001 已取消$`},
	"review_fine":             {`^Review of the month .*9 proposals, GBP 9,000.00 spent; no setting needs another value$`, `^月度回顾 .*无需修改设置$`},
	"review_few":              {`^Review of the month .*: 0 proposals`, `^月度回顾 .*共 0 个提案`},
	"week_first":              {`21 Nov 2026: 9 RED, .*waiting for a decision: 0$`, `2026年11月21日：红色 9.*等待决定 0 项$`},
	"away":                    {`could not be reached from 21 Nov 2026 03:57 UTC to .*expired meanwhile .*: 3`, `从 2026年11月21日 03:57 UTC 到 .*：3`},
	"dead_settled":            {`^✅ Settled: 4 messages sent again by boss`, `^✅ 已处理：boss 重发了 4 条消息`},
	"note":                    {`^✅ Suppliers' answers are fetched again since 21 Nov 2026 20:57`, `^✅ .*2026年11月21日`},
	"settings_confirmed":      {`^✅ CONFIRMED · Change of the settings · by Ben .*: approval.second_above: 5000.00 → 8000.00`, `^✅ 已确认 · 修改设置 · 经手人 Ben.*：approval.second_above`},
	"settings_overtaken":      {`^↩️ OVERTAKEN BY OTHER SETTINGS · `, `^↩️ 已被其他设置取代 · `},
}

// Every golden card is looked at: it asks for something, or it says what has become of it.
func TestFirstLineOfEveryCard(t *testing.T) {
	asks := map[string]bool{"restock_hostile_names": true, "risk_hostile_names": true} // TestHostile has these
	for _, tt := range firstLines {
		for card := range strings.FieldsSeq(tt.cards) {
			asks[card] = true
		}
	}
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(err)
	}
	for _, file := range files {
		card := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file), ".json"), ".en"), ".zh")
		if strings.HasPrefix(card, "answer_") || strings.HasPrefix(card, "modal_") || card == "home" || asks[card] {
			continue
		}
		want, known := settledLines[card]
		if !known {
			t.Errorf("nobody has said what the first line of %s must tell", card)
			continue
		}
		for language, form := range map[string]string{"en": want.en, "zh": want.zh} {
			if line := firstLine(t, language, card); !regexp.MustCompile(form).MatchString(line) {
				t.Errorf("%s in %s does not tell %s:\n%s", card, language, form, line)
			}
		}
	}
}

func TestFirstLineTellsAndAsks(t *testing.T) {
	for _, tt := range firstLines {
		for card := range strings.FieldsSeq(tt.cards) {
			check := func(language, what, when, asked string) {
				line := firstLine(t, language, card)
				for part, form := range map[string]string{"what happens": what, "when": when, "what is asked": asked} {
					if !regexp.MustCompile(form).MatchString(line) {
						t.Errorf("%s in %s does not tell %s (%s):\n%s", card, language, part, form, line)
					}
				}
			}
			check("en", tt.what, tt.when, tt.asked)
			check("zh", tt.zhWhat, tt.zhWhen, tt.zhAsked)
		}
	}
}

// firstLine is the first line of the text of a golden card.
func firstLine(t *testing.T, language, card string) string {
	t.Helper()
	names := []string{card + "." + language + ".json"}
	if language == "en" {
		names = append(names, card+".json")
	} else {
		names = append(names, filepath.Join(language, card+".json"))
	}
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		if os.IsNotExist(err) {
			continue
		}
		var m struct{ Text string }
		if err == nil {
			err = json.Unmarshal(raw, &m)
		}
		if err != nil {
			t.Fatal(err)
		}
		line, _, _ := strings.Cut(m.Text, "\n")
		return line
	}
	t.Fatalf("there is no golden card %s in %s", card, language)
	return ""
}
