"""Items: every data call goes to a real engine, where each table has a twin with the same keys and indexes.

Nothing of expressions, conditions or transactions is imitated here.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.control_plane.state import ON_DEMAND, GlobalIndex, Json, Table

DATA_OPERATIONS = frozenset(
    {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    },
)
SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=ddbplantest/20261102/eu-west-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0000000000000000000000000000000000000000000000000000000000000000"
)
_OK = 200


@dataclass(frozen=True, slots=True)
class Items:
    """Where items are.

    Attributes:
        endpoint_url: A real engine's.
    """

    endpoint_url: str

    def send(self, operation: str, body: bytes) -> tuple[int, bytes]:
        """One request to the engine.

        Returns:
            Its status and body.
        """
        parts = urlsplit(self.endpoint_url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "Authorization": SIGNATURE,
            "X-Amz-Date": "20261102T090000Z",
        }
        try:
            connection.request("POST", "/", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def make(self, table: Table) -> None:
        """A twin for a new table."""
        params: Json = {
            "TableName": twin(table),
            "KeySchema": table.key_schema,
            "AttributeDefinitions": _definitions(table.types),
            "BillingMode": ON_DEMAND,
        }
        if table.global_indexes:
            params["GlobalSecondaryIndexes"] = [_index(index) for index in table.global_indexes.values()]
        if table.local_indexes:
            params["LocalSecondaryIndexes"] = table.local_indexes
        self._must("CreateTable", params)

    def drop(self, table: Table) -> None:
        """No twin for a table that is gone."""
        self._must("DeleteTable", {"TableName": twin(table)})

    def add_index(self, table: Table, index: GlobalIndex) -> None:
        """The same index for the twin."""
        self._must(
            "UpdateTable",
            {
                "TableName": twin(table),
                "AttributeDefinitions": _definitions(table.types),
                "GlobalSecondaryIndexUpdates": [{"Create": _index(index)}],
            },
        )

    def drop_index(self, table: Table, name: str) -> None:
        """The twin without the index."""
        self._must(
            "UpdateTable",
            {"TableName": twin(table), "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]},
        )

    def _must(self, operation: str, params: Json) -> None:
        status, body = self.send(operation, json.dumps(params).encode())
        if status != _OK:
            raise AssertionError(f"the engine behind the fake refused {operation}: {body.decode()}")


def twin(table: Table) -> str:
    """The twin's name: another one for each table that ever had a name."""
    return f"twin-{table.table_id}"


def table_names(params: Any) -> list[str]:
    """All tables that a data call names."""
    found: list[str] = []
    if isinstance(params.get("TableName"), str):
        found.append(params["TableName"])
    found += params.get("RequestItems", {})
    for member in params.get("TransactItems", ()):
        found += [action["TableName"] for action in member.values()]
    return found


def renamed(params: Json, names: dict[str, str]) -> Json:
    """A data call about the twins."""
    found = dict(params)
    if "TableName" in found:
        found["TableName"] = names[found["TableName"]]
    if "RequestItems" in found:
        found["RequestItems"] = {names[name]: value for name, value in found["RequestItems"].items()}
    if "TransactItems" in found:
        found["TransactItems"] = [
            {kind: {**action, "TableName": names[action["TableName"]]} for kind, action in member.items()}
            for member in found["TransactItems"]
        ]
    return found


def _definitions(types: dict[str, str]) -> list[Json]:
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in sorted(types.items())]


def _index(index: GlobalIndex) -> Json:
    return {"IndexName": index.name, "KeySchema": index.key_schema, "Projection": index.projection}
