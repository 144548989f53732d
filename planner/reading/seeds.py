"""Seeds: the initial data that a plan names, inline or by file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, cast

from planner.codes import reading as codes
from planner.plan import Columns, OnConflict, Seed, SeedItem, Table
from planner.reading import grammar
from planner.reading.bulk_sources import read_bulk_source
from planner.reading.entities import entity_rows
from planner.reading.files import inside_by_text
from planner.reading.generators import read_generator
from planner.reading.items import item
from planner.reading.nodes import Entry, MappingNode, SequenceNode
from planner.reading.scope import Scope, listed
from planner.reading.typed import Fields, choice, fields, named, names, sequence

_KINDS = ("items", "entities", "file", "generate", "source")


def read_seeds(plan: Fields, tables: Mapping[str, Table]) -> dict[str, Seed]:
    """Every seed of a plan by its table's name; what is wrong is reported and left out.

    Args:
        plan: The plan's top level.
        tables: Its tables, whose entities say how the keys of rows are rendered.
    """
    declared = plan.mapping("seed")
    found = {}
    for entry in () if declared is None else named(declared, "a seed's table", plan.scope):
        seed = _read_seed(entry, tables.get(entry.key), plan.scope.at(f"seed.{entry.key}"))
        if seed is not None:
            found[entry.key] = seed
    return found


def _read_seed(entry: Entry, table: Table | None, scope: Scope) -> Seed | None:
    if isinstance(entry.value, SequenceNode):
        return Seed(
            table=entry.key,
            on_conflict="keep",
            items=_items(entry.value, scope),
            file=None,
            generate=None,
            source=None,
            attributes=(),
            position=entry.position,
        )
    given = fields(entry.value, grammar.SEED, scope)
    if given is None:
        return None
    _refuse_several_kinds(given)
    items, by_entity = given.sequence("items"), given.mapping("entities")
    rows = () if items is None else _items(items, scope)
    generate = given.fields("generate", grammar.GENERATE)
    columns = _columns(given)
    return Seed(
        table=entry.key,
        on_conflict=cast("OnConflict", given.choice("on_conflict", grammar.ON_CONFLICT) or "keep"),
        items=rows if by_entity is None else entity_rows(by_entity, table, scope),
        file=_file(given),
        generate=None if generate is None else read_generator(generate, entry.key),
        source=read_bulk_source(given, columns),
        attributes=given.names("attributes"),
        position=entry.position,
        columns=columns,
    )


def _columns(given: Fields) -> Columns:
    types, node = {}, given.value("columns")
    if isinstance(node, MappingNode):
        for entry in node.entries.values():
            types[entry.key] = choice(entry.value, entry.key, given.scope, grammar.CELL_TYPES) or "S"
    elif node is not None:
        types = dict.fromkeys(names(node, "columns", given.scope), "S")
    header = given.boolean("header")
    if header is False and not types:
        fix = "Name all columns under `columns:`, in the order of the file."
        given.scope.error(codes.MISSING_KEY, given.position("header"), "a file without a header needs `columns`", fix)
    delimiter = given.text("delimiter")
    if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n'):
        given.scope.error(codes.OUT_OF_RANGE, given.position("delimiter"), "`delimiter` is one sign", "Write `;`, say.")
        delimiter = None
    return Columns(
        types=types,
        header=header is not False,
        empty=cast("Literal['absent', 'null', 'text']", given.choice("empty", grammar.EMPTY_CELLS) or "absent"),
        delimiter=delimiter or ",",
    )


def _items(node: SequenceNode, scope: Scope) -> tuple[SeedItem, ...]:
    rows = sequence(node, "items", scope)
    found = []
    for member in () if rows is None else rows.members:
        row = item(member, scope)
        if row is not None:
            found.append(SeedItem(item=row, position=member.position))
    return tuple(found)


def _refuse_several_kinds(given: Fields) -> None:
    present = [kind for kind in _KINDS if given.has(kind)]
    if len(present) == 1:
        return
    fix = f"Write exactly one of {listed(_KINDS)}."
    if not present:
        given.scope.error(codes.MISSING_KEY, given.node.position, "the seed names no rows", fix)
        return
    what = f"the seed has {listed(present)}"
    given.scope.error(codes.CONFLICT, given.position(present[1]), what, fix)


def _file(given: Fields) -> str | None:
    found = given.name("file")
    node = given.value("file")
    if found is None or node is None:
        return None
    problem = inside_by_text(found)
    if problem is None:
        return found
    fix = "Put the file into the plan's folder and name it relative to it, such as `data/rows.jsonl`."
    given.scope.error(codes.OUTSIDE_FOLDER, node.position, f"`{found}` is refused: {problem}", fix)
    return None
