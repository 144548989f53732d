"""Saved steps: what was approved can be gone on with, and nothing else."""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from planner.approval import InvalidApprovalError, SavedSteps, Where, from_json, save, to_json, what_moved
from planner.codes.changes import TWO_APPLIES
from planner.diff import diff
from planner.simulate import simulate
from planner.state import DesiredState, LiveState
from tests.property import strategies
from tests.property.test_diff import NOTHING, applied

QUIET = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WHERE = Where(
    plans=("plans/shop.yaml",),
    plan_hash="abc",
    environment=None,
    tool="0.1.0",
    account="111122223333",
    region="eu-west-1",
)


def saved(desired: DesiredState, live: LiveState, where: Where = WHERE) -> SavedSteps:
    """The approval of a plan's diff."""
    return save(
        diff(desired, live),
        desired,
        live,
        where,
        created="2026-01-02T09:00:00+00:00",
        expires="2026-01-09T09:00:00+00:00",
    )


@given(before=strategies.desired_states(), after=strategies.desired_states())
@QUIET
def test_an_approval_survives_its_file(before: DesiredState, after: DesiredState) -> None:
    """Written and read again it is the same approval, and the same text."""
    approval = saved(after, applied(before))
    again = from_json(to_json(approval))

    assert again.id == approval.id
    assert to_json(again) == to_json(approval)
    assert what_moved(again, approval) == ()


@given(before=strategies.desired_states(), after=strategies.desired_states(), data=st.data())
@QUIET
def test_a_stopped_apply_goes_on_under_its_approval(
    before: DesiredState,
    after: DesiredState,
    data: st.DataObject,
) -> None:
    """After any number of its steps, what is left to do is still what was approved."""
    live = data.draw(st.sampled_from([NOTHING, applied(before)]))
    difference = diff(after, live)
    # Turning time to live on again, the second of two applies, has to be approved by itself.
    assume(not any(note.code == TWO_APPLIES.code for note in difference.notes))
    steps = difference.steps
    done = steps[: data.draw(st.integers(0, len(steps)))]
    now = reduce(simulate, done, live)

    assert what_moved(saved(after, live), saved(after, now), begun=frozenset(step.id for step in done)) == ()


@given(approved=strategies.desired_states(), other=strategies.desired_states())
@QUIET
def test_other_steps_are_never_approved(approved: DesiredState, other: DesiredState) -> None:
    """A step that the approval does not hold is named, whatever else is the same."""
    was, now = saved(approved, NOTHING), saved(other, NOTHING)
    parts = {name: content for step in was.steps for name, content in step.parts.items()}
    # A row that was approved as an unconditional put may be put conditionally.
    parts |= {f"add {name.removeprefix('write ')}": content for name, content in parts.items() if name[:6] == "write "}
    added = [s.id for s in now.steps if any(parts.get(name) != content for name, content in s.parts.items())]
    moved = what_moved(was, now)

    for name in added:
        assert f"The step {name} is not among the saved ones, or does something else." in moved


def read_or_refused(text: str | bytes) -> str:
    """What reading a text comes to: an approval's identity, or the sentence of the refusal."""
    try:
        return from_json(text).id
    except InvalidApprovalError as error:
        return str(error)


_json = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


@given(text=st.one_of(st.text(), st.binary(), _json.map(json.dumps)))
@QUIET
def test_any_text_is_an_approval_or_one_sentence(text: str | bytes) -> None:
    """Whatever a file holds, reading it gives an approval or one error of its own kind."""
    assert read_or_refused(text)


@given(desired=strategies.desired_states(), data=st.data(), value=_json)
@QUIET
def test_a_changed_member_is_an_approval_or_one_sentence(
    desired: DesiredState,
    data: st.DataObject,
    value: Any,
) -> None:
    """A real file with any one member replaced is read or refused, never a traceback."""
    document = json.loads(to_json(saved(desired, NOTHING)))
    place = document
    while True:
        name = data.draw(st.sampled_from(sorted(place)))
        if not isinstance(place[name], dict) or not place[name] or data.draw(st.booleans()):
            break
        place = place[name]
    place[name] = value

    assert read_or_refused(json.dumps(document))
