"""Key conditions: taken apart, matched with the keys of a table and its indexes, or told what would serve them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.checks.items import is_empty
from planner.codes import model as codes
from planner.expressions.problems import Problem
from planner.expressions.rules import in_words, type_of
from planner.expressions.tree import (
    Between,
    Call,
    Comparison,
    ConditionFunction,
    In,
    Junction,
    Not,
    Path,
    Placeholder,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from planner.expressions.problems import Complain
    from planner.expressions.tree import Condition, Operand
    from planner.plan import Table
    from planner.values import Item

_FLIPPED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key that can be looked up by.

    Attributes:
        index: The index's name; None for the table's own key.
        partition: Its partition key attributes.
        sort: Its sort key attributes, in order.
    """

    index: str | None
    partition: tuple[str, ...]
    sort: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All attributes, partition first."""
        return self.partition + self.sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One condition on one key attribute.

    Attributes:
        attribute: Its name.
        operator: A comparator, ``BETWEEN`` or ``begins_with``.
        values: The placeholders it is compared with.
        offset: Where it stands in the text.
    """

    attribute: str
    operator: str
    values: tuple[Placeholder, ...]
    offset: int


def keys_of(table: Table) -> tuple[Key, ...]:
    """The table's key and those of its indexes, in the plan's order."""
    own = Key(index=None, partition=(table.partition_key,), sort=(table.sort_key,) if table.sort_key else ())
    indexes = (
        Key(index=index.name, partition=index.partition_key, sort=index.sort_key) for index in table.indexes.values()
    )
    return (own, *indexes)


def check_key_condition(
    condition: Condition, table: Table, index: str | None, values: Item, complain: Complain
) -> None:
    """Report why a key condition cannot be looked up by the chosen key, and what would serve it.

    Args:
        condition: The parsed key condition.
        table: The table that is read.
        index: The index that is read, if any.
        values: The placeholders' values.
        complain: Takes the problems.
    """
    terms = tuple(_terms(condition, complain))
    if None in terms:
        return
    whole = [term for term in terms if term is not None]
    chosen = next(key for key in keys_of(table) if key.index == index)
    misfit = _misfit(whole, chosen)
    if misfit is not None:
        serving = [key for key in keys_of(table) if key.index != index and _misfit(whole, key) is None]
        complain(_unserved(whole, chosen, serving, table, misfit))
    for term in whole:
        if term.attribute in table.key_types or term.attribute in chosen.names:
            _check_values(term, table.key_types, values, complain)


def finds_one(condition: Condition, table: Table, index: str | None) -> bool:
    """Whether a key condition that fits names one item: every attribute of the table's own key, by ``=``.

    Keys of indexes may be shared by items.
    """
    equal = {term.attribute for term in _terms(condition, lambda _: None) if term is not None and term.operator == "="}
    return index is None and set(table.key_names) <= equal


def _terms(condition: Condition, complain: Complain) -> Iterator[Term | None]:
    """The condition's parts; None after a problem."""
    if isinstance(condition, Junction) and condition.word == "AND":
        for part in condition.parts:
            yield from _terms(part, complain)
        return
    term = _term(condition)
    if isinstance(term, Problem):
        complain(term)
        yield None
    else:
        yield term


def _term(condition: Condition) -> Term | Problem:
    match condition:
        case Comparison(comparator=comparator, left=left, right=right) if comparator != "<>":
            if isinstance(left, Placeholder):
                left, right, comparator = right, left, _FLIPPED[comparator]  # type: ignore[assignment] # the mirror image
            return _on_attribute(left, comparator, (right,), condition.offset)
        case Between(operand=operand, low=low, high=high):
            return _on_attribute(operand, "BETWEEN", (low, high), condition.offset)
        case Call(function=ConditionFunction.BEGINS_WITH, operands=(first, second)):
            return _on_attribute(first, "begins_with", (second,), condition.offset)
        case _:
            return _problem(
                condition.offset,
                f"{_called(condition)} cannot stand in a key condition.",
                "Move it to `filter`, or look it up by an index.",
            )


def _called(condition: Condition) -> str:
    match condition:
        case Comparison(comparator=comparator):
            return f"'{comparator}'"
        case In():
            return "IN"
        case Not():
            return "NOT"
        case Junction(word=word):
            return word
        case Call(function=function):
            return str(function)
        case Between():
            return "BETWEEN"


def _on_attribute(attribute: Operand, operator: str, values: Sequence[Operand], offset: int) -> Term | Problem:
    given = tuple(value for value in values if isinstance(value, Placeholder))
    if not isinstance(attribute, Path) or len(given) < len(values):
        return _problem(
            offset,
            "A key condition compares a key attribute with a value, and nothing else.",
            "Write `name = :value`.",
        )
    if len(attribute.parts) > 1:
        return _problem(
            attribute.offset,
            f"'{attribute}' lies inside an attribute; a key is a whole one.",
            "If the name itself has a dot, write it in backquotes; otherwise move the condition to `filter`.",
        )
    return Term(attribute=attribute.attribute, operator=operator, values=given, offset=attribute.offset)


