"""An application whose requests come from the plan: no table name and no expression is written twice.

    ddbplan outputs plans/financial.yaml --local > outputs.json
    python examples/application.py outputs.json acc-alice-checking http://127.0.0.1:PORT

``ddbplan outputs`` compiles the plan's queries to what an SDK takes. The application adds the values and the paging.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer


class Queries:
    """A plan's queries, by name.

    Args:
        outputs: What ``ddbplan outputs`` printed.
        client: A boto3 client for DynamoDB.
    """

    def __init__(self, outputs: dict[str, Any], client: Any) -> None:
        self._queries = outputs["queries"]
        self._client = client

    def run(self, name: str, **values: Any) -> Iterator[dict[str, Any]]:
        """The items that a query finds, page by page; ``values`` are its placeholders' without the colon."""
        query = self._queries[name]
        to_wire, from_wire = TypeSerializer().serialize, TypeDeserializer().deserialize
        given = query["values"] | {f":{key}": to_wire(value) for key, value in values.items()}
        unknown = given.keys() - query["values"].keys()
        if unknown:
            raise TypeError(f"{name} has no {', '.join(sorted(unknown))}")
        call = self._client.query if query["operation"] == "Query" else self._client.scan
        request = query["request"] | ({"ExpressionAttributeValues": given} if given else {})
        left = query["limit"]
        while left is None or left > 0:
            page = call(**request)
            for item in page["Items"][:left]:
                yield {key: from_wire(value) for key, value in item.items()}
            left = None if left is None else left - len(page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def main() -> int:
    """Print an account's latest postings."""
    if len(sys.argv) not in {3, 4}:
        print(f"usage: {sys.argv[0]} OUTPUTS_JSON ACCOUNT_ID [ENDPOINT_URL]", file=sys.stderr)
        return 1
    file, account, *endpoint = sys.argv[1:]
    outputs = json.loads(Path(file).read_text(encoding="utf-8"))
    client = boto3.client(
        "dynamodb", region_name=outputs["region"] or None, endpoint_url=endpoint[0] if endpoint else None
    )
    for posting in Queries(outputs, client).run("recent_postings", account=account):
        print(posting["posting_id"], posting["amount"], posting["currency"], posting.get("memo", ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
