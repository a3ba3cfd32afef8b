// Package prompts holds the texts that other packages send: instructions to the
// language model, and the letters written without one. Texts are files beside
// this one, parsed once; a version names the exact text of a prompt, so that the
// audit can tell which one wrote a letter.
//
// A letter template defines the parts subject, greeting, body, closing and
// details. The first four are also what the model writes; details is the table
// below them, which never comes from a model.
package prompts

import (
	"crypto/sha256"
	_ "embed" // the texts
	"encoding/hex"
	"strings"
	"text/template"
)

//go:embed supplier_order.md
var supplierOrder string

//go:embed supplier_order_repair.md
var supplierOrderRepair string

//go:embed supplier_order.en.tmpl
var supplierOrderEN string

//go:embed supplier_order.zh.tmpl
var supplierOrderZH string

// Prompt is an instruction to a model.
type Prompt struct {
	Name string
	Text string
}

// Version returns the name with the first 48 bits of the text's SHA-256, such as
// "supplier-order-1f0c2a9b3d4e".
func (p Prompt) Version() string {
	sum := sha256.Sum256([]byte(p.Text))
	return p.Name + "-" + hex.EncodeToString(sum[:6])
}

// SupplierOrder returns the instruction for the letter that goes with a purchase
// order.
func SupplierOrder() Prompt { return Prompt{"supplier-order", supplierOrder} }

// SupplierOrderRepair returns the instruction that asks for a second try. The
// list of faults goes below it.
func SupplierOrderRepair() Prompt { return Prompt{"supplier-order-repair", supplierOrderRepair} }

var letters = map[string]*template.Template{
	"en": parse("supplier_order.en", supplierOrderEN),
	"zh": parse("supplier_order.zh", supplierOrderZH),
}

// parse panics on a broken file, which is a fault of the build, and makes an
// unknown field an error and not the text "<no value>".
func parse(name, text string) *template.Template {
	return template.Must(template.New(name).Option("missingkey=error").Parse(strings.ReplaceAll(text, "\r\n", "\n")))
}

// SupplierOrderLetter returns the letter written without a model, "zh" in
// Chinese and anything else in English.
func SupplierOrderLetter(language string) *template.Template {
	if t, ok := letters[language]; ok {
		return t
	}
	return letters["en"]
}
