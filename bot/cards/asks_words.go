package cards

// cardAskWords say, at the end of the first line of a card, what is asked of people.
type cardAskWords struct {
	money                                                  safe // amount
	order, orderNow                                        safe // supplier
	orderBy                                                safe // supplier, day
	quotes, source, sell, late, compare, feed, look        safe
	reconcile, letterFailed, letterDoubt, reply, replyNone safe
	confirm                                                safe // until
}

var englishAsks = cardAskWords{
	money: ", %s at risk", order: "decide on the order from %s", orderNow: "decide on the order from %s now, its day is past", orderBy: "decide on the order from %s by %s",
	quotes: "ask other suppliers for a quote", source: "name a supplier for it", sell: "order less of it or sell it faster", late: "ask the supplier when it comes",
	compare: "compare other suppliers", feed: "check the import, until then nothing is raised", look: "please look at it", reconcile: "run quartermaster reconcile",
	letterFailed: "send it again or discard it", letterDoubt: "ask the receiver, then press a button", reply: "record it, or say that it changes nothing",
	replyNone: "nothing can be recorded by a button: please read it", confirm: "another approver confirms or refuses it by %s",
}

var chineseAsks = cardAskWords{
	money: "，风险金额 %s", order: "请决定向 %s 的订货", orderNow: "请立即决定向 %s 的订货，最迟日已过", orderBy: "请在 %[2]s前决定向 %[1]s 的订货",
	quotes: "请向其他供应商询价", source: "请指定供应商", sell: "请少订或加快销售", late: "请询问供应商何时到货",
	compare: "请比较其他供应商", feed: "请检查导入，在此之前不提出任何建议", look: "请查看", reconcile: "请运行 quartermaster reconcile",
	letterFailed: "请重发或放弃", letterDoubt: "请询问收件人，再按按钮", reply: "请记录，或说明无变化",
	replyNone: "没有可用按钮记录的内容：请阅读", confirm: "请另一位审批人在 %s 前确认或拒绝",
}
