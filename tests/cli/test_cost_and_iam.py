"""What a plan costs and which permissions it takes, as a person asks for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from ddbplan.exits import Exit
from ddbplan.main import program
from tests.cli.site import Site

if TYPE_CHECKING:
    from pathlib import Path

PLAN = """
ddbplan: 1
database: shop
tables:
  orders: {partition_key: order_id, volume: {items: 1000, item_size: 1 KB}}
queries:
  one: {table: orders, key_condition: "order_id = :id", values: {id: "1"}, rate: 100}
  two: {table: orders, scan: true}
environments:
  dev: {database: shop_dev}
  prod: {account: "111122223333", region: eu-west-1}
"""


@pytest.fixture
def plan(tmp_path: Path) -> str:
    """A plan with two environments, of which one is pinned."""
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return str(path)


def _run(*words: str) -> Result:
    return CliRunner().invoke(program, list(words))


def test_policy_alone_is_on_stdout(plan: str) -> None:
    """What is printed can be given to IAM as it is; remarks go to stderr."""
    result = _run("iam", plan, "-e", "prod", "--for", "app")

    assert result.exit_code == Exit.DONE
    (statement,) = json.loads(result.stdout)["Statement"]
    assert statement["Action"] == ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"]
    assert statement["Resource"] == ["arn:aws:dynamodb:eu-west-1:111122223333:table/shop_orders"]
    assert "Next: ddbplan diff" in result.stderr


def test_placeholders_stand_for_what_is_not_pinned(plan: str) -> None:
    """Account and Region that nobody names are placeholders, and the options fill them in."""
    without = _run("iam", plan, "-e", "dev", "--for", "diff")
    given = _run("iam", plan, "-e", "dev", "--for", "diff", "--account", "999988887777", "--region", "cn-north-1")

    assert ":REGION:ACCOUNT:table/shop_dev_orders" in without.stdout
    assert "give --account and --region" in without.stderr
    assert "arn:aws-cn:dynamodb:cn-north-1:999988887777:table/shop_dev_orders" in given.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("iam", "-e", "prod", "--account", "999988887777"), "111122223333 and 999988887777"),
        (("iam", "-e", "dev", "--account", "12"), "--account takes twelve digits"),
        (("iam", "-e", "dev", "--region", "Ireland"), "--region takes a name"),
        (("iam", "-e", "dev", "--part", "2"), "There is no part 2: the policy has 1."),
        (("cost", "-e", "prod", "--region", "us-east-1"), "is for eu-west-1, and --region says us-east-1"),
        (("cost", "-e", "dev", "--region", "Ireland"), "--region takes a name"),
        (("diff", "-e", "dev", "--check-items", "5"), "--check-items says how many items"),
        (("diff", "-e", "dev", "--check-data", "--check-items", "0"), "a number from 1"),
        (("apply", "-e", "dev", "--check-data", "--check-items", "some"), "or all, not 'some'"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(plan: str, words: tuple[str, ...], said: str) -> None:
    """A place that the plan does not mean, and options that mean nothing, are refused before any work."""
    result = _run(words[0], plan, *words[1:])

    assert result.exit_code == Exit.ERROR
    assert said in " ".join(result.stderr.split())


def test_policy_for_test_is_none(plan: str) -> None:
    """Nothing is needed, and the text says so."""
    assert json.loads(_run("iam", plan, "-e", "dev", "--for", "test").stdout) == []
    assert _run("iam", plan, "-e", "dev", "--for", "test", "--format", "text").stdout == "No permission is needed.\n"


def test_policy_with_its_reasons(plan: str) -> None:
    """As JSON each statement has what it is for; as text too, with live items only where they are asked for."""
    found = json.loads(_run("iam", plan, "-e", "prod", "--check-data", "--format", "json").stdout)

    (document,) = found["documents"]
    assert document["why"].keys() == {statement["Sid"] for statement in document["document"]["Statement"]}
    assert "LiveData" in document["why"]
    assert document["characters"] < 6144
    text = _run("iam", plan, "-e", "prod", "--format", "text").stdout
    assert "Ledger  the entries of this database in the ledger" in text
    assert "if dynamodb:LeadingKeys ForAllValues:StringEquals shop" in text


def test_policy_that_is_too_long_is_split(tmp_path: Path) -> None:
    """Several documents are a list, and a note says that all are needed; one of them can be had alone."""
    tables = "\n".join(f"  a_table_with_quite_a_long_name_{n:03}: {{partition_key: id}}" for n in range(150))
    path = tmp_path / "plan.yaml"
    path.write_text(f"ddbplan: 1\ndatabase: shop\ntables:\n{tables}\n")
    result = _run("iam", str(path))
    second = _run("iam", str(path), "--part", "2")

    found = json.loads(result.stdout)
    assert len(found) > 1
    assert f"{len(found)} documents, since IAM takes 6,144 characters" in " ".join(result.stderr.split())
    assert json.loads(second.stdout) == found[1]


def test_cost_by_part_and_in_all(plan: str) -> None:
    """Each query with its units and money, the total, the drivers, and what is unknown."""
    result = _run("cost", plan, "-e", "prod")

    assert result.exit_code == Exit.DONE
    assert "a month in eu-west-1" in result.stdout
    # 100 x 0.5 units x 2,628,000 s at 0.1415 a million.
    assert "query.one" in result.stdout
    assert "$18.59" in result.stdout
    assert "100%  query.one  $18.59" in result.stdout
    assert "query.two: rate. State `rate` of the query." in result.stdout


def test_cost_as_json_is_exact(plan: str) -> None:
    """Money is text with every digit, and the Region that nobody named is us-east-1."""
    (found,) = json.loads(_run("cost", plan, "-e", "dev", "--format", "json").stdout)["plans"]

    assert found["region"] == "us-east-1"
    assert found["prices"]["of"] == "2026-08-15"
    (one,) = (part for part in found["monthly"] if part["cause"] == "query.one")
    assert (one["quantity"], one["money"]) == ("131400000", "16.425")
    assert {entry["address"] for entry in found["unknown"]} == {"query.two", "table.orders"}


LATER = """\
ddbplan: 1
database: {database}
tables:
  accounts:
    partition_key: account_id
    volume: {{items: 1000000, item_size: 1 KB}}
    global_secondary_indexes:
      by_owner: {{partition_key: owner}}
      by_balance: {{partition_key: balance}}
  postings: {{partition_key: account_id, sort_key: posted_at}}
