"""An apply whose progress cannot be written."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.support import PROGRAM, SECONDS, environment

if TYPE_CHECKING:
    from tests.cli.site import Site

pytestmark = pytest.mark.engine
FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_apply_goes_on_though_its_progress_cannot_be_written(quick_bank: Site) -> None:
    """Where the messages' disk is full, every step is done all the same and the run is recorded as done."""
    words = quick_bank.words("apply", str(quick_bank.plan), "--yes")
    with FULL.open("w") as full:
        subprocess.run(
            [*PROGRAM, *words],
            cwd=quick_bank.folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=full,
            timeout=SECONDS,
            check=False,
        )
    runs = quick_bank.json("history", quick_bank.database)

    assert "running" not in str(runs)
    assert "'outcome': 'done'" in str(runs)
    assert "nothing to do" in quick_bank.run("apply", str(quick_bank.plan), "--yes").stdout
