"""Who owns a table, and which ledger is the right one: through the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ddbplan.exits import Exit
from tests.cli.site import BALANCES, PLAN, Site

if TYPE_CHECKING:
    from tests.cli.turnstile import Turnstile

pytestmark = pytest.mark.engine
TRANSACTIONS = ("transaction.first", "transaction.second")
ALLOWED = tuple(word for name in TRANSACTIONS for word in ("--allow", f"CHANGES_DATA:{name}"))
WRITES = {
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "PutItem",
    "TagResource",
    "TransactWriteItems",
    "UpdateContinuousBackups",
    "UpdateItem",
    "UpdateTable",
    "UpdateTimeToLive",
}


def flat(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())


def make_accounts(site: Site, **more: Any) -> None:
    """Make the accounts table as somebody else would, with the plan's keys and index."""
    site.client().create_table(
        TableName=f"{site.database}_accounts",
        KeySchema=[{"AttributeName": "account_id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "account_id", "AttributeType": "S"},
            {"AttributeName": "owner", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_owner",
                "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            },
        ],
        BillingMode="PAY_PER_REQUEST",
        **more,
    )


def applied(site: Site, *words: str) -> None:
    """Apply the site's plan."""
    done = site.run("apply", str(site.plan), "--yes", *words)

    assert done.exit_code == Exit.DONE, done.output


def delete_table(site: Site, name: str) -> None:
    """Delete a table behind everybody's back."""
    client = site.client()
    client.update_table(TableName=name, DeletionProtectionEnabled=False)
    client.delete_table(TableName=name)


def assert_refused_before_any_write(site: Site, turnstile: Turnstile, said: str, *words: str) -> None:
    """Apply ends with 4, says so, and has sent nothing that writes."""
    before = len(turnstile.operations)
    site.endpoint_url = turnstile.endpoint_url
    refused = site.run("apply", str(site.plan), "--yes", *words)

    assert refused.exit_code == Exit.STALE, refused.output
    assert said in flat(refused.stderr)
    assert WRITES.isdisjoint(turnstile.operations[before:])
    assert len(turnstile.operations) > before


@pytest.mark.slow
def test_table_that_nobody_recorded_is_adopted_by_name(bank: Site) -> None:
    """It is refused with the flag that takes it; taken, its items stay, and its transactions need a permission."""
    make_accounts(bank)
    item = {"account_id": {"S": "acc-2"}, "owner": {"S": "Bea"}, "balance": {"N": "1000"}}
    bank.client().put_item(TableName=f"{bank.database}_accounts", Item=item)
    plan = str(bank.plan)
    refused = bank.run("apply", plan, "--yes")
    hazards = bank.run("apply", plan, "--yes", "--adopt", "table.accounts")
    done = bank.run("apply", plan, "--yes", "--adopt", "table.accounts", *ALLOWED)

    assert refused.exit_code == Exit.REFUSED
    assert "--adopt table.accounts" in refused.output
    assert hazards.exit_code == Exit.REFUSED, hazards.output
    assert "CHANGES_DATA:transaction.first" in hazards.stderr
    assert f"Next: ddbplan apply {plan} --adopt table.accounts " in hazards.stderr
    assert done.exit_code == Exit.DONE, done.output
    assert bank.balances() == {"acc-1": "871613", "acc-2": "1011"}
    assert bank.run("diff", plan, "--detailed-exitcode").exit_code == Exit.DONE


def test_table_of_a_cloudformation_stack_needs_a_named_permission(quick_bank: Site) -> None:
    """Adopting it is a hazard of its own, named with the stack."""
    make_accounts(quick_bank, Tags=[{"Key": "aws:cloudformation:stack-name", "Value": "shop-stack"}])
    plan, adopt = str(quick_bank.plan), ("--adopt", "table.accounts")
    shown = quick_bank.run("diff", plan)
    refused = quick_bank.run("apply", plan, "--yes", *adopt, *ALLOWED)
    taken = quick_bank.run("apply", plan, "--yes", *adopt, *ALLOWED, "--allow", "OWNED_ELSEWHERE:table.accounts")

    assert shown.exit_code == Exit.REFUSED
    assert "shop-stack" in shown.stdout
    assert refused.exit_code == Exit.REFUSED, refused.output
    assert "--allow OWNED_ELSEWHERE:table.accounts" in refused.stderr
    assert "shop-stack" in refused.stderr
    assert taken.exit_code == Exit.DONE, taken.output


def test_table_of_another_database_is_said_to_be_its(bank: Site) -> None:
    """Two plans of one ledger do not take each other's tables."""
    applied(bank)
    other = bank.folder / "other.yaml"
    other.write_text(
        f"ddbplan: 1\ndatabase: {bank.database}x\n"
        f"tables: {{mine: {{name: {bank.database}_postings, partition_key: account_id, sort_key: posted_at}}}}\n"
    )
    refused = bank.run("apply", str(other), "--yes")

    assert refused.exit_code == Exit.REFUSED, refused.output
    assert "--adopt table.mine" in refused.output


def test_a_key_of_the_plan_may_change(quick_bank: Site) -> None:
    """Under the same physical name it is the same table: the ledger learns the name, and nothing else is done."""
    quick_bank.write("ddbplan: 1\ndatabase: {database}\ntables:\n  postings: {{partition_key: account_id}}\n")
    applied(quick_bank)
    quick_bank.write(
        "ddbplan: 1\ndatabase: {database}\ntables:\n"
        "  entries: {{name: {database}_postings, partition_key: account_id}}\n"
    )
    plan, name = str(quick_bank.plan), f"{quick_bank.database}_postings"
    before = quick_bank.client().describe_table(TableName=name)["Table"]
    shown = quick_bank.json("diff", plan)["diffs"][0]
    applied(quick_bank)
    left = quick_bank.run("diff", plan, "--detailed-exitcode")

    assert [step["id"] for step in shown["steps"]] == ["table.entries.adopt"]
    assert (shown["refusals"], shown["notes"]) == ([], [])
    assert left.exit_code == Exit.DONE, left.output
    assert quick_bank.client().describe_table(TableName=name)["Table"] == before


@pytest.mark.slow
def test_table_that_the_plan_no_longer_names_stays_and_is_named(bank: Site) -> None:
    """Apply leaves it and says so; the command that the note prints removes it."""
    applied(bank)
    bank.write(
        PLAN[: PLAN.index("  second:")].replace("  postings: {{partition_key: account_id, sort_key: posted_at}}\n", "")
    )
    plan, name = str(bank.plan), f"{bank.database}_postings"
    shown = bank.run("diff", plan, "--detailed-exitcode")
    applied(bank)
    command = next(line for line in shown.stdout.splitlines() if "ddbplan destroy" in line)

    assert shown.exit_code == Exit.DONE, shown.output
    assert f"no longer names {name}" in shown.stdout
    assert len(bank.items(name)) == 1
    assert command.split() == ["ddbplan", "destroy", plan, "--table", name]

    gone = bank.run("destroy", plan, "--table", name, "--confirm", bank.database)

    assert gone.exit_code == Exit.DONE, gone.output
    assert not bank.has_table(name)
    assert bank.balances() == BALANCES


@pytest.mark.slow
@pytest.mark.parametrize("again", [True, False], ids=["made again", "gone"])
def test_table_that_was_replaced_is_seeded_again_and_its_transactions_ask(bank: Site, *, again: bool) -> None:
    """Deleted behind the ledger's back, made again by somebody or not: rows come, transactions only with --rerun."""
    applied(bank)
    bank.client().delete_table(TableName=f"{bank.database}_accounts")
    if again:
        make_accounts(bank)
    plan = str(bank.plan)
    refused = bank.run("apply", plan, "--yes")
    rerun = tuple(word for name in TRANSACTIONS for word in ("--rerun", name))
    asked = bank.run("apply", plan, "--yes", *rerun)
    done = bank.run("apply", plan, "--yes", *rerun, *ALLOWED)

    assert refused.exit_code == Exit.REFUSED
    assert "--rerun transaction.first" in refused.output
    assert asked.exit_code == Exit.REFUSED, asked.output
    assert done.exit_code == Exit.DONE, done.output
    assert bank.is_complete()


@pytest.mark.slow
def test_transactions_of_a_replaced_table_can_be_left_at_that(bank: Site) -> None:
    """With --skip they are recorded for the table that is there now, and do not ask again."""
    applied(bank)
    bank.client().delete_table(TableName=f"{bank.database}_accounts")
    plan = str(bank.plan)
    done = bank.run("apply", plan, "--yes", "--skip", "transaction.first", "--skip", "transaction.second")

    assert done.exit_code == Exit.DONE, done.output
    assert bank.balances() == {"acc-1": "871623", "acc-2": "5"}
    assert bank.run("diff", plan, "--detailed-exitcode").exit_code == Exit.DONE


def test_ledger_that_is_gone_stops_everything(quick_bank: Site, quick_turnstile: Turnstile) -> None:
    """Tables bear its mark: without it, 4 before any write."""
    applied(quick_bank)
    delete_table(quick_bank, quick_bank.ledger)
    said = f"the ledger '{quick_bank.ledger}' does not exist"
    assert_refused_before_any_write(quick_bank, quick_turnstile, said)

    assert not quick_bank.has_table(quick_bank.ledger)


def test_ledger_that_was_emptied_stops_everything(quick_bank: Site, quick_turnstile: Turnstile) -> None:
    """A ledger without entries is not the one that marked the tables."""
    applied(quick_bank)
    for item in quick_bank.items(quick_bank.ledger):
        key = {name: item[name] for name in ("database", "entry")}
        quick_bank.client().delete_item(TableName=quick_bank.ledger, Key=key)
    said = f"the ledger '{quick_bank.ledger}' is empty"
    assert_refused_before_any_write(quick_bank, quick_turnstile, said)

    assert quick_bank.items(quick_bank.ledger) == []


def test_other_ledger_stops_everything(quick_bank: Site, quick_turnstile: Turnstile) -> None:
    """A ledger of another name, existing or not, knows nothing of these tables."""
    applied(quick_bank)
    other = quick_bank.folder / "other.yaml"
    other.write_text(f"ddbplan: 1\ndatabase: {quick_bank.database}o\ntables: {{t: {{partition_key: id}}}}\n")
    name = f"{quick_bank.database}o_ledger"
    assert_refused_before_any_write(quick_bank, quick_turnstile, f"'{name}' does not exist", "--ledger", name)
    made = quick_bank.run("apply", str(other), "--yes", "--ledger", name)

    assert made.exit_code == Exit.DONE, made.output
    assert_refused_before_any_write(quick_bank, quick_turnstile, f"'{name}' is ledger", "--ledger", name)


def test_ledger_without_a_mark_to_find_still_owns_nothing(dynamodb_local_bank: Site) -> None:
    """Where the engine has no tags, a lost ledger makes its tables somebody's: refused, nothing changed."""
    applied(dynamodb_local_bank)
    delete_table(dynamodb_local_bank, dynamodb_local_bank.ledger)
    refused = dynamodb_local_bank.run("apply", str(dynamodb_local_bank.plan), "--yes")

    assert refused.exit_code == Exit.REFUSED, refused.output
    assert "is not owned by" in flat(refused.output)
    assert dynamodb_local_bank.balances() == BALANCES


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("account", {"S": "999988887777"}, "The ledger was made in account 999988887777"),
        ("region", {"S": "eu-north-1"}, "The ledger was made in Region eu-north-1"),
        ("version", {"N": "2"}, "version"),
    ],
)
def test_ledger_of_another_place_or_version_stops_everything(
    bank: Site, turnstile: Turnstile, name: str, value: Any, said: str
) -> None:
    """Another account, another Region, a newer ddbplan's: 4 before any write, and history says so too."""
    applied(bank)
    bank.client().update_item(
        TableName=bank.ledger,
        Key={"database": {"S": "#ledger"}, "entry": {"S": "meta"}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": name},
        ExpressionAttributeValues={":value": value},
    )
    assert_refused_before_any_write(bank, turnstile, said)


@pytest.mark.parametrize("entry", ["lock", "table#accounts", "transaction#first", "seed#accounts"])
def test_entry_of_a_newer_version_stops_everything(quick_bank: Site, quick_turnstile: Turnstile, entry: str) -> None:
    """What a newer ddbplan wrote is not guessed at: 4 before any write, with what to do."""
    applied(quick_bank)
    quick_bank.client().update_item(
        TableName=quick_bank.ledger,
        Key={"database": {"S": quick_bank.database}, "entry": {"S": entry}},
        UpdateExpression="SET #name = :value",
        ExpressionAttributeNames={"#name": "version"},
        ExpressionAttributeValues={":value": {"N": "2"}},
    )
    quick_bank.change("{partition_key: owner}", "{partition_key: owner, projection: KEYS_ONLY}")
    assert_refused_before_any_write(
        quick_bank, quick_turnstile, "newer", "--allow", "INDEX_UNAVAILABLE:table.accounts.index.by_owner"
    )


@pytest.mark.parametrize(
    ("pin", "said"),
    [("account: '111122223333'", "pins account 111122223333"), ("region: us-east-1", "pins region us-east-1")],
)
def test_pinned_place_is_kept(quick_bank: Site, pin: str, said: str) -> None:
    """An environment's account and Region are compared before anything is read."""
    quick_bank.plan.write_text(quick_bank.plan.read_text() + f"environments: {{prod: {{{pin}}}}}\n")
    refused = quick_bank.run("apply", str(quick_bank.plan), "--yes", "-e", "prod")

    assert refused.exit_code == Exit.STALE, refused.output
    assert said in flat(refused.stderr)
    assert not quick_bank.has_table(f"{quick_bank.database}_accounts")
