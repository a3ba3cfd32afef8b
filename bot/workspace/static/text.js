// Slack's text formats: mrkdwn, plain text with emoji, rich text, markdown.
import { h } from "./dom.js";
import { team } from "./state.js";

const EMOJI = {
  red_circle: "🔴", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵", large_orange_circle: "🟠",
  white_circle: "⚪", black_circle: "⚫", white_check_mark: "✅", heavy_check_mark: "✔️", package: "📦", truck: "🚚", warning: "⚠️",
  x: "❌", zzz: "💤", pencil2: "✏️", hourglass_flowing_sand: "⏳", hourglass: "⌛", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", bar_chart: "📊", email: "📧", envelope: "✉️", incoming_envelope: "📨", bell: "🔔", no_bell: "🔕",
  moneybag: "💰", ship: "🚢", airplane: "✈️", factory: "🏭", calendar: "📅", clock3: "🕒", alarm_clock: "⏰", rotating_light: "🚨",
  lock: "🔒", robot_face: "🤖", bulb: "💡", mag: "🔍", memo: "📝", clipboard: "📋", tada: "🎉", wave: "👋", eyes: "👀",
  information_source: "ℹ️", question: "❓", exclamation: "❗", no_entry: "⛔", no_entry_sign: "🚫", shopping_trolley: "🛒",
  arrow_right: "➡️", arrow_up: "⬆️", arrow_down: "⬇️", repeat: "🔁", recycle: "♻️", fire: "🔥", snowflake: "❄️", gear: "⚙️",
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", house: "🏠", label: "🏷️", link: "🔗", octagonal_sign: "🛑", stop_sign: "🛑",
};

export const unescape = (s) => s.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

// Circles are drawn, as severity must show on machines without an emoji font.
const DOTS = { "🔴": "red", "🟡": "yellow", "🟢": "green", "🔵": "blue", "🟠": "orange" };

export function emoji(name) {
  const sign = EMOJI[name];
  if (!sign) return `:${name}:`;
  return DOTS[sign] ? dot(sign) : h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " ") }, sign);
}

const dot = (sign) => h("span", { class: "dot " + DOTS[sign], role: "img", "aria-label": DOTS[sign] + " circle" }, sign);

// words is text with its circles drawn.
const words = (text) => text.split(/(🔴|🟡|🟢|🔵|🟠)/u).filter((part) => part !== "").map((part) => (DOTS[part] ? dot(part) : part));

// plain shows plain text; emoji names become signs.
export function plain(text) {
  return unescape(text ?? "").split(/(:[a-z0-9_+-]+:)/).flatMap((part) =>
    /^:[a-z0-9_+-]+:$/.test(part) && EMOJI[part.slice(1, -1)] ? emoji(part.slice(1, -1)) : words(part));
}

export function textObject(t) {
  if (!t) return [];
  return t.type === "mrkdwn" ? mrkdwn(t.text) : plain(t.text);
}

export function userName(id) {
  const user = team.users?.find((u) => u.id === id);
  return user ? user.real_name || user.name : id;
}

export function link(url, label) {
  if (!/^(https?:|mailto:)/i.test(url)) return label;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label);
}

const zone = () => team.users?.find((u) => u.id === team.me)?.tz || undefined;

export function when(seconds, options) {
  return new Date(seconds * 1000).toLocaleString("en-GB", { timeZone: zone(), ...options });
}

function dateText(seconds, format) {
  const year = { year: "numeric" };
  const part = {
    date_num: () => when(seconds, { ...year, month: "2-digit", day: "2-digit" }).split("/").reverse().join("-"),
    date: () => when(seconds, { ...year, month: "long", day: "numeric" }),
    date_short: () => when(seconds, { ...year, month: "short", day: "numeric" }),
    date_long: () => when(seconds, { ...year, weekday: "long", month: "long", day: "numeric" }),
    time: () => when(seconds, { hour: "2-digit", minute: "2-digit" }),
    time_secs: () => when(seconds, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: () => ago(seconds),
  };
  for (const name of ["date", "date_short", "date_long"]) part[name + "_pretty"] = part[name];
  return format.replace(/\{(\w+)\}/g, (whole, name) => part[name]?.() ?? whole);
}

function ago(seconds) {
  const left = seconds - Date.now() / 1000;
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(left) >= size) return relative.format(Math.round(left / size), unit);
  }
  return "just now";
}

// entity renders what stands between < and >.
function entity(body) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : unescape(body.slice(bar + 1));
  if (target.startsWith("@")) return h("span", { class: "mention" }, "@" + userName(target.slice(1)));
  if (target.startsWith("#")) {
    const channel = team.channels?.find((c) => c.id === target.slice(1));
    return h("a", { class: "mention", href: "#" + target.slice(1) }, "#" + (label || channel?.name || target.slice(1)));
  }
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    const text = dateText(Number(seconds), unescape(format ?? ""));
    return h("time", { title: label }, url ? link(unescape(url), text) : text);
  }
  if (target.startsWith("!")) return h("span", { class: "mention" }, label || "@" + target.slice(1).split("^")[0]);
  return link(unescape(target), label || unescape(target).replace(/^mailto:/, ""));
}

