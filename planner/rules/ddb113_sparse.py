"""DDB113: where a query throws most of what it reads away, an index of the few would read only them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.expressions.tree import Call, Comparison, ConditionFunction, Junction, Path, Placeholder
from planner.rules.base import Finding, Rule, info
from planner.values import canonical_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.expressions.tree import Condition
    from planner.rules.model import Model, Read
    from planner.values import Item

CODE = info(
    "DDB113",
    "Filter that throws most items away",
    "What a filter throws away was read and paid for. An index by an attribute that only the wanted items have reads "
    "only those.",
)
_FEWEST_ITEMS = 5
_LEAST_KEPT = 0.5


def _find(model: Model) -> Iterator[Finding]:
    for read in model.reads:
        tests = None if read.query.scan or read.filter is None else _tests(read.filter)
        if not tests:
            continue
        found = [item for item in model.items(read.table) if _is_read(read, item)]
        kept = [item for item in found if all(_passes(test, item, read) for test in tests)]
        if len(found) >= _FEWEST_ITEMS and len(kept) < _LEAST_KEPT * len(found):
            yield Finding(
                position=read.at("filter"),
                address=read.address,
                what=f"Of {len(found)} known items that '{read.query.name}' reads, its filter keeps {len(kept)}.",
                fix="Add an index whose key only the wanted items have, and let the update that ends it remove the "
                "attribute; or put what the filter tests into the sort key.",
            )


def _tests(condition: Condition) -> list[Comparison | Call]:
    """The parts of a filter if it is made of equal tests and existence alone; else none, and nothing is guessed."""
    parts = condition.parts if isinstance(condition, Junction) and condition.word == "AND" else (condition,)
    found: list[Comparison | Call] = []
    for part in parts:
        match part:
            case Comparison(comparator="=", left=Path(parts=(str(),)), right=Placeholder()):
                found.append(part)
            case Call(function=ConditionFunction.ATTRIBUTE_EXISTS, operands=(Path(parts=(str(),)),)):
                found.append(part)
            case _:
                return []
    return found


def _passes(test: Comparison | Call, item: Item, read: Read) -> bool:
    match test:
        case Comparison(left=Path() as path, right=Placeholder(name=name)):
            value = item.get(path.attribute)
            return value is not None and canonical_value(value) == canonical_value(read.query.values[name])
        case Call(operands=(Path() as path,)):
            return path.attribute in item
        case _:
            return False


def _is_read(read: Read, item: Item) -> bool:
    keys = {*read.partition_key, *read.sort_key}
    equal = {term.attribute: term.values[0] for term in read.terms if term.operator == "="}
    return keys <= set(item) and all(
        canonical_value(item[name]) == canonical_value(value) for name, value in equal.items()
    )


RULE = Rule(code=CODE, find=_find)
