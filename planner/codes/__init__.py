"""The catalogue of diagnostics: every code, once, with its severity, title and reason."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from planner.codes import author, changes, entities, model, reading, reports, sources
from planner.diagnostics import Code


@cache
def catalogue() -> Mapping[str, Code]:
    """Every code by name, in order; the design rules' with them.

    Raises:
        ValueError: Two kinds of diagnostic claim one code.
    """
    from planner.rules import DIFF_CODES, RULES  # noqa: PLC0415 - many modules, for those who ask for every code
    from planner.waivers import WAIVER_CODES  # noqa: PLC0415 - beside the rules

    modules = (reading, model, entities, changes, reports, author, sources)
    declared = [value for module in modules for value in vars(module).values() if isinstance(value, Code)]
    found: dict[str, Code] = {}
    for code in (*declared, *(rule.code for rule in RULES), *DIFF_CODES, *WAIVER_CODES):
        if code.code in found:
            raise ValueError(f"{code.code} is defined twice. This is a bug in ddbplan.")
        found[code.code] = code
    return dict(sorted(found.items()))
