"""Files that are written for a browser."""

from __future__ import annotations

from pathlib import Path

from ddbplan.failures import Failure

MARK = '<meta name="generator" content="ddbplan">'
"""Stands in every page, near its beginning."""
_LOOKED_AT = 4_096


def own_file(name: str) -> Path:
    """The file that a page goes to where nobody named one; never one that somebody else made.

    Raises:
        Failure: There is another file of that name.
    """
    path = Path(f"{name}.html")
    try:
        with path.open("rb") as file:
            ours = MARK.encode() in file.read(_LOOKED_AT)
    except FileNotFoundError:
        return path
    except OSError as problem:
        raise Failure(f"{path} cannot be written: {problem.strerror}. Give another file with -o.") from None
    if not ours:
        raise Failure(f"{path} is no page of ddbplan, so it was left as it is. Give another file with -o.")
    return path


def write_file(path: Path, text: str) -> None:
    """Write a file, whole or not at all.

    Raises:
        Failure: It cannot be written.
    """
    new = path.parent / f"{path.name}.new"
    try:
        new.write_text(text, encoding="utf-8", newline="\n")
        new.replace(path)
    except (OSError, ValueError) as problem:
        new.unlink(missing_ok=True)
        reason = problem.strerror if isinstance(problem, OSError) else str(problem)
        raise Failure(f"{path} cannot be written: {reason}.") from None
