"""Lines of the files that diagnostics point into, for showing where a problem stands."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.diagnostics import Position

MAX_SHOWN = 120
MAX_FILE_BYTES = 64 * 1024 * 1024
_SUFFIXES = frozenset({".yaml", ".yml", ".json", ".jsonl"})


def from_here(file: str) -> str:
    """A diagnostic's file as whoever reads a checkout finds it: from the working folder where it lies in that."""
    if not Path(file).is_absolute():
        return os.path.normpath(file)
    inner = os.path.relpath(file)
    return file if inner.startswith("..") else inner


class SourceLines:
    """Reads each file once, and only what plans consist of: elsewhere there is no line to show.

    A checkout may hold links to files that are nobody's business: what a link shows must lie in the working folder, and
    be a file that plans are made of.
    """

    def __init__(self) -> None:
        self._files: dict[str, list[str]] = {}

    def excerpt(self, position: Position) -> tuple[str, int] | None:
        """The line of a position and the offset of its column in what is returned; None when there is none.

        Long lines are cut around the column.
        """
        lines = self._lines(position.file)
        if not 1 <= position.line <= len(lines):
            return None
        line = lines[position.line - 1].replace("\t", " ")
        offset = min(position.column - 1, len(line))
        start = max(0, offset - MAX_SHOWN // 2) if len(line) > MAX_SHOWN else 0
        return line[start : start + MAX_SHOWN], offset - start

    def _lines(self, file: str) -> list[str]:
        if file not in self._files:
            self._files[file] = _read(Path(file))
        return self._files[file]


def _read(path: Path) -> list[str]:
    try:
        if not _may_be_shown(path):
            return []
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_FILE_BYTES:
            return []
        # Not splitlines(): it also breaks at characters that are no line breaks to YAML.
        return path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
    except (OSError, RuntimeError, ValueError):
        return []


def _may_be_shown(path: Path) -> bool:
    """Whether a file is of a kind that plans consist of, and lies where its path says, or in the working folder."""
    here, real = Path.cwd().resolve(), path.resolve()
    named = Path(os.path.normpath(here / path))
    if not {path.suffix, real.suffix} <= _SUFFIXES:
        return False
    if not named.is_relative_to(here):
        # Only a person names what lies elsewhere; plans that are found by folder do not.
        return not path.is_symlink()
    visible = real.is_relative_to(here) and not any(part.startswith(".") for part in real.relative_to(here).parts)
    return visible or real == named
