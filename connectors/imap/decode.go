package imap

import (
	"bytes"
	"html"
	"io"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // Chinese suppliers write in GBK and Big5
	"github.com/emersion/go-message/mail"

	"quartermaster/connectors"
)

var (
	hidden = regexp.MustCompile(`(?is)<(script|style|head|title)\b.*?</(script|style|head|title)\s*>|<!--.*?-->`)
	breaks = regexp.MustCompile(`(?i)<(br|/p|/div|/tr|/li|/h[1-6])\b[^>]*>`)
	cells  = regexp.MustCompile(`(?i)</t[dh]\b[^>]*>`)
	quotes = regexp.MustCompile(`(?is)<blockquote\b.*`)
	tags   = regexp.MustCompile(`(?s)<[^>]*>`)
)

// Decode reads the words of a raw message, and the Message-IDs it refers to. It never
// fails: what cannot be read is left out.
func Decode(raw []byte) (text string, refers []string) {
	r, err := mail.CreateReader(bytes.NewReader(raw))
	if r == nil || err != nil && !message.IsUnknownCharset(err) {
		return "", nil
	}
	for _, key := range []string{"In-Reply-To", "References"} {
		if ids, err := r.Header.MsgIDList(key); err == nil {
			refers = append(refers, ids...)
		}
	}
	var page string
	for range 50 { // parts
		p, err := r.NextPart()
		if p == nil || err != nil && !message.IsUnknownCharset(err) {
			break
		}
		h, ok := p.Header.(*mail.InlineHeader)
		if !ok {
			continue
		}
		kind, _, _ := h.ContentType()
		if kind != "text/plain" && kind != "text/html" && kind != "" {
			continue
		}
		body, _ := io.ReadAll(io.LimitReader(p.Body, maxBytes))
		switch s := string(body); {
		case kind == "text/html" && page == "":
			page = s
		case kind != "text/html" && text == "" && strings.TrimSpace(s) != "":
			text = s
		}
	}
	if text == "" {
		text = words(page)
	}
	text = strings.ToValidUTF8(strings.NewReplacer("\x00", "", "\r\n", "\n", "\u00a0", " ").Replace(text), " ")
	for len(text) > connectors.MaxMail {
		text = strings.ToValidUTF8(text[:connectors.MaxMail], "")
	}
	return strings.TrimSpace(text), refers[:min(len(refers), 50)]
}

// words is an HTML text without its markup, and without what it quotes.
func words(page string) string {
	page = hidden.ReplaceAllString(page, " ")
	page = quotes.ReplaceAllString(page, "")
	page = breaks.ReplaceAllString(strings.ReplaceAll(page, "\n", " "), "\n")
	page = tags.ReplaceAllString(cells.ReplaceAllString(page, " "), "")
	return html.UnescapeString(page)
}
