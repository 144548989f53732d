"""The four plans that ddbplan brings along: real ones, on real engines."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from executor.clients import Clients, Target
from executor.proof import CaseOutcome, prove
from executor.registry import call_function
from planner import load_plan
from planner.diagnostics import Severity

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from tests.engines import Engine

FOLDER = Path(__file__).resolve().parents[2] / "plans"
PLANS = ("analytics", "ecommerce", "financial", "social")


def load(name: str, tmp_path: Path, unique: str) -> CheckedPlan:
    """A plan whose tables are called like no other test's."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    copy = tmp_path / f"{name}.yaml"
    copy.write_text(text.replace(f"\ndatabase: {name}\n", f"\ndatabase: {name}_{unique}\n"), encoding="utf-8")
    loaded = load_plan(copy)
    assert loaded.plan is not None, loaded.diagnostics
    return loaded.plan


def test_these_are_all() -> None:
    """Every plan of the folder is tested here."""
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted(PLANS)


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_has_nothing_to_complain_of(name: str) -> None:
    """Not an error and not a warning."""
    loaded = load_plan(FOLDER / f"{name}.yaml")

    assert [(str(d.position), d.what) for d in loaded.diagnostics if d.severity is not Severity.INFO] == []
    assert loaded.plan is not None


@pytest.mark.parametrize("name", PLANS)
def test_every_table_and_index_is_asked_for(name: str, tmp_path: Path, unique: str) -> None:
    """A table or an index that no query reads costs writes for nothing."""
    plan = load(name, tmp_path, unique).plan
    read = {(query.table, query.index) for query in plan.queries.values()}
    there = {(key, index) for key, table in plan.tables.items() for index in table.indexes}

    assert there - read == set()
    assert set(plan.tables) - {table for table, _ in read} == set()


@pytest.mark.parametrize("name", PLANS)
def test_every_query_says_what_it_must_find(name: str, tmp_path: Path, unique: str) -> None:
    """An access pattern without an expectation proves nothing."""
    plan = load(name, tmp_path, unique).plan

    assert [query.name for query in plan.queries.values() if query.expect is None] == []


@pytest.mark.parametrize("name", PLANS)
def test_durable_tables_are_protected(name: str, tmp_path: Path, unique: str) -> None:
    """A table says that it may be lost, or it cannot be deleted by accident and can be restored."""
    plan = load(name, tmp_path, unique).plan
    durable = [table for table in plan.tables.values() if not table.ephemeral]

    assert [t.key for t in durable if t.settings.get("deletion_protection") is not True] == []
    assert [t.key for t in durable if t.settings.get("point_in_time_recovery", "off") == "off"] == []


@pytest.mark.parametrize("name", PLANS)
def test_the_schema_line_leads_to_the_schema(name: str) -> None:
    """An editor that opens the plan finds the schema beside it."""
    first = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").splitlines()[0]

    assert first == "# yaml-language-server: $schema=plan.schema.json"
    assert (FOLDER / "plan.schema.json").exists()


@pytest.mark.engine
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_holds_on_every_engine(name: str, engine: Engine, tmp_path: Path, unique: str) -> None:
    """Applied, diffed again without a difference, every query meets its expectation, every pattern its promise."""
    checked = load(name, tmp_path, unique)

    with Clients(Target(endpoint_url=engine.endpoint_url)) as clients:
        results = prove(checked, clients)

    assert [r for r in results if r.outcome is not CaseOutcome.PASSED] == []
    patterns = [t for t in checked.plan.transactions.values() if t.run == "test"]
    assert len(results) == 2 + len(checked.plan.queries) + len(patterns) + len(checked.plan.reports)


@pytest.mark.engine
def test_balances_are_the_sums_of_postings(engine: Engine, tmp_path: Path, unique: str) -> None:
    """Double entry: each account's balance is the sum of its postings, and all postings sum to zero."""
    checked = load("financial", tmp_path, unique)
    tables = checked.plan.tables

    with Clients(Target(endpoint_url=engine.endpoint_url)) as clients:
        prove(checked, clients)
        accounts = call_function("scan_table", clients, table_name=tables["accounts"].name).value["items"]
        postings = call_function("scan_table", clients, table_name=tables["postings"].name).value["items"]

    sums: dict[str, Decimal] = dict.fromkeys((account["account_id"]["S"] for account in accounts), Decimal(0))
    for posting in postings:
        sums[posting["account_id"]["S"]] += Decimal(posting["amount"]["N"])
    assert sums == {account["account_id"]["S"]: Decimal(account["balance"]["N"]) for account in accounts}
    assert sum(sums.values()) == 0
    assert len(postings) == 12
