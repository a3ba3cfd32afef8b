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
	{"restock_one_line restock_chart restock_edited restock_split", `SOLAR-01 runs out`, `in 6 days \(27 Nov 2026\).*by 25 Nov 2026`, `; order 504 from Acme Lighting`,
		`SOLAR-01 .*断货`, `6 天后（2026年11月27日）.*2026年11月25日前`, `请.*向 Acme Lighting 订购 504 件`},
	{"restock_many_lines", `16 products run low`, `in 6 days`, `; order 1,944 units from Acme Lighting by 25 Nov 2026`, `16 种商品库存不足`, `6 天后`, `请.*订购 1,944 件`},
	{"restock_no_confirm", `SOLAR-01 is below its reorder point`, `now \(the order-by date was 11 Nov 2026\)`, `; order 504 from Acme Lighting`, `低于再订货点`, `立即.*已过`, `请.*订购 504 件`},
	{"restock_awaiting_second", `^Second approval needed`, `by 25 Nov 2026`, `; order 504`, `^需要第二人审批`, `2026年11月25日前`, `请.*订购 504 件`},
	{"restock_conservative", `^⏸️ Conservative mode: stock data is 61 min old`, `27 Nov 2026`, `; order 504`, `^⏸️ 保守模式`, `2026年11月27日`, `请.*订购 504 件`},
	{"risk_high risk_chart risk_play", `SOLAR-01 runs out`, `in 6 days \(27 Nov 2026\), GBP 840.50 at risk`, `; decide on the order from ACME by 25 Nov 2026$`,
		`SOLAR-01 .*断货，风险金额 GBP 840.50`, `6 天后（2026年11月27日）`, `；请在 2026年11月25日前决定向 ACME 的订货$`},
	{"risk_late_order", `Order PO-2026-0001 from ACME`, `late by 2 d`, `; ask the supplier when it comes$`, `ACME 的订单 PO-2026-0001`, `已逾期 2 天`, `；请询问供应商何时到货$`},
	{"risk_late_supplier", `Supplier ACME`, `is likely late`, `; compare other suppliers$`, `供应商 ACME`, `可能延迟`, `；请比较其他供应商$`},
	{"risk_stale_feed", `stock data is stale`, ``, `; check the import, until then nothing is raised$`, `库存数据已过时`, ``, `；请检查导入`},
	{"arrival_open", `504 units of order PO-2026-0001 from Acme Lighting arrive`, `in 6 days \(27 Nov 2026\)`, `; make room, offer them to likely buyers first, and record what comes$`,
		`Acme Lighting 的订单 PO-2026-0001 将有 504 件到货`, `6 天后（2026年11月27日）`, `；请预留仓位.*登记到货$`},
	{"arrival_late", `Order PO-2026-0001 from Acme Lighting`, `was due on 19 Nov 2026`, `; ask the supplier, or record what came$`, `订单 PO-2026-0001`, `应于 2026年11月19日`, `；请询问供应商`},
	{"rfq_compared", `Quotes for 504 .*1 of 2 answered`, ``, `; choose whom to order from$`, `的报价`, `1/2 家已答复`, `请选择供应商$`},
	{"reply_open", `Acme Lighting answered about order PO-2026-0001`, `Arrival named: 5 Jan 2027. Expected until now: 26 Dec 2026`, `; record it, or say that it changes nothing$`,
		`Acme Lighting 已就订单 PO-2026-0001 答复`, `2027年1月5日`, `；请记录，或说明无变化$`},
	{"reply_several_days", `answered about order PO-2026-0001`, `26 Nov 2026 to 30 Nov 2026`, `please read it$`, `答复`, `2026年11月26日`, `请阅读$`},
	{"settings_open", `Change of the settings`, `by 22 Nov 2026 20:57`, `another approver confirms or refuses it`, `修改设置`, `2026年11月22日 20:57`, `请另一位审批人`},
	{"dead", `Slack refused messages for good: 4`, ``, `Please look at them$`, `永久拒收了 4 条消息`, ``, `请查看$`},
	{"dead_letter", `A letter could not be sent .*PO-2026-0004`, ``, `; send it again or discard it$`, `未能发送 .*PO-2026-0004`, ``, `；请重发或放弃$`},
	{"dead_letter_doubt", `Did this letter arrive\?.*PO-2026-0004`, ``, `; ask the receiver, then press a button$`, `是否已送达`, ``, `；请询问收件人，再按按钮$`},
	{"digest", `9 RED, 11 YELLOW, GBP 12,345.50 at risk`, `the first by 19 Nov 2026 \(overdue by 2 d\)$`, `waiting for a decision: 2,`, `红色 9，黄色 11`, `2026年11月19日（已逾期 2 天）$`, `等待决定 2 项，`},
	{"overview", `9 RED`, ``, `open proposals: 4$`, `红色 9`, ``, `待决提案 4$`},
	{"week", `9 RED \(7 before\)`, `21 Nov 2026`, `waiting for a decision: 9$`, `红色 9（之前 7）`, `2026年11月21日`, `等待决定 9 项$`},
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
