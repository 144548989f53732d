// One search over names, descriptions and items; the contents on the left show what it finds.
const MOST_ITEMS = 60;
let texts = null;

function itemTexts() {
  if (!texts) texts = model.tables.map((table) => table.items.map((cells) => cells.map(textOf).join("\u0001").toLowerCase()));
  return texts;
}

// Items with the words as they were typed come before those that have them somewhere.
function findItems(words, phrase) {
  const close = [];
  const others = [];
  let total = 0;
  itemTexts().forEach((rows, at) => rows.forEach((text, item) => {
    if (!words.every((word) => text.includes(word))) return;
    total += 1;
    const kept = text.includes(phrase) ? close : others;
    if (kept.length < MOST_ITEMS) kept.push({ table: model.tables[at], item });
  }));
  return { found: [...close, ...others].slice(0, MOST_ITEMS), total };
}

const matching = (words) => (one) => {
  const text = `${one.name} ${one.key || ""} ${one.description}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

function entry(address, name, beside, options) {
  const current = here() === address || (options && options.within && here().startsWith(`${address}.index.`));
  return el("li", {}, el("a", { href: "#/" + encodeURIComponent(address) + ((options && options.item) || ""), "aria-current": current ? "page" : null }, el("span", { class: "name", title: name }, name), beside));
}

function group(name, entries, total) {
  return entries.length ? [el("h2", {}, el("span", {}, name), el("span", { class: "n" }, (total || entries.length).toLocaleString("en"))), el("ul", {}, entries)] : [];
}

function contents() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = matching(words);
  const n = (number) => el("span", { class: "n" }, number.toLocaleString("en"));
  const foundTables = model.tables.filter((table) => fits(table) || (words.length && table.collections.some((one) => fits({ name: one.name, description: "" }))));
  const foundQueries = model.queries.filter(fits);
  const foundTransactions = model.transactions.filter(fits);
  const foundReports = model.reports.filter(fits);
  const hits = words.length ? findItems(words, byId("search").value.trim().toLowerCase()) : { found: [], total: 0 };
  const keyText = (hit) => { const one = hit.table.collections[0]; return [...one.pk, ...one.sk].map((name) => textOf(hit.table.items[hit.item][hit.table.columns.indexOf(name)])).join(" / "); };
  const nav = byId("contents");
  const scrolled = nav.scrollTop;
  nav.replaceChildren(...[
    words.length ? [] : el("ul", {}, entry("", "Overview"), model.change ? entry("changes", "Changes", n(model.change.steps.length)) : []),
    group("Tables", foundTables.map((table) => entry(table.address, table.key, [changeTag(table.address), table.findings.length ? el("span", { class: "tag warn", title: "findings" }, table.findings.length) : null, n(table.items.length)], { within: true }))),
    group("Queries", foundQueries.map((query) => entry(query.address, query.name, query.unmet.length ? el("span", { class: "tag bad" }, "!") : n(query.returned.length)))),
    group("Transactions", foundTransactions.map((one) => entry(one.address, one.name, [changeTag(one.address), one.expected === false ? el("span", { class: "tag bad" }, "!") : null]))),
    group("Reports", foundReports.map((one) => entry(one.address, one.name))),
    group("Items", hits.found.map((hit) => entry(hit.table.address, keyText(hit), el("span", { class: "where" }, hit.table.key), { item: `/${hit.item}` })), hits.total),
  ].flat(Infinity).filter(Boolean));
  nav.scrollTop = scrolled;
  const total = foundTables.length + foundQueries.length + foundTransactions.length + foundReports.length + hits.total;
  byId("found").textContent = words.length ? `${count(total, "match", "matches")}` : "";
  if (words.length && !total) nav.append(el("p", { class: "empty" }, "Nothing matches."));
  if (hits.total > hits.found.length) nav.append(el("p", { class: "legend" }, `${count(hits.total - hits.found.length, "more item")} match; add a word.`));
}
