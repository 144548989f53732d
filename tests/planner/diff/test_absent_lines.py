"""What a missing line means: a setting that the plan no longer names stays, and the diff says so and how to end it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.codes.changes import NO_LONGER_DECLARED
from planner.diff import diff
from planner.state import DesiredState, LiveState
from tests.matrix.pairs import plan_of, table_of
from tests.matrix.parts import BASE, PARTS, STREAM_ARN, Fragment
from tests.property.test_diff import applied

ENDED: Fragment = {"tags": {}}
"""How a setting is ended, where it is not ``off``."""
ENDLESS = frozenset({"billing", "table_class", "encryption", "warm"})
"""Settings that have no end: they are one thing or another, or only rise."""
CASES = [(part.name, value) for part in PARTS if part.silent and part.mode != "provisioned" for value in part.values]


def plan(*fragments: Fragment) -> DesiredState:
    """A plan of one on-demand or provisioned table."""
    found = plan_of("absent", table_of(BASE, *fragments))
    assert found is not None
    return found


def recorded(desired: DesiredState) -> LiveState:
    """Live state after a whole apply, with what the ledger remembers of it."""
    live = applied(desired)
    records = {
        key: replace(record, settings=desired.tables[key].state.settings) for key, record in live.ledger.tables.items()
    }
    return replace(live, ledger=replace(live.ledger, tables=records))


def _named(value: Fragment) -> tuple[str, Any, str]:
    """The setting, its value, and its address."""
    if "global_secondary_indexes" in value:
        ((name, own),) = value["global_secondary_indexes"]["by_base"].items()
        return name, own, f"table.things.index.by_base.{name}"
    ((name, own),) = ((n, v) for n, v in value.items() if n not in {"billing", "stream"} or len(value) == 1)
    return name, own, f"table.things.{name}"


def _ended(value: Fragment) -> Fragment:
    name, _, where = _named(value)
    end = {name: ENDED.get(name, False)}
    return {"global_secondary_indexes": {"by_base": end}} if ".index." in where else end


@pytest.mark.parametrize(("part", "value"), CASES, ids=[f"{name}-{n}" for n, (name, _) in enumerate(CASES)])
def test_a_setting_that_is_no_longer_declared_stays_and_is_told(part: str, value: Fragment) -> None:
    """No step and a note with its address, unless it was off; with the line that the note asks for it ends."""
    name, own, where = _named(value)
    live = recorded(plan(value))
    silent = diff(plan(), live)
    notes = {note.address: note for note in silent.notes if note.code == NO_LONGER_DECLARED.code}

    assert silent.is_empty, silent.steps
    if own in (False, {}):
        assert notes == {}
        return
    assert set(notes) == {where}
    if name in ENDLESS:
        assert f"{name}: off" not in notes[where].fix
        return
    assert f"{name}: {'{}' if name in ENDED else 'off'}" in notes[where].fix
    ends = diff(plan(_ended(value)), live)
    assert ends.steps
    assert ends.refusals == ()


@pytest.mark.parametrize(
    ("own", "fix"),
    [
        ({"point_in_time_recovery": {"days": 7}}, "`point_in_time_recovery: off`"),
        ({"tags": {"team": "b"}}, "`tags: {}`"),
        ({"deletion_protection": True}, "`deletion_protection: off`"),
        ({"table_class": "infrequent_access"}, "Declare `table_class`"),
        ({"maximum": {"read": 100}}, "`maximum: off`"),
    ],
)
def test_a_setting_of_a_replica_that_is_no_longer_declared_is_told(own: Fragment, fix: str) -> None:
    """The replica keeps it, and the note names the Region."""
    replicas = {"stream": "NEW_AND_OLD_IMAGES", "replicas": {"us-east-1": own}}
    live = recorded(plan(replicas))
    silent = diff(plan({**replicas, "replicas": {"us-east-1": {}}}), live)
    (note,) = (note for note in silent.notes if note.code == NO_LONGER_DECLARED.code)

    assert silent.is_empty
    assert note.address == f"table.things.replicas.us-east-1.{next(iter(own))}"
    assert fix in note.fix
    assert "of replicas.us-east-1" in note.fix


def test_an_index_that_says_no_units_has_those_of_its_table() -> None:
    """Units are never left as they are: an index without a line of its own takes the table's."""
    units = {"billing": "provisioned", "capacity": {"read": 5, "write": 5}}
    own = {"global_secondary_indexes": {"by_base": {"capacity": {"read": 7, "write": 2}}}}
    found = diff(plan(units), recorded(plan(units, own)))

    assert [step.id for step in found.steps] == ["table.things.index.by_base.capacity"]
    assert [(change.before, change.after) for change in found.steps[0].changes] == [(7, 5), (2, 5)]
    assert NO_LONGER_DECLARED.code not in [note.code for note in found.notes]


def test_an_index_that_the_plan_does_not_name_is_dropped() -> None:
    """Indexes are complete: no line is a drop, with its hazard, and no note."""
    live = recorded(plan({"global_secondary_indexes": {"by_x": {"partition_key": "x"}}}))
    dropped = diff(plan(), live)

    assert [step.id for step in dropped.steps] == ["table.things.index.by_x.drop"]
    assert [hazard.flag for hazard in dropped.hazards] == ["DROPS_INDEX:table.things.index.by_x"]
    assert dropped.notes == ()


def test_a_line_that_was_never_there_is_not_managed() -> None:
    """What somebody else has set is no difference and no note, as long as the plan never named it."""
    somebody = {"stream": "KEYS_ONLY", "kinesis": {"stream_arn": STREAM_ARN.format(account="1" * 12, name="one")}}
    ours = plan()
    live = replace(recorded(ours), tables=applied(plan(somebody)).tables)
    found = diff(ours, live)

    assert live.tables["absent"].settings["stream"] == "KEYS_ONLY"
    assert found.is_empty
    assert found.notes == ()
