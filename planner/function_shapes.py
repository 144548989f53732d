"""Shapes that calls of the functions share: DynamoDB's own members, in its own names.

Source: botocore's ``dynamodb/2012-08-10`` service model, ``CreateTableInput`` and ``AttributeValue``.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from planner.values import MAX_NESTING, InvalidNumberError, canonical_number

TableName = Annotated[
    str,
    Field(min_length=3, max_length=255, pattern=r"^[a-zA-Z0-9_.-]+$", description="The table's physical name."),
]
KeyType = Literal["S", "N", "B"]
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
]
Aspect = Literal[
    "table",
    "time_to_live",
    "point_in_time_recovery",
    "tags",
    "resource_policy",
    "contributor_insights",
    "kinesis",
    "autoscaling",
]


def check_value(value: Any, path: str, depth: int = 1) -> None:
    """Refuse what is not a DynamoDB attribute value in JSON form.

    Raises:
        ValueError: It is not; the message names the place.
    """
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError(f'{path} must be one typed value such as {{"S": "text"}} or {{"N": "1"}}')
    if depth > MAX_NESTING:
        raise ValueError(f"{path} is nested deeper than {MAX_NESTING} levels")
    ((kind, content),) = value.items()
    match kind:
        case "L" if isinstance(content, list):
            for place, member in enumerate(content):
                check_value(member, f"{path}[{place}]", depth + 1)
        case "M" if isinstance(content, dict):
            for name, member in content.items():
                check_value(member, f"{path}.{name}", depth + 1)
        case "SS" | "NS" | "BS" if isinstance(content, list) and content:
            for member in content:
                _check_scalar(kind[0], member, path)
        case _:
            _check_scalar(kind, content, path)


def _check_scalar(kind: Any, content: Any, path: str) -> None:
    match kind:
        case "S" if isinstance(content, str):
            return
        case "BOOL" if isinstance(content, bool):
            return
        case "NULL" if content is True:
            return
        case "N" if isinstance(content, str):
            try:
                canonical_number(content)
            except InvalidNumberError as problem:
                raise ValueError(f"{path}: {problem}") from None
        case "B" if isinstance(content, str):
            try:
                base64.b64decode(content, validate=True)
            except (binascii.Error, ValueError):
                raise ValueError(f"{path} is not base64 text") from None
        case _:
            raise ValueError(f"{path} has no DynamoDB type that fits: S and B take text, N a number in quotes")


def check_operation(operation: dict[str, Any], path: str) -> None:
    """Refuse values of a transaction's member that are not DynamoDB JSON.

    Raises:
        ValueError: One is not; the message names the place.
    """
    for member in ("Item", "Key", "ExpressionAttributeValues"):
        values = operation.get(member, {})
        if not isinstance(values, dict):
            raise ValueError(f"{path}.{member} must be a mapping of attribute values")  # noqa: TRY004 - pydantic's kind
        for name, value in values.items():
            check_value(value, f"{path}.{member}.{name}")


def _check_item(item: dict[str, Any]) -> dict[str, Any]:
    for name, value in item.items():
        check_value(value, name)
    return item


Item = Annotated[
    dict[str, Any],
    AfterValidator(_check_item),
    Field(
        description='Attributes in DynamoDB JSON, such as {"id": {"S": "a"}, "n": {"N": "1"}}; B is base64 text.',
        json_schema_extra={"additionalProperties": {"type": "object"}},
    ),
]


class Shape(BaseModel):
    """A closed shape: a member that is not listed is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


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
    OnDemandThroughput: dict[str, int] | None = None
    WarmThroughput: dict[str, int] | None = None


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
    SSESpecification: dict[str, Any] | None = None
    TableClass: Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"] | None = None
    OnDemandThroughput: dict[str, int] | None = None
    WarmThroughput: dict[str, int] | None = None
    ResourcePolicy: str | None = None
    Tags: list[Tag] | None = None
    TimeToLiveSpecification: TimeToLive | None = Field(default=None, description="Applied after ACTIVE.")
    PointInTimeRecoverySpecification: PointInTimeRecovery | None = Field(
        default=None,
        description="Applied after ACTIVE.",
    )


class Change(Shape):
    """Exactly one change of an existing table; ``table_schema`` says how it shall be afterwards."""

    kind: ChangeKind
    index: str | None = Field(default=None, description="The index, for create_index, delete_index and capacity.")


class Marker(Shape):
    """Where a transaction is recorded in the same request, and under which fencing number."""

    table_name: TableName
    database: str = Field(min_length=1)
    entry: str = Field(pattern=r"^transaction#.+")
    fence: int = Field(ge=0, description="The lock's fencing number, which must still be ours.")
    content_hash: str = Field(min_length=1, description="Of the parsed operations; decides across runs.")
    table_ids: dict[str, str] = Field(default_factory=dict, description="TableId of each touched table, by name.")
    run: str = ""
    at: str = ""


class Source(Shape):
    """A file of rows, one JSON object per line (.jsonl) or one array (.json)."""

    file: str = Field(description="An absolute path.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the file's bytes, as hex.")
