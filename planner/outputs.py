"""What an application and other infrastructure code need of a plan: names, ARNs, and its requests, compiled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.values import Item, Json

if TYPE_CHECKING:
    from planner.checked import CheckedPlan, CompiledQuery, CompiledTransaction
    from planner.plan import Query, Table

_PARAMETERS = {
    "table_name": "TableName",
    "index_name": "IndexName",
    "key_condition_expression": "KeyConditionExpression",
    "filter_expression": "FilterExpression",
    "projection_expression": "ProjectionExpression",
    "expression_attribute_names": "ExpressionAttributeNames",
    "scan_index_forward": "ScanIndexForward",
    "consistent_read": "ConsistentRead",
}
"""DynamoDB's names for what a compiled query holds; the values are the application's to give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveTable:
    """What only the live table knows.

    Attributes:
        arn: Its ARN.
        stream_arn: Its stream's, while it has one; empty otherwise.
    """

    arn: str
    stream_arn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOutput:
    """One table.

    Attributes:
        name: Its physical name.
        arn: Its ARN; empty where it was not asked for.
        stream_arn: Its stream's ARN; empty where it has no stream, or where it was not asked for.
        indexes: Names of its secondary indexes, sorted.
    """

    name: str
    arn: str
    stream_arn: str
    indexes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOutput:
    """One query, ready for an SDK.

    Attributes:
        operation: ``Query`` or ``Scan``.
        request: The request's parameters, without the values.
        values: The plan's own values by placeholder (``:account``), in DynamoDB JSON: their types, and an example.
        limit: At most this many items in all pages together; None for all. It is in the request where nothing is
            filtered; a filter works after DynamoDB's own limit.
    """

    operation: str
    request: Json
    values: Item
    limit: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionOutput:
    """One pattern of the application (``run: test``), ready for an SDK.

    Attributes:
        items: ``TransactItems`` with the plan's own values, which are an example.
    """

    items: tuple[Json, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """All of a plan.

    Attributes:
        database: Its identity.
        environment: The environment it is for; empty without one.
        account: The AWS account; empty where nothing live was read.
        region: The Region; empty where nothing live was read.
        tables: By name in the plan.
        queries: By name.
        transactions: The application's patterns by name.
    """

    database: str
    environment: str
    account: str
    region: str
    tables: Mapping[str, TableOutput]
    queries: Mapping[str, QueryOutput]
    transactions: Mapping[str, TransactionOutput]


def outputs(checked: CheckedPlan, live: Mapping[str, LiveTable], *, account: str = "", region: str = "") -> Outputs:
    """What a plan comes to for those who use its tables.

    Args:
        checked: The plan, for one environment.
        live: By physical name, of the tables that were looked at.
        account: Where they are.
        region: Where they are.
    """
    plan = checked.plan
    return Outputs(
        database=plan.database,
        environment=plan.environment or "",
        account=account,
        region=region,
        tables={key: _table(table, live.get(table.name)) for key, table in plan.tables.items()},
        queries={name: _query(plan.queries[name], query) for name, query in checked.queries.items()},
        transactions={
            name: _transaction(transaction)
            for name, transaction in checked.transactions.items()
            if transaction.run == "test" and transaction.expect_fails is None
        },
    )


def _table(table: Table, live: LiveTable | None) -> TableOutput:
    vectors = table.settings.get("vector_indexes", {})
    names = {*table.indexes, *(vectors if isinstance(vectors, dict) else {})}
    return TableOutput(
        name=table.name,
        arn=live.arn if live else "",
        stream_arn=live.stream_arn if live else "",
        indexes=tuple(sorted(names)),
    )


def _query(query: Query, compiled: CompiledQuery) -> QueryOutput:
    arguments = compiled.call.arguments
    request = {_PARAMETERS[name]: value for name, value in arguments.items() if name in _PARAMETERS}
    if query.limit is not None and query.filter is None:
        request["Limit"] = query.limit
    return QueryOutput(
        operation="Scan" if query.scan else "Query",
        request=request,
        values=arguments.get("expression_attribute_values", {}),
        limit=query.limit,
    )


def _transaction(compiled: CompiledTransaction) -> TransactionOutput:
    return TransactionOutput(items=compiled.items)


class NameTakenError(ValueError):
    """Two outputs would have one variable's name; the message names it."""


def variables(found: Outputs, prefix: str = "") -> dict[str, str]:
    """Names and ARNs as variables of a process: ``TABLE_ACCOUNTS``, ``TABLE_ACCOUNTS_ARN``, ``INDEX_...``.

    Args:
        found: The outputs.
        prefix: Stands in front of every name.

    Raises:
        NameTakenError: Two of them have one name.
    """
    made: dict[str, str] = {}
    for key, table in found.tables.items():
        given = {
            f"TABLE_{key}": table.name,
            f"TABLE_{key}_ARN": table.arn,
            f"TABLE_{key}_STREAM_ARN": table.stream_arn,
            **{f"INDEX_{key}_{index}": index for index in table.indexes},
        }
        for name, value in given.items():
            _add(made, prefix + _variable(name), value)
    return made


def _add(made: dict[str, str], name: str, value: str) -> None:
    if not value:
        return
    if name in made:
        raise NameTakenError(name)
    made[name] = value


def _variable(name: str) -> str:
    return re.sub(r"[^A-Z0-9_]", "_", name.upper())
