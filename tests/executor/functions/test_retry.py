"""Trying again is patient, jittered and ends when it is asked to."""

from __future__ import annotations

import threading
import time

import pytest

from executor.loader.pieces import pieces
from executor.rates import BURST, CALLS_PER_SECOND, Rates
from executor.retry import Backoff, Patience, StoppedError, rest
from planner.values import Item


def test_patience_runs_out_without_another_pause() -> None:
    """Once the time is over, the next pause is refused at once."""
    backoff = Backoff(Patience(seconds=0.05, first=0.02, longest=0.02), threading.Event())
    started = time.monotonic()
    while backoff.pause("throttled"):
        pass

    assert time.monotonic() - started < 30.0


def test_another_kind_of_failure_has_patience_of_its_own() -> None:
    """A busy table that was waited for leaves patience for a failing service."""
    backoff = Backoff(Patience(seconds=10.0, first=0.0), threading.Event())
    backoff.pause("busy")
    time.sleep(0.03)

    assert backoff.pause("failed", allowed=0.02)
    time.sleep(0.03)
    assert not backoff.pause("failed", allowed=0.02)


def test_alternating_failures_end_all_the_same() -> None:
    """Failures of two kinds in turn do not renew patience for ever."""
    backoff = Backoff(Patience(seconds=0.05, first=0.01, longest=0.01), threading.Event())
    deadline = time.monotonic() + 50.0
    tries = 0
    while backoff.pause("one" if tries % 2 else "two"):
        tries += 1
        assert time.monotonic() < deadline


def test_a_stop_ends_a_pause_at_once() -> None:
    """A pause ends when a stop is asked for, however long it would be."""
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()
    started = time.monotonic()
    with pytest.raises(StoppedError):
        rest(60.0, stop)

    assert time.monotonic() - started < 50.0


def test_counted_calls_are_spaced_out() -> None:
    """After a burst, counted calls get one slot after the other; other calls get none."""
    rates = Rates()
    delays = [rates.delay("describe_time_to_live") for _ in range(BURST + 3)]
    gap = 1 / CALLS_PER_SECOND["describe_time_to_live"]

    assert delays[0] == 0.0
    assert delays[-1] == pytest.approx(2 * gap, abs=gap)
    assert rates.delay("put_item") == 0.0


def row(name: str, size: int = 1) -> Item:
    """An item of about this size."""
    return {"id": {"S": name}, "x": {"S": "x" * size}}


def test_batches_hold_25_items_and_no_key_twice() -> None:
    """A batch ends at 25 items and before a key that it holds already."""
    rows = [row(str(number)) for number in range(30)]

    assert [len(piece.rows) for piece in pieces(rows, ["id"])] == [25, 5]
    assert [len(piece.rows) for piece in pieces([row("a"), row("b"), row("a")], ["id"])] == [2, 1]


def test_batches_are_taken_as_they_are_needed() -> None:
    """Rows are not read ahead of the batch that is asked for."""
    read = []

    def rows() -> object:
        for number in range(1_000_000):
            read.append(number)
            yield row(str(number))

    first = next(pieces(rows(), ["id"]))  # type: ignore[arg-type] # a generator is an iterable of items

    assert len(first.rows) == 25
    assert len(read) == 26
