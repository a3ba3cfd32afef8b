// Messages: the list of a channel, a thread beside it, the box to write in.
import { h, $, clear, get, post, busy, dialog } from "./dom.js";
import { mrkdwn, unescape, userName, when } from "./text.js";
import { blocks } from "./blocks.js";
import { team, markSeen } from "./state.js";

const HUES = 8;

export function avatar(id) {
  if (id === team.bot) return h("span", { class: "avatar app", "aria-hidden": "true" }, h("img", { src: "/static/icon.svg", alt: "" }));
  if (id === "USLACKBOT") return h("span", { class: "avatar hue5", "aria-hidden": "true" }, "i");
  const name = userName(id) || "?";
  const hue = [...id].reduce((sum, c) => sum + c.charCodeAt(0), 0) % HUES;
  return h("span", { class: "avatar hue" + hue, "aria-hidden": "true" }, name.split(/\s+/).map((w) => w[0]).slice(0, 2).join("").toUpperCase());
}

const clock = (ts) => when(Number(ts), { hour: "2-digit", minute: "2-digit" });
const day = (ts) => when(Number(ts), { weekday: "long", day: "numeric", month: "long" });

// feed draws messages into a node and redraws only those that changed.
export function feed(node, channel, openThread) {
  const drawn = new Map(); // ts -> {source, element}
  let pinned = true;       // at the end, and to be kept there while images load
  const down = () => { if (pinned) node.scrollTop = node.scrollHeight; };
  let last = 0;            // only a person scrolls up; pictures that load push the end away
  node.onscroll = () => {
    if (node.scrollHeight - node.scrollTop - node.clientHeight < 80) pinned = true;
    else if (node.scrollTop < last) pinned = false;
    last = node.scrollTop;
  };
  node.addEventListener("load", down, true);
  new ResizeObserver(down).observe(node);
  return (messages, options = {}) => {
    if (options.jump) pinned = true;
    const parts = [];
    let lastDay = "";
    for (const m of messages) {
      if (!options.thread && day(m.ts) !== lastDay) parts.push(h("div", { class: "day", role: "separator" }, h("span", {}, lastDay = day(m.ts))));
      const source = JSON.stringify(m);
      if (drawn.get(m.ts)?.source !== source) drawn.set(m.ts, { source, element: message(m, channel, options.thread ? null : openThread) });
      parts.push(drawn.get(m.ts).element);
    }
    clear(node, options.before, parts, messages.length === 0 && options.empty);
    down();
    if (!options.thread) markSeen(channel, messages.filter((m) => !m.is_ephemeral).at(-1)?.ts);
  };
}

function message(m, channel, openThread) {
  const ephemeral = m.is_ephemeral === true;
  const own = (path, extra) => post(path, { user: team.me, channel, ts: m.ts, ...extra });
  const place = { key: `${channel}/${m.ts}`, act: (b, e, value) => own("act", { block: b.block_id, action: e.action_id, value, entered: {} }) };
  const name = m.user === "USLACKBOT" ? team.team : userName(m.user);
  return h("article", { class: "message" + (ephemeral ? " ephemeral" : "") + (m.subtype === "tombstone" ? " gone" : ""), "data-ts": m.ts,
    "aria-label": `${name}, ${clock(m.ts)}: ${unescape(m.text ?? "")}` },
    avatar(m.user ?? ""),
    h("div", { class: "content" },
      ephemeral && h("div", { class: "only" }, "👁 Only visible to you · ",
        h("button", { class: "plain", click: () => own("forget") }, "Dismiss")),
      h("div", { class: "who" }, h("strong", {}, name), (m.bot_id || m.user === "USLACKBOT") && h("span", { class: "badge" }, "APP"),
        h("a", { class: "time", href: `#${channel}/${m.ts}`, title: when(Number(m.ts), { dateStyle: "full", timeStyle: "medium" }) }, clock(m.ts))),
      m.blocks?.length ? h("div", { class: "blocks" }, blocks(m.blocks, place))
        : h("div", { class: "text" }, mrkdwn(m.text), m.edited && h("span", { class: "edited" }, " (edited)")),
      m.files?.map(file),
      m.reply_count > 0 && openThread && h("button", { class: "replies", click: () => openThread(m.ts) },
        `${m.reply_count} ${m.reply_count === 1 ? "reply" : "replies"}`, h("small", {}, `last at ${clock(m.latest_reply)}`))),
    !ephemeral && openThread && m.subtype !== "tombstone" && h("div", { class: "tools" },
      m.bot_id && team.shortcuts.map((s) => h("button", { title: `${s.name} (message shortcut)`, "aria-label": s.name, click: () => own("shortcut", { action: s.id }) }, "⚡")),
      h("button", { title: "Reply in thread", "aria-label": "Reply in thread", click: () => openThread(m.ts) }, "💬"),
      h("button", { title: "Show the message as JSON", "aria-label": "Show the message as JSON", click: () => inspect(m) }, "{ }")));
}

