"""``ddbplan import live``: live tables become a plan that differs from them in nothing once they are adopted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from ddbplan.exits import Exit
from ddbplan.main import program
from planner.settings.tags import STACK_TAG

if TYPE_CHECKING:
    from tests.cli.site import Site

RICH = """\
ddbplan: 1
database: {database}
tables:
  accounts:
    key_types: {{opened: N, "off": B}}
    partition_key: account_id
    sort_key: opened
    global_secondary_indexes:
      by_owner: {{partition_key: owner, projection: [name, "off"]}}
      by.stage: {{partition_key: [stage, kind], sort_key: ["off"], projection: KEYS_ONLY}}
    local_secondary_indexes: {{by_name: {{sort_key: name, projection: KEYS_ONLY}}}}
    maximum: {{read: 1000, write: 500}}
    time_to_live: expires_at
    stream: NEW_IMAGE
    point_in_time_recovery: true
    deletion_protection: true
    encryption: aws_managed
    table_class: infrequent_access
    tags: {{team: core, "cost:center": "off", note: "012"}}
    contributor_insights: true
  postings:
    key_types: {{posted: N}}
    partition_key: account_id
    sort_key: posted
    global_secondary_indexes:
      by_reference: {{partition_key: reference, capacity: {{read: 2, write: 3}}}}
      by_day: {{partition_key: day}}
    billing: provisioned
    capacity: {{read: 5, write: 4}}
  Audit.Log: {{partition_key: id}}
seed:
  accounts:
    - {{account_id: acc-1, opened: 1, owner: CANARYOWNER, name: Alice, stage: open, nested: {{a: [1, true]}}}}
"""


def _import(site: Site, *words: str) -> Result:
    given = ("import", "live", "--tables", f"{site.database}_*", *words)
    return site.run(*given)


@pytest.fixture
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _applied(site: Site, text: str) -> None:
    site.write(text.replace("  Audit.Log:", "  audit_log:"))
    done = site.run("apply", str(site.plan), "--yes")
    assert done.exit_code == Exit.DONE, done.output


def _forgotten(site: Site) -> None:
    """The ledger records none of it any more, and no tag says whose the tables are, as where nobody used ddbplan."""
    client = site.client()
    client.update_table(TableName=site.ledger, DeletionProtectionEnabled=False)
    client.delete_table(TableName=site.ledger)
    for name in ("accounts", "postings", "audit_log"):
        arn = client.describe_table(TableName=f"{site.database}_{name}")["Table"]["TableArn"]
        if site.engine.name == "ministack":
            client.untag_resource(ResourceArn=arn, TagKeys=["ddbplan:database", "ddbplan:ledger"])


@pytest.mark.engine
@pytest.mark.usefixtures("_here")
def test_an_imported_plan_is_adopted_and_differs_in_nothing(bank: Site) -> None:
    """Before it is adopted diff shows only that the tables are not owned; the printed command takes them."""
    # DynamoDB Local knows no keys of several attributes.
    lesser = RICH.replace("[stage, kind]", "stage") if bank.engine.name != "ministack" else RICH
    _applied(bank, lesser)
    _forgotten(bank)
    done = _import(bank, "-o", "live.yaml", "--database", "taken")
    before = bank.json("diff", "live.yaml")["diffs"][0]
    following = done.output.splitlines()[-1].removeprefix("Next: ddbplan ").split()
    refused = bank.run("apply", "live.yaml", "--yes")
    taken = CliRunner().invoke(program, [*following, "--yes"])
    after = bank.json("diff", "live.yaml")["diffs"][0]

    assert done.exit_code == Exit.DONE, done.output
    assert "live.yaml: 3 tables, 0 queries, 0 seed rows, 0 TODOs, from live" in done.output
    assert following[:2] == ["apply", "live.yaml"]
    assert following.count("--adopt") == 3
    assert {one["code"] for one in before["refusals"]} == {"DDB204"}, before["refusals"]
    assert before["steps"] == []
    assert refused.exit_code == Exit.REFUSED
    assert taken.exit_code == Exit.DONE, taken.output
    assert (after["steps"], after["refusals"]) == ([], [])


@pytest.mark.engine
@pytest.mark.usefixtures("_here")
def test_every_setting_that_is_no_default_is_written(quick_bank: Site) -> None:
    """In the plan's words, with the physical name, and nothing of what every table has."""
    _applied(quick_bank, RICH)
    _forgotten(quick_bank)
    done = _import(quick_bank, "-o", "live/", "--database", "taken")
    text = Path("live/accounts.yaml").read_text()

    assert done.exit_code == Exit.DONE, done.output
    assert sorted(path.name for path in Path("live").iterdir()) == [
        *("accounts.yaml", "audit_log.yaml", "plan.yaml", "postings.yaml"),
    ]
    assert f"    name: {quick_bank.database}_accounts\n" in text
    for line in (
        'key_types: {"off": B, opened: N}',
        'by.stage: {partition_key: [stage, kind], sort_key: "off", projection: KEYS_ONLY}',
        'by_owner: {partition_key: owner, projection: [name, "off"]}',
        "local_secondary_indexes: {by_name: {sort_key: name, projection: KEYS_ONLY}}",
        "maximum: {read: 1000, write: 500}",
        "time_to_live: expires_at",
        "stream: NEW_IMAGE",
        "point_in_time_recovery: true",
        "deletion_protection: true",
        "encryption: aws_managed",
        "table_class: infrequent_access",
        'tags: {"cost:center": "off", note: "012", team: core}',
        "contributor_insights: true",
    ):
        assert f" {line}" in text, line
    postings = Path("live/postings.yaml").read_text()
    assert "by_reference: {partition_key: reference, capacity: {read: 2, write: 3}}" in postings
    assert "by_day: {partition_key: day}" in postings
    assert Path("live/audit_log.yaml").read_text().splitlines() == [
        *("tables:", "  audit_log:", f"    name: {quick_bank.database}_audit_log"),
        *("    partition_key: id", "    billing: on_demand"),
    ]


