"""The fake answers as the service does, seen through the real package's streams."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import anthropic
import httpx2
import pytest

from tests.fakes.claude import KEY, Answer, Break, Failure, FakeClaude, Script

TEXT = "".join(f"line {number}\n" for number in range(60))


@contextmanager
def served(*script: Script) -> Iterator[tuple[FakeClaude, anthropic.Anthropic]]:
    """A fake with a script, and the package's client for it."""
    with (
        FakeClaude(*script) as fake,
        anthropic.Anthropic(api_key=KEY, base_url=fake.base_url, max_retries=0) as client,
    ):
        yield fake, client


def stream(client: anthropic.Anthropic, **changes: Any) -> anthropic.types.Message:
    """One streamed answer, whole."""
    asked: dict[str, Any] = {
        "model": "claude-opus-5-5",
        "max_tokens": 1000,
        "messages": [{"role": "user", "content": "go"}],
    }
    with client.messages.stream(**(asked | changes)) as running:
        for _event in running:
            pass
        found: anthropic.types.Message = running.get_final_message()
        return found


def text(message: anthropic.types.Message) -> str:
    """What the answer says."""
    return "".join(block.text for block in message.content if block.type == "text")


def test_an_answer_arrives_whole_and_is_recorded() -> None:
    """Text, model, reason and figures; the request with everything in it."""
    with served(Answer(text=TEXT, thinking="let me see", piece=7)) as (fake, client):
        answer = stream(client, system="rules")

    assert text(answer) == TEXT
    assert answer.stop_reason == "end_turn"
    assert answer.usage.output_tokens == (len(TEXT) + 3) // 4 + 3
    assert answer.usage.output_tokens_details is not None
    assert answer.usage.output_tokens_details.thinking_tokens == 3
    assert (fake.bodies[0]["system"], fake.bodies[0]["stream"]) == ("rules", True)
    assert (fake.left, fake.unscripted, fake.hangups) == (0, 0, 0)


def test_an_answer_need_not_stream() -> None:
    """The same message in one body."""
    with served(Answer(text="yes")) as (_fake, client):
        answer = client.messages.create(
            model="claude-opus-5-5",
            max_tokens=10,
            messages=[{"role": "user", "content": "go"}],
        )

    assert text(answer) == "yes"


def test_max_tokens_cuts_thinking_and_text_together() -> None:
    """Thinking counts: little is left for the text, or nothing."""
    with served(Answer(text=TEXT, thinking="x" * 40), Answer(text=TEXT, thinking="x" * 400)) as (_fake, client):
        little = stream(client, max_tokens=20)
        nothing = stream(client, max_tokens=20)

    assert (little.stop_reason, text(little)) == ("max_tokens", TEXT[:40])
    assert (nothing.stop_reason, [block.type for block in nothing.content]) == ("max_tokens", ["thinking"])


@pytest.mark.parametrize("reason", ["refusal", "model_context_window_exceeded", "something_new", None])
def test_any_reason_to_stop_can_be_told(reason: str | None) -> None:
    """The package passes on what it does not know."""
    details = {"type": "refusal", "category": "cyber", "explanation": "no"} if reason == "refusal" else None
    with served(Answer(text="so far", stop_reason=reason, stop_details=details)) as (_fake, client):
        answer = stream(client)

    assert answer.stop_reason == reason
    assert (answer.stop_details is not None) == (reason == "refusal")


@pytest.mark.parametrize(
    ("type_", "error"),
    [
        ("rate_limit_error", anthropic.RateLimitError),
        ("overloaded_error", anthropic.InternalServerError),
        ("api_error", anthropic.InternalServerError),
        ("billing_error", anthropic.APIStatusError),
        ("permission_error", anthropic.PermissionDeniedError),
    ],
)
def test_a_failure_has_its_status_and_headers(type_: str, error: type[anthropic.APIStatusError]) -> None:
    """As the package sorts them."""
    with (
        served(Failure(type=type_, headers={"retry-after": "7"})) as (_fake, client),
        pytest.raises(error) as failed,
    ):
        stream(client)

    assert failed.value.response.headers["retry-after"] == "7"
    assert failed.value.type == type_


