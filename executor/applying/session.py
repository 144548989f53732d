"""What one run knows and holds while it goes on."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.apply import ApplyOptions, Stop
    from executor.clients import Clients
    from executor.events import Event, Listener
    from executor.ledger.lock import HeldLock
    from executor.ledger.values import StepRecord
    from executor.ledger.writer import LedgerWriter
    from executor.prepare import Prepared
    from planner.checked import CheckedPlan


@dataclass(slots=True, kw_only=True)
class Session:
    """One run, from the moment it holds the lock.

    Attributes:
        checked: The plan.
        clients: Where.
        options: What the person decided.
        prepared: What was read and compared under the lock.
        held: The lock.
        writer: Writes the ledger.
        ledger_id: The ledger's identity.
        run: The run's id.
        steps_hash: Identifies the steps that were confirmed.
        made: Steps that were done before there was a ledger to record them in.
        stop: How the person stops it.
        found: TableId of each table that it made or took, by physical name.
        changed: When counted settings changed, where this run changed one, by physical name and setting.
        loads: Tables, by their name in the plan, whose seed's load this run has recorded while it went on.
        warnings: What a person should know although it worked.
    """

    checked: CheckedPlan
    clients: Clients
    options: ApplyOptions
    prepared: Prepared
    held: HeldLock
    writer: LedgerWriter
    ledger_id: str
    run: str
    steps_hash: str
    stop: Stop
    listen: Listener
    made: tuple[StepRecord, ...] = ()
    found: dict[str, str] = field(default_factory=dict)
    changed: dict[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    loads: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    _numbers: int = 0

    def __post_init__(self) -> None:
        self._numbers = len(self.made)

    def tell(self, event: Event) -> None:
        """Tell the listener, one event at a time."""
        with self._one_at_a_time:
            self.listen(event)

    def next_number(self) -> int:
        """The number of the next step, in the order of starting."""
        with self._one_at_a_time:
            self._numbers += 1
            return self._numbers

    def had_load(self, key: str) -> bool:
        """Whether the ledger has a record of an unfinished load of a table's seed."""
        return key in self.loads or key in self.prepared.live.ledger.loads

    def table_id(self, name: str) -> str:
        """TableId of a table, by physical name; empty where it does not exist."""
        if name in self.found:
            return self.found[name]
        live = self.prepared.live.tables.get(name)
        return live.table_id if live else ""

    def key_of(self, name: str) -> str:
        """A table's name in the plan, by physical name."""
        tables = self.prepared.desired.tables
        return next(key for key, table in tables.items() if table.name == name)
