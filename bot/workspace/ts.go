package workspace

import (
	"cmp"
	"strings"
)

// validTS accepts seconds with or without a fraction, all digits.
func validTS(ts string) bool {
	whole, fraction, _ := strings.Cut(ts, ".")
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	return whole != "" && digits(whole) && digits(fraction) && len(whole) < 16 && len(fraction) < 16
}

// compareTS orders two valid time stamps by time.
func compareTS(a, b string) int {
	aw, af, _ := strings.Cut(a, ".")
	bw, bf, _ := strings.Cut(b, ".")
	aw, bw = strings.TrimLeft(aw, "0"), strings.TrimLeft(bw, "0")
	af, bf = strings.TrimRight(af, "0"), strings.TrimRight(bf, "0")
	return cmp.Or(cmp.Compare(len(aw), len(bw)), cmp.Compare(aw, bw), cmp.Compare(af, bf))
}
