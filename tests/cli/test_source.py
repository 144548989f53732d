"""Which lines of which files are shown beside a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ddbplan.views.source import SourceLines
from planner.diagnostics import Position

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "token: hidden\n"


def excerpt(name: str) -> tuple[str, int] | None:
    """What is shown of a file's first line."""
    return SourceLines().excerpt(Position(name, 1, 1))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, beside which other files lie."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("target", ["../secret.txt", "../secret.yaml", ".hidden/secret.yaml", "secret.txt"])
def test_lines_behind_a_link_are_not_shown(project: Path, target: str) -> None:
    """A link that takes a plan's place shows no line of what is no plan of the working folder."""
    (project / ".hidden").mkdir()
    (project / target).write_text(TEXT)
    (project / "plan.yaml").symlink_to(project / target)

    assert excerpt("plan.yaml") is None


@pytest.mark.parametrize("name", ["secret.txt", ".env", "../secret.txt"])
def test_lines_of_what_no_plan_consists_of_are_not_shown(project: Path, name: str) -> None:
    """A file of another kind shows none of its lines, even where it was named."""
    (project / name).write_text(TEXT)

    assert excerpt(name) is None


@pytest.mark.parametrize("name", ["plan.yaml", "rows.jsonl", ".plans/plan.yaml", "../plan.yaml"])
def test_lines_of_plans_are_shown(project: Path, name: str) -> None:
    """A plan that lies where its path says shows the line of a problem."""
    (project / name).parent.mkdir(exist_ok=True)
    (project / name).write_text("tables: {}\n")

    assert excerpt(name) == ("tables: {}", 0)
    assert excerpt(str((project / name).resolve())) == ("tables: {}", 0)
