// Building the page: every text goes in as a text node, never as markup.

// h makes an element. Props that are functions become listeners, "class" and
// attributes are set as they are, false and null are left out.
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(key, value);
    else if (key === "value") node.value = value;
    else if (key === "checked") node.checked = value;
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

export const $ = (id) => document.getElementById(id);

export function clear(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

export function toast(text, kind = "error") {
  const node = h("div", { class: "toast " + kind }, h("span", {}, text),
    h("button", { class: "plain", "aria-label": "Dismiss", click: () => node.remove() }, "×"));
  $("toasts").append(node);
  setTimeout(() => node.remove(), 9000);
}

async function answer(response) {
  let body = {};
  try { body = await response.json(); } catch { /* an error page */ }
  if (!response.ok) throw new Error(body.error || `The workspace answered ${response.status}.`);
  return body;
}

export async function get(path, params = {}) {
  return answer(await fetch(`/ui/${path}?${new URLSearchParams(params)}`, { cache: "no-store" }));
}

// post sends a gesture. What went wrong is told in a toast; the answer is null then.
export async function post(path, body) {
  try {
    const out = await answer(await fetch("/ui/" + path, {
      method: "POST", headers: { "Content-Type": "application/json", "X-Workspace": "1" }, body: JSON.stringify(body),
    }));
    return out.failed ? null : out; // a failed delivery has its toast from the stream
  } catch (err) {
    toast(err.message);
    return null;
  }
}

// upload sends a file that was chosen in a form and returns its id and name.
export async function upload(user, file) {
  try {
    return await answer(await fetch("/ui/upload?" + new URLSearchParams({ user, name: file.name }), {
      method: "POST", headers: { "X-Workspace": "1" }, body: file,
    }));
  } catch (err) {
    toast(err.message);
    return null;
  }
}

// busy marks a control while its gesture is on the way.
export async function busy(control, work) {
  if (control.getAttribute("aria-busy") === "true") return;
  control.setAttribute("aria-busy", "true");
  try { await work(); } finally { control.removeAttribute("aria-busy"); }
}

// latest is busy for what goes on meanwhile, such as typing: what came while the
// gesture was on the way is sent after it.
export async function latest(control, work) {
  if (control.getAttribute("aria-busy") === "true") { control.dataset.again = "yes"; return; }
  do {
    delete control.dataset.again;
    await busy(control, work);
  } while (control.dataset.again);
}

// dialog shows node as a modal dialog and removes it when closed.
export function dialog(props, ...children) {
  const node = h("dialog", props, ...children);
  node.addEventListener("close", () => node.remove());
  document.body.append(node);
  node.showModal();
  return node;
}
