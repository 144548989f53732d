"""Random tables over every setting that the planner knows and the executor applies: a new setting joins by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from hypothesis import strategies as st

from planner.desired import desired_table
from planner.diagnostics import Position
from planner.function_tables import ChangeKind
from planner.plan import Index, Table
from planner.settings import SETTINGS
from planner.state import DesiredState

HERE = Position("plan.yaml", 1, 1)
DATABASE = "shop"
TABLE_KEYS = ("accounts", "postings", "orders")
ATTRIBUTES = ("status", "owner", "region", "amount")
LOCAL = ("placed", "price")
SEARCHED = ("category", "brand")
KEY_ALIAS = "alias/shop"
STREAMS = tuple(f"arn:aws:kinesis:eu-west-1:111122223333:stream/{name}" for name in ("one", "two"))

_units = st.integers(1, 20)
_range = st.tuples(_units, _units, st.integers(20, 90)).map(
    lambda drawn: {"min": min(drawn[:2]), "max": max(drawn[:2]), "target": drawn[2]}
)
_side = st.one_of(_units, _range) if "autoscaling" in get_args(ChangeKind) else _units
_capacity = st.fixed_dictionaries({"read": _side, "write": _side})
_projection: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(["ALL", "KEYS_ONLY"]),
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True).map(tuple),
)
_maximum = st.one_of(
    st.just("off"),
    st.fixed_dictionaries({}, optional={"read": st.integers(1, 9_000), "write": st.integers(1, 9_000)}).filter(bool),
)
_warm = st.fixed_dictionaries({"read": st.integers(12_000, 12_009), "write": st.integers(4_000, 4_009)})
_insights = st.one_of(
    st.sampled_from(["on", "off"]),
    st.sampled_from(["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]).map(lambda mode: {"mode": mode}),
)
_policy = st.sampled_from(["dynamodb:GetItem", "dynamodb:Query"]).map(
    lambda action: {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Principal": {"AWS": "111122223333"},
                "Action": [action],
                "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/shop_accounts",
            },
        ],
    },
)
_vector = st.fixed_dictionaries(
    {
        "attribute": st.just("embedding"),
        "dimensions": st.just(4),
        "distance": st.sampled_from(["COSINE", "EUCLIDEAN"]),
        "filters": st.lists(st.just("brand"), max_size=1),
        "projection": _projection.map(lambda value: value if isinstance(value, str) else sorted(value)),
    },
    optional={"partition_key": st.just("category")},
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "time_to_live": st.sampled_from(["off", "expires_at", "gone_at"]),
    "stream": st.sampled_from(["off", "KEYS_ONLY", "NEW_IMAGE", "NEW_AND_OLD_IMAGES"]),
    "point_in_time_recovery": st.one_of(
        st.sampled_from(["on", "off"]), st.fixed_dictionaries({"days": st.integers(1, 35)})
    ),
    "deletion_protection": st.booleans(),
    "tags": st.dictionaries(st.sampled_from(["team", "stage", "cost.center"]), st.sampled_from(["a", "b"]), max_size=3),
    "table_class": st.sampled_from(["standard", "infrequent_access"]),
    "encryption": st.sampled_from(["aws_owned", "aws_managed", KEY_ALIAS]),
    "maximum": _maximum,
    "warm": _warm,
    "contributor_insights": _insights,
    "kinesis": st.one_of(
        st.just("off"),
        st.fixed_dictionaries(
            {"stream_arn": st.sampled_from(STREAMS)},
            optional={"precision": st.sampled_from(["MILLISECOND", "MICROSECOND"])},
        ),
    ),
    "resource_policy": st.one_of(st.just("off"), _policy),
    "vector_indexes": st.one_of(
        st.just("off"), st.dictionaries(st.sampled_from(["near_a", "near_b"]), _vector, max_size=2)
    ),
}
"""Values of each setting in canonical form."""
_replica: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {},
    optional={
        "point_in_time_recovery": VALUES["point_in_time_recovery"],
        "deletion_protection": st.booleans(),
        "tags": VALUES["tags"],
        "table_class": VALUES["table_class"],
    },
)
REPLICAS: st.SearchStrategy[Any] = st.one_of(
    st.just("off"), st.dictionaries(st.sampled_from(["eu-central-1", "us-east-1"]), _replica, min_size=1)
)
"""Replicas, for tables on demand: what writes by units has to scale first."""
ON_DEMAND_ONLY = frozenset({"maximum", "vector_indexes"})
ELSEWHERE = frozenset(
    {"keys", "key_types", "local_secondary_indexes", "global_secondary_indexes", "billing", "capacity"}
)
"""Settings that every table here has, and that ``VALUES`` need not name."""
KINDS = {"vector_indexes": "create_vector_index"}
"""The kind of change of a setting, where it is not the setting's name."""
BESIDE_REPLICAS = ("time_to_live", "point_in_time_recovery", "deletion_protection", "tags", "contributor_insights")
"""What tables with replicas declare here."""


def supported() -> tuple[str, ...]:
    """The settings that the planner has and the executor applies."""
    known = {setting.name for setting in SETTINGS}
    kinds = set(get_args(ChangeKind))
    return tuple(name for name in VALUES if name in known and KINDS.get(name, name) in kinds)


