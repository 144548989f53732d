"""DynamoDB's own JSON: CreateTable, DescribeTable, ImportTable, BatchWriteItem and exported items.

Source: botocore's service model; DynamoDB guide, "DynamoDB table export output format".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from planner.importing.cli_calls import join_calls
from planner.importing.tables import plan_key, table_draft
from planner.importing.values import Draft, Kind, Reason, RefusedError, TableDraft, shown
from planner.reading.dynamodb_json import InvalidValueError, checked_value
from planner.values import Item, Json

_ONLY_DESCRIBED = frozenset(
    {"CreationDateTime", "TableStatus", "TableSizeBytes", "ItemCount", "TableArn", "TableId", "LatestStreamArn"}
    | {"LatestStreamLabel", "GlobalTableVersion", "RestoreSummary", "ArchivalSummary", "ClientToken"}
)
_INDEX_DESCRIBED = frozenset({"IndexStatus", "IndexSizeBytes", "ItemCount", "IndexArn", "Backfilling"})


def is_table(document: Json) -> bool:
    """Whether it is a call that makes a table, or an answer that describes one."""
    return isinstance(document, Mapping) and any(
        isinstance(found, Mapping) and "KeySchema" in found
        for found in (document, document.get("Table"), document.get("TableDescription"), _created(document))
    )


def _created(document: Mapping[str, Json]) -> Json:
    return document.get("TableCreationParameters")


def _made(document: Mapping[str, Json]) -> Mapping[str, Json]:
    """The table inside an answer or an ImportTable call; a CreateTable call is one itself."""
    for name in ("Table", "TableDescription", "TableCreationParameters"):
        own = document.get(name)
        if isinstance(own, Mapping):
            return own
    return document


def is_batch(document: Json) -> bool:
    """Whether it is the ``--request-items`` of a batch write."""
    if not isinstance(document, Mapping) or not document:
        return False
    requests = document.get("RequestItems", document)
    return isinstance(requests, Mapping) and all(
        isinstance(puts, list)
        and all(isinstance(put, Mapping) and set(put) <= {"PutRequest", "DeleteRequest"} for put in puts)
        for puts in requests.values()
    )


def is_rows(document: Json) -> bool:
    """Whether it is a list of exported items, ``{"Item": {...}}`` each."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(row, Mapping) and set(row) == {"Item"} for row in document)
    )


def table_of(document: Mapping[str, Json], taken: Iterable[str] = ()) -> TableDraft:
    """The table of a call or an answer.

    Raises:
        RefusedError: Its keys cannot be known.
    """
    schema = {name: value for name, value in _made(document).items() if name not in _ONLY_DESCRIBED}
    own = schema.pop("ddbplan", None)
    own = own if isinstance(own, Mapping) else {}
    key = str(own.get("table") or plan_key(str(schema.get("TableName", "table")), taken))
    return table_of_schema(key, schema, description=str(own.get("description") or ""))


def table_of_schema(key: str, schema: Mapping[str, Json], *, description: str = "") -> TableDraft:
    """A table of a ``table_schema``, as calls, answers and exports have it.

    Raises:
        RefusedError: Its keys cannot be known.
    """
    own = dict(schema)
    _undescribe(own)
    return table_draft(key, own, description=description)


def _undescribe(schema: dict[str, Json]) -> None:  # noqa: C901 - one line for each member that differs
    """The members of an answer as the call has them."""
    billing = schema.pop("BillingModeSummary", None)
    if isinstance(billing, Mapping):
        schema["BillingMode"] = billing.get("BillingMode")
    table_class = schema.pop("TableClassSummary", None)
    if isinstance(table_class, Mapping):
        schema["TableClass"] = table_class.get("TableClass")
    encryption = schema.pop("SSEDescription", None)
    if isinstance(encryption, Mapping):
        schema["SSESpecification"] = {"Enabled": True, "KMSMasterKeyId": encryption.get("KMSMasterKeyArn")}
    units = schema.get("ProvisionedThroughput")
    if isinstance(units, Mapping):
        schema["ProvisionedThroughput"] = {n: u for n, u in units.items() if n.endswith("CapacityUnits")}
    warm = schema.get("WarmThroughput")
    if isinstance(warm, Mapping) and "Status" in warm:
        schema.pop("WarmThroughput")  # every table is described with some; it says nothing that anybody asked for
    for name in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        if isinstance(schema.get(name), list):
            schema[name] = [_index(index) for index in schema[name]]
    insights = schema.get("ContributorInsights")
    if isinstance(insights, list):
        _insights(schema, insights)
    scaling = schema.get("AutoScaling")
    if isinstance(scaling, list):
        for index in schema.get("GlobalSecondaryIndexes") or ():
            own = [target for target in scaling if target.get("IndexName") == index.get("IndexName")]
            if own:
                index["AutoScaling"] = own


