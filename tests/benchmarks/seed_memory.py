"""Peak memory and time of ``ddbplan validate`` on a large seed file: ``python -m tests.benchmarks.seed_memory MB``.

The file is made on the spot, in the system's temporary folder, and removed again. Printed are its size, its rows, the
command's processor time and rate, and the most memory that it held.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

MEGABYTE = 1024 * 1024
_PLAN = (
    "ddbplan: 1\ndatabase: big\ntables:\n  t: {partition_key: id, ephemeral: true}\nseed:\n  t: {file: rows.SUFFIX}\n"
)


def _row(number: int, note: str) -> str:
    return (
        f'{{"id": "user-{number:012}", "created": "2026-01-{number % 28 + 1:02}T09:00:00Z", "name": "Person {number}", '
        f'"balance": {number * 7}, "rate": {number % 1000}.25, "active": true, "note": "{note}"}}'
    )


def generate(path: Path, megabytes: int, row_bytes: int) -> int:
    """Write rows of about that many bytes, by line or as one array; how many."""
    array = path.suffix == ".json"
    note = "x" * max(1, row_bytes - len(_row(10**6, "")))
    count = size = 0
    with path.open("w", encoding="ascii", buffering=MEGABYTE) as file:
        file.write("[\n" if array else "")
        while size < megabytes * MEGABYTE:
            line = (",\n" if array and count else "") + _row(count, note) + ("" if array else "\n")
            size += file.write(line)
            count += 1
        file.write("\n]\n" if array else "")
    return count


def measure(folder: Path) -> tuple[float, int]:
    """Processor seconds and peak memory in bytes of one ``validate``."""
    process = subprocess.Popen([sys.executable, "-m", "ddbplan.main", "validate", "plan.yaml"], cwd=folder)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"validate ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def main() -> None:
    """Make the file, validate it, print the figures."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("megabytes", type=int, nargs="?", default=1024)
    given.add_argument("--form", choices=("jsonl", "json"), default="jsonl")
    given.add_argument("--row-bytes", type=int, default=200)
    options = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="ddbplan-") as made:
        folder = Path(made)
        count = generate(folder / f"rows.{options.form}", options.megabytes, options.row_bytes)
        (folder / "plan.yaml").write_text(_PLAN.replace("SUFFIX", options.form))
        size = (folder / f"rows.{options.form}").stat().st_size
        seconds, peak = measure(folder)
    print(f"file           {size / MEGABYTE:,.0f} MB, {count:,} rows")
    print(f"processor time {seconds:,.1f} s, {seconds / count * 1e6:.1f} us a row, {count / seconds:,.0f} rows/s")
    print(f"peak memory    {peak / MEGABYTE:,.0f} MB")


if __name__ == "__main__":
    main()
