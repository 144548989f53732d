"""A plan as one JSON document: everything that it says for one environment, worked out, for other programs to read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from planner.exporting.tables import ExportTable
from planner.exporting.values import is_off
from planner.plan import Expect, Expression, Operation, Plan, Query, Transaction
from planner.values import Item, Json

FORMAT = "ddbplan-export/1"
_SILENT = ("tags", "vector_indexes", "replicas")


def document(plan: Plan, tables: tuple[ExportTable, ...], items: Mapping[str, Sequence[Item]]) -> str:
    """The document. Tables are in CreateTable's shape with the settings beside it, values in DynamoDB JSON."""
    whole = {
        "format": FORMAT,
        "database": plan.database,
        "description": plan.description,
        "tables": {table.key: _table(table) for table in tables},
        "seed": {key: {"on_conflict": plan.seeds[key].on_conflict, "items": list(own)} for key, own in items.items()},
        "transactions": {name: _transaction(own) for name, own in plan.transactions.items()},
        "queries": {name: _query(query) for name, query in plan.queries.items()},
    }
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _table(table: ExportTable) -> Json:
    """A table; what is declared to be off and leaves no trace in its schema is named."""
    off = sorted(name for name in _SILENT if name in table.settings and is_off(table.settings[name]))
    return {"description": table.description, "schema": table.schema} | ({"off": off} if off else {})


def _said(**members: Json) -> dict[str, Json]:
    """The members that say something."""
    return {name: value for name, value in members.items() if value not in (None, False, "", (), [], {})}


def _text(expression: Expression | None) -> str | None:
    return None if expression is None else expression.text


def _transaction(own: Transaction) -> Json:
    found = _said(description=own.description, run=own.run, after=list(own.after))
    found["operations"] = [{operation.kind: _operation(operation)} for operation in own.operations]
    return found | ({} if own.expect_fails is None else {"expect": {"fails": own.expect_fails}})


def _operation(own: Operation) -> Json:
    return _said(
        table=own.table,
        key=own.key,
        item=own.item,
        expression=_text(own.expression),
        condition=_text(own.condition),
        values=own.values,
    )


def _query(own: Query) -> Json:
    return _said(
        description=own.description,
        table=own.table,
        index=own.index,
        scan=own.scan,
        key_condition=_text(own.key_condition),
        filter=_text(own.filter),
        projection=list(own.projection),
        values=own.values,
        descending=own.descending,
        consistent=own.consistent,
        limit=own.limit,
        live=own.live,
        expect=None if own.expect is None else _expect(own.expect),
    )


def _expect(own: Expect) -> Json:
    found: dict[str, Json] = {} if own.count is None else {"count": own.count}
    found |= {} if own.minimum is None else {"min": own.minimum}
    found |= {} if own.items is None else {"items": list(own.items)}
    found |= {} if own.first is None else {"first": own.first}
    return found | _said(contains=list(own.contains), absent=list(own.absent), ordered=own.ordered)
