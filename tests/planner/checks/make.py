"""Small plans as values, and plans from text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.diagnostics import Position
from planner.plan import Expression, Index, Operation, Plan, Query, Table, Transaction

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Position("plan.yaml", 1, 1)


def placeholder_names(text: str) -> list[str]:
    """The names behind the colons of an expression."""
    return re.findall(r":([A-Za-z0-9_]+)", text)


def index(name: str, partition: tuple[str, ...], sort: tuple[str, ...] = (), **given: Any) -> Index:
    """An index; global and projecting ALL unless said otherwise."""
    return Index(
        name=name,
        kind=given.get("kind", "global"),
        partition_key=partition,
        sort_key=sort,
        projection=given.get("projection", "ALL"),
        settings=given.get("settings", {}),
        position=given.get("position", HERE),
    )


def table(key: str = "things", partition: str = "pk", sort: str | None = None, **given: Any) -> Table:
    """A table."""
    indexes: tuple[Index, ...] = given.get("indexes", ())
    return Table(
        key=key,
        name=given.get("name", f"test_{key}"),
        description="",
        partition_key=partition,
        sort_key=sort,
        key_types=given.get("key_types", {}),
        global_indexes={one.name: one for one in indexes if one.kind == "global"},
        local_indexes={one.name: one for one in indexes if one.kind == "local"},
        settings=given.get("settings", {"billing": "on_demand"}),
        external=given.get("external", False),
        ephemeral=False,
        position=HERE,
        positions={},
    )


def corpus_table() -> Table:
    """The table of the expression corpus: pk S, sk N, by_g (g S, h N) with p copied, local by_h (h)."""
    return table(
        sort="sk",
        key_types={"pk": "S", "sk": "N", "g": "S", "h": "N"},
        indexes=(
            index("by_g", ("g",), ("h",), projection=("p",)),
            index("by_h", ("pk",), ("h",), kind="local", projection="KEYS_ONLY"),
        ),
    )


def _expression(text: str | None) -> Expression | None:
    return None if text is None else Expression(text=text, position=HERE)


def operation(**given: Any) -> Operation:
    """An operation of a transaction."""
    return Operation(
        kind=given.get("kind", "put"),
        table=given.get("table", "things"),
        key=given.get("key"),
        item=given.get("item"),
        expression=_expression(given.get("expression")),
        condition=_expression(given.get("condition")),
        values=given.get("values", {}),
        position=given.get("position", HERE),
    )


def transaction(*operations: Operation, **given: Any) -> Transaction:
    """A transaction."""
    return Transaction(
        name=given.get("name", "t"),
        description="",
        run=given.get("run", "once"),
        after=given.get("after", ()),
        operations=operations,
        expect_fails=given.get("expect_fails"),
        position=given.get("position", HERE),
    )


def query(**given: Any) -> Query:
    """A query."""
    return Query(
        name="q",
        description="",
        table=given.get("table", "things"),
        index=given.get("index"),
        scan=given.get("scan", False),
        key_condition=_expression(given.get("key_condition")),
        filter=_expression(given.get("filter")),
        projection=given.get("projection", ()),
        values=given.get("values", {}),
        descending=given.get("descending", False),
        consistent=given.get("consistent", False),
        limit=given.get("limit"),
        live=False,
        expect=given.get("expect"),
        position=HERE,
    )


def plan(*tables: Table, **given: Any) -> Plan:
    """A plan of these tables."""
    transactions: tuple[Transaction, ...] = given.get("transactions", ())
    queries: tuple[Query, ...] = given.get("queries", ())
    seeds: Mapping[str, Any] = given.get("seeds", {})
    return Plan(
        file="plan.yaml",
        folder=Path(),
        database="test",
        description="",
        environment=given.get("environment"),
        environments=(),
        account=None,
        region=None,
        tables={one.key: one for one in tables},
        seeds=seeds,
        transactions={one.name: one for one in transactions},
        queries={one.name: one for one in queries},
        text_hash="",
    )
