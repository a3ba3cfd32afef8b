package plan

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"quartermaster/core"
)

// What a quotation names its figures by, in English and Chinese. The number stands
// within a few words behind the name; a lead time may be a range.
var (
	priceName = regexp.MustCompile(`(?i)(?:unit price|price|quotation|our offer|单价|价格|报价)(?:\s*(?:of|per|for|/)?\s*(?:one|a|each)?\s*(?:unit|piece|pc|件|个)?)?\s*(?:is|为|是)?\s*[:：=]?\s*(?:[A-Z]{3}|[¥€$£])?\s*(\d{1,3}(?:,\d{3})+(?:\.\d{1,4})?|\d{1,9}(?:\.\d{1,4})?)(?:\s*(%|％|days?|天|pcs|units?|件))?`)
	moqName   = regexp.MustCompile(`(?i)(?:\bmoq\b|minimum(?: order)?(?: quantity)?|min\.? order|最小起订量|最低起订量|最小订购量|起订量)[^\d\n]{0,20}(\d{1,3}(?:,\d{3})+|\d{1,9})`)
	leadName  = regexp.MustCompile(`(?i)(?:lead[- ]?time|delivery(?: time)?|deliver(?:ed|y)? (?:in|within)|production(?: time)?|transit|交货周期|交货期|交期|货期|周期)[^\d\n]{0,30}(\d{1,3})(?:\s*(?:-|–|~|to|至|到)\s*(\d{1,3}))?\s*(working days?|business days?|工作日|个工作日|weeks?|周|个?星期|days?|天|日)?`)
	validName = regexp.MustCompile(`(?i)(?:valid(?:ity)?|holds?|good)\b[^\d\n]{0,30}|(?:有效期|有效)[^\d\n]{0,10}`)
	validDays = regexp.MustCompile(`(?i)(?:valid(?:ity)?|holds?|good)\b[^\d\n]{0,20}(\d{1,3})\s*(days?|weeks?)|(?:有效期|有效)[^\d\n]{0,6}(\d{1,3})\s*(天|日|周)`)
	quoted    = regexp.MustCompile(`^[\s>|]+`)
)

// ReadQuote finds price, minimum, lead time and last day in a supplier's answer to a
// request for quotation, as data: what else stands there has no effect. Figures in
// lines quoted from our letter count where the supplier filled them in. What is not
// found stays empty; unsure says what a person has to look at. Of a range of days the
// longer one counts; weeks are seven days, working days five in a week.
func ReadQuote(text string, sku core.SKU, supplier core.Supplier, today core.Day) (e QuoteEntry, unsure []string) {
	e = QuoteEntry{SKU: sku, Supplier: supplier.ID}
	doubt := func(format string, args ...any) {
		if s := fmt.Sprintf(format, args...); !slices.Contains(unsure, s) {
			unsure = append(unsure, s)
		}
	}
	prices, moqs, leads, days := map[string]bool{}, map[int64]bool{}, map[int64]bool{}, map[core.Day]bool{}
	for raw := range strings.SplitSeq(strings.ToValidUTF8(text[:min(len(text), maxReply)], " "), "\n") {
		line := quoted.ReplaceAllString(strings.TrimSpace(raw), "")
		for part := range strings.FieldsFuncSeq(line, func(r rune) bool { return strings.ContainsRune(";；。", r) }) {
			part = blank(part, string(sku))
			var r Reply
			found := map[core.Day]bool{}
			rest := r.takeDays(part, found)
			if validName.MatchString(part) {
				for d := range found {
					days[d] = true
				}
				for _, u := range r.Unsure {
					doubt("last day: %s", u)
				}
				for _, m := range validDays.FindAllStringSubmatch(rest, -1) {
					n, _ := strconv.Atoi(m[1] + m[3])
					if strings.HasPrefix(strings.ToLower(m[2]), "week") || m[4] == "周" {
						n *= 7
					}
					days[today+core.Day(n)] = true
				}
				rest = validDays.ReplaceAllString(rest, " ")
			}
			for _, m := range moqName.FindAllStringSubmatch(rest, -1) {
				n, _ := strconv.ParseInt(strings.ReplaceAll(m[1], ",", ""), 10, 64)
				moqs[n] = true
			}
			rest = moqName.ReplaceAllString(rest, " ")
			for _, m := range leadName.FindAllStringSubmatch(rest, -1) {
				n, note := leadDays(m)
				leads[n] = true
				if note != "" {
					doubt("%s", note)
				}
			}
			rest = leadName.ReplaceAllString(rest, " ")
			named := false
			for _, m := range priceForm.FindAllStringSubmatch(rest, -1) {
				named = true
				cur := core.Currency(strings.ReplaceAll(strings.ToUpper(m[1]+m[4]), "RMB", "CNY"))
				if cur != supplier.Currency {
					doubt("an amount in %s (%s%s), but %s is paid in %s", cur, m[2], m[3], supplier.Name, supplier.Currency)
					continue
				}
				prices[strings.ReplaceAll(m[2]+m[3], ",", "")] = true
			}
			if m := priceName.FindStringSubmatch(rest); !named && m != nil && m[2] == "" {
				prices[strings.ReplaceAll(m[1], ",", "")] = true
				doubt("the price names no currency; %s is assumed", supplier.Currency)
			}
		}
	}
	e.Price = theOne(prices, doubt, "prices")
	e.MOQ, e.LeadDays, e.ValidUntil = theOne(moqs, doubt, "minimum quantities"), theOne(leads, doubt, "lead times"), theOne(days, doubt, "last days")
	for name, missing := range map[string]bool{"price": e.Price == "" && len(prices) == 0, "minimum quantity": e.MOQ == 0 && len(moqs) == 0,
		"lead time": e.LeadDays == 0 && len(leads) == 0, "last day": e.ValidUntil == 0 && len(days) == 0} {
		if missing {
			doubt("no %s found", name)
		}
	}
	slices.Sort(unsure)
	return e, unsure
}

// theOne is the one value found; several are a doubt and count as none.
func theOne[T comparable](found map[T]bool, doubt func(string, ...any), what string) (v T) {
	if len(found) > 1 {
		doubt("several %s", what)
		return v
	}
	for v = range found {
		return v
	}
	return v
}

// leadDays is the lead time that a match of leadName says, in calendar days.
func leadDays(m []string) (n int64, note string) {
	n, _ = strconv.ParseInt(m[1], 10, 64)
	if to, err := strconv.ParseInt(m[2], 10, 64); err == nil && to > n {
		n, note = to, fmt.Sprintf("lead time: the longer one of %s to %s", m[1], m[2])
	}
	switch unit := strings.ToLower(m[3]); {
	case strings.HasPrefix(unit, "week"), strings.HasSuffix(unit, "周"), strings.HasSuffix(unit, "星期"):
		return 7 * n, note
	case strings.HasPrefix(unit, "working"), strings.HasPrefix(unit, "business"), strings.HasSuffix(unit, "工作日"):
		return (n*7 + 4) / 5, fmt.Sprintf("lead time: %d working days are taken as %d days", n, (n*7+4)/5)
	}
	return n, note
}
