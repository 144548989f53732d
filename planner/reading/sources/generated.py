"""Rows that a plan generates, made one by one."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, assert_never

from planner.codes import sources
from planner.diagnostics import Position, Report
from planner.generator import (
    Choice,
    Constant,
    Day,
    Elements,
    Generator,
    Letters,
    Made,
    Maker,
    Members,
    Moment,
    Reference,
    RowNumber,
    Template,
    Uuid,
    Whole,
)
from planner.plan import SeedItem
from planner.reading.row_problems import RowProblems
from planner.reading.scope import Scope, listed
from planner.reading.sources.invention import Invention, InventionError
from planner.values import AttributeValue, Item

if TYPE_CHECKING:
    from planner.plan import Plan, Seed

MAX_REFERENCED_ROWS = 100_000
"""A reference chooses among so many first rows of another seed: they are kept in memory."""
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_LETTERS = bytes.maketrans(bytes(range(256)), "".join(_ALPHABET[number % 32] for number in range(256)).encode())


def generated_rows(plan: Plan, seed: Seed, generator: Generator, problems: RowProblems) -> Iterator[SeedItem]:
    """The rows of a generated seed; the line of each is its number.

    Args:
        plan: The plan, for the seeds that are referred to.
        seed: The seed.
        generator: What makes its rows.
        problems: Takes what cannot be made.
    """
    try:
        keys = _Keys(plan, seed, generator)
        maker = _Maker(generator, keys, Invention(generator.locale))
        for row in range(1, generator.count + 1):
            yield SeedItem(item=maker.item(row), position=Position(f"{seed.address} (generated)", row, 1))
    except _GeneratorError as problem:
        problems.of_file(problem.code, problem.position, problem.what, problem.fix)
    except InventionError as problem:
        problems.of_file(problem.code, problem.position, problem.what, problem.fix)


class _GeneratorError(Exception):
    """A generator cannot make its rows."""

    code = sources.BAD_GENERATOR

    def __init__(self, position: Position, what: str, fix: str) -> None:
        super().__init__(what)
        self.position = position
        self.what = what
        self.fix = fix


class _Keys:
    """The keys of other seeds' rows."""

    def __init__(self, plan: Plan, seed: Seed, generator: Generator) -> None:
        self._rows: dict[str, tuple[Item, ...]] = {}
        for reference in _references(generator.item.values()):
            _check_reference(plan, seed, reference)
            if reference.table not in self._rows:
                self._rows[reference.table] = _keys_of(plan, reference)

    def value(self, reference: Reference, generator: Generator, row: int) -> AttributeValue:
        """The attribute of the row that is referred to; the same row for all references of one row to one table."""
        rows = self._rows[reference.table]
        in_turn = reference.order == "in_turn"
        chosen = row - 1 if in_turn else generator.draw(f"reference {reference.table}", row)
        return rows[chosen % len(rows)][reference.attribute]


def _references(makers: Iterable[Maker]) -> Iterator[Reference]:
    for maker in makers:
        match maker:
            case Reference():
                yield maker
            case Choice() | Elements():
                yield from _references(maker.makers)
            case Members():
                yield from _references(maker.members.values())
            case _:
                pass


def _check_reference(plan: Plan, seed: Seed, reference: Reference) -> None:
    table = plan.tables.get(reference.table)
    if table is None or reference.table not in plan.seeds:
        known = listed(name for name in plan.seeds if name != seed.table) or "none"
        fix = f"Seeds that can be referred to: {known}."
        raise _GeneratorError(reference.position, f"`{reference.table}` has no seed in this plan", fix)
    if reference.attribute not in table.key_names:
        what = f"`{reference.attribute}` is no key attribute of table '{reference.table}'"
        raise _GeneratorError(reference.position, what, f"Its key is {listed(table.key_names)}.")
    if seed.table in _reached(plan, reference.table, set()):
        what = f"`{reference.table}` refers to `{seed.table}` itself, so neither can be made first"
        raise _GeneratorError(reference.position, what, "Refer in one direction only.")


def _reached(plan: Plan, table: str, seen: set[str]) -> set[str]:
    """The table and all that its generator refers to."""
    if table not in seen:
        seen.add(table)
        found = plan.seeds.get(table)
        if found is not None and found.generate is not None:
            for reference in _references(found.generate.item.values()):
                _reached(plan, reference.table, seen)
    return seen


