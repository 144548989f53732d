"""From the text of an answer to the text of a plan: one fence, cut answers joined, questions told apart."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import yaml

from planner.author.values import MAX_QUESTIONS

_OPENING = re.compile(r"^ {0,3}```[ \t]*(?:ya?ml)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_BARE_OPENING = re.compile(r"^ {0,3}```[ \t]*\r?$", re.MULTILINE)
_CLOSING = re.compile(r"^ {0,3}```[ \t]*\r?$", re.MULTILINE)
_QUESTIONS = re.compile(r"^ {0,3}```[ \t]*questions[ \t]*\r?\n(.*?)^ {0,3}```[ \t]*\r?$", re.MULTILINE | re.DOTALL)
_BEGINS_LIKE_A_PLAN = re.compile(r"\A\s*(?:#[^\n]*\n\s*)*(?:---[ \t]*\n)?[a-z_]+:(?:\s|\Z)")
_MARK = re.compile(r"^(?:\d+[.)]|[-*])\s+")
_MAX_OVERLAP = 50
_LINES_BEFORE_A_FENCE = 5
_MAX_QUESTION = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Fenced:
    """The plan's text in an answer.

    Attributes:
        text: What stands in the fence; the whole answer where it has none and looks like a plan.
        closed: The fence was closed, so that nothing is missing at the end.
    """

    text: str
    closed: bool


def fenced(answer: str) -> Fenced | None:
    """The first YAML fence of an answer; None when it holds no plan."""
    opening = _OPENING.search(answer) or _bare_plan(answer)
    if opening is None:
        return Fenced(text=answer.strip() + "\n", closed=True) if _BEGINS_LIKE_A_PLAN.match(answer) else None
    rest = answer[opening.end() :].removeprefix("\n")
    closing = _CLOSING.search(rest)
    if closing is None:
        return Fenced(text=rest, closed=False)
    return Fenced(text=rest[: closing.start()], closed=True)


def _bare_plan(answer: str) -> re.Match[str] | None:
    opening = _BARE_OPENING.search(answer)
    return opening if opening and _BEGINS_LIKE_A_PLAN.match(answer[opening.end() :]) else None


def questions(answer: str) -> tuple[str, ...]:
    """The questions of an answer that asks instead of writing a plan, five at most; empty otherwise."""
    found = _QUESTIONS.search(answer)
    if found is None or _OPENING.search(answer):
        return ()
    lines = [_MARK.sub("", line.strip())[:_MAX_QUESTION] for line in found[1].splitlines()]
    return tuple(line for line in lines if line)[:MAX_QUESTIONS]


def last_whole_line(answer: str) -> str:
    """The last complete line of an answer that was cut, which its continuation follows."""
    lines = _whole(answer).splitlines()
    return next((line for line in reversed(lines) if line.strip()), "")


def continuation(answer: str) -> str:
    """What is said to Claude when its answer was cut."""
    return (
        "Your answer reached its longest length. Its last complete line, as JSON, is\n"
        f"{json.dumps(last_whole_line(answer), ensure_ascii=False)}\n"
        "Continue with the line after it: same indentation, no repetition, no new fence at the start, no comment about "
        "this. Close the fence at the end."
    )


def join(before: str, after: str) -> str:
    """An answer that was cut and its continuation as one text.

    The half line at the cut is dropped, since the continuation writes it anew; so are a fence that was opened again
    and lines that were repeated. A continuation that starts over replaces what there was.
    """
    whole, half = _whole(before), before[len(_whole(before)) :]
    rest = _without_fence(after)
    if re.match(r"\s*(?:#[^\n]*\n\s*)*ddbplan:", rest):
        return f"```yaml\n{rest.lstrip()}"
    joined = whole + _without_overlap(whole, rest)
    if not half.strip() or rest.lstrip().startswith(half.strip()):
        return joined
    # It may have gone on in the middle of the line after all: that reading counts only if the other is no YAML.
    inside = before + rest
    return inside if not _parses(joined) and _parses(inside) else joined


def _whole(text: str) -> str:
    return text[: text.rfind("\n") + 1]


def _without_fence(after: str) -> str:
    opening = _OPENING.search(after)
    if opening is None or after.count("\n", 0, opening.start()) > _LINES_BEFORE_A_FENCE:
        return after.removeprefix("\n") if after.startswith("\n") else after
    return after[opening.end() :].removeprefix("\n")


def _without_overlap(whole: str, rest: str) -> str:
    before, lines = whole.splitlines(), rest.splitlines(keepends=True)
    bare = [line.rstrip("\r\n") for line in lines]
    for count in range(min(_MAX_OVERLAP, len(before), len(bare)), 0, -1):
        if before[-count:] == bare[:count] and any(line.strip() for line in bare[:count]):
            return "".join(lines[count:])
    return rest


def _parses(answer: str) -> bool:
    found = fenced(answer)
    if found is None:
        return False
    try:
        for _ in yaml.parse(found.text, Loader=yaml.CLoader if yaml.__with_libyaml__ else yaml.Loader):
            pass
    except (yaml.YAMLError, RecursionError, ValueError):
        return False
    return True
