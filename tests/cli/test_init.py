"""A new project, through the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from ddbplan import ready
from ddbplan.exits import Exit
from ddbplan.main import program
from executor.clients import Clients, Target
from executor.proof import CaseOutcome, prove
from planner.loading import load_plan

if TYPE_CHECKING:
    from tests.engines import Engine

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to start in."""
    folder = tmp_path / "My shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def _run(*words: str) -> Result:
    return CliRunner().invoke(program, list(words))


def test_a_new_project_is_complete_and_valid(project: Path) -> None:
    """The folder's name becomes the database's; everything that a project needs is there, and validate passes."""
    done = _run("init")
    files = {str(path.relative_to(project)) for path in project.rglob("*") if path.is_file()}

    assert done.exit_code == Exit.DONE, done.output
    assert files == {
        "plans/my_shop.yaml",
        "plans/plan.schema.json",
        "ddbplan.toml",
        ".github/workflows/ddbplan.yml",
        ".gitignore",
    }
    assert "Next: ddbplan test plans/my_shop.yaml" in done.stderr
    assert _run("validate").stdout == "plans/my_shop.yaml: valid\n"
    assert _run("fmt", "--check").exit_code == Exit.DONE


@pytest.mark.parametrize("name", ready.PLANS)
def test_a_ready_plan_is_taken_whole(project: Path, name: str) -> None:
    """Every ready plan can be started from, under another name, with nothing else changed."""
    done = _run("init", "--from", name, "other")
    text = (project / "plans" / "other.yaml").read_text(encoding="utf-8")

    assert done.exit_code == Exit.DONE, done.output
    assert text.replace("database: other", f"database: {name}", 1) == ready.plan(name)
    assert _run("validate").exit_code == Exit.DONE
    assert _run("fmt", "--check").exit_code == Exit.DONE


@pytest.mark.engine
def test_the_starter_plan_holds_what_it_promises(project: Path, ministack: Engine, unique: str) -> None:
    """Every query and transaction of the small plan is proved on an engine."""
    _run("init", unique)
    loaded = load_plan(project / "plans" / f"{unique}.yaml")

    assert loaded.plan is not None, loaded.diagnostics
    with Clients(Target(endpoint_url=ministack.endpoint_url)) as clients:
        results = prove(loaded.plan, clients)

    assert [result for result in results if result.outcome is not CaseOutcome.PASSED] == []


def test_what_exists_stays_as_it_is(project: Path) -> None:
    """A second init makes only what is missing, and never the plan again; .gitignore gains its line once."""
    (project / ".gitignore").write_text("dist/", encoding="utf-8")
    (project / "ddbplan.toml").write_text('[plans]\npaths = ["models"]\n', encoding="utf-8")
    first = _run("init", "shop")
    again = _run("init", "shop")
    second = _run("init", "other")

    assert "ddbplan.toml  (exists, left as it is)" in first.stdout
    assert (project / "ddbplan.toml").read_text(encoding="utf-8") == '[plans]\npaths = ["models"]\n'
    assert (project / ".gitignore").read_text(encoding="utf-8") == "dist/\n.ddbplan/\n"
    assert again.exit_code == Exit.ERROR
    assert "plans/shop.yaml exists already" in again.stderr
    assert second.exit_code == Exit.DONE
    assert ".gitignore  (exists, left as it is)" in second.stdout


def test_a_name_that_cannot_be_a_database_is_refused(project: Path) -> None:
    """It would also be a path: nothing is made anywhere."""
    done = _run("init", "../x")

    assert done.exit_code == Exit.ERROR
    assert "cannot be a database's name" in " ".join(done.stderr.split())
    assert list(project.iterdir()) == []


def test_the_files_of_a_project_are_those_of_the_repository() -> None:
    """The CI file is the example that a test runs."""
    assert ready.template("github.yml") == (ROOT / "examples" / "ci" / "github.yml").read_text(encoding="utf-8")
