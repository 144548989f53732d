"""Diagnostics of entities and their key templates: DDB042, DDB079, DDB096 to DDB099."""

from __future__ import annotations

from planner.diagnostics import Code, Severity


def _error(code: str, title: str, why: str) -> Code:
    return Code(code=code, severity=Severity.ERROR, title=title, why=why)


BAD_TEMPLATE = _error(
    "DDB042",
    "Key template that cannot be read",
    "Keys are rendered and checked by the template, so it has to say without a doubt what is fixed and what varies.",
)
UNKNOWN_ENTITY = _error(
    "DDB079",
    "Entity that the table does not have",
    "Rows of an entity get their keys from its templates, which stand under the table's `entities`.",
)
BAD_ENTITY = _error(
    "DDB096",
    "Entity that does not fit its table",
    "Templates are of key attributes of the table or its indexes; a key that is no text is an attribute as it is.",
)
BAD_ENTITY_ROW = _error(
    "DDB097",
    "Row that does not give the keys of its entity",
    "A key is rendered from the row's own attributes; a separator inside of one would make another kind of key.",
)
DUPLICATE_UNIQUE = _error(
    "DDB098",
    "Unique value twice in a seed",
    "The table says that no two of its items share the value, and its first data do.",
)
UNKNOWN_SOURCE = _error(
    "DDB099",
    "Copy of an attribute that is not there",
    "A copy is written again where its source changes, so the source has to be known: `TABLE.ATTRIBUTE`.",
)
