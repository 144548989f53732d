"""What applications take of a plan, through the command line."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import boto3
import hcl2
import pytest
from click.testing import CliRunner, Result

from ddbplan.exits import Exit
from ddbplan.main import program
from planner.loading import load_plan
from planner.outputs import NameTakenError, outputs, variables

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engines import Engine

PLAN = """\
ddbplan: 1
database: {database}
tables:
  orders:
    partition_key: customer
    sort_key: placed-at
    stream: NEW_IMAGE
    global_secondary_indexes:
      by_status: {{partition_key: status, projection: KEYS_ONLY}}
  plain: {{partition_key: id}}
seed:
  orders:
    - {{customer: c-1, placed-at: "2026-01-01", status: open, total: 5}}
    - {{customer: c-1, placed-at: "2026-01-02", status: paid, total: 7}}
    - {{customer: c-1, placed-at: "2026-01-03", status: open, total: 9}}
transactions:
  place:
    run: test
    operations:
      - put: {{table: plain, item: {{id: x}}, condition: attribute_not_exists(id)}}
  place_twice:
    run: test
    operations:
      - check: {{table: plain, key: {{id: x}}, condition: attribute_exists(id)}}
    expect: {{fails: 0}}
queries:
  open_of_customer:
    table: orders
    key_condition: "customer = :customer AND `placed-at` > :since"
    filter: "#s = :open"
    values: {{customer: c-1, since: "2026", open: open}}
    descending: true
    limit: 5
  by_status:
    table: orders
    index: by_status
    key_condition: status = :status
    values: {{status: paid}}
    limit: 3
  everything: {{table: plain, scan: true}}
"""


@pytest.fixture
def plan(tmp_path: Path, unique: str) -> Path:
    """A plan of two tables."""
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN.replace("#s", "status").format(database=unique), encoding="utf-8")
    return path


def _run(*words: str) -> Result:
    return CliRunner().invoke(program, list(words))


def test_names_and_requests_need_nobody(plan: Path, unique: str) -> None:
    """Offline: physical names, index names, the requests as an SDK takes them, and no ARN."""
    done = _run("outputs", str(plan), "--offline")
    found = json.loads(done.stdout)

    assert done.exit_code == Exit.DONE, done.output
    assert found["version"] == 1
    assert found["tables"] == {
        "orders": {"name": f"{unique}_orders", "arn": "", "stream_arn": "", "indexes": ["by_status"]},
        "plain": {"name": f"{unique}_plain", "arn": "", "stream_arn": "", "indexes": []},
    }
    assert found["queries"]["open_of_customer"] == {
        "operation": "Query",
        "request": {
            "TableName": f"{unique}_orders",
            "KeyConditionExpression": "customer = :customer AND #placed_at > :since",
            "FilterExpression": "#status = :open",
            "ExpressionAttributeNames": {"#placed_at": "placed-at", "#status": "status"},
            "ScanIndexForward": False,
        },
        "values": {":customer": {"S": "c-1"}, ":since": {"S": "2026"}, ":open": {"S": "open"}},
        "limit": 5,
    }
    assert found["queries"]["by_status"]["request"]["Limit"] == 3
    assert found["queries"]["everything"]["operation"] == "Scan"
    assert list(found["transactions"]) == ["place"]


@pytest.mark.engine
def test_live_tables_add_their_arns(plan: Path, unique: str, ministack: Engine) -> None:
    """Applied, every table has an ARN and the one with a stream has that too; before, the missing ones are named."""
    target = ("--endpoint-url", ministack.endpoint_url)
    before = _run("outputs", str(plan), *target)
    _run("apply", str(plan), "--yes", "--ledger", f"{unique}_ledger", *target)
    found = json.loads(_run("outputs", str(plan), *target).stdout)

    assert before.exit_code == Exit.ERROR
    assert f"{unique}_orders, {unique}_plain do not exist" in " ".join(before.stderr.split())
    assert found["tables"]["orders"]["arn"].endswith(f":table/{unique}_orders")
    assert ":stream" in found["tables"]["orders"]["stream_arn"] or "/stream/" in found["tables"]["orders"]["stream_arn"]
    assert found["tables"]["plain"]["stream_arn"] == ""
    assert (found["account"], found["region"]) == ("000000000000", "eu-west-1")


@pytest.mark.engine
def test_the_compiled_requests_work_as_they_are(plan: Path, unique: str, ministack: Engine) -> None:
    """An application that adds the values finds what the plan's queries find."""
    target = ("--endpoint-url", ministack.endpoint_url)
    _run("apply", str(plan), "--yes", "--ledger", f"{unique}_ledger", *target)
    queries = json.loads(_run("outputs", str(plan), *target).stdout)["queries"]
    client = boto3.client("dynamodb", endpoint_url=ministack.endpoint_url)

    def keys(name: str) -> list[str]:
        query = queries[name]
        answer = client.query(**query["request"], ExpressionAttributeValues=query["values"])
        return [item["placed-at"]["S"] for item in answer["Items"]]

    assert keys("open_of_customer") == ["2026-01-03", "2026-01-01"]
    assert keys("by_status") == ["2026-01-02"]


def test_variables_of_a_shell_are_quoted_and_have_one_meaning(plan: Path, unique: str) -> None:
    """Each is NAME=VALUE; names are capitals, and two that would be one are refused."""
    done = _run("outputs", str(plan), "--offline", "--format", "env", "--prefix", "SHOP_")
    made = dict(shlex.split(line)[0].split("=", 1) for line in done.stdout.splitlines())
    loaded = load_plan(_twins(plan))

    assert made == {
        "SHOP_TABLE_ORDERS": f"{unique}_orders",
        "SHOP_INDEX_ORDERS_BY_STATUS": "by_status",
        "SHOP_TABLE_PLAIN": f"{unique}_plain",
    }
    assert loaded.plan is not None
    with pytest.raises(NameTakenError, match="TABLE_A_B"):
        variables(outputs(loaded.plan, {}))


def _twins(plan: Path) -> Path:
    path = plan.parent / "twins.yaml"
    path.write_text("ddbplan: 1\ndatabase: t\ntables: {a-b: {partition_key: id}, a_b: {partition_key: id}}\n")
    return path


def test_terraform_reads_its_variables(plan: Path, unique: str) -> None:
    """The tfvars form is HCL with every name in it."""
    text = _run("outputs", str(plan), "--offline", "--format", "tfvars").stdout
    found: Any = hcl2.loads(text)

    assert f"{unique}_orders" in json.dumps(found)
    assert "by_status" in json.dumps(found)
