"""DynamoDB's protocol at its barest, so that what the planner compiles reaches an engine unaltered."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.engines import Engine

_AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=ddbplantest/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an engine said: the body, or why it refused."""

    body: dict[str, Any]
    error: str
    message: str

    @property
    def taken(self) -> bool:
        """Whether the request was well formed; a condition that does not hold is."""
        return self.error in ("", "ConditionalCheckFailedException")


def speak(engine: Engine, operation: str, request: dict[str, Any]) -> Answer:
    """Send one request."""
    call = urllib.request.Request(  # noqa: S310 - a loopback address of our own
        engine.endpoint_url,
        data=json.dumps(request).encode(),
        headers={
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Content-Type": "application/x-amz-json-1.0",
            "Authorization": _AUTHORIZATION,
        },
    )
    try:
        with urllib.request.urlopen(call, timeout=60) as answer:  # noqa: S310 - as above
            return Answer(body=json.load(answer), error="", message="")
    except urllib.error.HTTPError as refusal:
        with refusal:
            body = json.load(refusal)
        name = str(body.get("__type", "unknown")).rpartition("#")[2]
        return Answer(body=body, error=name, message=str(body.get("message") or body.get("Message") or ""))


def make_table(engine: Engine, name: str) -> None:
    """A table with key (pk S, sk N), global index ``by_g`` (g S, h N) with p copied, local index ``by_h`` (h)."""

    def schema(*names: str) -> list[dict[str, str]]:
        return [{"AttributeName": one, "KeyType": kind} for one, kind in zip(names, ("HASH", "RANGE"), strict=False)]

    made = speak(
        engine,
        "CreateTable",
        {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": one, "AttributeType": kind}
                for one, kind in (("pk", "S"), ("sk", "N"), ("g", "S"), ("h", "N"))
            ],
            "KeySchema": schema("pk", "sk"),
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by_g",
                    "KeySchema": schema("g", "h"),
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["p"]},
                },
            ],
            "LocalSecondaryIndexes": [
                {
                    "IndexName": "by_h",
                    "KeySchema": schema("pk", "h"),
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                },
            ],
        },
    )
    if made.error:
        raise RuntimeError(f"{name} was not made: {made.message}")
