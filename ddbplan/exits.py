"""Exit codes, by name. They are part of the interface: scripts and CI read them."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What a command came to."""

    DONE = 0
    """Done, or no difference."""
    ERROR = 1
    """An error, a usage error, or an invalid plan."""
    CHANGES = 2
    """``diff --detailed-exitcode`` found changes."""
    REFUSED = 3
    """Refused by a hazard that is not allowed, or by a policy."""
    STALE = 4
    """A stale approval, another ledger, or the lock is held."""
    IN_PROGRESS = 5
    """Left in progress on purpose (``--detach``)."""
    STOPPED = 6
    """Stopped part-way; the same command continues."""
    INTERRUPTED = 130
    """Ctrl-C."""
    TERMINATED = 143
    """SIGTERM."""
