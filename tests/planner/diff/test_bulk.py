"""Seeds in S3: which of DynamoDB's importers gets the rows, what follows the import, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.bulk_source import BulkSource, S3Place
from planner.diff import Diff, diff
from planner.plan import Table
from planner.simulate import simulate
from planner.state import DesiredSeed, DesiredState, LiveState, LoadRecord
from planner.steps import HazardKind
from tests.planner.diff.test_approval import TABLE
from tests.property.strategies import desired_of, seed_of
from tests.property.test_diff import NOTHING, applied

SOURCE = BulkSource(
    place=S3Place(bucket="lake-in", prefix="events/"),
    format="dynamodb_json",
    errors=S3Place(bucket="lake-out", prefix="errors/"),
)
RICH = replace(
    TABLE,
    settings={
        **TABLE.settings,
        "time_to_live": "expires_at",
        "stream": "NEW_IMAGE",
        "tags": {"team": "core"},
        "table_class": "infrequent_access",
        "deletion_protection": True,
    },
)


def seed(source: BulkSource = SOURCE, **more: Any) -> DesiredSeed:
    """A seed in S3."""
    made = seed_of("accounts", {})
    return replace(made, count=0, row_hashes={}, source_hash=source.identity, bulk=source, **more)


def desired(table: Table = TABLE, **more: Any) -> DesiredState:
    """A plan of one table with its seed in S3."""
    return desired_of(table, seeds={"accounts": seed(**more)})


def existing(table: Table = TABLE) -> LiveState:
    """That table, made without a seed."""
    live = applied(desired_of(table))
    tables = {key: replace(record, fresh=False) for key, record in live.ledger.tables.items()}
    return replace(live, ledger=replace(live.ledger, tables=tables))


def refusals(found: Diff) -> list[str]:
    """What the refusals say."""
    return [f"{one.code} {one.what} {one.fix}" for one in found.refusals]


def test_a_new_table_is_imported_and_then_gets_what_an_import_cannot_carry() -> None:
    """The import has keys and billing; the rest follows by steps of its own, protection last; then nothing is left."""
    wanted = desired(RICH)
    found = diff(wanted, NOTHING)
    first = next(step for step in found.steps if step.address == "table.accounts")

    assert first.call.function == "create_table_advanced"
    assert first.call.arguments["import_from"] == {
        "S3Bucket": "lake-in",
        "S3KeyPrefix": "events/",
        "InputFormat": "DYNAMODB_JSON",
        "InputCompressionType": "NONE",
    }
    lacking = {"StreamSpecification", "TimeToLiveSpecification", "TableClass", "DeletionProtectionEnabled"}
    assert not lacking & set(first.call.arguments["table_schema"])
    following = [step.address for step in found.steps if step.address.startswith("table.accounts.")]
    assert set(following) == {
        f"table.accounts.{name}" for name in ("time_to_live", "stream", "table_class", "deletion_protection")
    }
    assert following[-1] == "table.accounts.deletion_protection"
    assert [h.kind for h in first.hazards] == [HazardKind.LONG_RUNNING, HazardKind.COSTS]
    assert diff(wanted, applied(wanted)).is_empty
    assert "seed.accounts" not in found.unchanged


def test_a_table_with_local_indexes_is_made_first_and_filled_after() -> None:
    """ImportTable makes no local indexes; rows then go into the table that this very run made."""
    local = {"by_x": replace(next(iter(_local())), name="by_x")}
    table = replace(TABLE, local_indexes=local, sort_key="at", key_types={"id": "S", "at": "S", "x": "S"})
    found = diff(desired(replace(table, partition_key="id")), NOTHING)

    assert [step.call.function for step in found.steps][-1] == "batch_write_items"
    assert found.refusals == ()


def _local() -> Any:
    from planner.plan import Index  # noqa: PLC0415 - one test's
    from tests.property.strategies import HERE  # noqa: PLC0415 - as above

    yield Index(
        name="by_x",
        kind="local",
        partition_key=("id",),
        sort_key=("x",),
        projection="ALL",
        settings={},
        position=HERE,
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (replace(SOURCE, conditional=False), "replaces the items in it unless each record says"),
        (replace(SOURCE, errors=None), "has to be told where it reports rows"),
        (replace(SOURCE, format="csv"), "StartBulkPutItems takes no CSV"),
    ],
)
def test_what_start_bulk_put_items_cannot_do_is_refused(source: BulkSource, words: str) -> None:
    """Each with what to do instead; nothing that exists is ever replaced without a word in the plan."""
    (refusal,) = refusals(diff(desired(source=source), existing()))

    assert refusal.startswith("DDB426")
    assert words in refusal


def test_records_with_conditions_go_into_a_table_that_exists() -> None:
    """They keep what is there, so that it needs no permission; once loaded nothing is left to do."""
    wanted = desired(source=replace(SOURCE, conditional=True))
    live = existing()
    found = diff(wanted, live)
    (step,) = found.steps

    assert step.call.arguments["condition"] == "absent"
    assert step.call.arguments["source"]["identity"] == SOURCE.identity
    assert found.hazards == ()
    assert diff(wanted, simulate(live, step)).is_empty


def test_overwriting_is_a_danger_that_is_said() -> None:
    """It needs the permission that overwriting by files needs."""
    found = diff(desired(on_conflict="overwrite"), existing())

    assert [hazard.flag for hazard in found.hazards] == ["OVERWRITES_ITEMS:seed.accounts"]


def test_another_source_is_loaded_besides_and_the_diff_says_so() -> None:
    """The same names are the same rows, whatever became of the condition; other names are other rows."""
    live = applied(desired())
    same = diff(desired(source=replace(SOURCE, conditional=True)), live)
    other = replace(SOURCE, conditional=True, place=S3Place(bucket="lake-in", prefix="events-2/"))
    found = diff(desired(source=other), live)

    assert same.is_empty
    assert [step.address for step in found.steps] == ["seed.accounts"]
    assert [note.code for note in found.notes] == ["DDB427"]


def test_an_operation_that_was_begun_is_gone_on_with() -> None:
    """What a stopped run began into a table that it had just made is no new decision."""
    live = existing()
    table = live.tables[TABLE.name]
    load = LoadRecord(table="accounts", table_id=table.table_id, content_hash="x", done=0, token="a-token")  # noqa: S106
    begun = replace(live, ledger=replace(live.ledger, loads={"accounts": load}))

    assert refusals(diff(desired(), live)) != []
    assert refusals(diff(desired(), begun)) == []


def test_buckets_of_other_accounts_are_a_danger() -> None:
    """Who owns the source decides what is loaded, and who owns the reports reads what was not."""
    place = S3Place(bucket="lake-in", prefix="", owner="444455556666")
    source = replace(SOURCE, place=place, errors=replace(place, bucket="lake-out"), conditional=True)
    found = diff(desired(source=source), replace(existing(), account="111122223333"))
    own = diff(desired(source=source), replace(existing(), account="444455556666"))

    assert [hazard.flag for hazard in found.hazards] == ["EXPOSES_DATA:seed.accounts"] * 2
    assert own.hazards == ()
