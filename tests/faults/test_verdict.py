"""The comparer sees every way in which a final state can be wrong, and nothing where it is right."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import pytest

from tests.faults.subject import EXISTING_TABLE, Subject, Tables, document, expected, generate, index
from tests.faults.verdict import Verdict, compare

if TYPE_CHECKING:
    from collections.abc import Callable

SUBJECT = generate("bank", 1)
WRITTEN: Tables = {EXISTING_TABLE: index(EXISTING_TABLE, SUBJECT.existing)}


def _right() -> Tables:
    tables = copy.deepcopy(expected(SUBJECT))
    tables[EXISTING_TABLE] |= copy.deepcopy(WRITTEN[EXISTING_TABLE])
    return tables


def _kinds(verdict: Verdict) -> set[str]:
    return {kind for kind in ("lost", "doubled", "overwritten", "late", "wrong") if getattr(verdict, kind)}


def test_the_right_state_is_right() -> None:
    """The state that an uninterrupted apply leaves has nothing wrong with it."""
    verdict = compare(SUBJECT, expected(SUBJECT), _right(), WRITTEN)

    assert verdict.good, str(verdict)


def _pay_twice(tables: Tables) -> None:
    transfer = SUBJECT.transfers[3]
    tables["accounts"][transfer.payer]["balance"] -= transfer.amount
    tables["accounts"][transfer.payee]["balance"] += transfer.amount
    tables["counters"][transfer.name]["runs"] += 1


def _overwrite(tables: Tables) -> None:
    tables[EXISTING_TABLE]["customer-000"] = dict(SUBJECT.customers[0])


def _reset(tables: Tables) -> None:
    tables["accounts"]["account-00"]["balance"] += 7


WAYS: dict[str, tuple[Callable[[Tables], object], set[str]]] = {
    "a transaction twice": (_pay_twice, {"doubled", "wrong"}),
    "a transaction never": (lambda tables: tables["counters"].pop("t05"), {"lost"}),
    "a row missing": (lambda tables: tables["products"].pop("product-003"), {"lost"}),
    "an item written over": (_overwrite, {"overwritten"}),
    "money too much": (_reset, {"doubled", "wrong"}),
    "an item too many": (lambda tables: tables["postings"].update({"x|y": {"account_id": "x"}}), {"wrong"}),
}


@pytest.mark.parametrize(("break_it", "kinds"), WAYS.values(), ids=WAYS.keys())
def test_every_fault_has_its_kind(break_it: Callable[[Tables], object], kinds: set[str]) -> None:
    """Each way in which a state can be wrong is seen, and called what it is."""
    tables = _right()
    break_it(tables)
    verdict = compare(SUBJECT, expected(SUBJECT), tables, WRITTEN)

    assert _kinds(verdict) == kinds, str(verdict)


def test_what_the_application_wrote_has_to_stay() -> None:
    """An attribute that the application set and a put took away is an item that was written over."""
    written = {**WRITTEN, "accounts": {"account-03": {"nickname": "theirs"}}}
    verdict = compare(SUBJECT, expected(SUBJECT), _right(), written)

    assert _kinds(verdict) == {"overwritten"}


def test_the_plan_under_test_is_as_large_as_promised() -> None:
    """At least 4 tables, 3 indexes, 200 rows for a new and for an existing table, 20 transactions."""
    plan = document(SUBJECT)
    indexes = sum(len(table.get("global_secondary_indexes", {})) for table in plan["tables"].values())

    assert len(plan["tables"]) >= 4
    assert indexes >= 3
    assert len(SUBJECT.products) >= 200
    assert len(SUBJECT.customers) >= 200
    assert len(plan["transactions"]) == 20
    assert _touched_twice(SUBJECT)


def _touched_twice(subject: Subject) -> bool:
    accounts = [account for transfer in subject.transfers for account in (transfer.payer, transfer.payee)]
    return len(accounts) > len(set(accounts))
