"""How far the load of a seed surely got: kept in the ledger while it goes on, and where the next run begins."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from executor.applying.calls import begun_load, bulk_token, is_bulk, rows_of
from executor.caller import Bulk
from planner.state import LoadRecord

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.applying.session import Session
    from executor.caller import Load
    from planner.steps import Step

RECORDED_EVERY = 5.0
"""Seconds between two records: what is written twice after a crash is what went in that time, and only on absence."""
_BULK = "batch_write_items"


class Checkpoints:
    """The progress of one step's load.

    Args:
        session: The run.
        step: The step; one that loads nothing has none.
    """

    def __init__(self, session: Session, step: Step) -> None:
        self._session = session
        self._step = step
        self._key = step.address.removeprefix("seed.")
        self._lock = threading.Lock()
        self._skip = self._recorded = self._surely = self._known()
        self._recorded_at = time.monotonic()

    def bulk(self, loading: Callable[[Load], None]) -> Bulk:
        """What the step's call is told beside its arguments.

        Args:
            loading: Told how far the load got.
        """
        if self._step.call.function != _BULK:
            return Bulk()
        if is_bulk(self._step):
            return self._bulk_operation()
        options, seed = self._session.options, self._session.prepared.desired.seeds[self._key]
        return Bulk(
            rows=rows_of(self._step, self._session),
            total=seed.count if "source" in self._step.call.arguments else None,
            skip=self._skip,
            checkpoint=self.note,
            loading=loading,
            workers=options.workers,
            max_write_units=options.max_write_units,
        )

    def _bulk_operation(self) -> Bulk:
        """An operation of DynamoDB's own: its token is in the ledger before it is started, and its ARN after."""
        known = begun_load(self._step, self._session)
        if known is None:
            self._keep(operation="")
        return Bulk(
            max_write_units=self._session.options.max_write_units,
            tried=known is not None,
            operation="" if known is None else known.operation,
            started=self._note_operation,
        )

    def _note_operation(self, arn: str) -> None:
        known = begun_load(self._step, self._session)
        if known is None or known.operation != arn:
            self._keep(operation=arn)

    def _keep(self, *, operation: str) -> None:
        load = replace(self._made(0), token=bulk_token(self._step, self._session), operation=operation)
        self._session.writer.write([self._session.writer.load(load)])
        self._session.loads.add(self._key)

    def note(self, surely: int) -> None:
        """So many rows from the beginning are surely written; recorded now and then.

        Raises:
            LedgerError: It could not be recorded.
        """
        with self._lock:
            self._surely = max(self._surely, surely)
            if time.monotonic() - self._recorded_at >= RECORDED_EVERY:
                self._record()

    def record(self) -> None:
        """Record how far it got, where that is further than what is recorded.

        Raises:
            LedgerError: It could not be recorded.
        """
        with self._lock:
            if self._surely > self._recorded:
                self._record()

    def _record(self) -> None:
        self._recorded_at = time.monotonic()
        if self._surely == self._recorded:
            return
        self._recorded = self._surely
        self._session.writer.write([self._session.writer.load(self._made(self._surely))])
        self._session.loads.add(self._key)

    def _known(self) -> int:
        """Rows that an earlier run of this very step surely wrote into this very table."""
        record = self._session.prepared.live.ledger.loads.get(self._key)
        return record.done if record is not None and record == self._made(record.done) else 0

    def _made(self, done: int) -> LoadRecord:
        return LoadRecord(
            table=self._key,
            table_id=self._session.table_id(str(self._step.call.arguments.get("table_name", ""))),
            content_hash=self._step.content_hash,
            done=done,
        )
