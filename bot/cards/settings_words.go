package cards

import "quartermaster/core/plan"

// settingsWords are the phrases of the settings forms and of the card of a change.
type settingsWords struct {
	title, titleApproval, titleSchedule       safe
	intro, introApproval, introSchedule       safe // introSchedule: zone
	ask, history, none                        safe
	labels, hints, runs                       map[string]safe
	soloNo, soloYes                           safe
	approver                                  safe // who
	approverHint, newApprover, newLimit       safe
	changeHead, changeBy, mayConfirm          safe
	confirm, confirmSure, confirmText, refuse safe
	states                                    map[plan.ChangeState]safe
	edit, editApproval, editSchedule, file    safe // buttons
	titleImport, importIntro, importText      safe
	importHint, importShow, importDo, putIn   safe
	importFile                                safe
	importChanges, importNow, importSecond    safe // importChanges: n
	byDefault                                 safe
	listAdded, listRemoved, listOrder         safe // in the place of plan.ListAdded and its kin
	changesLeft, changesMany, importRest      safe // changesLeft: n
	fileOnly                                  safe // label
	askAnew                                   safe
}

// SettingsTitle is the title of the form of thresholds, for Loading and Sorry.
func SettingsTitle(w *phrases) safe { return w.settings.title }

// ApprovalTitle is the title of the form of the approval rules.
func ApprovalTitle(w *phrases) safe { return w.settings.titleApproval }

// ImportTitle is the title of the form that takes a settings file.
func ImportTitle(w *phrases) safe { return w.settings.titleImport }

// SchedulesTitle is the title of the form of the schedules.
func SchedulesTitle(w *phrases) safe { return w.settings.titleSchedule }

