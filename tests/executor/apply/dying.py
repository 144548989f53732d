"""Applies a plan and dies at one call: ``python -m tests.executor.apply.dying PLAN ENDPOINT LEDGER WHEN NUMBER``.

``WHEN`` is ``before`` or ``after`` the call of that number, counted from 1; nothing is cleaned up, as with kill -9.
"""

from __future__ import annotations

import itertools
import os
import sys
from typing import Any

from executor import ApplyOptions, Clients, Target, apply
from planner import load_plan


def main() -> None:
    """Apply, and die on the way."""
    path, endpoint_url, ledger, when, number = sys.argv[1:]
    counter = itertools.count(1)

    def die(**_: Any) -> None:
        if next(counter) == int(number):
            os._exit(9)

    loaded = load_plan(path)
    if loaded.plan is None:
        raise SystemExit(str(loaded.diagnostics))
    with Clients(Target(endpoint_url=endpoint_url)) as clients:
        event = "before-send.dynamodb" if when == "before" else "after-call.dynamodb"
        clients.dynamodb.meta.events.register(event, die)
        outcome = apply(loaded.plan, clients, ApplyOptions(ledger=ledger, lease_seconds=3.0))
    raise SystemExit(f"survived: {outcome.kind}")


if __name__ == "__main__":
    main()
