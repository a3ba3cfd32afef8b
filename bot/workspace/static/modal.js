// Modals: the stack of one person's open views, the top one shown.
import { h, clear, post, busy } from "./dom.js";
import { plain } from "./text.js";
import { blocks } from "./blocks.js";
import { team, entered, forget } from "./state.js";

let node = null; // the dialog
let shown = "";  // id and hash of the view in it
let errors = {};

export function showStack(stack) {
  const view = stack.at(-1);
  if (!view) { hide(); return; }
  if (shown !== view.id + view.hash) { errors = {}; draw(view, stack.length); }
}

function hide() {
  if (!node) return;
  node.remove();
  node = null;
  shown = "";
}

function draw(view, depth) {
  const focused = shown.startsWith(view.id) ? document.activeElement?.id : "";
  shown = view.id + view.hash;
  if (!node) {
    node = h("dialog", { class: "modal", "aria-labelledby": "modal-title",
      cancel: (ev) => { ev.preventDefault(); dismiss(view); } });
    document.body.append(node);
    node.showModal();
  }
  const key = "view/" + view.id;
  const place = { key, errors,
    act: (b, e, value) => post("act", { user: team.me, view: view.id, block: b.block_id, action: e.action_id, value, entered: entered(key) }) };
  const submit = h("button", { class: "btn primary", type: "submit" }, plain(view.submit?.text ?? "Submit"));
  clear(node, h("form", { novalidate: true, method: "dialog", submit: (ev) => { ev.preventDefault(); send(view, depth, submit); } },
    h("header", {}, avatarOf(), h("h2", { id: "modal-title" }, plain(view.title.text)), depth > 1 && h("small", {}, `step ${depth}`),
      h("button", { class: "plain", type: "button", "aria-label": "Close all", click: () => dismiss(view, true) }, "×")),
    h("div", { class: "blocks" }, blocks(view.blocks, place)),
    h("footer", {},
      h("button", { class: "btn", type: "button", click: () => dismiss(view) }, plain(view.close?.text ?? (depth > 1 ? "Back" : "Close"))),
      view.submit && submit)));
  const first = (focused && document.getElementById(focused)) || node.querySelector(".wrong .field, [autofocus], .blocks .field") || node.querySelector("footer .btn");
  first?.focus();
}

const avatarOf = () => h("img", { class: "logo", src: "/static/icon.svg", alt: "" });

async function send(view, depth, button) {
  await busy(button, async () => {
    const key = "view/" + view.id;
    const out = await post("submit", { user: team.me, view: view.id, entered: entered(key) });
    if (!out) return;
    errors = out.errors ?? {};
    if (Object.keys(errors).length > 0) draw(view, depth);
    else forget(key);
  });
}

async function dismiss(view, all = false) {
  forget("view/" + view.id);
  await post("close", { user: team.me, view: view.id, all });
}
