"""DDB101: every access pattern says how often it is asked and how large its items are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, plural, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.plan import Query, Transaction
    from planner.rules.model import Model

CODE = warning(
    "DDB101",
    "Access pattern without a rate or a size",
    "Without them nothing can be sized: neither cost, nor whether one partition carries the load.",
)
_FIX = (
    "Add `rate` (calls a second) and `item_size`, such as `rate: 20` and `item_size: 1 KB`; a guess is better than "
    "nothing."
)


def _find(model: Model) -> Iterator[Finding]:
    patterns: list[Query | Transaction] = [*model.plan.queries.values(), *model.patterns]
    unsaid = {one.name: missing for one in patterns if (missing := _missing(model, one))}
    if patterns and len(unsaid) == len(patterns) and len(patterns) > 1:
        # One sentence for a plan that says nothing of it at all.
        first = patterns[0]
        section = "queries" if model.plan.queries else "transactions"
        yield Finding(
            position=model.plan.positions.get(section, first.position),
            address=section,
            what=f"None of the {plural(len(patterns), 'access pattern')} says how often it is asked and how large its "
            "items are.",
            fix=_FIX,
        )
        return
    for one in patterns:
        if one.name in unsaid:
            yield Finding(
                position=one.position,
                address=one.address,
                what=f"'{one.name}' says nothing of its {unsaid[one.name]}.",
                fix=_FIX,
            )


def _missing(model: Model, one: Query | Transaction) -> str:
    tables = [one.table] if hasattr(one, "table") else [operation.table for operation in one.operations]
    volumes = [model.plan.tables[name].volume for name in tables]
    sized = one.item_size is not None or any(volume is not None and volume.item_size for volume in volumes)
    words = [*([] if one.rate is not None else ["rate"]), *([] if sized else ["item size"])]
    return " and ".join(words)


RULE = Rule(code=CODE, find=_find)
