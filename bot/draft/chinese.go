package draft

import "fmt"

var (
	// negatedZH finds requests turned around.
	negatedZH = compile(`不要|不必|不用|不再|不应|不需|不得|无需|无须|毋须|毋庸|勿|请别|别再|别(发|交|送|确认|生产|安排|做|理会)|莫要|甭|没有?必要|停止|忽略|无视|作罢|暂缓|相反|(并非|不是|绝非)(没有|未|不)`)
	// spanZH are days made up of characters that stand alone.
	spanZH = compile(`日内|天内|当日|次日|隔日|日前|日后发|[上下]周|周[内末]`)
	// byWeekZH makes a day of the week that a report is about.
	byWeekZH = compile(`本周[内末前之以一二三四五六日天决完处做]`)
)

// verifyChinese is verifyEnglish for Chinese.
func verifyChinese(prose string) []string {
	var faults []string
	if listLike.MatchString(prose) {
		faults = append(faults, "it holds a list")
	}
	prose = squeeze(prose, "zh")
	for _, days := range []*pattern{spanZH, byWeekZH} {
		if m := days.FindString(prose); m != "" {
			faults = append(faults, fmt.Sprintf("%q is a date or a span of time", m))
		}
	}
	return faults
}
