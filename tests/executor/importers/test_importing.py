"""Tables that ImportTable makes, on the strict fake: begun once, watched, found again, judged."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from executor.registry import call_function
from executor.result import Result
from tests.fakes.control_plane import Account, times
from tests.fakes.control_plane.in_process import FakeClients, virtual_time

Json = dict[str, Any]
SCHEMA: Json = {
    "TableName": "lake_events",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "Tags": [{"Key": "team", "Value": "core"}],
}
SOURCE: Json = {
    "S3Bucket": "lake-in",
    "S3KeyPrefix": "events/",
    "InputFormat": "DYNAMODB_JSON",
    "InputCompressionType": "GZIP",
}
NAMED = "an-import"


def lines(count: int, *more: Json) -> bytes:
    """So many good records, and others after them."""
    good = [{"Item": {"id": {"S": f"e{number}"}}} for number in range(count)]
    return gzip.compress("\n".join(json.dumps(record) for record in (*good, *more)).encode())


@pytest.fixture
def account() -> Iterator[Account]:
    """An account with three rows in S3, on virtual time."""
    made = Account()
    made.sites["eu-west-1"].buckets["lake-in"] = {"events/1.json.gz": lines(2), "events/2.json.gz": lines(1)}
    with virtual_time(made.clock):
        yield made


def imported(
    account: Account, *, token: str | None = NAMED, stop: threading.Event | None = None, **more: Any
) -> Result:
    """The call of a step that makes a table from S3."""
    with FakeClients(account) as clients:
        return call_function(
            "create_table_advanced",
            clients,
            stop=stop,
            table_schema=SCHEMA,
            database_name="lake",
            import_from={**SOURCE, **more},
            client_token=token,
        )


def tags(account: Account) -> Json:
    """The table's tags."""
    site = account.sites["eu-west-1"]
    value: Json = site.tables["lake_events"].tags.value
    return value


def test_an_import_makes_the_table_with_its_rows_and_marks_it(account: Account) -> None:
    """The table that is not to be seen at first is waited for, and gets the tags that ImportTable cannot carry."""
    result = imported(account)

    assert result.ok, result.message
    assert result.value["tables"]["lake_events"]["rows"] == 3
    assert result.value["tables"]["lake_events"]["table_id"]
    assert tags(account) == {"team": "core", "ddbplan:database": "lake"}
    assert account.counted()["ImportTable"] == 1


def test_a_call_that_was_stopped_goes_on_with_its_import(account: Account) -> None:
    """Sent again while the import goes on, the call finds it by its token and starts nothing."""
    account.handle(
        "ImportTable",
        {
            "S3BucketSource": {"S3Bucket": "lake-in", "S3KeyPrefix": "events/"},
            "InputFormat": "DYNAMODB_JSON",
            "InputCompressionType": "GZIP",
            "TableCreationParameters": {name: value for name, value in SCHEMA.items() if name != "Tags"},
            "ClientToken": NAMED,
        },
    )
    account.clock.advance(times.IMPORT_UNSEEN + 1)

    result = imported(account)

    assert result.ok, result.message
    assert len(account.sites["eu-west-1"].importers.imports) == 1


def test_an_import_that_ended_is_found_after_its_token_has_expired(account: Account) -> None:
    """After eight hours the token begins a new import, so that the listing is asked first."""
    assert imported(account).ok
    account.clock.advance(times.TOKEN + times.HOUR)

    again = imported(account)

    assert again.ok, again.message
    assert account.counted()["ImportTable"] == 1


@pytest.mark.parametrize("token", ["another", None])
def test_a_table_of_another_import_is_not_taken(account: Account, token: str | None) -> None:
    """A table that somebody else made stays as it is, whether it is there or being made."""
    assert imported(account).ok

    result = imported(account, token=token)

    assert result.error_code == "TableExists"
    assert "ImportTable makes new tables only" in result.message


def test_a_table_that_is_being_made_by_another_import_is_not_taken(account: Account) -> None:
    """ImportTable says that it is in use, which is not waited for."""
    account.handle("CreateTable", {name: value for name, value in SCHEMA.items() if name != "Tags"})
    account.clock.advance(1)

    result = imported(account)

    assert result.error_code == "TableExists"


def test_a_bad_line_fails_the_import_and_leaves_the_good_rows(account: Account) -> None:
    """The message counts, and the answer has the table, so that the ledger learns whose it is."""
    bucket = account.sites["eu-west-1"].buckets["lake-in"]
    bucket["events/3.json.gz"] = lines(0, {"Item": {"other": {"S": "x"}}})

    result = imported(account)

    assert result.error_code == "ImportFailed"
    assert "imported 3 of the 4 rows it read, 1 had errors. ItemValidationError" in result.message
    assert result.value["tables"]["lake_events"]["table_id"]
    assert tags(account)["ddbplan:database"] == "lake"


def test_an_import_of_nothing_makes_no_table_and_says_so(account: Account) -> None:
    """The answer proves that the table was not made: its announcement is withdrawn."""
    result = imported(account, S3Bucket="lake-nowhere")

    assert result.error_code == "ImportFailed"
    assert "S3NoSuchBucket" in result.message
    assert result.value["tables"]["lake_events"]["not_made"] is True


def test_csv_makes_texts_of_all_columns_that_are_no_keys(account: Account) -> None:
    """Header and delimiter reach the import; a number without a key stays text, as ImportTable has it."""
    site = account.sites["eu-west-1"]
    site.buckets["lake-in"] = {"events/1.csv": b"e1;7\ne2;8\n"}

    result = imported(
        account,
        InputFormat="CSV",
        InputCompressionType="NONE",
        CsvDelimiter=";",
        CsvHeaderList=["id", "count"],
    )

    assert result.ok, result.message
    rows = site.importers.rows[result.value["tables"]["lake_events"]["table_id"]]
    assert [item["count"] for item in rows.values()] == [{"S": "7"}, {"S": "8"}]


def test_an_old_client_is_refused_with_the_version_that_knows_the_importer(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the client's service model lacks is asked of the model, before anything is sent."""
    with FakeClients(account) as clients:
        model = clients.dynamodb.meta.service_model
        known = [name for name in model.operation_names if name != "ImportTable"]
        monkeypatch.setitem(vars(model), "operation_names", known)

        result = call_function(
            "create_table_advanced", clients, table_schema=SCHEMA, database_name="lake", import_from=SOURCE
        )

    assert result.error_code == "ClientTooOld"
    assert "botocore>=1.44.5" in result.message
    assert account.calls == []
