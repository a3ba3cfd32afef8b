// Charts that the chat program draws itself: lines over named points.
import { h } from "./dom.js";

const colours = ["#0072b2", "#009e73", "#8fa3ad", "#8fa3ad", "#7b4ea3", "#d55e00"];
const wide = 560, high = 220, left = 48, bottom = 26, top = 10;

function s(tag, props, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [key, value] of Object.entries(props)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// lineChart draws each series as a line. The numbers stand in a table below, folded.
export function lineChart(b) {
  const { series, axis_config: axis } = b.chart;
  const most = Math.max(1, ...series.flatMap((line) => line.data.map((p) => p.value)));
  const x = (i) => left + (i * (wide - left - 24)) / Math.max(1, axis.categories.length - 1);
  const y = (v) => high - bottom - (Math.max(0, v) / most) * (high - bottom - top);
  const every = Math.ceil(axis.categories.length / 7);
  const svg = s("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": b.title, class: "linechart" },
    ...[0, 0.5, 1].map((part) => s("g", {},
      s("line", { x1: left, x2: wide - 24, y1: y(most * part), y2: y(most * part), class: "rule" }),
      s("text", { x: left - 6, y: y(most * part) + 4, "text-anchor": "end" }, Math.round(most * part).toLocaleString("en")))),
    ...axis.categories.map((name, i) => (i % every ? "" : s("text", { x: x(i), y: high - 6, "text-anchor": "middle" }, name))),
    ...series.map((line, k) => s("polyline", {
      points: line.data.map((p) => `${x(axis.categories.indexOf(p.label))},${y(p.value)}`).join(" "),
      stroke: colours[k % colours.length], fill: "none", "stroke-width": k < 2 ? 2.5 : 1.5,
    })));
  const rows = axis.categories.map((name) => h("tr", {}, h("td", { class: "nowrap" }, name), series.map((line) => h("td", { class: "right" }, String(line.data.find((p) => p.label === name)?.value ?? "")))));
  return h("figure", {}, h("figcaption", {}, b.title + (axis.y_label ? " · " + axis.y_label : "")), svg,
    h("div", { class: "legend" }, series.map((line, k) => {
      const dot = h("span", { class: "swatch" });
      dot.style.background = colours[k % colours.length];
      return h("span", {}, dot, line.name);
    })),
    h("details", {}, h("summary", {}, "Numbers"), h("div", { class: "table" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", {}, ""), series.map((line) => h("th", { class: "right" }, line.name)))), h("tbody", {}, rows)))));
}
