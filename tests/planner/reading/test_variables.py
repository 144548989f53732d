"""Variables: declared, given, and put in where they are whole values."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from planner.reading import find_plans, read_plan

if TYPE_CHECKING:
    from pathlib import Path

    from planner.diagnostics import Report
    from planner.plan import Plan

PLAN = """\
ddbplan: 1
database: bank
variables:
  days: {type: number, default: 14, description: How long backups are kept.}
  team: {allowed: [core, risk], default: core}
  protected: {type: boolean, default: true}
  stage: {}
tables:
  accounts:
    name: ${stage}
    partition_key: id
    point_in_time_recovery: {days: "${days}"}
    deletion_protection: ${protected}
    tags: {team: "${team}"}
seed:
  accounts: [{id: "${stage}", days: "${days}"}]
environments:
  dev: {database: bank_dev, variables: {stage: dev, protected: false}}
  prod: {variables: {stage: prod, days: 35}}
"""


def _read(folder: Path, text: str, environment: str | None = None, **given: str) -> tuple[Plan | None, Report]:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    (source,), _ = find_plans([str(path)], folder)
    return read_plan(replace(source, variables=given), environment)


def _settings(plan: Plan | None) -> dict[str, object]:
    assert plan is not None

    table = plan.tables["accounts"]
    return {"name": table.name, **table.settings}


def test_each_environment_has_its_own_values(tmp_path: Path) -> None:
    """Given beats the environment's, which beats the default; a number is a number and a boolean a boolean."""
    dev, _ = _read(tmp_path, PLAN, "dev")
    prod, _ = _read(tmp_path, PLAN, "prod")
    given, _ = _read(tmp_path, PLAN, "prod", team="risk", days="7")

    assert _settings(dev)["name"] == "dev"
    assert _settings(dev)["deletion_protection"] is False
    assert _settings(dev)["point_in_time_recovery"] == {"days": 14}
    assert _settings(prod)["name"] == "prod"
    assert _settings(prod)["deletion_protection"] is True
    assert _settings(prod)["point_in_time_recovery"] == {"days": 35}
    assert _settings(given)["tags"] == {"team": "risk"}
    assert _settings(given)["point_in_time_recovery"] == {"days": 7}
    assert given is not None
    assert given.seeds["accounts"].items[0].item == {"id": {"S": "prod"}, "days": {"N": "7"}}


def test_other_values_are_another_plan(tmp_path: Path) -> None:
    """What was approved with one value is not approved with another."""
    hashes = {_read(tmp_path, PLAN, "prod", **given)[0].text_hash for given in ({}, {"team": "risk"}, {"days": "7"})}  # type: ignore[union-attr,arg-type] # read without errors

    assert len(hashes) == 3


@pytest.mark.parametrize(
    ("text", "given", "code", "said"),
    [
        ("name: ${stag}", {}, "DDB310", "`stag` is no variable of the plan"),
        ("name: ${stage}", {}, "DDB310", "variable `stage` has no value"),
        ("name: ${stage}", {"stage": "x", "stagee": "y"}, "DDB310", "`stagee` is no variable of the plan"),
        ("name: a-${stage}", {"stage": "x"}, "DDB311", "only a part of the value"),
        ("name: abc", {"stage": "x", "days": "many"}, "DDB311", "`days` is a number, not `many`"),
        ("name: abc", {"stage": "x", "team": "ops"}, "DDB311", "`team` cannot be `ops`"),
    ],
)
def test_what_cannot_be_put_in_is_told(tmp_path: Path, text: str, given: dict[str, str], code: str, said: str) -> None:
    """Each with its code and a place or a name, and nothing is guessed."""
    plan = PLAN[: PLAN.index("environments:")].replace("name: ${stage}", text).replace('"${stage}"', "x")
    _, report = _read(tmp_path, plan, **given)
    found = [(problem.code, problem.what) for problem in report.sorted() if problem.severity == "error"]

    assert [(c, w) for c, w in found if c == code and said in w], found


def test_a_variable_without_a_value_is_one_problem(tmp_path: Path) -> None:
    """What the place would have to hold is not told as well: the value is what is missing."""
    plan = PLAN[: PLAN.index("environments:")].replace("{type: boolean, default: true}", "{type: boolean}")
    _, report = _read(tmp_path, plan, stage="x")

    assert [problem.code for problem in report.sorted() if problem.severity == "error"] == ["DDB310"]


def test_without_variables_such_a_text_is_a_text(tmp_path: Path) -> None:
    """A plan that declares none may hold what looks like one, as policies do."""
    plan, report = _read(
        tmp_path, 'ddbplan: 1\ndatabase: x\ntables: {accounts: {partition_key: id, tags: {a: "${b}"}}}\n'
    )

    assert not report.has_errors
    assert _settings(plan)["tags"] == {"a": "${b}"}


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("{type: number, default: x}", "`default` is no number"),
        ("{type: date}", "date"),
        ("{allowed: [a, b], default: c}", "`default` is not one of"),
        ("{defualt: 1}", "`defualt` is not a key of a variable"),
    ],
)
def test_a_declaration_is_checked(tmp_path: Path, declared: str, said: str) -> None:
    """A mistake in a declaration is told where it stands, though nobody uses it yet."""
    _, report = _read(
        tmp_path, f"ddbplan: 1\ndatabase: x\nvariables: {{v: {declared}}}\ntables: {{t: {{partition_key: id}}}}\n"
    )

    assert [p.what for p in report if said in p.what and p.position is not None and p.position.line == 3]
