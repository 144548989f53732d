"""Every way in which no answer comes, before and after the first byte, through the real package and a real socket."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.author.support import PLAN, fenced, good
from tests.fakes.claude import Answer, Break, Failure, Step

if TYPE_CHECKING:
    from tests.author.support import Desk

AT_ONCE = {"retry-after": "0"}
LONG = fenced(PLAN)

FINAL: dict[str, tuple[Step, str]] = {
    "bad request": (Failure(type="invalid_request_error", message="messages: odd"), "messages: odd"),
    "key refused": (Failure(type="authentication_error", message="invalid x-api-key"), "check ANTHROPIC_API_KEY"),
    "no credit": (Failure(type="billing_error", message="credit balance is too low"), "credit balance is too low"),
    "not permitted": (Failure(type="permission_error", message="not for this workspace"), "not for this workspace"),
    "no such model": (Failure(type="not_found_error", message="model: claude-opus-5-5"), "--model"),
    "too large": (Failure(type="request_too_large", message="Request exceeds the maximum size"), "maximum size"),
    "limit reached": (
        Failure(
            type="rate_limit_error", message="limit reached", details={"error_code": "enforced_spend_limit_reached"}
        ),
        "limit reached",
    ),
    "rate limited without a time": (Failure(type="rate_limit_error", message="too many"), "too many"),
    "not to be tried again": (Failure(type="api_error", headers={"x-should-retry": "false"}, message="no"), "no"),
    "an odd error event": (
        Answer(text=LONG, piece=20, broken=Break(how="error", type="invalid_request_error", message="odd event")),
        "odd event",
    ),
}
PASSING: dict[str, Step] = {
    "rate limited": Failure(type="rate_limit_error", headers=AT_ONCE),
    "overloaded": Failure(type="overloaded_error", headers=AT_ONCE),
    "an error of the service": Failure(type="api_error", headers=AT_ONCE),
    "unavailable": Failure(type="api_error", status=503, headers=AT_ONCE),
    "a timeout of the service": Failure(type="timeout_error", headers=AT_ONCE),
    "an overloaded event": Answer(text=LONG, piece=20, broken=Break(how="error")),
    "an error event": Answer(text=LONG, piece=20, broken=Break(how="error", type="api_error")),
    "a limit event": Answer(text=LONG, piece=20, broken=Break(how="error", type="rate_limit_error")),
    "a timeout event": Answer(text=LONG, piece=20, broken=Break(how="error", type="timeout_error")),
    "a cut socket": Answer(text=LONG, piece=20, broken=Break(how="cut")),
    "a cut before any text": Answer(text=LONG, broken=Break(how="cut", after=0)),
    "an early end": Answer(text=LONG, piece=20, broken=Break(how="early")),
    "an end without a reason": Answer(text=LONG, stop_reason=None),
}


@pytest.mark.parametrize("name", FINAL)
def test_what_no_patience_helps_is_said_at_once(desk: Desk, name: str) -> None:
    """One request, the provider's own words and the request's name, what to do, exit 1, and no plan."""
    step, words = FINAL[name]
    result = desk.generate(script=(step,))

    assert result.exit_code == 1
    assert words in _flat(result.stderr)
    assert re.search(r"req_\d+", result.stderr)
    assert len(desk.claude.requests) == 1
    assert [file for file in desk.plans if not file.endswith((".partial", ".invalid.yaml"))] == []


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.parametrize("name", PASSING)
def test_what_may_pass_is_asked_again(desk: Desk, name: str) -> None:
    """From the start, with the same request; the wait is told; the plan is whole and nothing of the cut is in it."""
    result = desk.generate(script=(PASSING[name], good()))

    assert result.exit_code == 0, result.stderr
    assert "waiting" in result.stderr
    assert desk.plan().endswith(PLAN)
    assert desk.plans == ["shelf.yaml"]
    assert desk.claude.bodies[0] == desk.claude.bodies[1]


def test_patience_ends_after_four_attempts(desk: Desk) -> None:
    """An overloaded service is not asked for ever."""
    result = desk.generate(script=(Failure(type="overloaded_error", headers=AT_ONCE),) * 4)

    assert result.exit_code == 1
    assert "tried 4 times" in _flat(result.stderr)
    assert result.stderr.count("waiting") == 3


def test_the_time_that_the_service_names_is_waited(desk: Desk) -> None:
    """Seconds, or milliseconds where it is precise."""
    started = time.monotonic()
    result = desk.generate(
        script=(
            Failure(type="rate_limit_error", headers={"retry-after": "1"}),
            Failure(type="rate_limit_error", headers={"retry-after": "60", "retry-after-ms": "200"}),
            Failure(type="permission_error", message="now no more"),
        )
    )
    first, second, third = (request.at for request in desk.claude.requests)

    assert result.exit_code == 1
    assert 1.0 <= second - first < 4
    assert 0.2 <= third - second < 3
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("header", ["3600", "61"])
def test_a_long_wait_is_a_persons_decision(desk: Desk, header: str) -> None:
    """More than a minute is told and not waited."""
    started = time.monotonic()
    result = desk.generate(script=(Failure(type="rate_limit_error", headers={"retry-after": header}),))

    assert result.exit_code == 1
    assert f"{header} seconds" in _flat(result.stderr)
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("header", ["soon", "-5", "nan", "inf", "1e400", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_an_odd_wait_is_not_waited_for_ever(desk: Desk, header: str) -> None:
    """Whatever stands in the header, it ends: at once, or after a second."""
    started = time.monotonic()
    result = desk.generate(
        script=(Failure(type="overloaded_error", headers={"retry-after": header}), Failure(type="permission_error"))
        if header not in {"inf", "1e400"}
        else (Failure(type="overloaded_error", headers={"retry-after": header}),)
    )

    assert result.exit_code == 1
    assert time.monotonic() - started < 30


@pytest.mark.slow
def test_nobody_listens(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed port is a failed connection, tried again and then said; it says nothing of a key."""
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    result = desk.generate()

    assert result.exit_code == 1
    assert "connection" in _flat(result.stderr)


