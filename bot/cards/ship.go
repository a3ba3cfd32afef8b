package cards

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"quartermaster/core"
	"quartermaster/core/plan"
)

// ShipTitle is the title of the form for goods on their way, for Loading and Sorry.
func ShipTitle(w *phrases) safe { return w.po.shipTitle }

// maxWays is how many ways a form shows, and how many boxes Slack allows.
const maxWays = 10

// ShipModal is the form for goods on their way: which of them ship now, where an order
// goes by several ways, and when those of each way are expected.
func ShipModal(v plan.OrderView) slack.ModalViewRequest {
	o := v.Order
	b := lay(v.Shop, o.Version)
	ref := OrderRef(o)
	ways := o.OpenWays()
	if !ref.valid() || len(ways) == 0 {
		return Sorry(v.Shop.Language, ShipTitle, "Nothing of this order is outstanding.")
	}
	intro := b.w.po.shipIntro
	if len(ways) > 1 {
		intro = b.w.po.shipWays
	}
	b.paragraph(say(intro, clean(o.Number, 30), clean(o.Supplier.Name, 60)))
	b.whatShips(ways)
	b.wayDays(ways, v.Today)
	b.noteField("")
	return b.modal(CallbackShip, b.w.po.shipTitle, b.w.po.save, ref.String())
}

// whatShips adds the choice of what ships now, where there is one. Chosen are the goods
// whose turn it is.
func (b *builder) whatShips(ways []plan.OpenWay) {
	var all, turn []*slack.OptionBlockObject
	for _, w := range ways[:min(len(ways), maxWays)] {
		if w.Shipped {
			continue
		}
		o := option(strconv.Itoa(w.Line), b.wayOf(w))
		if all = append(all, o); w.Turn {
			turn = append(turn, o)
		}
	}
	if len(ways) < 2 || len(all) == 0 {
		return
	}
	box := slack.NewCheckboxGroupsBlockElement(FieldShips, all...)
	box.InitialOptions = turn
	b.add(slack.NewInputBlock(FieldShips, plain(b.w.po.ships, 300), plain(b.w.po.shipsHint, 500), box).WithOptional(true))
}

// wayDays adds a day of arrival for each way.
func (b *builder) wayDays(ways []plan.OpenWay, today core.Day) {
	for _, w := range ways[:min(len(ways), maxWays)] {
		label := b.w.po.etaLabel
		if len(ways) > 1 {
			label = join(" · ", label, b.told(string(w.Mode), 20))
		}
		b.dayField(WayBlock(w.Line), label, b.w.po.etaHint, max(w.Due, today))
	}
}

// wayOf tells what goes by one way: "sea: 7 lines, 1,254 units".
func (b *builder) wayOf(w plan.OpenWay) safe {
	return say(b.w.po.way, b.told(string(w.Mode), 20), qty(int64(w.Lines)), qty(w.Units))
}

// WayBlock is the id of the field for the day of the way of a line.
func WayBlock(line int) string { return FieldETA + "-" + LineBlock(line) }

// ParseWayBlock reads the line's index back; errors wrap ErrValue.
func ParseWayBlock(id string) (int, error) {
	s, ok := strings.CutPrefix(id, FieldETA+"-")
	if !ok {
		return 0, fmt.Errorf("block id: %w", ErrValue)
	}
	return ParseLineBlock(s)
}
