"""Kinesis destinations: one live one, states of its own, a stream that is checked only later (K 268, 299-304, 318)."""

from __future__ import annotations

from tests.fakes.control_plane import request_texts, texts, times
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import Json, Table

ENDED = frozenset({"DISABLED", "ENABLE_FAILED"})
DEFAULT_PRECISION = "MILLISECOND"
PRECISION_CHANGES = 3


def _destinations(site: Site, table: Table) -> dict[str, Json]:
    """The destinations as they are now: what is due has ended."""
    for destination in table.kinesis.values():
        if destination["_until"] and site.now() >= destination["_until"]:
            destination.update(destination["_then"], _until=0.0)
    return table.kinesis


def describe_kinesis(site: Site, params: Json) -> Json:
    """All destinations, ended ones too; the precision is said only where it was asked for (K 299, 304).

    Raises:
        Refusal: The table is not there.
    """
    table = site.sub_resource(params["TableName"])
    found = [
        {name: value for name, value in destination.items() if not name.startswith("_")}
        for destination in _destinations(site, table).values()
    ]
    return {"TableName": table.name, "KinesisDataStreamDestinations": found}


def _live(site: Site, params: Json) -> tuple[Table, Json | None]:
    table = site.sub_resource(params["TableName"])
    if table.status in {"CREATING", "DELETING"}:
        text = texts.CREATING if table.status == "CREATING" else texts.DELETING
        raise text.refusal(table=table.name)
    return table, _destinations(site, table).get(params["StreamArn"])


def enable_kinesis(site: Site, params: Json) -> Json:
    """Begin to send changes; a stream that does not exist is found out later (K 318).

    Raises:
        Refusal: There is a destination that has not ended.
    """
    table, _ = _live(site, params)
    if any(each["DestinationStatus"] not in ENDED for each in table.kinesis.values()):
        raise request_texts.KINESIS_ENABLE.refusal()
    arn, configuration = params["StreamArn"], params.get("EnableKinesisStreamingConfiguration", {})
    exists = site.streams is None or arn in site.streams
    lasts = times.KINESIS_ON if exists else times.KINESIS_FAILED
    table.kinesis[arn] = {
        "StreamArn": arn,
        "DestinationStatus": "ENABLING",
        **configuration,
        "_until": site.now() + lasts,
        "_then": {"DestinationStatus": "ACTIVE" if exists else "ENABLE_FAILED"},
    }
    return _answer(table, table.kinesis[arn], "EnableKinesisStreamingConfiguration", configuration)


def disable_kinesis(site: Site, params: Json) -> Json:
    """Stop sending; the entry stays, DISABLED (K 300).

    Raises:
        Refusal: The destination is not ACTIVE, or was never there.
    """
    table, destination = _live(site, params)
    if destination is None or destination["DestinationStatus"] != "ACTIVE":
        raise request_texts.KINESIS_DISABLE.refusal()
    destination.update(
        DestinationStatus="DISABLING", _until=site.now() + times.KINESIS_OFF, _then={"DestinationStatus": "DISABLED"}
    )
    return _answer(table, destination, "EnableKinesisStreamingConfiguration", {})


def update_kinesis(site: Site, params: Json) -> Json:
    """Change the precision, in two minutes, three times a day (K 301, Q).

    Raises:
        Refusal: The destination is not ACTIVE, has that precision, or has had its changes.
    """
    table, destination = _live(site, params)
    configuration = params.get("UpdateKinesisStreamingConfiguration") or {}
    if not configuration:
        raise request_texts.KINESIS_NOTHING.refusal()
    if destination is None or destination["DestinationStatus"] != "ACTIVE":
        raise request_texts.KINESIS_UPDATE.refusal(table=table.name, arn=params["StreamArn"])
    wanted = configuration["ApproximateCreationDateTimePrecision"]
    if destination.get("ApproximateCreationDateTimePrecision", DEFAULT_PRECISION) == wanted:
        raise texts.SAME_PRECISION.refusal(precision=wanted, table_id=table.table_id, arn=params["StreamArn"])
    now = site.now()
    table.precision_changes = [at for at in table.precision_changes if at > now - times.DAY]
    if len(table.precision_changes) >= PRECISION_CHANGES:
        raise texts.PRECISION_CHANGES.refusal()
    table.precision_changes.append(now)
    destination.update(
        DestinationStatus="UPDATING",
        _until=now + times.KINESIS_PRECISION,
        _then={"DestinationStatus": "ACTIVE", **configuration},
    )
    return _answer(table, destination, "UpdateKinesisStreamingConfiguration", configuration)


def _answer(table: Table, destination: Json, member: str, configuration: Json) -> Json:
    found = {
        "TableName": table.name,
        "StreamArn": destination["StreamArn"],
        "DestinationStatus": destination["DestinationStatus"],
    }
    return {**found, member: configuration} if configuration else found
