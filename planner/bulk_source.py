"""Rows in S3 that DynamoDB's own importers read: ddbplan names them and never opens them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from planner.values import Json, content_hash

BulkFormat = Literal["dynamodb_json", "ion", "csv"]
Compression = Literal["none", "gzip", "zstd"]


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Place:
    """Objects whose keys begin alike.

    Attributes:
        bucket: The bucket.
        prefix: How the keys begin; empty for all objects of the bucket.
        owner: The account that owns the bucket, twelve digits; empty for the account that asks.
    """

    bucket: str
    prefix: str
    owner: str = ""

    def __str__(self) -> str:
        """As a plan writes it."""
        return f"s3://{self.bucket}/{self.prefix}"

    def as_members(self) -> dict[str, Json]:
        """The members that the importers' requests have for it."""
        return {
            "S3Bucket": self.bucket,
            **({"S3KeyPrefix": self.prefix} if self.prefix else {}),
            **({"S3BucketOwner": self.owner} if self.owner else {}),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkSource:
    """The rows of a seed in S3.

    Attributes:
        place: The objects.
        format: What they hold.
        compression: How they are packed.
        delimiter: What separates the cells of CSV.
        columns: The columns of CSV in their order; empty where the first line of each object names them.
        errors: Where StartBulkPutItems reports items that it could not write.
        conditional: Each record carries the condition that no item of its key exists.
    """

    place: S3Place
    format: BulkFormat
    compression: Compression = "none"
    delimiter: str = ","
    columns: tuple[str, ...] = ()
    errors: S3Place | None = None
    conditional: bool = False

    @property
    def identity(self) -> str:
        """Identifies which rows these are: the objects by their names, and how they are read; not their content."""
        return content_hash(self.as_source(), kind="seed-s3/1")

    def as_source(self) -> dict[str, Json]:
        """The ``import_from`` argument of a call: which objects, and how they are read."""
        found: dict[str, Json] = {
            **self.place.as_members(),
            "InputFormat": self.format.upper(),
            "InputCompressionType": self.compression.upper(),
        }
        if self.format == "csv":
            found["CsvDelimiter"] = self.delimiter
            if self.columns:
                found["CsvHeaderList"] = list(self.columns)
        return found
