"""Validate, diff and apply from Python: python examples/library.py PLAN ENDPOINT_URL."""

import sys

from executor import Clients, Target, apply, prepare
from planner import load_plan

path, endpoint_url = sys.argv[1:]

loaded = load_plan(path)
if loaded.plan is None:
    sys.exit("\n".join(f"{found.position}: {found.code} {found.what} {found.fix}" for found in loaded.diagnostics))

with Clients(Target(endpoint_url=endpoint_url)) as clients:
    for step in prepare(loaded.plan, clients).diff.steps:
        print(step.symbol, step.address, "-", step.reason)
    outcome = apply(loaded.plan, clients)
    print(outcome.kind)
