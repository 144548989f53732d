"""Keeps a shared DynamoDB Local quick: what a test leaves with a time to live expires nothing any more.

That engine expires items and fills indexes in the same few threads, and each table with a time to live takes one for
good: beside a dozen of them a new index waits for 18 s instead of one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faults.room import connect

if TYPE_CHECKING:
    from tests.engines import Engine


class Expiry:
    """Switches the time to live of new tables off."""

    def __init__(self, engine: Engine) -> None:
        self._client = connect(engine)
        self._settled: set[str] = set()

    def stop(self) -> None:
        """Look at every table that was not looked at before."""
        for page in self._client.get_paginator("list_tables").paginate():
            for name in set(page["TableNames"]) - self._settled:
                self._stop(name)

    def _stop(self, name: str) -> None:
        found = self._client.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        if found["TimeToLiveStatus"] == "ENABLED":
            off = {"Enabled": False, "AttributeName": found["AttributeName"]}
            self._client.update_time_to_live(TableName=name, TimeToLiveSpecification=off)
        self._settled.add(name)
