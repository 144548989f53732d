"""The file of rows that are not loaded: JSON lines with file, line, reason and the row's text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from planner.reading.row_problems import Reject, RowPolicy

DEFAULT_REJECTS = ".ddbplan/rejects.jsonl"


_BEGINNING = b'{"seed": "seed.'


class RejectsFile:
    """Takes bad rows; the file is made with the first one, and holds those of one command."""

    def __init__(self, path: Path, shown: str) -> None:
        self._path = path
        self._shown = shown
        self._known: set[tuple[str, str]] = set()
        self._failed = False

    @property
    def shown(self) -> str:
        """Where they can be looked at; empty where they could not be kept."""
        return "" if self._failed else self._shown

    def clear(self) -> None:
        """Remove the rows of an earlier command, which are none of this one; another file of that name stays."""
        try:
            with self._path.open("rb") as file:
                is_ours = file.read(len(_BEGINNING)) == _BEGINNING
            if is_ours:
                self._path.unlink()
        except OSError:
            # There is none, or it is out of reach; rows of this command would not be kept there either.
            return

    def add(self, reject: Reject) -> None:
        """Keep a row; the same row of another environment is kept once."""
        place = (reject.address, str(reject.position))
        if place in self._known or self._failed:
            return
        line = json.dumps(
            {
                "seed": reject.address,
                "file": reject.position.file,
                "line": reject.position.line,
                "column": reject.position.column,
                "reason": reject.reason,
                "row": reject.row,
            }
        )
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a" if self._known else "w", encoding="ascii") as file:
                file.write(line + "\n")
        except OSError:
            # The diagnostics say what is wrong with the rows; that they are not kept as well keeps nobody from that.
            self._failed = True
        self._known.add(place)


def row_policy(max_errors: int, rejects: str) -> RowPolicy:
    """What happens to bad rows, as typed.

    Args:
        max_errors: As many bad rows of a seed are left out.
        rejects: The file that they are written to, relative to the working directory.
    """
    from ddbplan import workspace  # noqa: PLC0415 - the options are read before
    from planner.reading.row_problems import RowPolicy  # noqa: PLC0415 - reading brings YAML

    file = RejectsFile(workspace.folder() / rejects, rejects)
    file.clear()
    return RowPolicy(max_errors=max_errors, rejects=file)
