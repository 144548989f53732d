"""Every example is run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ddbplan.main import program
from executor.clients import Clients, Target
from executor.proof import CaseOutcome, prove
from planner.diagnostics import Severity
from planner.reading import find_plans
from planner.variants import variants

if TYPE_CHECKING:
    from tests.engines import Engine

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PLANS = sorted(EXAMPLES.glob("*/plan.yaml"))


def library(plan: Path, endpoint_url: str) -> subprocess.CompletedProcess[str]:
    """Run the library example as a user would."""
    command = [sys.executable, str(EXAMPLES / "library.py"), str(plan), endpoint_url]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)


def copied(name: str, tmp_path: Path, unique: str) -> Path:
    """A copy of an example's folder whose tables are called like no other test's."""
    folder = tmp_path / name
    shutil.copytree(EXAMPLES / name, folder)
    plan = folder / "plan.yaml"
    text = plan.read_text(encoding="utf-8")
    text = text.replace("database: seeds_example", f"database: {unique}").replace("tickets_dev", f"dev_{unique}")
    plan.write_text(text.replace("database: tickets\n", f"database: {unique}\n"), encoding="utf-8")
    return plan


@pytest.mark.engine
def test_the_library_example_applies_a_plan_once(engine: Engine, tmp_path: Path, unique: str) -> None:
    """The first run makes everything, the second one finds nothing to do."""
    plan = copied("seeds", tmp_path, unique)

    first = library(plan, engine.endpoint_url)
    second = library(plan, engine.endpoint_url)

    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[-1] == "done"
    assert second.returncode == 0, second.stderr
    assert second.stdout == "nothing\n"


def test_the_library_example_prints_diagnostics(tmp_path: Path) -> None:
    """A plan with an error ends the program with a sentence, not a traceback."""
    plan = tmp_path / "plan.yaml"
    plan.write_text("ddbplan: 1\ndatabase: x\ntables: {t: {partition_key: [1]}}\n", encoding="utf-8")

    done = library(plan, "http://127.0.0.1:9")

    assert done.returncode == 1
    assert "plan.yaml:3:" in done.stderr
    assert "Traceback" not in done.stderr


def test_there_are_example_plans() -> None:
    """The parametrised tests below look at something."""
    assert [plan.parent.name for plan in PLANS] == ["environments", "seeds"]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.parent.name)
def test_an_example_plan_has_nothing_to_complain_of(plan: Path) -> None:
    """Not an error and not a warning, in any environment."""
    (source,), found = find_plans([str(plan)], ROOT)

    assert list(found) == []
    for variant in variants(source):
        assert [(str(d.position), d.what) for d in variant.diagnostics if d.severity is not Severity.INFO] == []


@pytest.mark.engine
@pytest.mark.parametrize("name", [plan.parent.name for plan in PLANS])
def test_an_example_plan_holds_on_every_engine(name: str, engine: Engine, tmp_path: Path, unique: str) -> None:
    """Applied and proved in every environment."""
    (source,), _ = find_plans([str(copied(name, tmp_path, unique))], tmp_path)

    with Clients(Target(endpoint_url=engine.endpoint_url)) as clients:
        for variant in variants(source):
            assert variant.checked is not None

            results = prove(variant.checked, clients)

            assert [r for r in results if r.outcome is not CaseOutcome.PASSED] == []


@pytest.mark.engine
def test_the_application_example_takes_its_queries_from_the_plan(ministack: Engine, tmp_path: Path) -> None:
    """It knows no table name and no expression, and finds what the plan's query finds."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    plan = tmp_path / "plan.yaml"
    name = f"app{os.getpid()}"
    text = (ROOT / "plans" / "financial.yaml").read_text(encoding="utf-8")
    plan.write_text(text.replace("database: financial\n", f"database: {name}\n", 1), encoding="utf-8")
    target = ["--endpoint-url", ministack.endpoint_url]
    runner = CliRunner()
    applied = runner.invoke(program, ["apply", str(plan), "--yes", "--ledger", f"{name}_ledger", *target])
    outputs = tmp_path / "outputs.json"
    outputs.write_text(runner.invoke(program, ["outputs", str(plan), *target]).stdout, encoding="utf-8")
    command = [sys.executable, str(EXAMPLES / "application.py"), str(outputs), "acc-alice-checking"]
    done = subprocess.run(
        [*command, ministack.endpoint_url], env=env, capture_output=True, text=True, timeout=120, check=False
    )

    assert applied.exit_code == 0, applied.output
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "2026-01-15T06:00:00Z#tr-0002#1 300000 EUR Salary January"
