"""Keys and indexes of a table: counts, repeated attributes, projections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.codes import model as codes
from planner.limits import (
    MAX_INDEX_PARTITION_KEYS,
    MAX_INDEX_SORT_KEYS,
    MAX_LOCAL_INDEXES,
    MAX_PROJECTED_PER_INDEX,
    MAX_PROJECTED_PER_TABLE,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.diagnostics import Position, Report
    from planner.limits import Quotas
    from planner.plan import Index, Table


def check_keys(table: Table, report: Report) -> None:
    """Check the table's own key and the keys of its indexes."""
    _check_repeated(table.key_names, f"Table '{table.key}'", table.position, table.address, report)
    for index in table.indexes.values():
        address = index_address(table, index)
        _check_repeated(index.key_names, f"Index '{index.name}'", index.position, address, report)
        _check_counts(index, address, report)


def check_indexes(table: Table, report: Report, quotas: Quotas) -> None:
    """Check number, shape and projections of the indexes."""
    _check_numbers(table, report, quotas)
    for index in table.indexes.values():
        address = index_address(table, index)
        if index.kind == "local":
            _check_local(table, index, address, report)
        elif index.key_names == table.key_names:
            report.add(
                codes.SAME_KEY_INDEX,
                index.position,
                address=address,
                what=f"Index '{index.name}' has the same key as table '{table.key}'.",
                fix="Read the table itself, and remove the index.",
            )
        _check_projection(table, index, address, report)
    _check_projected_total(table, report)


def index_address(table: Table, index: Index) -> str:
    """Such as ``table.accounts.index.by_status``."""
    return f"{table.address}.index.{index.name}"


def _check_repeated(names: Sequence[str], subject: str, position: Position, address: str, report: Report) -> None:
    for name in sorted({name for name in names if names.count(name) > 1}):
        report.add(
            codes.REPEATED_KEY_ATTRIBUTE,
            position,
            address=address,
            what=f"{subject} has '{name}' twice in its key.",
            fix="Use another attribute for one of them, or leave the sort key out.",
        )


def _check_counts(index: Index, address: str, report: Report) -> None:
    if index.kind == "local":
        return
    partition, sort = len(index.partition_key), len(index.sort_key)
    if 1 <= partition <= MAX_INDEX_PARTITION_KEYS and sort <= MAX_INDEX_SORT_KEYS:
        return
    report.add(
        codes.TOO_MANY_KEY_ATTRIBUTES,
        index.position,
        address=address,
        what=f"Index '{index.name}' has {partition} partition key and {sort} sort key attributes.",
        fix="Use one to four for the partition key and at most four for the sort key.",
    )


def _check_numbers(table: Table, report: Report, quotas: Quotas) -> None:
    if len(table.local_indexes) > MAX_LOCAL_INDEXES:
        report.add(
            codes.TOO_MANY_INDEXES,
            table.positions.get("local_secondary_indexes", table.position),
            address=table.address,
            what=f"Table '{table.key}' has {len(table.local_indexes)} local indexes.",
            fix=f"Keep at most {MAX_LOCAL_INDEXES}; make the others global indexes.",
        )
    if len(table.global_indexes) > quotas.global_indexes_per_table:
        report.add(
            codes.MANY_INDEXES,
            table.positions.get("global_secondary_indexes", table.position),
            address=table.address,
            what=f"Table '{table.key}' has {len(table.global_indexes)} global indexes; the quota is "
            f"{quotas.global_indexes_per_table}.",
            fix="Have the quota raised before you apply, and say so in ddbplan.toml (`[quotas]`), or remove indexes.",
        )


def _check_local(table: Table, index: Index, address: str, report: Report) -> None:
    what = fix = None
    if table.sort_key is None:
        what = f"Table '{table.key}' has no sort key, so it cannot have the local index '{index.name}'."
        fix = "Make it a global index, or give the table a sort key."
    elif index.partition_key != (table.partition_key,):
        what = f"The local index '{index.name}' has another partition key than table '{table.key}'."
        fix = f"Its partition key is the table's, '{table.partition_key}'; make it a global index for another."
    elif len(index.sort_key) != 1:
        what = f"The local index '{index.name}' has {len(index.sort_key)} sort key attributes."
        fix = "Give it exactly one."
    elif index.sort_key == (table.sort_key,):
        report.add(
            codes.SAME_KEY_INDEX,
            index.position,
            address=address,
            what=f"Index '{index.name}' has the same key as table '{table.key}'.",
            fix="Read the table itself, and remove the index.",
        )
    if what and fix:
        report.add(codes.BAD_LOCAL_INDEX, index.position, address=address, what=what, fix=fix)


def _check_projection(table: Table, index: Index, address: str, report: Report) -> None:
    if not isinstance(index.projection, tuple):
        return
    names = index.projection
    problems: list[tuple[str, str]] = []
    if not names:
        problems.append((f"The projection of '{index.name}' is an empty list.", "Write KEYS_ONLY, or name attributes."))
    if len(names) > MAX_PROJECTED_PER_INDEX:
        what = f"The projection of '{index.name}' has {len(names)} attributes."
        problems.append((what, f"Name at most {MAX_PROJECTED_PER_INDEX}, or write ALL."))
    problems += [
        (f"The projection of '{index.name}' has '{name}' twice.", "Name it once.")
        for name in sorted({name for name in names if names.count(name) > 1})
    ]
    problems += [
        (
            f"The projection of '{index.name}' has '{name}', which is its own key attribute.",
            "Leave it out: an index always holds its own key.",
        )
        for name in sorted({*names} & {*index.key_names})
    ]
    for what, fix in problems:
        report.add(codes.BAD_PROJECTION, index.position, address=address, what=what, fix=fix)
    for name in sorted({*names} & {*table.key_names} - {*index.key_names}):
        report.add(
            codes.REDUNDANT_PROJECTION,
            index.position,
            address=address,
            what=f"The projection of '{index.name}' has '{name}', which is in the key of table '{table.key}'.",
            fix="Leave it out.",
        )


def _check_projected_total(table: Table, report: Report) -> None:
    total = sum(len(index.projection) for index in table.indexes.values() if isinstance(index.projection, tuple))
    if total > MAX_PROJECTED_PER_TABLE:
        report.add(
            codes.BAD_PROJECTION,
            table.position,
            address=table.address,
            what=f"The indexes of table '{table.key}' name {total} attributes in their projections.",
            fix=f"Name at most {MAX_PROJECTED_PER_TABLE} over all indexes, or write ALL.",
        )
