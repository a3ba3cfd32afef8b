package cards

import (
	"quartermaster/core"
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// chinese says in Chinese what english says. A test finds what is missing and slots
// that differ.
var chinese = phrases{
	week: chineseWeek, done: chineseOutcome,

	language: "zh", dayForm: "1月2日", dateForm: "2006年1月2日", percent: "%s%%", inBrackets: "（%s）", stop: "。", colon: "：", semicolon: "；", comma: "，",
	pair: "%s：%s", pair4: "%s：%s %s %s",

	riskSupplier: "供应商 %s 可能延迟交货",
	riskLate:     "%[2]s 的订单 %[1]s 已逾期 %[3]s 天",
	lateFiled:    "请询问供应商。此订单来自文件 open_orders.csv，这里没有它的卡片：请在文件中填写新到货日；已到货或不再到货时，请从文件中删去。下次检查会读取。",
	lateHelp:     "请先询问供应商，再按订单卡片上的按钮：新到货日、已收货或取消。/stock orders 列出全部订单。",

	tier: map[replenish.Tier]safe{
		replenish.Red: "🔴 红色", replenish.Yellow: "🟡 黄色", replenish.Green: "🟢 绿色", replenish.Idle: "⚪ 闲置",
	},
	grave: map[risk.Severity]safe{risk.High: "🔴 高", risk.Medium: "🟡 中", risk.Low: "🔵 低"},
	state: map[plan.State]safe{
		plan.Proposed: "📦 待审批", plan.AwaitingSecond: "⏳ 待第二人审批", plan.Snoozed: "💤 已推迟", plan.Approved: "✅ 已批准",
		plan.Rejected: "❌ 已拒绝", plan.Expired: "⌛ 已过期", plan.Withdrawn: "↩️ 已撤回",
	},

	head: "%s · 补货：%s", headDone: "%s · %s",
	orderOne: "%[2]s × %[1]s，供应商 %[3]s", orderMany: "%s 种商品，供应商 %s",
	textOut: "%s %s断货", textLow: "%s 低于再订货点",
	textManyOut: "%s 种商品库存不足，最早的是 %s，%s断货", textManyLow: "%s 种商品低于再订货点",
	textOrder: "请在 %[3]s前向 %[2]s 订购 %[1]s，金额 %[4]s", textOrderLate: "请立即向 %[2]s 订购 %[1]s（最迟下单日 %[3]s已过），金额 %[4]s",
	textOrderHeld: "请先检查数据：数据恢复之前不能批准向 %[2]s 订购 %[1]s（最迟 %[3]s，金额 %[4]s）",
	inDays:        "%s 天后（%s）", today: "今天（%s）", tomorrow: "明天（%s）", past: "%s（已过）", overdue: "%s（已逾期 %s 天）",
	units: "%s 件", textUnits: "%s 件", productsUnits: "%s 种商品，%s 件",
	inShop: "%s（%s）", stock: "现有 %s，在途 %s", by: "%s，%s",
	moreRemarks: "另有 %s 条，见“原因”", more: "另有 %s 行：请按“原因”",
	why: "原因：", note: "备注：",
	conservative: "⏸️ 保守模式：", noApproval: "数据恢复新鲜之前不能批准任何事项。",
	first: "⏳ 第一位审批人：", firstRest: "。还需要第二位审批人。", textSecond: "需要第二人审批：",
	edited: "✏️ 数量修改人：",
	byRule: "🤖 按规则批准：%s", byRuleHead: "🤖 已按规则下单（限额内）", rule: "规则",
	byRuleWaits: "%s 前可撤销，之后发出给供应商的邮件。", askedWhy: "须由人决定：%s。",
	ruleWeek:   "最近七天按规则批准：%[2]s 张订单中的 %[1]s 张，每周限额 %[4]s，已用 %[3]s。",
	approvedBy: "✅ 批准人：", rejectedBy: "❌ 拒绝人：",
	snoozedBy: "💤 推迟人：", snoozedAt: "💤 已推迟", snoozed: "，至 %s",
	expired: "⌛ 已于 %s过期，未作决定。", withdrawn: "↩️ 已撤回：",
	order: "订单 %s，%s。",
	mail: map[plan.OrderState]safe{
		plan.OrderApproved:    "给供应商的邮件：准备中。",
		plan.OrderSent:        "给供应商的邮件：已发送。",
		plan.OrderDryRun:      "给供应商的邮件：已写入发件箱文件夹（演练，未发送）。",
		plan.OrderSendUnknown: "给供应商的邮件：未收到服务器答复，重发前请先核实。",
		plan.OrderSendFailed:  "给供应商的邮件：发送失败。请重发，或确认供应商已收到。",
	},
	mailWord: map[plan.OrderState]safe{
		plan.OrderApproved: "已批准", plan.OrderSent: "邮件已发送", plan.OrderDryRun: "邮件在发件箱文件夹（演练）",
		plan.OrderSendUnknown: "邮件：未收到答复，请核实", plan.OrderSendFailed: "邮件发送失败",
	},
	dataOf: "数据时间 %s", run: "运行 %s", expires: "%s过期",
	mayApprove: "可审批：", nobody: "尚无人有权审批（设置：approval.approver）", second: "需要两人审批",
	andMore: "另有 %s 项", inStatus: "另有 %s 项，见 /stock status", inFile: "另有 %s 项，见文件", inExport: "另有 %s 项：/stock export refused", inSettings: "另有 %s 人，见 /stock settings", pagePrevious: "◀ 上一页", pageNext: "下一页 ▶", pageOf: "第 %s 页，共 %s 页",

	fOrder: "订购", fAmount: "金额", fRunsOut: "断货", fFirstOut: "最早断货", fOrderBy: "最迟下单", fArrives: "到货",
	fStock: "库存", fRisk: "风险金额", fCover: "可售天数", fShort: "到货前缺口",
	cSKU: "SKU", cName: "商品", cPlace: "仓库", cQty: "数量", cCost: "成本", cArrives: "到货", cRunsOut: "断货", cTier: "等级",
	cCover: "可售", cRisk: "风险金额", cNumber: "订单", cSupplier: "供应商", cAmount: "金额", cState: "状态", cDate: "日期",
	notSoon: "近期不会",

	mailSent: "供应商已收到", mailAgain: "重新发送", mailAgainSure: "重新发送邮件？", mailAgainYes: "重新发送",
	mailAgainText: "如果 %s 的第一封邮件其实已经送达，供应商会收到两封。重发之前请先询问供应商。",
	approve:       "批准 %s 件 · %s", approveSecond: "作为第二人批准：%s 件 · %s",
	edit: "修改数量", whyButton: "原因", snooze1: "推迟 1 天", snooze7: "推迟 7 天", reject: "拒绝", rejectMore: "拒绝…",
	rejectIntro: "不会下单。除非需求增长，同样的行在几天内不再提出。",
	rejectWhy:   "原因", rejectHint: "显示在卡片及其话题中，并随决定保存",
	sure: "批准此订单？", sureText: "订购 %s，金额 %s。", sureYes: "批准", sureNo: "取消",
	days:         "%s 天",
	riskNoSource: "%s 有需求但没有供应商", riskOver: "%s 库存过多", riskSeason: "%s：旺季计划",
	riskStale: "%s数据已过时", riskBad: "%s数据不可能正确", riskOther: "%s 需要查看",
	riskRestored: "数据库已从备份恢复：核对完成之前不能批准任何事项",
	resolved:     "✅ 已解除", resolvedWhy: "✅ 已解除：",
	overview: "📊 库存总览 · %s", overviewText: "库存总览：红色 %s，黄色 %s，绿色 %s，闲置 %s；风险金额 %s；待决提案 %s",
	overMore: "没有单独卡片的发现：%s 项。见 /stock status。",
	fRed:     "🔴 红色", fYellow: "🟡 黄色", fGreen: "🟢 绿色", fIdle: "⚪ 闲置", fOpen: "待决提案",

	loading: "请稍候…", editTitle: "修改数量", whyTitle: "原因", save: "保存", cancel: "取消", closeIt: "关闭",
	editIntro: "向 %s 订货。保存并不会下单：卡片会重写并再次请求批准。",
	hint:      "最小 %s，每包 %s", hintWith: "（与走另一种运输方式的部分合计）", hintMax: "，最多 %s", hintWhy: "。需求：%s", hintZero: "。填 0 则去掉此行",
	countLine: "%s ×（%s + 运费 %s）= %s", countCover: "连同库存和在途可用 %s 天", countOut: "不在此订单中",
	countTotal: "订单合计：%s", countNot: "这些数量还不能保存",
	closed:      "此提案已不能修改。状态：%s",
	pageFirst:   "其余各页：请先保存已输入的数字。",
	noCalc:      "没有计算：没有供应商提供，或预计没有需求。",
	whyTier:     "等级%s：%s",
	whyForecast: "预测：%s", whyConfidence: "预测可信度：%s（满分 100）",

	digestHead: "☀️ %s", digestText: "红色 %s，黄色 %s，风险金额 %s；等待决定 %s 项",
	digestBy: "最早一项的下单日 %s", digestWaiting: "等待决定", digestShort: "库存不足",
	digestMore: "另有 %s 项", shortTitle: "库存不足", noneAt: "没有库存不足的商品。", shortLine: "%s · %s · 断货：%s", shortRisk: " · 风险金额 %s", cBy: "最迟下单",

	awayHead:   "📡 Slack 已恢复",
	awayText:   "从 %s 到 %s 无法连接 Slack",
	awayFollow: "积压的内容按发生顺序补发：%s 张卡片，%s 个话题有新消息。",
	awayOrders: "期间写出的订单：%s。", awayExpired: "期间过期、已不能批准的提案：%s。",
	awayCause: "原因：%s",
	deadHead:  "🔴 消息被拒收", deadText: "Slack 永久拒收了 %s 条消息。请查看",
	deadLine: "%s：%s", deadAsk: "原因消除后可重试，或者丢弃；订单和邮件不受影响。",
	deadRetry: "重试", deadDiscard: "丢弃", deadSettled: "✅ 已处理：",

	statusTitle: "📊 %s", statusNever: "尚未运行过检查。", statusText: "%s：红色 %s，黄色 %s，绿色 %s，闲置 %s；风险金额 %s；待决提案 %s",
	worst: "风险金额最大", warning: "⚠️ ",
	itemText:    "%s（%s）：%s，可售 %s 天，断货：%s",
	ordersTitle: "📦 订单", waiting: "等待决定", ordered: "采购订单",
	noneWaiting: "没有等待决定的事项。", noneOrdered: "还没有采购订单。",
	fOutWithout: "此货不到时断货",
	filed:       "来自订单文件（open_orders.csv），非在此下单",
	help: "/stock status：有多少商品库存不足，以及最严重的几个\n" +
		"/stock sku CODE：一个商品的库存、预测和最迟下单日\n" +
		"/stock orders：等待决定的事项和最新的采购订单\n" +
		"/stock approve：按金额列出等待批准的事项，各带按钮\n" +
		"/stock order NUMBER：一张采购订单的状态、明细、历史和信件\n" +
		"/stock receive NUMBER：填写收货表单\n" +
		"/stock reply NUMBER：粘贴供应商对订单的答复，作为数据读取\n" +
		"/stock supplier NAME：供应商的交期、准时率、足量率和完好率，以及信函的语气\n" +
		"/stock compare CODE：并排比较一个商品的供应商，并可换供应商订购\n" +
		"/stock rfq CODE：向其他供应商询价；每封信函发出前先给您看\n" +
		"/stock advice：库存方面还应做什么：过多、呆滞、调拨、旺季计划；加 CODE 只看一个商品\n" +
		"/stock override CODE：手动设定数值，须写明原因和截止日；override list 和 override history 列出现有和以往的设定\n" +
		"/stock letter KIND NUMBER：给供应商的信，可阅读、修改和发送；KIND 为 expedite（催货）、delay（询问延迟）、change（更改）、cancel（取消）、price（价格）、moq（起订量）、lead-time（交期）\n" +
		"/stock why CODE：一个商品背后的计算，逐个数字\n" +
		"/stock repurchase：顾客会再买什么、何时、接着买什么；加 CODE 看一个商品\n" +
		"/stock forecast CODE：逐周预计销量\n" +
		"/stock snooze CODE DAYS：若干天内不提醒某商品\n" +
		"/stock snooze CODE DATE、received 或 price：推迟至某日、到货或价格变动\n" +
		"/stock mute CODE：不再为某商品发风险卡片，直到 /stock unmute CODE\n" +
		"/stock quiet：上次检查没有提示的事项及原因；加 CODE 查看某商品\n" +
		"/stock export LIST csv 或 xlsx：把清单作为文件发到您的私信：stock、orders、approvals、proposals、suppliers、prices、findings、advice、suggestions、refused、customers\n" +
		"/stock delegate：把您的审批权移交给他人至某日；delegate end：收回\n" +
		"/stock schedule：接下来运行什么，上次结果如何\n" +
		"/stock settings：现行设置、生效时间和修改人；settings edit、approval、schedule：修改；history：谁改了什么；export：导出文件；import：导入文件\n" +
		"/stock report：截至今天的周报，以文件发送，供例会使用；report month、report quarter：回顾决定，并列出值得检查的设置\n" +
		"/stock simulate：用您的设置和其他规则重演过去一年\n" +
		"/stock stress：各种冲击的后果；只看一种：surge 300、demand -50（百分比）或 gone SUPPLIER\n" +
		"/stock suggest TEXT：意见箱\n" +
		"/stock help：本列表",
	unknown: "没有“%s”这个命令。", nearest: "是不是想用 /stock %s？",

	home: homeWords{
		waiting: "等待决定", short: "库存不足", feeds: "数据", lately: "最近几天", runs: "接下来的运行",
		nothing: "没有。", refresh: "刷新", wait: "%s · %s · 最迟下单 %s",
		feed: "%s数据：%s（最久可用 %s）%s", feedNever: "%s数据从未到达 %s", fresh: "✅", old: "🔴",
		red: "红色商品 %s 现为 %s", risk: "风险金额 %s 现为 %s",
		run: "%s：下次 %s（%s）", runLate: "，上次为延迟补跑", runFailed: "，上次失败：%s",
		allRoutine: "批准全部例行订单（%s 张，%s）", allSure: "批准这些订单？", allText: "订单 %s 张，合计 %s。每张按您的权限单独决定。",
		approveHead: "等待决定：%s",
		pressed:     "✅ 已批准：%s，订单 %s", pressedUndo: "。其卡片可在 %s前撤销", pressedFirst: "⏳ 已完成第一次审批：%s。还需第二人审批。",
		pressedNot: "⚠️ 未批准：%s。原因见另一条消息。",
		settings:   "%s 的设置", settingsOf: "版本 %s", settingsDefault: "与程序启动时相同。",
		sService: "%s；每 %s 天订货一次", targets: map[core.TargetRule]safe{
			core.TargetCost: "目标：期望成本最低（持有成本每年 %s%%，每个订单行 %s；价格或成本未知时服务水平 %s%%）",
			core.TargetFill: "目标：满足率 %s%%", core.TargetQuantile: "目标：服务水平 %s%%，依据实际销量", core.TargetNormal: "目标：服务水平 %s%%，按公式"},
		sReview: "可售不足 %s 天为红色，至 %s 天为黄色",
		sAware:  "按交期已到下单时点的，无论可售天数多少，也标为红色或黄色（tiers: aware）", sStrict: "只看可售天数（tiers: strict）", sQuiet: "免打扰时间 %s 至 %s", sApprover: "可审批至 %s：", sSecond: "超过 %s 需第二人审批",
		sRule: "不超过 %s 的例行订单按规则批准，七天内最多 %s", sKey: "始终由人决定：向 %s 的订单",
		sCap: "每日上限 %s", sChange: "修改：/stock settings edit、approval 或 schedule，或修改设置文件；立即生效。",
		allWaiting: "全部 %s 项待决", decideThere: "请在各自的卡片上或用 /stock approve 决定。",
		thanks: "谢谢，您的建议已保存。", fileSent: "%s 已发到您的私信：%s。",
		again: "%s 天内的复购（/stock repurchase）", againLine: "%s：%s 件，约 %s，买家复购概率 %s",
		kept:     "🔕 上次检查未提示：%s；已静音：%s（原因见 /stock quiet）",
		forecast: "%s（%s）：%s", week: "%s起一周：%s 件", confidence: "可信度 %s（满分 100）",
	},
	po: orderWords{
		state: map[plan.OrderState]safe{
			plan.OrderConfirmed: "供应商已确认。", plan.OrderInProduction: "生产中。", plan.OrderShipped: "🚢 已发货。",
			plan.OrderPartlyReceived: "📥 部分收货。", plan.OrderReceived: "✅ 已收货。", plan.OrderCancelled: "🚫 已取消。",
		},
		expected: "预计 %s到货。", came: "已到 %s 件（共 %s 件），未到 %s 件。",
		confirm: "供应商已确认", produce: "已投产", ship: "已发货…", eta: "新到货日…", receive: "收货…", cancel: "取消订单", cancelRest: "取消余量",
		sure: "取消未到的部分？", sureYes: "取消", sureNo: "继续等待",
		sureText:     "不再等待 %[2]s 的 %[1]s 件。它们不再计入在途，下次检查可能再次提出。",
		receiveTitle: "收货", shipTitle: "已发货，到货日", save: "保存",
		received: "%s：收到", damaged: "%s：其中损坏",
		receivedHint: "未到 %s，共订 %s", damagedHint: "损坏的算到货，不算库存",
		day: "到货日", dayHint: "货物到达的日期", etaLabel: "预计到货", etaHint: "未到部分的预计日期", note: "备注", over: "仍然登记", overLabel: "到货多于未到数量",
		intro:     "%[2]s 的订单 %[1]s。到货部分不再计入在途；完好的计为库存，加到上次盘点上，直到有新的盘点。已填入的是已发货或今天应到的数量。",
		shipIntro: "%[2]s 的订单 %[1]s 已在途中。请填写预计到货日。",
		shipWays:  "%[2]s 的订单 %[1]s 分几种方式运输。请选择现在发出的部分，并填写各方式的预计到货日。",
		ships:     "现在发出", shipsHint: "未选的仍待发货；为其填写的新日期照样登记。", way: "%s：%s 行，%s 件", notYet: "尚未发货",
		ownPage: "第 %s 至 %s 行，共 %s 行。翻页时已填写的内容会保留。保存时登记已打开各页的 %s 行，其余不登记。",
		closed:  "订单 %s 已无未到数量。如仍有到货请填写，并勾选最后的选项。",
		fState:  "状态", fOrdered: "已订购", fOutstanding: "未到", fDue: "预计", fCame: "已收货",
		cLeft: "未到", cCame: "已收货", cDue: "预计", history: "历史", letter: "给 %s 的信", noLetter: "还没有写信。",
		late: "%s（逾期 %s 天）",
		undo: "撤销（%s 前）", waits: "给供应商的邮件：%s 发出。", undone: "↩️ 批准撤销人：", undoneRest: "。信件没有发出。", takenBack: "↩️ 已撤销",
		unseen: "给供应商的邮件：等批准卡片显示之后再发出。",
		denied: "被拒绝：%s",
		deed: map[string]safe{"approve": "已批准", string(plan.MailSent): "确认供应商已收到信函", string(plan.MailAgain): "要求重新发送信函",
			"effect done": "信函已发出", "effect dry_run": "信函已写入发件箱，未发送", "effect unknown": "信函可能已到，也可能未到", "effect failed": "信函未发出", "effect withdrawn": "信函已撤回"},
	},
	cu: customerWords{
		title: "👥 复购 · %s", text: "预计 %[2]s 天内有 %[1]s 个订单，来自 %[4]s 位顾客中的 %[3]s 位",
		known: "数据截至 %s", none: "预计没有商品会被再次购买。",
		blend:    "预测采纳顾客信息的权重为 %s：误差 %s，采纳后 %s（此前 %s 个 %s 天的窗口）",
		noBlend:  "顾客信息在预测中的权重为 0：在此前 %s 个 %s 天的窗口中没有改善预测",
		segments: "顾客", segment: "%s：%s 位顾客，预计 %s 个订单", worth: "，每位在 %[2]s 天内订购 %[1]s（%[3]s 至 %[4]s）",
		one: "🔁 %s", oneText: "%s：预计 %s 位买家在 %s 天内再次购买（%s）",
		behind: "可能的顾客：%s 位", ask: "名单（限有权查看的人）：/stock repurchase %s customers",
		link:      "%[1]s 的买家会在 %[3]s 天内购买 %[2]s（%[4]s 至 %[5]s；为偶然的 %[6]s 倍；统计了 %[7]s 位买家）",
		cCustomer: "顾客", cChance: "概率", cAbout: "大约", cBought: "买过", before: "买过", never: "从未",
		play:   "联合方案：",
		class:  "经此渠道而来的买家 %[1]s 位；%[3]s 天内再次购买的占 %[2]s（%[4]s 至 %[5]s），其中半数在 %[6]s 天内",
		cAgain: "复购", cShare: "占买家", cDue: "半数在此前", cUnits: "件数", cNext: "接着买", again: "%s（%s），%s",
		fBuyers: "累计买家", fShare: "再次购买", fDue: "其中半数在此前", fUnits: "预计件数", fCycle: "周期", fWithin: "之后再买",
		fPolicy: "备货策略", fNext: "接着购买", cycleDays: "中位数 %s 天", withinDays: "30 天内 %s，60 天 %s，90 天 %s，180 天 %s",
		whoFirst: "另有 %s 位首次购买",
	},
	letters: letterWords{
		title: "给供应商的信", send: "发送", subject: "主题", text: "正文",
		to:        "收件人 %s，%s，关于订单 %s。发送的内容与下文完全一致。",
		noAddress: "没有 %s 的邮箱地址，因此无法从这里发送；文本可以复制。",
		how:       "由模板写成。", byModel: "由语言模型措辞，并已与事实核对。",
	},
	quotes: quoteWords{
		title: "供应商报价", save: "保存", intro: "供应商对 %s 的报价。从此参与比较，并不会因此下单。",
		supplier: "供应商", option: "%s · %s · %s", price: "单价", priceHint: "以供应商的币种填写；若价目表另列运费，则不含运费，例如 12.50。",
		moq: "最小起订量（件）", lead: "交期（天）", leadHint: "从下单到上架的日历天数。",
		valid: "有效期至", validHint: "可以下单的最后一天。",
	},
	scores: scoreWords{
		none:   "还不知道这家供应商的交货情况：没有历史订单。计划按其声明的交期计算。",
		orders: "订单", onTime: "准时率", fill: "足量率", damage: "损坏率", lateRisk: "下一单延迟的概率",
		lead: "交期", leadLine: "%s：为声明交期的 %s ± %s，依据 %[5]s 张订单的 %[4]s 次交货",
		year: "年份", settled: "%s 张，已完成 %s 张，其中延迟 %s 张", open: "未完成订单：",
		letters: "信函", tones: map[core.Tone]safe{core.Formal: "正式", core.Friendly: "亲切直接"},
		makeTone: map[core.Tone]safe{core.Formal: "改用正式语气", core.Friendly: "改用亲切语气"},
		toneFrom: map[plan.ToneSource]safe{plan.ToneByPerson: "在此设定", plan.ToneByFile: "来自 suppliers.csv", plan.ToneByRule: "来自设置", plan.ToneDefault: "未另行设定"},
		toneSet:  "%s，自 %s 起，由 ",
	},
	settings:     chineseSettings,
	letterFailed: "🔴 一封信函未能发送", letterDoubt: "🟠 这封信函是否已送达？",
	letterDoubtAsk: "未收到邮件服务器的答复：信函可能已发出，也可能没有。不会自动重发，请向收件人核实。",
	letterAgain:    "重新发送", letterArrived: "已送达",
	rfq:      chineseRFQ,
	review:   chineseReview,
	plays:    chinesePlay,
	arrivals: chineseArrivals,
	reply:    chineseReply,
	byHand:   chineseOverrides,
	quiet:    chineseQuiet, delegate: chineseDelegate,
	advice: chineseAdvice, study: chineseStudy, ask: chineseAsk, asks: chineseAsks, indicators: chineseIndicators,
	sources: sourceWords{
		title: "%s 的供应商", none: "没有汇率已知的供应商提供此商品。", only: "只有一家供应商。",
		moq: "起订量", unit: "到岸单价", lead: "交期", late: "延迟概率", short: "到货前缺货损失", total: "合计", each: "每件", here: "%s（现用）",
		choose: "改向 %s 订购", sure: "换一家供应商订购？", yes: "是",
		sureText: "%s 将在今后 %[3]s 天内向 %[2]s 订购。补货卡片会重写并请求批准。",
		days:     "%s ± %s 天，%s",
		quoted:   "%s，报价有效至 %s", chooseQuote: "按报价向 %s 订购", enter: "录入报价…",
		sureQuote: "%s 将按报价向 %s 订购，至 %s。补货卡片会重写并请求批准。",
	},
}
