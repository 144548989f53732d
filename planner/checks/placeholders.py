"""Values against the placeholders that use them: each given, each used, each with a name that DynamoDB takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.codes import model as codes
from planner.expressions.problems import Problem
from planner.expressions.tree import placeholders
from planner.limits import MAX_ITEM_NESTING, MAX_PLACEHOLDER_CHARACTERS, MAX_SUBSTITUTION_BYTES
from planner.suggest import did_you_mean
from planner.values import nesting, value_size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planner.diagnostics import Position, Report
    from planner.expressions.problems import Complain
    from planner.expressions.tree import Condition, Update
    from planner.values import Item

_NAME = re.compile(r"[A-Za-z0-9_]+")


def check_defined(node: Condition | Update, values: Item, complain: Complain) -> None:
    """Report placeholders of an expression that have no value."""
    seen: set[str] = set()
    for placeholder in placeholders(node):
        if placeholder.name in values or placeholder.name in seen:
            continue
        seen.add(placeholder.name)
        complain(
            Problem(
                code=codes.UNDEFINED_VALUE,
                offset=placeholder.offset,
                what=f"':{placeholder.name}' has no value.",
                fix=f"{did_you_mean(placeholder.name, values)}Add `{placeholder.name}` under `values`.",
            ),
        )


def check_used(
    nodes: Sequence[Condition | Update], values: Item, report: Report, position: Position, address: str
) -> None:
    """Report values that none of the expressions uses, values DynamoDB does not take, and misnamed ones.

    Args:
        nodes: All expressions that share the values; call this only when every one of them could be read.
        values: By name without the colon.
        report: Takes the problems.
        position: Where the values' owner stands.
        address: Its address.
    """
    used = {placeholder.name for node in nodes for placeholder in placeholders(node)}
    for name, value in values.items():
        what = fix = None
        code = codes.UNUSED_VALUE
        if name.startswith(":"):
            what = f"The value '{name}' is named with a colon."
            fix = f"Write `{name[1:]}`: the colon stands in the expression only."
        elif not _NAME.fullmatch(name) or len(name) > MAX_PLACEHOLDER_CHARACTERS:
            what = f"'{name[:60]}' cannot be the name of a value."
            fix = f"Use letters, digits and underscores, at most {MAX_PLACEHOLDER_CHARACTERS} of them."
        elif name not in used:
            what = f"The value '{name}' is used by no expression."
            fix = f"{did_you_mean(name, used - values.keys())}Remove it, or use it as ':{name}'."
        elif nesting(value) > MAX_ITEM_NESTING:
            code = codes.TOO_DEEP
            what = f"The value '{name}' is nested more than {MAX_ITEM_NESTING} levels deep."
            fix = "Flatten it, or store it as text."
        if what and fix:
            report.add(code, position, address=address, what=what, fix=fix)
    _check_total(values, report, position, address)


def _check_total(values: Item, report: Report, position: Position, address: str) -> None:
    total = sum(value_size(value) for value in values.values() if nesting(value) <= MAX_ITEM_NESTING)
    if total > MAX_SUBSTITUTION_BYTES:
        report.add(
            codes.EXPRESSION_LIMIT,
            position,
            address=address,
            what=f"The values have {total:,} bytes together; DynamoDB takes {MAX_SUBSTITUTION_BYTES:,}.",
            fix="Use smaller values.",
        )
