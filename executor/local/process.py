"""The embedded engine as a process: started on a free loopback port, recognised again, stopped so that it saves."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from executor.local.errors import LocalEngineError

HOST = "127.0.0.1"
START_SECONDS = 30.0
STOP_SECONDS = 120.0
PORT_ATTEMPTS = 5
_POLL_SECONDS = 0.01
_PORT_VARIABLE = "GATEWAY_PORT"
_HEALTH_PATH = "/_ministack/health"
_KEPT_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineProcess:
    """A process that cannot be taken for another one with the same number.

    Attributes:
        pid: Its number.
        started: When the system says it started, in the system's own terms; empty when it had ended already.
        port: The loopback port that it listens on.
        ours: This very process started it, so that nobody has to be asked what it is.
    """

    pid: int
    started: str
    port: int
    ours: bool = False

    @property
    def endpoint_url(self) -> str:
        """Where clients reach it."""
        return f"http://{HOST}:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether this very process is still running: same start, and an engine that ddbplan started for this port.

        Only such a process is ever sent a signal, whatever a file says of it.
        """
        if self.pid <= 1 or not self.started:
            return False
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)  # our own child would stay in the table after its end
        return start_mark(self.pid) == self.started and (self.ours or _is_engine(self.pid, self.port))


def launch(program: Path, *, log: Path, data: Path | None, port: int | None = None) -> EngineProcess:
    """Start the engine and return once it answers.

    Args:
        program: What ``find_engine_program`` found.
        log: Where its output goes; written anew.
        data: The folder whose content it loads and, on a clean stop, saves to; None keeps everything in memory.
        port: A port to prefer; any free one when it is taken.

    Raises:
        LocalEngineError: It did not start.
    """
    for attempt in range(PORT_ATTEMPTS):
        chosen = port if port is not None and attempt == 0 and _is_free(port) else free_port()
        process = _spawn(program, log, data, chosen)
        if _answers(process):
            return process
        kill(process)
        if "already in use" not in _text(log):
            break
    raise LocalEngineError(f"The embedded engine did not start. Its output is in {log}:\n{_last_lines(log)}")


def free_port() -> int:
    """A loopback port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def terminate(process: EngineProcess, *, seconds: float = STOP_SECONDS) -> None:
    """Ask the engine to end, which makes it save, and wait until it is gone.

    Raises:
        LocalEngineError: It is still there after ``seconds``.
    """
    _send(process, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while process.alive:
        if time.monotonic() > deadline:
            raise LocalEngineError(
                f"The embedded engine (process {process.pid}) was asked to stop and save {seconds:.0f} s ago and still "
                "runs. Wait until it ends, then run the command again.",
            )
        time.sleep(_POLL_SECONDS)


def kill(process: EngineProcess) -> None:
    """End the engine at once; nothing is saved."""
    _send(process, signal.SIGKILL)
    while process.alive:
        time.sleep(_POLL_SECONDS)


def _send(process: EngineProcess, number: signal.Signals) -> None:
    """Send a signal to this very process, and to none that took its number since it was looked at."""
    with contextlib.suppress(ProcessLookupError):
        if not hasattr(os, "pidfd_open"):
            if process.alive:
                os.kill(process.pid, number)
            return
        held = os.pidfd_open(process.pid)
        try:
            if process.alive:
                signal.pidfd_send_signal(held, number)
        finally:
            os.close(held)


def start_mark(pid: int) -> str:
    """What the system says about when a process started; empty when there is no such process or it has ended."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return ""
        state, started = fields[0], fields[19]
        return "" if state in "ZX" else started
    listed = subprocess.run(  # noqa: S603 - a fixed command and a number
        ["/bin/ps", "-o", "lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout.strip()


def persistence_errors(log: Path) -> tuple[str, ...]:
    """What the engine said about data that it could not load or save."""
    marks = ("Persistence: failed", "Persistence: error", "refusing to load", "Failed to restore persisted state")
    return tuple(line for line in _text(log).splitlines() if any(mark in line for mark in marks))


def _spawn(program: Path, log: Path, data: Path | None, port: int) -> EngineProcess:
    descriptor = _open_log(log)
    try:
        # Not subprocess: the engine outlives this process on purpose, in a session of its own that no Ctrl-C reaches.
        pid = os.posix_spawn(
            program,
            [str(program)],
            _environment(port, data),
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, descriptor, 1),
                (os.POSIX_SPAWN_DUP2, descriptor, 2),
            ],
            setsid=True,
        )
    except OSError as problem:
        raise LocalEngineError(f"The embedded engine {program} cannot be run: {problem.strerror}.") from None
    finally:
        os.close(descriptor)
    return EngineProcess(pid=pid, started=start_mark(pid), port=port, ours=True)


def _open_log(log: Path) -> int:
    try:
        return os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as problem:
        raise LocalEngineError(f"The embedded engine's output cannot go to {log}: {problem.strerror}.") from None


def _environment(port: int, data: Path | None) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    ours = {
        _PORT_VARIABLE: str(port),
        "BIND_HOST": HOST,
        "LOG_LEVEL": "WARNING",
        "PYTHONUTF8": "1",
        # The engine imitates many services; those that open ports of their own or touch containers stay off.
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
        "DOCKER_HOST": "unix:///nonexistent",
    }
    if data is not None:
        # Objects of S3 are no part of the state that it saves: without a folder of their own an export would be gone.
        objects = {"S3_PERSIST": "1", "S3_DATA_DIR": str(data / "s3")}
        ours |= {"PERSIST_STATE": "1", "STATE_DIR": str(data), **objects}
    return kept | ours


def _answers(process: EngineProcess) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.alive:
        connection = http.client.HTTPConnection(HOST, process.port, timeout=5)
        try:
            connection.request("GET", _HEALTH_PATH)
            if connection.getresponse().status == http.HTTPStatus.OK:
                return process.alive
        except (OSError, http.client.HTTPException):
            time.sleep(_POLL_SECONDS)
        finally:
            connection.close()
    return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _is_engine(pid: int, port: int) -> bool:
    """Whether a process was started as ``_spawn`` starts the engine, by its environment."""
    mark = f"{_PORT_VARIABLE}={port}"
    if Path("/proc/self/environ").exists():
        try:
            return mark.encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        except OSError:
            return False
    listed = subprocess.run(  # noqa: S603 - a fixed command and a number
        ["/bin/ps", "-E", "-ww", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    return mark in listed.stdout.split()


def _text(log: Path) -> str:
    try:
        return log.read_text(errors="replace")
    except OSError:
        return ""


def _last_lines(log: Path) -> str:
    return "\n".join(f"    {line}" for line in _text(log).splitlines()[-5:]) or "    (it said nothing)"
