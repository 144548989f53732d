"""Items and keys against their table: key attributes, index keys, sizes, nesting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.codes import model as codes
from planner.expressions.rules import in_words
from planner.limits import MAX_ATTRIBUTE_NAME_BYTES, MAX_ITEM_NESTING, MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES
from planner.suggest import did_you_mean
from planner.values import MAX_ITEM_BYTES, item_size, nesting, value_size

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.diagnostics import Code, Position, Report
    from planner.plan import Index, Table
    from planner.values import AttributeValue, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemProblem:
    """What is wrong with an item or key, free of its place."""

    code: Code
    what: str
    fix: str


def check_item(item: Item, table: Table, report: Report, position: Position, address: str) -> bool:
    """Report everything that keeps DynamoDB from taking a whole item; whether there was nothing.

    Args:
        item: In DynamoDB JSON, each value well formed.
        table: Where it goes.
        report: Takes the problems.
        position: Where the item stands.
        address: What it belongs to.
    """
    return _report(item_problems(item, table), report, position, address)


def check_key(key: Item, table: Table, report: Report, position: Position, address: str) -> bool:
    """Report everything that keeps a key from being the table's full primary key; whether there was nothing."""
    return _report(_key_problems(key, table), report, position, address)


def _report(problems: Iterator[ItemProblem], report: Report, position: Position, address: str) -> bool:
    good = True
    for problem in problems:
        good = False
        report.add(problem.code, position, address=address, what=problem.what, fix=problem.fix)
    return good


def item_problems(item: Item, table: Table) -> Iterator[ItemProblem]:
    """Everything that keeps DynamoDB from taking a whole item."""
    deep = [name for name, value in item.items() if nesting(value) > MAX_ITEM_NESTING]
    for name in deep:
        yield ItemProblem(
            code=codes.TOO_DEEP,
            what=f"'{_short(name)}' is nested more than {MAX_ITEM_NESTING} levels deep.",
            fix="Flatten it, or store it as text.",
        )
    if deep:
        return
    yield from _primary_key_problems(item, table)
    yield from _index_key_problems(item, table)
    yield from _name_problems(item)
    yield from _size_problems(item, table)


def _key_problems(key: Item, table: Table) -> Iterator[ItemProblem]:
    for name in key.keys() - set(table.key_names):
        meant = did_you_mean(name, set(table.key_names) - key.keys())
        yield ItemProblem(
            code=codes.KEY_EXTRA,
            what=f"'{_short(name)}' is no part of the key of table '{table.key}'.",
            fix=f"{meant}The key is {_listed(table.key_names)}.",
        )
    yield from _primary_key_problems(key, table)


def _primary_key_problems(item: Item, table: Table) -> Iterator[ItemProblem]:
    limits = (MAX_PARTITION_KEY_BYTES, MAX_SORT_KEY_BYTES)
    for name, limit in zip(table.key_names, limits, strict=False):
        wanted = table.key_types.get(name, "S")
        value = item.get(name)
        if value is None:
            yield ItemProblem(
                code=codes.KEY_ATTRIBUTE,
                what=f"The key attribute '{name}' of table '{table.key}' is missing.",
                fix=f"{did_you_mean(name, item.keys() - set(table.key_names))}Add '{name}', {in_words(wanted)}.",
            )
        elif wanted not in value:
            yield ItemProblem(
                code=codes.KEY_ATTRIBUTE,
                what=f"The key attribute '{name}' of table '{table.key}' is {_kind(value)}, not {in_words(wanted)}.",
                fix=_type_fix(name, wanted, value),
            )
        elif is_empty(value):
            yield ItemProblem(
                code=codes.KEY_ATTRIBUTE,
                what=f"The key attribute '{name}' of table '{table.key}' is empty.",
                fix="Give it a value of at least one character or byte.",
            )
        elif value_size(value) > limit:
            yield _too_large(name, value, limit)


