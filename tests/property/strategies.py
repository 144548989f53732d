"""Random tables, seeds, transactions and live states."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from planner.checked import CompiledQuery, CompiledTransaction, SeedRow, Touched
from planner.desired import desired_table
from planner.diagnostics import Position
from planner.encoding import encoded
from planner.plan import Index, Table
from planner.settings.replica_values import regions_of
from planner.settings.vector_indexes import search_keys
from planner.state import DesiredSeed, DesiredState, DesiredTable
from planner.steps import Call
from planner.values import content_hash, key_hash

HERE = Position("plan.yaml", 1, 1)
DATABASE = "shop"
TABLE_KEYS = ("accounts", "postings", "orders")
ATTRIBUTES = ("status", "owner", "region", "amount")

_units = st.integers(1, 20)
_ranges = st.builds(
    lambda low, more, target: {"min": low, "max": low + more, "target": target},
    _units,
    st.integers(0, 20),
    st.sampled_from([50, 70]),
)
_capacity = st.fixed_dictionaries({"read": _units | _ranges, "write": _units | _ranges})
_sides = st.fixed_dictionaries({}, optional={"read": _units, "write": _units}).filter(bool)
_maximum = st.just("off") | _sides
_warm = st.fixed_dictionaries({}, optional={"read": st.integers(12000, 12009), "write": st.integers(4000, 4009)})
_projection = st.one_of(
    st.sampled_from(["ALL", "KEYS_ONLY"]),
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True).map(tuple),
)

_insights = st.sampled_from(["on", "off", {"mode": "THROTTLED_KEYS"}, {"mode": "ACCESSED_AND_THROTTLED_KEYS"}])
_statement = st.builds(
    lambda effect, people, actions: {"Effect": effect, "Principal": people, "Action": actions, "Resource": "*"},
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from(["*", {"AWS": "111122223333"}, {"AWS": ["arn:aws:iam::111122223333:root"]}]),
    st.lists(st.sampled_from(["dynamodb:GetItem", "dynamodb:Query", "dynamodb:*"]), min_size=1, unique=True),
)
_recovery = st.one_of(st.sampled_from(["on", "off"]), st.fixed_dictionaries({"days": st.integers(1, 35)}))
_tags = st.dictionaries(st.sampled_from(["team", "stage", "cost.center"]), st.sampled_from(["a", "b"]), max_size=3)
_replica = st.fixed_dictionaries(
    {},
    optional={
        "table_class": st.sampled_from(["standard", "infrequent_access"]),
        "capacity": st.fixed_dictionaries({"read": _units}),
        "point_in_time_recovery": _recovery,
        "deletion_protection": st.booleans(),
        "tags": st.one_of(_tags, st.just("inherit")),
    },
)
_replicas = st.just("off") | st.dictionaries(
    st.sampled_from(["eu-central-1", "us-east-1", "ap-south-1"]), _replica, max_size=3
)
_vectors = st.just("off") | st.dictionaries(
    st.sampled_from(["by_text", "by.image"]),
    st.fixed_dictionaries(
        {
            "attribute": st.just("embedding"),
            "dimensions": st.sampled_from([2, 3]),
            "distance": st.sampled_from(["COSINE", "EUCLIDEAN"]),
            "filters": st.lists(st.sampled_from(["kind", "region"]), unique=True).map(sorted),
            "projection": st.sampled_from(["ALL", "KEYS_ONLY", ["a"]]),
        },
        optional={"partition_key": st.sampled_from(["owner", "shop"])},
    ),
    max_size=2,
)

OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "time_to_live": st.sampled_from(["off", "expires_at", "gone_at"]),
    "stream": st.sampled_from(["off", "KEYS_ONLY", "NEW_IMAGE", "NEW_AND_OLD_IMAGES"]),
    "point_in_time_recovery": _recovery,
    "deletion_protection": st.booleans(),
    "table_class": st.sampled_from(["standard", "infrequent_access"]),
    "encryption": st.sampled_from(["aws_owned", "aws_managed", "arn:aws:kms:eu-west-1:111122223333:key/k"]),
    "warm": _warm.filter(bool),
    "tags": _tags,
    "resource_policy": st.just("off") | st.fixed_dictionaries({"Statement": st.lists(_statement, max_size=2)}),
    "contributor_insights": _insights,
    "kinesis": st.just("off")
    | st.fixed_dictionaries(
        {"stream_arn": st.sampled_from([f"arn:aws:kinesis:eu-west-1:111122223333:stream/{name}" for name in "ab"])},
        optional={"precision": st.sampled_from(["MILLISECOND", "MICROSECOND"])},
    ),
}


@st.composite
def global_indexes(draw: st.DrawFn, *, provisioned: bool) -> dict[str, Index]:
    """Up to four indexes with up to two names on each side of the key."""
    found = {}
    for name in draw(st.lists(st.sampled_from(["by_a", "by_b", "by.c", "by_d"]), max_size=4, unique=True)):
        keys = draw(st.lists(st.sampled_from(ATTRIBUTES), min_size=1, max_size=3, unique=True))
        cut = draw(st.integers(1, len(keys)))
        settings = {"capacity": draw(_capacity)} if provisioned and draw(st.booleans()) else {}
        if not provisioned and draw(st.booleans()):
            settings["maximum"] = draw(_maximum)
        if draw(st.booleans()):
            settings["warm"] = draw(_warm.filter(bool))
        if draw(st.booleans()):
            settings["contributor_insights"] = draw(_insights)
        found[name] = Index(
            name=name,
            kind="global",
            partition_key=tuple(keys[:cut]),
            sort_key=tuple(keys[cut:]),
            projection=draw(_projection),
            settings=settings,
            position=HERE,
        )
    return found


@st.composite
def tables(draw: st.DrawFn, key: str, *, sort_key: bool = True) -> Table:
    """A table; its own key is always the same, so that every pair of them can be reached in place."""
    provisioned = draw(st.booleans())
    indexes = draw(global_indexes(provisioned=provisioned))
    settings: dict[str, Any] = {"billing": "provisioned" if provisioned else "on_demand"}
    if provisioned:
        settings["capacity"] = draw(_capacity)
    elif draw(st.booleans()):
        settings["maximum"] = draw(_maximum)
    # Told in any case: a table that has them stays on demand, and one with replicas keeps its stream.
    settings["vector_indexes"] = "off" if provisioned else draw(_vectors)
    for name, values in OPTIONAL.items():
        if draw(st.booleans()):
            settings[name] = draw(values)
    settings["replicas"] = draw(_replicas)
    if regions_of(settings["replicas"]):
        settings["stream"] = "NEW_AND_OLD_IMAGES"
    types = {attribute: draw(st.sampled_from("SNB")) for attribute in (*ATTRIBUTES, "kind", "shop")}
    used = {name for index in indexes.values() for name in index.key_names}
    used |= set(search_keys(settings.get("vector_indexes")))
    key_types: Any = {"id": "S", **({"at": "N"} if sort_key else {}), **{name: types[name] for name in sorted(used)}}
    return Table(
        key=key,
        name=f"{DATABASE}_{key}",
        description="",
        partition_key="id",
        sort_key="at" if sort_key else None,
        key_types=key_types,
        global_indexes=indexes,
        local_indexes={},
        settings=settings,
        external=False,
        ephemeral=False,
        position=HERE,
        positions={},
    )


def seed_row(name: str, content: str) -> SeedRow:
    """One row with a key made of its name."""
    item = {"id": {"S": name}, "at": {"N": "1"}, "content": {"S": content}}
    return SeedRow(item=item, key_names=("id", "at"), encoded=encoded(item), position=HERE)


@st.composite
def seeds(draw: st.DrawFn, table: str) -> DesiredSeed:
    """A few rows."""
    contents = draw(st.dictionaries(st.sampled_from("pqrstu"), st.sampled_from(["x", "y"]), min_size=1, max_size=5))
    return seed_of(table, contents, draw(st.sampled_from(["keep", "overwrite", "fail"])))


def seed_of(table: str, contents: dict[str, str], on_conflict: Any = "keep", file: str | None = None) -> DesiredSeed:
    """A seed with one row by name and content."""
    rows = tuple(seed_row(name, content) for name, content in contents.items())
    return DesiredSeed(
        table=table,
        on_conflict=on_conflict,
        file=file,
        count=len(rows),
        source_hash=content_hash([row.content_hash for row in rows], kind="source/1"),
        row_hashes={row.key_hash: row.content_hash for row in rows},
        rows=lambda: iter(rows),
        position=HERE,
    )


def transaction_of(name: str, tables: tuple[str, ...], *, amount: str = "1") -> CompiledTransaction:
    """A transaction that updates one item of each table."""
    key = {"id": {"S": "p"}, "at": {"N": "1"}}
    items = tuple(
        {
            "Update": {
                "TableName": f"{DATABASE}_{table}",
                "Key": key,
                "UpdateExpression": "SET amount = :amount",
                "ExpressionAttributeValues": {":amount": {"N": amount}},
            },
        }
        for table in tables
    )
    return CompiledTransaction(
        name=name,
        address=f"transaction.{name}",
        run="once",
        after=(),
        items=items,
        content_hash=content_hash([name, list(tables), amount], kind="transaction/1"),
        touches=tuple(
            Touched(table=table, name=f"{DATABASE}_{table}", key=key, key_hash=key_hash(key)) for table in tables
        ),
        expect_fails=None,
        position=HERE,
    )


def query_of(name: str, table: str, *, index: str | None = None, live: bool = False) -> CompiledQuery:
    """A query of a table or an index."""
    arguments = {
        "table_name": f"{DATABASE}_{table}",
        "key_condition_expression": "id = :id",
        "expression_attribute_values": {":id": {"S": "p"}},
        **({} if index is None else {"index_name": index}),
    }
    return CompiledQuery(
        name=name,
        address=f"query.{name}",
        call=Call(function="query_table", arguments=arguments),
        expect=None,
        live=live,
        position=HERE,
    )


def desired_of(*found: Table, **parts: Any) -> DesiredState:
    """A desired state of some tables."""
    by_key: dict[str, DesiredTable] = {table.key: desired_table(table) for table in found}
    return DesiredState(database=DATABASE, environment=None, tables=by_key, **parts)


@st.composite
def desired_states(draw: st.DrawFn) -> DesiredState:
    """A whole plan: one to three tables, seeds, transactions, queries."""
    keys = draw(st.lists(st.sampled_from(TABLE_KEYS), min_size=1, max_size=3, unique=True))
    seeded = draw(st.lists(st.sampled_from(keys), unique=True))
    touched = st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True).map(tuple)
    groups = draw(st.lists(touched, max_size=3, unique=True))
    live = draw(st.booleans())
    return desired_of(
        *(draw(tables(key)) for key in keys),
        seeds={key: draw(seeds(key)) for key in seeded},
        transactions=tuple(transaction_of("_".join(group), group) for group in groups),
        queries=tuple(query_of(f"q_{key}", key, live=live) for key in keys),
    )
