"""``ddbplan test``: engines, filters, environments in parallel, coverage and what CI reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import boto3
import pytest
from click.testing import CliRunner, Result

from ddbplan.exits import Exit
from ddbplan.main import program
from tests import engines

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engines import Engine

PLAN = """\
ddbplan: 1
database: boxes
tables:
  boxes:
    partition_key: id
    deletion_protection: true
    point_in_time_recovery: true
    global_secondary_indexes:
      by_owner: {partition_key: owner, projection: [size]}
      by_size: {partition_key: size}
  lists: {partition_key: id, ephemeral: true}
seed:
  boxes:
    - {id: one, owner: Ada, size: big}
    - {id: two, owner: Bob, size: big}
transactions:
  swap:
    run: test
    operations:
      - put: {table: boxes, item: {id: three}, condition: attribute_not_exists(id)}
      - delete: {table: boxes, key: {id: one}, condition: "owner = :o", values: {o: Nobody}}
    expect: {fails: 1}
queries:
  box: {table: boxes, key_condition: id = :id, values: {id: one}, expect: {items: [{owner: Ada}]}}
  of_owner:
    table: boxes
    index: by_owner
    key_condition: owner = :owner
    values: {owner: Ada}
    expect: {count: 1, first: {size: big}}
environments:
  dev: {database: boxes_dev}
  prod: {account: "111122223333", seed: none}
"""
WRONG = PLAN.replace("[{owner: Ada}]", '[{owner: "B\\e[31mo]]>b"}]')


@pytest.fixture(autouse=True)
def _embedded_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DDBPLAN_ENGINE", str(engines.ministack_program()))


def prove(*words: str) -> Result:
    """Run ``ddbplan test``."""
    return CliRunner().invoke(program, ["test", *words])


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """The plan in a file."""
    file = tmp_path / "plan.yaml"
    file.write_text(PLAN, encoding="utf-8")
    return file


@pytest.mark.engine
def test_every_environment_of_every_plan_is_proved_at_once(tmp_path: Path, plan: Path) -> None:
    """Several engines at a time, results in the plans' order, one failure fails all; JUnit has the same cases."""
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(WRONG.replace("database: boxes", "database: wrong"), encoding="utf-8")
    junit = tmp_path / "junit.xml"

    done = prove(str(plan), str(wrong), "--parallelism", "4", "--format", "json", "--junit", str(junit))
    found = json.loads(done.stdout)["plans"]
    root = ET.parse(junit).getroot()  # noqa: S314 - our own file
    suites = root.findall("testsuite")

    assert done.exit_code == Exit.ERROR
    assert [(one["environment"], one["passed"], one["engine"]) for one in found] == [
        ("dev", True, "ministack"),
        ("prod", True, "ministack"),
        ("dev", False, "ministack"),
        ("prod", False, "ministack"),
    ]
    assert [case["address"] for case in found[0]["cases"]] == [
        "apply",
        "diff",
        "query.box",
        "query.of_owner",
        "transaction.swap",
    ]
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("20", "2", "0")
    assert [suite.get("name", "").rpartition("/")[2] for suite in suites] == [
        "plan.yaml, environment dev",
        "plan.yaml, environment prod",
        "wrong.yaml, environment dev",
        "wrong.yaml, environment prod",
    ]
    (failure,) = suites[2].iter("failure")
    assert failure.get("message") == "item 1: owner is Ada, expected B\\x1b[31mo]]>b"
    assert float(root.get("time", "")) >= 0


