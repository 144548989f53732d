"""Each plan of the product, applied through an authorizer that refuses all that its policy does not allow."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from executor import ApplyOptions, Clients, Target, apply, wire
from executor.apply import OutcomeKind
from executor.failure import CallError
from executor.functions.validate_credentials import PROBE_TABLE
from executor.prepare import prepare
from executor.registry import call_function
from planner import load_plan
from planner.permissions import Place, Purpose, documents, grants_for
from planner.permissions.data import reads_one
from planner.permissions.needs import PROBE_TABLE as PLANNED_PROBE
from tests.conftest import ROOT
from tests.permissions.authorizer import ACCOUNT, REGION, Asked, Authorizer, allows
from tests.permissions.gate import Gate

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checked import CheckedPlan
    from planner.plan import Table
    from planner.values import Item
    from tests.engines import Engine

pytestmark = pytest.mark.engine
PLANS = ("analytics", "ecommerce", "financial", "social")
HERE = Place(account=ACCOUNT, region=REGION)
WEAKER = ("WEAKENS_PROTECTION",)
_NOT_ON_ENGINE = "application-autoscaling:"
"""The embedded engine has no such service; ``test_siblings`` shows what is needed of it."""


def _plan(name: str, database: str, folder: Path) -> CheckedPlan:
    """A plan of the product under another database."""
    text = (ROOT / "plans" / f"{name}.yaml").read_text(encoding="utf-8")
    path = folder / "plan.yaml"
    path.write_text(text.replace(f"database: {name}\n", f"database: {database}\n"))
    loaded = load_plan(path)
    assert loaded.plan is not None, loaded.diagnostics
    assert loaded.plan.plan.database == database
    return loaded.plan


def _changed(plan: CheckedPlan) -> CheckedPlan:
    """The plan with every table changed by UpdateTable, and with other tags where it declares tags."""
    tables = {}
    for key, table in plan.plan.tables.items():
        other = {"deletion_protection": not table.settings.get("deletion_protection", False)}
        tags = {"tags": {"team": "other"}} if "tags" in table.settings else {}
        tables[key] = replace(table, settings={**table.settings, **other, **tags})
    return replace(plan, plan=replace(plan.plan, tables=tables))


def _statements(plan: CheckedPlan, purpose: Purpose, ledger: str) -> list[Any]:
    found = documents(grants_for([plan], purpose, HERE, ledger))
    return [statement for document in found for statement in document.as_json()["Statement"]]


def _authorizer(statements: list[Any], ledger: str) -> Authorizer:
    return Authorizer(statements=statements, partition_keys={ledger: "database"})


@pytest.mark.parametrize("name", PLANS)
def test_policy_suffices_and_is_needed(ministack: Engine, tmp_path: Path, unique: str, name: str) -> None:
    """A plan is applied, changed and applied again by the policy that iam prints.

    Without any of its statements some call would be refused, and no action stands in it that none takes.
    """
    plan = _plan(name, unique, tmp_path)
    ledger = _ledger(plan)
    statements = _statements(plan, Purpose.APPLY, ledger)
    authorizer = _authorizer(statements, ledger)
    options = ApplyOptions(ledger=ledger, kinds=frozenset(WEAKER), lease_seconds=60.0)
    with Gate(ministack, authorizer) as clients:
        first = apply(plan, clients, options)
        second = apply(_changed(plan), clients, options)

    assert (first.kind, first.message) == (OutcomeKind.DONE, "")
    assert (second.kind, second.message) == (OutcomeKind.DONE, "")
    # Only the first of the three questions that prove the credentials: being refused that is no failure.
    assert {one.action for one in authorizer.refused} <= {"dynamodb:ListTables", "dynamodb:DescribeLimits"}
    taken = [one for one in authorizer.asked if any(allows(statement, one) for statement in statements)]
    on_engine = [s for s in statements if not s["Action"][0].startswith(_NOT_ON_ENGINE)]
    assert [s["Sid"] for s in on_engine if not _is_needed(s, statements, taken)] == []
    withdrawn = {"dynamodb:DeleteItem"} | _of_autoscaling(statements)
    # What rows are put by where INSERT is not to be had.
    assert _unused(on_engine, taken) - withdrawn - {"dynamodb:PutItem"} == set()


def _is_needed(statement: Any, statements: list[Any], taken: list[Asked]) -> bool:
    others = [other for other in statements if other is not statement]
    return any(not any(allows(other, one) for other in others) for one in taken)


def _unused(statements: list[Any], taken: list[Asked]) -> set[str]:
    return {
        action
        for statement in statements
        for action in statement["Action"]
        if not any(one.action == action and allows(statement, one) for one in taken)
    }


def _of_autoscaling(statements: list[Any]) -> set[str]:
    return {action for s in statements for action in s["Action"] if action.startswith(_NOT_ON_ENGINE)}


def test_what_is_not_allowed_is_refused(ministack: Engine, tmp_path: Path, unique: str) -> None:
    """Without one action the apply stops at it and says which permission lacks.

    What it had announced is withdrawn, and with the action given back the same apply comes to its end.
    """
    plan = _plan("financial", unique, tmp_path)
    ledger = _ledger(plan)
    statements = _statements(plan, Purpose.APPLY, ledger)
    holds = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{unique}_holds"
    less = [_without(s, "dynamodb:CreateTable", holds) for s in statements]
    options = ApplyOptions(ledger=ledger, lease_seconds=60.0)
    refusing = _authorizer([part for parts in less for part in parts], ledger)
    with Gate(ministack, refusing) as clients:
        stopped = apply(plan, clients, options)
    allowing = _authorizer(statements, ledger)
    with Gate(ministack, allowing) as clients:
        finished = apply(plan, clients, options)

    assert stopped.kind is OutcomeKind.FAILED
    assert f"dynamodb:CreateTable on resource: {holds}" in stopped.message
    assert "dynamodb:DeleteItem" in {one.action for one in refusing.asked}
    assert finished.kind is OutcomeKind.DONE


def _without(statement: Any, action: str, resource: str) -> list[Any]:
    """The statement as two, of which the one about the resource lacks the action."""
    if action not in statement["Action"] or resource not in statement["Resource"]:
        return [statement]
    others = {**statement, "Resource": [arn for arn in statement["Resource"] if arn != resource]}
    lesser = {**statement, "Resource": [resource], "Action": [a for a in statement["Action"] if a != action]}
    return [others, lesser]


def test_reading_policy_compares(ministack: Engine, applied: CheckedPlan) -> None:
    """With the policy for diff an applied plan is compared, and each statement of it is needed for that."""
    ledger = _ledger(applied)
    statements = _statements(applied, Purpose.DIFF, ledger)
    authorizer = _authorizer(statements, ledger)
    with Gate(ministack, authorizer) as clients:
        found = prepare(applied, clients, ApplyOptions(ledger=ledger))

    assert found.diff.is_empty
    taken = [one for one in authorizer.asked if any(allows(statement, one) for statement in statements)]
    on_engine = [s for s in statements if not s["Action"][0].startswith(_NOT_ON_ENGINE)]
    assert [s["Sid"] for s in on_engine if not _is_needed(s, statements, taken)] == []
    # Who marked a table is asked of tables that the ledger does not record.
    assert _unused(on_engine, taken) <= {"dynamodb:ListTagsOfResource"}


def test_reading_policy_changes_nothing(ministack: Engine, tmp_path: Path, unique: str) -> None:
    """With the policy for diff an apply is refused at its first write."""
    plan = _plan("social", unique, tmp_path)
    ledger = _ledger(plan)
    authorizer = _authorizer(_statements(plan, Purpose.DIFF, ledger), ledger)
    with Gate(ministack, authorizer) as clients, pytest.raises(CallError, match="dynamodb:CreateTable"):
        apply(plan, clients, ApplyOptions(ledger=ledger))


@pytest.fixture(scope="module")
def applied(ministack: Engine, tmp_path_factory: pytest.TempPathFactory) -> CheckedPlan:
    """The ecommerce plan, applied past every gate."""
    plan = _plan("ecommerce", f"t{uuid.uuid4().hex[:10]}", tmp_path_factory.mktemp("applied"))
    with Clients(Target(endpoint_url=ministack.endpoint_url, region=REGION)) as clients:
        assert apply(plan, clients, ApplyOptions(ledger=_ledger(plan))).kind is OutcomeKind.DONE
    return plan


def _ledger(plan: CheckedPlan) -> str:
    return f"ledger_{plan.plan.database}"


def test_application_runs_its_patterns(ministack: Engine, applied: CheckedPlan) -> None:
    """With the policy for the application every query and every pattern of it runs, and no table can be described.

    Each of its statements is needed for that.
    """
    statements = _statements(applied, Purpose.APP, "unused")
    authorizer = _authorizer(statements, "unused")
    with Gate(ministack, authorizer) as clients:
        for query in applied.queries.values():
            assert call_function(query.call.function, clients, **query.call.arguments).ok, query.name
        for transaction in applied.transactions.values():
            if transaction.run == "test":
                outcome = _run(clients, list(transaction.items))
                assert outcome in {"done", "ConditionalCheckFailed"}, transaction.name
        for query in applied.plan.queries.values():
            table = applied.plan.tables[query.table]
            if reads_one(query, table):
                clients.dynamodb.get_item(TableName=table.name, Key=wire.to_client(_key(table)))
        described = call_function("get_table_info", clients, table_name=next(iter(applied.plan.tables.values())).name)

    assert {one.action.removeprefix("dynamodb:")[:8] for one in authorizer.refused} == {"Describe"}
    assert described.error_code == "AccessDenied"
    taken = [one for one in authorizer.asked if any(allows(statement, one) for statement in statements)]
    assert [s["Sid"] for s in statements if not _is_needed(s, statements, taken)] == []


def _run(clients: Clients, items: list[Any]) -> str:
    """Run a transaction as an application does: why it was cancelled, or that it was done."""
    try:
        clients.dynamodb.transact_write_items(TransactItems=wire.canonical_transaction(items))
    except ClientError as error:
        reasons: Any = error.response.get("CancellationReasons") or [{"Code": error.response["Error"]["Code"]}]
        return next(reason["Code"] for reason in reasons if reason["Code"] != "None")
    return "done"


def _key(table: Table) -> Item:
    return {name: {table.key_types[name]: "1"} for name in table.key_names}


def test_test_needs_nothing(tmp_path: Path, unique: str) -> None:
    """The proof of a plan runs on this machine alone."""
    plan = _plan("social", unique, tmp_path)

    assert grants_for([plan], Purpose.TEST, HERE, "ledger") == ()


def test_planner_and_executor_ask_for_the_same_table() -> None:
    """The table that nobody has is the same in the policy and in the question."""
    assert PLANNED_PROBE == PROBE_TABLE
