// What is shown for each address.
const tables = new Map(model.tables.map((table) => [table.key, table]));
const collections = new Map(model.tables.flatMap((table) => table.collections.map((one) => [one.address, { table, one }])));
const queries = new Map(model.queries.map((query) => [query.address, query]));
const transactions = new Map(model.transactions.map((one) => [one.address, one]));

function keysOf(one) {
  return [el("b", {}, one.pk.join(", ")), one.sk.length ? [" → ", el("b", {}, one.sk.join(", "))] : ""];
}

function lacking(table, one) {
  return one.absent.map(([attribute, items]) => {
    const list = el("div", { class: "dim" });
    const key = table.collections[0];
    const names = [...key.pk, ...key.sk];
    const words = (item) => names.map((name) => textOf(table.items[item][table.columns.indexOf(name)])).join(" / ");
    const button = el("button", { type: "button", "aria-expanded": "false", onclick: () => {
      const open = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!open));
      list.replaceChildren(...(open ? [] : [`${items.slice(0, 50).map(words).join(", ")}${items.length > 50 ? ", …" : ""}`]));
    } }, "show");
    return el("span", {}, `Not in it: ${count(items.length, "item")} without `, el("b", {}, attribute), " ", button, list);
  });
}

function about(table, one) {
  const inside = one.groups.reduce((sum, group) => sum + group.length, 0);
  const kind = { table: "Table", global: "Global index", local: "Local index" }[one.kind];
  return el("div", { class: "about" },
    el("span", {}, `${kind} by `, keysOf(one)), el("span", {}, `${count(inside, "item")} in ${count(one.groups.length, "collection")}`),
    one.kind !== "table" && el("span", {}, "Projects ", el("b", {}, one.settings[0][1])),
    one.hidden.length ? el("span", {}, `Not projected: ${one.hidden.join(", ")}`) : null, lacking(table, one));
}

function items(table, one, options) {
  const rows = options.rows || rowsOf(one);
  if (!rows.length) return [el("p", { class: "empty" }, table.external ? "Someone else's table: its items are not in the plan." : one.kind === "table" ? "The plan brings no items for this table." : "No item of the plan is in this index.")];
  return grid(table, one, { ...options, rows, label: `${one.kind === "table" ? "Items of" : "Items in index"} ${one.name}` });
}

function settingsOf(one) {
  return section(one.kind === "table" ? "Settings" : "Settings of the index", one.settings.length ? pairTable(one.settings.map(([name, text]) => [name, el("code", {}, text)]), "Settings") : null);
}

function linked(found) {
  return found.length ? el("ul", { class: "list" }, found.map((one) => el("li", {}, to(one.address, one.name), one.tag && [" ", one.tag], one.description && el("p", {}, one.description)))) : null;
}

function tableView(table, address, paper) {
  const panel = el("div", { id: "panel", role: "tabpanel" });
  const tabs = table.collections.map((one) => el("button", { type: "button", role: "tab", id: `tab-${one.kind}-${one.name}`, "aria-controls": "panel", onclick: () => go(one.address) },
    one.kind === "table" ? "Table" : one.name, el("span", { class: "n" }, one.groups.reduce((sum, group) => sum + group.length, 0).toLocaleString("en"))));
  const chosen = Math.max(0, table.collections.findIndex((one) => one.address === address));
  tabs.forEach((tab, place) => { tab.setAttribute("aria-selected", String(place === chosen)); tab.tabIndex = place === chosen ? 0 : -1; });
  const bar = el("div", { class: "tabs", role: "tablist", "aria-label": "Table and its indexes", onkeydown: (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    go(table.collections[(chosen + step + tabs.length) % tabs.length].address, "tab");
  } }, tabs);
  const one = table.collections[chosen];
  panel.setAttribute("aria-labelledby", `tab-${one.kind}-${one.name}`);
  panel.append(about(table, one), ...items(table, one, paper ? { most: 40 } : { start: wanted(table, one) }).filter(Boolean));
  return [...tableHead(table), paper ? [] : bar, panel, ...tableFoot(table, one)];
}

