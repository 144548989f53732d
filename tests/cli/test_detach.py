"""``apply --detach`` and what picks it up, on an engine whose indexes take their time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ddbplan.exits import Exit
from tests import engines
from tests.cli.site import PLAN, Site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [pytest.mark.engine, pytest.mark.slow]
INDEX = "    global_secondary_indexes:\n      by_owner: {{partition_key: owner}}\n"


@pytest.fixture
def slow_bank(tmp_path: Path, unique: str) -> Iterator[Site]:
    """A plan on a DynamoDB Local whose index changes take about half a minute."""
    try:
        with engines.dynamodb_local(delay_transient_statuses=True) as engine:
            yield Site(tmp_path, engine, unique)
    except engines.EngineMissingError as missing:
        pytest.skip(str(missing))


@pytest.mark.timeout(240)
def test_index_that_fills_is_left_with_5_and_picked_up(slow_bank: Site) -> None:
    """The run ends with 5 and says how it goes on; status and diff show it; saved steps and the next apply finish."""
    plan, file = str(slow_bank.plan), str(slow_bank.folder / "steps.json")
    slow_bank.write(PLAN.replace(INDEX, ""))
    slow_bank.run("apply", plan, "--yes")
    slow_bank.write(PLAN)
    slow_bank.run("diff", plan, "--out", file)
    left = slow_bank.run("apply", file, "--detach")
    status = slow_bank.run("status", slow_bank.database)
    waited = slow_bank.run("apply", file)
    used = slow_bank.run("apply", file)

    assert left.exit_code == Exit.IN_PROGRESS, left.output
    assert "left in progress" in left.stdout
    assert f"Next: ddbplan apply {file}" in left.stderr
    assert "table.accounts.index.by_owner: detached" in status.stdout
    assert "apply detached" in status.stdout
    assert waited.exit_code == Exit.DONE, waited.output
    assert used.exit_code == Exit.STALE
    assert slow_bank.is_complete()
