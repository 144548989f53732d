"""What ``generate`` is given beside the purpose: requirements, a plan to change, the schema of existing tables."""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ddbplan import plans as reading
from ddbplan.choices import Choices
from ddbplan.failures import Failure
from ddbplan.options import DEFAULT_LEDGER, TargetOptions
from ddbplan.target import connected
from ddbplan.views.diff import shown, write_diff
from ddbplan.views.hints import write_note
from ddbplan.views.output import stdout

if TYPE_CHECKING:
    from executor.clients import Clients
    from planner.checked import CheckedPlan
    from planner.values import Json

MAX_TEXT_BYTES = 2 * 1024 * 1024
MAX_RECORD_BYTES = 64 * 1024 * 1024
MAX_TABLES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BasePlan:
    """A plan that is to be changed.

    Attributes:
        path: Its file.
        data: The file's bytes, to see whether it changed meanwhile.
        text: Its text.
    """

    path: Path
    data: bytes
    text: str


def clean(text: str) -> str:
    """Text that can be sent: what no encoding has becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def requirements(source: str) -> str:
    """The text of a file, or of standard input for ``-``.

    Raises:
        Failure: It cannot be read, is no text, or is longer than a model can use.
    """
    if source == "-":
        return _decoded(sys.stdin.buffer.read(MAX_TEXT_BYTES + 1), "standard input", MAX_TEXT_BYTES)
    return _decoded(_bytes(Path(source), MAX_TEXT_BYTES), source, MAX_TEXT_BYTES)


def text_of(path: Path) -> str:
    """The text of a record.

    Raises:
        Failure: It cannot be read.
    """
    return _decoded(_bytes(path, MAX_RECORD_BYTES), str(path), MAX_RECORD_BYTES)


def base_plan(path: Path) -> BasePlan:
    """A plan that is to be changed; it must be one file, and valid.

    Raises:
        Failure: It is not.
    """
    if path.is_dir():
        raise Failure(f"{path} is a folder; --refine changes a plan of one file. Name the file.")
    (source,) = reading.find([str(path)])
    (validated,) = reading.validate([source])
    if validated.has_errors:
        raise reading.InvalidPlansError(validated.diagnostics)
    data = _bytes(path, MAX_TEXT_BYTES * 3)
    if data.startswith(b"\xef\xbb\xbf"):
        raise Failure(f"{path} begins with a byte order mark. Save it without one, and run this again.")
    return BasePlan(path=path, data=data, text=data.decode("utf-8"))


def _bytes(path: Path, limit: int) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Failure(f"{path} is not a file.")
        with path.open("rb") as file:
            return file.read(limit + 1)
    except (OSError, ValueError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise Failure(f"{path} cannot be read: {reason}.") from None


def _decoded(data: bytes, name: str, limit: int) -> str:
    if len(data) > limit:
        raise Failure(f"{name} has more than {limit // 1024 // 1024} MB. Give an excerpt that says what is needed.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Failure(f"{name} is not UTF-8 text. Convert it to text first.") from None


def live_schema(target: TargetOptions, prefix: str) -> Json:
    """The schema of existing tables, by a list of what is allowed.

    Raises:
        Failure: There are too many.
        CallError: They cannot be read.
    """
    from planner.author.grounding import live_state  # noqa: PLC0415 - only --live needs it

    with connected(target, writes=False) as clients:
        names = [
            name for name in _called(clients, "list_all_tables", prefix=prefix)["tables"] if name != DEFAULT_LEDGER
        ]
        if len(names) > MAX_TABLES:
            raise Failure(
                f"There are {len(names)} tables; Claude is told of {MAX_TABLES} at most. Limit them by --live-prefix."
            )
        infos = [
            _called(clients, "get_table_info", table_name=name, aspects=["table", "time_to_live"]) for name in names
        ]
    return live_state(info for info in infos if info is not None)


def _called(clients: Clients, name: str, **arguments: Any) -> Any:
    from executor.registry import call_function  # noqa: PLC0415 - loaded by what talks to AWS

    result = call_function(name, clients, **arguments)
    if not result.ok:
        raise Failure(f"The existing tables cannot be read: {result.message}")
    return result.value


def configured_region(profile: str | None) -> str | None:
    """The Region that the AWS configuration names.

    Raises:
        Failure: The configuration cannot be used.
    """
    import botocore.exceptions  # noqa: PLC0415 - only two providers need it
    import botocore.session  # noqa: PLC0415 - likewise

    try:
        region: str | None = botocore.session.Session(profile=profile).get_config_variable("region")
    except botocore.exceptions.BotoCoreError as problem:
        raise Failure(f"The AWS configuration cannot be used: {problem}.") from None
    # The Claude SDK looks here as well, and boto does not.
    return region or os.environ.get("AWS_REGION")


def show_live_change(target: TargetOptions, checked: CheckedPlan, path: Path) -> None:
    """What the changed plan would do to live tables."""
    from executor.prepare import prepare  # noqa: PLC0415 - loaded by what talks to AWS

    if checked.plan.environments:
        write_note("the plan has environments; see what apply would do with: ddbplan diff -e NAME.")
        return
    with connected(target, writes=False) as clients:
        prepared = prepare(checked, clients, Choices(ledger=DEFAULT_LEDGER).as_options())
    named = replace(checked, plan=replace(checked.plan, file=str(path)))
    write_diff(stdout(), shown(named, prepared, ()))
