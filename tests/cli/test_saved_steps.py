"""Saved steps through the command line: resumed, used up, stale, edited; never a program."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, Literal

import pytest

from ddbplan.exits import Exit
from tests.cli.site import CANARIES, PLAN, Site
from tests.cli.support import PROGRAM, ddbplan
from tests.cli.terminals import terminal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.turnstile import Turnstile

pytestmark = pytest.mark.engine


def save(site: Site, *words: str) -> Path:
    """Save the steps of the site's plan."""
    file = site.folder / "steps.json"
    saved = site.run("diff", str(site.plan), "--out", str(file), *words)

    assert saved.exit_code == Exit.DONE, saved.output

    return file


def edit(file: Path, change: Callable[[Any], None]) -> None:
    """Edit saved steps by hand."""
    document = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(document))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("operation", "containing", "when"),
    [
        ("CreateTable", "_ledger", "after"),
        ("PutItem", "#ledger", "before"),
        ("TransactWriteItems", '"lease"', "before"),
        ("TransactWriteItems", '"lease"', "after"),
        ("TransactWriteItems", '"run#', "after"),
        ("CreateTable", "_accounts", "after"),
        ("BatchExecuteStatement", "CANARYOWNER", "after"),
        ("TransactWriteItems", "transaction#first", "before"),
        ("TransactWriteItems", "transaction#second", "after"),
        ("TransactWriteItems", "fresh", "before"),
    ],
)
def test_apply_that_was_killed_goes_on_under_the_same_approval(
    bank: Site, turnstile: Turnstile, operation: str, containing: str, when: Literal["before", "after"]
) -> None:
    """Wherever kill -9 hits, ``apply steps.json`` again comes to the end, and once more it is used up."""
    file = str(save(bank))
    held = turnstile.hold(operation, containing, when)
    with bank.started("apply", file, endpoint_url=turnstile.endpoint_url) as running:
        held.wait_until_reached()
        running.kill()
        running.wait()
    held.opened.set()

    assert held.landed.wait(10)

    again, more = bank.run("apply", file), bank.run("apply", file)

    assert again.exit_code == Exit.DONE, again.output
    assert more.exit_code == Exit.STALE, more.output
    assert "used up" in more.stderr
    assert bank.is_complete()


@pytest.mark.slow
def test_step_that_was_done_and_undone_is_not_done_again(quick_bank: Site, quick_turnstile: Turnstile) -> None:
    """An approval is for once: what ran under it and somebody took back since is refused on resume."""
    quick_bank.run("apply", str(quick_bank.plan), "--yes")
    third = "  third: {{operations: [{{put: {{table: postings, item: {{account_id: acc-1, posted_at: '3'}}}}}}]}}\n"
    quick_bank.write(PLAN.replace("    global_secondary", "    time_to_live: expires_at\n    global_secondary") + third)
    allow = ("--allow", "CHANGES_DATA:transaction.third", "--allow", "DELETES_BY_TTL:table.accounts.time_to_live")
    file = str(save(quick_bank))
    held = quick_turnstile.hold("TransactWriteItems", "transaction#third")
    with quick_bank.started("apply", file, *allow, endpoint_url=quick_turnstile.endpoint_url) as running:
        held.wait_until_reached()
        quick_bank.wait_for_step("table.accounts.time_to_live", "done")
        running.kill()
        running.wait()
    name = f"{quick_bank.database}_accounts"
    off = {"AttributeName": "expires_at", "Enabled": False}
    quick_bank.client().update_time_to_live(TableName=name, TimeToLiveSpecification=off)
    refused = quick_bank.run("apply", file, *allow)

    assert refused.exit_code == Exit.STALE, refused.output
    assert "The step table.accounts.time_to_live was done under this approval, and is needed again." in refused.stderr


@pytest.mark.slow
def test_rest_of_an_approval_is_still_only_what_was_approved(quick_bank: Site, quick_turnstile: Turnstile) -> None:
    """After a kill part-way, a plan that says more than was approved is refused, and nothing of it runs."""
    file = str(save(quick_bank))
    held = quick_turnstile.hold("TransactWriteItems", "transaction#first", "after")
    with quick_bank.started("apply", file, endpoint_url=quick_turnstile.endpoint_url) as running:
        held.wait_until_reached()
        running.kill()
        running.wait()
    quick_bank.change("{{a: 1}}".format(), "{{a: 100}}".format())
    refused = quick_bank.run("apply", file)

    assert refused.exit_code == Exit.STALE, refused.output
    assert "The text of the plan changed." in refused.stderr
    assert quick_bank.balances()["acc-2"] == "15"


