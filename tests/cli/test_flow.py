"""The main job through the command line, on real engines: validate, diff, apply, diff again, query, destroy."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from click.testing import CliRunner, Result

from ddbplan.exits import Exit
from ddbplan.main import program

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engines import Engine

pytestmark = pytest.mark.engine

PLAN = """\
ddbplan: 1
database: {database}
tables:
  accounts:
    partition_key: account_id
    time_to_live: expires_at
    global_secondary_indexes:
      by_owner: {{partition_key: owner}}
  postings: {{partition_key: account_id, sort_key: posted_at}}
seed:
  accounts:
    - {{account_id: acc-1, owner: Alice, balance: 100}}
    - {{account_id: acc-2, owner: Bob, balance: 5}}
transactions:
  transfer:
    operations:
      - update:
          {{table: accounts, key: {{account_id: acc-1}}, expression: SET balance = balance - :a, values: {{a: 10}}}}
      - update:
          {{table: accounts, key: {{account_id: acc-2}}, expression: SET balance = balance + :a, values: {{a: 10}}}}
queries:
  account: {{table: accounts, key_condition: "account_id = :id", values: {{id: acc-1}}}}
  of_owner: {{table: accounts, index: by_owner, key_condition: "owner = :owner", values: {{owner: Bob}}}}
"""


class Site:
    """A folder with a plan, and an engine."""

    def __init__(self, folder: Path, engine: Engine, database: str) -> None:
        self.folder = folder
        self.engine = engine
        self.database = database
        self.plan = folder / "plan.yaml"
        self.write(PLAN)

    def write(self, text: str) -> None:
        """Write the plan."""
        self.plan.write_text(text.format(database=self.database))

    def change(self, old: str, new: str) -> None:
        """Change the plan's text."""
        text = self.plan.read_text()

        assert old in text

        self.plan.write_text(text.replace(old, new))

    def run(self, command: str, *words: str) -> Result:
        """Run a command that needs a target, with a ledger of the site's own."""
        target = ("--endpoint-url", self.engine.endpoint_url)
        ledger = () if command in {"query", "call"} else ("--ledger", f"{self.database}_ledger")
        return CliRunner().invoke(program, [command, *words, *target, *ledger])

    def json(self, command: str, *words: str) -> Any:
        """The JSON that a command answers with."""
        return json.loads(self.run(command, *words, "--format", "json").stdout)


@pytest.fixture
def site(engine: Engine, tmp_path: Path, unique: str) -> Site:
    """A new plan on each engine in turn."""
    return Site(tmp_path, engine, unique)


@pytest.fixture
def quick(ministack: Engine, tmp_path: Path, unique: str) -> Site:
    """A new plan on the embedded engine, for what no other engine does otherwise."""
    return Site(tmp_path, ministack, unique)


def test_main_job(site: Site) -> None:
    """Changes are found before and none after; the data is there; a second apply does nothing."""
    plan = str(site.plan)
    before = site.run("diff", plan, "--detailed-exitcode")
    applied = site.run("apply", plan, "--yes")
    after = site.run("diff", plan, "--detailed-exitcode")
    again = site.run("apply", plan, "--yes")
    answer = site.json("query", plan, "account")

    assert (before.exit_code, applied.exit_code, after.exit_code, again.exit_code) == (2, 0, 0, 0), applied.output
    assert "No changes." in after.stdout
    assert "nothing to do" in again.stdout
    assert answer["items"] == [{"account_id": {"S": "acc-1"}, "owner": {"S": "Alice"}, "balance": {"N": "90"}}]


def test_diff_says_what_apply_does(site: Site) -> None:
    """Each step of the diff, and no other, is a step of the apply that follows."""
    planned = site.json("diff", str(site.plan))["diffs"][0]
    lines = site.run("apply", str(site.plan), "--yes", "--format", "json").stdout.splitlines()
    outcome = json.loads(lines[-1])

    assert outcome["kind"] == "done"
    assert {step["id"] for step in outcome["steps"]} | {"ledger"} == {step["id"] for step in planned["steps"]} | {
        "ledger"
    }


