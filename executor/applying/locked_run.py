"""A run that a person starts outside apply: under the database's lock, and recorded like any other."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from executor.applying.flow import new_run_id
from executor.events import LockWaiting
from executor.identity import now_text, this_process
from executor.ledger.lock import LockTaker
from executor.ledger.reader import LedgerReader
from executor.ledger.values import RunRecord, StepRecord
from executor.ledger.writer import LedgerWriter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from executor.apply import Stop
    from executor.clients import Clients
    from executor.events import Listener
    from executor.ledger.lock import HeldLock, LockTerms
    from executor.ledger.values import LockInfo, RunCommand
    from executor.prepare import Caller


class LockedRun:
    """One run, from taking the lock to giving it back.

    Attributes:
        id: The run's id.
        reader: Reads its ledger.
        problem: Why the lock could not be given back; empty when it was.
    """

    def __init__(
        self, clients: Clients, ledger: str, database: str, *, terms: LockTerms, listen: Listener, stop: Stop
    ) -> None:
        self.id = new_run_id()
        self.reader = LedgerReader(clients.dynamodb, ledger)
        self.problem = ""
        self._clients = clients
        self._ledger = ledger
        self._database = database
        self._terms = terms
        self._listen = listen
        self._stop = stop

    @contextlib.contextmanager
    def locked(self) -> Iterator[HeldLock]:
        """Hold the lock.

        Raises:
            LockHeldError: Another run holds it and lives.
            StopRequestedError: A person stopped the waiting.
        """
        taker = LockTaker(
            self._clients.dynamodb,
            self.reader,
            database=self._database,
            run=self.id,
            process=this_process(),
            terms=self._terms,
        )
        held = taker.take(self._tell_waiting, self._stop.asked)
        try:
            yield held
        finally:
            self.problem = held.release() or ""

    def writer(self, held: HeldLock) -> LedgerWriter:
        """Writes the ledger while the lock is held."""
        return LedgerWriter(self._clients.dynamodb, self._ledger, held)

    def record(self, command: RunCommand, held: HeldLock, caller: Caller, tool_version: str) -> RunRecord:
        """The head of the run as it begins; of no plan until its caller says so."""
        return RunRecord(
            id=self.id,
            database=self._database,
            command=command,
            owner=held.info.owner,
            arn=caller.arn,
            host=held.info.host,
            git_commit="",
            plan_file="",
            plan_hash="",
            environment="",
            steps_hash="",
            approval="",
            tool_version=tool_version,
            fence=held.fence,
            planned=0,
            outcome="running",
            started_at=now_text(),
        )

    def started(self, number: int, key: str, function: str, table_id: str) -> StepRecord:
        """A step about one table, by its name in the plan, as it begins; the function is what the history calls it."""
        address = f"table.{key}"
        return StepRecord(
            number=number,
            id=address,
            address=address,
            function=function,
            content_hash=table_id,
            outcome="started",
            started_at=now_text(),
        )

    def _tell_waiting(self, holder: LockInfo, seconds_left: float) -> None:
        self._listen(LockWaiting(owner=holder.owner, host=holder.host, since=holder.since, seconds_left=seconds_left))
