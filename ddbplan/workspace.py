"""The folder a command runs in: where the embedded engine keeps its data, and where ``ddbplan.toml`` lies."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from ddbplan.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIG = "ddbplan.toml"


def folder() -> Path:
    """The folder whose ``.ddbplan`` is used: the working directory."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise Failure("The working directory no longer exists. Change to one that does.") from None


def check_engine_setting() -> None:
    """Refuse a project that names the embedded engine's program: a checkout is not to choose what is run.

    Raises:
        Failure: ``ddbplan.toml`` cannot be read, or has a section ``[local]``.
    """
    import tomllib  # noqa: PLC0415 - only commands that start the engine need it

    path = folder() / CONFIG
    if not path.is_file():
        return
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise Failure(f"{CONFIG} cannot be read: {problem.strerror}.") from None
    except (ValueError, RecursionError) as problem:
        raise Failure(f"{CONFIG} is not a TOML file: {problem}.") from None
    if "local" in settings:
        raise Failure(
            f"{CONFIG} has a section [local], which names no engine: whoever can change this file could have any "
            "program run. Remove it, and name the engine's program in the variable DDBPLAN_ENGINE, or install it."
        )


@contextlib.contextmanager
def engine_for_proof(engine: str) -> Iterator[str]:
    """An engine for one proof; yields its endpoint URL.

    Args:
        engine: ``ministack`` or ``dynamodb-local``, which is started in memory and ended; or the URL of one that runs.

    Raises:
        LocalEngineError: It cannot be started.
    """
    from executor import local  # noqa: PLC0415 - loaded by the commands that use it

    match engine:
        case "ministack":
            check_engine_setting()
            with local.throwaway() as url:
                yield url
        case "dynamodb-local":
            from executor.local import dynamodb_local  # noqa: PLC0415 - likewise

            with dynamodb_local.throwaway() as url:
                yield url
        case _:
            yield engine
