"""Commands whose output cannot be written, or that nobody reads."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.support import PROGRAM, SECONDS, environment

if TYPE_CHECKING:
    from tests.cli.site import Site

pytestmark = pytest.mark.engine
FULL = Path("/dev/full")
SMALL = "ddbplan: 1\ndatabase: one\ntables: {t: {partition_key: id}}\n"


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


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_result_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """One sentence, and an error where the command itself had none."""
    (tmp_path / "one.yaml").write_text(SMALL, encoding="utf-8")
    with FULL.open("w") as full:
        done = subprocess.run(
            [*PROGRAM, "validate", "one.yaml"],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=SECONDS,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.endswith("Error: The output cannot be written: No space left on device.\n")


def test_apply_outlasts_its_reader(quick_bank: Site) -> None:
    """Whoever looks at its first line only (``| head -1``) gets all steps done, and the code of what was done."""
    words = shlex.join([*PROGRAM, *quick_bank.words("apply", str(quick_bank.plan), "--yes")])
    shell = f"({words}; echo $? >code) | head -c 1"
    done = subprocess.run(
        ["/bin/sh", "-c", shell],
        cwd=quick_bank.folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )

    assert len(done.stdout) == 1
    assert (quick_bank.folder / "code").read_text() == "0\n"
    assert "nothing to do" in quick_bank.run("apply", str(quick_bank.plan), "--yes").stdout


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_were_never_open_are_done_without(tmp_path: Path, closed: str) -> None:
    """The exit code tells what there is to tell."""
    (tmp_path / "one.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text("tables: 5\n", encoding="utf-8")
    good, bad = (
        subprocess.run(
            ["/bin/sh", "-c", f"{shlex.join([*PROGRAM, 'validate', name])} {closed}"],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        for name in ("one.yaml", "bad.yaml")
    )

    assert (good.returncode, bad.returncode) == (0, 1)
    assert "bug" not in good.stderr + bad.stderr
