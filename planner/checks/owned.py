"""Seeds that own only some attributes of their items (``attributes: [...]``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checked import MAX_RECORDED_ROWS
from planner.checks.items import ItemProblem
from planner.codes import sources as codes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.diagnostics import Report
    from planner.plan import Seed, Table
    from planner.values import Item


MAX_OWNED = 80
"""Attributes of one row: the expressions of its update may have 4 KB each, and say some 50 bytes of each attribute."""


def check_owned(table: Table, seed: Seed, report: Report) -> bool:
    """Whether the attributes that a seed owns can be owned; what cannot is reported."""
    if not seed.attributes or set(seed.attributes) - set(table.key_names):
        return True
    report.add(
        codes.BAD_ATTRIBUTES,
        seed.position,
        address=seed.address,
        what=f"The seed owns nothing but the key of table '{table.key}', which says which item is meant.",
        fix="Name the attributes that it sets; each row has the key all the same.",
    )
    return False


def owned_problem(item: Item, table: Table, seed: Seed) -> ItemProblem | None:
    """What keeps a row from being an update of the attributes that the seed owns; None for seeds of whole items."""
    if not seed.attributes:
        return None
    owned = [name for name in item if name not in table.key_names]
    others = [name for name in owned if name not in seed.attributes]
    if others:
        return ItemProblem(
            code=codes.BAD_ATTRIBUTES,
            what=f"The row has {_listed(others)}, and the seed does not own it.",
            fix="Leave it out, or name it under `attributes`.",
        )
    if not owned:
        return ItemProblem(
            code=codes.BAD_ATTRIBUTES,
            what="The row has none of the attributes that the seed owns.",
            fix=f"Give it one of {_listed(seed.attributes)}, or leave the row out.",
        )
    if len(owned) > MAX_OWNED:
        return ItemProblem(
            code=codes.BAD_ATTRIBUTES,
            what=f"The row sets {len(owned)} attributes; {MAX_OWNED} are the most that one update holds.",
            fix="Keep what belongs together in one attribute, as a map.",
        )
    return None


def check_owned_count(seed: Seed, count: int, report: Report) -> None:
    """Report a seed of some attributes that has more rows than the ledger remembers one by one."""
    if seed.attributes and count > MAX_RECORDED_ROWS:
        report.add(
            codes.BAD_ATTRIBUTES,
            seed.position,
            address=seed.address,
            what=f"The seed owns some attributes of {count:,} items; {MAX_RECORDED_ROWS:,} are the most.",
            fix="Change so many items by a job of the application, which knows how to go on after an interruption.",
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
