"""The only files that an import reads beside those that are named: inside one folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from planner.importing.values import Reason, RefusedError, Unknown

MAX_BYTES = 64 * 1024 * 1024
MAX_FILES = 500


@dataclass(slots=True)
class Inside:
    """A folder whose files may be read; links that lead out of it are not followed.

    Attributes:
        root: The folder, resolved.
        read: What was read so far, so that no chain of files is endless.
    """

    root: Path
    read: int = field(default=0)

    def find(self, base: Path, relative: str) -> Path | Unknown:
        """A file or folder that another file names, or why it cannot be looked at.

        Args:
            base: The folder that the name is relative to.
            relative: As the file has it.
        """
        why = f"`{relative}` is not inside `{self.root.name or self.root}`; --inside names the folder to look in"
        try:
            path = (base / relative).resolve()
        except (OSError, ValueError, RuntimeError):
            return Unknown(text=relative, why=why)
        if not path.is_relative_to(self.root):
            return Unknown(text=relative, why=why)
        if not path.exists():
            return Unknown(text=relative, why=f"there is no file `{relative}`")
        return path

    def text(self, path: Path) -> str:
        """The text of a file that was found.

        Raises:
            RefusedError: It cannot be read, or too many were.
        """
        self.read += 1
        if self.read > MAX_FILES:
            raise RefusedError(Reason.UNREADABLE, f"The import reads more than {MAX_FILES} files.")
        return read_text(path)


def read_text(path: Path) -> str:
    """A file's text without its byte order mark.

    Raises:
        RefusedError: It is no regular file, is too large, or is not UTF-8.
    """
    try:
        if not path.is_file():
            raise RefusedError(Reason.UNREADABLE, f"`{path}` is no file.")
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as problem:
        raise RefusedError(Reason.UNREADABLE, f"`{path}` cannot be read: {problem.strerror}.") from None
    if len(data) > MAX_BYTES:
        raise RefusedError(Reason.UNREADABLE, f"`{path}` is larger than {MAX_BYTES:,} bytes.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError(Reason.UNREADABLE, f"`{path}` is not UTF-8 text.") from None
