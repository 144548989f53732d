"""The fake behind a socket: the real command line runs against it, and items are a real engine's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.engines import Engine
from tests.fakes.control_plane import Account, ScaledClock
from tests.fakes.control_plane.items import Items
from tests.fakes.control_plane.server import Running, serve

SCRIPT = Path(sys.executable).with_name("ddbplan")
SPEED = 1000.0
"""Seconds of the fake in a real one: an index of 17 minutes takes a second."""
PLAN = """\
ddbplan: 1
database: shop
tables:
  orders:
    partition_key: id
    point_in_time_recovery: true
    time_to_live: expires_at
    tags: {team: core}
    global_secondary_indexes:
      by_customer: {partition_key: customer}
      MORE
seed:
  orders:
    - {id: o-1, customer: c-1, total: 10}
    - {id: o-2, customer: c-1, total: 20}
transactions:
  first_refund:
    operations:
      - update: {table: orders, key: {id: o-1}, expression: SET total = :zero, values: {zero: 0}}
queries:
  of_customer:
    table: orders
    index: by_customer
    key_condition: customer = :customer
    values: {customer: c-1}
"""


def run(running: Running, *arguments: str) -> str:
    """A run of the real command line that has to succeed; what it printed."""
    command = [str(SCRIPT), *arguments, "--endpoint-url", running.endpoint_url]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.slow
@pytest.mark.engine
def test_the_command_line_runs_on_the_fake(ministack: Engine, tmp_path: Path) -> None:
    """Apply, then diff is empty; an index is added behind an ACTIVE table; nothing final is ever refused."""
    plan = tmp_path / "shop.yaml"
    plan.write_text(PLAN.replace("MORE", ""))
    account = Account(ScaledClock(SPEED), items=Items(ministack.endpoint_url))
    with serve(account) as running:
        run(running, "apply", str(plan), "--yes")
        run(running, "diff", str(plan), "--detailed-exitcode")
        items = run(running, "query", str(plan), "of_customer")
        more = PLAN.replace("MORE", "by_total: {partition_key: total}")
        plan.write_text(more.replace("    partition_key: id\n", "    partition_key: id\n    key_types: {total: N}\n"))
        run(running, "apply", str(plan), "--yes")
        run(running, "diff", str(plan), "--detailed-exitcode")
    waited = {"ResourceNotFoundException", "TableNotFoundException", "PolicyNotFoundException"}

    assert ("o-1" in items, "o-2" in items) == (True, True)
    assert {called.refusal.code for called in account.refusals if called.refusal} <= waited
    assert account.counted()["CreateTable"] == 2
    assert "by_total" in account.sites["eu-west-1"].table("shop_orders").global_indexes
