package cards

// cardAskWords say, at the end of the first line of a card, what is asked of people.
type cardAskWords struct {
	money                                                  safe // amount
	order, orderNow                                        safe // supplier
	orderBy                                                safe // supplier, day
	quotes, source, sell, late, compare, feed, look        safe
	reconcile, letterFailed, letterDoubt, reply, replyNone safe
	confirm                                                safe // until
	// Of the order that answers a stock-out.
	restock, second     safe // supplier
	later, refused      safe // supplier, day
	ordered             safe // order, supplier, day
	hurry               safe // order
	others              safe // sku
	nothing, nothingWhy safe
}

var englishAsks = cardAskWords{
	money: ", %s at risk", order: "decide on the order from %s", orderNow: "decide on the order from %s now, its day is past", orderBy: "decide on the order from %s by %s",
	quotes: "ask other suppliers for a quote", source: "name a supplier for it", sell: "order less of it or sell it faster", late: "ask the supplier when it comes",
	compare: "compare other suppliers", feed: "check the import, until then nothing is raised", look: "please look at it", reconcile: "run quartermaster reconcile",
	letterFailed: "send it again or discard it", letterDoubt: "ask the receiver, then press a button", reply: "record it, or say that it changes nothing",
	replyNone: "nothing can be recorded by a button: please read it", confirm: "another approver confirms or refuses it by %s",
	restock: "The restock card of supplier %s answers this.", second: "the order from %s needs a second approval", later: "the order from %s is snoozed until %s",
	refused: "the order from %s was rejected on %s", ordered: "%s is on order from %s, expected %s",
	hurry: "Ordered. To ask the supplier to hurry: /stock letter expedite %s", others: "What else could be done: /stock compare %s shows other suppliers, /stock advice %[1]s what else there is to do.",
	nothing: "no order is proposed for it: “Why?” shows the calculation", nothingWhy: "No order is proposed for it now. “Why?” shows the calculation.",
}

var chineseAsks = cardAskWords{
	money: "，风险金额 %s", order: "请决定向 %s 的订货", orderNow: "请立即决定向 %s 的订货，最迟日已过", orderBy: "请在 %[2]s前决定向 %[1]s 的订货",
	quotes: "请向其他供应商询价", source: "请指定供应商", sell: "请少订或加快销售", late: "请询问供应商何时到货",
	compare: "请比较其他供应商", feed: "请检查导入，在此之前不提出任何建议", look: "请查看", reconcile: "请运行 quartermaster reconcile",
	letterFailed: "请重发或放弃", letterDoubt: "请询问收件人，再按按钮", reply: "请记录，或说明无变化",
	replyNone: "没有可用按钮记录的内容：请阅读", confirm: "请另一位审批人在 %s 前确认或拒绝",
	restock: "供应商 %s 的补货卡片会处理此事。", second: "向 %s 的订货还需第二人审批", later: "向 %s 的订货已推迟至 %s",
	refused: "向 %s 的订货已于 %s被拒绝", ordered: "已下单：%s，供应商 %s，预计 %s到货",
	hurry: "已下单。如需催货：/stock letter expedite %s", others: "还可以：/stock compare %s 查看其他供应商，/stock advice %[1]s 查看其他建议。",
	nothing: "目前没有订货提案，“原因”显示计算过程", nothingWhy: "目前没有订货提案。“原因”显示计算过程。",
}
