"""Which permissions each purpose takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from planner.permissions import data, ledger, siblings, tables
from planner.permissions.grants import Condition, Grant, Place, Section, all_of

if TYPE_CHECKING:
    from planner.checked import CheckedPlan

PROBE_TABLE = "ddbplan_no_such_table"
"""Nobody has it: being told so proves that the credentials are accepted, and shows nothing of the account."""


class Purpose(StrEnum):
    """What the policy is for."""

    APPLY = "apply"
    DIFF = "diff"
    TEST = "test"
    APP = "app"


NOT_GRANTED = {
    Purpose.APPLY: (
        "Deleting is left out: `ddbplan destroy` needs dynamodb:DeleteTable, and a replica that the plan drops "
        "dynamodb:DeleteTable and dynamodb:DeleteTableReplica in its Region."
    ),
    Purpose.DIFF: "",
    Purpose.TEST: (
        "`ddbplan test` runs on an engine on this machine, with credentials that mean nothing: it needs no permission "
        "of AWS."
    ),
    Purpose.APP: (
        "Transactions that apply itself runs once are left out unless they state a rate: they are no pattern of the "
        "application."
    ),
}
"""What a policy for each purpose does not hold, in full sentences."""


def grants_for(
    plans: Sequence[CheckedPlan],
    purpose: Purpose,
    place: Place,
    ledger_name: str,
    *,
    live_data: bool = False,
    seed_sample: bool = False,
) -> tuple[Grant, ...]:
    """Every permission that a purpose takes, each once: in the first section that takes it, in their order.

    Args:
        plans: The plans, for one environment.
        purpose: What for.
        place: Where; each plan is applied there.
        ledger_name: The ledger's physical name.
        live_data: Whether live items may be looked at before changes (``--check-data``).
        seed_sample: Whether rows of seeds may be looked for in live tables (``diff --seed-sample``).
    """
    match purpose:
        case Purpose.APPLY:
            found = [*_reading(plans, place, ledger_name), *_applying(plans, place, ledger_name)]
        case Purpose.DIFF:
            found = list(_reading(plans, place, ledger_name))
        case Purpose.TEST:
            found = []
        case Purpose.APP:
            found = list(_application(plans, place))
        case _:
            assert_never(purpose)
    if live_data and purpose in {Purpose.APPLY, Purpose.DIFF}:
        found += [grant for checked in plans for grant in _looking(checked, place)]
    if seed_sample and purpose in {Purpose.APPLY, Purpose.DIFF}:
        found += [grant for checked in plans for grant in _counting(checked, place)]
    order = list(Section)
    first: dict[tuple[str, str, Condition], Grant] = {}
    for grant in sorted(found, key=lambda grant: order.index(grant.section)):
        first.setdefault((grant.action, grant.resource, grant.condition), grant)
    return tuple(first.values())


def _databases(plans: Sequence[CheckedPlan]) -> list[str]:
    return [checked.plan.database for checked in plans]


def _reading(plans: Sequence[CheckedPlan], place: Place, ledger_name: str) -> Iterator[Grant]:
    yield from all_of(Section.CREDENTIALS, "DescribeTable", place.table(PROBE_TABLE))
    yield from ledger.reading(ledger_name, _databases(plans), place)
    for checked in plans:
        for table in checked.plan.tables.values():
            yield from tables.reading(table, place)
        yield from siblings.reading(checked.plan.tables.values(), place)


def _applying(plans: Sequence[CheckedPlan], place: Place, ledger_name: str) -> Iterator[Grant]:
    yield from ledger.writing(ledger_name, _databases(plans), place)
    for checked in plans:
        for table in checked.plan.tables.values():
            yield from tables.changing(table, place)
        yield from siblings.changing(checked.plan.tables.values(), place)
        yield from data.of_seeds(checked, place)
        for transaction in checked.transactions.values():
            if transaction.run == "once":
                yield from data.of_transaction(transaction, place)
        for query in checked.queries.values():
            if query.live:
                yield from data.of_query(query, place)


def _application(plans: Sequence[CheckedPlan], place: Place) -> Iterator[Grant]:
    for checked in plans:
        plan = checked.plan
        for query in checked.queries.values():
            yield from data.of_query(query, place)
        for asked in plan.queries.values():
            yield from data.of_one_item(asked, plan.tables[asked.table], place)
        for transaction in checked.transactions.values():
            if transaction.run == "test" or plan.transactions[transaction.name].rate is not None:
                yield from data.of_transaction(transaction, place)
        yield from siblings.using_keys(plan.tables.values(), place, making=False)


def _looking(checked: CheckedPlan, place: Place) -> Iterator[Grant]:
    for table in checked.plan.tables.values():
        if not table.external:
            yield from all_of(Section.LIVE_DATA, "Scan", place.table(table.name))


def _counting(checked: CheckedPlan, place: Place) -> Iterator[Grant]:
    for seed in checked.plan.seeds.values():
        yield from all_of(Section.LIVE_DATA, "BatchGetItem", place.table(checked.plan.tables[seed.table].name))