def test_ledger_that_somebody_made_meanwhile_is_no_other_ledger(quick_bank: Site) -> None:
    """The first apply of another database makes the ledger that these steps were to make: they still hold."""
    file = str(save(quick_bank))
    other = quick_bank.folder / "other.yaml"
    other.write_text(f"ddbplan: 1\ndatabase: {quick_bank.database}o\ntables: {{t: {{partition_key: id}}}}\n")

    assert quick_bank.run("apply", str(other), "--yes").exit_code == Exit.DONE

    done = quick_bank.run("apply", file)

    assert done.exit_code == Exit.DONE, done.output
    assert quick_bank.is_complete()


def test_finished_approval_is_refused_on_each_engine(bank: Site) -> None:
    """Applied to its end, an approval is used up: 4, and nothing changes."""
    file = str(save(bank))
    first, second = bank.run("apply", file), bank.run("apply", file)

    assert first.exit_code == Exit.DONE, first.output
    assert second.exit_code == Exit.STALE
    assert "used up" in second.stderr
    assert len(bank.json("history", bank.database)["runs"]) == 1
    assert bank.is_complete()


def test_one_hash_everywhere(quick_bank: Site) -> None:
    """What diff prints, its JSON, the saved steps and the run's record name the same hash; --approve takes it."""
    plan = str(quick_bank.plan)
    file = save(quick_bank)
    found = quick_bank.json("diff", plan)["diffs"][0]["hash"]
    shown = quick_bank.run("diff", plan).stdout
    done = quick_bank.run("apply", plan, "--approve", found)
    (run,) = quick_bank.json("history", quick_bank.database)["runs"]

    assert f"Steps: {found}" in shown
    assert json.loads(file.read_text())["hash"] == found
    assert done.exit_code == Exit.DONE, done.output
    assert (run["steps_hash"], run["approval"]) == (found, found)


def test_file_is_deterministic_and_holds_no_values(bank: Site) -> None:
    """Two diffs save the same text but for the times, and no value of an item or an operation stands in it."""
    texts = [save(bank).read_text() for _ in range(2)]
    documents = [{**json.loads(text), "created": "", "expires": ""} for text in texts]

    assert json.dumps(documents[0]) == json.dumps(documents[1])
    assert not [value for value in (*CANARIES, "Bob") if value in texts[0]]
    assert '"S": "acc-1"' in texts[0]


def test_expired_approval_is_refused(quick_bank: Site) -> None:
    """From its end on it approves nothing."""
    file = save(quick_bank, "--expires", "1m")
    edit(file, lambda document: document.update(expires="2026-01-01T00:00:00+00:00"))
    refused = quick_bank.run("apply", str(file))

    assert refused.exit_code == Exit.STALE
    assert "They expired at 2026-01-01T00:00:00+00:00" in refused.stderr
    assert not quick_bank.has_table(quick_bank.ledger)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"account": "111122223333"}, "The AWS account was 111122223333 and is"),
        ({"region": "us-east-1"}, "The region was us-east-1 and is eu-west-1."),
        ({"database": "other"}, "The plan's database was other and is"),
        ({"plan_hash": "0" * 64}, "The text of the plan changed."),
        ({"ledger": {"table": "other_ledger", "id": "x"}}, "The ledger is another one."),
        ({"hash": "0" * 64}, "hash"),
    ],
)
def test_edited_place_is_refused(quick_bank: Site, change: dict[str, Any], said: str) -> None:
    """A file that says another place, plan or hash than there is approves nothing, and what differs is named."""
    file = save(quick_bank)
    edit(file, lambda document: document.update(change))
    refused = quick_bank.run("apply", str(file))

    assert refused.exit_code == Exit.STALE, refused.output
    assert said in refused.stderr
    assert quick_bank.run("diff", str(quick_bank.plan), "--detailed-exitcode").exit_code == Exit.CHANGES


def test_other_region_is_refused(quick_bank: Site) -> None:
    """Steps saved for one Region do not run in another."""
    file = save(quick_bank)
    refused = quick_bank.run("apply", str(file), "--region", "us-east-1")

    assert refused.exit_code == Exit.STALE, refused.output
    assert "The region was eu-west-1 and is us-east-1." in refused.stderr


def test_other_account_is_refused(quick_bank: Site) -> None:
    """Steps saved with one account's credentials do not run with another's."""
    file = save(quick_bank)
    refused = quick_bank.process("apply", str(file), AWS_ACCESS_KEY_ID="111122223333")

    assert refused.returncode == Exit.STALE, refused.stderr
    assert "The AWS account was 000000000000 and is 111122223333." in refused.stderr