var englishSettings = settingsWords{
	title: "Settings", titleApproval: "Approval rules", titleSchedule: "Schedules",
	history: "Versions of the settings", none: "There is no version yet: the settings are those the program was started with.",
	intro:         "In force at once, for everybody. Who may approve what has a form of its own: /stock settings approval",
	introApproval: "Amounts are in the shop's currency. Another approver must confirm what you change, within a day; then it is in force at once.",
	introSchedule: "In force at once. Five cron fields (minute hour day month weekday) in the zone %s, such as 0 8 * * 1-5. Empty: the run is off.",
	ask:           "Ask",
	labels: map[string]safe{
		"policy.service_level": "Service level", "policy.review_days": "Days between two orders", "policy.red_days": "RED below days of cover",
		"policy.yellow_days": "YELLOW up to days of cover", "policy.min_safety_days": "Safety stock, at least days of sales",
		"policy.max_risk_cards": "Risk cards at once", "policy.reject_days": "A rejected line rests for days",
		"policy.quiet_hours": "Quiet hours", "policy.cool_down": "Cool-down of a finding", "approval.remind_after": "Remind after",
		"approval.second_above": "Two people approve above", "approval.confirm_above": "Ask “are you sure?” above", "approval.daily_cap": "One person approves a day at most",
		"approval.routine_limit": "Approve together up to",
		"approval.auto_limit":    "Approve by rule, without a person, up to", "approval.auto_cap": "Approve by rule in seven days at most", "approval.key_suppliers": "Suppliers whose orders a person always decides about",
		"approval.expiry": "A card can be approved for", "approval.undo": "An approval can be taken back for",
		"approval.solo": "May people approve what they edited?", "approval.fallback": "Who is asked when a reminder did not help",
		"slack.channel": "Channel of the cards",
	},
	hints: map[string]safe{
		"policy.service_level": "Probability of no stock-out in an order cycle, from 0.5 to 0.999", "policy.quiet_hours": "Such as 22:00-07:00, in the shop's zone; empty: none",
		"policy.cool_down":      "A finding is not told again so soon unless it gets graver or is over, such as 4h",
		"policy.max_risk_cards": "Those with most money at risk; the rest is counted in the overview",
		"approval.remind_after": "A proposal waits so long before its approvers are reminded, such as 24h; 0s: never",
		"approval.second_above": "Empty: one person is enough", "approval.confirm_above": "Empty: never", "approval.daily_cap": "Empty: no cap",
		"approval.routine_limit": "Orders up to this, unedited and without new products; empty: none",
		"approval.auto_limit":    "Routine orders up to this amount, of what people approved before at about the same price; empty: none", "approval.auto_cap": "Empty: four times the amount above",
		"approval.key_suppliers": "Their codes, with commas between; empty: none",
		"approval.expiry":        "Such as 72h",
		"approval.undo":          "The letter to the supplier waits so long, such as 5m; 0s: it leaves at once", "approval.fallback": "One of the approvers; asked when the money at risk grew",
		"slack.channel": "Its id, such as C0123456789; open the channel's details, at the bottom. The bot must be a member. Cards that stand stay where they are.",
	},
	runs: map[string]safe{
		"check": "Looks at everything, and asks for orders", "watch": "The same in between", "digest": "The overview of the day",
		"train": "Learns the model of demand anew", "customers": "Looks at the customers", "weekly": "The weekly report", "monthly": "The review of the month, and of the quarter",
	},
	soloNo: "No: somebody else approves", soloYes: "Yes: for shops of one",
	approver: "%s approves up to", approverHint: "Empty: takes the person off the list", newApprover: "Another approver", newLimit: "approves up to",
	changeHead: "Change of the settings", changeBy: "Asked for by ", mayConfirm: "can confirm: ",
	confirm: "Confirm", confirmSure: "Change the settings?", confirmText: "They are in force at once, for everybody.", refuse: "Refuse",
	states: map[plan.ChangeState]safe{
		plan.SettingsAsked: "🔐 TO BE CONFIRMED", plan.SettingsConfirmed: "✅ CONFIRMED", plan.SettingsRefused: "❌ REFUSED",
		plan.SettingsExpired: "⌛ EXPIRED", plan.SettingsOvertaken: "↩️ OVERTAKEN BY OTHER SETTINGS",
	},
	edit: "Thresholds…", editApproval: "Approval rules…", editSchedule: "Schedules and channel…", file: "Send me the file",
	titleImport: "Import settings", putIn: "Put in a file…", importText: "Or its text", importFile: "The settings file",
	importIntro: "Choose a settings file as /stock settings export sends it, or paste its text. First it is shown what it would change; nothing is changed before you say so.",
	importHint:  "The whole text, 3,000 characters at most; a longer one as a file.",
	importShow:  "Show the changes", importDo: "Put it in", byDefault: " (default)", importChanges: "Changes: %s", importNow: "In force at once, for everybody, when you send this again as it stands.",
	importSecond: "Another approver must confirm it, within a day; until then nothing changes.",
	listAdded:    plan.ListAdded, listRemoved: plan.ListRemoved, listOrder: plan.ListOrder,
	changesLeft: "Changes that there is no room for here: %s.",
	importRest:  "They are in the settings file that was sent.",
	changesMany: "A change that cannot be read cannot be confirmed. Please refuse it and ask for it in smaller parts, or use the command quartermaster settings import.",
	fileOnly:    "%s: as it stands it is changed in the settings file only, see /stock settings export and import.",
	askAnew:     "Nothing was changed by this. Who still wants it asks anew: /stock settings",
}

