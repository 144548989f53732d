"""Reads a case's folder.

``plan.yaml``     the plan
``live.json``     ``tables``: answers of ``get_table_info``; ``ledger``: what it records; ``engine`` and ``unsupported``
                  where it is not AWS; ``options``: adopt, rerun, skip, only; ``environment``; ``at``: when it was
                  read; ``keys``: what aliases and ids of keys stand for
``diff.json``     expected: the diff as JSON, without arguments
``steps.json``    expected: the calls, in order
``diff.txt``      expected: what a person reads
``changes.json``  expected, of some: ``resource_changes``, as policy tools read them
``comment.md``    expected, of some: the comment on a pull request
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ddbplan.views.comment import Commands, comment
from ddbplan.views.comment import text as in_markdown
from ddbplan.views.diff import Shown, write_diff
from ddbplan.views.output import Output
from planner import desired_state, load_plan
from planner.canonical import table_state
from planner.changes.found import DiffOptions
from planner.diff import Diff, as_json, diff, limit_to
from planner.resource_changes import resource_changes
from planner.settings.encryption import with_keys
from planner.state import DesiredState, LedgerState, LiveState, OwnedTable, SeedRecord, TransactionRecord

FOLDER = Path(__file__).parent / "cases"
REVIEWED = (
    "adopted",
    "first_apply_whole_plan",
    "index_dropped",
    "index_redefined",
    "keys_changed",
    "no_change",
    "resource_policy_widened",
    "seed_overwrites",
    "transaction_on_existing_table",
    "vector_and_global_indexes_change",
)
"""The cases of which every form is reviewed."""
COMMANDS = Commands(diff="ddbplan diff plan.yaml", apply="ddbplan apply plan.yaml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as read."""

    name: str
    desired: DesiredState
    live: LiveState
    difference: Diff


def case_names() -> list[str]:
    """Every case's folder."""
    return sorted(folder.name for folder in FOLDER.iterdir() if (folder / "plan.yaml").exists())


def read_case(name: str) -> Case:
    """A case with its diff."""
    folder = FOLDER / name
    given = json.loads((folder / "live.json").read_text())
    loaded = load_plan(folder / "plan.yaml", environment=given.get("environment"))
    assert loaded.plan is not None, [found.what for found in loaded.diagnostics]
    desired, live = with_keys(desired_state(loaded.plan), given.get("keys", {})), _live(given)
    options = given.get("options", {})
    difference = diff(
        desired,
        live,
        DiffOptions(**{name: frozenset(options.get(name, ())) for name in ("adopt", "rerun", "skip")}),
    )
    if "only" in options:
        difference = limit_to(difference, options["only"])
    return Case(name=name, desired=desired, live=live, difference=difference)


def _live(given: Mapping[str, Any]) -> LiveState:
    tables = [table_state(info) for info in given["tables"]]
    return LiveState(
        tables={table.name: table for table in tables},
        ledger=_ledger(given.get("ledger")),
        engine=given.get("engine", "AWS"),
        unsupported=frozenset(given.get("unsupported", ())),
        at=datetime.fromisoformat(given["at"]) if "at" in given else None,
        account=given.get("account", ""),
    )


def _ledger(given: Mapping[str, Any] | None) -> LedgerState:
    if given is None:
        return LedgerState()
    return LedgerState(
        exists=True,
        ledger_id="ledger-1",
        tables={key: _owned(key, record) for key, record in given.get("tables", {}).items()},
        seeds={key: SeedRecord(table=key, **record) for key, record in given.get("seeds", {}).items()},
        transactions={
            name: TransactionRecord(name=name, **record) for name, record in given.get("transactions", {}).items()
        },
    )


def _owned(key: str, record: Mapping[str, Any]) -> OwnedTable:
    changed = {name: tuple(times) for name, times in record.get("changed", {}).items()}
    return OwnedTable(key=key, **{**record, "changed": changed})


def outputs(case: Case) -> dict[str, str]:
    """The text of every expected file, by its name."""
    shown = as_json(case.difference)
    for step in shown["steps"]:
        del step["arguments"]
    for found in (*shown["refusals"], *shown["notes"]):
        # Where a checkout lies is no part of what is expected.
        if found["position"] is not None:
            found["position"]["file"] = Path(found["position"]["file"]).name
    calls = [
        {"id": step.id, "depends_on": step.depends_on, "function": step.call.function, "arguments": step.call.arguments}
        for step in case.difference.steps
    ]
    here = f"{FOLDER / case.name}/"
    always = {
        "diff.json": _pretty(shown).replace(here, ""),
        "steps.json": _pretty(calls),
        "diff.txt": _text(case).replace(here, ""),
    }
    return always | (_reviewed(case) if case.name in REVIEWED else {})


def _reviewed(case: Case) -> dict[str, str]:
    return {
        "changes.json": _pretty(resource_changes(case.desired, case.live, case.difference)),
        "comment.md": _plain(case, comment([_shown(case)], commands=COMMANDS)),
    }


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _shown(case: Case) -> Shown:
    return Shown(
        plan="plan.yaml",
        engine=case.live.engine,
        account="111122223333",
        region="eu-west-1",
        diff=case.difference,
        desired=case.desired,
        live=case.live,
    )


def _text(case: Case) -> str:
    buffer = io.StringIO()
    write_diff(Output(buffer), _shown(case))
    return _plain(case, buffer.getvalue())


def _plain(case: Case, text: str) -> str:
    """Where a checkout lies is no part of what is expected."""
    for position in {f.position.file for f in (*case.difference.refusals, *case.difference.notes) if f.position}:
        # The comment has it as Markdown, too.
        text = text.replace(position, "plan.yaml").replace(in_markdown(position), "plan.yaml")
    return text
