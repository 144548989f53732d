"""What a table is said to hold: entities with the templates of their keys, expected numbers, and how keys are rendered.

A template is text with variables in braces: ``TENANT#{tenant_id}``, or ``ORDER#{number:08}``, padded with zeros to that
width. A variable is an attribute of the item. Its value holds no separator of its template, so that a key can be
taken apart again and two templates can be told apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from planner.values import InvalidNumberError, canonical_number

if TYPE_CHECKING:
    from planner.diagnostics import Position
    from planner.values import AttributeValue, Item

SEPARATORS = frozenset("#|/~")
"""The signs that part the pieces of a key; a variable's value has none that its template uses."""

_VARIABLE = re.compile(r"\{([^{}:]+)(?::0([1-9][0-9]?))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A part of a key that an attribute gives.

    Attributes:
        name: The attribute.
        width: A number is padded with zeros to this many digits; 0 for not at all.
    """

    name: str
    width: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTemplate:
    """How the values of a key attribute are made.

    Attributes:
        text: As in the plan.
        parts: Literal texts and variables, in order; never empty.
        position: Where its first character stands.
    """

    text: str
    parts: tuple[str | Variable, ...]
    position: Position | None = field(default=None, compare=False)

    @property
    def variables(self) -> tuple[str, ...]:
        """The attributes that it needs, each once."""
        return tuple(dict.fromkeys(part.name for part in self.parts if isinstance(part, Variable)))

    @property
    def prefix(self) -> str:
        """The literal text before the first variable."""
        return self.parts[0] if isinstance(self.parts[0], str) else ""

    @property
    def separators(self) -> frozenset[str]:
        """The separators that its literal parts use."""
        return frozenset(sign for part in self.parts if isinstance(part, str) for sign in part if sign in SEPARATORS)

    @property
    def is_attribute(self) -> bool:
        """Whether it is one attribute as it is, which is all that a key of another type than text can be."""
        return len(self.parts) == 1 and isinstance(self.parts[0], Variable) and not self.parts[0].width

    def values_of(self, key: str) -> Mapping[str, str] | None:
        """The variables' texts in a key that the template makes; None for a key that it does not make."""
        found = _pattern(self).fullmatch(key)
        return None if found is None else {name: found[f"v{place}"] for place, name in enumerate(self.variables)}

    def may_equal(self, other: KeyTemplate) -> bool:
        """Whether both templates can make one key."""
        return _intersect(_signs(self), _signs(other))


class TemplateError(ValueError):
    """A template that cannot be read, or a key that cannot be made by it."""


def parse_template(text: str, position: Position | None = None) -> KeyTemplate:
    """A template from its text.

    Raises:
        TemplateError: A brace is left over, or the text is empty.
    """
    parts: list[str | Variable] = []
    at = 0
    for found in _VARIABLE.finditer(text):
        parts += [text[at : found.start()], Variable(name=found[1].strip(), width=int(found[2] or 0))]
        at = found.end()
    whole = tuple(part for part in (*parts, text[at:]) if part)
    if not whole:
        raise TemplateError("it is empty")
    if any(isinstance(part, str) and ("{" in part or "}" in part) for part in whole):
        raise TemplateError("a brace is left over; a variable is written `{name}` or `{name:08}`")
    return KeyTemplate(text=text, parts=whole, position=position)


def render(template: KeyTemplate, item: Item, key_type: str) -> AttributeValue:
    """The value of a key attribute for an item.

    Args:
        template: How it is made.
        item: Has the variables as attributes, in DynamoDB JSON.
        key_type: ``S``, ``N`` or ``B``.

    Raises:
        TemplateError: An attribute is missing, is neither text nor number, or holds a separator; or the type does not
            go with the template.
    """
    missing = [name for name in template.variables if name not in item]
    if missing:
        raise TemplateError(f"the attribute {' and '.join(f'`{name}`' for name in missing)} is missing")
    if template.is_attribute:
        return item[template.variables[0]]
    if key_type != "S":
        raise TemplateError(f"a key of type {key_type} is one attribute as it is")
    separators = template.separators
    return {"S": "".join(part if isinstance(part, str) else _text(part, item, separators) for part in template.parts)}


def _text(variable: Variable, item: Item, separators: frozenset[str]) -> str:
    ((kind, value),) = item[variable.name].items()
    if kind not in {"S", "N"}:
        raise TemplateError(f"`{variable.name}` is neither text nor number")
    try:
        text = canonical_number(value) if kind == "N" else str(value)
    except InvalidNumberError as problem:
        raise TemplateError(f"`{variable.name}`: {problem}") from None
    found = sorted(separators & set(text))
    if found:
        raise TemplateError(f"`{variable.name}` holds `{found[0]}`, which parts the pieces of this key")
    if not text:
        raise TemplateError(f"`{variable.name}` is empty")
    return text.zfill(variable.width)


@cache
def _pattern(template: KeyTemplate) -> re.Pattern[str]:
    kept = "".join(re.escape(sign) for sign in sorted(template.separators))
    one = f"[^{kept}]+?" if kept else ".+?"
    places: dict[str, int] = {}
    pieces = []
    for part in template.parts:
        if isinstance(part, str):
            pieces.append(re.escape(part))
        elif part.name in places:
            pieces.append(f"(?P=v{places[part.name]})")
        else:
            places[part.name] = len(places)
            pieces.append(f"(?P<v{places[part.name]}>{one})")
    return re.compile("".join(pieces), re.DOTALL)


def _signs(template: KeyTemplate) -> tuple[str | frozenset[str], ...]:
    """Literal signs one by one, and for each variable the signs that it never holds."""
    separators = template.separators
    signs: list[str | frozenset[str]] = []
    for part in template.parts:
        signs += list(part) if isinstance(part, str) else [separators]
    return tuple(signs)


def _intersect(first: tuple[str | frozenset[str], ...], second: tuple[str | frozenset[str], ...]) -> bool:
    """Whether two rows of signs, in which a set stands for one or more signs outside of it, can be one text."""
    reached = {(0, 0, False, False)}
    waiting = list(reached)
    while waiting:
        here = waiting.pop()
        if here[0] >= len(first) and here[1] >= len(second):
            return True
        for there in _next(first, second, here):
            if there not in reached:
                reached.add(there)
                waiting.append(there)
    return False


def _next(
    first: tuple[str | frozenset[str], ...],
    second: tuple[str | frozenset[str], ...],
    here: tuple[int, int, bool, bool],
) -> list[tuple[int, int, bool, bool]]:
    """The places after one more sign that both can have; a flag says that the set there has its first sign already."""
    i, j, begun_i, begun_j = here
    found = []
    # A set that has a sign may end without taking another.
    if begun_i:
        found.append((i + 1, j, False, begun_j))
    if begun_j:
        found.append((i, j + 1, begun_i, False))
    if i < len(first) and j < len(second) and _agree(first[i], second[j]):
        next_i = (i + 1, False) if isinstance(first[i], str) else (i, True)
        next_j = (j + 1, False) if isinstance(second[j], str) else (j, True)
        found.append((next_i[0], next_j[0], next_i[1], next_j[1]))
    return found


def _agree(one: str | frozenset[str], other: str | frozenset[str]) -> bool:
    match one, other:
        case str(), str():
            return one == other
        case str(), _:
            return one not in other
        case _, str():
            return other not in one
        case _:
            return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """How much there will be, as far as it is said; what rules and costs are reckoned from.

    Attributes:
        items: How many items.
        item_size: Bytes of a typical item.
        distinct: How many different values an attribute, or a variable of a key template, has, by name.
        position: Where it stands.
    """

    items: int | None
    item_size: int | None
    distinct: Mapping[str, int]
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One kind of item of a table.

    Attributes:
        name: As in the plan.
        description: For people.
        keys: The template of each key attribute of the table, and of those of the indexes that hold this kind; a key
            attribute of the table without a template is an attribute of its own, ``{account_id}``.
        tenant: The attribute that says whose an item is, if tenants share the table.
        copies: Attributes that are copied from elsewhere, each with ``TABLE.ATTRIBUTE``.
        volume: How much there will be of it, if that is said.
        position: Where it stands.
        positions: Where each of its keys stands.
    """

    name: str
    description: str
    keys: Mapping[str, KeyTemplate]
    tenant: str | None
    copies: Mapping[str, str]
    volume: Volume | None
    position: Position
    positions: Mapping[str, Position] = field(default_factory=dict)
