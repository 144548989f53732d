"""One account: every Region's control plane, and a record of every call and every refusal."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.fakes.control_plane import (
    beside,
    busy,
    importers,
    insights,
    kinesis,
    policy,
    request_texts,
    shapes,
    tags,
    texts,
    times,
)
from tests.fakes.control_plane.autoscaling import Autoscaling
from tests.fakes.control_plane.clock import Clock
from tests.fakes.control_plane.create import create_table
from tests.fakes.control_plane.keys import KeyStore
from tests.fakes.control_plane.rates import Buckets
from tests.fakes.control_plane.refusal import Refusal
from tests.fakes.control_plane.site import Site, short_name
from tests.fakes.control_plane.state import Busy, Json
from tests.fakes.control_plane.throughput import PER_TABLE
from tests.fakes.control_plane.update import update_table

if TYPE_CHECKING:
    from tests.fakes.control_plane.items import Items

NUMBER = "111122223333"
REGIONS = ("eu-west-1", "eu-central-1", "us-east-1", "us-east-2", "us-west-2")
PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A call and what came of it.

    Attributes:
        at: When.
        region: Where.
        service: Of which service.
        operation: Which.
        params: With what.
        refusal: Why it was refused; None where it was answered.
    """

    at: float
    region: str
    service: str
    operation: str
    params: Json
    refusal: Refusal | None


