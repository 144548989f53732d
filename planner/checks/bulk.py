"""Seeds whose rows DynamoDB's own importers read from S3: what these cannot do is said before anything is made."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from planner.checked import CheckedSeed
from planner.codes import sources as codes

if TYPE_CHECKING:
    from planner.bulk_source import BulkSource
    from planner.diagnostics import Report
    from planner.plan import Seed, SeedItem, Table

CSV_DELIMITERS = frozenset(",;:|\t ")
"""Of ``CsvDelimiter`` in the service model."""


def check_bulk(table: Table, seed: Seed, source: BulkSource, report: Report) -> CheckedSeed:
    """A seed in S3: its rows are not read, so it has none here; what can never be loaded is reported.

    Args:
        table: Where the rows go.
        seed: The seed.
        source: Its rows.
        report: Takes the problems.
    """
    for what, fix in _problems(table, seed, source):
        report.add(codes.BAD_BULK_SOURCE, seed.position, address=seed.address, what=what, fix=fix)
    return CheckedSeed(
        seed=seed,
        table=table,
        count=0,
        source_hash=source.identity,
        row_hashes={},
        read=partial(_no_rows),
    )


def _no_rows() -> Iterator[SeedItem]:
    return iter(())


def _problems(table: Table, seed: Seed, source: BulkSource) -> Iterator[tuple[str, str]]:
    if seed.attributes:
        yield (
            "The seed names `attributes`, and the importers write whole items.",
            "Leave `attributes` out, or name the rows by `file:`.",
        )
    if seed.on_conflict == "fail":
        yield (
            "The importers cannot stop at the first item that exists.",
            "Write `on_conflict: keep` or `overwrite`, or name the rows by `file:`.",
        )
    if source.format != "csv":
        return
    if source.delimiter not in CSV_DELIMITERS:
        yield (f"ImportTable knows no delimiter `{source.delimiter}`.", "Use one of , ; : | a tab or a space.")
    typed = [name for name, kind in seed.columns.types.items() if kind != "S" and name not in table.key_types]
    if typed:
        named = ", ".join(f"'{name}'" for name in typed)
        yield (
            f"ImportTable makes a text of every column that is no key, {named} too.",
            "Leave its type out, or write the rows as dynamodb_json or ion, which have types.",
        )
    if source.columns and not set(table.key_names) <= set(source.columns):
        yield ("The columns lack a key attribute of the table.", f"Name {', '.join(table.key_names)} among them.")
    if table.local_indexes:
        yield (
            "The table has local indexes, which ImportTable cannot make, and StartBulkPutItems takes no CSV.",
            "Write the rows as dynamodb_json or ion.",
        )
