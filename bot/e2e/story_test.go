//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"quartermaster/bot/fault"
	"quartermaster/bot/workspace"
	"quartermaster/connectors/demoshop"
	"quartermaster/core"
)

const (
	room               = "C0STOCK"
	botToken, appToken = "xoxb-local-e2e", "xapp-local-e2e"
	manager, buyer     = "Shop manager", "Buyer"
	packer             = "Warehouse"
	supplier           = "Zeewind" // has few products: the card fits into a picture
)

// settings of the shop; %s are the folder of data and the minute of the check.
const settings = `
[shop]
name = "Harbour & Pine Gifts"
time_zone = "Europe/London"
currency = "GBP"
[slack]
channel = "` + room + `"
[data]
dir = %q
[policy]
stale_default = "2160h"
[approval]
expiry = "72h"
confirm_above = "10.00"
daily_cap = "100000.00"
undo = "0s"
receivers = ["U0PACKER"]
[[approval.approver]]
user = "U0MANAGER"
limit = "50000.00"
[[approval.approver]]
user = "U0BUYER"
limit = "50000.00"
[schedules]
check = %q
[mail]
from = "orders@harbour-pine.example"
`

// soon is the schedule of the next whole minute that leaves time to start.
func soon(zone *time.Location) string {
	at := time.Now().In(zone).Add(15 * time.Second).Truncate(time.Minute).Add(time.Minute)
	return fmt.Sprintf("%d %d * * *", at.Minute(), at.Hour())
}

