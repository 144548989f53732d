"""The embedded engine behind ``--local``: one for a folder, shared by every command that runs there.

Everything lies in ``FOLDER/.ddbplan/local``: ``data`` (what the engine loads and saves), ``engine.json`` (the running
process), ``engine.log``, two lock files, and ``unsaved``, a mark that stands from before the first write until the
engine has saved. The engine saves only when it stops, so the last command to leave it after anybody wrote stops it;
the next command starts it again in a third of a second.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from executor.local import locks
from executor.local.errors import EngineBusyError, LocalEngineError
from executor.local.home import Home, flush
from executor.local.process import EngineProcess, kill, launch, persistence_errors, terminate
from executor.local.program import find_engine_program

if TYPE_CHECKING:
    from collections.abc import Iterator

STOP_PATIENCE_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalEngine:
    """The engine as a command sees it.

    Attributes:
        endpoint_url: Where it answers.
        pid: Its process.
        port: Its loopback port.
        folder: Where its data lies.
        lost: Its predecessor ended without saving, so what was written since the last save is gone.
    """

    endpoint_url: str
    pid: int
    port: int
    folder: Path
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStatus:
    """What there is.

    Attributes:
        engine: The running engine, if one runs.
        kept: It was started by ``local start`` and keeps running between commands.
        folder: Where the data lies, or would.
        data_bytes: Size of what is saved.
        unsaved: Something was written that is not saved yet.
    """

    engine: LocalEngine | None
    kept: bool
    folder: Path
    data_bytes: int
    unsaved: bool


def start(folder: Path) -> LocalEngine:
    """Start the engine for a folder and keep it running between commands; idempotent.

    Args:
        folder: The folder whose ``.ddbplan`` holds the data.

    Raises:
        LocalEngineError: It cannot be started.
    """
    home = Home(folder)
    home.make()
    with locks.shared(home.users):
        return _ensure(home, keep=True)


@contextlib.contextmanager
def session(folder: Path, *, writes: bool) -> Iterator[LocalEngine]:
    """Use the engine for one command; whoever leaves last after a write makes it save.

    Args:
        folder: The folder whose ``.ddbplan`` holds the data.
        writes: The command may write.

    Raises:
        LocalEngineError: It cannot be started, or could not save.
    """
    home = Home(folder)
    home.make()
    try:
        with locks.shared(home.users):
            engine = _ensure(home, keep=False)
            if writes:
                home.mark_unsaved()
            yield engine
    finally:
        _save_if_last(home)


def stop(folder: Path) -> bool:
    """Stop the engine so that it saves; whether one was running.

    Raises:
        EngineBusyError: A command is using it.
        LocalEngineError: It could not save.
    """
    home = Home(folder)
    home.check()
    if not home.root.exists():
        return False
    with _alone(home), locks.exclusive(home.change):
        return _stop_and_save(home)


def reset(folder: Path) -> None:
    """Stop the engine and delete all of its data.

    Raises:
        EngineBusyError: A command is using it.
    """
    home = Home(folder)
    home.check()
    if not home.root.exists():
        return
    with _alone(home), locks.exclusive(home.change):
        record = home.read_record()
        if record is not None:
            kill(record[0])
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(home.data)
        for file in (home.record, home.unsaved, home.log):
            file.unlink(missing_ok=True)


def status(folder: Path) -> LocalStatus:
    """What runs and what is kept for a folder; starts nothing.

    Raises:
        LocalEngineError: The folder leads elsewhere.
    """
    home = Home(folder)
    home.check()
    record = home.read_record()
    running = record is not None and record[0].alive
    size = sum(file.stat().st_size for file in home.data.rglob("*") if file.is_file()) if home.data.exists() else 0
    return LocalStatus(
        engine=_seen(home, record[0]) if record is not None and running else None,
        kept=record is not None and running and record[1],
        folder=home.root,
        data_bytes=size,
        unsaved=home.unsaved.exists(),
    )


@contextlib.contextmanager
def throwaway() -> Iterator[str]:
    """An engine of one's own, in memory, gone at the end; yields its endpoint URL.

    Raises:
        LocalEngineError: It cannot be started.
    """
    program = find_engine_program()
    with tempfile.TemporaryDirectory(prefix="ddbplan-") as folder:
        process = launch(program, log=Path(folder) / "engine.log", data=None)
        try:
            yield process.endpoint_url
        finally:
            kill(process)


@contextlib.contextmanager
def _alone(home: Home) -> Iterator[None]:
    with locks.try_exclusive(home.users, seconds=STOP_PATIENCE_SECONDS) as held:
        if not held:
            raise EngineBusyError(
                "Another command is using the embedded engine. Wait until it ends, then run this one again.",
            )
        yield


def _ensure(home: Home, *, keep: bool) -> LocalEngine:
    with locks.exclusive(home.change):
        record = home.read_record()
        if record is not None and record[0].alive:
            process, kept = record
            if keep and not kept:
                home.write_record(process, keep=True)
            return _seen(home, process)
        lost = home.was_lost
        process = _launch(home, port=record[0].port if record else None)
        home.write_record(process, keep=keep)
        home.unsaved.unlink(missing_ok=True)
        return _seen(home, process, lost=lost)


def _launch(home: Home, *, port: int | None) -> EngineProcess:
    process = launch(find_engine_program(), log=home.log, data=home.data, port=port)
    unread = persistence_errors(home.log)
    if unread:
        kill(process)  # a clean stop would save its empty state over the data
        raise LocalEngineError(
            f"The embedded engine cannot read its data in {home.data}:\n    {unread[0]}\n"
            "Put a good copy back, or give the data up:\n\n    ddbplan local reset",
        )
    return process


def _save_if_last(home: Home) -> None:
    if not home.unsaved.exists():
        return
    with locks.try_exclusive(home.users) as held:
        # Whoever still uses the engine comes here after us and finds the mark.
        if not held or not home.unsaved.exists():
            return
        with locks.exclusive(home.change):
            record = home.read_record()
            _stop_and_save(home)
            if record is not None and record[1]:
                home.write_record(_launch(home, port=record[0].port), keep=True)


def _stop_and_save(home: Home) -> bool:
    record = home.read_record()
    if record is None or not record[0].alive:
        return False
    terminate(record[0])
    unsaved = persistence_errors(home.log)
    if unsaved:
        raise LocalEngineError(f"The embedded engine could not save its data in {home.data}:\n    {unsaved[0]}")
    for file in home.data.glob("*.json"):
        flush(file)
    flush(home.data)
    home.unsaved.unlink(missing_ok=True)
    return True


def _seen(home: Home, process: EngineProcess, *, lost: bool = False) -> LocalEngine:
    return LocalEngine(
        endpoint_url=process.endpoint_url,
        pid=process.pid,
        port=process.port,
        folder=home.root,
        lost=lost,
    )
