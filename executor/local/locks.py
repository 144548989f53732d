"""Locks between processes, by ``flock``: the system releases them when their holder ends, however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_POLL_SECONDS = 0.05


@contextlib.contextmanager
def shared(path: Path) -> Iterator[None]:
    """Hold the lock together with any number of others; waits for an exclusive holder."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock alone; waits for all others."""
    with _opened(path) as descriptor:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def try_exclusive(path: Path, *, seconds: float = 0.0) -> Iterator[bool]:
    """Hold the lock alone if that is possible within ``seconds``; yields whether it is held."""
    deadline = time.monotonic() + seconds
    with _opened(path) as descriptor:
        held = _take(descriptor)
        while not held and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
            held = _take(descriptor)
        yield held


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)  # which releases the lock
