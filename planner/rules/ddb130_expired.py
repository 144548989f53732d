"""DDB130: expired items stay for up to two days, so readers leave them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, warning
from planner.rules.model import attributes_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model, Read

CODE = warning(
    "DDB130",
    "Query that returns expired items",
    "DynamoDB deletes expired items up to 48 hours late, and returns them until then: a session or a "
    "token that has ended "
    "would still be good.",
)


def _find(model: Model) -> Iterator[Finding]:
    for read in model.reads:
        attribute = read.table.settings.get("time_to_live", "off")
        if attribute == "off" or read.table.external:
            continue
        asked = attributes_in(read.filter) | {term.attribute for term in read.terms}
        if attribute not in asked:
            yield Finding(
                position=read.query.position,
                address=read.address,
                what=f"'{read.query.name}' reads table '{read.table.key}', whose items expire by "
                f"'{attribute}', and does "
                "not leave expired ones out.",
                fix=f"Add `filter: {attribute} > :now`"
                + (f", and '{attribute}' to the index's projection." if _lacks(read, attribute) else "."),
            )


def _lacks(read: Read, attribute: str) -> bool:
    """Whether the index that is read does not hold the attribute."""
    return read.index is not None and read.index.projection != "ALL" and attribute not in read.index.projection


RULE = Rule(code=CODE, find=_find)
