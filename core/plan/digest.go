package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"quartermaster/core"
)

// Digest names exactly what a card of the proposal shows and a click on it
// approves: id, version, supplier, totals, and of every line SKU, location, mode,
// quantity, unit price and freight. It is the start of a SHA-256, 16 hex digits.
func Digest(p Proposal) string {
	type line struct {
		SKU       core.SKU
		Location  core.LocationID
		Mode      core.Mode
		Qty       int64
		UnitPrice core.Money
		Freight   core.Money
	}
	shown := struct {
		ID        int64
		Version   int
		Supplier  core.SupplierID
		Lines     []line
		Total     core.Money
		TotalShop core.Money
	}{ID: p.ID, Version: p.Version, Supplier: p.Supplier, Total: p.Total, TotalShop: p.TotalShop}
	for _, l := range p.Lines {
		shown.Lines = append(shown.Lines, line{l.SKU, l.Location, l.Mode, l.Qty, l.UnitPrice, l.Freight})
	}
	text, err := json.Marshal(shown)
	if err != nil {
		panic("plan: a struct of strings and integers did not marshal: " + err.Error()) // unreachable
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])[:16]
}
