"""What would keep an apply from working, through the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result

from ddbplan.exits import Exit
from ddbplan.main import program
from tests.engines import free_port

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.site import Site


def _checks(done: Result) -> dict[str, Any]:
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


@pytest.mark.engine
def test_where_all_is_well_it_says_so(bank: Site) -> None:
    """Before the first apply there is no ledger, and after it there is one and a free lock."""
    before = bank.run("doctor", str(bank.plan), "--format", "json")
    bank.run("apply", str(bank.plan), "--yes")
    after = bank.run("doctor", str(bank.plan), "--format", "json")
    said = bank.run("doctor", str(bank.plan))

    assert before.exit_code == Exit.DONE, before.output
    assert "no ledger yet" in _checks(before)["ledger"]["what"]
    assert _checks(after)["ledger"]["state"] == "ok"
    assert _checks(after)["lock"]["what"] == f"{bank.database} is free"
    assert _checks(after)["clock"]["state"] == "ok"
    assert {"ddbplan", "python", "boto3"} <= set(json.loads(after.stdout)["versions"])
    assert said.exit_code == Exit.DONE
    assert "ok      lock" in said.stdout


def test_an_endpoint_that_is_down_is_a_problem_with_a_sentence(tmp_path: Path) -> None:
    """What cannot be asked then is said to be unknown, and the code is 1."""
    plan = tmp_path / "plan.yaml"
    plan.write_text("ddbplan: 1\ndatabase: x\ntables: {t: {partition_key: id}}\n", encoding="utf-8")
    words = ["doctor", str(plan), "--endpoint-url", f"http://127.0.0.1:{free_port()}", "--format", "json"]
    done = CliRunner().invoke(program, words)
    checks = _checks(done)

    assert done.exit_code == Exit.ERROR
    assert checks["credentials"]["state"] == "problem"
    assert "127.0.0.1" in checks["credentials"]["fix"]
    assert checks["ledger"]["state"] == "unknown"
    assert checks["plans"]["state"] == "ok"


@pytest.mark.engine
def test_an_invalid_plan_and_a_table_that_is_no_ledger_are_problems(bank: Site) -> None:
    """Each names the command or the reason."""
    bank.change("partition_key: account_id", "partition_kye: account_id")
    bank.client().create_table(
        TableName=bank.ledger,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    done = bank.run("doctor", str(bank.plan), "--format", "json")
    checks = _checks(done)

    assert done.exit_code == Exit.ERROR
    assert checks["plans"]["fix"] == "ddbplan validate"
    assert checks["ledger"]["state"] == "problem"
    assert bank.ledger in checks["ledger"]["what"]
