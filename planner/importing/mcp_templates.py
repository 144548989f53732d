"""Key templates of entities: ``CUSTOMER#{customer_id}``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from planner.values import Json

FIELD = re.compile(r"\{([^{}]*)\}")


def texts_of(template: Json) -> list[str]:
    """A template, or the templates of a key of several attributes."""
    if template is None:
        return []
    return [str(part) for part in template] if isinstance(template, list) else [str(template)]


def templates_of(
    entity: Mapping[str, Json],
    keys: tuple[str, ...],
    indexes: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]],
) -> list[tuple[str, str]]:
    """Each key attribute that an entity has, with the template that makes it."""
    pairs = list(zip(keys, [*texts_of(entity.get("pk_template")), *texts_of(entity.get("sk_template"))], strict=False))
    for mapped in entity.get("gsi_mappings") or ():
        partition, sort = indexes[str(mapped["name"])]
        pairs += zip(partition, texts_of(mapped.get("pk_template")), strict=False)
        pairs += zip(sort, texts_of(mapped.get("sk_template")), strict=False)
    return pairs


def filled(template: str, values: Mapping[str, Json]) -> str:
    """A template with the values of its fields; a field without a value is its own name."""
    return FIELD.sub(lambda found: str(values.get(found[1], found[1])), template)