function file(f) {
  const url = "/ui/files/" + encodeURIComponent(f.id);
  if (f.mimetype?.startsWith("image/")) return h("figure", {}, h("figcaption", {}, f.title), h("img", { src: url, alt: f.alt_txt || f.title }));
  return h("a", { class: "file", href: url, download: f.name }, "📄 ", f.title, h("small", {}, ` ${Math.ceil(f.size / 1024)} KB`));
}

function inspect(m) {
  const node = dialog({ class: "inspect", "aria-label": "Message as JSON" },
    h("header", {}, h("h3", {}, "Message as JSON"), h("button", { class: "plain", "aria-label": "Close", click: () => node.close() }, "×")),
    h("pre", { tabindex: "0" }, JSON.stringify(m, null, 2)));
}

// composer makes the box to write in; a leading slash lists the commands.
export function composer(node, { channel, thread = "", label }) {
  if (channel.archived) {
    clear(node, h("p", { class: "archived" }, "This channel is archived."));
    return;
  }
  const hints = h("div", { class: "hints", hidden: true });
  const box = h("textarea", { rows: 1, placeholder: label, "aria-label": label });
  const send = async () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    grow();
    await busy(button, async () => {
      const sent = await post("say", { user: team.me, channel: channel.id, thread, text });
      if (sent === null && !box.value && !text.startsWith("/")) box.value = text;
    });
  };
  const grow = () => {
    box.rows = Math.min(6, box.value.split("\n").length);
    const fits = thread ? [] : team.commands.filter((c) => box.value.startsWith("/") && (c + " ").startsWith(box.value.split(" ")[0]) );
    hints.hidden = fits.length === 0;
    clear(hints, fits.map((c) => h("button", { type: "button", click: () => { box.value = c + " "; box.focus(); grow(); } }, c)),
      h("small", {}, "answers are visible to you only"));
  };
  box.addEventListener("input", grow);
  box.addEventListener("keydown", (ev) => {
    if (ev.key === "Tab" && !hints.hidden && !box.value.includes(" ")) { box.value = hints.firstChild.textContent + " "; grow(); }
    else if (ev.key === "Enter" && !ev.shiftKey && !ev.isComposing) send();
    else return;
    ev.preventDefault();
  });
  const button = h("button", { class: "btn primary", type: "button", click: send }, "Send");
  clear(node, hints, h("div", { class: "box" }, box, button));
}

// thread keeps the panel beside the list.
export function threadPanel(channel, ts, close) {
  const list = h("div", { class: "list" });
  const foot = h("footer", { class: "composer" });
  const draw = feed(list, channel.id);
  clear($("thread"), h("header", { class: "top" }, h("h2", {}, "Thread"), h("span", { class: "topic" }, "#" + channel.name),
    h("button", { class: "plain", "aria-label": "Close the thread", click: close }, "×")), list, foot);
  composer(foot, { channel, thread: ts, label: "Reply…" });
  $("thread").hidden = false;
  return async (jump) => draw((await get("messages", { user: team.me, channel: channel.id, thread: ts })).messages, { thread: true, jump });
}