@pytest.mark.engine
def test_what_no_query_reads_is_shown(plan: Path) -> None:
    """An index and a table that nobody asks: in the text and in JSON; it is no failure."""
    plan.write_text(PLAN.partition("environments:")[0], encoding="utf-8")
    text = prove(str(plan), "-k", "query.box").stdout
    (dev,) = json.loads(prove(str(plan), "-k", "box", "--format", "json").stdout)["plans"]

    assert "queries use 1 of 2 indexes" in text
    assert "unused   table.boxes.index.by_size  no query reads it" in text
    assert "unread   table.lists  no query reads it" in text
    assert [case["address"] for case in dev["cases"]] == ["apply", "diff", "query.box"]
    assert dev["coverage"] == {
        "tables": {"table.boxes": ["box"], "table.lists": []},
        "indexes": {"table.boxes.index.by_owner": ["of_owner"], "table.boxes.index.by_size": []},
        "unused_indexes": ["table.boxes.index.by_size"],
        "unread_tables": ["table.lists"],
    }


@pytest.mark.engine
def test_an_engine_that_runs_is_left_as_it_was(plan: Path, engine: Engine) -> None:
    """Tables of the same names stay untouched beside the proof's own, and those are gone afterwards."""
    client = boto3.client("dynamodb", endpoint_url=engine.endpoint_url)
    client.create_table(
        TableName="boxes_dev_boxes",
        KeySchema=[{"AttributeName": "other", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.put_item(TableName="boxes_dev_boxes", Item={"other": {"S": "x"}})
    try:
        done = prove(str(plan), "--engine", engine.endpoint_url)
        names = [name for page in client.get_paginator("list_tables").paginate() for name in page["TableNames"]]

        assert done.exit_code == Exit.DONE, done.output
        assert "10 passed in" in done.stdout
        assert client.scan(TableName="boxes_dev_boxes")["Count"] == 1
        assert [name for name in names if name.startswith("test_")] == []
    finally:
        client.delete_table(TableName="boxes_dev_boxes")


@pytest.mark.engine
@pytest.mark.slow
def test_dynamodb_local_is_started_for_the_purpose(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable names its folder; the engine is in memory and gone afterwards."""
    monkeypatch.setenv("DDBPLAN_DYNAMODB_LOCAL", str(engines.ENGINES / "dynamodb-local"))
    done = prove(str(plan), "--engine", "dynamodb-local", "--parallelism", "1")

    assert done.exit_code == Exit.DONE, done.output
    assert "on DynamoDB Local" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--engine", "https://dynamodb.eu-west-1.amazonaws.com"), "is not on this machine"),
        (("--engine", "nothing"), "--engine takes a URL such as"),
        (("--engine", "dynamodb-local"), "DDBPLAN_DYNAMODB_LOCAL, which is not set"),
        (("--parallelism", "0"), "not in the range"),
    ],
)
def test_engines_that_are_none(plan: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str) -> None:
    """A proof runs on this machine only, on an engine that a person named."""
    monkeypatch.delenv("DDBPLAN_DYNAMODB_LOCAL", raising=False)
    done = prove(str(plan), *words)

    assert done.exit_code == Exit.ERROR
    assert said in done.output


def test_a_filter_that_fits_nothing_is_a_slip(plan: Path) -> None:
    """It would pass without having tried anything."""
    done = prove(str(plan), "--only", "query.nope*")

    assert done.exit_code == Exit.ERROR
    assert "fits no query, report or transaction" in done.stderr


def test_a_plan_with_errors_starts_no_engine(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All problems of all plans are told, and nothing is run."""
    monkeypatch.setenv("DDBPLAN_ENGINE", "/nowhere/ministack")
    plan.write_text(PLAN.replace("table: boxes, key_condition", "table: boxen, key_condition"), encoding="utf-8")
    done = prove(str(plan))

    assert done.exit_code == Exit.ERROR
    assert "boxen" in done.stderr
    assert "/nowhere" not in done.output


@pytest.mark.engine
def test_a_file_for_junit_that_cannot_be_written(plan: Path, tmp_path: Path) -> None:
    """One sentence, after the results."""
    plan.write_text(PLAN.partition("environments:")[0], encoding="utf-8")
    done = prove(str(plan), "-k", "box", "--junit", str(tmp_path / "no" / "junit.xml"))

    assert done.exit_code == Exit.ERROR
    assert "cannot be written: No such file or directory." in done.stderr
