"""The community's module for tables, ``terraform-aws-modules/dynamodb-table/aws``, by its inputs: it need not be there.

Source: the module's ``variables.tf`` and ``main.tf``, version 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from planner.importing.terraform_resources import Resource
from planner.importing.values import Unknown
from planner.values import Json

_SOURCE = re.compile(r"terraform-aws-modules/(?:terraform-aws-)?dynamodb-table")
_SAME = (
    "name",
    "hash_key",
    "range_key",
    "read_capacity",
    "write_capacity",
    "billing_mode",
    "stream_enabled",
    "stream_view_type",
    "table_class",
    "deletion_protection_enabled",
    "tags",
    "on_demand_throughput",
    "warm_throughput",
)
_RENAMED = {
    "attributes": "attribute",
    "global_secondary_indexes": "global_secondary_index",
    "local_secondary_indexes": "local_secondary_index",
    "replica_regions": "replica",
}
_ONLY_HERE = frozenset(
    {"ttl_enabled", "ttl_attribute_name", "point_in_time_recovery_enabled", "point_in_time_recovery_period_in_days"}
    | {"server_side_encryption_enabled", "server_side_encryption_kms_key_arn", "autoscaling_enabled"}
    | {"autoscaling_read", "autoscaling_write", "autoscaling_defaults", "autoscaling_indexes", "create_table"}
    | {"resource_policy", "timeouts", "import_table", "ignore_changes_global_secondary_index", "source", "version"}
    | {"count", "for_each", "providers", "depends_on", "region"}
)


def is_table_module(source: str) -> bool:
    """Whether a module's source is the community's, in the registry or in git."""
    return _SOURCE.search(source) is not None


def resource_values(inputs: Mapping[str, Json]) -> tuple[dict[str, Json], list[str]]:
    """The inputs as the values of ``aws_dynamodb_table``, and what was left out.

    Args:
        inputs: The call's arguments; any part may be unknown.
    """
    values: dict[str, Json] = {"billing_mode": "PAY_PER_REQUEST"}
    values |= {name: inputs[name] for name in _SAME if inputs.get(name) is not None}
    values |= {own: inputs[name] for name, own in _RENAMED.items() if inputs.get(name) is not None}
    if inputs.get("ttl_enabled") is not None:
        values["ttl"] = [{"enabled": inputs["ttl_enabled"], "attribute_name": inputs.get("ttl_attribute_name", "")}]
    # The module always writes these two blocks.
    recovery = {"enabled": inputs.get("point_in_time_recovery_enabled", False)}
    days = inputs.get("point_in_time_recovery_period_in_days")
    values["point_in_time_recovery"] = [recovery | ({"recovery_period_in_days": days} if days else {})]
    if inputs.get("server_side_encryption_enabled") is not None:
        key = inputs.get("server_side_encryption_kms_key_arn")
        values["server_side_encryption"] = [{"enabled": inputs["server_side_encryption_enabled"], "kms_key_arn": key}]
    return values, _left_out(inputs)


def _left_out(inputs: Mapping[str, Json]) -> list[str]:
    known = {*_SAME, *_RENAMED, *_ONLY_HERE}
    todos = [f"{name}: this input of the module is no setting of a plan." for name in inputs if name not in known]
    if inputs.get("resource_policy") is not None:
        todos.append("resource_policy: the module fills its template with the table's ARN; write the policy here.")
    if inputs.get("import_table"):
        todos.append("import_table: the table was filled from S3 when it was made; that is no part of a plan.")
    return todos


def _scaling_members(inputs: Mapping[str, Json]) -> list[tuple[str | None, str, Json]]:
    """Autoscaling of the table and of its indexes: the index, the side and its range."""
    enabled = inputs.get("autoscaling_enabled")
    if not enabled or isinstance(enabled, Unknown):
        return []
    found: list[tuple[str | None, str, Json]] = []
    for side in ("read", "write"):
        own = inputs.get(f"autoscaling_{side}")
        if isinstance(own, Mapping) and own:
            least = inputs.get(f"{side}_capacity", 1)
            aim = own.get("target_value", 70)
            found.append((None, side, {"min": least, "max": own.get("max_capacity", least), "target": aim}))
    indexes = inputs.get("autoscaling_indexes")
    for name, own in (indexes if isinstance(indexes, Mapping) else {}).items():
        for side in ("read", "write"):
            if isinstance(own, Mapping) and f"{side}_max_capacity" in own:
                bounds = {part: own.get(f"{side}_{part}_capacity", 1) for part in ("min", "max")}
                found.append((str(name), side, {**bounds, "target": 70}))
    return found


def module_scaling(inputs: Mapping[str, Json], label: str, address: str) -> Iterator[Resource]:
    """The scalable targets that a call makes of its table and its indexes."""
    reference = Unknown(text=f"aws_dynamodb_table.{label}", why="it is the module's own table")
    for index, side, bounds in _scaling_members(inputs):
        text = f"{reference.text}/index/{index}" if index else reference.text
        name = f"{label}_{side}"
        yield Resource(
            kind="aws_appautoscaling_target",
            label=name,
            address=f"{address}.aws_appautoscaling_target.{name}",
            values={
                "resource_id": Unknown(text=text, why=reference.why),
                "service_namespace": "dynamodb",
                "scalable_dimension": f"dynamodb:{'index' if index else 'table'}:{side.capitalize()}CapacityUnits",
                "min_capacity": bounds["min"],
                "max_capacity": bounds["max"],
            },
        )