def _insights(schema: dict[str, Json], members: list[Json]) -> None:
    """The members of a ``table_schema``, each with its index, as settings of the table and of its indexes."""
    schema.pop("ContributorInsights")
    indexes = {index.get("IndexName"): index for index in schema.get("GlobalSecondaryIndexes") or ()}
    for member in members:
        value = {"Enabled": member.get("ContributorInsightsAction") == "ENABLE"}
        if "ContributorInsightsMode" in member:
            value["Mode"] = member["ContributorInsightsMode"]
        owner = indexes.get(member.get("IndexName"), schema)
        owner["ContributorInsights"] = value


def _index(index: Json) -> Json:
    if not isinstance(index, Mapping):
        return index
    own = {name: value for name, value in index.items() if name not in _INDEX_DESCRIBED}
    units = own.get("ProvisionedThroughput")
    if isinstance(units, Mapping):
        own["ProvisionedThroughput"] = {n: u for n, u in units.items() if n.endswith("CapacityUnits")}
    if isinstance(own.get("WarmThroughput"), Mapping) and "Status" in own["WarmThroughput"]:
        own.pop("WarmThroughput")
    return own


def batch_items(document: Mapping[str, Json]) -> dict[str, tuple[Item, ...]]:
    """The items of a batch write, by physical name.

    Raises:
        RefusedError: One is not DynamoDB JSON.
    """
    requests = document.get("RequestItems", document)
    return {
        str(table): tuple(item_of(put["PutRequest"]["Item"], str(table)) for put in puts if "PutRequest" in put)
        for table, puts in requests.items()
    }


def item_of(given: Json, where: str) -> Item:
    """One item in DynamoDB JSON, checked.

    Raises:
        RefusedError: It is none.
    """
    if not isinstance(given, Mapping):
        raise RefusedError(Reason.INVALID, f"`{where}` holds a row that is no item: `{shown(given)}`")
    try:
        return {str(name): checked_value(value, 1) for name, value in given.items()}
    except InvalidValueError as problem:
        raise RefusedError(Reason.INVALID, f"`{where}` holds a row that is no item: {problem}") from None


def with_items(draft: Draft, name: str, items: Mapping[str, tuple[Item, ...]]) -> Draft:
    """A draft with the items of a batch write, or of an export (under the name ``""``) where there is one table.

    Raises:
        RefusedError: Nobody says the keys of their table.
    """
    seeds = dict(draft.seeds)
    keys = {str(table.settings.get("name", table.key)): table.key for table in draft.tables}
    keys |= {table.key: table.key for table in draft.tables}
    for table, rows in items.items():
        key = keys.get(table)
        if key is None and len(draft.tables) == 1 and not table:
            key = draft.tables[0].key
        if key is None:
            what = f"`{name}` holds items of {f'the table {table}' if table else 'one table'} and not its keys."
            fix = (
                " Name the file that makes the table beside it, such as `ddbplan import create-table.json items.json`."
            )
            raise RefusedError(Reason.NO_TABLE, what + fix)
        seeds[key] = (*seeds.get(key, ()), *rows)
    return replace(draft, seeds=seeds)


def import_tables(
    documents: Iterable[tuple[str, Mapping[str, Json]]], calls: Sequence[Mapping[str, Json]] = ()
) -> Draft:
    """The tables of several calls.

    Args:
        documents: Calls that make tables, or answers that describe them, each with its name in the plan or nothing.
        calls: Calls that set what a table is made without.

    Raises:
        RefusedError: A table's keys cannot be known.
    """
    tables: list[TableDraft] = []
    left = set(range(len(calls)))
    for key, document in documents:
        whole, taken = join_calls(_made(document), calls)
        left -= set(taken)
        if key:
            whole["ddbplan"] = {"table": key}
        tables.append(table_of(whole, (table.key for table in tables)))
    todos = tuple(f"`{shown(calls[at])}` was left out, for no file makes its table." for at in sorted(left))
    return Draft(kind=Kind.AWS_CLI, tables=tuple(tables), todos=todos)
