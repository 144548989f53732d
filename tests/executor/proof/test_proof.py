"""The proof of a plan on a real engine: what holds passes, what does not is said, nothing is left behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from executor.clients import Clients, Target
from executor.proof import CaseOutcome, CaseResult, NotThrowawayError, prove
from executor.registry import call_function
from planner import load_plan
from planner.reading import find_plans
from planner.values import Json
from planner.variants import variants

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from tests.engines import Engine

PLAN = """\
ddbplan: 1
database: {unique}
tables:
  boxes: {{partition_key: id, ephemeral: true}}
  far: {{name: far-{unique}, partition_key: id, external: true}}
seed:
  boxes:
    - {{id: one, amount: 10, raw: !!binary AAEC, tags: !set [a, b]}}
    - {{id: two, amount: 20}}
transactions:
  fill:
    operations:
      - update:
          table: boxes
          key: {{id: two}}
          expression: SET amount = amount + :more
          condition: amount = :was
          values: {{more: 5, was: 20}}
      - check: {{table: boxes, key: {{id: one}}, condition: attribute_exists(id)}}
"""
CHANGE = """\
      - update:
          table: boxes
          key: {id: one}
          expression: SET amount = :new
          condition: amount = :was
          values: {new: 1, was: 10}
      - delete: {table: boxes, key: {id: two}, condition: attribute_exists(id)}
      - put: {table: boxes, item: {id: three}, condition: attribute_not_exists(id)}
"""


def load(text: str, tmp_path: Path, unique: str, plan: str = PLAN) -> CheckedPlan:
    """The plan above, or another, with more of it."""
    path = tmp_path / "plan.yaml"
    path.write_text(plan.format(unique=unique) + text, encoding="utf-8")
    loaded = load_plan(path)
    assert loaded.plan is not None, loaded.diagnostics
    return loaded.plan


def proved(text: str, tmp_path: Path, unique: str, engine: Engine) -> dict[str, CaseResult]:
    """The results by address."""
    with Clients(Target(endpoint_url=engine.endpoint_url)) as clients:
        return {result.address: result for result in prove(load(text, tmp_path, unique), clients)}


def items(engine: Engine, unique: str) -> Json:
    """What the table holds, by key."""
    with Clients(Target(endpoint_url=engine.endpoint_url)) as clients:
        found = call_function("scan_table", clients, table_name=f"{unique}_boxes")
    return {item["id"]["S"]: item for item in found.value["items"]}


@pytest.mark.engine
def test_what_holds_passes_and_leaves_nothing_behind(engine: Engine, tmp_path: Path, unique: str) -> None:
    """Patterns change, delete and make items, and each is undone: the state stays that of seeds and once."""
    text = f"  change:\n    run: test\n    operations:\n{CHANGE}  again:\n    run: test\n    operations:\n{CHANGE}"

    results = proved(text, tmp_path, unique, engine)

    assert {r.address: (r.outcome, r.message) for r in results.values()} == {
        "apply": (CaseOutcome.PASSED, ""),
        "diff": (CaseOutcome.PASSED, ""),
        "transaction.change": (CaseOutcome.PASSED, ""),
        "transaction.again": (CaseOutcome.PASSED, ""),
    }
    assert items(engine, unique) == {
        "one": {"id": {"S": "one"}, "amount": {"N": "10"}, "raw": {"B": "AAEC"}, "tags": {"SS": ["a", "b"]}},
        "two": {"id": {"S": "two"}, "amount": {"N": "25"}},
    }


@pytest.mark.engine
def test_what_has_expired_is_not_deleted_in_the_middle_of_a_proof(engine: Engine, tmp_path: Path, unique: str) -> None:
    """An expectation counts items that have expired: no engine deletes one between two looks at it."""
    text = """\
  change:
    run: test
    operations:
      - update: {table: boxes, key: {id: old}, expression: SET amount = :one, values: {one: 1}}
queries:
  all: {table: boxes, scan: true, expect: {count: 3}}
"""
    plan = PLAN.replace("ephemeral: true", "ephemeral: true, time_to_live: until")
    plan = plan.replace("    - {{id: two", "    - {{id: old, until: 1735689600}}\n    - {{id: two")

    with Clients(Target(endpoint_url=engine.endpoint_url)) as clients:
        results = prove(load(text, tmp_path, unique, plan), clients)
        found = clients.dynamodb.describe_time_to_live(TableName=f"{unique}_boxes")

    assert [(result.address, result.message) for result in results] == [
        ("apply", ""),
        ("diff", ""),
        ("query.all", ""),
        ("transaction.change", ""),
    ]
    assert found["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED"


@pytest.mark.engine
def test_a_query_that_misses_is_told(ministack: Engine, tmp_path: Path, unique: str) -> None:
    """The message has what was expected and what came; other queries are not affected."""
    text = """\
queries:
  hit: {table: boxes, key_condition: id = :id, values: {id: two}, expect: {items: [{amount: 25.0}]}}
  miss: {table: boxes, key_condition: id = :id, values: {id: two}, expect: {items: [{amount: 20}]}}
  unsaid: {table: boxes, scan: true}
  elsewhere: {table: far, key_condition: id = :id, values: {id: two}, expect: {count: 1}}
