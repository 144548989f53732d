"""Saved steps: written by ``diff --out``, read by ``apply FILE``. An approval, never a program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata
from typing import TYPE_CHECKING

import click

from ddbplan.exits import Exit
from ddbplan.failures import Failure

if TYPE_CHECKING:
    from pathlib import Path

    from ddbplan.choices import Choices
    from executor.clients import Clients
    from executor.prepare import Prepared
    from planner.approval import SavedSteps
    from planner.checked import CheckedPlan

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LIFETIME = re.compile(r"([1-9][0-9]{0,4})([mhdw])")
_FOREVER = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    """What the ledger says of an approval.

    Attributes:
        begun: Ids of steps that were begun under it.
        done: Ids of those that were done.
        finished: A run under it came to its end: it is used up.
    """

    begun: frozenset[str] = frozenset()
    done: frozenset[str] = frozenset()
    finished: bool = False


def lifetime(text: str) -> timedelta:
    """How long an approval holds, from ``12h`` or ``7d``.

    Raises:
        click.UsageError: It says nothing of the kind.
    """
    found = _LIFETIME.fullmatch(text)
    if found is None:
        raise click.UsageError(f"--expires takes a number and m, h, d or w, such as 12h or 7d, not {text!r}.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def of(checked: CheckedPlan, prepared: Prepared, choices: Choices, life: timedelta = _FOREVER) -> SavedSteps:
    """The approval of a diff that was just made."""
    from planner.approval import Where, save  # noqa: PLC0415 - only saved steps need it

    now = datetime.now(UTC).replace(microsecond=0)
    plan, caller = checked.plan, prepared.caller
    where = Where(
        plans=(plan.file,),
        plan_hash=plan.text_hash,
        environment=plan.environment,
        tool=metadata.version("ddbplan"),
        account=caller.account,
        region=caller.region,
        variables=plan.variables,
    )
    return save(
        prepared.diff,
        prepared.desired,
        prepared.live,
        where,
        created=now.isoformat(),
        expires=(now + life).isoformat(),
        options=choices.addresses,
    )


def write(path: Path, saved: SavedSteps) -> None:
    """Save an approval; whole or not at all.

    Raises:
        Failure: The file cannot be written.
    """
    from planner.approval import to_json  # noqa: PLC0415 - as above

    new = path.with_name(path.name + ".new")
    try:
        new.write_text(to_json(saved), encoding="utf-8")
        new.replace(path)
    except OSError as problem:
        raise Failure(f"{path} cannot be written: {problem.strerror}.") from None


def read(path: Path) -> SavedSteps:
    """An approval from a file that anybody may have edited.

    Raises:
        Failure: It holds none.
    """
    from planner.approval import InvalidApprovalError, from_json  # noqa: PLC0415 - as above

    try:
        saved = from_json(path.read_bytes())
    except OSError as problem:
        raise Failure(f"{path} cannot be read: {problem.strerror}.") from None
    except InvalidApprovalError as problem:
        raise Failure(f"{path} holds no saved steps: {problem}.") from None
    return saved


def check_expiry(path: Path, saved: SavedSteps, command: str) -> None:
    """Refuse an approval that has run out.

    Raises:
        Failure: It has.
    """
    if saved.is_expired(datetime.now(UTC).isoformat()):
        raise stale(path, [f"They expired at {saved.expires}."], command)


def progressed(clients: Clients, saved: SavedSteps) -> Progressed:
    """What runs under an approval have done, by the ledger.

    Raises:
        LedgerError: The ledger could not be read.
    """
    from executor.ledger.errors import LedgerMissingError  # noqa: PLC0415 - loaded by the commands that talk to AWS
    from executor.ledger.reader import LedgerReader  # noqa: PLC0415 - likewise

    reader = LedgerReader(clients.dynamodb, saved.ledger_table)
    try:
        runs = [run for run in reader.runs(saved.database) if run.approval == saved.id]
    except LedgerMissingError:
        return Progressed()
    full = [found for run in runs if (found := reader.run(saved.database, run.id)) is not None]
    steps = [step for run in full for step in run.steps]
    return Progressed(
        begun=frozenset(step.id for step in steps),
        done=frozenset(step.id for step in steps if step.outcome == "done"),
        finished=any(run.outcome == "done" for run in runs),
    )


def check(path: Path, saved: SavedSteps, now: SavedSteps, done: Progressed, command: str) -> None:
    """Refuse an approval that no longer holds.

    Raises:
        Failure: With what moved.
    """
    from planner.approval import what_moved  # noqa: PLC0415 - as above

    if done.finished:
        raise stale(path, ["They were applied to their end, so they are used up."], command)
    moved = what_moved(saved, now, begun=done.begun, done=done.done)
    if moved:
        raise stale(path, moved, command)


def stale(path: Path, moved: list[str] | tuple[str, ...], command: str) -> Failure:
    """The refusal of an approval, with its reasons and the command that makes a new one."""
    reasons = "\n".join(f"  {reason}" for reason in moved)
    return Failure(
        f"The saved steps in {path} no longer hold, so nothing was changed.\n{reasons}\n"
        "Make and review a new diff, and save it with --out.",
        command=command,
        exit_code=Exit.STALE,
    )
