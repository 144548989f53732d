"""Class, key and maximum by apply: after each plan a diff is empty, and the ledger knows what was spent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from executor import ApplyOptions, Clients, OutcomeKind, Target, prepare
from planner.codes.changes import LAST_OF_BUDGET, WAITS_FOR_WINDOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from executor import LedgerReader
    from tests.engines import Engine
    from tests.executor.apply.conftest import Load

pytestmark = pytest.mark.engine
Run = "Callable[..., Outcome]"

PLAN = """
    ddbplan: 1
    database: {name}
    tables:
      orders:
        partition_key: id
        table_class: CLASS
        encryption: KEY
        maximum: MAXIMUM
        time_to_live: TTL
"""
ALLOWED = frozenset({"WEAKENS_PROTECTION:table.orders.encryption", "DELETES_BY_TTL:table.orders.time_to_live"})


@pytest.fixture
def clients(ministack: Engine) -> Iterator[Clients]:
    """Clients of the engine that has these settings."""
    with Clients(Target(endpoint_url=ministack.endpoint_url)) as made:
        yield made


def test_settings_go_there_and_back(load: Load, run: Run, clients: Clients, options: ApplyOptions) -> None:
    """A to B to A, with an empty diff after each."""
    first = {"CLASS": "infrequent_access", "KEY": "aws_managed", "MAXIMUM": "{read: 100}", "TTL": "expires_at"}
    second = {"CLASS": "standard", "KEY": "aws_owned", "MAXIMUM": "off", "TTL": "off"}
    for words in (first, second, first):
        plan = load(PLAN, **words)
        outcome = run(plan, allow=ALLOWED)

        assert outcome.kind is OutcomeKind.DONE, outcome.message
        assert prepare(plan, clients, options).diff.is_empty


def test_an_alias_is_resolved_before_it_is_compared(
    load: Load, run: Run, clients: Clients, options: ApplyOptions
) -> None:
    """DynamoDB tells of a key by its ARN; a plan's alias, id and ARN mean the same key."""
    key = clients.kms.create_key()["KeyMetadata"]
    alias = f"alias/{options.ledger}"
    clients.kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    words = {"CLASS": "standard", "MAXIMUM": "off", "TTL": "off"}
    assert run(load(PLAN, KEY=alias, **words)).kind is OutcomeKind.DONE

    for name in (alias, key["KeyId"], key["Arn"]):
        found = prepare(load(PLAN, KEY=name, **words), clients, options)
        assert found.diff.is_empty, found.diff.steps
    assert found.live.tables[f"{found.desired.database}_orders"].settings["encryption"] == key["Arn"]


def test_what_was_spent_is_known_to_the_next_diff(
    load: Load,
    run: Run,
    clients: Clients,
    options: ApplyOptions,
    reader: LedgerReader,
    unique: str,
) -> None:
    """Two changes of class and one of time to live: the next ones wait, with the time."""
    words = {"CLASS": "standard", "KEY": "aws_owned", "MAXIMUM": "off", "TTL": "expires_at"}
    run(load(PLAN, **words))
    run(load(PLAN, **{**words, "CLASS": "infrequent_access"}))
    again = load(PLAN, **{**words, "TTL": "off"})
    last = prepare(again, clients, options).diff
    run(again)
    waits = prepare(load(PLAN, **{**words, "CLASS": "infrequent_access"}), clients, options).diff

    assert {found.code for found in last.notes} == {LAST_OF_BUDGET.code, WAITS_FOR_WINDOW.code}
    assert {found.address for found in waits.notes if found.code == WAITS_FOR_WINDOW.code} == {
        "table.orders.table_class",
        "table.orders.time_to_live",
    }
    _, ledger = reader.records(unique)
    changed = ledger.tables["orders"].changed
    assert {name: len(times) for name, times in changed.items()} == {"table_class": 2, "time_to_live": 1}
