"""The folder a command runs in: where the embedded engine keeps its data, and what ``ddbplan.toml`` says of it."""

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


def engine_setting() -> str | None:
    """The embedded engine's program as ``[local] engine`` of ``ddbplan.toml`` names it; None when it says nothing.

    Raises:
        Failure: The file cannot be read, or the setting is no text.
    """
    import tomllib  # noqa: PLC0415 - only commands that start the engine need it

    path = folder() / CONFIG
    if not path.is_file():
        return None
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise Failure(f"{CONFIG} cannot be read: {problem.strerror}.") from None
    except ValueError as problem:
        raise Failure(f"{CONFIG} is not a TOML file: {problem}.") from None
    section = settings.get("local", {})
    engine = section.get("engine") if isinstance(section, dict) else section
    if engine is None:
        return None
    if not isinstance(engine, str):
        raise Failure(
            f'{CONFIG}: [local] engine is to be the path of a program, such as engine = "/usr/bin/ministack".'
        )
    given = Path(engine).expanduser()
    return str(given if given.is_absolute() else path.parent / given)


@contextlib.contextmanager
def throwaway_engine() -> Iterator[str]:
    """An engine in memory for one command; yields its endpoint URL."""
    from executor import local  # noqa: PLC0415 - loaded by the commands that use it

    with local.throwaway(setting=engine_setting()) as url:
        yield url
