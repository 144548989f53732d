"""One Region of the account: its tables, its clock, and what else a call there needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fakes.control_plane import texts, times
from tests.fakes.control_plane.clock import Clock
from tests.fakes.control_plane.describe import describe
from tests.fakes.control_plane.keys import KeyStore
from tests.fakes.control_plane.state import Busy, Json, Table

if TYPE_CHECKING:
    from tests.fakes.control_plane.autoscaling import Autoscaling
    from tests.fakes.control_plane.importers import Importers
    from tests.fakes.control_plane.items import Items


def _importers() -> Importers:
    from tests.fakes.control_plane.importers import Importers  # noqa: PLC0415 - it knows the site

    return Importers()


@dataclass(slots=True)
class Site:
    """A Region.

    Attributes:
        region: Its name.
        account: The account's number.
        clock: The time.
        keys: KMS keys there are.
        describe_lag: How long DescribeTable shows a table as it was.
        tables: By name.
        gone: The last table of a name that was deleted.
        streams: ARNs of Kinesis streams that exist; None for all.
        autoscaling: Who scales its tables.
        items: Where items are, if anywhere.
        others: All Regions of the account by name, this one included.
        buckets: Objects in S3 by bucket and key.
        importers: Imports and bulk operations.
    """

    region: str
    account: str
    clock: Clock
    keys: KeyStore
    autoscaling: Autoscaling
    describe_lag: float = times.DESCRIBE_LAG
    tables: dict[str, Table] = field(default_factory=dict)
    gone: dict[str, Table] = field(default_factory=dict)
    streams: set[str] | None = None
    items: Items | None = None
    others: dict[str, Site] = field(default_factory=dict)
    buckets: dict[str, dict[str, bytes]] = field(default_factory=dict)
    importers: Importers = field(default_factory=_importers)

    def now(self) -> float:
        """This moment."""
        return self.clock.now()

    def find(self, name: str) -> Table | None:
        """A table as it really is now; None where there is none."""
        table = self.tables.get(short_name(name))
        if table is not None:
            self.settle(table)
            table = self.tables.get(table.name)
        return table

    def table(self, name: str) -> Table:
        """A table as it really is now.

        Raises:
            Refusal: ResourceNotFoundException.
        """
        table = self.find(name)
        if table is None:
            raise texts.NO_TABLE.refusal(table=short_name(name))
        return table

    def sub_resource(self, name: str) -> Table:
        """A table whose sub-resources can be asked for: not in its first seconds (K 101, 115).

        Raises:
            Refusal: ResourceNotFoundException.
        """
        table = self.table(name)
        if self.now() < table.created + times.SUB_RESOURCE_UNKNOWN:
            raise texts.NO_TABLE.refusal(table=table.name)
        return table

    def by_arn(self, arn: str) -> Table:
        """A table by its ARN, for tags.

        Raises:
            Refusal: ResourceNotFoundException, or ValidationException for what is no ARN.
        """
        if not arn.startswith("arn:"):
            from tests.fakes.control_plane import request_texts  # noqa: PLC0415 - one text

            raise request_texts.NO_ARN.refusal(arn=arn)
        table = self.find(arn)
        if table is None or table.arn != arn or self.now() < table.created + times.SUB_RESOURCE_UNKNOWN:
            raise texts.NO_RESOURCE.refusal(arn=arn)
        return table

    def settle(self, table: Table) -> None:
        """Let everything end that is due."""
        now = self.now()
        while due := [job for job in table.jobs if job.until <= now]:
            job = min(due, key=lambda each: each.until)
            table.jobs.remove(job)
            job.finish()
            if job.busy is Busy.DELETE:
                self._forget(table, job.until)
                return
            table.record(job.until, describe(table, job.until))

    def changed(self, table: Table) -> Json:
        """Remember a change that a call just made.

        Returns:
            The table as it is now.
        """
        description = describe(table, self.now())
        table.record(self.now(), description)
        return description

    def seen(self, name: str) -> Json | None:
        """A table as DescribeTable shows it, which may be a moment behind."""
        name = short_name(name)
        self.find(name)
        at = self.now() - self.describe_lag
        for table in (self.tables.get(name), self.gone.get(name)):
            if table is not None and (description := table.seen(at)) is not None:
                return description
        return None

    def _forget(self, table: Table, at: float) -> None:
        table.record(at, None)
        self.gone[table.name] = self.tables.pop(table.name)
        if self.items is not None:
            self.items.drop(table)


def short_name(name: str) -> str:
    """A table's name, also where its ARN is given (K 072)."""
    return name.partition(":table/")[2].partition("/")[0] if name.startswith("arn:") else name
