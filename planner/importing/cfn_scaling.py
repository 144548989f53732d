"""Autoscaling that a template keeps in resources of its own, joined with the tables that it scales."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from planner.importing.intrinsics import Intrinsics
from planner.importing.values import Unknown
from planner.values import Json

TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
POLICY = "AWS::ApplicationAutoScaling::ScalingPolicy"
_RESOURCE = re.compile(r"table/(?P<table>[^/]+)(?:/index/(?P<index>[^/]+))?")
_REFERENCE = re.compile(r"(?:!Ref |\$\{)([A-Za-z0-9]+)")
_INDEX = re.compile(r"index/([A-Za-z0-9_.-]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """One scalable target.

    Attributes:
        names: What its table may be called: the physical name, or logical ids that its text refers to.
        index: The index, if it is one's.
        member: The target as in a ``table_schema``'s AutoScaling.
    """

    names: frozenset[str]
    index: str | None
    member: Mapping[str, Json]


def gather(resources: Mapping[str, Json], intrinsics: Intrinsics) -> list[Scaling]:
    """Every scalable target of DynamoDB in a template, with the aim of its policy."""
    aims = _aims(resources, intrinsics)
    found = []
    for logical, resource in resources.items():
        if not isinstance(resource, Mapping) or resource.get("Type") != TARGET:
            continue
        own = intrinsics.resolve(resource.get("Properties") or {})
        dimension = own.get("ScalableDimension") if isinstance(own, Mapping) else None
        if not isinstance(dimension, str) or not dimension.startswith("dynamodb:"):
            continue
        names, index = _subject(own.get("ResourceId"))
        member = {
            "ScalableDimension": dimension.rpartition(":")[2],
            "MinCapacity": own.get("MinCapacity"),
            "MaxCapacity": own.get("MaxCapacity"),
            "TargetValue": aims.get(str(logical), 70),
        }
        found.append(Scaling(names=names, index=index, member=member))
    return found


def _subject(given: Json) -> tuple[frozenset[str], str | None]:
    if isinstance(given, str):
        found = _RESOURCE.fullmatch(given)
        return (frozenset({found["table"]}), found["index"]) if found else (frozenset(), None)
    text = given.text if isinstance(given, Unknown) else ""
    # An intrinsic's long form inside a Join is shown as `{Ref: Name}`.
    names = {*_REFERENCE.findall(text), *re.findall(r"\{Ref: ([A-Za-z0-9]+)\}", text)}
    index = _INDEX.search(text)
    return frozenset(names), index[1] if index else None


def _aims(resources: Mapping[str, Json], intrinsics: Intrinsics) -> dict[str, Json]:
    """The aimed use of each target, by the target's logical id."""
    found: dict[str, Json] = {}
    for resource in resources.values():
        if not isinstance(resource, Mapping) or resource.get("Type") != POLICY:
            continue
        own = resource.get("Properties")
        target = own.get("ScalingTargetId") if isinstance(own, Mapping) else None
        logical = target.get("Ref") if isinstance(target, Mapping) else target
        settings = intrinsics.resolve(own.get("TargetTrackingScalingPolicyConfiguration")) if own else None
        if isinstance(logical, str) and isinstance(settings, Mapping):
            found[logical] = settings.get("TargetValue", 70)
    return found


def join(schema: dict[str, Json], scaling: list[Scaling], logical: str) -> None:
    """Add to a table's schema what scales it and its indexes."""
    physical = schema.get("TableName")
    names = {logical, physical} if isinstance(physical, str) else {logical}
    for own in scaling:
        if not own.names & names:
            continue
        if own.index is None:
            schema["AutoScaling"] = [*(schema.get("AutoScaling") or ()), dict(own.member)]
            continue
        found = schema.get("GlobalSecondaryIndexes")
        for index in found if isinstance(found, list) else ():
            if isinstance(index, dict) and index.get("IndexName") == own.index:
                index["AutoScaling"] = [*(index.get("AutoScaling") or ()), dict(own.member)]
