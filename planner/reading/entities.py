"""Entities of a table, their key templates, expected numbers; and seed rows that are written as entities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from planner.codes import entities as codes
from planner.codes.reading import NO_VALUE
from planner.entities import Entity, KeyTemplate, TemplateError, Volume, parse_template, render
from planner.plan import SeedItem
from planner.reading import grammar_model as grammar
from planner.reading.items import item
from planner.reading.measures import read_item_size
from planner.reading.nodes import Entry, ScalarNode, shorten
from planner.reading.scope import Scope, listed
from planner.reading.typed import Fields, fields, integer, name, named, sequence
from planner.values import canonical_value

if TYPE_CHECKING:
    from planner.plan import Table
    from planner.reading.nodes import MappingNode
    from planner.values import AttributeValue


def read_entities(table: Fields) -> dict[str, Entity]:
    """Every entity of a table by name; what is wrong is reported and left out."""
    declared = table.mapping("entities")
    found = {}
    for entry in () if declared is None else named(declared, "an entity", table.scope):
        entity = _read_entity(entry, table.scope.at(f"{table.scope.address}.entity.{entry.key}"))
        if entity is not None:
            found[entry.key] = entity
    return found


def read_volume(given: Fields) -> Volume | None:
    """How much a table or an entity will hold."""
    found = given.fields("volume", grammar.VOLUME)
    if found is None:
        return None
    if not found.node.entries:
        fix = "Write `{items: 1000000}` or another number, or remove `volume`."
        found.scope.error(NO_VALUE, found.node.position, "`volume` says nothing", fix)
    distinct = found.mapping("distinct")
    counts = {
        entry.key: integer(entry.value, entry.key, given.scope, 1, grammar.MAX_COUNT)
        for entry in (() if distinct is None else distinct.entries.values())
    }
    return Volume(
        items=found.integer("items", 1, grammar.MAX_COUNT),
        item_size=read_item_size(found),
        distinct={word: count for word, count in counts.items() if count is not None},
        position=given.position("volume"),
    )


def entity_rows(declared: MappingNode, table: Table | None, scope: Scope) -> tuple[SeedItem, ...]:
    """The rows of a seed that are written as entities, with their keys.

    Args:
        declared: Lists of rows by entity.
        table: The table that they go into; None when it could not be read, and then there are no rows.
        scope: At the seed's address.
    """
    found: list[SeedItem] = []
    for entry in named(declared, "an entity", scope):
        rows = sequence(entry.value, entry.key, scope)
        if rows is None or table is None:
            continue
        entity = table.entities.get(entry.key)
        if entity is None:
            known = f"Its entities are {listed(table.entities)}." if table.entities else "It has no `entities`."
            what = f"`{shorten(entry.key)}` is not an entity of table `{table.key}`"
            fix = f"{scope.did_you_mean(entry.key, table.entities)}{known}"
            scope.error(codes.UNKNOWN_ENTITY, entry.position, what, fix)
            continue
        for member in rows.members:
            row = item(member, scope)
            plain = None if row is None else SeedItem(item=row, position=member.position, entity=entity.name)
            whole = None if plain is None else _rendered(plain, entity, table, scope)
            found += [] if whole is None else [whole]
    return tuple(found)


def _rendered(plain: SeedItem, entity: Entity, table: Table, scope: Scope) -> SeedItem | None:
    """The row with the keys of its entity; None after diagnostics."""
    good, row = True, plain.item
    keys: dict[str, AttributeValue] = {}
    for attribute, template in entity.keys.items():
        try:
            keys[attribute] = render(template, row, table.key_types.get(attribute, "S"))
        except TemplateError as problem:
            good = False
            what = f"`{attribute}` of entity `{entity.name}` is `{template.text}`, and {problem}"
            scope.error(codes.BAD_ENTITY_ROW, plain.position, what, "Give the row what its key is made of.")
    for attribute, value in keys.items():
        given = row.get(attribute)
        if given is not None and canonical_value(given) != canonical_value(value):
            good = False
            what = f"`{attribute}` is given, and `{entity.keys[attribute].text}` makes another value"
            scope.error(codes.BAD_ENTITY_ROW, plain.position, what, f"Remove `{attribute}` from the row.")
    return plain._replace(item={**keys, **row}) if good else None


def _read_entity(entry: Entry, scope: Scope) -> Entity | None:
    given = fields(entry.value, grammar.ENTITY, scope)
    if given is None:
        return None
    return Entity(
        name=entry.key,
        description=given.text("description") or "",
        keys=dict(_templates(given)),
        tenant=given.name("tenant"),
        copies=_copies(given),
        volume=read_volume(given),
        position=entry.position,
        positions=given.positions(),
    )


def _templates(given: Fields) -> Iterator[tuple[str, KeyTemplate]]:
    declared = given.mapping("keys")
    for entry in () if declared is None else declared.entries.values():
        text = name(entry.value, entry.key, given.scope)
        if text is None or not isinstance(entry.value, ScalarNode):
            continue
        try:
            yield entry.key, parse_template(text, entry.value.start)
        except TemplateError as problem:
            what = f"`{shorten(text)}` is no key template: {problem}"
            fix = "Write text with attributes in braces, such as `TENANT#{tenant_id}`."
            given.scope.error(codes.BAD_TEMPLATE, entry.value.position, what, fix)


def _copies(given: Fields) -> Mapping[str, str]:
    declared = given.mapping("copies")
    found = {}
    for entry in () if declared is None else declared.entries.values():
        source = name(entry.value, entry.key, given.scope)
        if source is not None:
            found[entry.key] = source
    return found
