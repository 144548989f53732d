"""What changed since the last apply, through the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ddbplan.exits import Exit
from tests.cli.site import Site

if TYPE_CHECKING:
    from tests.engines import Engine

pytestmark = pytest.mark.engine

PLAN = """\
ddbplan: 1
database: {database}
tables:
  accounts:
    partition_key: account_id
    time_to_live: expires_at
    tags: {{team: core}}
    global_secondary_indexes:
      by_owner: {{partition_key: owner}}
  postings: {{partition_key: account_id, sort_key: posted_at}}
"""


@pytest.fixture
def applied(tmp_path_factory: pytest.TempPathFactory, ministack: Engine, unique: str) -> Site:
    """Two tables, applied."""
    site = Site(tmp_path_factory.mktemp("site"), ministack, unique)
    site.write(PLAN)
    done = site.run("apply", str(site.plan), "--yes")

    assert done.exit_code == Exit.DONE, done.output

    return site


def _drift(site: Site, *words: str) -> tuple[int, str]:
    done = site.run("drift", str(site.plan), *words)
    return done.exit_code, done.stdout + done.stderr


def test_what_was_just_applied_has_not_drifted(applied: Site) -> None:
    """Not on any engine setting that nobody declared, either."""
    code, said = _drift(applied)

    assert code == Exit.DONE, said
    assert "No drift." in said.splitlines()


def test_what_somebody_changed_is_told_from_what_nobody_manages(applied: Site) -> None:
    """A declared setting that moved is drift; a setting that is on and declared nowhere is told beside it."""
    client, name = applied.client(), f"{applied.database}_accounts"
    client.update_table(TableName=name, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    unmanaged = _drift(applied)
    ignored = _drift(applied, "--ignore-unmanaged")
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"}
    )
    client.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by_owner"}}])
    code, said = _drift(applied, "--ignore-unmanaged")

    assert unmanaged[0] == Exit.CHANGES
    assert "? stream: NEW_IMAGE  (nobody declares it)" in unmanaged[1]
    assert ignored[0] == Exit.DONE
    assert code == Exit.CHANGES
    assert "~ time_to_live: expires_at -> off" in said
    assert "- index by_owner: owner" in said
    assert "1 table is not as applied." in said
    assert f"{applied.database}_postings" not in said


def test_a_setting_that_the_plan_no_longer_declares_is_said_to_stay(applied: Site) -> None:
    """Apply will not put it back, which the reader of a drift has to know."""
    applied.change("    time_to_live: expires_at\n", "")
    applied.client().update_time_to_live(
        TableName=f"{applied.database}_accounts",
        TimeToLiveSpecification={"Enabled": False, "AttributeName": "expires_at"},
    )
    code, said = _drift(applied)

    assert code == Exit.CHANGES
    assert "the plan does not declare it, so apply leaves it" in said


def test_tables_that_are_gone_or_made_again_are_drift(applied: Site) -> None:
    """As JSON, with the table's fate; a nightly job reads it."""
    client, gone, again = applied.client(), f"{applied.database}_postings", f"{applied.database}_accounts"
    client.delete_table(TableName=gone)
    client.delete_table(TableName=again)
    client.create_table(
        TableName=again,
        KeySchema=[{"AttributeName": "account_id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "account_id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    done = applied.json("drift", str(applied.plan))
    (plan,) = done["plans"]

    assert done["version"] == 1
    assert plan["drifted"] is True
    assert {table["address"]: table["fate"] for table in plan["tables"]} == {
        "table.postings": "gone",
        "table.accounts": "made again",
    }


def test_without_a_ledger_there_is_nothing_to_compare_with(applied: Site) -> None:
    """Exit 4, as for every wrong ledger, and the sentence says what to do."""
    done = applied.run("drift", str(applied.plan), "--ledger", f"{applied.database}_other")

    assert done.exit_code == Exit.STALE
    assert "--ledger" in done.stderr
