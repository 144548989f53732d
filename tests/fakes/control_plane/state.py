"""What the fake remembers of a table, and what is under way in it."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tests.fakes.control_plane import times
from tests.fakes.control_plane.clock import day_of

Json = dict[str, Any]
ON_DEMAND = "PAY_PER_REQUEST"
PROVISIONED = "PROVISIONED"


class Busy(StrEnum):
    """What a table may be in the middle of; each has its own rules of what is refused meanwhile."""

    CREATE = "create"
    DELETE = "delete"
    UNITS = "units"
    BILLING = "billing"
    STREAM = "stream"
    TABLE_CLASS = "table class"
    ENCRYPTION = "encryption"
    WARM = "warm"
    ALLOCATION = "index allocation"
    BACKFILL = "index backfill"
    INDEX_DELETE = "index delete"
    INDEX_UPDATE = "index update"
    REPLICA = "replica"
    CLEARING = "a maximum that was cleared"


UPDATING = frozenset(
    {Busy.UNITS, Busy.BILLING, Busy.STREAM, Busy.TABLE_CLASS, Busy.ALLOCATION, Busy.INDEX_DELETE, Busy.REPLICA},
)
"""What shows as TableStatus UPDATING; encryption, warm throughput and a backfill do not (K 065, 148, 179)."""


@dataclass(slots=True)
class Job:
    """Something that ends by itself.

    Attributes:
        busy: What the table is in the middle of until then.
        until: When it ends.
        finish: What then happens.
        about: Which index or what of it.
    """

    busy: Busy
    until: float
    finish: Callable[[], None]
    about: str = ""


@dataclass(slots=True)
class Decreases:
    """The decreases of one table's or index's units (K 184, 326, 157)."""

    count: int = 0
    last: float = 0.0
    last_increase: float = 0.0

    def today(self, now: float) -> int:
        """How many there were since 00:00 UTC."""
        return self.count if self.last >= day_of(now) else 0

    def next_allowed(self, now: float) -> float | None:
        """When the next is allowed; None for at once."""
        if self.today(now) < FREE_DECREASES:
            return None
        allowed = min(self.last + times.HOUR, day_of(now) + times.DAY)
        return allowed if allowed > now else None

    def spend(self, now: float) -> None:
        """One more."""
        self.count = self.today(now) + 1
        self.last = now


FREE_DECREASES = 4


@dataclass(slots=True)
class Warm:
    """Warm throughput (K 032, 061)."""

    read: int
    write: int
    updating: bool = False


@dataclass(slots=True)
class GlobalIndex:
    """A global secondary index."""

    name: str
    key_schema: list[Json]
    projection: Json
    units: tuple[int, int]
    warm: Warm
    maximum: Json = field(default_factory=dict)
    status: str = "CREATING"
    backfilling: bool | None = None
    decreases: Decreases = field(default_factory=Decreases)
    since: float = 0.0


@dataclass(slots=True)
class Insights:
    """Contributor insights of a table or an index (K 089-095, 341)."""

    status: str = "DISABLED"
    mode: str = ""
    changed: float = 0.0


@dataclass(slots=True)
class Lagging:
    """A value that is read as it was for a while after it was written."""

    value: Any
    was: Any = None
    changed: float = 0.0

    def write(self, value: Any, now: float, lag: float) -> None:
        """Set it."""
        self.was, self.value, self.changed = self.read(now, lag), value, now

    def read(self, now: float, lag: float) -> Any:
        """What a read sees."""
        return self.was if self.changed and now < self.changed + lag else self.value


@dataclass(slots=True)
class Table:
    """A table."""

    name: str
    region: str
    account: str
    created: float
    key_schema: list[Json]
    types: dict[str, str]
    billing: str
    units: tuple[int, int]
    warm: Warm
    table_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    jobs: list[Job] = field(default_factory=list)
    versions: list[tuple[float, Json | None]] = field(default_factory=list)
    active_since: float = 0.0
    modes_seen: set[str] = field(default_factory=set)
    to_on_demand: list[float] = field(default_factory=list)
    decreases: Decreases = field(default_factory=Decreases)
    maximum: Json = field(default_factory=dict)
    global_indexes: dict[str, GlobalIndex] = field(default_factory=dict)
    local_indexes: list[Json] = field(default_factory=list)
    vector_indexes: dict[str, Json] = field(default_factory=dict)
    stream_view: str = ""
    stream_label: str = ""
    encryption: Json | None = None
    encryption_shown: Json | None = None
    encryption_changes: list[float] = field(default_factory=list)
    table_class: str = ""
    class_changes: list[float] = field(default_factory=list)
    protected: bool = False
    protection_changed: float = 0.0
    disassociation: bool | None = None
    ttl_attribute: str = ""
    ttl_changed: float = 0.0
    recovery_days: int = 0
    recovery_since: float = 0.0
    tags: Lagging = field(default_factory=lambda: Lagging({}))
    tags_in_flight: dict[str, str] | None = None
    tags_locked: float = 0.0
    policy: Lagging = field(default_factory=lambda: Lagging(None))
    policy_changed: float = 0.0
    insights: dict[str, Insights] = field(default_factory=dict)
    kinesis: dict[str, Json] = field(default_factory=dict)
    precision_changes: list[float] = field(default_factory=list)
    replicas: dict[str, Json] = field(default_factory=dict)
    witness: Json | None = None
    strong: bool = False

    @property
    def arn(self) -> str:
        """Its ARN: the same for another table of the name (K 009, 013)."""
        return f"arn:aws:dynamodb:{self.region}:{self.account}:table/{self.name}"

    @property
    def status(self) -> str:
        """TableStatus."""
        under_way = {job.busy for job in self.jobs}
        if Busy.DELETE in under_way:
            return "DELETING"
        if Busy.CREATE in under_way:
            return "CREATING"
        return "UPDATING" if under_way & UPDATING else "ACTIVE"

    @property
    def is_global(self) -> bool:
        """Whether it has replicas."""
        return bool(self.replicas)

    def running(self, *kinds: Busy, about: str | None = None) -> Job | None:
        """A job of one of the kinds, about this one thing where one is named."""
        return next((j for j in self.jobs if j.busy in kinds and about in {None, j.about}), None)

    def start(self, busy: Busy, until: float, finish: Callable[[], None] = lambda: None, about: str = "") -> None:
        """Begin something that ends by itself."""
        self.jobs.append(Job(busy, until, finish, about))

    def key_attributes(self) -> set[str]:
        """All attributes that a key uses."""
        schemas = [self.key_schema, *(index.key_schema for index in self.global_indexes.values())]
        schemas += [index["KeySchema"] for index in self.local_indexes]
        schemas += [index.get("SearchSchema", []) for index in self.vector_indexes.values()]
        return {element["AttributeName"] for schema in schemas for element in schema}

    def prune_types(self) -> None:
        """Forget the types of attributes that no key uses any more (K 151)."""
        used = self.key_attributes()
        self.types = {name: kind for name, kind in self.types.items() if name in used}

    def record(self, at: float, description: Json | None) -> None:
        """Remember how it looks from a moment on."""
        self.versions.append((at, copy.deepcopy(description)))

    def seen(self, at: float) -> Json | None:
        """How it looked at a moment; None before it could be seen, or after it was gone."""
        found = None
        for since, description in self.versions:
            if since <= at:
                found = description
        return found
