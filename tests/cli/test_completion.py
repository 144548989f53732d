"""What a shell offers after TAB."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner

from ddbplan.commands.completion import VARIABLE
from ddbplan.exits import Exit
from ddbplan.main import program

if TYPE_CHECKING:
    from pathlib import Path

PLAN = """\
ddbplan: 1
database: x
tables:
  accounts: {partition_key: id}
  postings: {partition_key: id}
queries:
  one: {table: accounts, key_condition: "id = :id", values: {id: a}}
  other: {table: accounts, key_condition: "id = :id", values: {id: b}}
environments: {dev: {}, prod: {database: y}}
"""


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "bank.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "plans" / "broken.yaml").write_text("[", encoding="utf-8")
    (tmp_path / "plans" / "plan.schema.json").write_text("{}", encoding="utf-8")


def _offered(*words: str) -> list[str]:
    *typed, incomplete = words
    found = ShellComplete(program, {}, "ddbplan", VARIABLE).get_completions(typed, incomplete)
    return [item.value for item in found]


def test_commands_plans_and_names_are_offered() -> None:
    """Commands by their beginning; after a command the plans; after a plan its names."""
    assert _offered("va") == ["validate"]
    assert _offered("diff", "") == ["plans/bank.yaml", "plans/broken.yaml"]
    assert _offered("query", "plans/bank.yaml", "o") == ["one", "other"]
    assert _offered("destroy", "plans/bank.yaml", "--table", "p") == ["postings"]
    assert _offered("apply", "plans/bank.yaml", "-e", "") == ["dev", "prod"]


def test_a_broken_plan_offers_nothing() -> None:
    """TAB is no place for an error."""
    assert _offered("query", "plans/broken.yaml", "") == []
    assert _offered("query", "plans/none.yaml", "") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(shell: str) -> None:
    """The script asks ddbplan itself."""
    done = CliRunner().invoke(program, ["completion", shell])

    assert done.exit_code == Exit.DONE
    assert f"{VARIABLE}={shell}_complete" in done.stdout
