"""Runs the command line: as a real process, or in this one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests import engines

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = (sys.executable, "-m", "ddbplan.main")
SECONDS = 120


def environment(**more: str) -> dict[str, str]:
    """The test's environment, with the embedded engine where the tests have it and without a terminal's wishes."""
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}}
    return kept | {"DDBPLAN_ENGINE": str(engines.ministack_program()), "PYTHONPATH": str(engines.ROOT)} | more


def ddbplan(*words: str, folder: Path, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, as a process, without a terminal."""
    return subprocess.run(
        [*PROGRAM, *words],
        cwd=folder,
        env=environment(**more),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
