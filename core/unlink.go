package core

import "strings"

// Unlink takes the life out of addresses of web pages in a text: chats and mail
// programs make links of them, whoever wrote the text. Look-alikes keep it readable;
// the number of characters stays.
func Unlink(s string) string {
	s = strings.ReplaceAll(s, "://", ":∕∕")
	if !strings.Contains(strings.ToLower(s), "www.") {
		return s
	}
	r := []rune(s)
	for i := 3; i < len(r); i++ {
		if r[i] == '.' && strings.EqualFold(string(r[i-3:i]), "www") {
			r[i] = '․'
		}
	}
	return string(r)
}
