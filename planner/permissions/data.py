"""What seeds, transactions and queries take, read off the very calls that they are compiled to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.checks.key_conditions import finds_one
from planner.expressions.conditions import parse_condition
from planner.permissions.grants import ANY, Grant, Place, Section, all_of

if TYPE_CHECKING:
    from planner.bulk_source import BulkSource
    from planner.checked import CheckedPlan, CompiledQuery, CompiledTransaction
    from planner.plan import Query, Seed, Table

_READS = {"query_table": "Query", "scan_table": "Scan"}
_MEMBERS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
"""A transaction is authorized member by member (guide, "Using IAM with DynamoDB transactions")."""


def of_seeds(checked: CheckedPlan, place: Place) -> Iterator[Grant]:
    """Rows are inserted by PartiQL where no item has their key, put one by one on absence, or put in transactions.

    Never by BatchWriteItem, which knows no condition. Where INSERT is not allowed, rows are put one by one.
    """
    for seed in checked.seeds.values():
        if seed.seed.source is not None:
            yield from _of_bulk(seed.table, seed.seed.source, place)
        elif seed.count:
            yield from all_of(Section.SEEDS, _row_actions(seed.seed), place.table(seed.table.name))


def _row_actions(seed: Seed) -> str:
    if seed.attributes:
        return "UpdateItem"
    return "PartiQLInsert PutItem" if seed.on_conflict == "keep" else "PutItem"


def _of_bulk(table: Table, source: BulkSource, place: Place) -> Iterator[Grant]:
    """DynamoDB reads and writes with the permissions of whoever starts its importers.

    Source: the guide, "Requesting a table import", "Bulk put items considerations, quotas, and permissions".
    """
    arn = place.table(table.name)
    yield from all_of(Section.SEEDS, "ImportTable DescribeImport ListImports", arn)
    yield from all_of(Section.SEEDS, "DescribeImport", f"{arn}/import/*")
    yield from all_of(Section.SEEDS, "s3:ListBucket", place.bucket(source.place.bucket))
    yield from all_of(Section.SEEDS, "s3:GetObject", place.objects(source.place.bucket, source.place.prefix))
    yield from all_of(Section.SEEDS, _LOGS, place.arn("logs", "log-group:/aws-dynamodb/*"))
    yield from all_of(Section.SEEDS, "logs:DescribeLogGroups", ANY)
    if source.errors is None:
        return
    yield from all_of(Section.SEEDS, "StartBulkPutItems PutItem", arn)
    yield from all_of(Section.SEEDS, "DescribeBulkOperation ListBulkOperations", ANY)
    yield from all_of(Section.SEEDS, "s3:ListBucket", place.bucket(source.errors.bucket))
    objects = place.objects(source.errors.bucket, source.errors.prefix)
    yield from all_of(Section.SEEDS, "s3:PutObject s3:AbortMultipartUpload s3:GetObject", objects)


_LOGS = "logs:CreateLogGroup logs:CreateLogStream logs:DescribeLogStreams logs:PutLogEvents logs:PutRetentionPolicy"


def of_transaction(transaction: CompiledTransaction, place: Place) -> Iterator[Grant]:
    """Each member's own action on its table."""
    for member in transaction.items:
        for kind, operation in member.items():
            yield from all_of(Section.TRANSACTIONS, _MEMBERS[kind], place.table(operation["TableName"]))


def of_query(query: CompiledQuery, place: Place) -> Iterator[Grant]:
    """A query of an index is authorized on the index alone."""
    arguments = query.call.arguments
    name, index = arguments["table_name"], arguments.get("index_name")
    resource = place.table(name) if index is None else place.index(name, index)
    yield from all_of(Section.QUERIES, _READS[query.call.function], resource)


def reads_one(query: Query, table: Table) -> bool:
    """Whether a query names one item by its whole key, which is what GetItem does."""
    if query.key_condition is None:
        return False
    return finds_one(parse_condition(query.key_condition.text), table, query.index)


def of_one_item(query: Query, table: Table, place: Place) -> Iterator[Grant]:
    """The application may ask for an item by GetItem where the plan has a query of its whole key."""
    if reads_one(query, table):
        yield from all_of(Section.QUERIES, "GetItem", place.table(table.name))
