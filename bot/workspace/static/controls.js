// The controls of Block Kit's elements. Each gets {value, describedBy, changed,
// used}: its value from before, and whom to tell. changed is called for every
// change, used when a gesture is complete.
import { h, upload } from "./dom.js";
import { plain, textObject } from "./text.js";
import { people, team } from "./state.js";

export function control(e, on) {
  return (makers[e.type] ?? unknown)(e, on);
}

const unknown = (e) => h("span", { class: "unknown" }, `Unknown element: ${e.type}`);

const makers = {
  button(e, on) {
    const node = h("button", { class: "btn " + (e.style ?? ""), type: "button", "aria-label": e.accessibility_label ?? null,
      click: () => on.used(null, node) }, plain(e.text.text));
    return node;
  },

  overflow(e, on) {
    const node = h("button", { class: "btn more", type: "button", "aria-haspopup": "menu", "aria-label": "More actions",
      click: () => menu(node, e.options, (value) => on.used(value, node)) }, "⋯");
    return node;
  },

  static_select(e, on) {
    const option = (o) => h("option", { value: o.value }, plainText(o.text));
    const node = h("select", { "aria-describedby": on.describedBy, "aria-label": e.placeholder?.text ?? "Choose", class: "field",
      change: () => { on.changed(node.value || null); if (node.value) on.used(node.value, node); } },
      h("option", { value: "" }, e.placeholder?.text ?? "Choose an option"),
      e.option_groups ? e.option_groups.map((g) => h("optgroup", { label: plainText(g.label) }, g.options.map(option))) : e.options.map(option));
    node.value = on.value ?? e.initial_option?.value ?? "";
    return node;
  },

  users_select(e, on) {
    const node = h("select", { "aria-describedby": on.describedBy, "aria-label": e.placeholder?.text ?? "Choose a person", class: "field",
      change: () => { on.changed(node.value || null); if (node.value) on.used(node.value, node); } },
      h("option", { value: "" }, e.placeholder?.text ?? "Choose a person"), people().map((u) => h("option", { value: u.id }, u.real_name || u.name)));
    node.value = on.value ?? e.initial_user ?? "";
    return node;
  },

  multi_static_select(e, on) {
    const all = e.option_groups ? e.option_groups.flatMap((g) => g.options) : e.options;
    return choices({ ...e, options: all }, on, "checkbox", "scroll");
  },
  checkboxes: (e, on) => choices(e, on, "checkbox"),
  radio_buttons: (e, on) => choices(e, on, "radio"),

  datepicker(e, on) {
    const node = h("input", { type: "date", class: "field", value: on.value ?? e.initial_date ?? "", "aria-describedby": on.describedBy,
      change: () => { on.changed(node.value || null); on.used(node.value, node); } });
    return node;
  },

  plain_text_input(e, on) {
    const node = h(e.multiline ? "textarea" : "input", { class: "field", rows: e.multiline ? 4 : null, placeholder: e.placeholder?.text ?? null,
      maxlength: e.max_length ?? 3000, "aria-describedby": on.describedBy, autofocus: e.focus_on_load === true,
      value: on.value ?? e.initial_value ?? "", input: () => typed(e, on, node, node.value), keydown: enter(e, on, () => node) });
    return node;
  },

  file_input(e, on) {
    const names = h("span", { class: "files" }, fileNames(on.value));
    const node = h("input", { type: "file", class: "field", multiple: (e.max_files ?? 10) > 1, accept: e.filetypes?.map((t) => "." + t).join(",") ?? null,
      "aria-describedby": on.describedBy, change: async () => {
        const sent = await Promise.all([...node.files].map((f) => upload(team.me, f)));
        const ids = sent.filter(Boolean).map((f) => { uploaded.set(f.id, f.name); return f.id; });
        on.changed(ids);
        names.textContent = fileNames(ids);
      } });
    return h("div", { class: "upload" }, node, names);
  },

  number_input(e, on) {
    const node = h("input", { class: "field number", inputmode: e.is_decimal_allowed ? "decimal" : "numeric", autocomplete: "off",
      placeholder: e.placeholder?.text ?? null, "aria-describedby": on.describedBy, autofocus: e.focus_on_load === true,
      value: on.value ?? e.initial_value ?? "", input: () => typed(e, on, node, node.value.trim()), keydown: enter(e, on, () => node) });
    return node;
  },
};

const uploaded = new Map(); // id -> name
const fileNames = (ids) => (ids ?? []).map((id) => "📄 " + (uploaded.get(id) ?? id)).join(" ");

const plainText = (t) => plain(t.text).map((p) => p.textContent ?? p).join("");

// When typing tells the app, in input blocks with dispatch_action: on Enter
// unless the block says otherwise.
const moments = (e) => e.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];

const enter = (e, on, node) => (ev) => {
  if (ev.key !== "Enter" || ev.isComposing || !on.dispatches || e.multiline || !moments(e).includes("on_enter_pressed")) return;
  ev.preventDefault();
  on.used(node().value, node());
};

function typed(e, on, node, value) {
  on.changed(value);
  if (moments(e).includes("on_character_entered")) on.used(value, node);
}

let group = 0;

function choices(e, on, type, extra = "") {
  const name = "choice" + ++group;
  const start = on.value ?? (type === "radio" ? e.initial_option?.value : e.initial_options?.map((o) => o.value)) ?? [];
  const value = () => {
    const chosen = [...node.querySelectorAll("input:checked")].map((i) => i.value);
    return type === "radio" ? chosen[0] ?? null : chosen;
  };
  const node = h("div", { class: "choices " + extra, role: type === "radio" ? "radiogroup" : "group", "aria-describedby": on.describedBy },
    e.options.map((o) => h("label", {},
      h("input", { type, name, value: o.value, checked: [start].flat().includes(o.value), change: () => { on.changed(value()); on.used(value(), node); } }),
      h("span", {}, textObject(o.text), o.description && h("small", {}, textObject(o.description))))));
  return node;
}

// menu opens a list of options below a button; arrows move, Escape closes.
function menu(button, options, choose) {
  document.querySelector(".menu")?.remove();
  const close = () => { node.remove(); button.removeAttribute("aria-expanded"); document.removeEventListener("pointerdown", outside); };
  const outside = (ev) => { if (!node.contains(ev.target)) close(); };
  const node = h("div", { class: "menu", role: "menu", keydown: (ev) => {
    const items = [...node.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[ev.key];
    if (step) items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus();
    else if (ev.key === "Escape" || ev.key === "Tab") { close(); button.focus(); }
    else return;
    ev.preventDefault();
    ev.stopPropagation();
  } }, options.map((o) => h("button", { role: "menuitem", type: "button", click: () => { close(); button.focus(); choose(o.value); } },
    textObject(o.text), o.description && h("small", {}, textObject(o.description)))));
  const host = button.closest("dialog") ?? document.body;
  host.append(node);
  const at = button.getBoundingClientRect();
  const below = at.bottom + node.offsetHeight + 8 < innerHeight;
  node.style.top = (below ? at.bottom + 4 : at.top - node.offsetHeight - 4) + "px";
  node.style.left = Math.max(8, Math.min(at.left, innerWidth - node.offsetWidth - 8)) + "px";
  button.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside);
  node.firstElementChild?.focus();
}
