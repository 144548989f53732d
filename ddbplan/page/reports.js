// Reports: what they read, their SQL and the rows that the plan expects. DuckDB, which works the rows out, is not here.
const reports = new Map(model.reports.map((one) => [one.address, one]));

function sourceView(source) {
  const runs = source.runs.map((pairs) => el("div", {}, valuesOf(pairs)));
  return el("tr", {}, el("td", {}, el("code", {}, source.name)), el("td", {}, to(`query.${source.query}`, source.query)),
    el("td", {}, runs.length ? runs : el("span", { class: "dim" }, "the query's own")), el("td", {}, source.facts.map(([name, text]) => `${name} ${text}`).join("; ")));
}

function listed(columns, rows, caption) {
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, el("table", { class: "pairs rows" }, el("caption", { class: "hidden" }, caption),
    el("thead", {}, el("tr", {}, columns.map(([name, kind]) => el("th", { scope: "col", class: kind }, name)))), el("tbody", {}, rows)));
}

function expectedView(one) {
  const numeric = one.columns.map((_, at) => one.rows.every((cells) => !cells[at] || typeOf(cells[at]) === "N") && "num");
  const rows = one.rows.map((cells) => el("tr", {}, one.columns.map((_, at) => el("td", { class: numeric[at] }, shown(cells[at])))));
  return [el("p", {}, one.says, rows.length ? ":" : "."), rows.length ? listed(one.columns.map((name, at) => [name, numeric[at]]), rows, one.says) : null];
}

function reportView(report) {
  return [title("Report", report.name, el("span", { class: "tag" }, report.expected.length ? "proved by ddbplan test" : "nothing expected")), report.description && el("p", { class: "lead" }, report.description),
    section("Reads", listed(["table in the SQL", "query", "values", "besides"].map((name) => [name]), report.sources.map(sourceView), "Sources")),
    section("SQL", el("pre", { class: "sql", tabindex: 0, role: "region", "aria-label": "SQL" }, report.sql.join("\n"))),
    section("Expected of the plan's own items", report.expected.map(expectedView))];
}
