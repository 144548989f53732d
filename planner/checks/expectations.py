"""What a query is expected to find, as far as it can be judged without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.codes import model as codes
from planner.expressions.rules import in_words
from planner.suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.diagnostics import Report
    from planner.plan import Expect, Query, Table
    from planner.values import Item


def check_expectation(query: Query, table: Table, readable: frozenset[str] | None, report: Report) -> None:
    """Report expectations that can never hold.

    Args:
        query: The query.
        table: What it reads.
        readable: The attributes that it returns; None for all.
        report: Takes the problems.
    """
    expect = query.expect
    if expect is None:
        return
    for what, fix in (
        *_count_problems(expect, query.limit),
        *_attribute_problems(expect, table, readable),
    ):
        report.add(codes.BAD_EXPECTATION, expect.position, address=query.address, what=what, fix=fix)


def _count_problems(expect: Expect, limit: int | None) -> Iterator[tuple[str, str]]:
    least = _least(expect)
    if limit is not None and least > limit:
        yield (
            f"At least {least} items are expected, and the query returns at most {limit}.",
            "Raise the limit, or expect less.",
        )
    if expect.count is not None and least > expect.count:
        yield (
            f"{expect.count} items are expected by `count`, and at least {least} by the rest.",
            "Make them agree.",
        )
    if expect.items is not None and expect.count not in (None, len(expect.items)):
        yield (
            f"`items` names {len(expect.items)} items, and `count` says {expect.count}.",
            "Remove one of them: `items` names all items that are found.",
        )
    if expect.items is not None and expect.minimum is not None and expect.minimum > len(expect.items):
        yield (
            f"`items` names {len(expect.items)} items, and `min` says {expect.minimum}.",
            "Remove `min`: `items` names all items that are found.",
        )


def _least(expect: Expect) -> int:
    return max(
        expect.count or 0,
        expect.minimum or 0,
        len(expect.items or ()),
        1 if expect.first is not None or expect.contains else 0,
    )


def _attribute_problems(expect: Expect, table: Table, readable: frozenset[str] | None) -> Iterator[tuple[str, str]]:
    named: list[Item] = [*(expect.items or ()), *expect.contains, *expect.absent]
    if expect.first is not None:
        named.append(expect.first)
    names = dict.fromkeys(name for item in named for name in item)
    if expect.ordered is not None:
        names.setdefault(expect.ordered)
    for name in names:
        if readable is not None and name not in readable:
            yield (
                f"'{name}' is expected, and the query does not return it.",
                f"{did_you_mean(name, readable)}Read it too, by `projection` or the index's projection.",
            )
    wrong = {
        name: value
        for item in named
        for name, value in item.items()
        if name in table.key_names and table.key_types.get(name, "S") not in value
    }
    for name, value in wrong.items():
        kind, wanted = next(iter(value)), table.key_types.get(name, "S")
        yield (
            f"The key attribute '{name}' is {in_words(wanted)}, and is expected as {in_words(kind)}.",
            "Write it in the key's type.",
        )
