"""Thousands of races of a keep load against an application: ``python -m tests.executor.loader.races --count 5000``."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from executor.clients import Clients, Target
from executor.registry import call_function
from tests import engines
from tests.executor.loader.test_loading import races

SERVERS = (engines.ministack, engines.dynamodb_local)


def main(arguments: Sequence[str] = ()) -> int:
    """Race on each engine, and say how many races there were; a lost one is an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5_000, help="rows of the load; every other one is raced for")
    given = parser.parse_args(arguments)
    for start in SERVERS:
        with start() as engine, Clients(Target(endpoint_url=engine.endpoint_url, local=True)) as clients:
            call_function("create_table_simple", clients, table_name="races", partition_key="id", database_name="races")
            began = time.perf_counter()
            met = races(clients, "races", given.count)
        seconds = time.perf_counter() - began
        print(f"{engine.name}: {given.count // 2:,} races, 0 lost, {met:,} of them met by the load, {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
