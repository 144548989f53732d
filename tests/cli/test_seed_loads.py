"""Loading seeds by the command line: how many rows are live, limits, progress."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ddbplan.views.progress import progress_words
from executor.events import StepProgress
from planner.steps import Call, Step
from tests.cli.support import ddbplan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engines import Engine

pytestmark = pytest.mark.engine
PLAN = """
ddbplan: 1
database: {name}
tables:
  prices: {{partition_key: article, ephemeral: true}}
seed:
  prices: {{{seed}}}
queries:
  all: {{table: prices, scan: true}}
"""


def test_a_diff_counts_rows_on_request_and_apply_loads_them(ministack: Engine, tmp_path: Path, unique: str) -> None:
    """`--seed-sample` says what is live of a seed, as text and as JSON; a limited apply with workers loads the rest."""
    (tmp_path / "plan.yaml").write_text(PLAN.format(name=unique, seed="file: prices.jsonl"))
    (tmp_path / "prices.jsonl").write_text("".join(f'{{"article": "a{n:03d}", "price": {n}}}\n' for n in range(200)))
    where = ("--endpoint-url", ministack.endpoint_url, "--ledger", f"ledger_{unique}")
    absent = ddbplan("diff", "plan.yaml", "--seed-sample", "50", *where, folder=tmp_path)
    applied = ddbplan(
        *("apply", "plan.yaml", "--yes", "--format", "json", "--workers", "2", "--max-write-units", "5000"),
        *where,
        folder=tmp_path,
    )
    events = [json.loads(line) for line in applied.stdout.splitlines()]
    told = [event for event in events if event.get("event") == "step_progress" and "rate" in event]
    with (tmp_path / "prices.jsonl").open("a") as file:
        file.write('{"article": "new", "price": 1}\n')
    counted = ddbplan("diff", "plan.yaml", "--seed-sample", "1000", "--format", "json", *where, folder=tmp_path)

    assert "Of 50 rows looked at (200 in all): 0 live, 50 absent." in absent.stdout
    assert applied.returncode == 0, applied.stderr
    assert (told[-1]["done"], told[-1]["total"]) == (200, 200)
    assert {"rate", "units", "seconds_left"} <= told[-1].keys()
    assert json.loads(counted.stdout)["diffs"][0]["seeds"] == {
        "seed.prices": {"rows": 201, "looked_at": 201, "same": 200, "differing": 0}
    }


def test_attributes_of_rows_that_were_loaded_whole_are_set(ministack: Engine, tmp_path: Path, unique: str) -> None:
    """The ledger's record of an item says nothing of attributes that a seed owns later."""
    plan, where = tmp_path / "plan.yaml", ("--endpoint-url", ministack.endpoint_url, "--ledger", f"ledger_{unique}")
    plan.write_text(PLAN.format(name=unique, seed="on_conflict: keep, items: [{article: a, price: 1}]"))
    assert ddbplan("apply", "plan.yaml", "--yes", *where, folder=tmp_path).returncode == 0
    plan.write_text(PLAN.format(name=unique, seed="attributes: [rank], items: [{article: a, rank: 7}]"))
    applied = ddbplan("apply", "plan.yaml", "--yes", *where, folder=tmp_path)
    again = ddbplan("diff", "plan.yaml", "--detailed-exitcode", *where, folder=tmp_path)
    found = ddbplan(
        "query", "plan.yaml", "all", "--format", "json", "--endpoint-url", ministack.endpoint_url, folder=tmp_path
    )

    assert applied.returncode == 0, applied.stderr
    assert again.returncode == 0, again.stdout
    assert json.loads(found.stdout)["items"] == [{"article": {"S": "a"}, "price": {"N": "1"}, "rank": {"N": "7"}}]


def test_a_changed_row_that_may_not_conflict_stops_the_run(ministack: Engine, tmp_path: Path, unique: str) -> None:
    """With `fail` a row that was loaded and is another one now meets the item, whose key is named."""
    plan, where = tmp_path / "plan.yaml", ("--endpoint-url", ministack.endpoint_url, "--ledger", f"ledger_{unique}")
    rows = "on_conflict: fail, items: [{{article: a, price: {}}}, {{article: b, price: 2}}]"
    plan.write_text(PLAN.format(name=unique, seed=rows.format(1)))
    assert ddbplan("apply", "plan.yaml", "--yes", *where, folder=tmp_path).returncode == 0
    plan.write_text(PLAN.format(name=unique, seed=rows.format(3)))
    stopped = ddbplan("apply", "plan.yaml", "--yes", *where, folder=tmp_path)

    assert stopped.returncode != 0
    assert "An item with the key {article: a} exists" in " ".join(stopped.stderr.split())


def test_progress_of_a_load_in_words() -> None:
    """A line says how much of how much, the rate, the units and the time left."""
    step = Step(
        id="seed.x", address="seed.x", symbol="+", call=Call(function="batch_write_items", arguments={}), reason=""
    )
    progress = StepProgress(
        step=step, message="items", done=250_000, total=1_000_000, rate=12_345.6, units=300_000.0, seconds_left=61.0
    )

    assert progress_words(progress) == (
        "items 250,000 of 1,000,000 (25 %), 12,346 a second, 300,000 write units, 1 min left"
    )
    assert progress_words(replace(progress, rate=None, units=1.0, seconds_left=None)) == (
        "items 250,000 of 1,000,000 (25 %), 1 write unit"
    )