def _problem(offset: int, what: str, fix: str) -> Problem:
    return Problem(code=codes.BAD_KEY_CONDITION, offset=offset, what=what, fix=fix)


def _misfit(terms: Sequence[Term], key: Key) -> Problem | None:
    """Why the terms cannot be looked up by the key; None when they can."""
    by_name: dict[str, Term] = {}
    for term in terms:
        if term.attribute in by_name:
            return _problem(
                term.offset,
                f"'{term.attribute}' has two conditions.",
                f"Write one; for a range, `{term.attribute} BETWEEN :low AND :high`.",
            )
        by_name[term.attribute] = term
    for term in terms:
        if term.attribute not in key.names:
            return _problem(
                term.offset,
                f"'{term.attribute}' is not in the key {_shown(key)}.",
                "Move the condition to `filter`, or look it up by an index.",
            )
    return _partition_misfit(by_name, key) or _sort_misfit(by_name, key)


def _partition_misfit(by_name: Mapping[str, Term], key: Key) -> Problem | None:
    for name in key.partition:
        term = by_name.get(name)
        if term is None:
            return _problem(
                0,
                f"The partition key attribute '{name}' has no condition.",
                f"Add `{name} = :value`.",
            )
        if term.operator != "=":
            return _problem(
                term.offset,
                f"The partition key attribute '{name}' is compared by {term.operator}.",
                f"A partition is found by its exact key only: write `{name} = :value`.",
            )
    return None


def _sort_misfit(by_name: Mapping[str, Term], key: Key) -> Problem | None:
    missing: str | None = None
    ranged: str | None = None
    for name in key.sort:
        term = by_name.get(name)
        if term is None:
            missing = missing or name
        elif missing or ranged:
            what = (
                f"'{name}' has a condition and '{missing}' before it in the sort key has none."
                if missing
                else f"'{name}' has a condition behind the range on '{ranged}'."
            )
            fix = f"The sort key is {', '.join(key.sort)}: give conditions from the left, all '=' but the last."
            return _problem(term.offset, what, fix)
        elif term.operator != "=":
            ranged = name
    return None


def _unserved(terms: Sequence[Term], chosen: Key, serving: Sequence[Key], table: Table, misfit: Problem) -> Problem:
    """The problem in terms of keys: another one serves, or none does; the misfit where the chosen key is meant."""
    what = f"The key {_shown(chosen)} of table '{table.key}' does not serve this condition: {misfit.what}"
    if serving:
        names = " or ".join(f"`index: {key.index}`" if key.index else "the table's own key" for key in serving)
        fix = f"Read by {names}." if serving[0].index else "Remove `index`: the table's own key serves it."
        return Problem(code=codes.NO_KEY_SERVES, offset=0, what=what, fix=fix)
    names_used = {term.attribute for term in terms}
    if len(names_used) < len(terms) or set(chosen.partition) <= names_used <= set(chosen.names):
        return misfit
    fix = f"{_declare(terms)} Or move conditions to `filter`, or write `scan: true` where a scan is meant."
    return Problem(code=codes.NO_KEY_SERVES, offset=0, what=f"{what} No index does either.", fix=fix)


def _declare(terms: Sequence[Term]) -> str:
    equal = [term.attribute for term in terms if term.operator == "="]
    ranges = [term.attribute for term in terms if term.operator != "="]
    if not equal or len(ranges) > 1:
        return "Every key needs a partition key attribute that is compared with '='."
    sort = equal[1:] + ranges
    name = "_".join(["by", *equal[:1], *sort])
    declared = f"partition_key: {equal[0]}"
    if sort:
        declared += f", sort_key: {sort[0] if len(sort) == 1 else '[' + ', '.join(sort) + ']'}"
    return f"Declare a global index, such as `{name}: {{{declared}}}`, and read by it."


def _shown(key: Key) -> str:
    return f"({', '.join(key.names)})" + (f" of index '{key.index}'" if key.index else "")


def _check_values(term: Term, key_types: Mapping[str, str], values: Item, complain: Complain) -> None:
    wanted = key_types.get(term.attribute, "S")
    if term.operator == "begins_with" and wanted == "N":
        complain(
            Problem(
                code=codes.EXPRESSION_TYPE,
                offset=term.offset,
                what=f"'{term.attribute}' is a number, and numbers have no beginning.",
                fix="Use BETWEEN, or make the key a string.",
            ),
        )
        return
    for placeholder in term.values:
        kind = type_of(placeholder, values)
        if kind is not None and kind != wanted:
            complain(
                Problem(
                    code=codes.EXPRESSION_TYPE,
                    offset=placeholder.offset,
                    what=f"The key attribute '{term.attribute}' is {in_words(wanted)}, and ':{placeholder.name}' is "
                    f"{in_words(kind)}.",
                    fix=f"Give ':{placeholder.name}' as {in_words(wanted)}.",
                ),
            )
        elif kind is not None and is_empty(values[placeholder.name]):
            complain(
                Problem(
                    code=codes.EXPRESSION_TYPE,
                    offset=placeholder.offset,
                    what=f"':{placeholder.name}' is empty, and no key is.",
                    fix="Give it a value of at least one character or byte.",
                ),
            )
