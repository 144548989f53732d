"""Seeds: every row checked and fingerprinted, one at a time."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from planner.checked import MAX_RECORDED_ROWS, CheckedSeed, seed_row
from planner.checks.entities import UniqueValues
from planner.checks.items import check_item
from planner.checks.tables import find_table
from planner.codes import model as codes
from planner.diagnostics import Report
from planner.values import canonical_json, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.checked import SeedRow
    from planner.diagnostics import Position
    from planner.plan import Plan, Seed, SeedItem, Table
    from planner.values import Item

    Rows = Callable[[Plan, Seed, Report | None], Iterator[SeedItem]]

_SOURCE_FORMAT = b"seed-source/1\n"
_LATEST_SECONDS = 10**11
"""The year 5138; what is later was given in milliseconds."""


def check_seed(plan: Plan, seed: Seed, rows: Rows, report: Report) -> CheckedSeed | None:
    """Read and check every row of a seed; None when it cannot be loaded.

    Args:
        plan: What the seed is part of.
        seed: The seed.
        rows: Reads the rows of a seed and reports what it cannot read, once; later readings pass no report.
        report: Takes the problems.
    """
    table = find_table(plan, seed.table, seed.position, seed.address, report)
    if table is None:
        return None
    if table.external:
        report.add(
            codes.EXTERNAL_TABLE_WRITE,
            seed.position,
            address=seed.address,
            what=f"Table '{table.key}' is external and has a seed.",
            fix="Remove the seed, or remove `external: true` if the table is this plan's own.",
        )
        return None
    return _read(table, seed, partial(rows, plan, seed), report)


def _read(
    table: Table,
    seed: Seed,
    rows: Callable[[Report | None], Iterator[SeedItem]],
    report: Report,
) -> CheckedSeed:
    digest = hashlib.sha256(_SOURCE_FORMAT)
    first_places: dict[bytes, Position] = {}
    hashes: dict[str, str] = {}
    unique = UniqueValues(table, seed.address)
    count = 0
    never_expires: str | None = None
    for row in rows(report):
        count += 1
        if not check_item(row.item, table, report, row.position, seed.address):
            continue
        if never_expires is None:
            never_expires = _expiry_problem(row.item, table)
            if never_expires is not None:
                _warn_of_expiry(seed, row.position, never_expires, report)
        unique.check(row, report)
        made = seed_row(table, row)
        _take_in(digest, made)
        # Half a digest tells rows apart as well, and a seed may have millions.
        earlier = first_places.setdefault(bytes.fromhex(made.key_hash)[:16], row.position)
        if earlier is not row.position:
            _complain_twice(table, seed, made.key, earlier, row.position, report)
        if count <= MAX_RECORDED_ROWS:
            hashes[made.key_hash] = made.content_hash
    return CheckedSeed(
        seed=seed,
        table=table,
        count=count,
        source_hash=digest.hexdigest(),
        row_hashes=hashes if count <= MAX_RECORDED_ROWS else {},
        read=partial(rows, None),
    )


def _expiry_problem(item: Item, table: Table) -> str | None:
    """Why an item never expires although it has the attribute of the table's time to live."""
    attribute = table.settings.get("time_to_live", "off")
    value = item.get(attribute)
    if attribute == "off" or not isinstance(value, dict):
        return None
    if "N" not in value:
        return f"'{attribute}' is the time to live of table '{table.key}' and is no number"
    if Decimal(value["N"]) > _LATEST_SECONDS:
        return f"'{attribute}' is the time to live of table '{table.key}' and looks like milliseconds"
    return None


def _warn_of_expiry(seed: Seed, position: Position, problem: str, report: Report) -> None:
    """Said of the first such row: a column is mostly wrong in all of them."""
    report.add(
        codes.NEVER_EXPIRES,
        position,
        address=seed.address,
        what=f"{problem}, so the item never expires.",
        fix="Write a Number of seconds since 1970, in this row and in all like it.",
    )


class SourceChangedError(Exception):
    """A seed's rows are not those that were checked."""

    def __init__(self, seed: CheckedSeed, why: str) -> None:
        super().__init__(
            f"The rows of {seed.address} changed after they were read and agreed on: {why}. "
            "Run the same command again, and leave the source alone until it is done.",
        )


def same_rows(checked: CheckedSeed) -> Iterator[SeedRow]:
    """The rows of a seed once more, each checked again, and at the end whether they were those that were checked.

    Raises:
        SourceChangedError: A row no longer checks, or after the last one: the rows are others.
        RowsError: A row cannot be read.
    """
    digest = hashlib.sha256(_SOURCE_FORMAT)
    for row in checked.read():
        report = Report()
        if not check_item(row.item, checked.table, report, row.position, checked.address):
            problem = report.sorted()[0]
            raise SourceChangedError(checked, f"at {row.position}, {problem.what.rstrip('.')}")
        made = seed_row(checked.table, row)
        _take_in(digest, made)
        yield made
    if digest.hexdigest() != checked.source_hash:
        raise SourceChangedError(checked, "they are not the same any more")


def _take_in(digest: hashlib._Hash, row: SeedRow) -> None:
    digest.update(f"{row.key_hash} {row.content_hash}\n".encode())


def _complain_twice(table: Table, seed: Seed, key: Item, earlier: Position, position: Position, report: Report) -> None:
    report.add(
        codes.DUPLICATE_ITEM,
        position,
        address=seed.address,
        what=f"The key {shown_key(key)} of table '{table.key}' stands here and at {earlier}.",
        fix="Remove one of the two rows, or give it another key.",
    )


def shown_key(key: Item) -> str:
    """A key for a message: ``{account_id: acc-001}``, shortened."""
    parts = (f"{name}: {_shown(value)}" for name, value in key.items())
    return "{" + ", ".join(parts) + "}"


def _shown(value: object) -> str:
    text = str(plain(value)) if isinstance(value, dict) else canonical_json(value)
    return text if len(text) <= 80 else f"{text[:80]}..."  # noqa: PLR2004 - enough to recognise it
