"""How many items a person wants of a query."""

from __future__ import annotations

from typing import Any

import click

OWN = -1
"""As many as the query itself says."""
ALL = 0
MAX_DIGITS = 15
"""More than any table has items."""


class _Limit(click.ParamType[int]):
    """A number of items from 1, or ``all``."""

    name = "limit"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002 - click's signature
        """What stands in the help."""
        return "N|all"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; ``ALL`` for all."""
        if isinstance(value, int):
            return value
        if value == "all":
            return ALL
        if not value.isascii() or not value.isdigit() or len(value) > MAX_DIGITS or int(value) < 1:
            self.fail(f"{value!r} is neither a number from 1 nor all.", param, ctx)
        return int(value)


LIMIT = _Limit()
