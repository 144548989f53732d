"""DDB127: what is sorted is written in one form, and sorts as it is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.checks.entities import entity_address
from planner.entities import Variable
from planner.rules.base import Finding, Rule, listed, warning
from planner.rules.model import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.diagnostics import Position
    from planner.plan import Table
    from planner.rules.model import Model

CODE = warning(
    "DDB127",
    "Sort key that does not sort as it is meant",
    "Text is sorted sign by sign: 10 comes before 9, and two ways of writing a time lie in two places.",
)
_DIGITS = re.compile(r"[0-9]+")
_FORMS = (
    ("epoch seconds", re.compile(r"1[0-9]{9}")),
    ("epoch milliseconds", re.compile(r"1[0-9]{12}")),
    ("a time in UTC with Z", re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z")),
    ("a time with an offset", re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+[+-]\d{2}:?\d{2}")),
    ("a time without a zone", re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+")),
    ("a time with a blank", re.compile(r"\d{4}-\d{2}-\d{2} [\d:.]+Z?")),
    ("a date of another order", re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{4}")),
)


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        yield from _unpadded(model, table)
        for name, place in _sorted_by(table).items():
            found = _problem(model, table, name)
            if found is not None:
                yield Finding(
                    position=place,
                    address=table.address,
                    what=f"'{name}' of table '{table.key}' {found[0]}.",
                    fix=found[1],
                )


def _sorted_by(table: Table) -> dict[str, Position]:
    keys = {} if table.sort_key is None else {table.sort_key: table.positions.get("sort_key", table.position)}
    for index in table.indexes.values():
        for name in index.sort_key:
            keys.setdefault(name, index.positions.get("sort_key", index.position))
    return {name: place for name, place in keys.items() if table.key_types.get(name) == "S"}


def _problem(model: Model, table: Table, name: str) -> tuple[str, str] | None:
    texts = {text for item in model.items(table) if (text := text_of(item.get(name))) is not None}
    if len(texts) > 1 and all(_DIGITS.fullmatch(text) for text in texts) and len({len(text) for text in texts}) > 1:
        fix = f"Declare `key_types: {{{name}: N}}` and write numbers, or pad them with zeros to one width."
        return f"is text and holds numbers of different widths ({listed(sorted(texts), 3)})", fix
    forms = [word for word, form in _FORMS if any(form.fullmatch(text) for text in texts)]
    if len(forms) > 1:
        return (
            f"holds times in different forms ({' and '.join(forms)})",
            "Write all of them in one, ISO 8601 in UTC with Z.",
        )
    return None


def _unpadded(model: Model, table: Table) -> Iterator[Finding]:
    """Numbers that a template puts into text without padding."""
    numbers = {name for item in model.items(table) for name, value in item.items() if "N" in value}
    sorted_by = _sorted_by(table)
    for entity in table.entities.values():
        for attribute, template in entity.keys.items():
            bare = [
                part.name
                for part in template.parts
                if isinstance(part, Variable) and not part.width and part.name in numbers
            ]
            if attribute in sorted_by and bare and not template.is_attribute:
                yield Finding(
                    position=template.position,
                    address=entity_address(table, entity),
                    what=f"'{bare[0]}' is a number, and '{template.text}' puts it into text as it is.",
                    fix=f"Pad it to one width: `{{{bare[0]}:08}}`.",
                )


RULE = Rule(code=CODE, find=_find)
