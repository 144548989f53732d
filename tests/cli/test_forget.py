"""Taking a table out of the ledger, through the command line."""

from __future__ import annotations

import pytest

from ddbplan.exits import Exit
from tests.cli.site import BALANCES, Site

pytestmark = pytest.mark.engine


def flat(text: str) -> str:
    """Text without its line breaks."""
    return " ".join(text.split())


@pytest.fixture
def applied(bank: Site) -> Site:
    """The bank, applied."""
    done = bank.run("apply", str(bank.plan), "--yes")

    assert done.exit_code == Exit.DONE, done.output

    return bank


def test_a_forgotten_table_stays_and_is_nobodys(applied: Site) -> None:
    """Its items stay; the diff asks for --adopt; adopted again, nothing happens twice and the diff is empty."""
    name, plan = f"{applied.database}_accounts", str(applied.plan)
    before = sorted(map(str, applied.items(name)))
    forgotten = applied.run("forget", name, "--yes")
    shown = applied.run("diff", plan)
    adopted = applied.run("apply", plan, "--yes", "--adopt", "table.accounts")

    assert forgotten.exit_code == Exit.DONE, forgotten.output
    assert "These transactions touched it and stay recorded: first, second." in flat(forgotten.stdout)
    assert sorted(map(str, applied.items(name))) == before
    assert shown.exit_code == Exit.REFUSED
    assert "--adopt table.accounts" in shown.stdout
    assert adopted.exit_code == Exit.DONE, adopted.output
    assert applied.balances() == BALANCES
    assert applied.is_complete()


def test_forgetting_is_part_of_the_history(applied: Site) -> None:
    """It is a run of its own, with its one step and who did it."""
    done = applied.json("forget", "table.postings", "--database", applied.database, "--yes")
    run = applied.last_run()

    assert done["kind"] == "done"
    assert done["forgotten"] == 1
    assert (run["command"], run["outcome"]) == ("forget", "done")
    assert [(step["address"], step["outcome"]) for step in run["steps"]] == [("table.postings", "done")]


def test_what_is_not_recorded_is_not_forgotten(applied: Site) -> None:
    """The sentence names what the ledger does record; nothing changes."""
    refused = applied.run("forget", "nothing_like_it", "--yes")

    assert refused.exit_code == Exit.ERROR
    assert f"records no table nothing_like_it. It records: {applied.database}_accounts" in flat(refused.stderr)
    assert applied.is_complete()


def test_a_name_of_several_databases_asks_which(applied: Site) -> None:
    """Two plans of one ledger may both call a table accounts; the physical name tells them apart."""
    other = applied.folder / "other.yaml"
    other.write_text(f"ddbplan: 1\ndatabase: {applied.database}x\ntables: {{accounts: {{partition_key: id}}}}\n")
    made = applied.run("apply", str(other), "--yes")
    unclear = applied.run("forget", "accounts", "--yes")
    clear = applied.run("forget", "accounts", "--yes", "--database", f"{applied.database}x")

    assert made.exit_code == Exit.DONE, made.output
    assert unclear.exit_code == Exit.ERROR
    assert "--database NAME" in unclear.stderr
    assert clear.exit_code == Exit.DONE, clear.output
    assert f"{applied.database}x_accounts" in clear.stdout
    assert applied.is_complete()


def test_without_a_terminal_yes_is_needed(applied: Site) -> None:
    """Nobody to ask: nothing is forgotten, and the option that stands for yes is named."""
    refused = applied.run("forget", f"{applied.database}_accounts")

    assert refused.exit_code == Exit.ERROR
    assert "--yes" in refused.stderr
    assert applied.is_complete()
