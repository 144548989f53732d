// Items as rows. Only the rows in sight are in the document, so that ten thousand scroll like ten.
const ROW = 28;
const AHEAD = 24;
const MOST_COLUMNS = 80;
const WHOLE = 400;

function rowsOf(collection) {
  return collection.groups.flatMap((group) => group.map((item, place) => ({ item, first: place === 0 })));
}

function columnsOf(table, collection, asked) {
  const keys = new Set([...collection.pk, ...collection.sk]);
  const wanted = asked && asked.length ? new Set(asked.map((name) => name.split(/[.[]/)[0])) : null;
  return collection.columns.filter((at) => !wanted || keys.has(table.columns[at]) || wanted.has(table.columns[at]));
}

// Columns get their width from the first rows and keep it: scrolling moves nothing sideways.
function widths(table, collection, columns, rows) {
  return columns.map((at) => {
    const said = role(collection, table.columns[at]);
    let most = table.columns[at].length + (said ? said.length + 1 : 2);
    for (const row of rows.slice(0, 200)) most = Math.max(most, textOf(table.items[row.item][at]).length + 1);
    return Math.min(Math.max(most, 7), 38) + 2;
  });
}

function role(collection, name) {
  const partition = collection.pk.indexOf(name);
  const sort = collection.sk.indexOf(name);
  if (partition >= 0) return collection.pk.length > 1 ? `partition ${partition + 1}` : "partition";
  return sort >= 0 ? (collection.sk.length > 1 ? `sort ${sort + 1}` : "sort") : "";
}

// marks: by item, {order} for what a query returns, {} for what it reads and leaves out.
function grid(table, collection, { rows, marks, asked, label, start = 0, most = Infinity }) {
  const all = columnsOf(table, collection, asked);
  const columns = all.slice(0, MOST_COLUMNS);
  const entity = table.origins.some((origin) => origin[2]);
  const sizes = widths(table, collection, columns, rows);
  const lead = (marks ? 1 : 0) + (entity ? 1 : 0);
  const numeric = columns.map((at) => rows.slice(0, 50).some((row) => (table.items[row.item][at] || [])[0] === "N" && typeof table.items[row.item][at] !== "string"));
  const body = el("tbody");
  const head = el("tr", { "aria-rowindex": 1 }, marks && el("th", { scope: "col" }, "returned"), entity && el("th", { scope: "col" }, "entity"),
    columns.map((at, place) => el("th", { scope: "col", class: numeric[place] ? "num" : "", title: table.columns[at] }, table.columns[at],
      role(collection, table.columns[at]) && el("span", { class: "role" }, role(collection, table.columns[at])))));
  const cols = el("colgroup", {}, Array.from({ length: lead }, () => el("col")), columns.map(() => el("col")));
  const widthsOf = [...Array.from({ length: lead }, () => 12), ...sizes];
  [...cols.children].forEach((col, place) => { col.style.width = `${widthsOf[place]}ch`; });
  const drawn = el("table", { class: "grid", role: "grid", "aria-label": label, "aria-rowcount": rows.length + 1 }, cols, el("thead", {}, head), body);
  drawn.style.width = `${widthsOf.reduce((sum, one) => sum + one, 0)}ch`;
  const box = el("div", { class: "scroll" }, drawn);
  const grouped = collection.sk.length > 0;
  let current = start;
  let from = -1;
  let until = -1;

  function row(place) {
    const { item, first } = rows[place];
    const cells = table.items[item];
    const mark = marks && marks.get(item);
    const made = el("tr", { class: `${first && grouped ? "first" : ""} ${mark ? (mark.order ? "hit" : "pass") : ""}`, tabindex: place === current ? 0 : -1, "aria-rowindex": place + 2, "data-place": place },
      marks && el("td", { class: "mark" }, mark ? (mark.order ? `#${mark.order}` : "filtered out") : ""), entity && el("td", { class: "dim" }, table.origins[item][2]),
      columns.map((at, number) => {
        const name = table.columns[at];
        const key = collection.pk.includes(name);
        const sort = collection.sk.includes(name);
        const text = textOf(cells[at]);
        return el("td", { class: `${key ? (first ? "key" : "again") : sort ? "key" : ""} ${numeric[number] ? "num" : ""}`, title: text.length > sizes[number] - 2 ? text : null }, shown(cells[at]));
      }));
    return made;
  }

  const space = (height) => {
    const cell = el("td", { colspan: columns.length + lead });
    cell.style.height = `${height}px`;
    return el("tr", { class: "space", "aria-hidden": "true" }, cell);
  };

  function draw(force) {
    const whole = rows.length <= WHOLE || most < Infinity;
    const top = whole ? 0 : Math.max(0, Math.floor(box.scrollTop / ROW) - AHEAD);
    const end = Math.min(rows.length, whole ? most : top + Math.ceil((box.clientHeight || 640) / ROW) + 2 * AHEAD);
    if (!force && top === from && end === until) return;
    const had = body.contains(document.activeElement);
    [from, until] = [top, end];
    const made = [];
    for (let place = top; place < end; place += 1) made.push(row(place));
    if (!whole) made.push(space((rows.length - end) * ROW));
    body.replaceChildren(...(top > 0 ? [space(top * ROW)] : []), ...made);
    if (!body.querySelector("[tabindex='0']") && made.length) made[0].setAttribute("tabindex", "0");
    if (had) (body.querySelector(`[data-place='${current}']`) || made[0]).focus({ preventScroll: true });
  }

  function bring(place) {
    const top = place * ROW;
    const seen = box.clientHeight - 2 * ROW;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top > box.scrollTop + seen) box.scrollTop = top - seen + ROW;
  }

  function move(place) {
    const old = body.querySelector(`[data-place='${current}']`);
    if (old) old.setAttribute("tabindex", "-1");
    current = Math.min(Math.max(place, 0), rows.length - 1);
    bring(current);
    draw(false);
    const now = body.querySelector(`[data-place='${current}']`);
    if (now) { now.setAttribute("tabindex", "0"); now.focus({ preventScroll: true }); }
  }

  const page = () => Math.max(1, Math.floor(box.clientHeight / ROW) - 2);
  const keys = { ArrowDown: () => current + 1, ArrowUp: () => current - 1, PageDown: () => current + page(), PageUp: () => current - page(), Home: () => 0, End: () => rows.length - 1 };
  body.addEventListener("keydown", (event) => {
    if (keys[event.key] && !event.altKey && !event.metaKey) { event.preventDefault(); move(keys[event.key]()); }
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") { event.preventDefault(); box.scrollLeft += event.key === "ArrowRight" ? 120 : -120; }
    else if (event.key === "Enter" || event.key === " ") { event.preventDefault(); openItem(table, rows[current].item); }
  });
  body.addEventListener("click", (event) => {
    const hit = event.target.closest("[data-place]");
    if (hit) { move(Number(hit.dataset.place)); openItem(table, rows[current].item); }
  });
  box.addEventListener("scroll", () => requestAnimationFrame(() => draw(false)), { passive: true });
  draw(true);
  if (most === Infinity) requestAnimationFrame(() => { if (start > 0) box.scrollTop = Math.max(0, (start - 3) * ROW); draw(false); });
  const notes = [all.length > columns.length && `${count(all.length - columns.length, "column")} left out here; open an item to see all.`,
    most < rows.length && `${count(rows.length - most, "more item")} not printed.`].filter(Boolean);
  return [box, notes.length ? el("p", { class: "legend" }, notes.join(" ")) : null];
}

function openItem(table, number) {
  const [origin, changed, entity] = table.origins[number];
  const cells = table.items[number];
  const close = el("button", { type: "button", onclick: () => byId("item").close() }, "Close");
  const attributes = table.columns.map((name, at) => [name, cells[at]]).filter(([, cell]) => cell !== null && cell !== undefined);
  byId("item").replaceChildren(
    el("div", { class: "bar" }, el("h2", { id: "item-title" }, `Item of ${table.key}`), close),
    el("table", { class: "pairs" }, el("caption", { class: "hidden" }, "Attributes"), el("thead", {}, el("tr", {}, ["attribute", "type", "value"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, attributes.map(([name, cell]) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, typeOf(cell)), el("td", {}, shown(cell).slice(-1)))))),
    el("p", { class: "dim" }, entity && `Entity ${entity}. `, `Made by ${origin}`, changed.length ? `, changed by ${changed.join(", ")}.` : "."));
  byId("item").showModal();
}