"""

    results = proved(text, tmp_path, unique, ministack)

    assert results["query.hit"].outcome is CaseOutcome.PASSED
    assert results["query.miss"].outcome is CaseOutcome.FAILED
    assert results["query.miss"].message == "item 1: amount is 25, expected 20"
    assert results["query.unsaid"].outcome is CaseOutcome.PASSED
    assert results["query.elsewhere"].outcome is CaseOutcome.SKIPPED
    assert results["query.elsewhere"].message == "table.far is external, so it does not exist here"


@pytest.mark.engine
@pytest.mark.parametrize(
    ("second", "expect", "outcome", "message"),
    [
        ("attribute_not_exists(id)", "{fails: 1}", CaseOutcome.PASSED, ""),
        (
            "attribute_not_exists(id)",
            "{fails: 0}",
            CaseOutcome.FAILED,
            "expected the condition of operation 0 to refuse, but it was that of operation 1: attribute_not_exists(id)",
        ),
        (
            "attribute_exists(id)",
            "{fails: 1}",
            CaseOutcome.FAILED,
            "expected the condition of operation 1 to refuse, but every condition held",
        ),
    ],
)
def test_a_refusal_must_be_the_expected_one(
    engine: Engine,
    tmp_path: Path,
    unique: str,
    second: str,
    expect: str,
    outcome: CaseOutcome,
    message: str,
) -> None:
    """Another operation's refusal, or none, is no proof; and whatever was written is undone."""
    text = f"""\
  refused:
    run: test
    operations:
      - put: {{table: boxes, item: {{id: new}}, condition: attribute_not_exists(id)}}
      - delete: {{table: boxes, key: {{id: one}}, condition: {second}}}
    expect: {expect}
"""

    result = proved(text, tmp_path, unique, engine)["transaction.refused"]

    assert (result.outcome, result.message) == (outcome, message)
    assert set(items(engine, unique)) == {"one", "two"}


@pytest.mark.engine
def test_a_pattern_that_is_refused_unexpectedly_is_told(engine: Engine, tmp_path: Path, unique: str) -> None:
    """Without an expectation a transaction must succeed."""
    text = """\
  stuck:
    run: test
    operations:
      - put: {table: boxes, item: {id: new}}
      - check: {table: boxes, key: {id: one}, condition: amount > :much, values: {much: 99}}
"""

    result = proved(text, tmp_path, unique, engine)["transaction.stuck"]

    assert result.outcome is CaseOutcome.FAILED
    assert result.message.startswith("expected to succeed: ")
    assert "amount > :much" in result.message


@pytest.mark.engine
def test_nothing_else_is_tried_when_the_plan_cannot_be_applied(ministack: Engine, tmp_path: Path, unique: str) -> None:
    """A once transaction that is refused fails the first case and skips the others."""
    text = """\
  wrong:
    operations:
      - put: {table: boxes, item: {id: new}}
      - check: {table: boxes, key: {id: one}, condition: amount > :much, values: {much: 99}}
queries:
  all: {table: boxes, scan: true, expect: {count: 2}}
"""

    results = proved(text, tmp_path, unique, ministack)

    assert results["apply"].outcome is CaseOutcome.FAILED
    assert "transaction.wrong" in results["apply"].message
    assert [results[address].outcome for address in ("diff", "query.all")] == [CaseOutcome.SKIPPED] * 2
    assert results["query.all"].message == "the plan could not be applied"


def test_a_proof_never_runs_elsewhere(tmp_path: Path, unique: str) -> None:
    """A proof makes tables and writes items as it likes, so it stays on this machine."""
    clients = Clients(Target(endpoint_url="https://dynamodb.eu-west-1.amazonaws.com"))

    with pytest.raises(NotThrowawayError, match="is not on this machine"):
        prove(load("", tmp_path, unique), clients)


def test_each_environment_is_a_variant_with_the_plans_own_data(tmp_path: Path, unique: str) -> None:
    """An environment that loads nothing and pins an account is proved with the plan's seeds, wherever it runs."""
    text = f"""\
environments:
  dev: {{database: dev_{unique}}}
  prod: {{account: "111122223333", region: eu-west-1, seed: none, transactions: none}}
"""
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN.format(unique=unique) + text, encoding="utf-8")
    (source,), _ = find_plans([str(path)], tmp_path)

    found = {variant.environment: variant.checked for variant in variants(source)}

    assert list(found) == ["dev", "prod"]
    dev, prod = found["dev"], found["prod"]
    assert dev is not None
    assert prod is not None
    assert dev.plan.tables["boxes"].name == f"dev_{unique}_boxes"
    assert prod.plan.account is None
    assert prod.plan.region is None
    assert set(prod.plan.seeds) == {"boxes"}
    assert set(prod.plan.transactions) == {"fill"}


def test_a_plan_with_errors_has_no_variant_to_prove(tmp_path: Path) -> None:
    """What cannot be read is told and not proved."""
    path = tmp_path / "plan.yaml"
    path.write_text("ddbplan: 1\ndatabase: x\ntables: []\n", encoding="utf-8")
    (source,), _ = find_plans([str(path)], tmp_path)

    (variant,) = variants(source)

    assert variant.checked is None
    assert variant.diagnostics