@pytest.mark.engine
@pytest.mark.usefixtures("_here")
def test_what_somebody_else_looks_after_is_external(quick_bank: Site) -> None:
    """A stack's table and another database's are marked, said, and changed by nothing; the ledger is left out."""
    _applied(quick_bank, RICH)
    client = quick_bank.client()
    name = f"{quick_bank.database}_audit_log"
    arn = client.describe_table(TableName=name)["Table"]["TableArn"]
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": STACK_TAG, "Value": "shop-prod"}])
    done = _import(quick_bank, "-o", "other.yaml", "--database", "other")
    own = _import(quick_bank, "-o", "own.yaml", "--database", quick_bank.database)
    diff = quick_bank.json("diff", "other.yaml")["diffs"][0]

    assert done.exit_code == own.exit_code == Exit.DONE, done.output + own.output
    text = " ".join(done.output.split())
    assert "TODO table.audit_log: external: CloudFormation stack shop-prod looks after this table" in text
    assert f"TODO table.accounts: external: the ddbplan database {quick_bank.database} looks after this table" in text
    assert f"The table {quick_bank.ledger} was left out: it is a ledger" in text
    assert "Next: ddbplan diff other.yaml" in text
    assert Path("other.yaml").read_text().count("    external: true\n") == 3
    assert (diff["steps"], diff["refusals"]) == ([], [])
    # The database that owns them gets them as its own, and has nothing to adopt.
    assert Path("own.yaml").read_text().count("    external: true\n") == 1
    assert "Next: ddbplan diff own.yaml" in own.output


@pytest.mark.engine
@pytest.mark.usefixtures("_here")
def test_other_databases_are_known_without_tags(dynamodb_local_bank: Site) -> None:
    """Where an engine has no tags, the ledger says whose a table is."""
    dynamodb_local_bank.write("ddbplan: 1\ndatabase: {database}\ntables:\n  one: {{partition_key: id}}\n")
    applied = dynamodb_local_bank.run("apply", str(dynamodb_local_bank.plan), "--yes")
    done = _import(dynamodb_local_bank, "-o", "other.yaml", "--database", "other")

    assert applied.exit_code == done.exit_code == Exit.DONE, applied.output + done.output
    assert f"the ddbplan database {dynamodb_local_bank.database} looks after this table" in " ".join(
        done.output.split()
    )


