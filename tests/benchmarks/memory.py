"""The peak memory of a load, whatever its file's size: ``python -m tests.benchmarks.memory --gigabytes 5``.

A .jsonl file is generated on the spot and loaded into the null sink, on absence, by a process of its own.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from executor.clients import Clients, Target
from executor.registry import call_function
from executor.source import file_hash
from tests import engines
from tests.benchmarks.loader import item
from tests.fakes import sink

LIMIT = 200.0
"""MB of memory that a load may take."""
ROW = 1_000
_PART = 10_000


def generate(path: Path, size: int) -> int:
    """Write rows until the file has this many bytes; how many there are."""
    count = 0
    with path.open("wb") as file:
        while file.tell() < size:
            rows = (item(number, ROW) for number in range(count, count + _PART))
            file.write("".join(f"{_line(row)}\n" for row in rows).encode())
            count += _PART
    return count


def _line(row: dict[str, object]) -> str:
    import orjson  # noqa: PLC0415 - only the process that generates needs it

    return orjson.dumps(row).decode()


def load(url: str, file: str, sha256: str) -> None:
    """Load a file here, and print the rows and this process's peak memory in MB."""
    with Clients(Target(endpoint_url=url, local=True)) as clients:
        done = call_function("batch_write_items", clients, table_name="sink", source={"file": file, "sha256": sha256})
    if not done.ok:
        raise SystemExit(done.message)
    print(done.value["written"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(arguments: Sequence[str] = ()) -> int:
    """Print the figures; 1 when the load takes more memory than it may."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=5.0)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, sink.running() as url:
        path = Path(folder) / "rows.jsonl"
        count = generate(path, int(given.gigabytes * 1e9))
        started = time.perf_counter()
        command = [sys.executable, "-m", "tests.benchmarks.memory", "--load", url, str(path), file_hash(path)]
        run = subprocess.run(command, check=True, capture_output=True, text=True, cwd=engines.ROOT)
        seconds = time.perf_counter() - started
        written, peak = run.stdout.split()
        size = path.stat().st_size / 1e9
    print(f"{int(written):,} of {count:,} rows, {size:.2f} GB, {seconds:.0f} s, {count / seconds:,.0f} rows/s")
    print(f"peak memory {float(peak):.0f} MB (limit {LIMIT:.0f}); load {os.getloadavg()[0]:.1f}")
    return 0 if float(peak) <= LIMIT and int(written) == count else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--load"]:
        load(*sys.argv[2:5])
    else:
        sys.exit(main(sys.argv[1:]))
