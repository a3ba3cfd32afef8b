package slackapp

import (
	"context"
	"strings"

	"quartermaster/bot/cards"
)

// subcommands of /stock, in the order of the help.
var subcommands = []string{"status", "sku", "orders", "why", "help"}

// command answers /stock.
func (a *App) command(ctx context.Context, text string) cards.Message {
	sub, code, _ := strings.Cut(strings.TrimSpace(text), " ")
	sub, code = strings.ToLower(sub), strings.TrimSpace(code)
	var m cards.Message
	var err error
	switch sub {
	case "", "help":
		return cards.HelpAnswer("", "")
	case "status":
		m, err = a.status(ctx)
	case "orders":
		m, err = a.orders(ctx)
	case "sku", "why":
		if code == "" {
			return cards.Note("Please add a code, for example: /stock " + sub + " SOLAR-01")
		}
		m, err = a.item(ctx, sub, code)
	default:
		return cards.HelpAnswer(sub, nearest(sub, subcommands))
	}
	if err != nil {
		return cards.Note(a.excuse("answer /stock "+sub, err, ""))
	}
	return m
}

func (a *App) status(ctx context.Context) (cards.Message, error) {
	v, err := a.desk.Status(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.StatusAnswer(v), nil
}

func (a *App) orders(ctx context.Context) (cards.Message, error) {
	v, err := a.desk.Orders(ctx)
	if err != nil {
		return cards.Message{}, err
	}
	return cards.OrdersAnswer(v), nil
}

func (a *App) item(ctx context.Context, sub, code string) (cards.Message, error) {
	items, err := a.desk.Item(ctx, code)
	if err != nil {
		return cards.Message{}, err
	}
	if sub == "why" {
		return cards.WhyAnswer(items), nil
	}
	return cards.ItemAnswer(items), nil
}

// nearest returns the word at most two edits away from s, or "".
func nearest(s string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		if d := distance(s, w); d < least {
			best, least = w, d
		}
	}
	return best
}

// distance is the Levenshtein distance of short words; long ones are far.
func distance(a, b string) int {
	if len(a) > 32 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
