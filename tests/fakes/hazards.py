"""Which dangers the steps of a diff have to carry, told from their calls alone: the planner is not asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.state import TableState
from planner.steps import HazardKind, Step


def missing(steps: tuple[Step, ...], live: TableState | None) -> Iterator[str]:
    """Steps on a table that do not say what they endanger.

    Args:
        steps: Of a diff.
        live: The table before them; None where it did not exist, and then there is nothing to lose.
    """
    if live is None:
        return
    for step in steps:
        expected = _dangers(step, live)
        if expected and not expected & {hazard.kind for hazard in step.hazards}:
            yield f"{step.id} does not say {' or '.join(sorted(expected))}"


def _dangers(step: Step, live: TableState) -> set[HazardKind]:
    """Kinds of which the step has to carry one; empty where it endangers nothing."""
    arguments = step.call.arguments
    if "change" not in arguments:
        return set()
    kind = arguments["change"]["kind"]
    return _ALWAYS.get(kind, set()) or _weighed(kind, arguments["table_schema"], live)


_ALWAYS = {
    "delete_index": {HazardKind.DROPS_INDEX, HazardKind.INDEX_UNAVAILABLE},
    "delete_vector_index": {HazardKind.DROPS_INDEX, HazardKind.INDEX_UNAVAILABLE},
    "delete_replica": {HazardKind.DROPS_DATA},
    "delete_strong_replicas": {HazardKind.DROPS_DATA},
    "create_replica": {HazardKind.EXPOSES_DATA},
    "create_strong_replicas": {HazardKind.EXPOSES_DATA},
}


def _weighed(kind: str, schema: Mapping[str, Any], live: TableState) -> set[HazardKind]:
    """Of changes that endanger something in one direction only."""
    weakens = {
        "deletion_protection": not schema.get("DeletionProtectionEnabled"),
        "point_in_time_recovery": not _on(schema, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"),
        "encryption": live.settings.get("encryption") != "aws_owned"
        and "KMSMasterKeyId" not in schema.get("SSESpecification", {}),
    }
    ends = {
        "stream": not _on(schema, "StreamSpecification", "StreamEnabled"),
        "kinesis": not schema.get("KinesisStreamingDestinations"),
    }
    if weakens.get(kind):
        return {HazardKind.WEAKENS_PROTECTION}
    if ends.get(kind):
        return {HazardKind.CHANGES_STREAM_ARN}
    if kind == "time_to_live" and _on(schema, "TimeToLiveSpecification", "Enabled"):
        return {HazardKind.DELETES_BY_TTL}
    if kind == "resource_policy" and schema.get("ResourcePolicy"):
        return {HazardKind.EXPOSES_DATA}
    return set()


def _on(schema: Mapping[str, Any], member: str, switch: str) -> bool:
    return bool(schema.get(member, {}).get(switch))
