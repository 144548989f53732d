"""Run every benchmark: ``python -m tests.benchmarks``."""

from __future__ import annotations

import sys

from tests.benchmarks import reading, startup

if __name__ == "__main__":
    sys.exit(max(benchmark.main() for benchmark in (startup, reading)))
