// Package prompts holds the texts that other packages send: instructions to the
// language model, and the letters written without one. Texts are files beside
// this one, parsed once; a version names the exact text of a prompt, so that the
// audit can tell which one wrote a letter.
//
// A letter of kind K is K.md, the task of the model below the rules of letter.md and
// style.*.txt, K.en.txt and K.zh.txt, examples of its sentences, which steer a model more
// than rules do, and K.en.tmpl and K.zh.tmpl, which define the parts subject, body and details;
// greeting and closing are those of frame.*.tmpl. The first four parts are also
// what the model writes; details is the table below them, which never comes from
// a model. Known.txt holds sentences that are right in a letter of their kind.
package prompts

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"text/template"
)

//go:embed *.md *.txt *.tmpl
var files embed.FS

// Kinds lists the kinds of letters.
var Kinds = []string{"order", "expedite", "delay", "change", "cancel", "price", "moq", "lead-time", "rfq"}

// Prompt is an instruction to a model.
type Prompt struct {
	Name string
	Text string
}

// Version returns the name with the first 48 bits of the text's SHA-256, such as
// "letter-order-1f0c2a9b3d4e".
func (p Prompt) Version() string {
	sum := sha256.Sum256([]byte(p.Text))
	return p.Name + "-" + hex.EncodeToString(sum[:6])
}

// For returns the instruction for a letter of a kind, or the prose of a "weekly" report
// or a "digest", in a language: "zh" is Chinese and anything else English.
func For(kind, language string) Prompt {
	language = spoken(language)
	examples := "\nExamples\n" + read(exampleFile(kind, language))
	switch kind {
	case "weekly":
		return Prompt{kind, read("weekly.md") + examples}
	case "digest": // that of a weekly report, and what is different
		return Prompt{kind, read("weekly.md") + read("digest.md") + examples}
	}
	return Prompt{"letter-" + kind, read("letter.md") + read("style."+language+".txt") + "Task\n" + read(kind+".md") + examples}
}

func exampleFile(kind, language string) string { return kind + "." + spoken(language) + ".txt" }

// Examples are the sentences that For shows of a part of a letter.
func Examples(kind, language, part string) (out []string) {
	for line := range strings.Lines(read(exampleFile(kind, language))) {
		mark, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if mark == "-" && part == "body" || mark == "Subject:" && part == "subject" {
			out = append(out, text)
		}
	}
	return out
}

// Known are sentences that are right in a part of a letter of a kind: the examples and
// those that writers made of them (known.txt).
func Known(kind, language, part string) []string {
	return known()[strings.Join([]string{kind, language, part}, " ")]
}

var known = sync.OnceValue(func() map[string][]string {
	out, at := map[string][]string{}, ""
	for line := range strings.Lines(read("known.txt")) {
		switch line = strings.TrimSpace(line); {
		case strings.HasPrefix(line, "## "):
			at = line[3:]
		case line != "" && line[0] != '#':
			out[at] = append(out[at], strings.ReplaceAll(line, `\n`, "\n"))
		}
	}
	return out
})

// Repair returns the instruction that asks for a second try. The list of faults
// goes below it.
func Repair() Prompt { return Prompt{"letter-repair", read("repair.md")} }

// Ask returns the instruction to find the command that answers a question, with the
// list of commands. A test compares it with plan.AskCommands.
func Ask() Prompt { return Prompt{"ask", read("ask.md")} }

var letters = parse()

// Template returns the letter of a kind written without a model, "zh" in Chinese
// and anything else in English; nil for a kind that is none.
func Template(kind, language string) *template.Template {
	return letters[kind+"."+spoken(language)]
}

// spoken is a language that there are texts in.
func spoken(language string) string {
	if language == "zh" {
		return language
	}
	return "en"
}

// parse panics on a missing or broken file, which is a fault of the build, and
// makes an unknown field an error and not the text "<no value>".
func parse() map[string]*template.Template {
	out := map[string]*template.Template{}
	for _, language := range []string{"en", "zh"} {
		for _, kind := range append(slices.Clone(Kinds), "weekly", "digest") {
			name := kind + "." + language
			t := template.Must(template.New(name).Option("missingkey=error").Parse(read("frame." + language + ".tmpl")))
			out[name] = template.Must(t.Parse(read(name + ".tmpl")))
		}
	}
	return out
}

func read(name string) string {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("prompts: %v", err))
	}
	return strings.ReplaceAll(string(b), "\r\n", "\n")
}
