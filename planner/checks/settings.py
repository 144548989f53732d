"""Settings of tables and indexes that DynamoDB refuses, alone or together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.checks.indexes import index_address
from planner.codes import model as codes
from planner.limits import MAX_TAG_KEY, MAX_TAG_VALUE, MAX_TAGS, MIN_WARM_READ, MIN_WARM_WRITE, OWN_TAGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.diagnostics import Code, Position, Report
    from planner.plan import Index, Table
    from planner.values import Json

_TAG_TEXT = re.compile(r"[\w\s+\-=._:/@]*")
_OWN_PREFIX = "ddbplan:"


def check_settings(table: Table, report: Report) -> None:
    """Check what the table declares about itself, and each index about its capacity."""
    check = _Checker(table, report)
    check.billing()
    for index in table.global_indexes.values():
        check.index(index)
    check.time_to_live()
    check.tags()
    check.vector_indexes()


class _Checker:
    """The checks of one table's settings."""

    def __init__(self, table: Table, report: Report) -> None:
        self.table = table
        self.report = report
        self.on_demand = table.settings.get("billing") != "provisioned"

    def complain(self, code: Code, key: str, what: str, fix: str) -> None:
        position = self.table.positions.get(key, self.table.position)
        self.report.add(code, position, address=f"{self.table.address}.{key}", what=what, fix=fix)

    def billing(self) -> None:
        settings, name = self.table.settings, self.table.key
        if not self.on_demand and not settings.get("capacity") and not self.table.external:
            self.complain(
                codes.CAPACITY_CONFLICT,
                "billing",
                f"Table '{name}' is provisioned, and no capacity is given.",
                "Add `capacity: {read: UNITS, write: UNITS}`, or write `billing: on_demand`.",
            )
        if self.on_demand and isinstance(settings.get("capacity"), dict):
            self.complain(
                codes.CAPACITY_CONFLICT,
                "capacity",
                f"Table '{name}' is billed on demand and has units of capacity.",
                "Write `billing: provisioned`, or `capacity: off`.",
            )
        if not self.on_demand and isinstance(settings.get("maximum"), dict):
            self.complain(
                codes.CAPACITY_CONFLICT,
                "maximum",
                f"Table '{name}' is provisioned and has a maximum.",
                "Remove the maximum: the units of capacity are the most it may use. Or write `billing: on_demand`.",
            )
        self._warm(settings.get("warm"), self.table.positions.get("warm", self.table.position), self.table.address)

    def index(self, index: Index) -> None:
        address = index_address(self.table, index)
        settings = index.settings
        what = fix = None
        if self.on_demand and isinstance(settings.get("capacity"), dict):
            what = f"Index '{index.name}' has units of capacity, and table '{self.table.key}' is billed on demand."
            fix = "Remove them, or write `billing: provisioned` at the table."
        elif not self.on_demand and isinstance(settings.get("maximum"), dict):
            what = f"Index '{index.name}' has a maximum, and table '{self.table.key}' is provisioned."
            fix = "Remove it, or write `billing: on_demand` at the table."
        if what and fix:
            self.report.add(codes.CAPACITY_CONFLICT, index.position, address=address, what=what, fix=fix)
        self._warm(settings.get("warm"), index.position, address)

    def _warm(self, warm: Json, position: Position, address: str) -> None:
        if not self.on_demand or not isinstance(warm, dict):
            return
        low = [
            f"{side} {warm[side]} (at least {least})"
            for side, least in (("read", MIN_WARM_READ), ("write", MIN_WARM_WRITE))
            if warm.get(side, least) < least
        ]
        if low:
            self.report.add(
                codes.BAD_SETTING,
                position,
                address=address,
                what=f"Warm throughput is below what an on-demand table always has: {', '.join(low)}.",
                fix="Raise it, or remove the line.",
            )

    def time_to_live(self) -> None:
        attribute = self.table.settings.get("time_to_live", "off")
        kind = self.table.key_types.get(attribute, "N")
        if attribute != "off" and kind != "N":
            self.complain(
                codes.BAD_TIME_TO_LIVE,
                "time_to_live",
                f"'{attribute}' is a key attribute of type {kind}.",
                "Use an attribute of its own that holds a Number of seconds.",
            )

    def tags(self) -> None:
        tags = self.table.settings.get("tags")
        if not isinstance(tags, dict):
            return
        if len(tags) > MAX_TAGS:
            fix = (
                f"Keep at most {MAX_TAGS}: a table has {MAX_TAGS + OWN_TAGS}, of which ddbplan sets {OWN_TAGS} itself "
                "(ddbplan:database and ddbplan:ledger)."
            )
            self.complain(codes.BAD_TAG, "tags", f"There are {len(tags)} tags.", fix)
        for key, value in tags.items():
            for problem in _tag_problems(key, value):
                self.complain(codes.BAD_TAG, "tags", *problem)
            if key.lower().startswith(_OWN_PREFIX):
                fix = f"Choose a key that does not begin with '{_OWN_PREFIX}'."
                self.complain(codes.RESERVED_TAG, "tags", f"The tag '{key[:60]}' is ddbplan's own.", fix)

    def vector_indexes(self) -> None:
        indexes: Mapping[str, Json] | Json = self.table.settings.get("vector_indexes")
        if isinstance(indexes, dict) and indexes and not self.on_demand:
            self.complain(
                codes.BAD_SETTING,
                "vector_indexes",
                f"Table '{self.table.key}' is provisioned and has vector indexes.",
                "Write `billing: on_demand`: only on-demand tables have vector indexes.",
            )


def _tag_problems(key: str, value: str) -> list[tuple[str, str]]:
    found = []
    shown = key if len(key) <= MAX_TAG_KEY else f"{key[:60]}..."
    if not 1 <= len(key) <= MAX_TAG_KEY:
        found.append((f"The tag key '{shown}' has {len(key)} characters.", f"Use 1 to {MAX_TAG_KEY}."))
    if key.lower().startswith("aws:"):
        found.append((f"The tag key '{shown}' begins with 'aws:'.", "Choose another: AWS keeps these to itself."))
    if len(value) > MAX_TAG_VALUE:
        found.append((f"The value of tag '{shown}' has {len(value)} characters.", f"Use at most {MAX_TAG_VALUE}."))
    if not _TAG_TEXT.fullmatch(key) or not _TAG_TEXT.fullmatch(value):
        what = f"The tag '{shown}' has characters that AWS does not take."
        found.append((what, "Use letters, digits, spaces and + - = . _ : / @."))
    return found