class Account:
    """The fake.

    Args:
        clock: The time; a new one that stands still where none is given.
        describe_lag: How long DescribeTable shows a table as it was.
        items: Where items are; without it a data call is refused.
        latency: What each call takes.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        describe_lag: float = times.DESCRIBE_LAG,
        items: Items | None = None,
        latency: float = times.LATENCY,
    ) -> None:
        self.clock = clock or Clock()
        self.items = items
        self.calls: list[Called] = []
        self._latency = latency
        self._lock = threading.RLock()
        self._buckets = {region: Buckets() for region in REGIONS}
        self.sites: dict[str, Site] = {}
        for region in REGIONS:
            self.sites[region] = Site(
                region=region,
                account=NUMBER,
                clock=self.clock,
                keys=KeyStore(region, NUMBER),
                autoscaling=Autoscaling(region, NUMBER),
                describe_lag=describe_lag,
                items=items,
                others=self.sites,
            )

    @property
    def refusals(self) -> tuple[Called, ...]:
        """Every call that was refused, in order."""
        return tuple(called for called in self.calls if called.refusal is not None)

    def counted(self) -> Counter[str]:
        """How often each operation was called."""
        return Counter(called.operation for called in self.calls)

    def handle(self, operation: str, params: Json, *, service: str = "dynamodb", region: str = REGIONS[0]) -> Json:
        """Answer a call as the service would.

        Args:
            operation: As the model names it.
            params: As they stand in the request's JSON.
            service: ``dynamodb``, ``application-autoscaling``, ``kms`` or ``sts``.
            region: Where.

        Raises:
            Refusal: The service would refuse it.
        """
        with self._lock:
            self.clock.advance(self._latency)
            refusal: Refusal | None = None
            try:
                return self._answer(operation, params, service, region)
            except Refusal as refused:
                refusal = refused
                raise
            finally:
                self.calls.append(
                    Called(
                        at=self.clock.now(),
                        region=region,
                        service=service,
                        operation=operation,
                        params=params,
                        refusal=refusal,
                    ),
                )

    def _answer(self, operation: str, params: Json, service: str, region: str) -> Json:
        site = self.sites.get(region)
        if site is None:
            raise Refusal("UnrecognizedClientException", "The security token included in the request is invalid.")
        shapes.check(service, operation, params)
        for table in list(site.tables.values()):
            site.settle(table)
            site.autoscaling.act(site, table)
        match service:
            case "application-autoscaling":
                return site.autoscaling.handle(operation, params, site)
            case "kms" if operation == "DescribeKey":
                return {"KeyMetadata": site.keys.metadata(params["KeyId"])}
            case "sts" if operation == "GetCallerIdentity":
                arn = f"arn:aws:sts::{NUMBER}:assumed-role/tester/session"
                return {"Account": NUMBER, "Arn": arn, "UserId": "AROAEXAMPLE:session"}
            case "dynamodb" if operation in OPERATIONS:
                self._buckets[region].take(operation, self.clock.now())
                return OPERATIONS[operation](site, params)
        raise Refusal("UnknownOperationException", f"The fake does not know {service} {operation}.")

    def check_readable(self, operation: str, names: list[str], index: str | None, region: str) -> None:
        """Whether a data call may go to the items.

        Raises:
            Refusal: A table is not there or not ready, or an index is still being filled.
        """
        with self._lock:
            site = self.sites[region]
            for name in names:
                table = site.find(name)
                if self.items is None or table is None or table.status in {"CREATING", "DELETING"}:
                    refusal = texts.NO_ITEM_TABLE.refusal()
                elif index and index in table.global_indexes and table.global_indexes[index].status == "CREATING":
                    text = f"Cannot read from backfilling global secondary index: {index}"
                    refusal = Refusal("ValidationException", text, source="AWS's own text")
                else:
                    continue
                self.calls.append(
                    Called(
                        at=self.clock.now(),
                        region=region,
                        service="dynamodb",
                        operation=operation,
                        params={},
                        refusal=refusal,
                    ),
                )
                raise refusal


def _describe_table(site: Site, params: Json) -> Json:
    found = site.seen(params["TableName"])
    if found is None:
        raise texts.NO_TABLE.refusal(table=short_name(params["TableName"]))
    return {"Table": found}


def _delete_table(site: Site, params: Json) -> Json:
    table = site.table(params["TableName"])
    if table.protected:
        raise request_texts.PROTECTED.refusal()
    busy.check_deletable(table)
    now = site.now()
    if now < table.tags_locked:
        raise texts.DELETE_TAGS.refusal(table=table.name)
    if table.policy_changed and now < table.policy_changed + times.POLICY_PENDING:
        raise texts.DELETE_POLICY.refusal(table=table.name)
    if table.is_global:
        raise texts.REPLICAS_BUSY.refusal()
    table.jobs.clear()
    table.start(Busy.DELETE, now + times.DELETE)
    return {"TableDescription": site.changed(table)}


def _list_tables(site: Site, params: Json) -> Json:
    names = sorted(site.tables)
    start = params.get("ExclusiveStartTableName", "")
    left = [name for name in names if name > start]
    page = left[: params.get("Limit", PAGE)]
    more = {"LastEvaluatedTableName": page[-1]} if len(left) > len(page) else {}
    return {"TableNames": page, **more}


def _describe_limits(site: Site, params: Json) -> Json:
    del site, params
    return {
        "AccountMaxReadCapacityUnits": 2 * PER_TABLE,
        "AccountMaxWriteCapacityUnits": 2 * PER_TABLE,
        "TableMaxReadCapacityUnits": PER_TABLE,
        "TableMaxWriteCapacityUnits": PER_TABLE,
    }


OPERATIONS: dict[str, Callable[[Site, Json], Json]] = {
    **importers.OPERATIONS,
    "CreateTable": create_table,
    "UpdateTable": update_table,
    "DeleteTable": _delete_table,
    "DescribeTable": _describe_table,
    "ListTables": _list_tables,
    "DescribeLimits": _describe_limits,
    "DescribeTimeToLive": beside.describe_time_to_live,
    "UpdateTimeToLive": beside.update_time_to_live,
    "DescribeContinuousBackups": beside.describe_continuous_backups,
    "UpdateContinuousBackups": beside.update_continuous_backups,
    "ListTagsOfResource": tags.list_tags,
    "TagResource": tags.tag_resource,
    "UntagResource": tags.untag_resource,
    "GetResourcePolicy": policy.get_policy,
    "PutResourcePolicy": policy.put_policy,
    "DeleteResourcePolicy": policy.delete_policy,
    "DescribeContributorInsights": insights.describe_insights,
    "UpdateContributorInsights": insights.update_insights,
    "DescribeKinesisStreamingDestination": kinesis.describe_kinesis,
    "EnableKinesisStreamingDestination": kinesis.enable_kinesis,
    "DisableKinesisStreamingDestination": kinesis.disable_kinesis,
    "UpdateKinesisStreamingDestination": kinesis.update_kinesis,
}
