"""Everything that CreateTable and UpdateTable can do is done, or stands here with the reason why it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from executor.clients import Clients
from executor.registry import call_function
from planner.settings import policy_document
from tests.fakes.control_plane.account import Account
from tests.fakes.control_plane.in_process import FakeClients, virtual_time

_OTHER_ACCOUNTS = "A global table of several accounts: a plan belongs to one account."
_CUT_OFF = "Cuts a replica off its table, which leaves a table that no plan owns."
EXCEPTIONS = {
    "CreateTable.GlobalTableSourceArn": _OTHER_ACCOUNTS,
    "CreateTable.GlobalTableSettingsReplicationMode": _OTHER_ACCOUNTS,
    "UpdateTable.GlobalTableSettingsReplicationMode": _OTHER_ACCOUNTS,
    "UpdateTable.DisassociationProtectionEnabled": _CUT_OFF,
    "UpdateTable.ReplicaUpdates.Disassociate.RegionName": _CUT_OFF,
    "UpdateTable.ReplicaUpdates.Disassociate.DisassociationMode": _CUT_OFF,
    "UpdateTable.ReplicaUpdates.Update.KMSMasterKeyId": "DynamoDB refuses it: a replica keeps its key.",
    "UpdateTable.MultiRegionConsistency=EVENTUAL": "What replicas have when nobody says it.",
    "CreateTable.SSESpecification.SSEType=AES256": "DynamoDB does not take it: the choice is between KMS and none.",
    "UpdateTable.SSESpecification.SSEType=AES256": "DynamoDB does not take it: the choice is between KMS and none.",
}
"""Members, and words of a choice, that are never sent."""

POLICY = {
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "111122223333"},
            "Action": "dynamodb:GetItem",
            "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/whole",
        }
    ]
}
UNITS = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}
LIMITS = {"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": 40}
WARM = {"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 5000}


def _leaves(shape: Shape, path: str) -> Iterator[str]:
    """Every member below a shape that holds no other, and every word of a choice."""
    if isinstance(shape, ListShape):
        yield from _leaves(shape.member, path)
    elif isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from _leaves(member, f"{path}.{name}")
    else:
        yield from (
            (f"{path}={word}" for word in getattr(shape, "enum", ()) or ()) if getattr(shape, "enum", ()) else [path]
        )


def _sent(value: Any, path: str) -> Iterator[str]:
    """The same of the parameters of a call."""
    if isinstance(value, list):
        for member in value:
            yield from _sent(member, path)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _sent(member, f"{path}.{name}")
    else:
        yield path
        yield f"{path}={value}"


def index(name: str, kind: str = "ALL", **more: Any) -> dict[str, Any]:
    """A global index."""
    names = {"NonKeyAttributes": ["a"]} if kind == "INCLUDE" else {}
    keys = [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}]
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": kind, **names}, **more}


def vector(name: str, distance: str, kind: str) -> dict[str, Any]:
    """A vector index."""
    names = {"NonKeyAttributes": ["a"]} if kind == "INCLUDE" else {}
    searched = [("g", "HASH"), ("s", "INLINE_FILTER")]
    return {
        "IndexName": name,
        "VectorAttribute": {"AttributeName": "v"},
        "Dimensions": 2,
        "DistanceFunction": distance,
        "Projection": {"ProjectionType": kind, **names},
        "SearchSchema": [{"AttributeName": a, "SearchSchemaElementType": k} for a, k in searched],
    }


KINDS = (("COSINE", "ALL"), ("DOT_PRODUCT", "KEYS_ONLY"), ("EUCLIDEAN", "INCLUDE"))
PROJECTIONS = ("ALL", "KEYS_ONLY", "INCLUDE")


def table(name: str, types: str = "SSS", **more: Any) -> dict[str, Any]:
    """A table with the keys ``id`` and ``at`` and whatever else."""
    used = {"id": types[0], "at": types[1]}
    if "GlobalSecondaryIndexes" in more or "VectorIndexes" in more:
        used |= {"g": "S", "s": types[2]}
    return {
        "TableName": name,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        "AttributeDefinitions": [{"AttributeName": n, "AttributeType": t} for n, t in used.items()],
        **more,
    }


OPERATIONS = ("CreateTable", "UpdateTable")


class Recorder:
    """Calls the functions on the fake control plane, which refuses what AWS refuses and keeps what it was given."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.clients = FakeClients(account)

    def key(self, region: str) -> str:
        """A KMS key in a Region."""
        return self.account.sites[region].keys.add("alias/own")

    @property
    def seen(self) -> set[str]:
        """Every member and word that CreateTable and UpdateTable were given and took."""
        taken = [call for call in self.account.calls if call.refusal is None]
        return {path for call in taken if call.operation in OPERATIONS for path in _sent(call.params, call.operation)}

    def make(self, schema: dict[str, Any]) -> None:
        """Make a table."""
        made = call_function("create_table_advanced", self.clients, table_schema=schema, database_name="whole")
        assert made.ok, made.message

    def change(self, schema: dict[str, Any], kind: str, **where: str) -> None:
        """Ask for one change; an engine may lack it, but it was asked."""
        change = {"kind": kind, **where}
        made = call_function(
            "create_table_advanced", self.clients, table_schema=schema, database_name="whole", change=change
        )
        assert made.ok, (change, made.message)


