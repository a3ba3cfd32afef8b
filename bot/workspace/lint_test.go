package workspace_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quartermaster/bot/workspace"
)

func repeat(item string, n int) string {
	return strings.TrimSuffix(strings.Repeat(item+",", n), ",")
}

func numbered(format string, n int) string {
	items := make([]string, n)
	for i := range items {
		items[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(items, ",")
}

func text(n int) string { return strings.Repeat("é", n) }

func plainText(n int) string {
	return fmt.Sprintf(`{"type":"plain_text","text":%q}`, text(n))
}

// curve is a chart with one line.
func curve(categories, points string) string {
	return `{"type":"data_visualization","title":"t","chart":{"type":"line","series":[{"name":"s","data":[` + points + `]}],"axis_config":{"categories":[` + categories + `],"y_label":"units"}}}`
}

func mrkdwn(n int) string { return fmt.Sprintf(`{"type":"mrkdwn","text":%q}`, text(n)) }

const option = `{"text":{"type":"plain_text","text":"o"},"value":"v%d"}`

// TestLimits puts each limit to the test twice: at it, and one beyond.
func TestLimits(t *testing.T) {
	button := func(fields string) string {
		return `{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"b"},` + fields + `}]}`
	}
	input := func(element string) string {
		return `{"type":"input","label":{"type":"plain_text","text":"l"},"element":` + element + `}`
	}
	quoted := func(n int) string { return `"` + text(n) + `"` }
	for _, c := range []struct {
		name  string
		limit int
		block func(n int) string
		at    string
	}{
		{"section text", 3000, func(n int) string { return `{"type":"section","text":` + mrkdwn(n) + `}` }, "/blocks/0/text/text"},
		{"fields", 10, func(n int) string { return `{"type":"section","fields":[` + repeat(mrkdwn(1), n) + `]}` }, "/blocks/0/fields"},
		{"field text", 2000, func(n int) string { return `{"type":"section","fields":[` + mrkdwn(n) + `]}` }, "/blocks/0/fields/0/text"},
		{"header", 150, func(n int) string { return `{"type":"header","text":` + plainText(n) + `}` }, "/blocks/0/text/text"},
		{"context elements", 10, func(n int) string { return `{"type":"context","elements":[` + repeat(mrkdwn(1), n) + `]}` }, "/blocks/0/elements"},
		{"actions elements", 25, func(n int) string {
			return `{"type":"actions","elements":[` + numbered(`{"type":"button","action_id":"a%d","text":{"type":"plain_text","text":"b"}}`, n) + `]}`
		}, "/blocks/0/elements"},
		{"block_id", 255, func(n int) string { return `{"type":"divider","block_id":` + quoted(n) + `}` }, "/blocks/0/block_id"},
		{"action_id", 255, func(n int) string { return button(`"action_id":` + quoted(n)) }, "/blocks/0/elements/0/action_id"},
		{"button text", 75, func(n int) string {
			return `{"type":"actions","elements":[{"type":"button","text":` + plainText(n) + `}]}`
		}, "/blocks/0/elements/0/text/text"},
		{"button value", 2000, func(n int) string { return button(`"value":` + quoted(n)) }, "/blocks/0/elements/0/value"},
		{"button url", 3000, func(n int) string { return button(`"url":"https://x/` + strings.Repeat("a", n-10) + `"`) }, "/blocks/0/elements/0/url"},
		{"accessibility label", 75, func(n int) string { return button(`"accessibility_label":` + quoted(n)) }, "/blocks/0/elements/0/accessibility_label"},
		{"confirm title", 100, func(n int) string { return button(`"confirm":{"title":` + plainText(n) + `,"text":` + mrkdwn(1) + `}`) }, "/blocks/0/elements/0/confirm/title/text"},
		{"confirm text", 300, func(n int) string { return button(`"confirm":{"title":` + plainText(1) + `,"text":` + mrkdwn(n) + `}`) }, "/blocks/0/elements/0/confirm/text/text"},
		{"confirm button", 30, func(n int) string {
			return button(`"confirm":{"title":` + plainText(1) + `,"text":` + mrkdwn(1) + `,"confirm":` + plainText(n) + `}`)
		}, "/blocks/0/elements/0/confirm/confirm/text"},
		{"overflow options", 5, func(n int) string {
			return `{"type":"actions","elements":[{"type":"overflow","options":[` + numbered(option, n) + `]}]}`
		}, "/blocks/0/elements/0/options"},
		{"select options", 100, func(n int) string {
			return `{"type":"actions","elements":[{"type":"static_select","options":[` + numbered(option, n) + `]}]}`
		}, "/blocks/0/elements/0/options"},
		{"checkboxes", 10, func(n int) string {
			return input(`{"type":"checkboxes","options":[` + numbered(option, n) + `]}`)
		}, "/blocks/0/element/options"},
		{"option text", 75, func(n int) string {
			return input(`{"type":"radio_buttons","options":[{"value":"v","text":` + plainText(n) + `}]}`)
		}, "/blocks/0/element/options/0/text/text"},
		{"option value", 75, func(n int) string {
			return input(`{"type":"radio_buttons","options":[{"value":` + quoted(n) + `,"text":` + plainText(1) + `}]}`)
		}, "/blocks/0/element/options/0/value"},
		{"placeholder", 150, func(n int) string { return input(`{"type":"plain_text_input","placeholder":` + plainText(n) + `}`) }, "/blocks/0/element/placeholder/text"},
		{"input label", 2000, func(n int) string {
			return `{"type":"input","label":` + plainText(n) + `,"element":{"type":"users_select"}}`
		}, "/blocks/0/label/text"},
		{"alt text", 2000, func(n int) string { return `{"type":"image","image_url":"https://x/y","alt_text":` + quoted(n) + `}` }, "/blocks/0/alt_text"},
		{"image title", 2000, func(n int) string {
			return `{"type":"image","image_url":"https://x/y","alt_text":"a","title":` + plainText(n) + `}`
		}, "/blocks/0/title/text"},
		{"markdown", 12000, func(n int) string { return `{"type":"markdown","text":` + quoted(n) + `}` }, "/blocks/0/text"},
		{"table rows", 100, func(n int) string {
			return `{"type":"table","rows":[` + repeat(`[{"type":"raw_text","text":"c"}]`, n) + `]}`
		}, "/blocks/0/rows"},
		{"table columns", 20, func(n int) string {
			return `{"type":"table","rows":[[` + repeat(`{"type":"raw_text","text":"c"}`, n) + `]]}`
		}, "/blocks/0/rows/0"},
		{"chart points", 20, func(n int) string {
			return curve(numbered(`"%d"`, n), numbered(`{"label":"%d","value":1}`, n))
		}, "/blocks/0/chart/axis_config/categories"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if p := workspace.LintBlocks(workspace.OnMessage, []byte(`[`+c.block(c.limit)+`]`)); len(p) > 0 {
				t.Errorf("at the limit: %v", p)
			}
			p := workspace.LintBlocks(workspace.OnMessage, []byte(`[`+c.block(c.limit+1)+`]`))
			if len(p) == 0 || p[0].Pointer != c.at {
				t.Errorf("beyond the limit: %v, want %s", p, c.at)
			}
		})
	}
	for on, most := range map[workspace.Surface]int{workspace.OnMessage: 50, workspace.OnModal: 100, workspace.OnHome: 100} {
		at, beyond := repeat(`{"type":"divider"}`, most), repeat(`{"type":"divider"}`, most+1)
		if p := workspace.LintBlocks(on, []byte(`[`+at+`]`)); len(p) > 0 {
			t.Errorf("%d blocks on %s: %v", most, on, p)
		}
		if p := workspace.LintBlocks(on, []byte(`[`+beyond+`]`)); len(p) != 1 {
			t.Errorf("%d blocks on %s: %v", most+1, on, p)
		}
	}
}

func TestRefusedBlocks(t *testing.T) {
	for _, c := range []struct{ name, blocks, want string }{
		{"no list", `{}`, "must be an array [json-pointer:/blocks]"},
		{"no object", `[1]`, "must be an object [json-pointer:/blocks/0]"},
		{"no type", `[{}]`, "missing required field: type [json-pointer:/blocks/0]"},
		{"unknown type", `[{"type":"video"}]`, "unsupported type: video [json-pointer:/blocks/0/type]"},
		{"unknown field", `[{"type":"divider","color":"red"}]`, "invalid additional property: color [json-pointer:/blocks/0]"},
		{"empty section", `[{"type":"section"}]`, "missing required field: text or fields [json-pointer:/blocks/0]"},
		{"empty text", `[{"type":"section","text":{"type":"mrkdwn","text":""}}]`, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		{"emoji in mrkdwn", `[{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}]`, "invalid additional property: emoji [json-pointer:/blocks/0/text]"},
		{"mrkdwn header", `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "unsupported text type: mrkdwn [json-pointer:/blocks/0/text/type]"},
		{"bad text type", `[{"type":"section","text":{"type":"html","text":"x"}}]`, "unsupported text type: html [json-pointer:/blocks/0/text/type]"},
		{"block_id twice", `[{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}]`, "`block_id` already exists: a [json-pointer:/blocks/1/block_id]"},
		{"action_id twice", `[{"type":"actions","elements":[{"type":"users_select","action_id":"a"},{"type":"users_select","action_id":"a"}]}]`,
			"`action_id` already exists: a [json-pointer:/blocks/0/elements/1/action_id]"},
		{"text input in actions", `[{"type":"actions","elements":[{"type":"plain_text_input"}]}]`, "unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]"},
		{"button in input", `[{"type":"input","label":{"type":"plain_text","text":"l"},"element":{"type":"button","text":{"type":"plain_text","text":"b"}}}]`,
			"unsupported type: button [json-pointer:/blocks/0/element/type]"},
		{"style", `[{"type":"actions","elements":[{"type":"button","style":"default","text":{"type":"plain_text","text":"b"}}]}]`,
			"must be one of primary, danger [json-pointer:/blocks/0/elements/0/style]"},
		{"image without alt", `[{"type":"image","image_url":"https://x/y"}]`, "missing required field: alt_text [json-pointer:/blocks/0]"},
		{"image without source", `[{"type":"image","alt_text":"a"}]`, "exactly one of image_url and slack_file is required [json-pointer:/blocks/0]"},
		{"image by data", `[{"type":"image","alt_text":"a","image_url":"data:image/png;base64,"}]`, "invalid url [json-pointer:/blocks/0/image_url]"},
		{"initial option", `[{"type":"actions","elements":[{"type":"static_select","options":[` + fmt.Sprintf(option, 1) + `],"initial_option":` + fmt.Sprintf(option, 2) + `}]}]`,
			"must be one of the options [json-pointer:/blocks/0/elements/0/initial_option]"},
		{"number below", `[{"type":"input","label":{"type":"plain_text","text":"l"},"element":{"type":"number_input","is_decimal_allowed":false,"min_value":"5","initial_value":"4"}}]`,
			"must be from min_value to max_value [json-pointer:/blocks/0/element/initial_value]"},
		{"number as number", `[{"type":"input","label":{"type":"plain_text","text":"l"},"element":{"type":"number_input","is_decimal_allowed":false,"min_value":5}}]`,
			"must be a number in a string [json-pointer:/blocks/0/element/min_value]"},
		{"date", `[{"type":"actions","elements":[{"type":"datepicker","initial_date":"2026-02-30"}]}]`, "must be a date as YYYY-MM-DD [json-pointer:/blocks/0/elements/0/initial_date]"},
		{"two tables", `[{"type":"table","rows":[[{"type":"raw_text","text":"c"}]]},{"type":"table","rows":[[{"type":"raw_text","text":"c"}]]}]`,
			"only one table is allowed in a message [json-pointer:/blocks/1]"},
		{"raw number", `[{"type":"table","rows":[[{"type":"raw_number","value":1}]]}]`, "unsupported type: raw_number [json-pointer:/blocks/0/rows/0/0/type]"},
		{"ragged table", `[{"type":"table","rows":[[{"type":"raw_text","text":"c"}],[{"type":"raw_text","text":"c"},{"type":"raw_text","text":"c"}]]}]`,
			"all rows must have the same number of cells [json-pointer:/blocks/0/rows/1]"},
		{"point of no category", `[` + curve(`"a"`, `{"label":"b","value":1}`) + `]`, "must be one of the categories [json-pointer:/blocks/0/chart/series/0/data/0/label]"},
		{"point without a number", `[` + curve(`"a"`, `{"label":"a","value":"1"}`) + `]`, "must be a number [json-pointer:/blocks/0/chart/series/0/data/0/value]"},
		{"too few points", `[` + curve(`"a","b"`, `{"label":"a","value":1}`) + `]`, "must have at least 2 items [json-pointer:/blocks/0/chart/series/0/data]"},
		{"three charts", `[` + repeat(curve(`"a"`, `{"label":"a","value":1}`), 3) + `]`,
			"only two charts are allowed in a message [json-pointer:/blocks/2]"},
		{"rich leaf", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"html"}]}]}]`,
			"unsupported type: html [json-pointer:/blocks/0/elements/0/elements/0/type]"},
		{"markdown in all", `[{"type":"markdown","text":"` + text(7000) + `"},{"type":"markdown","text":"` + text(7000) + `"}]`,
			"markdown of all blocks must be less than 12001 characters [json-pointer:/blocks/1/text]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := workspace.LintBlocks(workspace.OnMessage, []byte(c.blocks))
			if len(p) != 1 || p[0].String() != c.want {
				t.Errorf("got %v\nwant %s", p, c.want)
			}
		})
	}
	for _, block := range []string{`{"type":"markdown","text":"x"}`, `{"type":"table","rows":[[{"type":"raw_text","text":"c"}]]}`} {
		if p := workspace.LintBlocks(workspace.OnModal, []byte(`[`+block+`]`)); len(p) != 1 {
			t.Errorf("%s in a modal: %v", block, p)
		}
	}
}

func TestAcceptedBlocks(t *testing.T) {
	all := `[
	{"type":"header","text":{"type":"plain_text","text":":package: Order","emoji":true}},
	{"type":"section","text":{"type":"mrkdwn","text":"*x*","verbatim":true},"accessory":{"type":"image","image_url":"https://x/y.png","alt_text":"a"}},
	{"type":"section","fields":[{"type":"plain_text","text":"x"}],"accessory":{"type":"overflow","action_id":"o","options":[{"text":{"type":"plain_text","text":"o"},"value":"v","url":"https://x/"}]}},
	{"type":"context","elements":[{"type":"image","image_url":"https://x/y.png","alt_text":"a"},{"type":"mrkdwn","text":"x"}]},
	{"type":"image","slack_file":{"id":"F123"},"alt_text":"a","title":{"type":"plain_text","text":"t"}},
	{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","indent":1,"elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"bold":true}},{"type":"link","url":"https://x/"}]}]}]},
	{"type":"table","column_settings":[{"align":"right","is_wrapped":true},null],"rows":[[{"type":"raw_text","text":"a"},{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"b"}]}]}]]},
	{"type":"input","optional":true,"dispatch_action":true,"label":{"type":"plain_text","text":"l"},"hint":{"type":"plain_text","text":"h"},
	 "element":{"type":"number_input","is_decimal_allowed":true,"min_value":"0.5","max_value":"9","initial_value":"1.25","dispatch_action_config":{"trigger_actions_on":["on_enter_pressed"]}}},
	{"type":"input","label":{"type":"plain_text","text":"l"},"element":{"type":"multi_static_select","max_selected_items":2,"option_groups":[{"label":{"type":"plain_text","text":"g"},"options":[{"text":{"type":"plain_text","text":"o"},"value":"v"}]}],"initial_options":[{"text":{"type":"plain_text","text":"o"},"value":"v"}]}},
	` + curve(`"a","b"`, `{"label":"a","value":1.5},{"label":"b","value":-2}`) + `,
	{"type":"divider"}]`
	if diff := cmp.Diff([]workspace.Problem(nil), workspace.LintBlocks(workspace.OnMessage, []byte(all))); diff != "" {
		t.Error(diff)
	}
}

// FuzzLint feeds arbitrary JSON: the linter must neither panic nor report
// pointers that are not JSON pointers, and a clean verdict must hold for a copy.
func FuzzLint(f *testing.F) {
	for _, seed := range []string{`[]`, `[null]`, `[{"type":"section","fields":[1,null,{}]}]`, `[{"type":"table","rows":[[],[{}]]}]`,
		`[{"type":"actions","elements":[{"type":"static_select","options":{}}]}]`, `[{"type":"input","label":1,"element":{"type":"number_input","min_value":"-"}}]`,
		`[{"type":"rich_text","elements":[{"type":"rich_text_list","elements":[{"type":"rich_text_list"}]}]}]`, `[{"type":"image","slack_file":{"id":1}}]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, blocks []byte) {
		for _, on := range []workspace.Surface{workspace.OnMessage, workspace.OnModal, workspace.OnHome} {
			problems := workspace.LintBlocks(on, blocks)
			for _, p := range problems {
				if !strings.HasPrefix(p.Pointer, "/blocks") || p.Message == "" {
					t.Fatalf("%+v", p)
				}
			}
			if len(problems) > 0 {
				continue
			}
			var list []map[string]any
			if err := json.Unmarshal(blocks, &list); err != nil {
				t.Fatalf("accepted %q: %v", blocks, err)
			}
			again, err := json.Marshal(list)
			if err != nil {
				t.Fatal(err)
			}
			if p := workspace.LintBlocks(on, again); len(p) > 0 {
				t.Fatalf("%s was clean, its copy is not: %v", blocks, p)
			}
		}
	})
}
