// The address after # says what is shown: #/table.accounts, #/query.recent, #/table.accounts/5 for an item.
function parts() {
  const [address, item] = location.hash.replace(/^#\/?/, "").split("/");
  try { return [decodeURIComponent(address || ""), item]; } catch { return ["", undefined]; }
}
const here = () => parts()[0];

// Drawn at once, so that a key pressed right after finds what the one before led to.
function go(address, focus) {
  pending = focus;
  history.pushState(null, "", "#/" + encodeURIComponent(address));
  show(false);
}
let pending = null;
let drawn = "";

function wanted(table, one) {
  const item = Number(parts()[1]);
  if (!Number.isInteger(item)) return 0;
  return Math.max(0, rowsOf(one).findIndex((row) => row.item === item));
}

function view() {
  const address = here();
  if (address === "changes" && model.change) return changesView();
  if (queries.has(address)) return queryView(queries.get(address));
  if (transactions.has(address)) return transactionView(transactions.get(address));
  if (reports.has(address)) return reportView(reports.get(address));
  if (collections.has(address)) return tableView(collections.get(address).table, address);
  return homeView();
}

function show(first) {
  if (byId("item").open) byId("item").close();
  drawn = location.hash;
  byId("main").replaceChildren(...view().flat(Infinity).filter(Boolean));
  contents();
  document.querySelector(".side").classList.remove("open");
  byId("menu").setAttribute("aria-expanded", "false");
  if (first) return;
  window.scrollTo(0, 0);
  const tab = pending === "tab" && byId("main").querySelector("[role=tab][aria-selected=true]");
  const row = parts()[1] && byId("main").querySelector("tbody tr[tabindex='0']");
  pending = null;
  if (tab) tab.focus();
  else if (row) requestAnimationFrame(() => requestAnimationFrame(() => { const now = byId("main").querySelector("tbody tr[tabindex='0']"); if (now) now.focus(); }));
  else byId("main").focus();
}

// On paper everything stands one after another, the first items of each table and index.
function paper() {
  const all = [homeView(true), model.change ? changesView(true) : [],
    model.tables.slice(0, 300).map((table) => [tableHead(table), table.collections.map((one) => [about(table, one), items(table, one, { most: 40 })]), tableFoot(table, table.collections[0])]),
    model.queries.slice(0, 300).map((query) => queryView(query, true)), model.transactions.slice(0, 300).map((one) => transactionView(one)), model.reports.slice(0, 300).map((one) => reportView(one))];
  byId("paper").replaceChildren(...all.flat(Infinity).filter(Boolean));
  for (const folded of byId("paper").querySelectorAll("details")) folded.open = true;
}

byId("home").textContent = model.database;
byId("menu").addEventListener("click", () => {
  const open = document.querySelector(".side").classList.toggle("open");
  byId("menu").setAttribute("aria-expanded", String(open));
});
let waiting = 0;
byId("search").addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => { waiting = 0; contents(); if (byId("search").value) document.querySelector(".side").classList.add("open"); }, 60);
});
const links = () => [...byId("contents").querySelectorAll("a")];
byId("search").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" && links().length) { event.preventDefault(); links()[0].focus(); }
  if (event.key === "Enter" && byId("search").value && links().length) location.hash = links()[0].getAttribute("href");
  if (event.key === "Escape") { clearTimeout(waiting); waiting = 0; byId("search").value = ""; contents(); }
});
byId("contents").addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const at = links().indexOf(document.activeElement) + step;
  (at < 0 ? byId("search") : links()[Math.min(at, links().length - 1)]).focus();
});
document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); byId("search").focus(); byId("search").select(); }
});
document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); byId("main").focus(); });
window.addEventListener("hashchange", () => show(false));
window.addEventListener("beforeprint", paper);
window.addEventListener("afterprint", () => byId("paper").replaceChildren());
// A diff begins with what would change.
if (model.change && !location.hash) history.replaceState(null, "", "#/changes");
show(true);
