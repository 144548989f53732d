"""Where one folder's engine keeps what it needs: paths, the record of the running process, the mark of unsaved data."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from executor.local.errors import LocalEngineError
from executor.local.process import EngineProcess

if TYPE_CHECKING:
    from pathlib import Path

HOME = ".ddbplan"


@dataclass(frozen=True, slots=True)
class Home:
    """One folder's engine.

    Attributes:
        folder: The folder whose ``.ddbplan`` is meant.
    """

    folder: Path

    @property
    def root(self) -> Path:
        """Where everything lies."""
        return self.folder / HOME / "local"

    @property
    def data(self) -> Path:
        """What the engine loads and saves."""
        return self.root / "data"

    @property
    def record(self) -> Path:
        """The running process."""
        return self.root / "engine.json"

    @property
    def log(self) -> Path:
        """The engine's output."""
        return self.root / "engine.log"

    @property
    def unsaved(self) -> Path:
        """Stands from before the first write until the engine has saved."""
        return self.root / "unsaved"

    @property
    def users(self) -> Path:
        """Held shared by every command that uses the engine, alone by the one that stops it."""
        return self.root / "users.lock"

    @property
    def change(self) -> Path:
        """Held by the one command that starts or stops the engine."""
        return self.root / "change.lock"

    def check(self) -> None:
        """Refuse what leads out of the folder: a checkout may hold links that somebody else chose.

        Raises:
            LocalEngineError: A part of it is a symbolic link.
        """
        files = (self.record, self.log, self.unsaved, self.users, self.change, self.data / "dynamodb.json")
        for path in (self.folder / HOME, self.root, self.data, *files):
            if path.is_symlink():
                raise LocalEngineError(
                    f"{path} is a symbolic link, and the embedded engine keeps nothing behind one. "
                    "Remove it, and run the command again.",
                )

    def make(self) -> None:
        """Make the folders.

        Raises:
            LocalEngineError: They lead elsewhere, or cannot be written.
        """
        self.check()
        try:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            with contextlib.suppress(FileExistsError), (self.folder / HOME / ".gitignore").open("x") as ignored:
                ignored.write("*\n")
        except OSError as problem:
            raise LocalEngineError(
                f"The embedded engine keeps its data in {self.root}, which cannot be written: {problem.strerror}.",
            ) from None

    @property
    def was_lost(self) -> bool:
        """Whether the last engine ended without saving what was written after the mark."""
        try:
            marked = self.unsaved.stat().st_mtime_ns
        except FileNotFoundError:
            return False
        saved = self.data / "dynamodb.json"
        return not saved.exists() or saved.stat().st_mtime_ns < marked

    def mark_unsaved(self) -> None:
        """Note that something is about to be written."""
        self.unsaved.touch(mode=0o600)

    def write_record(self, process: EngineProcess, *, keep: bool) -> None:
        """Record the running process; ``keep`` when it is to stay between commands."""
        record = {"version": 1, "pid": process.pid, "started": process.started, "port": process.port, "kept": keep}
        written = self.record.with_suffix(".new")
        written.unlink(missing_ok=True)
        with written.open("x") as file:
            file.write(json.dumps(record))
        written.replace(self.record)

    def read_record(self) -> tuple[EngineProcess, bool] | None:
        """The recorded process and whether it is kept; None where nothing is recorded."""
        try:
            record = json.loads(self.record.read_text())
            process = EngineProcess(pid=int(record["pid"]), started=str(record["started"]), port=int(record["port"]))
            return process, bool(record["kept"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            return None  # a torn or foreign file says nothing about a process: a new one is started


def flush(path: Path) -> None:
    """Have a file or folder written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
