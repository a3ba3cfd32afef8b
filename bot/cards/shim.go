package cards

import (
	"time"

	"quartermaster/core"
)

func lay(shop core.Shop, version int) *builder {
	return &builder{w: speak(shop.Language), shop: shop, version: version}
}
func in(language string) *builder                { return lay(core.Shop{Language: language}, 0) }
func (b *builder) date(d core.Day) safe          { return date(d) }
func (b *builder) percent(v float64) safe        { return percent(v) }
func (b *builder) told(s string, limit int) safe { return clean(s, limit) }

var _ = time.Now

func (b *builder) rfqWords() *rfqWords {
	if b.shop.Language == "zh" {
		return &chineseRFQ
	}
	return &englishRFQ
}
