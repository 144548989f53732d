"""Amazon's DynamoDB Local as a throwaway engine, for a second opinion beside the embedded one."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from executor.local.errors import EngineProgramMissingError, LocalEngineError
from executor.local.process import HOST, START_SECONDS, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

JAR = "DynamoDBLocal.jar"
VARIABLE = "DDBPLAN_DYNAMODB_LOCAL"
ATTEMPTS = 3
_POLL_SECONDS = 0.05
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "JAVA_HOME")


def find_jar() -> Path:
    """Where DynamoDB Local is.

    No file of a project names it: a checkout is not to choose what is run.

    Raises:
        EngineProgramMissingError: The variable names nothing that can be run, or there is no Java.
    """
    named = os.environ.get(VARIABLE, "")
    jar = Path(named).expanduser() if named else Path()
    jar = jar / JAR if jar.is_dir() else jar
    if not named or not jar.is_file():
        what = f"names {named}, where there is no {JAR}" if named else "is not set"
        raise EngineProgramMissingError(
            f"DynamoDB Local is found by the variable {VARIABLE}, which {what}. Download it from AWS, unpack it, and "
            "name its folder there."
        )
    if shutil.which("java") is None:
        raise EngineProgramMissingError("DynamoDB Local needs Java, and there is no program `java` on PATH.")
    return jar


@contextlib.contextmanager
def throwaway() -> Iterator[str]:
    """DynamoDB Local in memory, gone at the end; yields its endpoint URL.

    Raises:
        LocalEngineError: It cannot be started.
    """
    jar = find_jar()
    with tempfile.TemporaryDirectory(prefix="ddbplan-") as folder, contextlib.ExitStack() as stack:
        for _ in range(ATTEMPTS):
            port = free_port()
            process = stack.enter_context(_started(jar, port, folder))
            if _answers(process, port):
                break
        else:
            raise LocalEngineError(
                "DynamoDB Local did not start. Try its command by hand: java -jar DynamoDBLocal.jar."
            )
        yield f"http://{HOST}:{port}"


@contextlib.contextmanager
def _started(jar: Path, port: int, folder: str) -> Iterator[subprocess.Popen[bytes]]:
    libraries = f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"
    command = ["java", libraries, "-jar", str(jar), "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    process = subprocess.Popen(  # noqa: S603 - the program that a person's variable names
        command,
        cwd=folder,  # it leaves files where it is started
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(_POLL_SECONDS)
        else:
            return True
        finally:
            connection.close()
    return False
