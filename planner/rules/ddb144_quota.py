"""DDB144: what the plan says it will do is within the account's quota for one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.checks.indexes import index_address
from planner.rules.base import Finding, Rule, warning
from planner.rules.load import read_units, write_units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model

CODE = warning(
    "DDB144",
    "Load above the account's quota",
    "A table and each of its indexes may use so many units a second, on demand as well; AWS raises "
    "the quota on request, and "
    "that takes days.",
)


def _find(model: Model) -> Iterator[Finding]:
    quotas = model.quotas
    for table in model.tables:
        for index in (None, *table.global_indexes.values()):
            for word, units, most in (
                ("write", write_units(model, table, index), quotas.write_units_per_table),
                ("read", read_units(model, table, index), quotas.read_units_per_table),
            ):
                if units > most:
                    subject = f"Table '{table.key}'" if index is None else f"The index '{index.name}'"
                    yield Finding(
                        position=table.position if index is None else index.position,
                        address=table.address if index is None else index_address(table, index),
                        what=f"{subject} is to use {units:,.0f} {word} units a second; the quota is {most:,}.",
                        fix="Have it raised, and say so in ddbplan.toml: `[quotas]`, "
                        f"`{word}_units_per_table = NUMBER`.",
                    )


RULE = Rule(code=CODE, find=_find)