def test_every_line_of_json_progress_has_a_version_and_an_event(quick: Site) -> None:
    """``apply --format json`` writes JSON lines only, from the diff to the outcome."""
    done = quick.run("apply", str(quick.plan), "--yes", "--format", "json")
    events = [json.loads(line) for line in done.stdout.splitlines()]

    assert {event["version"] for event in events} == {1}
    assert events[0]["event"] == "diff"
    assert events[-1]["event"] == "outcome"
    assert {"run_started", "step_started", "step_finished", "run_finished"} <= {event["event"] for event in events}


def test_results_hold_no_values_of_items(quick: Site) -> None:
    """Diffs and progress show keys and hashes of items, never what else they hold."""
    plan = str(quick.plan)
    said = [
        quick.run("diff", plan).output,
        quick.run("diff", plan, "--format", "json").output,
        quick.run("apply", plan, "--yes", "--format", "json").output,
        quick.run("history", quick.database, "--format", "json").output,
    ]

    assert all("Alice" not in text for text in said)


def test_hazard_is_refused_with_its_flag_and_taken_with_it(quick: Site) -> None:
    """Dropping an index is refused with 3, and the flag that the refusal prints lets it through."""
    plan = str(quick.plan)
    quick.run("apply", plan, "--yes")
    quick.change("      by_owner: {partition_key: owner}\n", "      {}\n")
    quick.change(
        '  of_owner: {table: accounts, index: by_owner, key_condition: "owner = :owner", values: {owner: Bob}}\n', ""
    )
    shown = quick.run("diff", plan)
    refused = quick.run("apply", plan, "--yes")
    allowed = quick.run("apply", plan, "--yes", "--allow", "DROPS_INDEX:table.accounts.index.by_owner")

    assert "--allow DROPS_INDEX:table.accounts.index.by_owner" in shown.stdout
    assert refused.exit_code == Exit.REFUSED
    assert "--allow DROPS_INDEX:table.accounts.index.by_owner" in refused.stderr
    assert allowed.exit_code == Exit.DONE, allowed.output


def test_change_is_shown_with_before_and_after(quick: Site) -> None:
    """A setting that changes is shown as it is and as it will be."""
    quick.run("apply", str(quick.plan), "--yes")
    quick.change("    time_to_live: expires_at\n", "    time_to_live: off\n")
    shown = quick.run("diff", str(quick.plan))

    assert "  ~ table.accounts.time_to_live" in shown.stdout
    assert "~ time_to_live: expires_at -> off" in shown.stdout


def test_approved_hash_is_the_strict_yes(quick: Site) -> None:
    """``--approve`` runs the steps of that hash and refuses any others as stale."""
    plan = str(quick.plan)
    hash_of_steps = quick.json("diff", plan)["diffs"][0]["hash"]
    other = quick.run("apply", plan, "--approve", "0" * 64)
    same = quick.run("apply", plan, "--approve", hash_of_steps)

    assert other.exit_code == Exit.STALE
    assert same.exit_code == Exit.DONE, same.output


def test_saved_steps_are_applied_once(quick: Site) -> None:
    """What ``diff --out`` saved is applied without asking, and is used up then."""
    file = str(quick.folder / "steps.json")
    quick.run("diff", str(quick.plan), "--out", file)
    first, second = quick.run("apply", file), quick.run("apply", file)

    assert first.exit_code == Exit.DONE, first.output
    assert second.exit_code in {Exit.DONE, Exit.STALE}
    assert "10" not in second.stdout


def test_saved_steps_do_not_survive_a_change_of_the_plan(quick: Site) -> None:
    """A plan that says something else than when it was approved is not applied, and what moved is said."""
    file = str(quick.folder / "steps.json")
    quick.run("diff", str(quick.plan), "--out", file)
    quick.change("sort_key: posted_at", "sort_key: booked_at")
    refused = quick.run("apply", file)

    assert refused.exit_code == Exit.STALE
    assert "The text of the plan changed." in refused.stderr
    assert quick.run("diff", str(quick.plan), "--detailed-exitcode").exit_code == Exit.CHANGES