def test_a_spend_limit_is_told_by_its_details() -> None:
    """The package has a class of its own for it."""
    limit = Failure(type="rate_limit_error", details={"error_code": "enforced_spend_limit_reached"})
    with served(limit) as (_fake, client), pytest.raises(anthropic.RateLimitError) as failed:
        stream(client)

    assert failed.value.error_code == "enforced_spend_limit_reached"


def test_an_error_event_is_an_error_with_status_200() -> None:
    """The package raises its plain class for it."""
    with (
        served(Answer(text=TEXT, piece=10, broken=Break(how="error"))) as (_fake, client),
        pytest.raises(anthropic.APIStatusError) as failed,
    ):
        stream(client)

    assert (failed.value.status_code, failed.value.type) == (200, "overloaded_error")


def test_a_cut_socket_is_an_error_of_the_transport() -> None:
    """Which is none of the package's own."""
    with (
        served(Answer(text=TEXT, piece=10, broken=Break(how="cut"))) as (_fake, client),
        pytest.raises(httpx2.RemoteProtocolError),
    ):
        stream(client)


def test_an_early_end_is_no_error_at_all() -> None:
    """Only the missing reason tells of it."""
    with served(Answer(text=TEXT, piece=10, broken=Break(how="early", after=3))) as (_fake, client):
        answer = stream(client)

    assert (text(answer), answer.stop_reason) == (TEXT[:30], None)


def test_a_slow_first_byte_can_be_given_up() -> None:
    """The package times out, and the fake sees the caller go."""
    with served(Answer(text="late", wait=30)) as (fake, client):
        started = time.monotonic()
        with pytest.raises(anthropic.APITimeoutError):
            stream(client.with_options(timeout=0.2))

        assert fake.hung_up.wait(5)

    assert time.monotonic() - started < 25


def test_a_caller_that_leaves_is_seen() -> None:
    """Leaving the stream early closes the connection."""
    with served(Answer(text=TEXT, piece=10, pause=0.05)) as (fake, client):
        with client.messages.stream(
            model="claude-opus-5-5",
            max_tokens=1000,
            messages=[{"role": "user", "content": "go"}],
        ) as running:
            next(iter(running.text_stream))

        assert fake.hung_up.wait(5)


def test_a_growing_conversation_is_read_from_the_cache() -> None:
    """The second turn reads what the first one wrote; another system prompt reads nothing."""
    system = [{"type": "text", "text": "rules " * 600, "cache_control": {"type": "ephemeral"}}]
    turns: list[Any] = [{"role": "user", "content": "a"}]
    with served(Answer(text="b"), Answer(text="d"), Answer(text="e")) as (_fake, client):
        first = stream(client, system=system, messages=turns, cache_control={"type": "ephemeral"})
        turns += [first.to_param(), {"role": "user", "content": "c"}]
        second = stream(client, system=system, messages=turns, cache_control={"type": "ephemeral"})
        other = stream(client, system="rules " * 601, messages=turns, cache_control={"type": "ephemeral"})

    assert first.usage.cache_read_input_tokens == 0
    assert first.usage.cache_creation_input_tokens is not None
    assert first.usage.cache_creation_input_tokens > 512
    assert second.usage.cache_read_input_tokens == first.usage.cache_creation_input_tokens
    assert other.usage.cache_read_input_tokens == 0


def test_a_step_may_be_made_from_the_request() -> None:
    """For an answer that continues where the request says."""
    with served(lambda body: Answer(text=body["messages"][0]["content"] * 2)) as (_fake, client):
        answer = stream(client)

    assert text(answer) == "gogo"


def test_an_unscripted_request_is_refused_and_counted() -> None:
    """With a status that nobody tries again."""
    with served() as (fake, client), pytest.raises(anthropic.BadRequestError, match="no further step"):
        stream(client)

    assert fake.unscripted == 1


def test_requests_are_served_beside_each_other() -> None:
    """A slow answer does not hold up another."""
    with served(Answer(text="slow", wait=3), Answer(text="fast")) as (fake, client):
        slow = threading.Thread(target=stream, args=(client,))
        slow.start()
        while fake.left == 2:
            time.sleep(0.01)
        started = time.monotonic()
        answer = stream(client)
        took = time.monotonic() - started
        slow.join()

    assert text(answer) == "fast"
    assert took < 2.9
