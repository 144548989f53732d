"""Seeds: every row checked and fingerprinted, one at a time."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from planner.checked import MAX_RECORDED_ROWS, CheckedSeed, recorded_as, seed_row
from planner.checks.bulk import check_bulk
from planner.checks.duplicates import Keys, fingerprint
from planner.checks.entities import UniqueValues
from planner.checks.items import check_item, item_problems
from planner.checks.owned import check_owned, check_owned_count, owned_problem
from planner.checks.sound import Sound
from planner.checks.tables import find_table
from planner.codes import model as codes
from planner.codes import reading
from planner.diagnostics import Report
from planner.reading.row_problems import (
    MAX_SHOWN_ROWS,
    STRICT,
    KnownProblems,
    RowProblems,
    TooManyBadRowsError,
    row_text,
)
from planner.reading.scope import Scope
from planner.values import canonical_json, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from planner.checked import SeedRow
    from planner.diagnostics import Position
    from planner.plan import Plan, Seed, SeedItem, Table
    from planner.reading.row_problems import RowPolicy
    from planner.values import Item

    Rows = Callable[[Plan, Seed, RowProblems], Iterator[SeedItem]]

_SOURCE_FORMAT = b"seed-source/1\n"
_TEXT_FORMAT = b"seed-text/1\n"
"""Of more rows than the ledger keeps hashes of: a hash for each of them would take longer than all else."""
_LATEST_SECONDS = 10**11
"""The year 5138; what is later was given in milliseconds."""


def check_seed(
    plan: Plan,
    seed: Seed,
    rows: Rows,
    report: Report,
    policy: RowPolicy = STRICT,
) -> CheckedSeed | None:
    """Read and check every row of a seed; None when it cannot be loaded.

    Args:
        plan: What the seed is part of.
        seed: The seed.
        rows: Reads the rows of a seed and tells what it cannot read.
        report: Takes the problems.
        policy: What happens to bad rows.
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
    if seed.source is not None:
        return check_bulk(table, seed, seed.source, report)
    if not check_owned(table, seed, report):
        return None
    problems = RowProblems(Scope(report, seed.address), policy)
    taken = _Taken(table, seed, problems, report)
    whole = True
    with taken.keys, taken.unique:
        try:
            for row in rows(plan, seed, problems):
                taken.take(row)
            taken.finish()
        except TooManyBadRowsError:
            whole = False
        except OSError as problem:
            # Sources tell their own; what is left is the disk that very many keys are kept on.
            whole = False
            what = f"the keys of {seed.address} cannot be compared: {problem.strerror or problem}"
            fix = "Make room in the temporary folder, 32 bytes a row, or name another by the variable TMPDIR."
            problems.of_file(reading.UNREADABLE, seed.position, what, fix)
    problems.finish(whole=whole)
    return CheckedSeed(
        seed=seed,
        table=table,
        count=taken.count,
        source_hash=taken.source_hash,
        row_hashes=taken.hashes if taken.count <= MAX_RECORDED_ROWS else {},
        read=partial(_read_again, plan, seed, rows, problems.left_out),
    )


def _read_again(plan: Plan, seed: Seed, rows: Rows, left_out: frozenset[Position]) -> Iterator[SeedItem]:
    """The rows once more; what is bad now and was not then is raised as ``RowsError``."""
    found = rows(plan, seed, KnownProblems(Scope(Report(), seed.address), left_out))
    return (row for row in found if row.position not in left_out) if left_out else found


