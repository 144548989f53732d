"""How long a diff takes to read a hundred tables, beside the same calls made by a bare thread pool."""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import boto3
from botocore.config import Config

from executor import apply, prepare
from executor.clients import Clients, Target
from executor.live import READERS
from planner import load_plan
from planner.checked import CheckedPlan
from tests import engines

TABLES = 100
ROUNDS = 9
RATIO = 1.3


def plan_of(folder: Path) -> CheckedPlan:
    """A plan of many tables with an index each, so that a description has something in it."""
    lines = ["ddbplan: 1", "database: bench", "tables:"]
    for number in range(TABLES):
        lines += [
            f"  table_{number:03d}:",
            "    ephemeral: true",
            "    partition_key: id",
            "    sort_key: at",
            f"    global_secondary_indexes: {{by_owner: {{partition_key: owner_{number}, sort_key: at}}}}",
        ]
    path = folder / "plan.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    loaded = load_plan(path)
    if loaded.plan is None:
        raise SystemExit("\n".join(found.what for found in loaded.diagnostics))
    return loaded.plan


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one piece of work."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> int:
    """Print the figures with their target; 1 when it is missed."""
    with engines.ministack() as engine, TemporaryDirectory() as folder:
        plan = plan_of(Path(folder))
        names = [table.name for table in plan.plan.tables.values()]
        with Clients(Target(endpoint_url=engine.endpoint_url, local=True)) as clients:
            apply(plan, clients)
            client = boto3.client(
                "dynamodb",
                endpoint_url=engine.endpoint_url,
                region_name=clients.region,
                aws_access_key_id="bench",
                aws_secret_access_key="bench",  # noqa: S106 - a loopback engine takes any
                config=Config(max_pool_connections=READERS),
            )

            def bare() -> None:
                with ThreadPoolExecutor(READERS) as pool:
                    list(pool.map(lambda name: client.describe_table(TableName=name), names))

            def own() -> None:
                if not prepare(plan, clients).diff.is_empty:
                    raise SystemExit("the diff is not empty")

            bare(), own()
            pairs = [(seconds(own), seconds(bare)) for _ in range(ROUNDS)]
    ratio = statistics.median(one / other for one, other in pairs)
    mine, beside = (statistics.median(column) for column in zip(*pairs, strict=True))
    what = f"diff of {TABLES} tables | bare describes"
    print(f"{'what':<42}{'median':>10}{'beside':>10}{'ratio':>8}{'target':>8}")
    print(f"{what:<42}{mine:>8.3f} s{beside:>8.3f} s{ratio:>8.2f}{RATIO:>8.2f}")
    print(f"medians of {ROUNDS}, in turns; {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    return 0 if ratio <= RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
