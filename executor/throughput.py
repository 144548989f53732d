"""How much a table and its indexes take: billing mode, provisioned units, on-demand maximum, warm throughput."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from executor.errors import CallError
from executor.schema import billing_mode, indexes, live_billing_mode, member, throughput
from executor.settings import ALREADY, MADE, Setting
from executor.updates import settle, update_table, wait_for
from executor.waiting import wait_active

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.caller import Caller
    from executor.schema import Schema
    from executor.waiting import Table

PROVISIONED = "PROVISIONED"
UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")
LIMITS = ("MaxReadRequestUnits", "MaxWriteRequestUnits")
NO_LIMIT = -1


def set_billing(caller: Caller, schema: Schema, table: Table) -> Setting:
    """Switch the billing mode.

    Raises:
        CallError: As calls fail.
    """
    wanted = billing_mode(schema)
    if live_billing_mode(table) == wanted:
        wait_active(caller, table["TableName"])
        return ALREADY
    parameters: dict[str, Any] = {"BillingMode": wanted}
    if wanted == PROVISIONED:
        # Capacity of the table and of every live index in one call, or AWS refuses it (K 152).
        capacity = member(schema, "ProvisionedThroughput")
        parameters["ProvisionedThroughput"] = capacity
        updates = [_update_of(name, "ProvisionedThroughput", _own(schema, name, capacity)) for name in indexes(table)]
        if updates:
            parameters["GlobalSecondaryIndexUpdates"] = updates
    update_table(caller, table, **parameters)
    wait_for(caller, table["TableName"], f"billing mode {wanted}", lambda now: live_billing_mode(now) == wanted)
    return MADE


def set_capacity(caller: Caller, schema: Schema, table: Table, index: str | None) -> Setting:
    """Set the units of the table, or of one index: their decreases are counted apart (K 184).

    The same units again are an error of DynamoDB's, so they are not sent. Where autoscaling moves a side, its live
    units stay as they are within their range.

    Raises:
        CallError: ChangeImpossible on an on-demand table; others as calls fail.
    """
    capacity = member(schema, "ProvisionedThroughput")
    name = table["TableName"]
    if live_billing_mode(table) != PROVISIONED:
        message = f"{name} is on demand; it takes capacity only together with the switch to provisioned."
        raise CallError("ChangeImpossible", message)
    asked = capacity if index is None else _own(schema, index, capacity)

    def is_so(now: Mapping[str, Any]) -> bool:
        live = _part(now, index)
        return throughput(live.get("ProvisionedThroughput")) == throughput(_within_ranges(schema, index, asked, live))

    if is_so(table):
        wait_active(caller, name)
        return ALREADY
    wanted = _within_ranges(schema, index, asked, _part(table, index))
    update_table(caller, table, **_parameters(index, "ProvisionedThroughput", wanted))
    # DescribeTable may still show an ACTIVE table with the units of before.
    wait_for(caller, name, "capacity", is_so)
    return MADE


def set_maximum(caller: Caller, schema: Schema, table: Table, index: str | None) -> Setting:
    """Set the most that an on-demand table or one of its indexes may use; -1 is no limit.

    Raises:
        CallError: ChangeImpossible on a provisioned table; others as calls fail.
    """
    wanted = _member_of(schema, index, "OnDemandThroughput")
    name = table["TableName"]
    if live_billing_mode(table) == PROVISIONED:
        message = f"{name} is provisioned; only an on-demand table has a maximum, its units are one."
        raise CallError("ChangeImpossible", message)
    if limits(_part(table, index)) == limits({"OnDemandThroughput": wanted}):
        return ALREADY
    update_table(caller, table, **_parameters(index, "OnDemandThroughput", wanted))
    return settle(
        caller,
        name,
        _words(index, "maximum"),
        lambda now: limits(_part(now, index)) == limits({"OnDemandThroughput": wanted}),
    )


def set_warm(caller: Caller, schema: Schema, table: Table, index: str | None) -> Setting:
    """Raise warm throughput; what is live and higher is never sent, for a lower value is refused.

    Raises:
        CallError: As calls fail.
    """
    wanted = _member_of(schema, index, "WarmThroughput")
    missing = _missing_warmth(_part(table, index), wanted)
    if not missing:
        return ALREADY
    update_table(caller, table, **_parameters(index, "WarmThroughput", missing))
    return settle(
        caller, table["TableName"], _words(index, "warm"), lambda now: not _missing_warmth(_part(now, index), wanted)
    )


def limits(answer: Mapping[str, Any]) -> tuple[int, int]:
    """The two limits of a table or index; -1 where there is none."""
    found = answer.get("OnDemandThroughput") or {}
    read, write = (found.get(name, NO_LIMIT) for name in LIMITS)
    return read, write


def is_warm(answer: Mapping[str, Any], wanted: Mapping[str, int] | None) -> bool:
    """Whether a table or index takes at once what is wanted, or more."""
    return not _missing_warmth(answer, wanted or {})


def _missing_warmth(answer: Mapping[str, Any], wanted: Mapping[str, int]) -> dict[str, int]:
    live = answer.get("WarmThroughput") or {}
    return {name: units for name, units in wanted.items() if units > live.get(name, 0)}


def _part(table: Mapping[str, Any], index: str | None) -> Mapping[str, Any]:
    """What DescribeTable says of the table, or of one of its indexes.

    Raises:
        CallError: There is no such index.
    """
    if index is None:
        return table
    found = indexes(table).get(index)
    if found is None:
        raise CallError("ChangeImpossible", f"{table['TableName']} has no index {index} whose units could change.")
    return found


def _member_of(schema: Schema, index: str | None, name: str) -> Any:
    return member(schema if index is None else indexes(schema).get(index, {}), name)


def _words(index: str | None, setting: str) -> str:
    """A setting in the plan's words, as what an engine lacks is told."""
    return setting if index is None else f"global_secondary_indexes.{setting}"


def _own(schema: Schema, index: str, inherited: dict[str, int]) -> dict[str, int]:
    return indexes(schema).get(index, {}).get("ProvisionedThroughput") or inherited


def _within_ranges(
    schema: Schema,
    index: str | None,
    wanted: Mapping[str, int],
    live: Mapping[str, Any],
) -> dict[str, int]:
    ranges = {
        target["ScalableDimension"]: (target["MinCapacity"], target["MaxCapacity"])
        for target in schema.get("AutoScaling") or ()
        if target.get("IndexName") == index
    }
    units = dict(zip(UNITS, throughput(live.get("ProvisionedThroughput")), strict=True))
    return {
        name: max(ranges[name][0], min(ranges[name][1], units[name])) if name in ranges else wanted[name]
        for name in UNITS
    }


def _parameters(index: str | None, name: str, value: Any) -> dict[str, Any]:
    if index is None:
        return {name: value}
    return {"GlobalSecondaryIndexUpdates": [_update_of(index, name, value)]}


def _update_of(index: str, name: str, value: Any) -> dict[str, Any]:
    return {"Update": {"IndexName": index, name: value}}
