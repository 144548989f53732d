"""Any two plans over all that is supported: applied, then no difference; and DynamoDB never has to refuse a call."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from planner.codes.changes import VECTOR_INDEXES_LEFT
from planner.state import DesiredState
from tests.fakes import desired as strategies
from tests.fakes.control_plane import times
from tests.fakes.place import MONTH
from tests.fakes.world import CallFailedError, World, world

pytestmark = pytest.mark.slow
QUIET = settings(
    max_examples=5,
    deadline=None,
    # A pair that fails names its step; making it smaller takes longer than reading it.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
Pair = tuple[DesiredState, DesiredState]


def avoidable(place: World) -> Counter[str]:
    """What was refused and should not have been asked."""
    return Counter(f"{called.operation}: {called.refusal}" for called in place.refused())


def outcome(place: World, plan: DesiredState) -> str:
    """Empty where an apply succeeded, else what its failed call said."""
    try:
        place.apply(plan)
    except CallFailedError as failed:
        return str(failed)
    return ""


@given(pair=strategies.pairs())
@QUIET
def test_apply_then_diff_is_empty_and_no_call_is_refused(pair: Pair) -> None:
    """Invariant 3, from nothing to a plan and from there to any other; what was simulated is what came."""
    with world() as place:
        place.converge(pair[0])
        place.later(MONTH)
        place.converge(pair[1])

    assert avoidable(place) == {}


@given(pair=strategies.replicated())
@QUIET
def test_replicas_come_and_go_and_no_call_is_refused(pair: Pair) -> None:
    """The same for a table with replicas, each with settings of its own."""
    with world() as place:
        place.converge(pair[0])
        place.later(MONTH)
        place.converge(pair[1])

    assert avoidable(place) == {}


@given(pair=strategies.pairs(), data=st.data())
@QUIET
def test_a_stopped_apply_goes_on(pair: Pair, data: st.DataObject) -> None:
    """Stopped after any of its steps, the next apply ends where the whole one would have."""
    with world() as place:
        place.converge(pair[0])
        place.later(MONTH)
        _, _, whole = place.diff(pair[1])
        place.apply(pair[1], steps=data.draw(st.integers(0, len(whole.steps))))
        place.later(MONTH)
        place.converge(pair[1])

    assert avoidable(place) == {}


@pytest.mark.parametrize("off", [False, True], ids=["unsaid", "off"])
def test_vector_indexes_go_only_where_the_plan_says_so(off: bool) -> None:  # noqa: FBT001 - pytest's
    """Provisioned and silent on live vector indexes is refused; with `vector_indexes: off` they go first."""
    near = {"attribute": "v", "dimensions": 4, "distance": "COSINE", "filters": [], "projection": "ALL"}
    searched = strategies.plain("accounts", {"billing": "on_demand", "vector_indexes": {"near": near}})
    units = {"billing": "provisioned", "capacity": {"read": 1, "write": 1}}
    provisioned = strategies.plain("accounts", {**units, **({"vector_indexes": "off"} if off else {})})
    with world() as place:
        place.converge(searched)
        place.later(MONTH)
        _, _, found = place.diff(provisioned)
        if off:
            place.converge(provisioned)

    assert [refusal.code for refusal in found.refusals] == ([] if off else [VECTOR_INDEXES_LEFT.code])
    assert avoidable(place) == {}


def test_what_create_table_can_set_is_set_there() -> None:
    """Protection above all: a table is not without it for a moment, and nothing is sent again afterwards."""
    wanted = {"billing": "on_demand", "deletion_protection": True, "stream": "NEW_IMAGE", "tags": {"team": "a"}}
    wanted |= {"encryption": "aws_managed", "table_class": "infrequent_access", "maximum": {"read": 5}}
    with world() as place:
        place.converge(strategies.plain("accounts", wanted))
    sent = [called for called in place.account.calls if not called.operation.startswith(("Describe", "List", "Get"))]

    assert [called.operation for called in sent] == ["CreateTable"]
    assert sent[0].params["DeletionProtectionEnabled"] is True


def test_units_are_right_when_autoscaling_ends() -> None:
    """What autoscaling moves after a diff was made and before it ends is put right by the same apply."""
    scaled = {"billing": "provisioned", "capacity": {"read": {"min": 4, "max": 12, "target": 70}, "write": 6}}
    plain = {"billing": "provisioned", "capacity": {"read": 5, "write": 6}}
    with world() as place:
        place.converge(strategies.plain("accounts", plain))
        place.converge(strategies.plain("accounts", scaled))
        again, live, found = place.diff(strategies.plain("accounts", plain))
        place.account.clock.advance(times.AUTOSCALING_RESET)
        place.live(again)  # the fake does what is due when it is asked, and shows it a moment later
        place.account.clock.advance(times.DESCRIBE_LAG)
        moved = place.live(again)
        place.run(again, found.steps)
        _, _, left = place.diff(again)

    units = [state.tables["shop_accounts"].settings["capacity"]["read"] for state in (live, moved)]
    assert units == [5, 4]
    assert left.is_empty
    assert avoidable(place) == {}


@given(pair=strategies.pairs())
@QUIET
def test_changes_without_a_pause_end_or_say_when(pair: Pair) -> None:
    """Back and forth at once: whatever is refused is a window that is closed, said so, and open a month later."""
    with world() as place:
        said = [outcome(place, plan) for plan in (pair[0], pair[1], pair[0], pair[1])]
        place.later(MONTH)
        place.converge(pair[1])

    assert all(text == "" or ": TryLater: " in text for text in said), said
