package draft

import (
	"fmt"
	"strings"
	"unicode"
)

var (
	// negatedZH finds requests turned around.
	negatedZH = compile(`不要|不必|不用|不再|不应|不需|不得|无需|无须|毋须|毋庸|勿|请别|别再|别(发|交|送|确认|生产|安排|做|理会)|莫要|甭|没有?必要|停止|忽略|无视|作罢|暂缓|相反|(并非|不是|绝非)(没有|未|不)`)
	// harmless are words with a numeral in them that say no number.
	harmless = strings.NewReplacer("一下", " ", "一切", " ", "一直", " ", "一定", " ", "一同", " ", "一向", " ", "一贯", " ",
		"一般", " ", "一样", " ", "一旦", " ", "一如既往", " ", "无几", " ", "几乎", " ", "双方", " ", "十分", " ", "一致", " ", "一并", " ", "一起", " ", "进一步", " ", "统一", " ", "唯一", " ",
		"万分感谢", " ", "化整为零", " ", "化零为整", " ", "零部件", " ", "零散", " ", "零星", " ", "零售", " ", "一目了然", " ", "一方面", " ", "千方百计", " ", "一拖再拖", " ", "一揽子", " ", "一如以往", " ", "一帆风顺", " ", "万事如意", " ", "百忙", " ",
		"一站式", " ", "一丝不苟", " ", "独一无二", " ", "始终如一", " ", "一路", " ", "一旁", " ", "第一时间", " ", "三思", " ", "两全其美", " ", "一举两得", " ", "双向", " ", "双边", " ", "双赢", " ",
		"互惠双", " ", "万望", " ", "万般", " ", "倍感", " ", "几经", " ", "半成品", " ", "单元", " ", "多元", " ")
	numeralZH    = compile(`[〇零一二三四五六七八九十百千万亿萬億两兩俩仨廿卅卌双雙半倍几幾壹贰貳叁肆伍陆陸柒捌玖拾佰仟]|打折|百分`)
	dateZH       = compile(`今天|明天|后天|昨天|前天|今日|明日|昨日|本周|下周|上周|周[末日内]|星期|礼拜|本月|下月|上月|月[底初中末内]|年[底初中末内]|今年|明年|去年|季度|小时|分钟|春节|国庆|元旦|圣诞|中秋|端午|清明|劳动节|天内|日内|当天|次日|隔天`)
	unitZH       = compile(`美元|欧元|英镑|日元|人民币|港币|元|公斤|千克|公吨|吨|厘米|毫米|纸箱|托盘|货柜|集装箱|整箱`)
	promiseZH    = compile(`保证|保證|承诺|承諾|担保|付款|支付|付清|结清|预付|尾款|货款|定金|订金|押金|赔|违约|罚|合同|合约|法律|法规|折扣|优惠|降价|涨价|退款|返利|返点|独家|责任|取消|作废|银行|账户|帐户|账号|帐号|汇款|转账|转帐|发票|免费|现金|必定|一定会`)
	metaZH       = compile(`占位|插槽|提示词|语言模型|助手|指令`)
	latinWordsZH = compile(`[A-Za-z]+`)
)

func verifyChinese(name, written, prose string) []string {
	var faults []string
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	text := harmless.Replace(prose)
	for _, c := range []struct {
		re  *pattern
		why string
	}{
		{numeralZH, "%q is a number word"}, {dateZH, "%q is a date or a span of time"}, {unitZH, "%q is a unit or currency"},
		{promiseZH, "%q is a promise or a matter of money or law"}, {metaZH, "%q does not belong into a letter"},
	} {
		// Spaces between the characters of a word do not hide it.
		for _, t := range []string{text, strings.Join(strings.Fields(prose), "")} {
			if c.re == numeralZH {
				t = harmless.Replace(t)
			}
			if m := c.re.FindString(t); m != "" {
				fault(c.why, m)
				break
			}
		}
	}
	if listLike.MatchString(prose) {
		fault("it holds a list")
	}
	for _, w := range latinWordsZH.FindAllString(prose, -1) {
		if l := strings.ToLower(w); !abbreviation[w] && l != "e" && l != "mail" && l != "email" {
			fault("%q is not Chinese", w)
		}
	}
	han := 0
	for _, r := range written {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if least := map[string]int{"subject": 2, "greeting": 0, "body": 20, "closing": 2}[name]; han < least {
		fault("it is not a Chinese letter")
	}
	return faults
}