def _create_everything(recorder: Recorder, name: str) -> None:
    local = [
        {
            "IndexName": f"local_{kind.lower()}",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": kind, **({"NonKeyAttributes": ["a"]} if kind == "INCLUDE" else {})},
        }
        for kind in PROJECTIONS
    ]
    recorder.make(
        table(
            f"{name}_provisioned",
            "SNB",
            BillingMode="PROVISIONED",
            ProvisionedThroughput=UNITS,
            TableClass="STANDARD",
            LocalSecondaryIndexes=local,
            GlobalSecondaryIndexes=[index(f"by_{k}", k, ProvisionedThroughput=UNITS) for k in PROJECTIONS],
        )
    )
    recorder.make(
        table(
            f"{name}_on_demand",
            "SSN",
            BillingMode="PAY_PER_REQUEST",
            OnDemandThroughput=LIMITS,
            WarmThroughput=WARM,
            TableClass="STANDARD_INFREQUENT_ACCESS",
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": recorder.key("eu-west-1")},
            DeletionProtectionEnabled=True,
            ResourcePolicy=policy_document.to_text(POLICY),
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            Tags=[{"Key": "team", "Value": "core"}],
            GlobalSecondaryIndexes=[index("by_g", OnDemandThroughput=LIMITS, WarmThroughput=WARM)],
            VectorIndexes=[vector(f"by_{distance}", distance, kind) for distance, kind in KINDS],
        )
    )
    for view in ("KEYS_ONLY", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"):
        recorder.make(table(f"{name}_{view}", StreamSpecification={"StreamEnabled": True, "StreamViewType": view}))


def _change_everything(recorder: Recorder, name: str) -> None:
    recorder.make(table(name))
    for view in ("NEW_IMAGE", "OLD_IMAGE", "KEYS_ONLY", "NEW_AND_OLD_IMAGES"):
        if view != "NEW_IMAGE":
            recorder.change(table(name, StreamSpecification={"StreamEnabled": False}), "stream")
        recorder.change(table(name, StreamSpecification={"StreamEnabled": True, "StreamViewType": view}), "stream")
    recorder.change(table(name, DeletionProtectionEnabled=True), "deletion_protection")
    recorder.change(table(name, TableClass="STANDARD_INFREQUENT_ACCESS"), "table_class")
    recorder.change(table(name, TableClass="STANDARD"), "table_class")
    sse = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": recorder.key("eu-west-1")}
    recorder.change(table(name, SSESpecification=sse), "encryption")
    recorder.change(table(name, OnDemandThroughput=LIMITS), "maximum")
    recorder.change(table(name, WarmThroughput=WARM), "warm")
    own = {"OnDemandThroughput": LIMITS, "WarmThroughput": WARM}
    for kind in PROJECTIONS:
        recorder.change(table(name, GlobalSecondaryIndexes=[index("by_g", kind, **own)]), "create_index", index="by_g")
        if kind != "INCLUDE":
            recorder.change(table(name), "delete_index", index="by_g")
    less = {
        "OnDemandThroughput": {**LIMITS, "MaxReadRequestUnits": 49},
        "WarmThroughput": {"ReadUnitsPerSecond": 14000, "WriteUnitsPerSecond": 6000},
    }
    for kind in ("maximum", "warm"):
        recorder.change(table(name, GlobalSecondaryIndexes=[index("by_g", "INCLUDE", **less)]), kind, index="by_g")
    _change_units(recorder, name)


def _change_units(recorder: Recorder, name: str) -> None:
    """To provisioned, other units, an index with units of its own, and back."""
    indexes = [index("by_g", "INCLUDE", ProvisionedThroughput=UNITS)]
    provisioned = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": UNITS}
    recorder.change(table(name, **provisioned, GlobalSecondaryIndexes=indexes), "billing")
    more = {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}
    indexes[0] = {**indexes[0], "ProvisionedThroughput": more}
    recorder.change(table(name, **provisioned, GlobalSecondaryIndexes=indexes), "capacity", index="by_g")
    second = index("by_h", ProvisionedThroughput=UNITS)
    recorder.change(table(name, **provisioned, GlobalSecondaryIndexes=[*indexes, second]), "create_index", index="by_h")
    recorder.change(table(name, BillingMode="PAY_PER_REQUEST", GlobalSecondaryIndexes=[*indexes, second]), "billing")


def _change_vector_indexes(recorder: Recorder, name: str) -> None:
    recorder.make(table(name, "SNS"))
    for distance, kind in KINDS:
        recorder.change(
            table(name, "SNB", VectorIndexes=[vector("by_v", distance, kind)]), "create_vector_index", index="by_v"
        )
        recorder.change(table(name, "SNS"), "delete_vector_index", index="by_v")


def _change_replicas(recorder: Recorder, name: str) -> None:
    indexes = [index("by_g")]
    sse = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": recorder.key("eu-west-1")}
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    whole = {"GlobalSecondaryIndexes": indexes, "SSESpecification": sse, "StreamSpecification": stream}

    def replica(table_class: str, units: int) -> dict[str, Any]:
        overrides = {
            "ProvisionedThroughputOverride": {"ReadCapacityUnits": units},
            "OnDemandThroughputOverride": {"MaxReadRequestUnits": units},
        }
        return {
            "RegionName": "eu-central-1",
            "KMSMasterKeyId": recorder.key("eu-central-1"),
            "TableClassOverride": table_class,
            "GlobalSecondaryIndexes": [{"IndexName": "by_g", **overrides}],
            **overrides,
        }

    classes = ("STANDARD_INFREQUENT_ACCESS", "STANDARD")
    for first, second in (classes, reversed(classes)):
        made = f"{name}_{first.lower()}"
        recorder.make(table(made, **whole))
        made_so = table(made, **whole, Replicas=[replica(first, 5)])
        recorder.change(made_so, "create_replica", region="eu-central-1")
        recorder.change(table(made, **whole, Replicas=[replica(second, 6)]), "update_replica", region="eu-central-1")
        recorder.change(table(made, **whole, Replicas=[]), "delete_replica", region="eu-central-1")
    recorder.make(table(name))
    members = {"Replicas": [{"RegionName": "eu-central-1"}], "GlobalTableWitnesses": [{"RegionName": "us-east-1"}]}
    strong = table(name, MultiRegionConsistency="STRONG", **members)
    recorder.change(strong, "create_strong_replicas")
    recorder.change(table(name, Replicas=[]), "delete_strong_replicas")


def _known(clients: Clients) -> set[str]:
    model = clients.dynamodb.meta.service_model
    shapes = {operation: model.operation_model(operation).input_shape for operation in OPERATIONS}
    return {leaf for operation, shape in shapes.items() for leaf in _leaves(shape, operation)}


def test_every_member_of_create_table_and_update_table_is_sent(unique: str) -> None:
    """Each is sent by some call of the functions, or is an exception with its reason; no exception is sent."""
    account = Account()
    with virtual_time(account.clock):
        recorder = Recorder(account)
        _create_everything(recorder, f"{unique}_made")
        _change_everything(recorder, f"{unique}_changed")
        _change_vector_indexes(recorder, f"{unique}_vectors")
        _change_replicas(recorder, f"{unique}_replicas")
        known = _known(recorder.clients)
    excepted = {leaf for leaf in known if any(leaf == name or leaf.startswith(f"{name}=") for name in EXCEPTIONS)}

    assert sorted(known - recorder.seen - excepted) == []
    assert sorted(recorder.seen & EXCEPTIONS.keys()) == []
    assert {call.operation for call in account.refusals} <= {"DescribeTable", "GetResourcePolicy"}


def test_every_exception_is_a_member() -> None:
    """An exception that names nothing of the model hides nothing."""
    leaves = _known(FakeClients(Account()))

    assert EXCEPTIONS.keys() <= leaves | {leaf.partition("=")[0] for leaf in leaves}