def _keys_of(plan: Plan, reference: Reference) -> tuple[Item, ...]:
    from planner.reading.rows import read_rows  # noqa: PLC0415 - rows read generated ones, and these read rows

    names = plan.tables[reference.table].key_names
    other = plan.seeds[reference.table]
    found: list[Item] = []
    # What is wrong with the other seed's rows is said where it is read for itself.
    for row in read_rows(plan, other, RowProblems(Scope(Report(), other.address))):
        if all(name in row.item for name in names):
            found.append({name: row.item[name] for name in names})
        if len(found) == MAX_REFERENCED_ROWS:
            break
    if not found:
        what = f"the seed of `{reference.table}` has no rows to refer to"
        raise _GeneratorError(reference.position, what, "Give it rows first.")
    return tuple(found)


class _Maker:
    """Makes items."""

    def __init__(self, generator: Generator, keys: _Keys, invention: Invention) -> None:
        self._generator = generator
        self._keys = keys
        self._invention = invention

    def item(self, row: int) -> Item:
        """The item of a row, counted from 1."""
        made: dict[str, AttributeValue] = {}
        for name, maker in self._generator.item.items():
            made[name] = self._value(maker, name, row, made)
        return made

    def _value(self, maker: Maker, place: str, row: int, item: Mapping[str, AttributeValue]) -> AttributeValue:  # noqa: C901, PLR0911, PLR0912 - one case for each kind
        draw = self._generator.draw
        match maker:
            case Constant():
                return maker.value
            case Template():
                return {
                    "S": "".join(
                        _filled(part.text, part.width, row, item) if part.is_name else part.text for part in maker.parts
                    )
                }
            case RowNumber():
                return {"N": str(maker.start + row - 1)}
            case Choice():
                chosen = _weighted(maker.weights, draw(place, row))
                return self._value(maker.makers[chosen], f"{place}/{chosen}", row, item)
            case Whole():
                return {"N": _point(maker.low + draw(place, row) % (maker.high - maker.low + 1), maker.digits)}
            case Day():
                days = (maker.last - maker.first).days
                return {"S": (maker.first + timedelta(days=draw(place, row) % (days + 1))).isoformat()}
            case Moment():
                return _moment(maker, draw(place, row))
            case Letters():
                return self._letters(maker, place, row)
            case Uuid():
                return {"S": str(uuid.UUID(int=draw(place, row), version=4))}
            case Reference():
                return self._keys.value(maker, self._generator, row)
            case Made():
                return self._invention.value(maker, draw(place, row))
            case Members():
                members = maker.members.items()
                return {"M": {name: self._value(member, f"{place}.{name}", row, item) for name, member in members}}
            case Elements():
                return {"L": self._elements(maker, place, row, item)}
            case _:
                assert_never(maker)

    def _letters(self, maker: Letters, place: str, row: int) -> AttributeValue:
        size = maker.least + self._generator.draw(place, row) % (maker.most - maker.least + 1)
        content = self._generator.draw_bytes(place, row, size)
        if maker.binary:
            return {"B": base64.b64encode(content).decode("ascii")}
        return {"S": content.translate(_LETTERS).decode("ascii")}

    def _elements(
        self, maker: Elements, place: str, row: int, item: Mapping[str, AttributeValue]
    ) -> list[AttributeValue]:
        if not maker.repeated:
            return [self._value(one, f"{place}[{number}]", row, item) for number, one in enumerate(maker.makers)]
        size = maker.least + self._generator.draw(place, row) % (maker.most - maker.least + 1)
        return [self._value(maker.makers[0], f"{place}[{number}]", row, item) for number in range(size)]


def _filled(name: str, width: int, row: int, item: Mapping[str, AttributeValue]) -> str:
    if name == "row":
        return str(row).zfill(width)
    ((kind, content),) = item[name].items()
    return str(content).zfill(width) if kind in {"S", "N"} else ""


def _weighted(weights: tuple[int, ...], drawn: int) -> int:
    left = drawn % sum(weights)
    for place, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return place
    raise ValueError("no weight was drawn. This is a bug in ddbplan.")


def _point(scaled: int, digits: int) -> str:
    if not digits:
        return str(scaled)
    sign, text = ("-" if scaled < 0 else ""), str(abs(scaled)).zfill(digits + 1)
    return f"{sign}{text[:-digits]}.{text[-digits:]}"


def _moment(maker: Moment, drawn: int) -> AttributeValue:
    seconds = int((maker.last - maker.first).total_seconds())
    found = maker.first + timedelta(seconds=drawn % (seconds + 1))
    return {"N": str(int(found.timestamp()))} if maker.epoch else {"S": found.strftime("%Y-%m-%dT%H:%M:%SZ")}
