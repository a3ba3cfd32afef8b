// Blocks and their elements, as they stand in messages, modals and home tabs.
import { h, busy, latest, dialog } from "./dom.js";
import { textObject, plain, mrkdwn, richText, markdown, link } from "./text.js";
import { entered } from "./state.js";
import { control } from "./controls.js";
import { lineChart } from "./chart.js";

// A place is {key, act(block, element, value, control), errors, labels}: where
// blocks stand, what a gesture does there and which fields have problems.
export function blocks(list, place) {
  return (list ?? []).map((b) => {
    const node = render(b, place);
    node.classList.add("block");
    return node;
  });
}

function render(b, place) {
  const make = {
    header: () => h(place.key.startsWith("view/") ? "h3" : "h2", { class: "header" }, textObject(b.text)),
    section: () => section(b, place),
    divider: () => h("hr"),
    image: () => h("figure", {}, b.title && h("figcaption", {}, textObject(b.title)), picture(b)),
    context: () => h("div", { class: "context" }, b.elements.map((e) =>
      e.type === "image" ? picture(e) : h("span", {}, textObject(e)))),
    actions: () => h("div", { class: "actions" }, b.elements.map((e) => element(b, e, place))),
    input: () => input(b, place),
    rich_text: () => h("div", { class: "text" }, richText(b)),
    markdown: () => h("div", { class: "text markdown" }, markdown(b.text)),
    table: () => table(b),
    data_visualization: () => lineChart(b),
  }[b.type];
  return make ? make() : h("p", { class: "unknown" }, `Unknown block: ${b.type}`);
}

function section(b, place) {
  return h("div", { class: "section" },
    h("div", { class: "body" },
      b.text && h("div", { class: "text" }, textObject(b.text)),
      b.fields && h("div", { class: "fields" }, b.fields.map((f) => h("div", { class: "text" }, textObject(f))))),
    b.accessory && h("div", { class: "accessory" }, b.accessory.type === "image" ? picture(b.accessory) : element(b, b.accessory, place)));
}

// picture shows uploaded files. Images elsewhere are not loaded: the page talks
// to nobody but the workspace.
function picture(e) {
  const file = e.slack_file;
  const id = file?.id ?? file?.url?.split("/").pop();
  if (!id) return h("span", { class: "remote" }, "🖼 ", link(e.image_url, e.alt_text));
  const img = h("img", { src: "/ui/files/" + encodeURIComponent(id), alt: e.alt_text });
  img.addEventListener("error", () => img.replaceWith(h("span", { class: "remote" }, "🖼 " + e.alt_text)));
  img.addEventListener("click", () => dialog({ class: "lightbox", "aria-label": e.alt_text, click: (ev) => ev.currentTarget.close() },
    h("img", { src: img.src, alt: e.alt_text })));
  return img;
}

function table(b) {
  const align = (i) => b.column_settings?.[i]?.align ?? "left";
  const cell = (tag) => (c, i) => h(tag, { class: align(i) + (b.column_settings?.[i]?.is_wrapped ? "" : " nowrap") },
    c.type === "rich_text" ? richText(c) : plain(c.text));
  const [head, ...rows] = b.rows;
  return h("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Table" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map(cell("th")))), h("tbody", {}, rows.map((r) => h("tr", {}, r.map(cell("td")))))));
}

function input(b, place) {
  const problem = place.errors?.[b.block_id];
  const id = `${place.key}/${b.block_id}`;
  const field = element(b, b.element, place, problem ? id + "/problem" : null);
  const labelled = field.matches("input,select,textarea") ? field : field.querySelector("input[type=file]");
  if (labelled) labelled.id = id;
  const group = ["checkboxes", "radio_buttons", "multi_static_select"].includes(b.element.type);
  return h(group ? "fieldset" : "div", { class: "input" + (problem ? " wrong" : "") },
    h(group ? "legend" : "label", { for: labelled ? id : null }, plain(b.label.text), b.optional && h("span", { class: "optional" }, " (optional)")),
    field,
    problem && h("div", { class: "problem", id: id + "/problem", role: "alert" }, problem),
    b.hint && h("div", { class: "hint" }, plain(b.hint.text)));
}

// element makes a control that remembers its value and tells the place when it
// was used, after asking when it has a confirmation.
function element(b, e, place, describedBy) {
  const values = entered(place.key);
  const remember = (value) => { (values[b.block_id] ??= {})[e.action_id] = value; };
  const before = values[b.block_id]?.[e.action_id];
  const silent = b.type === "input" && !b.dispatch_action;
  return control(e, {
    value: before, describedBy, dispatches: !silent,
    changed: (value) => { if (e.type !== "overflow") remember(value); },
    used: async (value, node) => {
      if (silent) return;
      if (e.confirm && !(await confirmed(e.confirm))) return;
      if (e.type === "button" && e.url) window.open(e.url, "_blank", "noopener,noreferrer");
      if (e.type.endsWith("_input")) await latest(node, () => place.act(b, e, values[b.block_id]?.[e.action_id] ?? value));
      else await busy(node, () => place.act(b, e, value));
    },
  });
}

// confirmed asks the question of a confirm object.
function confirmed(c) {
  return new Promise((resolve) => {
    const done = (answer) => () => { resolve(answer); node.close(); };
    const node = dialog({ class: "confirm", "aria-labelledby": "confirm-title" },
      h("h3", { id: "confirm-title" }, plain(c.title.text)),
      h("div", { class: "text" }, c.text.type === "mrkdwn" ? mrkdwn(c.text.text) : plain(c.text.text)),
      h("div", { class: "buttons" },
        h("button", { class: "btn", type: "button", click: done(false) }, plain(c.deny?.text ?? "Cancel")),
        h("button", { class: "btn " + (c.style ?? "primary"), type: "button", autofocus: true, click: done(true) }, plain(c.confirm?.text ?? "Yes"))));
    node.addEventListener("close", () => resolve(false));
  });
}
