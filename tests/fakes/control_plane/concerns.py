"""One UpdateTable, one concern: which members may stand together, as data (K 174, 382, 433)."""

from __future__ import annotations

from enum import StrEnum

from tests.fakes.control_plane import request_texts, texts
from tests.fakes.control_plane.refusal import Text
from tests.fakes.control_plane.state import ON_DEMAND, Json


class Concern(StrEnum):
    """What an UpdateTable may be about."""

    ENCRYPTION = "SSESpecification"
    TABLE_CLASS = "TableClass"
    PROTECTION = "DeletionProtectionEnabled"
    WARM = "WarmThroughput"
    MAXIMUM = "OnDemandThroughput"
    STREAM = "StreamSpecification"
    TO_ON_DEMAND = "BillingMode=PAY_PER_REQUEST"
    TO_PROVISIONED = "BillingMode=PROVISIONED"
    UNITS = "ProvisionedThroughput"
    INDEX_CREATE = "GlobalSecondaryIndexUpdates.Create"
    INDEX_DELETE = "GlobalSecondaryIndexUpdates.Delete"
    INDEX_UPDATE = "GlobalSecondaryIndexUpdates.Update"
    VECTOR_CREATE = "VectorIndexUpdates.Create"
    VECTOR_DELETE = "VectorIndexUpdates.Delete"
    REPLICAS = "ReplicaUpdates"
    WITNESS = "GlobalTableWitnessUpdates"
    DISASSOCIATION = "DisassociationProtectionEnabled"
    REPLICATION = "GlobalTableSettingsReplicationMode"


C = Concern
INDEX_CHANGES = frozenset({C.INDEX_CREATE, C.INDEX_DELETE, C.VECTOR_CREATE, C.VECTOR_DELETE})
IOPS = frozenset({C.UNITS, C.TO_PROVISIONED})
ALONE: tuple[tuple[Concern, Text], ...] = (
    # Refused beside anything; the first that is there words the refusal (K 433: SSE > TableClass > DP > Warm).
    (C.REPLICAS, texts.ONLY_REPLICAS),
    (C.WITNESS, texts.ONLY_REPLICAS),
    (C.ENCRYPTION, texts.ONLY_ENCRYPTION),
    (C.TABLE_CLASS, texts.ONLY_CLASS),
    (C.PROTECTION, texts.ONLY_PROTECTION),
    (C.WARM, texts.ONLY_WARM),
    (C.DISASSOCIATION, texts.ONLY_DISASSOCIATION),
)
TOGETHER = frozenset({frozenset({C.REPLICAS, C.WITNESS})})
"""The pairs among these that are one concern (K 258)."""
APART: tuple[tuple[frozenset[Concern], frozenset[Concern], Text], ...] = (
    (frozenset({C.MAXIMUM}), frozenset(C) - {C.MAXIMUM, C.TO_ON_DEMAND}, texts.MAXIMUM_WITH),
    (frozenset({C.STREAM}), IOPS, texts.STREAM_WITH_IOPS),
    (frozenset({C.UNITS}), INDEX_CHANGES, texts.INDEX_WITH_IOPS),
    (frozenset({C.STREAM}), INDEX_CHANGES, texts.INDEX_WITH_STREAM),
)
"""Any of the first beside any of the second."""
SYNONYMS = {"ReplicaUpdates": C.REPLICAS, "GlobalTableWitnessUpdates": C.WITNESS}
MEMBERS: tuple[Concern, ...] = tuple(
    c for c in C if "=" not in c and "." not in c and c not in {C.REPLICAS, C.WITNESS, C.UNITS}
)


def concerns(params: Json) -> frozenset[Concern]:
    """What a request is about.

    Raises:
        Refusal: An index update says nothing, or two things (K 442).
    """
    found: set[Concern] = {member for member in MEMBERS if member in params}
    found |= {concern for member, concern in SYNONYMS.items() if params.get(member)}
    mode = params.get("BillingMode")
    if mode is not None:
        found.add(C.TO_ON_DEMAND if mode == ON_DEMAND else C.TO_PROVISIONED)
    elif "ProvisionedThroughput" in params:
        found.add(C.UNITS)
    for update in params.get("GlobalSecondaryIndexUpdates", ()):
        if not update:
            raise request_texts.NO_ACTION.refusal()
        if len(update) > 1:
            raise request_texts.ONE_ACTION.refusal()
        found.add(Concern(f"GlobalSecondaryIndexUpdates.{next(iter(update))}"))
    for update in params.get("VectorIndexUpdates", ()):
        if update:
            found.add(Concern(f"VectorIndexUpdates.{next(iter(update))}"))
    return frozenset(found)


def check_together(asked: frozenset[Concern]) -> None:
    """Refuse concerns that can't share a call; none of these rules looks at the table.

    Raises:
        Refusal: They can't.
    """
    if {C.INDEX_CREATE, C.WARM} <= asked:
        raise texts.CREATE_WITH_WARM.refusal()
    if len(asked) > 1 and asked not in TOGETHER:
        for concern, text in ALONE:
            if concern in asked:
                raise text.refusal()
    for first, second, text in APART:
        if asked & first and asked & second:
            raise text.refusal()
