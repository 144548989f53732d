"""Canonical order and style, through the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from ddbplan.exits import Exit
from ddbplan.main import program

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "database: x\nddbplan: 1  # the grammar\ntables:\n    t: {sort_key: b, partition_key: a}\n"
FORMATTED = "ddbplan: 1  # the grammar\ndatabase: x\ntables:\n  t: {partition_key: a, sort_key: b}\n"


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan that nobody formatted."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "plans" / "x.yaml"
    path.parent.mkdir()
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0o640)
    return path


def _run(*words: str) -> Result:
    return CliRunner().invoke(program, ["fmt", *words])


def test_files_are_put_into_order_once(plan: Path) -> None:
    """The second run finds nothing to do; the file keeps its mode."""
    first = _run()
    second = _run()

    assert (first.exit_code, first.stdout) == (Exit.DONE, "plans/x.yaml: formatted\n")
    assert plan.read_text(encoding="utf-8") == FORMATTED
    assert plan.stat().st_mode & 0o777 == 0o640
    assert (second.exit_code, second.stdout) == (Exit.DONE, "Everything is formatted.\n")


def test_check_changes_nothing_and_says_so_by_its_code(plan: Path) -> None:
    """For CI: 1 while a file is not formatted, 0 when all are; --diff shows what would change."""
    checked = _run("--check", "--diff", "plans/x.yaml")
    _run()

    assert checked.exit_code == Exit.ERROR
    assert "plans/x.yaml: is not formatted" in checked.stdout
    assert "-    t: {sort_key: b, partition_key: a}" in checked.stdout
    assert "+  t: {partition_key: a, sort_key: b}" in checked.stdout
    assert _run("--check").exit_code == Exit.DONE


def test_what_is_no_yaml_stays_as_it_is(plan: Path) -> None:
    """The problem is told with its place, and no file changes, not even a good one beside it."""
    bad = plan.with_name("bad.yaml")
    bad.write_text("ddbplan: [1\n", encoding="utf-8")
    done = _run()

    assert done.exit_code == Exit.ERROR
    assert "bad.yaml:" in done.output
    assert plan.read_text(encoding="utf-8") == TEXT


def test_a_linked_file_stays_a_link(plan: Path) -> None:
    """The file behind the link is formatted; the link is not replaced."""
    link = plan.with_name("link.yaml")
    link.symlink_to(plan)
    _run("plans/link.yaml")

    assert link.is_symlink()
    assert plan.read_text(encoding="utf-8") == FORMATTED
