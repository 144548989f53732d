"""Finding out who, where and what behaves alike on every engine."""

from __future__ import annotations

from executor.clients import Clients
from tests.contract.conftest import Call
from tests.engines import Engine


def test_the_engine_is_recognised(engine: Engine, clients: Clients) -> None:
    """Each engine is called by its name, and its endpoint is known to be on this machine."""
    assert clients.engine == engine.name
    assert clients.is_loopback


def test_credentials_are_told_with_region_and_engine(call: Call, engine: Engine) -> None:
    """Who and where is known, and an engine without STS says that it could not be asked."""
    found = call("validate_credentials")

    assert found.ok, found
    assert found.value["account"] == "000000000000"
    assert found.value["region"] == "eu-west-1"
    assert found.value["engine"] == engine.name
    assert found.value["endpoint"] == engine.endpoint_url
    assert found.value["may_list"] is True
    assert found.value["identified"] is (engine.name == "ministack")


def test_a_missing_table_is_no_error(call: Call, unique: str) -> None:
    """Asking for a table that does not exist answers with nothing, whatever aspects are asked for."""
    found = call("get_table_info", table_name=unique)

    assert (found.ok, found.value) == (True, None)


def test_times_are_text(call: Call, table: str) -> None:
    """A description is plain JSON, times included, and the table's identity is always there."""
    info = call("get_table_info", table_name=table, aspects=["table"]).value

    assert isinstance(info["Table"]["CreationDateTime"], str)
    assert info["Table"]["TableId"]
    assert set(info) == {"Table", "Unsupported"}


def test_every_aspect_is_read_or_named_as_unsupported(call: Call, table: str) -> None:
    """Each aspect that is asked for is either in the answer or named as unsupported."""
    members = {
        "time_to_live": "TimeToLive",
        "point_in_time_recovery": "ContinuousBackups",
        "tags": "Tags",
        "resource_policy": "ResourcePolicy",
        "contributor_insights": "ContributorInsights",
        "kinesis": "KinesisDestinations",
        "autoscaling": "AutoScaling",
    }
    found = call("get_table_info", table_name=table, aspects=["table", *members])

    assert found.ok, found
    for aspect, member in members.items():
        assert (member in found.value) != (aspect in found.value["Unsupported"]), aspect


def test_a_table_made_again_has_another_identity(call: Call, clients: Clients, table: str) -> None:
    """A table that was deleted and made again under its name is told apart."""
    before = call("get_table_info", table_name=table).value["Table"]["TableId"]
    clients.dynamodb.delete_table(TableName=table)
    call("create_table_simple", table_name=table, partition_key="id", database_name="contract")

    assert call("get_table_info", table_name=table).value["Table"]["TableId"] != before


def test_tables_are_listed_by_prefix(call: Call, unique: str) -> None:
    """All names with the prefix come sorted, from every page."""
    names = [f"{unique}_{number:03d}" for number in range(105)]
    for name in names:
        assert call("create_table_simple", table_name=name, partition_key="id", database_name="contract").ok
    found = call("list_all_tables", prefix=unique)

    assert found.value == {"tables": names}
