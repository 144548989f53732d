"""Answers that were cut by their longest length are continued, and joined without a seam."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.author.support import PLAN, fenced, good, user_text
from tests.fakes.claude import Answer
from tests.fixtures.replies import conversation

if TYPE_CHECKING:
    from tests.author.support import Desk

pytestmark = pytest.mark.engine

WHOLE = fenced(PLAN)
LINES = WHOLE.splitlines(keepends=True)
MIDDLE = next(number for number, line in enumerate(LINES) if "A shelf's books" in line)
Cut = tuple[str, str]


def at_line() -> Cut:
    """Cut between two lines; what follows is the rest."""
    return "".join(LINES[:MIDDLE]), "".join(LINES[MIDDLE:])


def within_line() -> Cut:
    """Cut within a line, which what follows writes anew."""
    return "".join(LINES[:MIDDLE]) + LINES[MIDDLE][:22], "".join(LINES[MIDDLE:])


def within_line_resumed() -> Cut:
    """Cut within a line, and what follows goes on in the middle of it."""
    return "".join(LINES[:MIDDLE]) + LINES[MIDDLE][:22], LINES[MIDDLE][22:] + "".join(LINES[MIDDLE + 1 :])


def within_a_row() -> Cut:
    """Cut within a row of data."""
    number = next(n for n, line in enumerate(LINES) if "title: Two" in line)
    return "".join(LINES[:number]) + LINES[number][:20], "".join(LINES[number:])


def with_repeated_lines() -> Cut:
    """What follows repeats the last three lines."""
    return "".join(LINES[:MIDDLE]), "".join(LINES[MIDDLE - 3 :])


def with_new_fence() -> Cut:
    """What follows opens a fence again."""
    return "".join(LINES[:MIDDLE]), "```yaml\n" + "".join(LINES[MIDDLE:])


def with_new_fence_and_words() -> Cut:
    """What follows says that it continues, opens a fence and repeats a line."""
    return "".join(LINES[:MIDDLE]), "Continuing from there:\n\n```yaml\n" + "".join(LINES[MIDDLE - 1 :])


def starting_over() -> Cut:
    """What follows is the whole plan again."""
    return "".join(LINES[:MIDDLE]), WHOLE


def before_the_last_fence() -> Cut:
    """Only the closing fence is missing."""
    return "".join(LINES[:-1]), LINES[-1]


def with_empty_line_between() -> Cut:
    """What follows begins with an empty line."""
    return "".join(LINES[:MIDDLE]), "\n" + "".join(LINES[MIDDLE:])


CUTS: tuple[Callable[[], Cut], ...] = (
    at_line,
    within_line,
    within_line_resumed,
    within_a_row,
    with_repeated_lines,
    with_new_fence,
    with_new_fence_and_words,
    starting_over,
    before_the_last_fence,
    with_empty_line_between,
)


@pytest.mark.slow
@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: cut.__name__)
def test_a_cut_answer_is_joined_without_a_seam(desk: Desk, cut: Callable[[], Cut]) -> None:
    """The plan is the one that was cut, to the byte, whichever way the continuation begins."""
    first, second = cut()
    result = desk.generate(script=(Answer(text=first, stop_reason="max_tokens"), Answer(text=second)))

    assert result.exit_code == 0, result.stderr
    assert desk.plan().endswith(PLAN)
    assert "continuing 1/3" in result.stderr


@pytest.mark.slow
def test_the_conversation_only_grows(desk: Desk) -> None:
    """The answer goes back as it came, thinking and all; the last whole line is quoted, and the user speaks last."""
    first, second = within_line()
    desk.generate(
        script=(
            Answer(text=first, thinking="which keys?", stop_reason="max_tokens"),
            Answer(text=second, thinking="go on"),
        )
    )
    before, after = desk.claude.bodies

    assert after["messages"][: len(before["messages"])] == before["messages"]
    assert after["system"] == before["system"]
    assert [block["type"] for block in after["messages"][1]["content"]] == ["thinking", "text"]
    assert after["messages"][1]["content"][1]["text"] == first
    assert LINES[MIDDLE - 1].strip() in user_text(after)
    assert [message["role"] for message in after["messages"]] == ["user", "assistant", "user"]


@pytest.mark.slow
def test_the_fakes_own_limit_cuts_as_well(desk: Desk) -> None:
    """With a small --max-tokens a recorded plan needs three pieces, and is whole in the end."""
    plan = conversation("repair", "shortener").plan
    text = fenced(plan)

    def rest(body: dict[str, Any]) -> Answer:
        """As Claude does: from the line after the one that was quoted."""
        said = "".join(_text(message) for message in body["messages"] if message["role"] == "assistant")
        return Answer(text=text[said.rfind("\n") + 1 :] if said else text)

    result = desk.generate("links", "--max-tokens", "1000", script=(rest,))
    if result.exit_code:
        pytest.fail(result.stderr)

    assert desk.plan("shortener.yaml").endswith(plan)


@pytest.mark.slow
def test_it_ends_after_three_continuations(desk: Desk) -> None:
    """What there is is kept, with exit 1, and no fifth request is sent."""
    pieces = tuple(
        Answer(text="".join(LINES[number * 4 : number * 4 + 4]), stop_reason="max_tokens") for number in range(4)
    )
    result = desk.generate(script=pieces)

    assert result.exit_code == 1
    assert "--max-tokens" in result.stderr
    assert len(desk.claude.requests) == 4
    assert [name for name in desk.plans if not name.endswith(".invalid.yaml")] == []
    kept = desk.plan(desk.plans[0])
    assert "".join(LINES[1:16]) in kept


@pytest.mark.slow
def test_a_continuation_that_fails_for_good_keeps_what_there_was(desk: Desk) -> None:
    """An hour of writing is not lost to a refused request."""
    from tests.fakes.claude import Failure  # noqa: PLC0415 - only here

    first, _ = at_line()
    result = desk.generate(
        script=(Answer(text=first, stop_reason="max_tokens"), Failure(type="permission_error", message="no more"))
    )

    assert result.exit_code == 1
    assert "no more" in result.stderr
    assert "".join(LINES[1:MIDDLE]) in desk.plan(desk.plans[0])


@pytest.mark.slow
def test_thinking_of_another_account_is_left_out_once(desk: Desk) -> None:
    """When the service no longer takes the thinking of an earlier turn, the request is sent again without it."""
    first, second = at_line()

    def moved(_body: dict[str, Any]) -> Answer:
        desk.claude.author.forget()
        return Answer(text=first, thinking="hm", stop_reason="max_tokens")

    result = desk.generate(script=(moved, Answer(text=second)))

    assert result.exit_code == 0, result.stderr
    assert [request.status for request in desk.claude.requests] == [200, 400, 200]
    last = desk.claude.bodies[-1]["messages"]
    assert [block["type"] for block in last[1]["content"]] == ["text"]
    assert desk.plan().endswith(PLAN)


@pytest.mark.slow
def test_a_fence_is_found_in_prose_and_without_a_language(desk: Desk) -> None:
    """Words around it, another fence behind it, Windows line ends: the plan is what stands in the first YAML fence."""
    plan = PLAN.replace("database: shelf", "database: first")
    around = f"Certainly.\n\n{fenced(plan)}\nAnd to see it:\n\n```sh\nrm -rf /\n```\n\n{fenced(PLAN)}"
    result = desk.generate(script=(Answer(text=around),))

    assert result.exit_code == 0, result.stderr
    assert desk.plan("first.yaml").endswith(plan)


@pytest.mark.slow
def test_no_fence_will_do_when_it_is_a_plan(desk: Desk) -> None:
    """Complete is what reads as a plan, is checked and proved."""
    result = desk.generate(script=(Answer(text=PLAN),))

    assert result.exit_code == 0, result.stderr
    assert desk.plan().endswith(PLAN)


@pytest.mark.slow
def test_an_open_fence_is_a_finding(desk: Desk) -> None:
    """An answer that ends without its last fence may lack rows: it is asked for again."""
    result = desk.generate(script=(Answer(text="".join(LINES[:-1])), good()))

    assert result.exit_code == 0, result.stderr
    assert "fence" in user_text(desk.claude.bodies[1])


def _text(message: dict[str, Any]) -> str:
    return "".join(block.get("text", "") for block in message["content"])