@pytest.mark.engine
@pytest.mark.usefixtures("_here")
def test_a_sample_holds_only_what_was_named(quick_bank: Site) -> None:
    """Keys and the attributes of --keep become seed rows, said to be somebody's data; adopted, they change nothing."""
    _applied(quick_bank, RICH)
    _forgotten(quick_bank)
    before = quick_bank.items(f"{quick_bank.database}_accounts")
    done = _import(quick_bank, "-o", "live.yaml", "--database", "taken", "--sample", "5", "--keep", "stage, nested")
    following = done.output.splitlines()[-1].removeprefix("Next: ddbplan ").split()
    taken = CliRunner().invoke(program, [*following, "--yes"])
    after = quick_bank.json("diff", "live.yaml")["diffs"][0]
    text = Path("live.yaml").read_text()

    assert done.exit_code == Exit.DONE, done.output
    assert "    - {account_id: acc-1, opened: 1, stage: open, nested: {a: [1, true]}}\n" in text
    assert "CANARYOWNER" not in text + done.output
    assert "Alice" not in text
    assert "keys and stage, nested were copied" in " ".join(done.output.split())
    assert taken.exit_code == Exit.DONE, taken.output
    assert after["steps"] == []
    assert quick_bank.items(f"{quick_bank.database}_accounts") == before


@pytest.mark.engine
@pytest.mark.usefixtures("_here")
def test_it_prints_and_answers_in_json(quick_bank: Site) -> None:
    """-o - prints the plan alone; JSON holds whose the tables are and the next command."""
    quick_bank.client().create_table(
        TableName=f"{quick_bank.database}_users",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    printed = _import(quick_bank, "-o", "-")
    answered = json.loads(_import(quick_bank, "-o", "x.yaml", "--format", "json").stdout)

    assert printed.stdout.startswith(f"ddbplan: 1\ndatabase: {quick_bank.database}\n")
    assert "Read on ministack" in printed.stderr
    assert answered["adopt"] == ["table.users"]
    assert answered["external"] == []
    assert answered["kind"] == "live"
    assert answered["next"].startswith("ddbplan apply x.yaml --adopt table.users")


@pytest.mark.engine
@pytest.mark.usefixtures("_here")
def test_nothing_is_written_over_or_invented(quick_bank: Site) -> None:
    """An existing file stays, and without any table there is no plan."""
    Path("own.yaml").write_text("mine")
    refused = _import(quick_bank, "-o", "own.yaml")
    none = _import(quick_bank, "-o", "none.yaml")

    assert refused.exit_code == none.exit_code == Exit.ERROR
    assert "own.yaml exists already, and nothing was written." in refused.output
    assert Path("own.yaml").read_text() == "mine"
    assert f"No table has a name like `{quick_bank.database}_*`, so there is nothing to import." in " ".join(
        none.output.split()
    )
    assert not Path("none.yaml").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("live", "more.yaml"), "live stands alone"),
        (("live", "--overwrite"), "--overwrite has no meaning here"),
        (("live", "--from", "mcp"), "--from has no meaning here"),
        (("live", "--keep", "a"), "--keep says which attributes --sample copies"),
        (("live", "--sample", "1", "--keep", "a,,b"), "--keep takes names of attributes"),
        (("no.yaml", "--tables", "a*"), "--tables has no meaning here"),
        (("no.yaml",), "'no.yaml' does not exist"),
    ],
)
@pytest.mark.usefixtures("_here")
def test_options_that_say_nothing_are_refused(words: tuple[str, ...], said: str) -> None:
    """What is for files is refused beside live, and the other way round."""
    refused = CliRunner().invoke(program, ["import", *words])

    assert refused.exit_code == Exit.ERROR
    assert said in refused.output
