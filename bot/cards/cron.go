package cards

import (
	"fmt"
	"strconv"
	"strings"
)

// timetable says in words when a schedule runs, with the cron text behind it:
// "every hour at :30; 30 * * * *". What has no simple words is the cron text alone.
func (b *builder) timetable(spec string) safe {
	words := cronWords(spec)
	if words == "" {
		return clean(spec, 60)
	}
	return join("; ", b.told(words, 60), clean(spec, 60))
}

var cronNames = map[string]string{
	"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
}

var cronDays = map[string]string{
	"0": "Sundays", "1": "Mondays", "2": "Tuesdays", "3": "Wednesdays", "4": "Thursdays", "5": "Fridays", "6": "Saturdays", "7": "Sundays",
	"1-5": "Monday to Friday", "MON-FRI": "Monday to Friday", "1-6": "Monday to Saturday", "MON-SAT": "Monday to Saturday",
	"SUN": "Sundays", "MON": "Mondays", "TUE": "Tuesdays", "WED": "Wednesdays", "THU": "Thursdays", "FRI": "Fridays", "SAT": "Saturdays",
}

// cronWords words the forms that shops use; it is empty for all others.
func cronWords(spec string) string {
	if full := cronNames[strings.ToLower(strings.TrimSpace(spec))]; full != "" {
		spec = full
	}
	f := strings.Fields(spec)
	if len(f) != 5 || f[3] != "*" {
		return ""
	}
	if n, found := strings.CutPrefix(f[0], "*/"); found && strings.Join(f[1:], " ") == "* * * *" && isNumber(n, 59) && 60%atoi(n) == 0 {
		return fmt.Sprintf("every %d min", atoi(n))
	}
	if !isNumber(f[0], 59) {
		return ""
	}
	minute, day := atoi(f[0]), cronDays[strings.ToUpper(f[4])]
	if f[1] == "*" && f[2] == "*" && f[4] == "*" {
		return fmt.Sprintf("every hour at :%02d", minute)
	}
	if !isNumber(f[1], 23) {
		return ""
	}
	at := fmt.Sprintf("%02d:%02d", atoi(f[1]), minute)
	switch {
	case f[2] == "*" && f[4] == "*":
		return "daily at " + at
	case f[2] == "*" && day != "":
		return day + " at " + at
	case f[4] == "*" && isNumber(f[2], 31):
		return fmt.Sprintf("on day %d of each month at %s", atoi(f[2]), at)
	}
	return ""
}

func isNumber(s string, most int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && 0 <= n && n <= most && s[0] != '+' && s[0] != '-'
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s) // isNumber has looked
	return n
}