class _Taken:
    """What is gathered of a seed's rows in one pass over them."""

    def __init__(self, table: Table, seed: Seed, problems: RowProblems, report: Report) -> None:
        self._table = table
        self._seed = seed
        self._problems = problems
        self._report = report
        self._sound = Sound(table)
        self.unique = UniqueValues(table, seed.address)
        self._by_row = hashlib.sha256(_SOURCE_FORMAT)
        self._by_text = hashlib.sha256(_TEXT_FORMAT)
        self._never_expires: str | None = None
        self._twice = 0
        self.keys = Keys()
        self.count = 0
        self.hashes: dict[str, str] = {}

    @property
    def source_hash(self) -> str:
        digest = self._by_row if self.count <= MAX_RECORDED_ROWS else self._by_text
        return digest.hexdigest()

    def take(self, row: SeedItem) -> None:
        """Check one row, and remember what identifies it."""
        made = seed_row(self._table, row)
        sure = not self._seed.attributes and self._sound.is_sound(row.item, made.encoded)
        if not sure and not self._is_good(row):
            return
        self.count += 1
        if self._never_expires is None:
            self._never_expires = _expiry_problem(row.item, self._table)
            if self._never_expires is not None:
                _warn_of_expiry(self._seed, row.position, self._never_expires, self._report)
        self.unique.check(row, self._report)
        earlier = self.keys.seen(fingerprint(row.item, made.key_names), row.position)
        if earlier is not None:
            self._complain_twice(earlier, row.position, f"{shown_key(made.key)} ")
        self._by_text.update(made.encoded + b"\n")
        if self.count <= MAX_RECORDED_ROWS:
            key, content = recorded_as(made, self._seed.attributes), made.content_hash
            self._by_row.update(_line(key, content))
            self.hashes[key] = content

    def finish(self) -> None:
        """What only the end tells: what stands twice among more rows than memory takes, and too many rows."""
        self.unique.finish(self._report)
        check_owned_count(self._seed, self.count, self._report)
        for found in self.keys.twice():
            self._complain_twice(found.first, found.again, "")

    def _is_good(self, row: SeedItem) -> bool:
        found = [*item_problems(row.item, self._table)]
        owned = owned_problem(row.item, self._table, self._seed)
        found += [] if owned is None else [owned]
        if found:
            problems = [(one.code, one.what, one.fix) for one in found]
            self._problems.bad_row(row.position, problems, row_text(row.item))
        return not found

    def _complain_twice(self, first: Position, again: Position, key: str) -> None:
        self._twice += 1
        if self._twice <= MAX_SHOWN_ROWS:
            self._report.add(
                codes.DUPLICATE_ITEM,
                again,
                address=self._seed.address,
                what=f"The key {key}of table '{self._table.key}' stands here and at {first}.",
                fix="Remove one of the two rows, or give it another key.",
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
    large = checked.count > MAX_RECORDED_ROWS
    digest = hashlib.sha256(_TEXT_FORMAT if large else _SOURCE_FORMAT)
    sound = Sound(checked.table)
    for row in checked.read():
        made = seed_row(checked.table, row)
        if not sound.is_sound(row.item, made.encoded):
            _check_again(checked, row)
        if large:
            digest.update(made.encoded + b"\n")
        else:
            digest.update(_line(recorded_as(made, checked.seed.attributes), made.content_hash))
        yield made
    if digest.hexdigest() != checked.source_hash:
        raise SourceChangedError(checked, "they are not the same any more")


def _check_again(checked: CheckedSeed, row: SeedItem) -> None:
    report = Report()
    if not check_item(row.item, checked.table, report, row.position, checked.address):
        problem = report.sorted()[0]
        raise SourceChangedError(checked, f"at {row.position}, {problem.what.rstrip('.')}")


def _line(key: str, content: str) -> bytes:
    return f"{key} {content}\n".encode()


def shown_key(key: Item) -> str:
    """A key for a message: ``{account_id: acc-001}``, shortened."""
    parts = (f"{name}: {_shown(value)}" for name, value in key.items())
    return "{" + ", ".join(parts) + "}"


def _shown(value: object) -> str:
    text = str(plain(value)) if isinstance(value, dict) else canonical_json(value)
    return text if len(text) <= 80 else f"{text[:80]}..."  # noqa: PLR2004 - enough to recognise it