const INLINE = /```\n?([\s\S]+?)\n?```|`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]*[^*\s])\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]*[^_\s])_(?![\w_])|(?<![\w~])~(?=\S)([^~\n]*[^~\s])~(?![\w~])|:([a-z0-9_+-]+):/g;

function inline(text) {
  const out = [];
  let last = 0;
  for (const m of text.matchAll(INLINE)) {
    out.push(...words(unescape(text.slice(last, m.index))));
    last = m.index + m[0].length;
    if (m[1] !== undefined) out.push(h("pre", {}, unescape(m[1])));
    else if (m[2] !== undefined) out.push(h("code", {}, unescape(m[2])));
    else if (m[3] !== undefined) out.push(entity(m[3]));
    else if (m[4] !== undefined) out.push(h("strong", {}, inline(m[4])));
    else if (m[5] !== undefined) out.push(h("em", {}, inline(m[5])));
    else if (m[6] !== undefined) out.push(h("s", {}, inline(m[6])));
    else out.push(emoji(m[7]));
  }
  out.push(...words(unescape(text.slice(last))));
  return out;
}

export function mrkdwn(text) {
  const out = [];
  let quote = null;
  const pieces = (text ?? "").split(/(```[\s\S]+?```)/);
  pieces.forEach((piece) => {
    if (piece.startsWith("```") && piece.length > 6) { quote = null; out.push(inline(piece)); return; }
    piece.split("\n").forEach((line, i) => {
      const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
      if (quoted) {
        if (!quote) out.push(quote = h("blockquote"));
        else quote.append("\n");
        quote.append(...inline(quoted[1]).flat(Infinity));
        return;
      }
      if (i > 0 && !quote) out.push("\n");
      quote = null;
      out.push(inline(line));
    });
  });
  return out;
}

export function richText(block) {
  const leaf = (e) => {
    let node = {
      text: () => words(e.text), link: () => link(e.url, e.text || e.url), emoji: () => emoji(e.name),
      user: () => entity("@" + e.user_id), channel: () => entity("#" + e.channel_id), broadcast: () => entity("!" + e.range),
      date: () => dateText(e.timestamp, e.format), color: () => e.value, usergroup: () => "@" + e.usergroup_id,
    }[e.type]?.() ?? "";
    for (const [name, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]]) {
      if (e.style?.[name]) node = h(tag, {}, node);
    }
    return node;
  };
  const leaves = (e) => (e.elements ?? []).map(leaf);
  const part = (e) => ({
    rich_text_section: () => h("div", {}, leaves(e)),
    rich_text_quote: () => h("blockquote", {}, leaves(e)),
    rich_text_preformatted: () => h("pre", {}, leaves(e)),
    rich_text_list: () => h(e.style === "ordered" ? "ol" : "ul", { class: "indent" + (e.indent ?? 0) },
      e.elements.map((item) => h("li", {}, leaves(item)))),
  }[e.type]?.() ?? null);
  return (block.elements ?? []).map(part);
}

// markdown shows the common part of Markdown: headings, lists, quotes, code, links.
export function markdown(text) {
  const spans = (s) => s.split(/(\*\*[^*]+\*\*|`[^`]+`|\[[^\]]+\]\([^)\s]+\)|\*[^*]+\*|_[^_]+_|~~[^~]+~~)/).map((p) => {
    if (/^\*\*.+\*\*$/.test(p)) return h("strong", {}, spans(p.slice(2, -2)));
    if (/^`.+`$/.test(p)) return h("code", {}, p.slice(1, -1));
    if (/^~~.+~~$/.test(p)) return h("s", {}, spans(p.slice(2, -2)));
    if (/^(\*.+\*|_.+_)$/.test(p)) return h("em", {}, spans(p.slice(1, -1)));
    const a = p.match(/^\[([^\]]+)\]\(([^)\s]+)\)$/);
    return a ? link(a[2], a[1]) : plain(p);
  });
  const out = [];
  let list = null;
  for (const piece of text.split(/(```[\s\S]*?```)/)) {
    if (/^```/.test(piece)) { out.push(h("pre", {}, piece.replace(/^```\w*\n?|\n?```$/g, ""))); continue; }
    for (const line of piece.split("\n")) {
      const heading = line.match(/^(#{1,6}) +(.*)$/), item = line.match(/^\s*(?:[-*+]|(\d+)\.) +(.*)$/), quote = line.match(/^> ?(.*)$/);
      if (item) {
        const tag = item[1] ? "ol" : "ul";
        if (list?.localName !== tag) out.push(list = h(tag));
        list.append(h("li", {}, spans(item[2])));
        continue;
      }
      list = null;
      if (heading) out.push(h("h" + Math.min(6, heading[1].length + 2), {}, spans(heading[2])));
      else if (quote) out.push(h("blockquote", {}, spans(quote[1])));
      else if (line.trim()) out.push(h("p", {}, spans(line)));
    }
  }
  return out;
}
