package cards

import (
	"quartermaster/core/plan"
	"quartermaster/core/replenish"
	"quartermaster/core/risk"
)

// phrases is every sentence of this package in one language. Adding a language
// means adding a value of this type and a case to speak. Slots are %s; %[2]s
// changes their order.
type phrases struct {
	// Heads of cards: icon, word.
	tier  map[replenish.Tier]safe
	grave map[risk.Severity]safe
	state map[plan.State]safe

	// Restock cards. {what} is orderOne or orderMany.
	head, headDone           safe // head/what ; head/what
	orderOne, orderMany      safe // qty, sku, supplier ; products, supplier
	textOut, textLow         safe // sku, when ; sku
	textManyOut, textManyLow safe // products, sku, when ; products
	// Of quantity, supplier, date and amount.
	textOrder, textOrderLate, textOrderHeld safe
	inDays, today, tomorrow                 safe // days, date ; date
	past, overdue                           safe // date ; date, days
	units, textUnits                        safe // n
	productsUnits                           safe // products, units
	inShop                                  safe // amount, amount in the shop's currency
	stock                                   safe // on hand, on order
	by                                      safe // date, mode
	more                                    safe // n
	why, note                               safe
	moreRemarks                             safe // n
	conservative, noApproval                safe
	first                                   safe // who ; rest
	firstRest, textSecond                   safe
	edited                                  safe
	approvedBy, rejectedBy                  safe
	byRule, byRuleHead, rule                safe // the reason ; ; in the place of a person
	byRuleWaits, askedWhy                   safe // until ; the reason
	ruleWeek                                safe // orders, of them by rule, spent, limit
	snoozedBy, snoozedAt                    safe
	snoozed                                 safe // instant
	expired, withdrawn                      safe
	order                                   safe // number, amount
	mail, mailWord                          map[plan.OrderState]safe
	dataOf, run, expires                    safe
	mayApprove, nobody, second              safe
	andMore, inStatus, inFile               safe // n
	inExport, inSettings                    safe // n
	pagePrevious, pageNext                  safe
	pageOf                                  safe // page, pages

	// Labels of facts and columns.
	fOrder, fAmount, fRunsOut, fFirstOut, fOrderBy, fArrives, fStock, fRisk, fCover, fShort safe
	cSKU, cName, cPlace, cQty, cCost, cArrives, cRunsOut, cTier, cCover, cRisk              safe
	cNumber, cSupplier, cAmount, cState, cDate                                              safe
	notSoon                                                                                 safe

	// Buttons.
	approve, approveSecond              safe // qty, amount
	mailSent, mailAgain                 safe
	mailAgainSure, mailAgainYes         safe
	mailAgainText                       safe // order number
	edit, whyButton, snooze1, snooze7   safe
	reject, rejectMore                  safe
	rejectIntro, rejectWhy, rejectHint  safe
	countLine                           safe // qty, price, freight, cost
	countCover                          safe // days
	countTotal                          safe // amount
	countOut, countNot                  safe
	sure, sureText, sureYes, sureNo     safe // sureText: what, amount
	days                                safe // n
	riskNoSource, riskOver, riskSeason  safe // sku
	riskStale, riskBad, riskOther       safe
	riskLate                            safe // order, supplier, days
	riskSupplier                        safe // supplier
	lateHelp, lateFiled                 safe
	riskRestored                        safe
	resolved, resolvedWhy               safe
	overview, overviewText, overMore    safe
	fRed, fYellow, fGreen, fIdle, fOpen safe

	// Modals.
	loading, editTitle, whyTitle, save, cancel, closeIt safe
	editIntro                                           safe // supplier
	hint, hintMax, hintWith, hintWhy, hintZero          safe
	closed                                              safe // state
	pageFirst                                           safe
	noCalc                                              safe
	whyTier                                             safe
	whyForecast, whyConfidence                          safe

	// The digest.
	digestHead, digestText         safe // day ; red, yellow, money, waiting
	digestBy                       safe // day
	digestWaiting, digestShort     safe
	digestMore, shortTitle, noneAt safe
	shortLine, shortRisk           safe // place, tier, when ; money
	cBy                            safe

	// Trouble with messages.
	awayHead, awayText, awayFollow     safe
	awayOrders, awayExpired, awayCause safe
	deadHead, deadText, deadLine       safe
	deadAsk, deadRetry, deadDiscard    safe
	deadSettled                        safe

	letterFailed, letterDoubt, letterDoubtAsk safe
	letterAgain, letterArrived                safe

	// Answers to /stock.
	statusTitle, statusNever, statusText safe
	worst, warning                       safe
	itemText                             safe
	ordersTitle, waiting, ordered        safe
	noneWaiting, noneOrdered             safe
	filed, fOutWithout                   safe
	help                                 safe
	unknown, nearest                     safe

	home       homeWords
	done       outcomeWords
	po         orderWords    // purchase orders after their approval
	cu         customerWords // customers and what they buy again
	plays      playWords
	arrivals   arrivalWords
	review     reviewWords
	letters    letterWords
	quotes     quoteWords
	rfq        rfqWords
	byHand     overrideWords // numbers set by a person
	quiet      quietWords
	delegate   delegateWords
	advice     adviceWords
	study      studyWords
	ask        askWords
	asks       cardAskWords
	indicators indicatorWords
	reply      replyWords
	scores     scoreWords
	settings   settingsWords
	sources    sourceWords
	week       weekWords

	// What a language does to every sentence.
	language                      string
	dateForm, dayForm             string // of package time; a day without its year
	percent, inBrackets           safe   // number ; text
	stop, colon, semicolon, comma safe   // between sentences and their parts
	pair, pair4                   safe   // label, value ; label, three values
}