def test_no_key_at_all(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """First of all a sentence says how to set one; the command that begins without one works; nothing is sent."""
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    result = desk.generate()
    command = result.stderr.splitlines()[-1].split()
    begun = desk.run(*command[1:])

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: No key for Claude was found: ")
    assert "set ANTHROPIC_API_KEY" in _flat(result.stderr)
    assert command == ["ddbplan", "init", "--from", "financial"]
    assert begun.exit_code == 0, begun.output
    assert desk.plans == ["financial.yaml", "plan.schema.json"]
    assert desk.claude.requests == []


def test_without_the_engine_nobody_is_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cannot prove a plan is not made to pay for one."""
    monkeypatch.setenv("DDBPLAN_ENGINE", "/nowhere/ministack")
    result = desk.generate()

    assert result.exit_code == 1
    assert "/nowhere/ministack" in result.stderr
    assert desk.claude.requests == []


def test_usage_of_failed_requests_is_counted(desk: Desk) -> None:
    """A cut answer was paid for: the figures say at least how much."""
    cut = Answer(text=LONG, piece=20, broken=Break(how="error"), usage={"input_tokens": 12345})
    result = desk.generate(script=(cut, Failure(type="permission_error")))

    assert result.exit_code == 1
    assert "at least" in result.stderr
    assert re.search(r"at least [\d,]+ tokens sent", _flat(result.stderr))


REASONS: dict[str, tuple[Step, str]] = {
    "refusal": (
        Answer(text="I cannot", stop_reason="refusal", stop_details={"type": "refusal", "category": "cyber"}),
        "cyber",
    ),
    "a refusal without a category": (Answer(text="", stop_reason="refusal"), "declined"),
    "a full context": (Answer(text=LONG[:80], stop_reason="model_context_window_exceeded"), "longer than the model"),
    "something new": (Answer(text=LONG, stop_reason="pondering"), "pondering"),
    "a tool": (Answer(text=LONG, stop_reason="tool_use"), "tool_use"),
    "a pause": (Answer(text=LONG, stop_reason="pause_turn"), "pause_turn"),
    "a stop sequence": (Answer(text=LONG, stop_reason="stop_sequence"), "stop_sequence"),
    "thinking alone": (Answer(text=LONG, thinking="x" * 4000), "--max-tokens"),
}


@pytest.mark.parametrize("name", REASONS)
def test_an_answer_that_ends_for_another_reason_is_not_used(desk: Desk, name: str) -> None:
    """Fail closed: even a whole plan is not written when nobody knows why it ended; nothing is repaired."""
    answer, words = REASONS[name]
    limit = ("--max-tokens", "1000") if name == "thinking alone" else ()
    result = desk.generate("books", *limit, script=(answer,))

    assert result.exit_code == 1
    assert words in _flat(result.stderr)
    assert [file for file in desk.plans if not file.endswith(".invalid.yaml")] == []
    assert len(desk.claude.requests) == 1


@pytest.mark.engine
@pytest.mark.slow
def test_an_empty_answer_is_answered_with_a_new_message(desk: Desk) -> None:
    """Nothing is never sent back as is: the service would refuse an empty message."""
    result = desk.generate(script=(Answer(text=""), good()))

    assert result.exit_code == 0, result.stderr
    assert len(desk.claude.bodies[1]["messages"]) == 2
    assert desk.plans == ["shelf.yaml"]


def _flat(text: str) -> str:
    return " ".join(text.split())
