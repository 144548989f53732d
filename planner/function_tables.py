"""Shapes of a table for calls that make or change one: DynamoDB's own members, in its own names.

Source: botocore's ``dynamodb/2012-08-10`` service model, ``CreateTableInput`` and ``UpdateTableInput``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from planner.function_shapes import KeyType, Shape, TableName

ChangeKind = Literal[
    "create_index",
    "delete_index",
    "billing",
    "capacity",
    "time_to_live",
    "stream",
    "point_in_time_recovery",
    "deletion_protection",
    "tags",
    "maximum",
    "warm",
    "table_class",
    "encryption",
    "autoscaling",
    "resource_policy",
    "contributor_insights",
    "kinesis",
    "create_vector_index",
    "delete_vector_index",
    "create_replica",
    "update_replica",
    "delete_replica",
    "create_strong_replicas",
    "delete_strong_replicas",
    "replica_point_in_time_recovery",
    "replica_deletion_protection",
    "replica_tags",
]


class KeyElement(Shape):
    """One attribute of a key."""

    AttributeName: str = Field(min_length=1, max_length=255)
    KeyType: Literal["HASH", "RANGE"]


class AttributeDefinition(Shape):
    """The type of a key attribute."""

    AttributeName: str = Field(min_length=1, max_length=255)
    AttributeType: KeyType


class IndexProjection(Shape):
    """What an index copies besides the keys."""

    ProjectionType: Literal["ALL", "KEYS_ONLY", "INCLUDE"]
    NonKeyAttributes: list[str] | None = Field(default=None, min_length=1, max_length=100)


class Throughput(Shape):
    """Provisioned capacity units."""

    ReadCapacityUnits: int = Field(ge=1)
    WriteCapacityUnits: int = Field(ge=1)


class Maximum(Shape):
    """The most request units per second of an on-demand table or index; -1 is no limit."""

    MaxReadRequestUnits: int = Field(default=-1, ge=-1)
    MaxWriteRequestUnits: int = Field(default=-1, ge=-1)


class Warm(Shape):
    """What a table or index takes at once; DynamoDB only ever raises it."""

    ReadUnitsPerSecond: int | None = Field(default=None, ge=1)
    WriteUnitsPerSecond: int | None = Field(default=None, ge=1)


class Encryption(Shape):
    """The key that encrypts the table: AWS's own, the account's default key, or the key named by its ARN."""

    Enabled: bool
    SSEType: Literal["KMS"] | None = None
    KMSMasterKeyId: str | None = Field(default=None, min_length=1, max_length=2048)


class ScalingTarget(Shape):
    """Autoscaling of the units of one side of a table or of one of its indexes."""

    IndexName: TableName | None = Field(default=None, description="The index; none for the table itself.")
    ScalableDimension: Literal["ReadCapacityUnits", "WriteCapacityUnits"]
    MinCapacity: int = Field(ge=1)
    MaxCapacity: int = Field(ge=1)
    TargetValue: int = Field(ge=20, le=90, description="The aimed use in percent.")


class LocalIndex(Shape):
    """A local secondary index."""

    IndexName: TableName
    KeySchema: list[KeyElement] = Field(min_length=1, max_length=2)
    Projection: IndexProjection


class GlobalIndex(Shape):
    """A global secondary index."""

    IndexName: TableName
    KeySchema: list[KeyElement] = Field(min_length=1, max_length=8)
    Projection: IndexProjection
    ProvisionedThroughput: Throughput | None = None
    OnDemandThroughput: Maximum | None = None
    WarmThroughput: Warm | None = None


class Stream(Shape):
    """The table's stream."""

    StreamEnabled: bool
    StreamViewType: Literal["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] | None = None


class TimeToLive(Shape):
    """Expiry of items; the attribute's name may be left out to end it."""

    Enabled: bool
    AttributeName: str | None = None


class PointInTimeRecovery(Shape):
    """Continuous backups."""

    PointInTimeRecoveryEnabled: bool
    RecoveryPeriodInDays: int | None = Field(default=None, ge=1, le=35)


class Tag(Shape):
    """A tag."""

    Key: str = Field(min_length=1, max_length=128)
    Value: str = Field(max_length=256)


class VectorAttribute(Shape):
    """The attribute that holds the vectors."""

    AttributeName: str = Field(min_length=1, max_length=255)


class SearchElement(Shape):
    """An attribute that a vector index is searched by."""

    AttributeName: str = Field(min_length=1, max_length=255)
    SearchSchemaElementType: Literal["HASH", "INLINE_FILTER"]


class VectorIndex(Shape):
    """A vector index; nothing about one ever changes."""

    IndexName: TableName
    VectorAttribute: VectorAttribute
    SearchSchema: list[SearchElement] | None = Field(default=None, min_length=1, max_length=19)
    Projection: IndexProjection
    Dimensions: int = Field(ge=1, le=4096)
    DistanceFunction: Literal["COSINE", "DOT_PRODUCT", "EUCLIDEAN"]


class ReadOverride(Shape):
    """A replica's own provisioned read units."""

    ReadCapacityUnits: int = Field(ge=1)


class MaximumOverride(Shape):
    """A replica's own most read units on demand."""

    MaxReadRequestUnits: int = Field(ge=-1)


class ReplicaIndex(Shape):
    """What a replica's index has of its own."""

    IndexName: TableName
    ProvisionedThroughputOverride: ReadOverride | None = None
    OnDemandThroughputOverride: MaximumOverride | None = None


class Replica(Shape):
    """A replica with what it has of its own; the last three are set in its own Region once it is there."""

    RegionName: str = Field(min_length=1)
    KMSMasterKeyId: str | None = Field(default=None, min_length=1, max_length=2048)
    ProvisionedThroughputOverride: ReadOverride | None = None
    OnDemandThroughputOverride: MaximumOverride | None = None
    GlobalSecondaryIndexes: list[ReplicaIndex] | None = Field(default=None, min_length=1)
    TableClassOverride: Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"] | None = None
    PointInTimeRecoverySpecification: PointInTimeRecovery | None = None
    DeletionProtectionEnabled: bool | None = None
    Tags: list[Tag] | None = None


class Witness(Shape):
    """The witness of strongly consistent replicas."""

    RegionName: str = Field(min_length=1)


class Insights(Shape):
    """Contributor Insights of the table, or of one of its global indexes."""

    IndexName: TableName | None = Field(default=None, description="The index; none for the table itself.")
    ContributorInsightsAction: Literal["ENABLE", "DISABLE"]
    ContributorInsightsMode: Literal["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"] | None = None


class KinesisDestination(Shape):
    """The Kinesis data stream that takes the table's changes."""

    StreamArn: str = Field(min_length=37, max_length=1024)
    ApproximateCreationDateTimePrecision: Literal["MILLISECOND", "MICROSECOND"] | None = None


class TableSchema(Shape):
    """CreateTable's own members, and beside them the settings that are made once the table is ACTIVE."""

    TableName: TableName
    KeySchema: list[KeyElement] = Field(min_length=1, max_length=2)
    AttributeDefinitions: list[AttributeDefinition] = Field(min_length=1)
    BillingMode: Literal["PAY_PER_REQUEST", "PROVISIONED"] | None = Field(
        default=None,
        description="PROVISIONED where ProvisionedThroughput is given, else PAY_PER_REQUEST.",
    )
    ProvisionedThroughput: Throughput | None = None
    GlobalSecondaryIndexes: list[GlobalIndex] | None = None
    LocalSecondaryIndexes: list[LocalIndex] | None = Field(default=None, max_length=5)
    StreamSpecification: Stream | None = None
    DeletionProtectionEnabled: bool | None = None
    SSESpecification: Encryption | None = None
    TableClass: Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"] | None = None
    OnDemandThroughput: Maximum | None = None
    WarmThroughput: Warm | None = None
    ResourcePolicy: str | None = Field(default=None, max_length=20_480, description="JSON text; empty for none.")
    VectorIndexes: list[VectorIndex] | None = Field(default=None, max_length=5)
    Tags: list[Tag] | None = None
    TimeToLiveSpecification: TimeToLive | None = Field(default=None, description="Applied after ACTIVE.")
    PointInTimeRecoverySpecification: PointInTimeRecovery | None = Field(
        default=None,
        description="Applied after ACTIVE.",
    )
    AutoScaling: list[ScalingTarget] | None = Field(
        default=None,
        description="All of it, applied after ACTIVE; a side that is not listed does not scale.",
    )
    ContributorInsights: list[Insights] | None = Field(
        default=None,
        description="Applied after ACTIVE; what is not listed stays as it is.",
    )
    KinesisStreamingDestinations: list[KinesisDestination] | None = Field(
        default=None,
        max_length=1,
        description="Applied after ACTIVE; an empty list for none.",
    )
    Replicas: list[Replica] | None = Field(default=None, description="Made last; an empty list for none.")
    MultiRegionConsistency: Literal["EVENTUAL", "STRONG"] | None = Field(
        default=None,
        description="Of the replicas; fixed when the first are made.",
    )
    GlobalTableWitnesses: list[Witness] | None = Field(default=None, max_length=1)


class Change(Shape):
    """Exactly one change of an existing table; ``table_schema`` says how it shall be afterwards."""

    kind: ChangeKind
    index: str | None = Field(default=None, description="The index, where the change is one of an index.")
    region: str | None = Field(default=None, description="The replica's Region, where the change is one of a replica.")
