// The page: which place is open, what is drawn when something changes.
import { h, $, clear, get, post, toast } from "./dom.js";
import { plain } from "./text.js";
import { blocks } from "./blocks.js";
import { feed, composer, threadPanel, avatar } from "./messages.js";
import { showStack } from "./modal.js";
import { team, people, loadState, actAs, seen, entered } from "./state.js";

let route = { kind: "channel", id: "" };
let drawList = null;   // of the open channel
let drawThread = null; // of the open thread
let older = [];        // messages loaded by "Older messages"
let stream = null;

const channel = () => team.channels.find((c) => c.id === route.id);

// readRoute understands #C123, #C123/ts, #home and #panel/id.
function readRoute() {
  const [first, second] = decodeURIComponent(location.hash.slice(1)).split("/");
  if (first === "home") return { kind: "home" };
  if (first === "panel" && team.panels.some((p) => p.id === second)) return { kind: "panel", id: second };
  const found = team.channels.find((c) => c.id === first) ?? team.channels[0];
  return { kind: "channel", id: found?.id ?? "", ts: found?.id === first ? second : undefined };
}

function sidebar() {
  const item = (href, current, sign, name, extra) => h("a", { class: "item" + (extra?.unread ? " unread" : ""), href, "aria-current": current ? "page" : null,
    click: () => $("frame").classList.remove("menu-open") }, h("span", { class: "sign", "aria-hidden": "true" }, sign), h("span", { class: "name" }, name), extra?.tail);
  const me = people().find((u) => u.id === team.me);
  const here = (kind, id) => route.kind === kind && route.id === id;
  clear($("side"),
    h("header", {}, h("img", { src: "/static/icon.svg", alt: "", class: "logo" }), h("div", {}, h("h1", {}, team.team), h("small", {}, "local workspace"))),
    h("div", { class: "scroll" },
      h("h2", {}, "Channels"),
      team.channels.filter((c) => !c.direct).map((c) => item("#" + c.id, here("channel", c.id), c.private ? "🔒" : "#", c.name,
        { unread: !here("channel", c.id) && c.latest > seen(c.id), tail: c.archived && h("small", {}, "archived") })),
      h("h2", {}, "Apps"),
      item("#home", route.kind === "home", "⌂", team.app + " home"),
      team.channels.filter((c) => c.direct).map((c) => item("#" + c.id, here("channel", c.id), "✉", "Messages", { unread: !here("channel", c.id) && c.latest > seen(c.id) })),
      team.panels.length > 0 && [h("h2", {}, "Behind the scenes"), team.panels.map((p) => item("#panel/" + p.id, here("panel", p.id), "▤", p.title))]),
    h("footer", {}, avatar(team.me), h("label", {}, h("small", {}, "Acting as"),
      h("select", { value: null, change: (ev) => { actAs(ev.target.value); start(); } }, people().map((u) => {
        const option = h("option", { value: u.id }, (u.real_name || u.name) + (u.guest ? " (guest)" : u.foreign ? " (other company)" : ""));
        option.selected = u.id === team.me;
        return option;
      })), me?.title && h("small", { class: "role", title: me.title }, me.title))));
  document.title = `${route.kind === "channel" ? "#" + (channel()?.name || "messages") : route.kind === "home" ? "Home" : panel().title} · ${team.team}`;
}

const panel = () => team.panels.find((p) => p.id === route.id) ?? { title: "" };

function top(sign, title, note) {
  clear($("top"),
    h("button", { class: "plain burger", "aria-label": "Channels", click: () => $("frame").classList.toggle("menu-open") }, "☰"),
    h("h2", {}, sign, title), note && h("span", { class: "topic" }, note));
}

// open draws the place the address names.
async function open() {
  const next = readRoute();
  const same = next.kind === route.kind && next.id === route.id;
  route = next;
  sidebar();
  if (!same || !drawList) { closeThread(); older = []; drawList = null; clear($("list")); }
  $("composer").hidden = route.kind !== "channel";
  if (route.kind === "channel" && channel()) {
    const c = channel();
    top(c.direct ? "✉ " : c.private ? "🔒 " : "# ", c.direct ? team.app : c.name, [c.topic, c.shared && "shared with another company", `${c.members} members`].filter(Boolean).join(" · "));
    if (!drawList) {
      drawList = feed($("list"), c.id, openThread);
      composer($("composer"), { channel: c, label: `Message ${c.direct ? team.app : "#" + c.name}${team.commands.length ? " or " + team.commands[0] : ""}` });
      await messages(true);
    }
    if (route.ts) point(route.ts);
  } else if (route.kind === "home") {
    top("", team.app, "App home");
    post("home", { user: team.me });
    await views();
  } else if (route.kind === "panel") {
    top("", panel().title, "Behind the scenes");
    await items();
  } else {
    top("", "No channel", "");
    clear($("list"), h("p", { class: "empty" }, "You are in no channel."));
    $("composer").hidden = true;
  }
}

