"""What the ledger tells of runs, who reads it, and what it never holds."""

from __future__ import annotations

import json
import subprocess
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ddbplan.exits import Exit
from ddbplan.main import program
from tests.cli.site import CANARIES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.site import Site
    from tests.cli.turnstile import Turnstile

pytestmark = pytest.mark.engine


def git(folder: Path, *words: str) -> str:
    """Run git in a folder, with an identity of its own."""
    identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    done = subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_run_says_who_what_and_how_long(bank: Site) -> None:
    """One run: owner, host, git commit, plan and its hash, each step with its outcome and duration."""
    git(bank.folder, "init", "-q")
    git(bank.folder, "add", ".")
    git(bank.folder, "commit", "-qm", "plan")
    commit = git(bank.folder, "rev-parse", "HEAD")
    bank.run("apply", str(bank.plan), "--yes")
    run = bank.last_run()
    shown = bank.run("history", run["id"])
    steps = {step["id"]: step for step in run["steps"]}

    assert run["git_commit"] == commit
    assert run["plan_file"] == str(bank.plan)
    assert len(run["plan_hash"]) == 64
    assert run["owner"].endswith(f"@{run['host']}")
    assert run["outcome"] == "done"
    assert run["planned"] == len(steps)
    assert list(steps) == ["ledger", "tables", "seed.accounts", "transaction.first", "transaction.second"]
    assert all(
        datetime.fromisoformat(s["finished_at"]) >= datetime.fromisoformat(s["started_at"]) for s in run["steps"]
    )
    assert all(words in shown.stdout for words in (commit, "transaction.second", "execute_transaction", run["host"]))
    assert f"Next: ddbplan history {bank.database}" in shown.stderr


@pytest.mark.slow
def test_two_databases_share_a_ledger(bank: Site) -> None:
    """Each database has its own lock, runs and records; history shows all, or one."""
    other = bank.folder / "other.yaml"
    name = f"{bank.database}other"
    other.write_text(bank.plan.read_text().replace(f"database: {bank.database}", f"database: {name}"))
    codes = [bank.run("apply", str(plan), "--yes").exit_code for plan in (bank.plan, other, bank.plan)]
    bank.change("transactions:", "  postings: [{account_id: acc-9, posted_at: '1'}]\ntransactions:")
    codes.append(bank.run("apply", str(bank.plan), "--yes").exit_code)
    runs = bank.json("history")["runs"]
    text = bank.run("history", name).stdout
    status = bank.json("status")["databases"]

    assert codes == [Exit.DONE] * 4
    assert [run["database"] for run in runs] == [bank.database, name, bank.database]
    assert [run["id"] for run in runs] == sorted((run["id"] for run in runs), reverse=True)
    assert f"{bank.database} " not in text
    assert {standing["database"]: standing["lock"]["held"] for standing in status} == {
        bank.database: False,
        name: False,
    }
    assert bank.run("diff", str(other), "--detailed-exitcode").exit_code == Exit.DONE


def test_run_that_failed_is_told_with_its_reason(bank: Site) -> None:
    """The step that failed has its error; steps that were never started are counted, not listed."""
    bank.change(
        "transactions:",
        "transactions:\n  never:\n    operations:\n      - check: {table: accounts, "
        "key: {account_id: acc-1}, condition: attribute_not_exists(account_id)}",
    )
    stopped = bank.run("apply", str(bank.plan), "--yes")
    run = bank.last_run()
    shown = bank.run("history", run["id"]).stdout

    assert stopped.exit_code == Exit.STOPPED, stopped.output
    assert run["outcome"] == "failed"
    assert run["steps"][-1]["error_code"] == "ConditionFailed"
    assert "4 started of 6" in shown
    assert "transaction.never: ConditionFailed" in shown


def test_named_database_is_read_without_looking_at_others(quick_bank: Site, quick_turnstile: Turnstile) -> None:
    """Whoever may read only the keys of a database can ask for it: nothing scans the ledger."""
    quick_bank.run("apply", str(quick_bank.plan), "--yes")
    run = quick_bank.last_run()["id"]
    name = quick_bank.database
    asked = (("history", name), ("history", name, run), ("status", name), ("unlock", name, "--yes"), ("status", name))
    codes = [
        CliRunner().invoke(program, quick_bank.words(*words, endpoint_url=quick_turnstile.endpoint_url)).exit_code
        for words in asked
    ]

    assert codes == [Exit.DONE] * len(asked)
    assert "GetItem" in quick_turnstile.operations
    assert "Scan" not in quick_turnstile.operations


@pytest.mark.parametrize("words", [("history",), ("status",), ("unlock", "--yes")])
def test_database_that_is_unknown_is_said_to_be(quick_bank: Site, words: tuple[str, ...]) -> None:
    """A slip in a database's name is one sentence."""
    quick_bank.run("apply", str(quick_bank.plan), "--yes")
    done = quick_bank.run(words[0], "nothing", *words[1:])

    assert done.exit_code == Exit.ERROR
    assert "knows no database 'nothing'" in done.stderr


def test_a_file_where_a_database_is_wanted_is_explained(quick_bank: Site) -> None:
    """Other commands take the plan's file: whoever gives it here is told what to give."""
    quick_bank.run("apply", str(quick_bank.plan), "--yes")
    done = quick_bank.run("history", str(quick_bank.plan))

    assert done.exit_code == Exit.ERROR
    assert "Give the name that the plan has under `database`, not its file." in " ".join(done.stderr.split())


def test_what_is_unknown_is_said_with_what_is_known(bank: Site) -> None:
    """Neither a database nor a run; and no ledger at all."""
    nothing = bank.run("history")
    bank.run("apply", str(bank.plan), "--yes")
    unknown = bank.run("history", "20260101T000000.000Z-00000000")

    assert nothing.exit_code == Exit.ERROR
    assert "There is no ledger" in nothing.stderr
    assert unknown.exit_code == Exit.ERROR
    assert bank.database in unknown.stderr


@pytest.mark.slow
def test_nothing_secret_is_recorded_or_shown(bank: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """No credential and no value of an item is in the ledger, in saved steps, or in what any command prints."""
    secrets = {"AWS_SECRET_ACCESS_KEY": "CANARYSECRETKEY", "AWS_SESSION_TOKEN": "CANARYTOKEN"}
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    plan, file = str(bank.plan), bank.folder / "steps.json"
    said = [
        bank.run("diff", plan, "--out", str(file)).output,
        bank.run("diff", plan, "--format", "json").output,
        bank.run("apply", str(file), "--format", "json").output,
        bank.run("history").output,
        json.dumps(bank.last_run()),
        bank.run("status").output,
        file.read_text(),
        json.dumps(bank.items(bank.ledger), default=lambda value: value.hex()),
    ]
    found = [value for value in (*CANARIES, *secrets.values()) for text in said if value in text]

    assert '"outcome": "done"' in said[4]
    assert found == []
