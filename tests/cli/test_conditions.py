"""A condition that does not hold: what is said, what is not, and what can be done about it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ddbplan.exits import Exit
from tests.cli.site import PLAN

if TYPE_CHECKING:
    from tests.cli.site import Site

pytestmark = pytest.mark.engine

REFUSED = PLAN.replace(
    "{{table: accounts, key: {{account_id: acc-2}}, expression: SET balance = balance + :a, values: {{a: 10}}}}",
    "{{table: accounts, key: {{account_id: acc-2}}, expression: SET balance = balance + :a, condition: balance >= :m,"
    " values: {{a: 10, m: 918273}}}}",
).replace("owner: Bob", "owner: HIDDENBOB")


def flat(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())


def test_operation_condition_and_key_are_named_without_values(bank: Site) -> None:
    """Exit 6; the message has the operation, the condition and the key, and what to do; values only when asked for."""
    bank.write(REFUSED)
    plan = str(bank.plan)
    stopped = bank.run("apply", plan, "--yes")
    said = flat(stopped.stderr)
    shown = bank.run("apply", plan, "--yes", "--show-values")
    recorded = json.dumps(bank.last_run())

    assert stopped.exit_code == Exit.STOPPED
    assert f"operation 1 (update of account_id acc-2 in {bank.database}_accounts)" in said
    assert "balance >= :" in said
    assert "--skip transaction.first" in said
    assert f"Next: ddbplan apply {plan}" in said
    assert "HIDDENBOB" not in stopped.output + recorded
    assert "918273" not in stopped.output + shown.output + recorded
    assert "HIDDENBOB" in shown.stderr
    assert "operation 1" in recorded
    assert bank.balances() == {"acc-1": "871623", "acc-2": "5"}


def test_json_names_the_failed_condition(bank: Site) -> None:
    """Programs get operation, condition, table and key as members; the item only with --show-values."""
    bank.write(REFUSED)
    words = ("apply", str(bank.plan), "--yes", "--format", "json")
    outcome = json.loads(bank.run(*words).stdout.splitlines()[-1])
    shown = json.loads(bank.run(*words, "--show-values").stdout.splitlines()[-1])
    failed = next(step for step in outcome["steps"] if step["id"] == "transaction.first")["failed_condition"]
    whole = next(step for step in shown["steps"] if step["id"] == "transaction.first")["failed_condition"]

    assert failed["operation"] == 1
    assert failed["table"] == f"{bank.database}_accounts"
    assert failed["key"] == {"account_id": {"S": "acc-2"}}
    assert failed["condition"].startswith("balance >= :")
    assert whole["found"]["owner"] == {"S": "HIDDENBOB"}
    assert "found" not in failed


def test_skipped_for_good_the_rest_runs(bank: Site) -> None:
    """--skip records it, the transaction after it runs, and its name is used up."""
    bank.write(REFUSED)
    plan = str(bank.plan)
    bank.run("apply", plan, "--yes")
    skipped = bank.run("apply", plan, "--yes", "--skip", "transaction.first")

    assert skipped.exit_code == Exit.DONE, skipped.output
    assert bank.balances() == {"acc-1": "871623", "acc-2": "6"}
    assert bank.run("diff", plan, "--detailed-exitcode").exit_code == Exit.DONE


def test_condition_that_holds_by_then_lets_the_same_apply_finish(bank: Site) -> None:
    """After the data was put right, the same command comes to its end."""
    bank.write(REFUSED)
    plan = str(bank.plan)
    bank.run("apply", plan, "--yes")
    item = {"account_id": {"S": "acc-2"}, "balance": {"N": "918274"}}
    bank.client().put_item(TableName=f"{bank.database}_accounts", Item=item)
    done = bank.run("apply", plan, "--yes")

    assert done.exit_code == Exit.DONE, done.output
    assert bank.balances() == {"acc-1": "871613", "acc-2": "918285"}


def test_transaction_whose_text_changed_after_it_ran_is_refused(bank: Site) -> None:
    """An applied transaction is history: other operations need another name."""
    bank.run("apply", str(bank.plan), "--yes")
    bank.change("values: {a: 1}}", "values: {a: 2}}")
    refused = bank.run("apply", str(bank.plan), "--yes")

    assert refused.exit_code == Exit.REFUSED, refused.output
    assert "was applied with other operations than it has now" in flat(refused.output)


@pytest.mark.parametrize(
    ("option", "address"),
    [
        ("--skip", "transaction.none"),
        ("--rerun", "transaction.first"),
        ("--adopt", "table.none"),
        ("--only", "table.none"),
    ],
)
def test_address_that_fits_nothing_is_refused(quick_bank: Site, option: str, address: str) -> None:
    """A slip in an address changes nothing and is said."""
    refused = quick_bank.run("apply", str(quick_bank.plan), "--yes", option, address)

    assert refused.exit_code == Exit.REFUSED, refused.output
    assert address.partition(".")[2] in refused.output
    assert not quick_bank.has_table(quick_bank.ledger)