"""


@pytest.mark.engine
def test_diff_shows_cost_and_live_items(quick_bank: Site) -> None:
    """A diff that adds an index says what that costs; where asked it looks at items, and refuses what does not fit."""
    quick_bank.run("apply", str(quick_bank.plan), "--yes")
    quick_bank.write(LATER)
    plain = quick_bank.run("diff", str(quick_bank.plan))
    looked = quick_bank.run("diff", str(quick_bank.plan), "--check-data")
    found = quick_bank.json("diff", str(quick_bank.plan), "--check-data", "--check-items", "all")

    # A million items of 1 KB, with 100 bytes beside each, in one more index: 1.0468 GB at 0.283.
    assert "table.accounts  $0.59 -> $0.89" in plain.stdout
    # Filling it: a million write units at 0.705.
    assert "once: table.accounts.index.by_balance  $0.71" in plain.stdout
    assert "Live items" not in plain.stdout
    assert "--check-data looks at live items" in plain.stderr
    assert looked.exit_code == Exit.REFUSED
    assert "all 2 items looked at" in looked.stdout
    assert "2 where balance is of another type" in looked.stdout
    assert "read units were taken to look" in looked.stdout
    (diff,) = found["diffs"]
    assert diff["looked"][0]["counts"] == {"balance is of another type": 2}
    assert diff["cost"]["region"] == "eu-west-1"


@pytest.mark.engine
def test_destroy_of_empty_tables_only(quick_bank: Site) -> None:
    """With --if-empty nothing is deleted while a table holds an item."""
    quick_bank.run("apply", str(quick_bank.plan), "--yes")
    refused = quick_bank.run("destroy", str(quick_bank.plan), "--if-empty", "--confirm", quick_bank.database)
    deleted = quick_bank.run("destroy", str(quick_bank.plan), "--confirm", quick_bank.database)

    assert refused.exit_code == Exit.REFUSED
    assert f"{quick_bank.database}_accounts" in refused.stderr
    assert "Without --if-empty the items are deleted with the tables." in " ".join(refused.stderr.split())
    assert deleted.exit_code == Exit.DONE
    assert "holds items (" in deleted.stdout