def _without(name: str) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        document["steps"] = [step for step in document["steps"] if step["id"] != name]

    return change


def _with_another_hash(document: Any) -> None:
    step = next(step for step in document["steps"] if step["id"] == "transaction.first")
    step["parts"]["transaction.first"] = "0" * 64


def _with_more(document: Any) -> None:
    document["steps"].append({"id": "seed.more", "tables": [], "parts": {"write seed.more x": "y"}, "shown": {}})


def _with_a_skip(document: Any) -> None:
    document["options"] = {"skip": ["transaction.first"]}


def _with_a_limit(document: Any) -> None:
    document["options"] = {"only": ["table.postings"]}


@pytest.mark.parametrize(
    "change",
    [
        _without("transaction.first"),
        _without("seed.accounts"),
        _with_another_hash,
        _with_more,
        _with_a_skip,
        _with_a_limit,
    ],
    ids=["step removed", "seed removed", "other content", "step added", "skip added", "limit added"],
)
def test_edited_steps_are_refused(quick_bank: Site, change: Callable[[Any], None]) -> None:
    """Whatever is edited, only the steps of the plan run, and only all of those that the file approves."""
    file = save(quick_bank)
    edit(file, change)
    refused = quick_bank.run("apply", str(file))

    assert refused.exit_code == Exit.STALE, refused.output
    assert quick_bank.run("diff", str(quick_bank.plan), "--detailed-exitcode").exit_code == Exit.CHANGES


def test_shown_text_that_was_edited_is_refused(quick_bank: Site) -> None:
    """What a reviewer reads in the file is what would run: other words for the same parts are refused."""
    file = save(quick_bank)

    def change(document: Any) -> None:
        step = next(step for step in document["steps"] if step["id"] == "transaction.first")
        step["shown"]["reason"] = "Does nothing at all."

    edit(file, change)
    refused = quick_bank.run("apply", str(file))

    assert refused.exit_code == Exit.STALE, refused.output


def test_environment_is_the_saved_one(quick_bank: Site) -> None:
    """Steps saved for an environment need no -e, and do not run for another."""
    environments = "environments: {dev: {database: DB_dev}, prod: {database: DB_prod}}\n"
    quick_bank.plan.write_text(quick_bank.plan.read_text() + environments.replace("DB", quick_bank.database))
    file = save(quick_bank, "-e", "dev")
    given = quick_bank.run("apply", str(file), "-e", "prod")
    copy = file.with_name("prod.json")
    shutil.copy(file, copy)
    edit(copy, lambda document: document.update(environment="prod"))
    other = quick_bank.run("apply", str(copy))
    done = quick_bank.run("apply", str(file))

    assert given.exit_code == Exit.ERROR
    assert other.exit_code == Exit.STALE, other.output
    assert done.exit_code == Exit.DONE, done.output
    assert quick_bank.has_table(f"{quick_bank.database}_dev_accounts")


def test_hazards_have_to_be_allowed_for_saved_steps_too(quick_bank: Site) -> None:
    """Saving steps permits no hazard: apply refuses with the flag, and takes it; of a kind too, as nobody is asked."""
    plan = str(quick_bank.plan)
    quick_bank.run("apply", plan, "--yes")
    quick_bank.change("      by_owner: {partition_key: owner}\n", "      {}\n")
    file = save(quick_bank)
    refused = quick_bank.run("apply", str(file))
    with terminal(
        [*PROGRAM, *quick_bank.words("apply", str(file), "--allow", "DROPS_INDEX")], quick_bank.folder
    ) as bare:
        screen = bare.read_until("To allow exactly these")
        code = bare.wait()
    allowed = quick_bank.run("apply", str(file), "--allow", "DROPS_INDEX:table.accounts.index.by_owner")

    assert refused.exit_code == Exit.REFUSED, refused.output
    assert code == Exit.REFUSED
    assert "needs  --allow DROPS_INDEX:table.accounts.index.by_owner" in screen
    assert allowed.exit_code == Exit.DONE, allowed.output


@pytest.mark.parametrize("text", ["", "[]", "{", '{"ddbplan_steps": 99}', "\x00", "plan: 1"])
def test_file_that_is_no_approval_is_one_sentence(tmp_path: Path, text: str) -> None:
    """Anything else in a .json file is said to hold no saved steps."""
    (tmp_path / "steps.json").write_text(text)
    refused = ddbplan("apply", "steps.json", "--endpoint-url", "http://127.0.0.1:9", folder=tmp_path)

    assert refused.returncode == Exit.ERROR
    assert "holds no saved steps" in refused.stderr
    assert "Traceback" not in refused.stderr
