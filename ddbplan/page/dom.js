"use strict";
// Text is set as text everywhere: nothing from the data ever becomes markup.
const model = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

function el(tag, options, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(options || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    made.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return made;
}

const count = (number, word, many) => `${number.toLocaleString("en")} ${number === 1 ? word : many || word + "s"}`;
const to = (address, ...children) => el("a", { href: "#/" + encodeURIComponent(address) }, ...children);
const typeOf = (cell) => (typeof cell === "string" ? "S" : cell[0]);
const textOf = (cell) => (cell === null || cell === undefined ? "" : typeof cell === "string" ? cell : cell[1]);

function shown(cell) {
  if (cell === null || cell === undefined) return [];
  const type = typeOf(cell);
  const text = textOf(cell);
  if (type === "S") return [text === "" ? el("span", { class: "dim" }, "empty text") : text];
  return type === "N" || type === "BOOL" || type === "NULL" ? [text] : [el("span", { class: "type" }, type), text];
}

function section(title, ...children) {
  const inner = children.flat(Infinity).filter(Boolean);
  return inner.length ? el("section", {}, el("h2", {}, title), inner) : null;
}

function facts(pairs) {
  const kept = pairs.filter(([, text]) => text !== "" && text !== null && text !== undefined);
  return kept.length ? el("dl", { class: "facts" }, kept.map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text)))) : null;
}

function pairTable(pairs, caption) {
  return el("table", { class: "pairs" }, el("caption", { class: "hidden" }, caption),
    el("tbody", {}, pairs.map(([name, text]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, text)))));
}

function findings(found) {
  return found.map((one) => el("div", { class: `finding ${one.severity}` },
    el("p", {}, el("b", {}, one.title), " ", el("span", { class: "tag" }, one.code)),
    el("p", {}, one.what), one.fix && el("p", { class: "dim" }, one.fix),
    el("p", { class: "dim" }, one.address, one.address && one.place && " · ", one.place)));
}

const title = (kind, name, ...tags) => [el("p", { class: "kind" }, kind), el("h1", {}, name, tags.filter(Boolean).map((tag) => [" ", tag]))];