function tableHead(table) {
  const reads = model.queries.filter((query) => query.table === table.key).length;
  const touches = model.transactions.filter((one) => one.operations.some((operation) => operation.table === table.key)).length;
  const types = Object.entries(table.types).filter(([, type]) => type !== "S").map(([name, type]) => `${name} ${type}`).join(", ");
  return [title("Table", table.key, table.external && el("span", { class: "tag" }, "external"), changeTag(table.address)), table.description && el("p", { class: "lead" }, table.description),
    facts([["Physical name", el("code", {}, table.name)], ["Items", table.partial && table.count ? `${table.items.length.toLocaleString("en")} shown of ${table.count.toLocaleString("en")}` : table.items.length.toLocaleString("en")],
      ["Key types besides S", types], ["Read by", count(reads, "query", "queries")], ["Touched by", count(touches, "transaction")]]),
    table.partial && el("p", { class: "lead" }, `Not everything is shown: ${table.partial}.`),
    table.more ? el("p", { class: "lead" }, `${count(table.more, "attribute")} left out of this page.`) : null];
}

const DEAREST = 6;
function costsOf(table) {
  if (!table.costs.length) return null;
  const rest = table.costs.slice(DEAREST);
  return [pairTable(table.costs.slice(0, DEAREST), "The dearest"), rest.length ? el("details", {}, el("summary", {}, `${count(rest.length, "more line")}`), pairTable(rest, "The others")) : null];
}

function tableFoot(table, one) {
  const asked = model.queries.filter((query) => query.table === table.key).map((query) => ({ ...query, tag: query.reads === table.address ? null : el("span", { class: "tag" }, query.reads.slice(table.address.length + 7)) }));
  const touching = model.transactions.filter((found) => found.operations.some((operation) => operation.table === table.key));
  return [section("Changes", changesOf(table.address)), section("Findings", findings(table.findings)),
    el("div", { class: "two" }, el("div", {}, settingsOf(one), one.kind === "table" ? null : settingsOf(table.collections[0]),
      section("Cost a month", costsOf(table))),
    el("div", {}, section("Queries", linked(asked)), section("Transactions", linked(touching))))];
}

function verdict(query) {
  if (query.unknown) return el("span", { class: "tag warn" }, "not known offline");
  if (query.unmet.length) return el("span", { class: "tag bad" }, "not what is expected");
  return query.expects ? el("span", { class: "tag good" }, "as expected") : el("span", { class: "tag" }, "nothing expected");
}

const valuesOf = (pairs) => pairs.map(([name, cell], place) => [place ? ", " : "", el("code", {}, `:${name} = ${textOf(cell)}`), typeOf(cell) === "S" ? "" : el("span", { class: "dim" }, ` ${typeOf(cell)}`)]);

function says(pairs) {
  const kept = pairs.filter(([, text]) => text && text.length !== 0);
  return el("dl", { class: "says" }, kept.map(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]));
}

function queryView(query, paper) {
  const { table, one } = collections.get(query.reads);
  const marks = new Map(query.read.map((item) => [item, {}]));
  query.returned.forEach((item, place) => marks.set(item, { order: place + 1 }));
  const full = rowsOf(one);
  const only = query.returned.map((item, place) => ({ item, first: place === 0 }));
  const held = el("div");
  const draw = (rows) => held.replaceChildren(...items(table, one, { rows, marks, asked: query.projection, start: Math.max(0, rows.findIndex((row) => row.item === query.returned[0])), most: paper ? 40 : Infinity }).filter(Boolean));
  draw(paper ? only : full);
  const box = el("input", { type: "checkbox", onchange: () => draw(box.checked ? only : full) });
  const left = query.read.length - query.returned.length;
  return [title(query.kind === "scan" ? "Scan" : "Query", query.name, verdict(query)), query.description && el("p", { class: "lead" }, query.description),
    says([["reads", to(query.reads, query.reads)], ["key condition", query.key_condition && el("code", {}, query.key_condition)], ["filter", query.filter && el("code", {}, query.filter)],
      ["values", query.values.length ? valuesOf(query.values) : ""], ...query.facts]),
    query.unknown && el("p", { class: "finding warning" }, `What it finds is not known offline: ${query.unknown}.`),
    query.unmet.map((text) => el("p", { class: "finding error" }, text)),
    el("h2", {}, `Returns ${count(query.returned.length, "item")}`, left > 0 ? el("span", { class: "dim" }, ` of ${query.read.length.toLocaleString("en")} that it reads`) : ""),
    paper ? null : el("label", { class: "check" }, box, "Only what it returns, in its order"), held,
    section("Reports", linked(model.reports.filter((report) => report.sources.some((source) => source.query === query.name))))];
}