// speak returns the phrases of a language, English for one it does not know.
func speak(language string) *phrases {
	if language == chinese.language {
		return &chinese
	}
	return &english
}

var english = phrases{
	riskSupplier: "Supplier %s is likely late",
	riskLate:     "Order %s from %s is late by %s d",
	lateHelp:     "Ask the supplier, then press a button on the order's card: a new day of arrival, received, or cancel. /stock orders lists the orders.",
	lateFiled:    "Ask the supplier. This order comes from the file open_orders.csv and has no card here: put the new day into the file, or leave the order out when it came or will not come. The next check reads it.",

	tier: map[replenish.Tier]safe{
		replenish.Red: "🔴 RED", replenish.Yellow: "🟡 YELLOW", replenish.Green: "🟢 GREEN", replenish.Idle: "⚪ IDLE",
	},
	grave: map[risk.Severity]safe{risk.High: "🔴 HIGH", risk.Medium: "🟡 MEDIUM", risk.Low: "🔵 LOW"},
	state: map[plan.State]safe{
		plan.Proposed: "📦 OPEN", plan.AwaitingSecond: "⏳ SECOND APPROVAL", plan.Snoozed: "💤 SNOOZED", plan.Approved: "✅ APPROVED",
		plan.Rejected: "❌ REJECTED", plan.Expired: "⌛ EXPIRED", plan.Withdrawn: "↩️ WITHDRAWN",
	},

	head: "%s · Order %s", headDone: "%s · %s",
	orderOne: "%s × %s from %s", orderMany: "%s products from %s",
	textOut: "%s runs out %s", textLow: "%s is below its reorder point",
	textManyOut: "%s products run low, first %s %s", textManyLow: "%s products are below their reorder points",
	textOrder: "order %s from %s by %s, %s", textOrderLate: "order %s from %s now (the order-by date was %s), %s",
	textOrderHeld: "look at the data first: %s from %s (order by %s, %s) cannot be approved until it is right",
	inDays:        "in %s days (%s)", today: "today (%s)", tomorrow: "tomorrow (%s)", past: "on %s", overdue: "%s (overdue by %s d)",
	units: "%s units", textUnits: "%s", productsUnits: "%s products, %s units",
	inShop: "%s (%s)", stock: "%s on hand, %s on order", by: "%s by %s",
	moreRemarks: "and %s more in “Why?”", more: "and %s more: press Why?",
	why: "Why: ", note: "Note: ",
	conservative: "⏸️ Conservative mode: ", noApproval: "Nothing can be approved until the data is fresh again.",
	first: "⏳ First approval by ", firstRest: ". A second approver is needed.", textSecond: "Second approval needed: ",
	edited: "✏️ Quantities edited by ",
	byRule: "🤖 Approved by rule: %s", byRuleHead: "🤖 ORDERED BY RULE within the limits", rule: "the rule",
	byRuleWaits: "Undo until %s, then the e-mail to the supplier leaves.", askedWhy: "A person is asked: %s.",
	ruleWeek:   "Approved by rule in the last seven days: %s of %s orders, %s of %s.",
	approvedBy: "✅ Approved by ", rejectedBy: "❌ Rejected by ",
	snoozedBy: "💤 Snoozed by ", snoozedAt: "💤 Snoozed", snoozed: " until %s",
	expired: "⌛ Expired on %s without a decision.", withdrawn: "↩️ Withdrawn: ",
	order: "Order %s, %s. ",
	mail: map[plan.OrderState]safe{
		plan.OrderApproved:    "E-mail to the supplier: being prepared.",
		plan.OrderSent:        "E-mail to the supplier: sent.",
		plan.OrderDryRun:      "E-mail to the supplier: written to the outbox (dry run).",
		plan.OrderSendUnknown: "E-mail to the supplier: answer lost, please check before sending again.",
		plan.OrderSendFailed:  "E-mail to the supplier: failed. Send it again, or say that the supplier has it.",
	},
	mailWord: map[plan.OrderState]safe{
		plan.OrderApproved: "approved", plan.OrderSent: "e-mail sent", plan.OrderDryRun: "e-mail in the outbox (dry run)",
		plan.OrderSendUnknown: "e-mail: answer lost, please check", plan.OrderSendFailed: "e-mail failed",
	},
	dataOf: "Data of %s", run: "run %s", expires: "expires %s",
	mayApprove: "can approve: ", nobody: "nobody may approve yet (settings: approval.approver)", second: "needs two approvals",
	andMore: "and %s more", inStatus: "and %s more, in /stock status", inFile: "and %s more, in the file", inExport: "and %s more: /stock export refused", inSettings: "and %s more, in /stock settings", pagePrevious: "◀ Previous", pageNext: "Next ▶", pageOf: "Page %s of %s",

	fOrder: "Order", fAmount: "Amount", fRunsOut: "Runs out", fFirstOut: "First runs out", fOrderBy: "Order by", fArrives: "Arrives",
	fStock: "Stock", fRisk: "Money at risk", fCover: "Cover", fShort: "Short until goods arrive",
	cSKU: "SKU", cName: "Product", cPlace: "For", cQty: "Order", cCost: "Cost", cArrives: "Arrives", cRunsOut: "Runs out", cTier: "Tier",
	cCover: "Cover", cRisk: "At risk", cNumber: "Order", cSupplier: "Supplier", cAmount: "Amount", cState: "State", cDate: "Date",
	notSoon: "not in sight",

	mailSent: "The supplier has it", mailAgain: "Send it again", mailAgainSure: "Send the e-mail again?", mailAgainYes: "Send again",
	mailAgainText: "If the first e-mail of %s arrived after all, the supplier gets it twice. Ask the supplier before you send it again.",
	approve:       "Approve %s · %s", approveSecond: "Approve as second: %s · %s",
	edit: "Edit quantity", whyButton: "Why?", snooze1: "Snooze 1 day", snooze7: "Snooze 7 days", reject: "Reject", rejectMore: "Reject…",
	rejectIntro: "Nothing is ordered. The same lines are not proposed again for some days unless their need grows.",
	rejectWhy:   "Why?", rejectHint: "Shown on the card and in its thread; kept with the decision",
	sure: "Approve this order?", sureText: "Order %s for %s.", sureYes: "Approve", sureNo: "Cancel",
	days:         "%s days",
	riskNoSource: "%s has demand but no supplier", riskOver: "%s is overstocked", riskSeason: "%s: plan of the season",
	riskStale: "%s data is stale", riskBad: "%s data cannot be right", riskOther: "%s needs a look",
	riskRestored: "The database was restored from a backup: nothing can be approved until it is reconciled",
	resolved:     "✅ RESOLVED", resolvedWhy: "✅ Resolved: ",
	overview: "📊 Stock overview · %s", overviewText: "Stock overview: %s RED, %s YELLOW, %s GREEN, %s idle; %s at risk; open proposals: %s",
	overMore: "Findings without a card of their own: %s. See /stock status.",
	fRed:     "🔴 RED", fYellow: "🟡 YELLOW", fGreen: "🟢 GREEN", fIdle: "⚪ Idle", fOpen: "Open proposals",

	loading: "One moment…", editTitle: "Edit quantity", whyTitle: "Why?", save: "Save", cancel: "Cancel", closeIt: "Close",
	editIntro: "Order from %s: nothing is ordered by saving; the card is rewritten and asks again.",
	hint:      "Minimum %s, in packs of %s", hintWith: " together with the part that goes by another way", hintMax: ", at most %s", hintWhy: ". Needed: %s", hintZero: ". 0 leaves the line out",
	countLine: "%s × (%s + %s freight) = %s", countCover: "lasts %s days with stock and what is on order", countOut: "Left out of the order",
	countTotal: "Order total: %s", countNot: "These quantities cannot be saved yet",
	closed:      "This proposal cannot be edited any more. State: %s",
	pageFirst:   "The other pages: please save the numbers that were typed first.",
	noCalc:      "There is no calculation: no supplier offers it, or no demand is expected.",
	whyTier:     "Tier %s: %s",
	whyForecast: "Forecast: %s", whyConfidence: "Confidence of the forecast: %s of 100",

	digestHead: "☀️ %s", digestText: "%s RED, %s YELLOW, %s at risk; waiting for a decision: %s",
	digestBy: "the first by %s", digestWaiting: "Waiting for a decision", digestShort: "Runs short",
	digestMore: "%s more", shortTitle: "Runs short", noneAt: "Nothing runs short.", shortLine: "%s · %s · runs out %s", shortRisk: " · %s at risk", cBy: "Order by",

	awayHead:   "📡 Slack is back",
	awayText:   "Slack could not be reached from %s to %s",
	awayFollow: "What waited follows in the order in which it happened: %s cards, %s threads with news.",
	awayOrders: "Orders written meanwhile: %s.", awayExpired: "Proposals that expired meanwhile and cannot be approved any more: %s.",
	awayCause: "Cause: %s",
	deadHead:  "🔴 Messages were refused", deadText: "Slack refused messages for good: %s. Please look at them",
	deadLine: "%s: %s", deadAsk: "Try again after the cause is gone, or discard them; orders and e-mails are not touched by this.",
	deadRetry: "Try again", deadDiscard: "Discard", deadSettled: "✅ Settled: ",
	letterFailed: "🔴 A letter could not be sent", letterDoubt: "🟠 Did this letter arrive?",
	letterDoubtAsk: "The mail server's answer was lost: it may or may not have left. It is not sent again by itself; please check with the receiver.",
	letterAgain:    "Send again", letterArrived: "It has arrived",

	statusTitle: "📊 %s", statusNever: "No check has run yet.", statusText: "%s: %s RED, %s YELLOW, %s GREEN, %s idle; %s at risk; open proposals: %s",
	worst: "Most money at risk", warning: "⚠️ ",
	itemText:    "%s at %s: %s, cover %s days, runs out: %s",
	ordersTitle: "📦 Orders", waiting: "Waiting for a decision", ordered: "Purchase orders",
	noneWaiting: "Nothing waits for a decision.", noneOrdered: "No purchase order yet.",
	fOutWithout: "Runs out without these goods",
	filed:       "From the file of orders (open_orders.csv), not made here",
	help: "/stock status: how many items are short, and the worst of them\n" +
		"/stock sku CODE: stock, forecast and order-by date of one product\n" +
		"/stock orders: what waits for a decision, and the newest purchase orders\n" +
		"/stock approve: what waits, by amount, each with its button\n" +
		"/stock delegate: hand your approvals over until a day; delegate end: take them back\n" +
		"/stock order NUMBER: state, lines, history and letter of one purchase order\n" +
		"/stock receive NUMBER: the form for goods that came\n" +
		"/stock reply NUMBER: what the supplier answered about an order, read as data\n" +
		"/stock supplier NAME: how long a supplier takes, how punctual, complete and sound it delivers, and the tone of letters to it\n" +
		"/stock compare CODE: the suppliers of a product side by side, and a button to order from another\n" +
		"/stock rfq CODE: ask other suppliers for a quote; every letter is shown before it leaves\n" +
		"/stock advice: what else should be done about stock: too much, dead, to be moved, for the season; with a CODE one product\n" +
		"/stock override CODE: set a number by hand, with reason and last day; override list, override history: what is set, and was\n" +
		"/stock letter KIND NUMBER: a letter to the supplier, to be read, changed and sent; kinds are expedite, delay, change, cancel, price, moq, lead-time\n" +
		"/stock why CODE: the calculation behind a product, number by number\n" +
		"/stock repurchase: what customers buy again, when, and what next; with a CODE one product\n" +
		"/stock forecast CODE: what is expected to sell, week by week\n" +
		"/stock snooze CODE DAYS: no word about a product for some days\n" +
		"/stock snooze CODE DATE, received or price: until a day, until goods come, until a price changes\n" +
		"/stock mute CODE: no risk card about a product until /stock unmute CODE\n" +
		"/stock quiet: what the last check did not tell, and why; with a CODE one product\n" +
		"/stock export LIST csv or xlsx: a list as a file in your direct messages: stock, orders, approvals, proposals, suppliers, prices, findings, advice, suggestions, refused, customers\n" +
		"/stock schedule: what runs next, and how it ended last\n" +
		"/stock settings: what is in force, since when and by whom; settings edit, approval, schedule: change it; history: who changed what; export: as a file; import: put a file in\n" +
		"/stock report: the weekly report as of today, as a file for the meeting; report month, report quarter: what was decided, and settings to look at\n" +
		"/stock simulate: the past year replayed with your settings beside other rules\n" +
		"/stock stress: what shocks would do; surge 300, demand -50 (per cent) or gone SUPPLIER: only that one\n" +
		"/stock suggest TEXT: the suggestion box\n" +
		"/stock help: this list",
	home: englishHome, done: englishOutcome, po: englishOrders, cu: englishCustomers, plays: englishPlay, arrivals: englishArrivals, review: englishReview, letters: englishLetters, quotes: englishQuotes, rfq: englishRFQ, reply: englishReply, byHand: englishOverrides, advice: englishAdvice, study: englishStudy, ask: englishAsk, asks: englishAsks, indicators: englishIndicators, quiet: englishQuiet, delegate: englishDelegate,
	scores: englishScores, settings: englishSettings, sources: englishSources,
	week: englishWeek,

	language: "en", dayForm: "2 Jan", dateForm: "2 Jan 2006", percent: "%s %%", inBrackets: " (%s)", stop: ". ", colon: ": ", semicolon: "; ", comma: ", ",
	pair: "%s: %s", pair4: "%s: %s %s %s",
	unknown: "There is no command “%s”.", nearest: " Did you mean /stock %s?",
}
