// What an apply would do; nothing of this is there in a page of `ddbplan show`.
const SYMBOLS = { "+": ["make", "good"], "~": ["change", "warn"], "-": ["remove", "bad"], ">": ["run", ""] };

function stepsOf(address) {
  const below = (other) => other === address || other.startsWith(address + ".");
  return model.change ? model.change.steps.filter((step) => below(step.address) || step.covers.some(below)) : [];
}

function changeTag(address) {
  const found = stepsOf(address);
  const step = found.find((one) => one.address === address || one.covers.includes(address)) || found[0];
  if (!step) return null;
  const [word, kind] = SYMBOLS[found.length > 1 && step.symbol !== "+" ? "~" : step.symbol];
  return el("span", { class: `tag ${kind}` }, word);
}

function partView(part, several) {
  return [several && el("p", {}, el("b", {}, part.address)),
    part.made.length ? el("ul", { class: "list made" }, part.made.map((text) => el("li", {}, text))) : null,
    part.fields.length ? el("table", { class: "pairs sides" }, el("thead", {}, el("tr", {}, ["setting", "before", "after"].map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, part.fields.map(([path, before, after]) => el("tr", {}, el("th", { scope: "row" }, path), el("td", { class: "was" }, before), el("td", { class: "is" }, after))))) : null];
}

function driftView(one) {
  return el("div", { class: "op" }, el("h2", {}, to(one.address, one.address), one.fate && el("span", { class: "tag bad" }, one.fate)), partView({ address: one.address, made: [], fields: one.fields }, false));
}

function hazardView(one) {
  return el("div", { class: `finding ${one.informative ? "warning" : "danger"}` },
    el("p", {}, el("b", {}, one.kind), one.informative ? "" : one.allowed ? " · allowed" : " · needs a permission"), el("p", {}, one.sentence),
    one.informative || one.allowed ? null : el("p", {}, el("code", {}, `--allow ${one.flag}`)));
}

function stepView(step, address) {
  const [word, kind] = SYMBOLS[step.symbol];
  const under = (other) => !address || other === address || other.startsWith(address + ".") || step.covers.length < 2;
  const parts = step.parts.filter((part) => under(part.address) && (part.made.length || part.fields.length));
  return el("section", { class: "op" },
    el("h2", {}, el("span", { class: "dim" }, step.number), el("span", { class: `tag ${kind}` }, word), step.address, step.time && el("span", { class: "dim", title: step.source }, step.time)),
    el("p", {}, step.reason),
    el("p", { class: "dim" }, "by ", el("code", {}, step.function), step.after.length ? `, after ${step.after.length > 1 ? "steps" : "step"} ${step.after.join(", ")}` : ""),
    step.hazards.filter((one) => under(one.address)).map(hazardView), parts.map((part) => partView(part, step.covers.length > 1)));
}

const changesOf = (address) => stepsOf(address).map((step) => stepView(step, address));

function changesView(paper) {
  const change = model.change;
  const needs = change.steps.flatMap((step) => step.hazards).filter((one) => !one.informative && !one.allowed);
  const none = !change.steps.length && !change.refusals.length;
  return [title("Changes", model.database, el("span", { class: `tag ${change.refusals.length ? "bad" : needs.length ? "warn" : "good"}` }, change.refusals.length ? "refused" : none ? "no changes" : needs.length ? "needs permission" : "can be applied")),
    el("p", { class: "lead" }, change.where), facts([["Steps", change.steps.length.toLocaleString("en")], ["Time", change.time], ["Hash", el("code", {}, change.hash.slice(0, 12))], ["Unchanged", count(change.unchanged.length, "address", "addresses")]]),
    section("Refused", findings(change.refusals)), section("Findings", findings(change.findings)),
    section("Changed by somebody else since the last apply", change.drift.map(driftView)),
    section("Order of the steps", change.steps.length ? el("div", { class: "drawing", tabindex: paper ? null : 0, role: "region", "aria-label": "Order of the steps" }, byId("steps").content.cloneNode(true)) : null),
    change.steps.map((step) => stepView(step)), section("Notes", findings(change.notes))];
}