def _index_key_problems(item: Item, table: Table) -> Iterator[ItemProblem]:
    seen = set(table.key_names)
    for index in table.indexes.values():
        for name in index.key_names:
            if name in item and name not in seen:
                yield from _index_value_problems(name, item[name], table, index)
            seen.add(name)


def _index_value_problems(name: str, value: AttributeValue, table: Table, index: Index) -> Iterator[ItemProblem]:
    wanted = table.key_types.get(name, "S")
    limit = MAX_PARTITION_KEY_BYTES if name in index.partition_key else MAX_SORT_KEY_BYTES
    if wanted not in value:
        yield ItemProblem(
            code=codes.INDEX_KEY_ATTRIBUTE,
            what=f"'{name}' is {_kind(value)}; the index '{index.name}' takes {in_words(wanted)}.",
            fix=f"{_type_fix(name, wanted, value)} Or leave it out: the item is then not in the index.",
        )
    elif is_empty(value):
        yield ItemProblem(
            code=codes.INDEX_KEY_ATTRIBUTE,
            what=f"'{name}' is empty, and it is a key of the index '{index.name}'.",
            fix="Give it a value, or leave the attribute out: the item is then not in the index.",
        )
    elif value_size(value) > limit:
        yield _too_large(name, value, limit)


def is_empty(value: AttributeValue) -> bool:
    """Whether it is the empty string or empty binary, which no key takes."""
    return value in ({"S": ""}, {"B": ""})


def _too_large(name: str, value: AttributeValue, limit: int) -> ItemProblem:
    return ItemProblem(
        code=codes.KEY_SIZE,
        what=f"'{name}' has {value_size(value)} bytes.",
        fix=f"A key value here has at most {limit} bytes; use a shorter one, such as a hash.",
    )


def _name_problems(item: Item) -> Iterator[ItemProblem]:
    for name in item:
        if not 1 <= len(name.encode()) <= MAX_ATTRIBUTE_NAME_BYTES:
            yield ItemProblem(
                code=codes.BAD_ATTRIBUTE_NAME,
                what=f"The attribute name '{_short(name)}' has {len(name.encode())} bytes.",
                fix=f"Use 1 to {MAX_ATTRIBUTE_NAME_BYTES} bytes.",
            )


def _size_problems(item: Item, table: Table) -> Iterator[ItemProblem]:
    size = item_size(item)
    if size > MAX_ITEM_BYTES:
        yield ItemProblem(
            code=codes.ITEM_SIZE,
            what=f"The item has {size:,} bytes; DynamoDB takes {MAX_ITEM_BYTES:,}.",
            fix="Split it into several items, or keep the large part elsewhere, such as in S3.",
        )
        return
    copies = sum(_copy_size(item, table, index) for index in table.local_indexes.values())
    if size + copies > MAX_ITEM_BYTES:
        yield ItemProblem(
            code=codes.ITEM_SIZE,
            what=f"The item has {size:,} bytes, and {copies:,} more in local indexes; DynamoDB takes "
            f"{MAX_ITEM_BYTES:,} together.",
            fix="Project fewer attributes into the local indexes, or split the item.",
        )


def _copy_size(item: Item, table: Table, index: Index) -> int:
    if any(name not in item for name in index.key_names):
        return 0
    if index.projection == "ALL":
        return item_size(item)
    copied = index.projection if isinstance(index.projection, tuple) else ()
    names = {*table.key_names, *index.key_names, *copied}
    return item_size({name: value for name, value in item.items() if name in names})


def _kind(value: AttributeValue) -> str:
    return in_words(next(iter(value)))


def _type_fix(name: str, wanted: str, value: AttributeValue) -> str:
    if wanted == "S" and "N" in value:
        return f"Put the value in quotes, or declare `key_types: {{{name}: N}}`."
    if wanted == "N" and "S" in value:
        return f"Write a number without quotes, or declare `key_types: {{{name}: S}}`."
    return f"Write {in_words(wanted)}."


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(f"'{name}'" for name in names)


def _short(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:60]}..."  # noqa: PLR2004 - enough to find it
