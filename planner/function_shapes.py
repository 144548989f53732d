"""Shapes that calls of the functions share: DynamoDB's own members, in its own names.

Source: botocore's ``dynamodb/2012-08-10`` service model, ``CreateTableInput`` and ``AttributeValue``.
"""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field

from planner.function_base import SHAPE
from planner.values import MAX_NESTING, InvalidNumberError, canonical_number

TableName = Annotated[
    str,
    Field(min_length=3, max_length=255, pattern=r"^[a-zA-Z0-9_.-]+$", description="The table's physical name."),
]
KeyType = Literal["S", "N", "B"]
Aspect = Literal[
    "table",
    "time_to_live",
    "point_in_time_recovery",
    "tags",
    "resource_policy",
    "contributor_insights",
    "index_contributor_insights",
    "kinesis",
    "autoscaling",
    "encryption",
    "replicas",
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

    model_config = SHAPE


class Marker(Shape):
    """Where a transaction is recorded in the same request, and under which fencing number."""

    table_name: TableName
    database: str = Field(min_length=1)
    entry: str = Field(pattern=r"^transaction#.+")
    fence: int = Field(ge=0, description="The lock's fencing number, which must still be ours.")
    content_hash: str = Field(min_length=1, description="Of the parsed operations; decides across runs.")
    table_ids: dict[str, str] = Field(default_factory=dict, description="TableId of each touched table, by name.")
    run: str = ""
    replaces: str | None = Field(
        default=None,
        min_length=1,
        description="To run it once more: the run whose marker this one takes the place of; none: there must be none.",
    )
    at: str = ""


class Fence(Shape):
    """The lock whose fencing number every request of a bulk write checks."""

    table_name: TableName
    database: str = Field(min_length=1)
    fence: int = Field(ge=0, description="The lock's fencing number, which must still be ours.")


class ImportSource(Shape):
    """Rows in S3 for DynamoDB's own importers."""

    S3Bucket: str = Field(min_length=3, max_length=63)
    S3KeyPrefix: str | None = Field(default=None, max_length=1024)
    S3BucketOwner: str | None = Field(default=None, pattern=r"^[0-9]{12}$")
    InputFormat: Literal["DYNAMODB_JSON", "ION", "CSV"]
    InputCompressionType: Literal["NONE", "GZIP", "ZSTD"] = "NONE"
    CsvDelimiter: str | None = Field(default=None, min_length=1, max_length=1)
    CsvHeaderList: list[str] | None = Field(default=None, min_length=1)


class BulkErrors(Shape):
    """Where rows are reported that could not be written."""

    S3Bucket: str = Field(min_length=3, max_length=63)
    S3KeyPrefix: str | None = Field(default=None, max_length=1024)
    S3BucketOwner: str | None = Field(default=None, pattern=r"^[0-9]{12}$")


class BulkSource(Shape):
    """Rows in S3 that DynamoDB itself writes into a table that exists."""

    identity: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the place and how it is read, as hex.")
    import_from: ImportSource
    errors: BulkErrors
    conditional: bool = Field(description="Every record carries the condition that no item of its key exists.")
    client_token: str | None = Field(default=None, min_length=1, max_length=64, description="Starts it once in 8 h.")


class Source(Shape):
    """A file of rows, one JSON object per line (.jsonl) or one array (.json)."""

    file: str = Field(description="An absolute path.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="Of the file's bytes, as hex.")