// The whole story as people live it, with nothing between them and the program but
// a browser: the schedule fires, a card appears, its numbers can be looked behind,
// the quantity is edited, who edited may not approve, a second person does, one
// order is written and one letter leaves, the goods are received.
func TestStoryInBrowser(t *testing.T) {
	ws, err := workspace.New(workspace.Config{
		Team: workspace.Team{ID: "T0LOCAL", Name: "Harbour & Pine Gifts", Domain: "demo"},
		Users: []workspace.User{
			{ID: "U0MANAGER", Name: "manager", RealName: manager, Title: "may approve", TZ: "Europe/London", Admin: true},
			{ID: "U0BUYER", Name: "buyer", RealName: buyer, Title: "may approve", TZ: "Europe/London"},
			{ID: "U0PACKER", Name: "packer", RealName: packer, Title: "may receive", TZ: "Europe/London"}},
		Channels:     []workspace.Channel{{ID: room, Name: "stock", Topic: "What needs a decision"}},
		CommandNames: []string{"/stock"}, BotToken: botToken, AppToken: appToken,
	})
	if err != nil {
		t.Fatal(err)
	}
	address, err := ws.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ws.Close(t.Context()); err != nil && t.Context().Err() == nil {
			t.Error(err)
		}
	})
	b := open(t, address+"/#"+room)
	letters := fault.NewMailbox(t, nil)

	// The real program, its own database, a schedule some seconds ahead.
	dir := t.TempDir()
	shop, data, file := filepath.Join(dir, "shop"), filepath.Join(dir, "data"), filepath.Join(dir, "shop.toml")
	zone := demoshop.Shop().Zone
	if err := demoshop.Write(shop, core.DayOf(time.Now(), zone), demoshop.Seed); err != nil {
		t.Fatal(err)
	}
	binary := program(t)
	if err := os.WriteFile(file, fmt.Appendf(nil, settings, shop, soon(zone)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command(t, dir, binary, "db", "stop", "--data-dir", data) })
	background(t, dir, []string{"SLACK_BOT_TOKEN=" + botToken, "SLACK_APP_TOKEN=" + appToken, "SLACK_API_URL=" + address + "/api/", "SMTP_URL=" + letters.URL,
		"DATABASE_URL=", "OPENAI_API_KEY=", "OPENAI_BASE_URL="}, binary, "serve", "--settings", file, "--data-dir", data)

	// Nothing but the schedule asks for the cards, which may take more than a minute.
	isCard := func(m workspace.Message) bool {
		_, ok := m.Button("Approve…")
		return ok && strings.Contains(m.Text, supplier)
	}
	for deadline := time.Now().Add(3 * time.Minute); !slices.ContainsFunc(ws.Channel(room).Messages(), isCard); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no card within three minutes")
		}
	}
	approve := `//button[starts-with(., "Approve ")]`
	found := ws.Channel(room).Messages()
	card := fmt.Sprintf(`//article[@data-ts=%q]`, found[slices.IndexFunc(found, isCard)].TS)
	b.sees(card + `//img[contains(@alt, "of this order would arrive")]`)
	b.shot("restock-card", card)
	first := b.attribute(card, "aria-label")
	for _, word := range []string{"run low", " units from ", "order", "EUR"} {
		if !strings.Contains(first, word) {
			t.Errorf("the first line %q does not say what, how much and when: %q is missing", first, word)
		}
	}

	// Why? shows the sum.
	b.press(card+`//button[.="Why?"]`, `//dialog//*[contains(., "Reorder point")]`)
	why := b.read(`//dialog`)
	for _, word := range []string{"lead time", "safety stock", "inventory position", "chance aimed at"} {
		if !strings.Contains(strings.ToLower(why), word) {
			t.Errorf("Why? does not speak of %q:\n%s", word, why)
		}
	}
	b.press(`//dialog//footer//button[.="Close"]`, `//body[not(.//dialog)]`)

	// The form reckons while a number is typed, and refuses what the supplier does
	// not sell.
	field := `(//dialog//input[contains(@class, "number")])[1]`
	b.press(card+`//button[starts-with(., "Edit")]`, field)
	was, err := strconv.Atoi(b.valueOf(field))
	if err != nil {
		t.Fatal(err)
	}
	b.write(field, strconv.Itoa(was*2+1))
	b.press(`//dialog//button[.="Save"]`, `//dialog//*[@role="alert"]`)
	b.write(field, strconv.Itoa(was*2))
	b.sees(fmt.Sprintf(`//dialog//*[starts-with(., %q)]`, grouped(was*2)+" × "))
	b.shot("edit-form", "")
	edited := card + fmt.Sprintf(`[contains(., %q) and contains(., "edited")]`, grouped(was*2))
	b.press(`//dialog//button[.="Save"]`, edited)

	// Who edited may not approve, and is told so after the question.
	yes := `//dialog[contains(@class, "confirm")]//button[not(.="Cancel")]`
	b.press(card+approve, yes)
	b.press(yes, `//article[contains(@class, "ephemeral")][contains(., "edited")]`)
	if n := len(letters.Letters()); n != 0 {
		t.Fatalf("%d letters left before anybody approved", n)
	}

	// Somebody else may.
	b.be(buyer)
	b.press(card+approve, yes)
	b.press(yes, card+fmt.Sprintf(`[contains(., "PO-") and contains(., %q) and not(.%s)]`, buyer, approve))
	number := regexp.MustCompile(`PO-\d{4}-\d{4}`).FindString(b.read(card))
	for deadline := time.Now().Add(patience); letters.Letters()[number] == 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("no letter of %s: %v", number, letters.Letters())
		}
	}
	b.sees(card + `//button[starts-with(., "Receive")]`)
	b.shot("approved-card", card)
	b.press(card+`//button[contains(@class, "replies")]`, `//aside[contains(., "edited") and contains(., "approved") and contains(., "sent")]`)
	b.press(`//aside//button[@aria-label="Close the thread"]`, `//aside[@hidden]/..`)

	// The warehouse receives it all, by command, before its day: the form fills in nothing.
	b.be(packer)
	b.says("/stock receive "+number, field)
	for i, left := range regexp.MustCompile(`([\d,]+) outstanding of`).FindAllStringSubmatch(b.read(`//dialog`), -1) {
		b.write(fmt.Sprintf(`(//dialog//input[contains(@class, "number")])[%d]`, 2*i+1), strings.ReplaceAll(left[1], ",", ""))
	}
	b.press(`//dialog//footer//button[contains(@class, "primary")]`, card+`[contains(., "Received")]`)
	b.press(`//nav//a[@href="#home"]`, `//*[contains(@class, "home")]//*[contains(., "RED")]`)
	b.shot("home-tab", "")

	// The settings go in as a file: what it changes is shown, and sent again it holds. A
	// page that is loaded anew has no window open.
	b.be(manager)
	b.press(fmt.Sprintf(`//nav//a[@href="#%s"]`, room), `//footer[@id="composer"]//textarea`)
	next := filepath.Join(dir, "next.toml")
	now, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(now), "stale_default = \"2160h\"", "stale_default = \"2160h\"\nred_days = 14", 1)
	if err := os.WriteFile(next, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	upload := `//dialog//input[@type="file"]`
	b.says("/stock settings import", upload)
	b.reload(`//body[not(.//dialog)]//footer[@id="composer"]//textarea`)
	b.says("/stock settings import", upload)
	b.attach(upload, next, `//dialog//*[contains(@class, "files")][contains(., "next.toml")]`)
	b.press(`//dialog//button[.="Show the changes"]`, `//dialog[contains(., "policy.red_days: 15 (default) → 14")]`)
	b.shot("settings-import", "")
	b.press(`//dialog//button[.="Put it in"]`, `//body[not(.//dialog)]`)
	b.says("/stock settings history", `//article[contains(@class, "ephemeral")][contains(., "policy.red_days: 15 (default) → 14")]`)

	if got := letters.Letters(); !maps.Equal(got, map[string]int{number: 1}) {
		t.Errorf("letters by order: %v, want one of %s", got, number)
	}
}

// grouped is a number as cards write it.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
