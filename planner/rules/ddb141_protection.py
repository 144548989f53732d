"""DDB141: data that matters can be restored, and its table cannot be deleted by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.rules.base import Finding, Rule, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.rules.model import Model

CODE = warning(
    "DDB141",
    "Table without protection",
    "Both are off unless a table says otherwise: without point-in-time recovery a wrong write is final, and without "
    "deletion protection so is a wrong click.",
)
_SETTINGS = {
    "point_in_time_recovery": "`point_in_time_recovery: true`",
    "deletion_protection": "`deletion_protection: true`",
}


def _find(model: Model) -> Iterator[Finding]:
    for table in model.tables:
        missing = [name for name in _SETTINGS if name not in table.settings]
        if not table.ephemeral and missing:
            yield Finding(
                position=table.position,
                address=table.address,
                what=f"Table '{table.key}' says nothing of {' and '.join(name.replace('_', ' ') for name in missing)}.",
                fix=f"Add {' and '.join(_SETTINGS[name] for name in missing)}; `ephemeral: true` where the data may be "
                "lost; or write `off` where that is meant.",
            )


RULE = Rule(code=CODE, find=_find)
