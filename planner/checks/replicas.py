"""Replicas: what they need of their table, and what strongly consistent ones may not have.

Source: DynamoDB guide, "Global tables" and "Multi-Region strong consistency"; aws-controllers-k8s on live AWS (K 203,
249, 257-261, 309).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.codes import model as codes
from planner.settings.arns import region_of
from planner.settings.encryption import is_key
from planner.settings.replica_values import STRONG, regions_of, shape_of
from planner.settings.units import is_range

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.diagnostics import Report
    from planner.plan import Plan, Table
    from planner.values import Json

STRONG_MEMBERS = 2
"""Other members of a strongly consistent table: two replicas, or a replica and the witness."""
STREAM = "NEW_AND_OLD_IMAGES"

Problem = tuple[str, str]


def check_replicas(plan: Plan, table: Table, report: Report) -> None:
    """Check the table's replicas, where it has any."""
    value = table.settings.get("replicas")
    if not isinstance(value, dict) or table.external:
        return
    for what, fix in _problems(plan, table, value):
        report.add(
            codes.BAD_REPLICAS,
            table.positions.get("replicas", table.position),
            address=f"{table.address}.replicas",
            what=what,
            fix=fix,
        )


def _problems(plan: Plan, table: Table, value: Mapping[str, Json]) -> Iterator[Problem]:
    regions = regions_of(value)
    if not regions:
        if value:
            yield "There is a consistency or a witness, and no replica.", "Name the Regions of the replicas."
        return
    yield from _of_regions(plan, table, regions)
    yield from _of_writes(table)
    if value.get("consistency") == STRONG:
        yield from _of_strong(plan, table, shape_of(value))
    else:
        if "witness" in value:
            yield "Only strongly consistent replicas have a witness.", "Add `consistency: strong`, or remove `witness`."
        if table.settings.get("stream") != STREAM:
            yield (
                f"Table '{table.key}' has replicas and does not say `stream: {STREAM}`.",
                f"Write `stream: {STREAM}`: replicas are kept by it.",
            )


def _of_regions(plan: Plan, table: Table, regions: Mapping[str, Mapping[str, Json]]) -> Iterator[Problem]:
    own_key = is_key(table.settings.get("encryption"))
    provisioned = table.settings.get("billing") == "provisioned"
    for region, own in regions.items():
        if region == plan.region:
            yield f"{region} is the table's own Region.", "Remove it: replicas are in the other Regions."
        key = own.get("kms_key")
        if key is not None and region_of(key) != region:
            yield f"The key of the replica in {region} is not the ARN of a key there.", "Write the key's ARN in full."
        if own_key and key is None:
            yield f"The table has a key of its own, and its replica in {region} none.", "Add `kms_key` to the replica."
        if key is not None and not own_key:
            fix = "Write the table's own key as `encryption`, or remove `kms_key`."
            yield f"The replica in {region} has a key, and the table has none of its own.", fix
        unfit = "maximum" if provisioned else "capacity"
        indexes = own.get("global_secondary_indexes", {})
        for subject, units in ((f"The replica in {region}", own), *((f"Its index {n}", u) for n, u in indexes.items())):
            if unfit in units:
                mode = "provisioned" if provisioned else "billed on demand"
                yield f"{subject} has `{unfit}`, and the table is {mode}.", f"Remove `{unfit}`."
        for name in sorted(indexes.keys() - table.global_indexes.keys()):
            yield f"The replica in {region} names an index {name} that the table does not have.", "Remove it."
        if own.get("tags") == "inherit" and "tags" not in table.settings:
            yield f"The replica in {region} inherits tags, and the table declares none.", "Add `tags` to the table."


def _of_writes(table: Table) -> Iterator[Problem]:
    """Writes of a table with replicas, and of each index, are on demand or autoscaled (K 249)."""
    if table.settings.get("billing") != "provisioned":
        return
    capacity = table.settings.get("capacity") or {}
    units = {f"Table '{table.key}'": capacity}
    units |= {f"Index '{n}'": index.settings.get("capacity", capacity) for n, index in table.global_indexes.items()}
    for subject, sides in units.items():
        if not is_range(sides.get("write")):
            yield (
                f"{subject} has fixed write units, and the table has replicas.",
                "Write `write: {min, max, target}`, or `billing: on_demand`.",
            )


def _of_strong(plan: Plan, table: Table, shape: Mapping[str, Json]) -> Iterator[Problem]:
    regions = [name for name in shape if name not in {"consistency", "witness"}]
    witness = shape.get("witness")
    if len(regions) + (witness is not None) != STRONG_MEMBERS:
        have = f"{len(regions)} and {'one' if witness else 'none'}"
        what = f"Strong consistency takes two replicas, or one and a witness; the plan has {have}."
        yield what, "Name two Regions, or one Region and `witness`."
    if witness is not None and witness in {*regions, plan.region}:
        yield f"The witness is in {witness}, where the table or a replica is.", "Put it in a third Region."
    if table.settings.get("time_to_live", "off") != "off":
        yield "Strongly consistent replicas have no time to live.", "Remove `time_to_live`."
    if table.local_indexes:
        yield "Strongly consistent replicas have no local indexes.", "Make them global indexes."
    named = [t.name for t in plan.transactions.values() if any(op.table == table.key for op in t.operations)]
    if named:
        yield f"DynamoDB takes no transaction on it, and there are: {', '.join(named)}.", "Use single writes."