@st.composite
def indexes(draw: st.DrawFn, *, provisioned: bool) -> dict[str, Index]:
    """Up to three global indexes with up to two names on each side of the key."""
    found = {}
    for name in draw(st.lists(st.sampled_from(["by_a", "by_b", "by.c"]), max_size=3, unique=True)):
        keys = draw(st.lists(st.sampled_from(ATTRIBUTES), min_size=1, max_size=3, unique=True))
        cut = draw(st.integers(1, len(keys)))
        found[name] = Index(
            name=name,
            kind="global",
            partition_key=tuple(keys[:cut]),
            sort_key=tuple(keys[cut:]),
            projection=draw(_projection),
            settings=draw(_index_settings(provisioned=provisioned)),
            position=HERE,
        )
    return found


@st.composite
def _index_settings(draw: st.DrawFn, *, provisioned: bool) -> dict[str, Any]:
    known = supported()
    offered: dict[str, st.SearchStrategy[Any]] = {"capacity": _capacity} if provisioned else {}
    if "maximum" in known and not provisioned:
        offered["maximum"] = _maximum
    if "warm" in known and not provisioned:
        offered["warm"] = _warm
    if "contributor_insights" in known:
        offered["contributor_insights"] = _insights
    return {name: draw(values) for name, values in offered.items() if draw(st.booleans())}


@st.composite
def tables(draw: st.DrawFn, key: str, *, local: tuple[str, ...], only: tuple[str, ...] | None = None) -> Table:
    """A table; its own key and its local indexes are given, so that every pair of tables can be reached in place.

    Args:
        draw: Hypothesis's.
        key: Its name in the plan.
        local: Sort keys of its local indexes.
        only: The settings that it may declare; None for all.
    """
    provisioned = draw(st.booleans())
    found = draw(indexes(provisioned=provisioned))
    settings: dict[str, Any] = {"billing": "provisioned" if provisioned else "on_demand"}
    if provisioned:
        settings["capacity"] = draw(_capacity)
    for name in supported() if only is None else only:
        fits = not provisioned or name not in {*ON_DEMAND_ONLY, "warm"}
        if fits and draw(st.booleans()):
            settings[name] = draw(VALUES[name])
    types: dict[str, Any] = {attribute: draw(st.sampled_from("SNB")) for attribute in ATTRIBUTES}
    used = {name for index in found.values() for name in index.key_names}
    vectors = settings.get("vector_indexes")
    searched = {
        name
        for index in (vectors.values() if isinstance(vectors, dict) else ())
        for name in (*index["filters"], *([index["partition_key"]] if "partition_key" in index else []))
    }
    key_types: Any = {"id": "S", "at": "N", **dict.fromkeys((*local, *sorted(searched)), "S")}
    return Table(
        key=key,
        name=f"{DATABASE}_{key}",
        description="",
        partition_key="id",
        sort_key="at",
        key_types={**key_types, **{name: types[name] for name in sorted(used)}},
        global_indexes=found,
        local_indexes={f"local_{name}": _local(name) for name in local},
        settings=settings,
        external=False,
        ephemeral=False,
        position=HERE,
        positions={},
    )


@st.composite
def replicated(draw: st.DrawFn) -> tuple[DesiredState, DesiredState]:
    """Two plans of one on-demand table with replicas of its own."""
    found = []
    for _ in range(2):
        table = draw(tables("accounts", local=(), only=BESIDE_REPLICAS))
        settings = {name: value for name, value in table.settings.items() if name != "capacity"}
        own = {name: replace(index, settings={}) for name, index in table.global_indexes.items()}
        settings |= {"billing": "on_demand", "replicas": draw(REPLICAS)}
        found.append(plan_of(replace(table, settings=settings, global_indexes=own)))
    return found[0], found[1]


def _local(sort_key: str) -> Index:
    return Index(
        name=f"local_{sort_key}",
        kind="local",
        partition_key=("id",),
        sort_key=(sort_key,),
        projection="KEYS_ONLY",
        settings={},
        position=HERE,
    )


@st.composite
def pairs(draw: st.DrawFn, *, only: tuple[str, ...] | None = None) -> tuple[DesiredState, DesiredState]:
    """Two plans of the same database: the same tables or some of them, each with any settings."""
    keys = draw(st.lists(st.sampled_from(TABLE_KEYS), min_size=1, max_size=2, unique=True))
    local = {key: draw(st.sampled_from([(), LOCAL[:1], LOCAL])) for key in keys}
    later = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
    before = [draw(tables(key, local=local[key], only=only)) for key in keys]
    after = [draw(tables(key, local=local[key], only=only)) for key in later]
    return plan_of(*_reachable(before, after)), plan_of(*_reachable(after, before))


def _reachable(found: list[Table], others: list[Table]) -> list[Table]:
    """The tables, so that DynamoDB takes them after the others: one that is provisioned drops vector indexes.

    Without the line the planner refuses, as nobody said that they may go.
    """
    searched = {table.key for table in others if table.settings.get("vector_indexes") not in (None, "off")}
    return [
        replace(table, settings={**table.settings, "vector_indexes": "off"})
        if table.settings["billing"] == "provisioned" and table.key in searched
        else table
        for table in found
    ]


def plain(key: str, settings: dict[str, Any]) -> DesiredState:
    """A plan of one table with a key and these settings."""
    table = Table(
        key=key,
        name=f"{DATABASE}_{key}",
        description="",
        partition_key="id",
        sort_key="at",
        key_types={"id": "S", "at": "N"},
        global_indexes={},
        local_indexes={},
        settings=settings,
        external=False,
        ephemeral=False,
        position=HERE,
        positions={},
    )
    return plan_of(table)


def plan_of(*found: Table) -> DesiredState:
    """A desired state of some tables."""
    return DesiredState(
        database=DATABASE, environment=None, tables={table.key: desired_table(table) for table in found}
    )
