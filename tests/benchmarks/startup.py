"""How long the command line takes to start, beside what it cannot be faster than."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 15
HELP_RATIO = 1.5
VALIDATE_SECONDS = 0.5


def seconds(command: list[str]) -> float:
    """Wall time of one run of a command."""
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def side_by_side(first: list[str], second: list[str]) -> tuple[float, float, float]:
    """Medians of two commands run in turns, and the median of their ratios: what a busy machine disturbs least."""
    pairs = [(seconds(first), seconds(second)) for _ in range(ROUNDS)]
    ratio = statistics.median(one / other for one, other in pairs)
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs), ratio


def program() -> str:
    """The installed console script."""
    beside = Path(sys.executable).parent / "ddbplan"
    return str(beside) if beside.exists() else str(shutil.which("ddbplan"))


def main() -> int:
    """Print both figures with their targets; 1 when one is missed."""
    own, bare, ratio = side_by_side([program(), "--help"], [sys.executable, "-c", "import click"])
    validate = statistics.median(seconds([program(), "validate", "plans/financial.yaml"]) for _ in range(ROUNDS))
    print(f"{'what':<42}{'median':>10}{'beside':>10}{'ratio':>8}{'target':>8}")
    print(f"{'ddbplan --help | python -c import click':<42}{own:>8.3f} s{bare:>8.3f} s{ratio:>8.2f}{HELP_RATIO:>8.2f}")
    print(f"{'ddbplan validate plans/financial.yaml':<42}{validate:>8.3f} s{'':>10}{'':>8}{VALIDATE_SECONDS:>6.2f} s")
    print(f"medians of {ROUNDS}, in turns; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    return 0 if ratio <= HELP_RATIO and validate < VALIDATE_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
