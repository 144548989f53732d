"""Schedules: which calls of a client meet which fault. All of them are the same for the same seed."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.faults.actions import (
    BROKEN,
    EXPIRED,
    THROTTLED,
    THROTTLED_CONTROL,
    UNAVAILABLE,
    WRITES,
    Action,
    Call,
    DropAnswer,
    DropRequest,
    Forward,
    Schedule,
    Unprocessed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

CONTROL = frozenset({"CreateTable", "DescribeTable", "UpdateTable", "UpdateTimeToLive", "DescribeTimeToLive"})
IN_A_ROW = 2
"""No more faults than this one after another, as a service that is in trouble but not gone."""


Place = int | str
"""Where a fault strikes: a number counted from 1; or the name of an operation, or of a transfer, for the first such."""


def at(place: Place, action: Action) -> Schedule:
    """One fault, at one call."""
    strikes = _striker(place, lambda _call: True)
    return lambda call: action if strikes(call) else Forward()


def at_write(place: Place, action: Action) -> Schedule:
    """One fault, at one of the calls that change something."""
    strikes = _striker(place, lambda call: call.writes)
    return lambda call: action if strikes(call) else Forward()


def then(place: Place, reached: Callable[[], None]) -> Schedule:
    """No fault, but something is done as one of the calls that change something goes by."""
    strikes = _striker(place, lambda call: call.writes)

    def decide(call: Call) -> Action:
        if strikes(call):
            reached()
        return Forward()

    return decide


def _striker(place: Place, counts: Callable[[Call], bool]) -> Callable[[Call], bool]:
    """A predicate that is true once: at the so-manieth call that counts, or at the first try of a transaction."""
    seen = 0

    def strikes(call: Call) -> bool:
        nonlocal seen
        hit = _is_named(place, call) if isinstance(place, str) else counts(call)
        seen += hit
        return hit and seen == (1 if isinstance(place, str) else place)

    return strikes


def _is_named(place: str, call: Call) -> bool:
    if place in WRITES:
        return call.operation == place
    return call.operation == "TransactWriteItems" and b"_counters" in call.body and f'"{place}"'.encode() in call.body


def expired_from(number: int) -> Schedule:
    """Credentials that expire in the middle, and stay so."""
    return lambda call: EXPIRED if call.number >= number else Forward()


def scattered(seed: int, share: float, choose: Callable[[Call, random.Random], Action]) -> Schedule:
    """Faults at a share of all calls.

    Args:
        seed: Of the schedule.
        share: From 0 to 1.
        choose: The fault for a call.
    """
    chance = random.Random(seed)  # noqa: S311 - reproducible faults
    row = 0

    def decide(call: Call) -> Action:
        nonlocal row
        if row >= IN_A_ROW or chance.random() >= share:
            row = 0
            return Forward()
        row += 1
        return choose(call, chance)

    return decide


def throttling(call: Call, _chance: random.Random) -> Action:
    """Throttled, as the control plane and the data plane say it."""
    return THROTTLED_CONTROL if call.operation in CONTROL else THROTTLED


def errors(_call: Call, chance: random.Random) -> Action:
    """500 and 503."""
    return chance.choice((BROKEN, UNAVAILABLE))


def dropped(_call: Call, chance: random.Random) -> Action:
    """Connections closed, before the call landed or after."""
    return chance.choice((DropRequest(), DropAnswer()))


def latency(_call: Call, chance: random.Random) -> Action:
    """Up to a quarter of a second more."""
    return Forward(latency=chance.uniform(0.01, 0.25))


def unprocessed(call: Call, _chance: random.Random) -> Action:
    """Half of a batch comes back."""
    return Unprocessed() if call.operation in {"BatchWriteItem", "BatchExecuteStatement"} else Forward()


def everything(call: Call, chance: random.Random) -> Action:
    """Any of them."""
    kinds = (throttling, errors, dropped, latency, unprocessed)
    return chance.choice(kinds)(call, chance)
