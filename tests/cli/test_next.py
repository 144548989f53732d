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
from tests import engines
from tests.cli.site import PLAN

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from tests.cli.site import Site

pytestmark = pytest.mark.engine
SMALL = "ddbplan: 1\ndatabase: one\ntables: {t: {partition_key: id}}\n"
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


def test_hazard_leads_to_the_apply_with_its_permission(quick_bank: Site) -> None:
    """The refused apply has shown what would be done: the next one names the permission, as after a diff, and works."""
    plan = str(quick_bank.plan)
    quick_bank.run("apply", plan, "--yes")
    quick_bank.change("      by_owner: {partition_key: owner}\n", "      {}\n")
    refused = quick_bank.run("apply", plan, "--yes")
    shown = quick_bank.run("diff", plan)
    done = CliRunner().invoke(program, [*next_words(refused)[1:], "--yes"])

    assert refused.exit_code == Exit.REFUSED
    assert "- table.accounts.index.by_owner" in refused.stdout
    assert next_words(refused) == next_words(shown)
    assert next_words(refused)[1:3] == ["apply", plan]
    assert "--allow DROPS_INDEX:table.accounts.index.by_owner" in " ".join(next_words(refused))
    assert done.exit_code == Exit.DONE, done.output


def test_hazard_of_saved_steps_leads_to_their_apply(quick_bank: Site) -> None:
    """What is saved still holds, and lacks the permission only."""
    plan, file = str(quick_bank.plan), str(quick_bank.folder / "steps.json")
    quick_bank.run("apply", plan, "--yes")
    quick_bank.change("      by_owner: {partition_key: owner}\n", "      {}\n")
    quick_bank.run("diff", plan, "--out", file)
    refused = quick_bank.run("apply", file)
    done = follow(refused)

    assert refused.exit_code == Exit.REFUSED
    assert next_words(refused)[1:3] == ["apply", file]
    assert "--allow DROPS_INDEX:table.accounts.index.by_owner" in " ".join(next_words(refused))
    assert done.exit_code == Exit.DONE, done.output


def test_table_of_nobody_leads_to_its_adoption(quick_bank: Site) -> None:
    """After a diff and after an apply; where the steps were to be saved, to the diff that saves them."""
    plan, file = str(quick_bank.plan), str(quick_bank.folder / "steps.json")
    quick_bank.client().create_table(
        TableName=f"{quick_bank.database}_postings",
        KeySchema=[
            {"AttributeName": "account_id", "KeyType": "HASH"},
            {"AttributeName": "posted_at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("account_id", "posted_at")],
        BillingMode="PAY_PER_REQUEST",
    )
    looked, saving = quick_bank.run("diff", plan), quick_bank.run("diff", plan, "--out", file)
    refused = quick_bank.run("apply", plan, "--yes")
    # What the adopted table needs is permitted in the same way.
    hazard = CliRunner().invoke(program, [*next_words(refused)[1:], "--yes"])
    done = CliRunner().invoke(program, [*next_words(hazard)[1:], "--yes"])

    assert looked.exit_code == refused.exit_code == hazard.exit_code == Exit.REFUSED
    assert next_words(looked) == next_words(refused)
    assert next_words(refused)[1:3] == ["apply", plan]
    assert "--adopt table.postings" in " ".join(next_words(refused))
    assert next_words(saving)[1:3] == ["diff", plan]
    assert f"--adopt table.postings --out {file}" in " ".join(next_words(saving))
    assert done.exit_code == Exit.DONE, done.output


@pytest.mark.parametrize("command", ["validate", "test"])
def test_without_aws_the_diff_is_a_local_one(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A newcomer without an account gets a command that works; with an environment, where the plan has any."""
    (tmp_path / "one.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DDBPLAN_ENGINE", str(engines.ministack_program()))
    said = {}
    for found in ("env", "file", "none"):
        if found == "file":
            monkeypatch.delenv("AWS_ACCESS_KEY_ID")
            monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        elif found == "none":
            monkeypatch.delenv("AWS_CONFIG_FILE")
        said[found] = next_words(CliRunner().invoke(program, [command, "one.yaml"]))[1:]
    (tmp_path / "one.yaml").write_text(f"{SMALL}environments: {{dev: {{}}}}\n", encoding="utf-8")
    of_environment = next_words(CliRunner().invoke(program, [command, "one.yaml"]))[1:]

    assert said["env"] == said["file"] == ["diff", "one.yaml"]
    assert said["none"] == ["diff", "one.yaml", "--local"]
    assert of_environment == ["diff", "one.yaml", "-e", "dev", "--local"]


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
