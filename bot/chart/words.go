package chart

import (
	"fmt"

	"quartermaster/core"
)

// chartWords are what stands on the course of stock.
type chartWords struct {
	unit, expected, interval, with, reorder string // reorder: units
	low, high, point                        string // names of lines where the chat system draws, as expected and with at most 20 characters
	runsOut, orderNow, orderBy              string // day
	day, month, firstMonth, year            string // forms of dates, of package time
}

var english = chartWords{
	unit: "units in stock", expected: "expected stock", interval: "80 % interval", with: "with this order", reorder: "reorder point %s",
	low: "80 % interval, low", high: "80 % interval, high", point: "reorder point",
	runsOut: "runs out %s", orderNow: "order now", orderBy: "order by %s",
	day: "2 Jan", month: "Jan", firstMonth: "Jan 2006", year: "2006",
}

var chinese = chartWords{
	unit: "库存（件）", expected: "预计库存", interval: "80 % 区间", with: "含此订单", reorder: "再订货点 %s",
	low: "80 % 区间下限", high: "80 % 区间上限", point: "再订货点",
	runsOut: "%s断货", orderNow: "立即下单", orderBy: "最迟 %s下单",
	day: "1月2日", month: "1月", firstMonth: "2006年1月", year: "2006年",
}

// in returns the words of a language, English for an unknown one.
func in(language string) *chartWords {
	if language == "zh" {
		return &chinese
	}
	return &english
}

// on puts a day into a phrase.
func (w *chartWords) on(phrase string, d core.Day) string {
	return fmt.Sprintf(phrase, utc(d).Format(w.day))
}
