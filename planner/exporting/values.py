"""What an export is, and what each of the other tools' formats can hold of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from planner.values import Json


class Target(StrEnum):
    """A format that a plan can be written in; also what ``--to`` takes."""

    CLOUDFORMATION = "cloudformation"
    TERRAFORM = "terraform"
    WORKBENCH = "workbench"
    MCP = "mcp"
    AWS_CLI = "aws-cli"
    JSON = "json"


class Hold(StrEnum):
    """How much of something a format can hold."""

    YES = "yes"
    ON = "not `off`"
    NO = "no"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A plan in another tool's terms.

    Attributes:
        target: Which.
        files: The text of each file by its name; one file has the name that the format usually has.
        left_out: What the format cannot hold: the address and a sentence.
    """

    target: Target
    files: Mapping[str, str]
    left_out: tuple[tuple[str, str], ...]


_SETTINGS_OF_TABLES = (
    "billing",
    "capacity",
    "maximum",
    "warm",
    "time_to_live",
    "stream",
    "point_in_time_recovery",
    "deletion_protection",
    "encryption",
    "table_class",
    "tags",
    "resource_policy",
    "contributor_insights",
    "kinesis",
    "vector_indexes",
    "replicas",
)
_NOWHERE = ("reports", "entities", "unique", "rates", "ephemeral", "environments")
"""What only a plan says; no other tool has a place for it."""
PARTS = ("descriptions", *_SETTINGS_OF_TABLES, "seed", "transactions", "queries", *_NOWHERE)
"""What a plan says besides keys and indexes, which every format holds."""


def _held(default: Hold, **others: Hold) -> Mapping[str, Hold]:
    return {part: Hold.NO if part in _NOWHERE else others.get(part, default) for part in PARTS}


HELD: Mapping[Target, Mapping[str, Hold]] = {
    Target.CLOUDFORMATION: _held(
        Hold.YES,
        maximum=Hold.ON,
        tags=Hold.ON,
        stream=Hold.ON,
        resource_policy=Hold.ON,
        kinesis=Hold.ON,
        vector_indexes=Hold.NO,
        replicas=Hold.ON,
        seed=Hold.NO,
        transactions=Hold.NO,
        queries=Hold.NO,
    ),
    Target.TERRAFORM: _held(
        Hold.YES,
        descriptions=Hold.NO,
        maximum=Hold.ON,
        tags=Hold.ON,
        resource_policy=Hold.ON,
        contributor_insights=Hold.ON,
        kinesis=Hold.ON,
        vector_indexes=Hold.NO,
        replicas=Hold.ON,
        transactions=Hold.NO,
        queries=Hold.NO,
    ),
    Target.WORKBENCH: _held(Hold.NO, descriptions=Hold.YES, billing=Hold.YES, capacity=Hold.YES, seed=Hold.YES),
    Target.MCP: _held(
        Hold.YES,
        maximum=Hold.ON,
        tags=Hold.ON,
        time_to_live=Hold.NO,
        point_in_time_recovery=Hold.NO,
        contributor_insights=Hold.NO,
        kinesis=Hold.NO,
        replicas=Hold.NO,
        vector_indexes=Hold.ON,
        resource_policy=Hold.ON,
        transactions=Hold.NO,
    ),
    Target.AWS_CLI: _held(
        Hold.YES,
        descriptions=Hold.NO,
        maximum=Hold.ON,
        tags=Hold.ON,
        kinesis=Hold.ON,
        replicas=Hold.ON,
        vector_indexes=Hold.ON,
        resource_policy=Hold.ON,
        transactions=Hold.NO,
        queries=Hold.NO,
    ),
    Target.JSON: _held(Hold.YES),
}
"""Proved by a test that exports and imports a plan for each part, on and off."""


_OF_REPLICAS = frozenset(
    {"kms_key", "table_class", "capacity", "maximum", "global_secondary_indexes"}
    | {"point_in_time_recovery", "deletion_protection", "tags"}
)
HELD_OF_REPLICAS: Mapping[Target, frozenset[str]] = {
    Target.CLOUDFORMATION: _OF_REPLICAS,
    Target.TERRAFORM: frozenset({"kms_key", "point_in_time_recovery", "deletion_protection"}),
    Target.WORKBENCH: frozenset(),
    Target.MCP: frozenset(),
    Target.AWS_CLI: _OF_REPLICAS - {"point_in_time_recovery", "deletion_protection", "tags"},
    Target.JSON: _OF_REPLICAS,
}
"""What a format can hold of what a replica has of its own."""


def held_replicas(target: Target, value: Json) -> Json:
    """The replicas without what the format cannot hold of them."""
    if not isinstance(value, Mapping):
        return value
    found = {}
    for region, own in value.items():
        if not isinstance(own, Mapping):
            found[region] = own
            continue
        found[region] = {part: member for part, member in own.items() if _holds_of_replica(target, part, member)}
    return found


def _holds_of_replica(target: Target, part: str, value: Json) -> bool:
    if target is Target.TERRAFORM and part == "point_in_time_recovery" and isinstance(value, Mapping):
        return False  # a replica's block says on or off and no days
    return part in HELD_OF_REPLICAS[target]


def is_off(value: Json) -> bool:
    """Whether a declared setting is its explicit end; for tags and vector indexes that is having none."""
    return bool(value == "off") or (isinstance(value, Mapping) and not value)


def holds(target: Target, part: str, value: Json) -> bool:
    """Whether a format can hold a declared value."""
    match HELD[target][part]:
        case Hold.YES:
            return True
        case Hold.ON:
            return not is_off(value)
        case Hold.NO:
            return False
