"""When ``--detach`` looks whether an index is being made, and what an unreadable table means."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from executor.applying.detaching import LOOK_SECONDS, DetachWatch
from executor.failure import CallError
from planner.steps import Call, Step

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.values import Json

INDEX = Step(
    id="table.t.index.by_x",
    address="table.t.index.by_x",
    symbol="+",
    call=Call(
        function="create_table_advanced",
        arguments={"table_schema": {"TableName": "shop_t"}, "change": {"kind": "create_index", "index": "by_x"}},
    ),
    reason="",
)
BEGUN = {"Table": {"GlobalSecondaryIndexes": [{"IndexName": "by_x"}]}}


@pytest.fixture
def now() -> list[float]:
    """What the clock says."""
    return [100.0]


@pytest.fixture
def left() -> list[str]:
    """Steps that were left to themselves."""
    return []


@pytest.fixture
def watch(now: list[float], left: list[str]) -> DetachWatch:
    """The watch of a run with ``--detach``."""
    session: Any = SimpleNamespace(clients=None, options=SimpleNamespace(detach=True))
    executor: Any = SimpleNamespace(detach=lambda step: left.append(step.id))
    return DetachWatch(session, executor, lambda: now[0])


def answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[], Json]) -> list[str]:
    """Answers for the table that is looked at; returns what was asked."""
    asked: list[str] = []

    def read(_clients: object, name: str, _aspects: object) -> Json:
        asked.append(name)
        return answer()

    monkeypatch.setattr("executor.applying.detaching.read_table", read)
    return asked


def test_a_table_that_cannot_be_read_has_not_begun(
    watch: DetachWatch, now: list[float], left: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failed look ends neither the run nor the watching: the next one decides."""

    def refuse() -> Json:
        raise CallError("Throttled", "too often")

    answering(monkeypatch, refuse)
    watch((INDEX,))

    assert left == []

    answering(monkeypatch, lambda: BEGUN)
    now[0] += LOOK_SECONDS
    watch((INDEX,))

    assert left == [INDEX.id]


def test_it_looks_no_more_often_than_described(
    watch: DetachWatch, now: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Called every moment, it asks DynamoDB once in three seconds."""
    asked = answering(monkeypatch, lambda: None)
    for _ in range(100):
        watch((INDEX,))
        now[0] += 0.1

    assert len(asked) == 4
