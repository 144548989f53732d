"""Items as a table or an index holds them: by partition key, in order of the sort key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.picture.model import Absent, Collection, Group, setting_lines
from planner.values import canonical_json, canonical_value, order_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.picture.model import PictureItem
    from planner.plan import Index, Table
    from planner.values import Item


def of_table(table: Table, items: Sequence[PictureItem]) -> Collection:
    """The table itself."""
    sort_key = () if table.sort_key is None else (table.sort_key,)
    return Collection(
        address=table.address,
        name=table.key,
        kind="table",
        partition_key=(table.partition_key,),
        sort_key=sort_key,
        columns=_columns((*table.key_names,), items, None),
        hidden=(),
        groups=_groups((table.partition_key,), sort_key, items),
        absent=(),
        settings=setting_lines(table.settings),
    )


def of_index(table: Table, index: Index, items: Sequence[PictureItem]) -> Collection:
    """One of its indexes."""
    inside: list[PictureItem] = []
    missing: dict[str, list[int]] = {}
    for item in items:
        lacks = next((name for name in index.key_names if name not in item.item), None)
        if lacks is None:
            inside.append(item)
        else:
            missing.setdefault(lacks, []).append(item.number)
    held = projected(table, index)
    first = tuple(dict.fromkeys((*index.key_names, *table.key_names)))
    everywhere = _columns(first, items, None)
    projection = index.projection if isinstance(index.projection, str) else ", ".join(index.projection)
    return Collection(
        address=f"{table.address}.index.{index.name}",
        name=index.name,
        kind=index.kind,
        partition_key=index.partition_key,
        sort_key=index.sort_key,
        columns=_columns(first, inside, held),
        hidden=() if held is None else tuple(name for name in everywhere if name not in held),
        groups=_groups(index.partition_key, index.sort_key, inside),
        absent=tuple(Absent(attribute=name, items=tuple(numbers)) for name, numbers in missing.items()),
        settings=(("projection", projection), *setting_lines(index.settings)),
    )


def projected(table: Table, index: Index) -> frozenset[str] | None:
    """The attributes that an index holds; None for all."""
    match index.projection:
        case "ALL":
            return None
        case "KEYS_ONLY":
            return frozenset((*index.key_names, *table.key_names))
        case names:
            return frozenset((*index.key_names, *table.key_names, *names))


def _columns(first: Iterable[str], items: Iterable[PictureItem], held: frozenset[str] | None) -> tuple[str, ...]:
    names = dict.fromkeys(first)
    for item in items:
        names.update(dict.fromkeys(item.item))
    return tuple(name for name in names if held is None or name in held)


def _groups(
    partition_key: tuple[str, ...], sort_key: tuple[str, ...], items: Iterable[PictureItem]
) -> tuple[Group, ...]:
    found: dict[str, list[PictureItem]] = {}
    for item in items:
        found.setdefault(_identity(partition_key, item.item), []).append(item)
    return tuple(
        Group(
            key=tuple(members[0].item[name] for name in partition_key),
            items=tuple(one.number for one in sorted(members, key=lambda one: sort_order(sort_key, one.item))),
        )
        for members in found.values()
    )


def _identity(names: tuple[str, ...], item: Item) -> str:
    return canonical_json([canonical_value(item[name]) for name in names])


def sort_order(sort_key: tuple[str, ...], item: Item) -> tuple[object, ...]:
    """What items of a collection are sorted by; the types of key attributes are the same in all items."""
    return tuple(order_key(item[name]) for name in sort_key)
