"""Finds the embedded engine's program, ministack."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

from executor.local.errors import EngineProgramMissingError

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = "ministack"
ENGINE_VARIABLE = "DDBPLAN_ENGINE"

_HOW_TO_GET_IT = """\
The embedded engine (ministack) is not installed. Either of these installs it beside ddbplan:

    uv tool install ministack
    pipx install ministack

If it is installed elsewhere, name its program in the variable DDBPLAN_ENGINE.
"""


def find_engine_program() -> Path:
    """The program that serves ``--local`` and ``ddbplan test``.

    Looked for in this order: the variable ``DDBPLAN_ENGINE``, ddbplan's own environment, PATH, and where uv and pipx
    put tools. No file of a project names it: a checkout that nobody has read yet is not to choose what is run.

    Raises:
        EngineProgramMissingError: It is nowhere, or what the variable names cannot be run.
    """
    named = os.environ.get(ENGINE_VARIABLE)
    if named:
        return _named(Path(named).expanduser())
    for candidate in _candidates():
        if _can_run(candidate):
            return candidate
    raise EngineProgramMissingError(_HOW_TO_GET_IT.rstrip())


def _named(program: Path) -> Path:
    if _can_run(program):
        return program
    raise EngineProgramMissingError(
        f"The variable {ENGINE_VARIABLE} names {program} as the embedded engine, which is not a program that can be "
        "run. Name ministack's program, or unset the variable so that it is looked for.",
    )


def _candidates() -> Iterator[Path]:
    yield Path(sys.executable).parent / PROGRAM
    yield Path(sysconfig.get_path("scripts")) / PROGRAM
    on_path = shutil.which(PROGRAM)
    if on_path:
        yield Path(on_path)
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    uv_tools = Path(os.environ.get("UV_TOOL_DIR") or data / "uv" / "tools")
    yield uv_tools / PROGRAM / "bin" / PROGRAM
    pipx_homes = [os.environ.get("PIPX_HOME"), data / "pipx", Path.home() / ".local" / "pipx"]
    for home in pipx_homes:
        if home:
            yield Path(home) / "venvs" / PROGRAM / "bin" / PROGRAM


def _can_run(program: Path) -> bool:
    return program.is_file() and os.access(program, os.X_OK)
