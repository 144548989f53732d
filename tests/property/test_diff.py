"""The diff's invariants: nothing differs from itself, and the steps lead to the plan."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.canonical import answers, table_state
from planner.diff import Diff, diff, limit_to
from planner.settings import SETTINGS, table_schema
from planner.simulate import simulate
from planner.state import DesiredState, LedgerState, LiveState
from planner.steps import HazardKind
from tests.property import strategies

NOTHING = LiveState(tables={}, ledger=LedgerState())
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def fold(live: LiveState, difference: Diff) -> LiveState:
    """Live state after all steps of a diff, and the records of what is skipped."""
    live = reduce(simulate, difference.steps, live)
    transactions = {**live.ledger.transactions, **{record.name: record for record in difference.skips}}
    return replace(live, ledger=replace(live.ledger, transactions=transactions))


def applied(desired: DesiredState, live: LiveState = NOTHING) -> LiveState:
    """Live state after as many applies as the plan takes: another time to live takes two."""
    return fold(after := fold(live, diff(desired, live)), diff(desired, after))


@given(desired=strategies.desired_states())
@QUIET
def test_nothing_differs_from_itself(desired: DesiredState) -> None:
    """Invariant 1: ``diff(x, x)`` is empty."""
    difference = diff(desired, applied(desired))

    assert difference.is_empty, difference.steps


@given(desired=strategies.desired_states())
@QUIET
def test_a_first_apply_is_one_apply_and_endangers_nothing(desired: DesiredState) -> None:
    """Invariant 2 from nothing: folding the steps gives the plan; all that needs a permission is to show data."""
    first = diff(desired, NOTHING)

    assert first.refusals == ()
    assert {hazard.kind for hazard in first.hazards} <= {HazardKind.EXPOSES_DATA}
    assert diff(desired, fold(NOTHING, first)).is_empty


@given(before=strategies.desired_states(), after=strategies.desired_states())
@QUIET
def test_the_steps_lead_to_the_plan(before: DesiredState, after: DesiredState) -> None:
    """Invariant 2: folding ``simulate`` over the steps of ``diff(desired, live)`` from live gives desired."""
    live = applied(before)
    difference = diff(after, live)
    done = applied(after, live)

    assert difference.refusals == ()
    assert diff(after, done).steps == ()
    for table in after.tables.values():
        have = done.tables[table.name].settings
        for setting in SETTINGS:
            pair = setting.pair(table.state, done.tables[table.name])
            if pair is not None:
                assert pair[0] == pair[1], (setting.name, have)


@given(before=strategies.desired_states(), after=strategies.desired_states())
@QUIET
def test_steps_are_an_order(before: DesiredState, after: DesiredState) -> None:
    """Every step depends only on steps before it, ids are unique, and all but the first wait for the ledger."""
    for live in (NOTHING, applied(before)):
        steps = diff(after, live).steps
        seen: set[str] = set()
        for step in steps:
            assert set(step.depends_on) <= seen
            seen.add(step.id)

        assert len(seen) == len(steps)
        if not live.ledger.exists:
            assert all(step.depends_on for step in steps[1:])


@given(before=strategies.desired_states(), after=strategies.desired_states(), data=st.data())
@QUIET
def test_a_limited_run_stands_by_itself(before: DesiredState, after: DesiredState, data: st.DataObject) -> None:
    """Limited to any address, the steps are steps of the whole diff, in order, with all that they depend on."""
    live = data.draw(st.sampled_from([NOTHING, applied(before)]))
    whole = diff(after, live)
    addresses = sorted({address for step in whole.steps for address in (step.address, *step.covers)} - {"tables"})
    if whole.refusals or not addresses:
        return
    chosen = data.draw(st.sampled_from(addresses))
    part = limit_to(whole, [chosen])
    seen: set[str] = set()
    for step in part.steps:
        assert set(step.depends_on) <= seen
        seen.add(step.id)

    assert any(chosen in (step.address, *step.covers) for step in part.steps)
    assert not part.refusals
    fold(live, part)


@given(desired=strategies.desired_states())
@QUIET
def test_a_schema_says_all_that_is_declared(desired: DesiredState) -> None:
    """Reading a ``table_schema`` as if DynamoDB had answered it gives the declared settings back."""
    for table in desired.tables.values():
        live = table_state(answers(table_schema(table.state)))
        for setting in SETTINGS:
            pair = setting.pair(table.state, live)

            assert pair is None or pair[0] == pair[1]


@given(desired=strategies.desired_states())
@QUIET
def test_a_diff_is_deterministic(desired: DesiredState) -> None:
    """The same two states give the same hash."""
    assert diff(desired, NOTHING).hash == diff(desired, NOTHING).hash