function changed(operation) {
  if (operation.unknown) return el("p", { class: "dim" }, `What it makes of the item is not known offline: ${operation.unknown}.`);
  const before = new Map(operation.before || []);
  const after = new Map(operation.after || []);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  if (!names.length) return el("p", { class: "dim" }, "There is no such item.");
  const sides = [["before", before, "was"], ["after", after, "is"]].filter(([, map]) => map.size);
  const only = sides.length === 1 ? ({ before: "before; deleted", after: "after; a new item" })[sides[0][0]] : "";
  return el("table", { class: "pairs sides" }, el("thead", {}, el("tr", {}, ["attribute", ...(only ? [only] : ["before", "after"])].map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, names.map((name) => {
      const same = JSON.stringify(before.get(name)) === JSON.stringify(after.get(name));
      return el("tr", { class: same || only ? "" : "new" }, el("th", { scope: "row" }, name), sides.map(([, map, kind]) => el("td", { class: same ? "" : kind }, shown(map.get(name)))));
    })));
}

function transactionView(one) {
  const tag = one.expected === null ? "warn" : one.expected ? "good" : "bad";
  const refuses = one.operations.findIndex((operation) => operation.met === false);
  return [title("Transaction", one.name, el("span", { class: `tag ${tag}` }, one.outcome, refuses >= 0 && one.expected ? ", as expected" : one.expected === false ? ", which is not expected" : ""), el("span", { class: "tag" }, one.run === "once" ? "runs once" : "tested, never applied"), changeTag(one.address)),
    one.description && el("p", { class: "lead" }, one.description), facts(one.facts), section("Changes", changesOf(one.address)),
    one.operations.map((operation, place) => el("section", { class: `op ${place === refuses ? "refuses" : ""}` },
      el("h2", {}, el("span", { class: "dim" }, place), el("span", { class: "verb" }, operation.kind), to(`table.${operation.table}`, operation.table), el("span", { class: "dim" }, operation.key.map(([, cell]) => textOf(cell)).join(" / ")),
        operation.met === false && el("span", { class: "tag bad" }, "refuses"), operation.met === true && el("span", { class: "tag good" }, "condition holds")),
      says([["does", operation.expression && el("code", {}, operation.expression)], ["if", operation.condition && el("code", {}, operation.condition)], ["values", operation.values.length ? valuesOf(operation.values) : ""]]),
      changed(operation)))];
}

const MOST_FINDINGS = 100;
function byCode(all) {
  const codes = new Map();
  for (const one of all) codes.set(one.code, [...(codes.get(one.code) || []), one]);
  return [...codes.values()].map((found) => el("details", {}, el("summary", {}, el("b", {}, found[0].title), " ", el("span", { class: "tag" }, found[0].code), " ", el("span", { class: "dim" }, found.length.toLocaleString("en"))),
    findings(found.slice(0, MOST_FINDINGS)), found.length > MOST_FINDINGS ? el("p", { class: "legend" }, `${count(found.length - MOST_FINDINGS, "more")} stand with their tables.`) : null));
}

function homeView(paper) {
  const drawing = byId("diagram").content.cloneNode(true);
  const rows = model.tables.reduce((sum, table) => sum + table.items.length, 0);
  const wrong = [...model.queries.filter((query) => query.unmet.length), ...model.transactions.filter((one) => one.expected === false)];
  const all = [...new Map([...model.findings, ...model.tables.flatMap((table) => table.findings)].map((one) => [`${one.code} ${one.place} ${one.what}`, one])).values()];
  return [title("Plan", model.database, model.environment && el("span", { class: "tag" }, model.environment)), model.description && el("p", { class: "lead" }, model.description),
    facts([["File", el("code", {}, model.file)], ["Tables", model.tables.length.toLocaleString("en")], ["Indexes", model.tables.reduce((sum, table) => sum + table.collections.length - 1, 0).toLocaleString("en")],
      ["Queries", model.queries.length.toLocaleString("en")], ["Transactions", model.transactions.length.toLocaleString("en")], ["Reports", model.reports.length ? model.reports.length.toLocaleString("en") : ""], ["Items", rows.toLocaleString("en")], ["Known cost", model.cost], ["Hash", el("code", {}, model.hash.slice(0, 12))]]),
    model.change && el("p", {}, to("changes", `What apply would do: ${count(model.change.steps.length, "step")}`)),
    section("Not as expected", linked(wrong)),
    section("Diagram", el("div", { class: "drawing", tabindex: paper ? null : 0, role: "region", "aria-label": "Diagram" }, drawing)),
    section("Findings", all.length > 6 ? byCode(all) : findings(all))];
}
