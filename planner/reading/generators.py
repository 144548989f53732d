"""Generators of rows, as a plan writes them: values, texts with braces, and mappings whose word says what to make."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal, TypeVar, cast

from planner.codes import sources
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
    Part,
    Reference,
    RowNumber,
    Template,
    Uuid,
    Whole,
)
from planner.reading.items import describe, integer_of, plain_json, value
from planner.reading.nodes import MappingNode, Node, ScalarNode, SequenceNode, shorten
from planner.reading.scope import Scope, listed
from planner.reading.typed import Fields

_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_NAME = re.compile(r"([^{}:]+)(?::0?([0-9]{1,2}))?")
_MAX_LETTERS = 100_000
_MAX_ELEMENTS = 1000
_MAX_DIGITS = 15


T = TypeVar("T", int, date, datetime)


class _BadError(Exception):
    """What is wrong with a generator, at one node."""

    def __init__(self, node: Node, what: str, fix: str) -> None:
        super().__init__(what)
        self.node = node
        self.what = what
        self.fix = fix


def read_generator(given: Fields, table: str) -> Generator | None:
    """A generator; None after diagnostics.

    Args:
        given: The mapping under ``generate``.
        table: The table's name in the plan.
    """
    count, random_seed, item = given.integer("count", 0, 10**10), given.integer("random_seed", 0), given.mapping("item")
    if count is None or item is None:
        return None
    makers: dict[str, Maker] = {}
    for entry in item.entries.values():
        try:
            makers[entry.key] = _maker(entry.value, given.scope, tuple(makers))
        except _BadError as problem:
            given.scope.error(sources.BAD_GENERATOR, problem.node.position, problem.what, problem.fix)
    if len(makers) < len(item.entries):
        return None
    return Generator(
        table=table,
        count=count,
        random_seed=random_seed or 0,
        item=makers,
        locale=given.name("locale") or "en_US",
        position=given.node.position,
    )


def _maker(node: Node, scope: Scope, earlier: tuple[str, ...]) -> Maker:
    if node.tag is None and isinstance(node, MappingNode):
        words = [word for word in node.entries if word in _WORDS]
        if not words:
            found = {entry.key: _maker(entry.value, scope, earlier) for entry in node.entries.values()}
            return Members(members=found)
        return _made(node, words[0], scope, earlier)
    if node.tag is None and isinstance(node, SequenceNode):
        return Elements(makers=tuple(_maker(member, scope, earlier) for member in node.members))
    if isinstance(node, ScalarNode) and node.tag is None and ("{" in node.text or "}" in node.text):
        return _template(node, earlier)
    return _constant(node, scope)


def _constant(node: Node, scope: Scope) -> Constant:
    found = value(node, scope)
    if found is None:
        raise _BadError(node, "this value cannot be in an item", "See the other message for this place.")
    return Constant(value=found)


def _made(node: MappingNode, word: str, scope: Scope, earlier: tuple[str, ...]) -> Maker:
    reader, others = _WORDS[word]
    unknown = [name for name in node.entries if name != word and name not in others]
    if unknown:
        what = f"`{word}` does not go with {listed(unknown)}"
        allowed = f"Beside `{word}` may stand {listed(others)}. " if others else ""
        raise _BadError(node, what, f"{allowed}A map that has an attribute `{word}` is written `{{literal: {{...}}}}`.")
    return reader(node, node.entries[word].value, scope, earlier)


def _template(node: ScalarNode, earlier: tuple[str, ...]) -> Template:
    parts: list[Part] = []
    last = 0
    for found in _BRACES.finditer(node.text):
        parts.append(Part(text=node.text[last : found.start()]))
        last = found.end()
        if found.group() in {"{{", "}}"}:
            parts.append(Part(text=found.group()[0]))
            continue
        name = _NAME.fullmatch(found.group(1) or "")
        if name is None or (name.group(1) != "row" and name.group(1) not in earlier):
            known = listed(("row", *earlier[:20]))
            what = f"`{shorten(found.group())}` names nothing that is known here"
            raise _BadError(node, what, f"Known here are {known}; a brace itself is written twice, `{{{{`.")
        parts.append(Part(text=name.group(1), is_name=True, width=int(name.group(2) or 0)))
    parts.append(Part(text=node.text[last:]))
    return Template(parts=tuple(part for part in parts if part.text))


_Reader = Callable[[MappingNode, Node, Scope, tuple[str, ...]], Maker]


def _choose(_: MappingNode, given: Node, scope: Scope, earlier: tuple[str, ...]) -> Maker:
    if isinstance(given, SequenceNode) and given.members:
        makers = tuple(_maker(member, scope, earlier) for member in given.members)
        return Choice(makers=makers, weights=(1,) * len(makers))
    if isinstance(given, MappingNode) and given.entries:
        weights = [integer_of(entry.value) for entry in given.entries.values()]
        whole: tuple[int, ...] = tuple(weight for weight in weights if weight is not None and weight >= 0)
        if len(whole) == len(weights) and any(whole):
            return Choice(makers=tuple(Constant(value={"S": name}) for name in given.entries), weights=whole)
    fix = "Write `{choose: [a, b]}`, or with weights `{choose: {a: 9, b: 1}}`."
    raise _BadError(given, f"`choose` needs a list, or texts with whole numbers as weights, not {describe(given)}", fix)


def _numbers(word: str) -> _Reader:
    def read(node: MappingNode, given: Node, _: Scope, __: tuple[str, ...]) -> Maker:
        digits = 0
        if word == "decimal":
            digits = _integer(node, "digits", 2, _MAX_DIGITS)
        low, high = _pair(given, word, "numbers", lambda text: _scaled(text, digits))
        return Whole(low=low, high=high, digits=digits)

    return read


def _scaled(text: str, digits: int) -> int:
    number = Decimal(text).scaleb(digits)
    if not number.is_finite() or number != number.to_integral_value() or abs(number) >= 10**30:
        raise ValueError(text)
    return int(number)


def _day(_: MappingNode, given: Node, __: Scope, ___: tuple[str, ...]) -> Maker:
    first, last = _pair(given, "date", "dates such as 2026-01-31", date.fromisoformat)
    return Day(first=first, last=last)


def _moments(word: str) -> _Reader:
    def read(_: MappingNode, given: Node, __: Scope, ___: tuple[str, ...]) -> Maker:
        first, last = _pair(given, word, "times such as 2026-01-31 or 2026-01-31T09:00:00Z", _moment)
        return Moment(first=first, last=last, epoch=word == "epoch")

    return read


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.replace(microsecond=0)


def _letters(word: str) -> _Reader:
    def read(_: MappingNode, given: Node, __: Scope, ___: tuple[str, ...]) -> Maker:
        least, most = _pair(given, word, f"sizes from 0 to {_MAX_LETTERS:,}", _size)
        return Letters(least=least, most=most, binary=word == "binary")

    return read


def _size(text: str) -> int:
    found = int(text)
    if not 0 <= found <= _MAX_LETTERS:
        raise ValueError(text)
    return found


def _uuid(_: MappingNode, given: Node, __: Scope, ___: tuple[str, ...]) -> Maker:
    if integer_of(given) == 4:  # noqa: PLR2004 - the version that is made by chance
        return Uuid()
    raise _BadError(given, f"`uuid` has to be 4, not {describe(given)}", "Write `{uuid: 4}`.")


def _row(_: MappingNode, given: Node, __: Scope, ___: tuple[str, ...]) -> Maker:
    start = integer_of(given)
    if start is None:
        raise _BadError(given, f"`row` needs the first row's number, not {describe(given)}", "Write `{row: 1}`.")
    return RowNumber(start=start)


def _reference(node: MappingNode, given: Node, _: Scope, __: tuple[str, ...]) -> Maker:
    text = given.text if isinstance(given, ScalarNode) else ""
    table, _dot, attribute = text.partition(".")
    if not table or not attribute:
        fix = "Write `{reference: customers.customer_id}`: a seed's table and one of its key attributes."
        raise _BadError(given, f"`reference` needs a table and a key attribute, not {describe(given)}", fix)
    order = node.entries.get("order")
    word = order.value.text if order is not None and isinstance(order.value, ScalarNode) else "random"
    if word not in {"random", "in_turn"}:
        raise _BadError(
            order.value if order else given, f"`order` cannot be `{shorten(word)}`", "Write random or in_turn."
        )
    return Reference(
        table=table,
        attribute=attribute,
        order=cast("Literal['random', 'in_turn']", word),
        position=given.position,
    )


def _faker(node: MappingNode, given: Node, _: Scope, __: tuple[str, ...]) -> Maker:
    method = given.text if isinstance(given, ScalarNode) else ""
    arguments = node.entries.get("with")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", method) or (arguments and not isinstance(arguments.value, MappingNode)):
        fix = "Write `{faker: name}`, or with arguments `{faker: sentence, with: {nb_words: 5}}`."
        raise _BadError(given, f"`faker` needs the name of one of Faker's methods, not {describe(given)}", fix)
    found = {} if arguments is None else plain_json(arguments.value)
    return Made(method=method, arguments=found, position=given.position)


def _literal(_: MappingNode, given: Node, scope: Scope, __: tuple[str, ...]) -> Maker:
    return _constant(given, scope)


def _list(node: MappingNode, given: Node, scope: Scope, earlier: tuple[str, ...]) -> Maker:
    size = node.entries.get("size")
    if size is None:
        raise _BadError(node, "`list` needs `size`", "Write `{list: {...}, size: [0, 3]}`.")
    least, most = _pair(size.value, "size", f"sizes from 0 to {_MAX_ELEMENTS:,}", _size)
    if most > _MAX_ELEMENTS:
        raise _BadError(size.value, f"a list of {most:,} elements is too long", f"Write at most {_MAX_ELEMENTS:,}.")
    return Elements(makers=(_maker(given, scope, earlier),), least=least, most=most, repeated=True)


def _pair(given: Node, word: str, of: str, read: Callable[[str], T]) -> tuple[T, T]:
    members = given.members if isinstance(given, SequenceNode) else (given, given)
    try:
        if len(members) != 2:  # noqa: PLR2004 - a first and a last
            raise ValueError(word)  # noqa: TRY301 - one message for all that is wrong
        first, last = (read(member.text if isinstance(member, ScalarNode) else "") for member in members)
        if first > last:
            raise ValueError(word)  # noqa: TRY301 - as above
    except (ValueError, InvalidOperation):
        what = f"`{word}` needs the least and the most, {of}"
        raise _BadError(given, what, f"Write `{word}: [LEAST, MOST]`, the smaller one first.") from None
    return first, last


def _integer(node: MappingNode, name: str, default: int, most: int) -> int:
    entry = node.entries.get(name)
    found = default if entry is None else integer_of(entry.value)
    if found is None or not 0 <= found <= most:
        at = node if entry is None else entry.value
        raise _BadError(at, f"`{name}` has to be a whole number from 0 to {most}", f"Write `{name}: {default}`, say.")
    return found


_WORDS: dict[str, tuple[_Reader, tuple[str, ...]]] = {
    "choose": (_choose, ()),
    "integer": (_numbers("integer"), ()),
    "decimal": (_numbers("decimal"), ("digits",)),
    "date": (_day, ()),
    "datetime": (_moments("datetime"), ()),
    "epoch": (_moments("epoch"), ()),
    "text": (_letters("text"), ()),
    "binary": (_letters("binary"), ()),
    "uuid": (_uuid, ()),
    "row": (_row, ()),
    "reference": (_reference, ("order",)),
    "faker": (_faker, ("with",)),
    "literal": (_literal, ()),
    "list": (_list, ("size",)),
}
"""What a mapping's word makes, and the words that may stand beside it."""