var chineseSettings = settingsWords{
	title: "设置", titleApproval: "审批规则", titleSchedule: "定时任务",
	history: "设置的历史版本", none: "还没有版本：当前使用程序启动时的设置。",
	intro:         "保存后立即对所有人生效。谁可以审批多少，请用另一张表单：/stock settings approval",
	introApproval: "金额以店铺货币计。您的修改须由另一位审批人在一天内确认，确认后立即生效。",
	introSchedule: "立即生效。五个 cron 字段（分 时 日 月 星期），时区 %s，例如 0 8 * * 1-5。留空：停用该任务。",
	ask:           "提交确认",
	labels: map[string]safe{
		"policy.service_level": "服务水平", "policy.review_days": "两次下单间隔（天）", "policy.red_days": "可售天数低于此值为红色",
		"policy.yellow_days": "可售天数不超过此值为黄色", "policy.min_safety_days": "安全库存下限（销售天数）",
		"policy.max_risk_cards": "同时显示的风险卡片数", "policy.reject_days": "被拒绝的行暂停天数",
		"policy.quiet_hours": "免打扰时段", "policy.cool_down": "同一事项的冷却时间", "approval.remind_after": "多久后提醒",
		"approval.second_above": "超过此金额需两人审批", "approval.confirm_above": "超过此金额再次询问", "approval.daily_cap": "每人每日审批上限",
		"approval.routine_limit": "可批量审批的金额上限",
		"approval.auto_limit":    "按规则自动批准（无需人工）的金额上限", "approval.auto_cap": "七天内按规则批准的总额上限", "approval.key_suppliers": "订单始终由人决定的供应商",
		"approval.expiry": "卡片有效期", "approval.undo": "审批可撤销的时间",
		"approval.solo": "可以审批自己修改过的订单吗？", "approval.fallback": "提醒无效时询问谁",
		"slack.channel": "卡片所在频道",
	},
	hints: map[string]safe{
		"policy.service_level": "一个订货周期内不缺货的概率，0.5 到 0.999", "policy.quiet_hours": "例如 22:00-07:00，按店铺时区；留空：无",
		"policy.cool_down":      "在此时间内不重复提示，除非变严重或已解除，例如 4h",
		"policy.max_risk_cards": "显示风险金额最大的；其余计入总览",
		"approval.remind_after": "提案等待多久后提醒审批人，例如 24h；0s：从不",
		"approval.second_above": "留空：一人即可", "approval.confirm_above": "留空：从不", "approval.daily_cap": "留空：无上限",
		"approval.routine_limit": "不超过此金额、未经修改且无新品的订单；留空：不允许",
		"approval.auto_limit":    "不超过此金额、曾由人以相近价格批准过的例行订单；留空：不自动批准", "approval.auto_cap": "留空：上一项的四倍",
		"approval.key_suppliers": "供应商代码，以逗号分隔；留空：无",
		"approval.expiry":        "例如 72h",
		"approval.undo":          "给供应商的邮件等待这么久，例如 5m；0s：立即发出", "approval.fallback": "审批人之一；风险金额增长时询问",
		"slack.channel": "频道 ID，例如 C0123456789，见频道详情底部。机器人须在频道内。已有卡片留在原处。",
	},
	runs: map[string]safe{
		"check": "检查全部并提出订货建议", "watch": "其间的同样检查", "digest": "每日概览",
		"train": "重新学习需求模型", "customers": "分析客户", "weekly": "周报", "monthly": "月度回顾和季度回顾",
	},
	soloNo: "不可以：由他人审批", soloYes: "可以：适合一人店铺",
	approver: "%s 的审批上限", approverHint: "留空：将此人移出名单", newApprover: "新增审批人", newLimit: "其审批上限",
	changeHead: "修改设置", changeBy: "申请人：", mayConfirm: "可以确认：",
	confirm: "确认", confirmSure: "修改设置？", confirmText: "立即对所有人生效。", refuse: "拒绝",
	states: map[plan.ChangeState]safe{
		plan.SettingsAsked: "🔐 待确认", plan.SettingsConfirmed: "✅ 已确认", plan.SettingsRefused: "❌ 已拒绝",
		plan.SettingsExpired: "⌛ 已过期", plan.SettingsOvertaken: "↩️ 已被其他设置取代",
	},
	edit: "阈值…", editApproval: "审批规则…", editSchedule: "定时与频道…", file: "把文件发给我",
	titleImport: "导入设置", putIn: "导入文件…", importText: "或其文本", importFile: "设置文件",
	importIntro: "选择 /stock settings export 所发的设置文件，或粘贴其文本。先显示会改变什么；在您确认之前不作任何更改。",
	importHint:  "全部文本，最多 3,000 个字符；更长的请上传文件。",
	importShow:  "显示更改", importDo: "导入", byDefault: "（默认）", importChanges: "更改：%s 项", importNow: "原样再次提交后，立即对所有人生效。",
	importSecond: "须由另一位审批人在一天内确认；在此之前不作更改。",
	listAdded:    "新增 ", listRemoved: "移除 ", listOrder: "顺序改为 ",
	changesLeft: "此处放不下的更改：%s 项。",
	importRest:  "见所发的设置文件。",
	changesMany: "无法读到的更改不能确认。请拒绝，再分成几部分提出，或使用命令 quartermaster settings import。",
	fileOnly:    "%s：按现有内容只能在设置文件中修改，见 /stock settings export 和 import。",
	askAnew:     "此申请未作任何更改。如仍需要，请重新提出：/stock settings",
}