async function messages(jump) {
  const c = channel();
  const draw = drawList;
  if (route.kind !== "channel" || !c || !draw) return;
  const page = await get("messages", { user: team.me, channel: c.id });
  if (draw !== drawList) return;
  older = older.filter((m) => m.ts < (page.messages[0]?.ts ?? ""));
  const all = [...older, ...page.messages];
  draw(all, { jump, empty: emptyChannel(c), before: page.more && (older.length === 0 || older.more) && h("button", { class: "btn older", click: () => loadOlder(all[0].ts) }, "Older messages") });
}

async function loadOlder(before) {
  const page = await get("messages", { user: team.me, channel: route.id, before });
  const height = $("list").scrollHeight;
  older = [...page.messages, ...older];
  older.more = page.more;
  await messages(false);
  $("list").scrollTop = $("list").scrollHeight - height;
}

const emptyChannel = (c) => h("div", { class: "empty" }, h("div", { class: "sign", "aria-hidden": "true" }, c.app ? "📦" : "💬"),
  h("h3", {}, c.direct ? team.app : "#" + c.name), h("p", {}, c.empty || (c.app ? team.empty : "No messages yet. The app is not in this channel.")));

function point(ts) {
  const node = document.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  node?.scrollIntoView({ block: "center" });
  node?.classList.add("pointed");
}

async function openThread(ts) {
  drawThread = threadPanel(channel(), ts, closeThread);
  $("frame").classList.add("with-thread");
  await drawThread(true);
  $("thread").querySelector("textarea")?.focus();
}

function closeThread() {
  drawThread = null;
  $("thread").hidden = true;
  $("frame").classList.remove("with-thread");
}

// views draws the modals and, when it is open, the home tab.
async function views() {
  const { stack, home } = await get("views", { user: team.me });
  showStack(stack);
  if (route.kind !== "home") return;
  const key = "view/" + home?.id;
  clear($("list"), home
    ? h("div", { class: "home blocks" }, blocks(home.blocks, { key,
        act: (b, e, value) => post("act", { user: team.me, view: home.id, block: b.block_id, action: e.action_id, value, entered: entered(key) }) }))
    : h("div", { class: "empty" }, h("div", { class: "sign", "aria-hidden": "true" }, "🏠"), h("h3", {}, team.app), h("p", {}, "The app has not filled its home tab yet.")));
}

async function items() {
  const open = new Set([...document.querySelectorAll("details[open]")].map((d) => d.dataset.key));
  const out = await get("panels/" + encodeURIComponent(route.id));
  const entry = (it) => {
    const key = it.title + "\n" + (it.subtitle ?? "");
    const head = [h("span", { class: "what" }, h("strong", {}, it.title), it.subtitle && h("small", {}, it.subtitle)), it.badge && h("span", { class: "badge" }, plain(it.badge))];
    return it.text ? h("details", { "data-key": key, open: open.has(key) }, h("summary", {}, head), h("pre", {}, it.text)) : h("div", { class: "row" }, head);
  };
  clear($("list"), h("div", { class: "panel" },
    out.error && h("p", { class: "problem" }, "This list cannot be shown now: " + out.error),
    !out.error && out.items.length === 0 && h("div", { class: "empty" }, h("h3", {}, panel().title), h("p", {}, panel().empty || "Nothing here yet.")),
    out.items.map(entry)));
}

// listen follows the workspace and draws again what changed.
function listen() {
  stream?.close();
  stream = new EventSource("/ui/stream?" + new URLSearchParams({ user: team.me }));
  let late = false;
  stream.onerror = () => { late = true; $("offline").hidden = false; };
  stream.onopen = () => { $("offline").hidden = true; if (late) { late = false; refresh({ kind: "all" }); } };
  stream.onmessage = (ev) => refresh(JSON.parse(ev.data));
}

const waiting = new Set();

// refresh gathers notices for a moment, as many changes come in bursts.
function refresh(n) {
  if (n.kind === "toast") { toast(n.text); return; }
  if (waiting.size === 0) setTimeout(flush, 40);
  waiting.add(n.kind === "message" && n.channel !== route.id ? "elsewhere" : n.kind);
}

async function flush() {
  const kinds = new Set(waiting);
  waiting.clear();
  const any = (...names) => kinds.has("all") || names.some((n) => kinds.has(n));
  try {
    if (any("message")) { await messages(false); if (drawThread) await drawThread(false); }
    if (any("message", "elsewhere", "channels")) { await refreshState(); sidebar(); }
    if (any("view") || (any("home") && route.kind === "home")) await views();
    if (route.kind === "panel") await items();
  } catch { $("offline").hidden = false; }
}

async function refreshState() {
  const me = team.me;
  Object.assign(team, await get("state", { user: me }));
}

async function start() {
  await loadState();
  drawList = null;
  showStack([]);
  listen();
  await open();
  await views();
}

addEventListener("hashchange", open);
$("skip").addEventListener("click", () => $("composer").querySelector("textarea")?.focus());
setInterval(() => { if (route.kind === "panel") items().catch(() => {}); }, 5000);

// A page that is loaded anew has no windows open, as in Slack.
async function load() {
  await loadState();
  await post("close", { user: team.me, all: true });
  await start();
}
load().catch((err) => toast(err.message));
