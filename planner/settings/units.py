"""Units of reads and writes per second in the plan's words and in DynamoDB's."""

from __future__ import annotations

from collections.abc import Mapping

from planner.values import Json

SIDES = ("read", "write")
PROVISIONED_UNITS = {"read": "ReadCapacityUnits", "write": "WriteCapacityUnits"}
MAXIMUM_UNITS = {"read": "MaxReadRequestUnits", "write": "MaxWriteRequestUnits"}
WARM_UNITS = {"read": "ReadUnitsPerSecond", "write": "WriteUnitsPerSecond"}

OFF = "off"
NO_LIMIT = -1


def is_range(value: Json) -> bool:
    """Whether one side of ``capacity`` is left to autoscaling."""
    return isinstance(value, Mapping)


def units(value: Json) -> int:
    """The units that a side of ``capacity`` starts with: its own, or an autoscaling range's lower end."""
    return int(value["min"]) if is_range(value) else int(value)


def settle_units(desired: Json, live: Json) -> Json:
    """The units that a live side has in the end: its own number, or within the range what it has already."""
    if not is_range(desired):
        return desired
    if live is None:
        return units(desired)
    return max(desired["min"], min(desired["max"], live))


def settle_capacity(desired: Mapping[str, Json], live: Mapping[str, Json] | None) -> dict[str, Json]:
    """Both sides' units in the end; live units inside [min, max] are autoscaling's own affair."""
    return {side: settle_units(desired[side], (live or {}).get(side)) for side in SIDES}


def throughput(capacity: Mapping[str, Json]) -> Json:
    """ProvisionedThroughput, as CreateTable takes it."""
    return {name: units(capacity[side]) for side, name in PROVISIONED_UNITS.items()}


def capacity(answer: Mapping[str, Json]) -> Json:
    """ProvisionedThroughput in canonical form; None for the zeros that an on-demand table echoes."""
    found = answer.get("ProvisionedThroughput") or {}
    sides = {side: found.get(name, 0) for side, name in PROVISIONED_UNITS.items()}
    return sides if all(sides.values()) else None


def maximum(answer: Mapping[str, Json]) -> Json:
    """OnDemandThroughput in canonical form; absent and -1 are no limit."""
    found = answer.get("OnDemandThroughput") or {}
    return {side: found[name] for side, name in MAXIMUM_UNITS.items() if found.get(name, NO_LIMIT) > 0} or OFF


def maximum_schema(value: Json) -> Json:
    """OnDemandThroughput, whole: a side without a limit is said as well."""
    limits = value if isinstance(value, Mapping) else {}
    return {name: limits.get(side, NO_LIMIT) for side, name in MAXIMUM_UNITS.items()}


def warm(answer: Mapping[str, Json]) -> Json:
    """WarmThroughput in canonical form; None where it is not shown. AWS raises it by itself."""
    found = answer.get("WarmThroughput") or {}
    return {side: found[name] for side, name in WARM_UNITS.items() if found.get(name)} or None


def warm_schema(value: Mapping[str, Json]) -> Json:
    """WarmThroughput, the declared sides."""
    return {name: value[side] for side, name in WARM_UNITS.items() if side in value}


def settle_warm(desired: Mapping[str, Json], live: Mapping[str, Json] | None) -> dict[str, Json]:
    """Warm throughput only rises: what is live and higher stays, and a side that is not declared is not compared."""
    have = live or {}
    return {side: max(value, have.get(side, 0)) for side, value in desired.items()}


def same_sides(live: Json, desired: Mapping[str, Json]) -> Json:
    """The sides of a live value that the plan declares; None where it shows none of them."""
    if live is None:
        return None
    return {side: live[side] for side in desired if side in live}
