"""Lines of the files that diagnostics point into, for showing where a problem stands."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.diagnostics import Position

MAX_SHOWN = 120
MAX_FILE_BYTES = 64 * 1024 * 1024


class SourceLines:
    """Reads each file once, and only regular files of a sane size; elsewhere there is no line to show."""

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
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_FILE_BYTES:
            return []
        # Not splitlines(): it also breaks at characters that are no line breaks to YAML.
        return path.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
    except OSError:
        return []
