"""The parts of a table that change in a pair, each with its values in the plan language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Fragment = dict[str, Any]
"""Keys of a table in a plan; ``False`` stands for ``off``."""
STREAM_ARN = "arn:aws:kinesis:eu-west-1:{account}:stream/{name}"
KEY_ALIAS = "alias/shop"
SEVERAL = "index keys of several attributes"
OFF, ON = False, True
ON_DEMAND: Fragment = {"billing": "on_demand"}
PROVISIONED: Fragment = {"billing": "provisioned", "capacity": {"read": 5, "write": 5}}
BASE: Fragment = {
    "partition_key": "id",
    "sort_key": "at",
    "key_types": {"at": "N"},
    "global_secondary_indexes": {"by_base": {"partition_key": "base"}},
}
"""What every table of the matrix has, whatever changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What changes: a setting of the table or of an index, or an index.

    Attributes:
        name: For the report; for settings the plan's own name.
        values: What it changes between.
        settings: Names under which an engine may lack it (``LiveState.unsupported``).
        mode: What the table is billed by, where only one will do.
        silent: Whether the plan may say nothing of it: then it is not managed.
    """

    name: str
    values: tuple[Fragment, ...]
    settings: tuple[str, ...] = ()
    mode: str = ""
    silent: bool = True

    @property
    def alone(self) -> tuple[Fragment, ...]:
        """The values, and silence where there is such a thing."""
        return ({}, *self.values) if self.silent else self.values


def _setting(name: str, *values: Any, mode: str = "") -> Part:
    return Part(name=name, values=tuple({name: value} for value in values), settings=(name,), mode=mode)


def _index(name: str, *values: Any) -> Part:
    """An index that comes, goes and changes; without a line it goes."""
    found = tuple({"global_secondary_indexes": {name: value}} for value in values)
    several = any(isinstance(value["partition_key"], list) for value in values)
    return Part(name=f"index {name}", values=({}, *found), settings=(SEVERAL,) if several else (), silent=False)


def _of_index(name: str, *values: Any, mode: str = "") -> Part:
    """A setting of the index that every table has."""
    found = tuple({"global_secondary_indexes": {"by_base": {name: value}}} for value in values)
    lacking = {"contributor_insights": "index_contributor_insights"}.get(name, f"global_secondary_indexes.{name}")
    return Part(name=f"{name} of an index", values=found, settings=(name, lacking), mode=mode)


def _units(read: Any, write: Any) -> Fragment:
    return {"read": read, "write": write}


def _range(least: int, most: int, target: int) -> Fragment:
    return {"min": least, "max": most, "target": target}


def _policy(action: str) -> Fragment:
    arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/{name}"
    statement = {"Sid": "Read", "Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": [action]}
    return {"Statement": [{**statement, "Resource": arn}]}


def _kinesis(stream: str, precision: str | None = None) -> Fragment:
    found = {"stream_arn": STREAM_ARN.format(account="111122223333", name=stream)}
    return found if precision is None else {**found, "precision": precision}


def _vectors(distance: str, **more: Any) -> Fragment:
    return {"near": {"attribute": "embedding", "dimensions": 4, "distance": distance, **more}}


def _replicas(**regions: Fragment) -> Fragment:
    named = {name.replace("_", "-"): own for name, own in regions.items()}
    return {"stream": "NEW_AND_OLD_IMAGES", "replicas": named}


PARTS: tuple[Part, ...] = (
    Part(
        name="billing",
        values=(ON_DEMAND, PROVISIONED, {"billing": "provisioned", "capacity": _units(_range(5, 50, 70), 5)}),
        silent=False,
    ),
    Part(
        name="capacity",
        values=tuple(
            {"billing": "provisioned", "capacity": capacity}
            for capacity in (
                _units(5, 5),
                _units(9, 3),
                _units(_range(2, 20, 70), 5),
                _units(_range(6, 40, 50), _range(1, 9, 80)),
            )
        ),
        settings=("capacity",),
        mode="provisioned",
        silent=False,
    ),
    _of_index("capacity", _units(5, 5), _units(7, 2), _units(_range(3, 30, 70), 4), mode="provisioned"),
    _index(
        "by_x",
        {"partition_key": "x"},
        {"partition_key": "x", "projection": "KEYS_ONLY"},
        {"partition_key": "x", "sort_key": "y", "projection": ["a", "b"]},
    ),
    _index("by_many", {"partition_key": ["p", "q"], "sort_key": ["r", "s"]}),
    _setting("maximum", OFF, {"read": 100}, {"read": 200, "write": 100}, mode="on_demand"),
    _of_index("maximum", OFF, {"write": 50}, {"read": 60, "write": 70}, mode="on_demand"),
    _setting("warm", {"read": 12_000, "write": 4_000}, {"read": 13_000, "write": 4_100}, mode="on_demand"),
    _of_index("warm", {"read": 12_000}, {"read": 12_500, "write": 4_200}, mode="on_demand"),
    _setting("time_to_live", OFF, "expires_at", "gone_at"),
    _setting("stream", OFF, "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"),
    _setting("point_in_time_recovery", OFF, ON, {"days": 7}, {"days": 14}),
    _setting("deletion_protection", OFF, ON),
    _setting("encryption", "aws_owned", "aws_managed", KEY_ALIAS),
    _setting("table_class", "standard", "infrequent_access"),
    _setting("tags", {}, {"team": "a"}, {"team": "b", "stage": "x"}),
    _setting("resource_policy", OFF, _policy("dynamodb:GetItem"), _policy("dynamodb:Query")),
    _setting("contributor_insights", OFF, {"mode": "ACCESSED_AND_THROTTLED_KEYS"}, {"mode": "THROTTLED_KEYS"}),
    _of_index("contributor_insights", OFF, {"mode": "ACCESSED_AND_THROTTLED_KEYS"}, {"mode": "THROTTLED_KEYS"}),
    _setting(
        "kinesis",
        OFF,
        _kinesis("one"),
        _kinesis("one", "MICROSECOND"),
        _kinesis("two", "MILLISECOND"),
    ),
    _setting(
        "vector_indexes",
        OFF,
        _vectors("COSINE"),
        _vectors("EUCLIDEAN", filters=["brand"]),
        mode="on_demand",
    ),
    Part(
        name="replicas",
        values=(
            {"replicas": OFF, "stream": "NEW_AND_OLD_IMAGES"},
            _replicas(eu_central_1={}),
            _replicas(eu_central_1={"point_in_time_recovery": ON, "tags": {"team": "b"}}),
            _replicas(eu_central_1={}, us_east_1={"table_class": "infrequent_access"}),
        ),
        settings=("replicas", "replica_overrides", "replica_settings"),
        mode="on_demand",
        silent=False,
    ),
    Part(
        name="strong replicas",
        values=(
            {"replicas": OFF},
            {"replicas": {"consistency": "strong", "us-east-1": {}, "us-east-2": {}}},
            {"replicas": {"consistency": "strong", "us-east-1": {}, "witness": "us-east-2"}},
        ),
        settings=("replicas", "replica_overrides", "replica_settings"),
        mode="on_demand",
        silent=False,
    ),
)
"""Every setting of the plan language, in plan order."""
