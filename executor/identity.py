"""Who runs this: the process, its host and boot, and the git commit of the plan."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

GIT_TIMEOUT = 5.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_PID_NAMESPACE = Path("/proc/self/ns/pid")
_START_TIME_FIELD = 19
"""Field 22 of /proc/PID/stat, counted from the state, which follows the name in parentheses (proc(5))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A process on a host.

    Attributes:
        owner: The person, as ``user@host``.
        host: The host's name.
        boot_id: The boot of that host and the process namespace; empty where the system cannot say.
        pid: The process id.
        started: When it started, in the system's own ticks; empty where the system cannot say.
    """

    owner: str
    host: str
    boot_id: str
    pid: int
    started: str


def this_process() -> Process:
    """The running process."""
    host = socket.gethostname()
    pid = os.getpid()
    return Process(owner=f"{_user()}@{host}", host=host, boot_id=_boot_id(), pid=pid, started=_started(pid))


def is_gone(*, host: str, boot_id: str, pid: int, started: str) -> bool:
    """Whether a process is certainly dead: on this host, this boot and this process namespace, and not running.

    A pid that another process has now (its start time differs) counts as dead. Where the system cannot tell, the
    answer is False and the lease decides.
    """
    here = this_process()
    if not boot_id or (host, boot_id) != (here.host, here.boot_id):
        return False
    state = _state(pid)
    if state is None:
        return not _exists(pid)
    return state in ("Z", "X") or (bool(started) and _started(pid) not in ("", started))


def now_text() -> str:
    """The present time for records, ISO 8601 in UTC with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def seconds() -> float:
    """A clock that never goes back and, where the system has one, goes on while it sleeps."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boottime is None else time.clock_gettime(boottime)


def git_commit(folder: Path) -> str:
    """The commit that is checked out in a folder, with ``+`` where files under it differ from it; empty without git."""
    commit = _git(folder, "rev-parse", "HEAD")
    if not commit:
        return ""
    return commit + ("+" if _git(folder, "status", "--porcelain", "--", ".") else "")


def _git(folder: Path, *arguments: str) -> str:
    program = shutil.which("git")
    if program is None:
        return ""
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - git itself, with arguments of our own
            [program, "-C", str(folder), *arguments],
            capture_output=True,
            check=False,
            text=True,
            errors="replace",
            timeout=GIT_TIMEOUT,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return str(os.getuid())


def _boot_id() -> str:
    try:
        return f"{_BOOT_ID.read_text().strip()}/{_PID_NAMESPACE.readlink()}"
    except OSError:
        return ""


def _stat(pid: int) -> list[str]:
    try:
        content = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return []
    return content.rpartition(")")[2].split()


def _state(pid: int) -> str | None:
    fields = _stat(pid)
    return fields[0] if fields else None


def _started(pid: int) -> str:
    fields = _stat(pid)
    return fields[_START_TIME_FIELD] if len(fields) > _START_TIME_FIELD else ""


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