def test_edited_saved_steps_are_refused_in_a_sentence(quick: Site) -> None:
    """A file that is no approval is said to be none."""
    file = quick.folder / "steps.json"
    file.write_text('{"ddbplan_steps": 1}')
    refused = quick.run("apply", str(file))

    assert refused.exit_code == Exit.ERROR
    assert "holds no saved steps" in refused.stderr


def test_environment_is_required_once_there_are_any(quick: Site) -> None:
    """Without -e a plan with environments is not compared with anything; the environments are listed."""
    quick.plan.write_text(quick.plan.read_text() + "environments: {dev: {database: x_dev}, prod: {database: x_prod}}\n")
    refused = quick.run("diff", str(quick.plan))
    chosen = quick.run("diff", str(quick.plan), "-e", "dev")

    assert refused.exit_code == Exit.ERROR
    assert "dev, prod" in refused.stderr
    assert chosen.exit_code == Exit.DONE, chosen.output


def test_several_plans_are_applied_in_one_run(quick: Site) -> None:
    """Two plans are diffed and applied together; each has its line in the end, and all have one summary."""
    second = _second(quick)
    plans = (str(quick.plan), str(second))
    before = quick.run("diff", *plans)
    done = quick.run("apply", *plans, "--yes")
    again = quick.run("apply", *plans, "--yes", "--format", "json")
    after = quick.json("diff", *plans)

    assert done.exit_code == Exit.DONE, done.output
    assert "2 plans: 2 with changes (" in before.stdout
    assert f"{quick.plan}: applied" in done.stdout
    assert f"{second}: applied" in done.stdout
    assert "2 plans: 2 applied." in done.stdout
    assert json.loads(again.stdout.splitlines()[-1]) == {
        "version": 1,
        "event": "summary",
        "plans": 2,
        "outcomes": {"nothing": 2},
        "not_begun": [],
        "by_plan": dict.fromkeys(plans, "nothing"),
    }
    assert after["summary"] == {"plans": 2, "changed": 0, "unchanged": 2, "refused": 0, "steps": 0}
    assert "plans:" not in quick.run("diff", str(second)).stdout


