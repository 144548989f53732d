"""``ddbplan call``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.options import TargetOptions, target_options
from ddbplan.target import connected
from ddbplan.views.result import write_result

MAX_ARGUMENT_BYTES = 64 * 1024 * 1024


@click.command("call")
@click.argument("name")
@click.argument("arguments", default="{}")
@target_options
def command(name: str, arguments: str, target: TargetOptions) -> int:
    """Call one of the eleven functions.

    ARGUMENTS is a JSON object, "-" for one on stdin, or @FILE for one in a file. The functions that write are called
    only with --local or an endpoint of this machine: everywhere else a change goes through a plan.
    """
    _check_name(name)
    given = _arguments(arguments)
    writes = _writes(name)
    with connected(target, writes=writes) as clients:
        from executor.registry import call_function  # noqa: PLC0415 - loaded by the commands that talk to AWS

        if writes and not (target.local or clients.is_loopback):
            raise Failure(
                f"{name} writes, and {clients.endpoint_url} is not on this machine. A change of live data goes through "
                "a plan, where it can be reviewed; functions that write are called only with --local or a loopback "
                "endpoint.",
                exit_code=Exit.REFUSED,
            )
        result = call_function(name, clients, **given)
    write_result(result)
    return Exit.DONE if result.ok else Exit.ERROR


def _check_name(name: str) -> None:
    from planner.function_names import FUNCTION_NAMES  # noqa: PLC0415 - loaded by the command that uses it

    if name not in FUNCTION_NAMES:
        from difflib import get_close_matches  # noqa: PLC0415 - only a slip needs it

        near = get_close_matches(name, FUNCTION_NAMES, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise click.UsageError(f"There is no function {name!r}.{hint} `ddbplan functions` lists them.")


def _writes(name: str) -> bool:
    from planner.function_names import WRITING_FUNCTIONS  # noqa: PLC0415 - as above

    return name in WRITING_FUNCTIONS


def _arguments(text: str) -> dict[str, Any]:
    """The arguments as a JSON object; numbers stay what JSON says they are."""
    try:
        given = json.loads(_source(text))
    except (ValueError, RecursionError) as problem:
        raise click.UsageError(f"ARGUMENTS is not JSON: {problem}.") from None
    if not isinstance(given, dict):
        raise click.UsageError('ARGUMENTS is to be a JSON object, such as \'{"table_name": "accounts"}\'.')
    return given


def _source(text: str) -> str | bytes:
    if text == "-":
        return sys.stdin.buffer.read(MAX_ARGUMENT_BYTES)
    if not text.startswith("@"):
        return text
    path = Path(text[1:])
    if not path.is_file():
        raise click.UsageError(f"There is no file {str(path)!r}.")
    try:
        with path.open("rb") as file:
            return file.read(MAX_ARGUMENT_BYTES)
    except OSError as problem:
        raise click.UsageError(f"{path} cannot be read: {problem.strerror}.") from None
