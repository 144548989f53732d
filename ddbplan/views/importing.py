"""What an import wrote, and what it could not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.views.diagnostics import diagnostic_json
from ddbplan.views.output import Output, Span, stderr, stdout

if TYPE_CHECKING:
    from ddbplan.importing import Imported
    from ddbplan.live_import import ImportedLive


def write_imported(imported: Imported, form: str) -> None:
    """The plan itself where it is printed; the summary beside it."""
    if form == "json":
        stdout().json(_as_json(imported))
        return
    if "" in imported.texts:
        stdout().raw(imported.texts[""])
        _write_summary(stderr(), imported)
    else:
        _write_summary(stdout(), imported)


def write_imported_live(found: ImportedLive, form: str, following: str) -> None:
    """The same of live tables, with whose they are; ``following`` is the command that comes next."""
    if form == "json":
        more = {
            "account": found.caller.account,
            "region": found.caller.region,
            "engine": found.caller.engine,
            "adopt": list(found.adopt),
            "external": list(found.external),
            "unsupported": list(found.unsupported),
            "next": following,
        }
        stdout().json({**_as_json(found.imported), **more})
        return
    write_imported(found.imported, form)
    out = stderr() if "" in found.imported.texts else stdout()
    caller = found.caller
    out.line(f"Read on {caller.engine}, account {caller.account}, {caller.region}.")
    if found.unsupported:
        out.prose(f"Not read, since {caller.engine} does not have them: {', '.join(found.unsupported)}.")
    if found.adopt:
        out.prose(
            f"{_count(len(found.adopt), 'table')} can be taken: until apply --adopt records that, diff shows each as "
            "existing and not owned."
        )
    if found.external:
        out.prose(f"Somebody else looks after {', '.join(found.external)}: written as external, so nothing changes it.")
    if found.imported.rows:
        named = ", ".join(found.kept) or "nothing else"
        out.prose(
            f"The seed rows are somebody's data, and whoever reads the repository reads them: keys and {named} were "
            "copied. Look at them, keys too, before you commit.",
            first="Note: ",
            first_style="yellow",
        )


def _write_summary(out: Output, imported: Imported) -> None:
    todos = imported.draft.all_todos
    for address, todo in todos:
        out.prose(todo, first=f"TODO {address}: " if address else "TODO ", first_style="yellow")
    for problem in imported.problems:
        out.prose(f"{problem.what} {problem.fix}", first=f"{problem.code} {problem.address}: ", first_style="bold red")
    draft = imported.draft
    asked = sum(1 for query in draft.queries if query.settings)
    parts = [_count(len(draft.tables), "table"), _count(asked, "query", "queries"), _count(imported.rows, "seed row")]
    parts.append(_count(len(todos), "TODO"))
    if imported.problems:
        parts.append(f"{_count(len(imported.problems), 'error')} to correct")
    name = "the plan" if "" in imported.texts else imported.plan
    out.line(Span(name, "bold"), f": {', '.join(parts)}, from {draft.kind}")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _as_json(imported: Imported) -> dict[str, object]:
    draft = imported.draft
    return {
        "version": 1,
        "plan": imported.plan,
        "files": sorted(name for name in imported.texts if name),
        "text": imported.texts.get(""),
        "kind": str(draft.kind),
        "tables": [table.key for table in draft.tables],
        "queries": [query.name for query in draft.queries if query.settings],
        "seed_rows": imported.rows,
        "todos": [{"address": address, "todo": todo} for address, todo in draft.all_todos],
        "problems": [diagnostic_json(problem) for problem in imported.problems],
    }