def test_the_summary_names_plans_whose_turn_did_not_come(quick: Site) -> None:
    """A plan that is refused ends the run, and those after it are said not to have begun."""
    second = _second(quick)
    client = boto3.client("dynamodb", endpoint_url=quick.engine.endpoint_url)
    client.create_table(
        TableName=f"{quick.database}b_things",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    plans = (str(second), str(quick.plan))
    compared = quick.run("diff", *plans)
    refused = quick.run("apply", *plans, "--yes")
    answered = quick.run("apply", *plans, "--yes", "--format", "json")
    last = json.loads(answered.stdout.splitlines()[-1])

    assert compared.exit_code == refused.exit_code == answered.exit_code == Exit.REFUSED
    assert f"2 plans: 1 refused, not begun: {quick.plan}." in " ".join(refused.stdout.split())
    assert "1 refused." in compared.stdout
    assert (last["outcomes"], last["not_begun"]) == ({"refused": 1}, [str(quick.plan)])


def test_validate_sums_several_plans_up(quick: Site) -> None:
    """How many are valid and how many are not, in one line and in JSON."""
    second = _second(quick)
    second.write_text(second.read_text().replace("partition_key", "partition"))
    done = CliRunner().invoke(program, ["validate", str(quick.plan), str(second)])
    answered = CliRunner().invoke(program, ["validate", str(quick.plan), str(second), "--format", "json"])

    assert done.exit_code == Exit.ERROR
    assert "2 plans: 1 valid, 1 invalid." in done.stdout
    assert json.loads(answered.stdout)["summary"] == {"plans": 2, "valid": 1, "invalid": 1}


def _second(site: Site) -> Path:
    second = site.folder / "second.yaml"
    second.write_text(f"ddbplan: 1\ndatabase: {site.database}b\ntables: {{things: {{partition_key: id}}}}\n")
    return second


def test_only_limits_the_run(quick: Site) -> None:
    """``--only`` runs what an address needs and leaves the rest to the next apply."""
    quick.run("apply", str(quick.plan), "--yes", "--only", "table.postings")
    left = quick.json("diff", str(quick.plan))["diffs"][0]

    assert "table.accounts" in {address for step in left["steps"] for address in [step["address"], *step["covers"]]}
    assert "table.postings" in left["unchanged"]


def test_history_and_status_tell_of_the_run(quick: Site) -> None:
    """The ledger's record of a run is found by database and by id, and the lock is free after it."""
    quick.run("apply", str(quick.plan), "--yes")
    (run,) = quick.json("history", quick.database)["runs"]
    one = quick.run("history", run["id"])
    (standing,) = quick.json("status", quick.database)["databases"]

    assert run["outcome"] == "done"
    assert "transaction.transfer" in one.stdout
    assert standing["lock"]["held"] is False


def test_unlock_of_a_free_lock_says_so(quick: Site) -> None:
    """There is nothing to take away from nobody."""
    quick.run("apply", str(quick.plan), "--yes")
    done = quick.run("unlock", quick.database)

    assert done.exit_code == Exit.DONE
    assert "is free" in done.stdout


def test_destroy_needs_the_databases_name(site: Site) -> None:
    """Without the name nothing is deleted; with it the plan's tables are gone and can be made again."""
    plan = str(site.plan)
    site.run("apply", plan, "--yes")
    silent, wrong = site.run("destroy", plan), site.run("destroy", plan, "--confirm", "other")
    kept = site.run("diff", plan, "--detailed-exitcode")
    gone = site.run("destroy", plan, "--confirm", site.database)
    after = site.run("diff", plan, "--detailed-exitcode")

    assert (silent.exit_code, wrong.exit_code, kept.exit_code) == (Exit.ERROR, Exit.ERROR, Exit.DONE), kept.output
    assert gone.exit_code == Exit.DONE, gone.output
    assert after.exit_code == Exit.CHANGES


def test_apply_without_a_terminal_needs_yes(quick: Site) -> None:
    """Where nobody can be asked, nothing is done without --yes, and the refusal says what to give."""
    refused = quick.run("apply", str(quick.plan))

    assert refused.exit_code == Exit.ERROR
    assert "--yes" in refused.stderr
    assert quick.run("diff", str(quick.plan), "--detailed-exitcode").exit_code == Exit.CHANGES


def test_invalid_plan_stops_before_anything_is_read(quick: Site) -> None:
    """A plan with errors shows them all, with their lines, and nothing is done."""
    quick.change("partition_key: account_id\n", "partition_kye: account_id\n")
    refused = quick.run("apply", str(quick.plan), "--yes")

    assert refused.exit_code == Exit.ERROR
    assert f"{quick.plan}:5:5: DDB" in refused.stderr
    assert "Traceback" not in refused.output


def test_endpoint_that_is_down_is_one_sentence(quick: Site) -> None:
    """Nobody at the endpoint: one error, no traceback."""
    done = CliRunner().invoke(program, ["diff", str(quick.plan), "--endpoint-url", "http://127.0.0.1:9"])

    assert done.exit_code == Exit.ERROR
    assert "127.0.0.1:9" in done.stderr
    assert "bug in ddbplan" not in done.stderr


def test_query_takes_values_and_formats(quick: Site) -> None:
    """A value typed on the command line replaces the plan's own; CSV is CSV."""
    quick.run("apply", str(quick.plan), "--yes")
    csv = quick.run("query", str(quick.plan), "account", "--value", "id=acc-2", "--format", "csv")
    unknown = quick.run("query", str(quick.plan), "account", "--value", "nope=1")
    missing = quick.run("query", str(quick.plan), "nope")

    assert csv.stdout == "account_id,balance,owner\nacc-2,15,Bob\n"
    assert unknown.exit_code == missing.exit_code == Exit.ERROR


def test_text_of_items_and_settings_cannot_reach_the_terminal(quick: Site) -> None:
    """Escapes in an item are shown, not obeyed."""
    quick.change("owner: Alice", 'owner: "A\\e[31mB"')
    plan = str(quick.plan)
    said = [
        quick.run("diff", plan).output,
        quick.run("apply", plan, "--yes").output,
        *(quick.run("query", plan, "account", "--format", form).output for form in ("table", "json", "csv")),
    ]

    assert all("\x1b" not in text and "\x07" not in text for text in said)
    assert "A\\x1b[31mB" in said[2]


def test_call_reads_anywhere_and_writes_on_this_machine_only(quick: Site) -> None:
    """A function that writes is refused for an endpoint elsewhere, before anything is sent."""
    item = json.dumps({"table_name": "no_such_table", "item": {"id": {"S": "1"}}})
    elsewhere = CliRunner().invoke(program, ["call", "put_item", item, "--endpoint-url", "http://192.0.2.1:8000"])
    here = quick.run("call", "put_item", item)

    assert elsewhere.exit_code == Exit.REFUSED
    assert "goes through a plan" in elsewhere.stderr
    assert json.loads(here.stdout)["error_code"] == "TableMissing"


def test_first_page_of_a_diff_is_readable(quick: Site) -> None:
    """The beginning of a first diff, whole."""
    quick.write(
        textwrap.dedent("""\
        ddbplan: 1
        database: {database}
        tables:
          accounts:
            partition_key: account_id
            key_types: {{opened_on: N}}
            sort_key: opened_on
            time_to_live: expires_at
            global_secondary_indexes:
              by_owner: {{partition_key: owner, sort_key: opened_on, projection: [status]}}
        """),
    )
    shown = quick.run("diff", str(quick.plan)).stdout
    expected = textwrap.dedent("""\
          sort_key: opened_on (N)
          + index by_owner: owner (S), opened_on (N); projects [status]
          billing: on_demand
          time_to_live: expires_at
    """)

    assert textwrap.indent(textwrap.dedent(expected), "      ") in shown


def test_a_permission_that_concerns_nothing_is_said(quick: Site) -> None:
    """A slip in an address of --allow is never silent, in diff and in apply."""
    plan, slip = str(quick.plan), ("--allow", "DROPS_INDEX:table.acounts.index.by_owner")
    shown = quick.run("diff", plan, *slip)
    applied = quick.run("apply", plan, "--yes", *slip)

    assert "--allow DROPS_INDEX:table.acounts.index.by_owner concerns nothing" in " ".join(shown.stderr.split())
    assert "concerns nothing" in applied.stderr
    assert (shown.exit_code, applied.exit_code) == (0, 0)


def test_a_query_before_the_first_apply_names_the_table(quick: Site) -> None:
    """What is missing, where, and the command that makes it."""
    answer = quick.run("query", str(quick.plan), "account")

    assert answer.exit_code == Exit.ERROR
    assert f"The table {quick.database}_accounts does not exist on ministack" in " ".join(answer.stderr.split())
    assert f"ddbplan apply {quick.plan}" in answer.stderr


def test_a_plan_that_is_not_there_has_no_errors(tmp_path: Path) -> None:
    """A missing file is not called a plan with errors."""
    answer = CliRunner().invoke(program, ["validate", str(tmp_path / "nope.yaml")])

    assert answer.exit_code == Exit.ERROR
    assert "The plan has errors" not in answer.stderr
    assert "No plan was read" in answer.stderr


def test_destroying_an_empty_database_is_no_error(quick: Site) -> None:
    """Nothing to delete is said once, as a result."""
    plan = str(quick.plan)
    quick.run("apply", plan, "--yes")
    first = quick.run("destroy", plan, "--confirm", quick.database)
    again = quick.run("destroy", plan, "--confirm", quick.database)

    assert (first.exit_code, again.exit_code) == (0, 0), again.output
    assert "nothing to delete" in again.stdout
    assert "Error" not in again.output
