"""Live tables imported: the plan's text reads back to the state that it was made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings

from planner.canonical import answers, table_state
from planner.desired import desired_state
from planner.diff import diff
from planner.importing import plan_text, settle
from planner.importing.from_live import FoundTable, live_draft
from planner.loading import load_plan
from planner.settings import table_schema
from planner.state import LedgerState, LiveState, OwnedTable, TableState
from tests.fakes.desired import DATABASE, pairs, replicated

if TYPE_CHECKING:
    from planner.state import DesiredState

EXAMPLES = 40
LEDGER = LedgerState(exists=True, ledger_id="ledger")


def _live(state: TableState) -> tuple[TableState, Any]:
    """The live table that a desired one makes, as its answers show it; replicas come with a stream."""
    if state.settings.get("replicas", "off") != "off":
        state = replace(state, settings={**state.settings, "stream": "NEW_AND_OLD_IMAGES"})
    info = answers(table_schema(state))
    info["Table"] |= {"TableId": f"id-{state.name}", "TableStatus": "ACTIVE"}
    return table_state(info), info


def _read_back(found: list[FoundTable]) -> DesiredState:
    """The plan that is written of them, read."""
    made = live_draft(found, DATABASE, prefix=f"{DATABASE}_")
    settled = settle(made.draft, DATABASE)
    assert settled.problems == ()
    assert made.adopt == tuple(f"table.{table.key}" for table in made.draft.tables)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.yaml"
        path.write_text(plan_text(settled.draft, DATABASE))
        loaded = load_plan(path)
        assert loaded.plan is not None, loaded.diagnostics
        return desired_state(loaded.plan)


def _proves(desired: DesiredState) -> None:
    lives = {table.key: _live(table.state) for table in desired.tables.values()}
    read = _read_back([FoundTable(state=state, info=info) for state, info in lives.values()])
    owned = {
        key: OwnedTable(key=key, name=state.name, table_id=state.table_id, settings=read.tables[key].state.settings)
        for key, (state, _) in lives.items()
    }
    live = LiveState(
        tables={state.name: state for state, _ in lives.values()},
        ledger=LedgerState(exists=True, ledger_id="ledger", tables=owned),
    )
    found = diff(read, live)

    assert set(read.tables) == set(desired.tables)
    assert found.steps == ()
    assert found.refusals == ()
    for key, (state, _) in lives.items():
        assert _kept(_live(read.tables[key].state)[0]) == _kept(state)


def _kept(state: TableState) -> dict[str, Any]:
    """Without what a table is warm for, which is told as a TODO, and without insights that are off."""
    found = {name: value for name, value in state.settings.items() if name != "warm"}
    insights = found.get("index_contributor_insights") or {}
    found["index_contributor_insights"] = {name: value for name, value in insights.items() if value != "off"}
    indexes = found["global_secondary_indexes"]
    found["global_secondary_indexes"] = {
        name: {part: value for part, value in index.items() if part != "warm"} for name, index in indexes.items()
    }
    return found


@settings(max_examples=EXAMPLES)
@given(pairs())
def test_tables_read_back_to_what_they_are(drawn: tuple[DesiredState, DesiredState]) -> None:
    """Whatever settings live tables have, their plan differs from them in nothing, and makes the same ones anew."""
    _proves(drawn[0])


@settings(max_examples=EXAMPLES)
@given(replicated())
def test_replicas_read_back_to_what_they_are(drawn: tuple[DesiredState, DesiredState]) -> None:
    """The same of tables with replicas that have settings of their own."""
    _proves(drawn[0])
