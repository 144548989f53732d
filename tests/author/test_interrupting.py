"""Ctrl-C while Claude is asked: the connection is closed, what came is kept, and the process ends as it should."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest

from executor.local.engine import throwaway
from tests.author.support import PLAN, WRONG, fenced
from tests.fakes.claude import Answer, Failure

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from tests.author.support import Desk

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SLOW = Answer(text=fenced(PLAN), piece=20, pause=0.3)
PATIENCE = 60


def ends(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """Send the signal; the exit code and what stood on stderr. Ends within seconds."""
    sent = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=PATIENCE)

    assert time.monotonic() - sent < 20
    assert "Traceback" not in errors
    return process.returncode, errors


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_while_it_writes(desk: Desk, number: int, code: int) -> None:
    """The service sees the connection close; the text so far lies beside where the plan would be, and is no plan."""
    desk.claude.enqueue(SLOW)
    with desk.process("books") as process:
        assert desk.claude.first_piece.wait(PATIENCE)
        time.sleep(1)
        ended, errors = ends(process, number)

    assert ended == code
    assert desk.claude.hung_up.wait(PATIENCE)
    assert desk.plans == ["generated.partial"]
    assert desk.plan("generated.partial").startswith("```yaml\nddbplan: 1")
    assert "generated.partial" in errors
    assert len(desk.claude.requests) == 1


def test_before_the_first_byte(desk: Desk) -> None:
    """Nothing came, so nothing is kept."""
    desk.claude.enqueue(Answer(text=fenced(PLAN), wait=PATIENCE))
    with desk.process("books") as process:
        _until(lambda: bool(desk.claude.requests))
        ended, _ = ends(process, signal.SIGINT)

    assert ended == 130
    assert desk.claude.hung_up.wait(PATIENCE)
    assert desk.plans == []


def test_while_it_waits(desk: Desk) -> None:
    """A wait of half a minute is no reason to hold a person up."""
    desk.claude.enqueue(Failure(type="rate_limit_error", headers={"retry-after": "30"}))
    with desk.process("books") as process:
        _until(lambda: bool(desk.claude.requests and desk.claude.requests[0].status))
        time.sleep(0.5)
        ended, errors = ends(process, signal.SIGINT)

    assert ended == 130
    assert "waiting 30 s" in errors
    assert len(desk.claude.requests) == 1


def test_while_it_repairs(desk: Desk) -> None:
    """The record is written all the same, with the turn that there was."""
    desk.claude.enqueue(Answer(text=fenced(WRONG)), Answer(text=fenced(PLAN), wait=PATIENCE))
    with desk.process("books", "--record", "record.json") as process:
        _until(lambda: len(desk.claude.requests) == 2)
        ended, _ = ends(process, signal.SIGINT)

    assert ended == 130
    assert '"outcome": null' in (desk.folder / "record.json").read_text()


def test_an_engine_that_fails_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that cannot be started is a sentence; what Claude wrote, and was paid for, is kept."""
    broken = desk.folder / "engine"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("DDBPLAN_ENGINE", str(broken))
    # The desk's own engine is one that runs; here the one that is named has to be started.
    monkeypatch.setattr("executor.local.throwaway", throwaway)
    result = desk.generate(script=(Answer(text=fenced(PLAN)),))

    assert result.exit_code == 1
    assert "engine" in result.stderr
    assert PLAN in desk.plan("generated.partial")


def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
