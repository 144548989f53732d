"""DDB104: the application never scans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model

CODE = warning(
    "DDB104",
    "Scan as an access pattern",
    "A scan reads and charges every item whatever its filter keeps, and gets slower with each item; it means that the "
    "model lacks a key.",
)


def _find(model: Model) -> Iterator[Finding]:
    for read in model.reads:
        if read.query.scan:
            yield Finding(
                position=read.at("scan"),
                address=read.address,
                what=f"'{read.query.name}' scans all of "
                + (f"the index '{read.query.index}'." if read.query.index else f"table '{read.table.key}'."),
                fix="Give the table or an index a key that answers it. For maintenance, say so: "
                "`# ddbplan: ignore DDB104 because ...` on this line.",
            )


RULE = Rule(code=CODE, find=_find)
