"""One page for each code of a diagnostic, as ``ddbplan explain`` shows it.

The design rules and the waivers have a Markdown file each; all other codes stand in ``others.toml``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


def page(code: str) -> str | None:
    """The text of a code's page in Markdown; None for a code that has none.

    Args:
        code: Such as ``DDB116``; one of the catalogue, never a path.
    """
    if code in _others():
        return f"## What to do\n{_others()[code]}\n"
    found = files("planner.pages").joinpath(f"{code}.md") if code.isalnum() else None
    return found.read_text(encoding="utf-8") if found is not None and found.is_file() else None


@cache
def _others() -> dict[str, str]:
    return tomllib.loads(files("planner.pages").joinpath("others.toml").read_text(encoding="utf-8"))
