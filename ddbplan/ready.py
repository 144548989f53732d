"""The plans that ddbplan brings: real ones, complete, to start from."""

from __future__ import annotations

import re
from pathlib import Path

PLANS = ("financial", "analytics", "ecommerce", "social")
_PACKAGE = Path(__file__).resolve().parent
_DATABASE = re.compile(r"^database: .*$", re.MULTILINE)


def plan(name: str) -> str:
    """The text of a ready plan.

    Args:
        name: One of ``PLANS``.
    """
    return (_folder() / f"{name}.yaml").read_text(encoding="utf-8")


def template(name: str) -> str:
    """A file of a new project."""
    return (_PACKAGE / "templates" / name).read_text(encoding="utf-8")


def named(text: str, database: str) -> str:
    """A plan's text with another database: everything else stays as it is."""
    return _DATABASE.sub(f"database: {database}", text, count=1)


def _folder() -> Path:
    # In a wheel the plans lie inside the package, in a checkout beside it.
    inside = _PACKAGE / "plans"
    return inside if inside.is_dir() else _PACKAGE.parent / "plans"
