"""What an apply counts while it runs, and what it says to type next, in every outcome."""

from __future__ import annotations

import json
import re
import shlex
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ddbplan.exits import Exit
from ddbplan.main import program
from tests.cli.site import PLAN

if TYPE_CHECKING:
    from click.testing import Result

    from tests.cli.site import Site

pytestmark = pytest.mark.engine
QUERIES = 'queries:\n  one: {{table: accounts, key_condition: "account_id = :id", values: {{id: acc-1}}}}\n'


def next_words(done: Result) -> list[str]:
    """The command that a result says to type next."""
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("Next: ")]
    return shlex.split(line.removeprefix("Next: "))


def follow(done: Result) -> Result:
    """Type it."""
    return CliRunner().invoke(program, next_words(done)[1:])


def test_steps_are_counted_from_the_ledger_on(bank: Site) -> None:
    """The ledger's making is one of the steps that were shown: [1/5], not [1/1]."""
    done = bank.run("apply", str(bank.plan), "--yes")

    assert re.findall(r"^\[(\d+/\d+)\] . (\S+)", done.stderr, re.MULTILINE) == [
        ("1/5", "ledger"),
        ("2/5", "tables"),
        ("3/5", "seed.accounts"),
        ("4/5", "transaction.first"),
        ("5/5", "transaction.second"),
    ]


def test_plan_with_queries_leads_to_them(quick_bank: Site) -> None:
    """After an apply, and after one that had nothing to do, the queries; also where no plan was named."""
    quick_bank.write(PLAN + QUERIES)
    plan = str(quick_bank.plan)
    first, second = quick_bank.run("apply", plan, "--yes"), quick_bank.run("apply", plan, "--yes")
    empty = quick_bank.run("diff", plan)

    assert next_words(first)[:3] == ["ddbplan", "query", plan]
    assert next_words(second) == next_words(empty) == next_words(first)
    assert follow(first).exit_code == Exit.DONE


def test_plan_without_queries_leads_to_its_history(quick_bank: Site) -> None:
    """There is nothing to query: the record of the run, in the ledger that was used."""
    plan = str(quick_bank.plan)
    done = quick_bank.run("apply", plan, "--yes")
    runs = follow(done)
    run = follow(runs)
    back = follow(run)

    assert next_words(done)[:3] == ["ddbplan", "history", quick_bank.database]
    assert [found.exit_code for found in (runs, run, back)] == [Exit.DONE] * 3
    assert "transaction.second" in run.stdout
    assert next_words(quick_bank.run("diff", plan)) == next_words(done)


def test_saved_steps_lead_to_what_was_done(quick_bank: Site) -> None:
    """After saved steps as after a plan; a used-up file to the diff that saves new ones."""
    file = str(quick_bank.folder / "steps.json")
    saved = quick_bank.run("diff", str(quick_bank.plan), "--out", file)
    done = CliRunner().invoke(program, next_words(saved)[1:])
    used = CliRunner().invoke(program, next_words(saved)[1:])
    command = shlex.split(used.stderr.splitlines()[-1])

    assert done.exit_code == Exit.DONE, done.output
    assert next_words(done)[:3] == ["ddbplan", "history", quick_bank.database]
    assert used.exit_code == Exit.STALE
    assert command[:3] == ["ddbplan", "diff", str(quick_bank.plan)]
    assert CliRunner().invoke(program, command[1:]).exit_code == Exit.DONE


def test_saved_steps_with_addresses_can_be_applied_as_said(bank: Site) -> None:
    """The file holds --only, --adopt, --skip and --rerun: the next command does not repeat them, and works."""
    file = bank.folder / "steps.json"
    saved = bank.run("diff", str(bank.plan), "--out", str(file), "--skip", "transaction.first")
    done = follow(saved)

    assert "--skip" not in next_words(saved)
    assert done.exit_code == Exit.DONE, done.output
    assert json.loads(file.read_text())["options"] == {"skip": ["transaction.first"]}
    assert bank.balances() == {"acc-1": "871623", "acc-2": "6"}


def test_refused_diff_saves_nothing(quick_bank: Site) -> None:
    """What is refused can't be approved: no file, 3, and the diff again."""
    quick_bank.run("apply", str(quick_bank.plan), "--yes")
    quick_bank.change("values: {a: 1}}", "values: {a: 2}}")
    file = quick_bank.folder / "steps.json"
    refused = quick_bank.run("diff", str(quick_bank.plan), "--out", str(file))

    assert refused.exit_code == Exit.REFUSED
    assert "was not written" in refused.stderr
    assert not file.exists()
    assert next_words(refused)[:2] == ["ddbplan", "diff"]


def test_hazard_leads_to_the_diff_that_names_its_flag(quick_bank: Site) -> None:
    """After a refusal the diff, whose own next command carries the permission and works."""
    plan = str(quick_bank.plan)
    quick_bank.run("apply", plan, "--yes")
    quick_bank.change("      by_owner: {partition_key: owner}\n", "      {}\n")
    refused = quick_bank.run("apply", plan, "--yes")
    shown = follow(refused)
    done = CliRunner().invoke(program, [*next_words(shown)[1:], "--yes"])

    assert refused.exit_code == Exit.REFUSED
    assert next_words(refused)[:3] == ["ddbplan", "diff", plan]
    assert "DROPS_INDEX:table.accounts.index.by_owner" in next_words(shown)
    assert done.exit_code == Exit.DONE, done.output


def test_other_hash_leads_to_the_diff(quick_bank: Site) -> None:
    """Steps that were not approved: 4, and the diff that shows what they are now."""
    refused = quick_bank.run("apply", str(quick_bank.plan), "--approve", "0" * 64)

    assert refused.exit_code == Exit.STALE
    assert next_words(refused)[:3] == ["ddbplan", "diff", str(quick_bank.plan)]
    assert follow(refused).exit_code == Exit.DONE


def test_environment_and_ledger_are_repeated(quick_bank: Site) -> None:
    """What was typed is typed again."""
    quick_bank.write(PLAN + QUERIES + "environments: {{dev: {{database: {database}_dev}}}}\n")
    done = quick_bank.run("apply", str(quick_bank.plan), "--yes", "-e", "dev")

    assert done.exit_code == Exit.DONE, done.output
    assert next_words(done)[-4:] == ["-e", "dev", "--endpoint-url", quick_bank.endpoint_url]
    assert follow(done).exit_code == Exit.DONE
