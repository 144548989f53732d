"""Where a generated plan goes: never over an existing file, and never lost."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import replace as change
from pathlib import Path
from typing import TYPE_CHECKING

from ddbplan.failures import Failure
from ddbplan.views.output import harmless
from planner.author.prompt import finding_line
from planner.diagnostics import Position

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.author.outcome import Outcome
    from planner.diagnostics import Diagnostic

FOLDER = "plans"
_MOST_NAMES = 1000
_REQUESTS = 6
_LONGEST_WORD = 120


def write_new(path: Path, text: str) -> Path:
    """Write a file that does not exist; if it does, another with a number in its name.

    Returns:
        The file that was written.

    Raises:
        Failure: It cannot be written.
    """
    stem, *suffixes = path.name.split(".")
    for number in range(1, _MOST_NAMES):
        name = ".".join([stem if number == 1 else f"{stem}-{number}", *suffixes])
        candidate = path.with_name(name)
        try:
            candidate.parent.mkdir(parents=True, exist_ok=True)
            with candidate.open("x", encoding="utf-8", errors="surrogatepass", newline="") as file:
                file.write(text)
        except FileExistsError:
            continue
        except OSError as problem:
            raise Failure(f"{candidate} cannot be written: {problem.strerror}.") from None
        return candidate
    raise Failure(f"{path} and {_MOST_NAMES} names like it exist already. Name another with -o FILE.")


def replace(path: Path, text: str, *, before: bytes) -> None:
    """Put a text in a file's place at once, unless the file is another one now.

    Raises:
        Failure: It changed since it was read, or cannot be written.
    """
    try:
        if path.read_bytes() != before:
            raise Failure(f"{path} was changed by someone else while its change was written; nothing was overwritten.")
        mode = path.stat().st_mode
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            file.write(text.encode("utf-8", "surrogatepass"))
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(mode)
        Path(file.name).replace(path)
    except OSError as problem:
        raise Failure(f"{path} cannot be written: {problem.strerror}.") from None


def provenance(outcome: Outcome, versions: dict[str, str], day: str) -> str:
    """Who wrote the plan, as comments: program, model, what was used, and hashes to compare by.

    Args:
        outcome: What came of asking.
        versions: Of the programs, by name.
        day: The UTC day.
    """
    settings, usage = outcome.settings, outcome.usage
    programs = ", ".join(f"{name} {version}" for name, version in versions.items())
    money = "" if outcome.cost is None else f", about ${outcome.cost:.2f}"
    requests = [_word(turn.answer.request_id) for turn in outcome.turns if turn.answer.request_id]
    shown = ", ".join([*requests[:_REQUESTS], *(["..."] if len(requests) > _REQUESTS else [])])
    first = outcome.turns[0].fingerprint
    used = f"{usage.sent} tokens sent, {usage.output} received{money}"
    lines = [
        f"Generated on {day} with {programs}.",
        f"By {_word(outcome.model)} ({settings.provider}, effort {settings.effort}): {used};",
        f"{len(outcome.turns)} answers, {outcome.repairs} repairs. Requests: {shown or 'replayed'}.",
        f"sha256 of the first request: {first}",
        f"sha256 of what follows, as generated: {hashlib.sha256(outcome.text.encode()).hexdigest()}",
    ]
    return "".join(f"# {line}\n" for line in lines)


def findings_header(message: str, findings: Sequence[Diagnostic]) -> str:
    """Why a text is no plan, as comments above it; lines are those of the file that begins with it."""
    lines = [message, *(finding_line(found) for found in moved(findings, Path()))]
    return "".join(f"# {harmless(line)}\n" for line in lines) + "\n"


def moved(findings: Sequence[Diagnostic], path: Path) -> tuple[Diagnostic, ...]:
    """The findings with their places in the file that keeps the text below its ``findings_header``.

    Args:
        findings: With places in the text alone.
        path: The file.
    """
    above = len(findings) + 2  # the message, and an empty line
    places = [found.position for found in findings]
    return tuple(
        found if place is None else change(found, position=Position(str(path), place.line + above, place.column))
        for found, place in zip(findings, places, strict=True)
    )


def beside(path: Path, suffix: str) -> Path:
    """The file beside a plan that takes what did not become one: ``x.yaml`` and ``.partial`` give ``x.partial``."""
    return path.with_name(path.name.removesuffix(".yaml").removesuffix(".yml") + suffix)


def _word(text: str) -> str:
    return harmless(text)[:_LONGEST_WORD]
