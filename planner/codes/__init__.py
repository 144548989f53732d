"""The catalogue of diagnostics: every code, once, with its severity, title and reason."""

from __future__ import annotations

from planner.codes import author, changes, model, reading
from planner.diagnostics import Code


def catalogue() -> dict[str, Code]:
    """Every code by name, in order.

    Raises:
        ValueError: Two kinds of diagnostic claim one code.
    """
    found: dict[str, Code] = {}
    for module in (reading, model, changes, author):
        for value in vars(module).values():
            if isinstance(value, Code):
                if value.code in found:
                    raise ValueError(f"{value.code} is defined twice. This is a bug in ddbplan.")
                found[value.code] = value
    return dict(sorted(found.items()))
