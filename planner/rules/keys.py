"""Entities and the keys of items, operations and queries: what belongs to what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.entities import KeyTemplate, Variable
from planner.rules.model import text_of

if TYPE_CHECKING:
    from planner.entities import Entity
    from planner.plan import Table
    from planner.rules.model import Read, Term
    from planner.values import AttributeValue, Item


def template_of(entity: Entity, attribute: str) -> KeyTemplate:
    """How an entity makes a key attribute; an attribute without a template is itself."""
    return entity.keys.get(attribute) or KeyTemplate(text=f"{{{attribute}}}", parts=(Variable(name=attribute),))


def could_hold(table: Table, entity: Entity, item: Item) -> bool:
    """Whether an item's primary key can be made by an entity's templates, with the attributes that the item has."""
    return all(fits(template_of(entity, name), item.get(name), item) for name in table.key_names)


def fits(template: KeyTemplate, value: AttributeValue | None, item: Item) -> bool:
    """Whether a template makes a value, where the item says what the variables are."""
    if template.is_attribute:
        return value is not None
    text = text_of(value)
    found = None if text is None else template.values_of(text)
    if found is None:
        return False
    known = {name: text_of(item.get(name)) for name in found}
    return all(known[name] is None or part.lstrip("0") == str(known[name]).lstrip("0") for name, part in found.items())


def reads_entity(read: Read, entity: Entity) -> bool:
    """Whether a query can return items of an entity; a scan returns all kinds."""
    if read.query.scan:
        return True
    keys = {*read.partition_key, *read.sort_key}
    # An index holds only what has its key; an entity says so by a template of it.
    if read.index is not None and not {name for name in keys if name in entity.keys}:
        return not entity.keys
    return all(_meets(term, template_of(entity, term.attribute)) for term in read.terms)


def _meets(term: Term, template: KeyTemplate) -> bool:
    text = text_of(term.values[0])
    if template.is_attribute or text is None:
        return True
    if term.operator == "=":
        return template.values_of(text) is not None
    if term.operator == "begins_with":
        return begins(template, text)
    return True


def begins(template: KeyTemplate, prefix: str) -> bool:
    """Whether a template can make a key that begins with a text."""
    literal = template.prefix
    return literal.startswith(prefix) or prefix.startswith(literal)
