"""What a load came to so far, how fast it goes, and how far it surely got."""

from __future__ import annotations

import contextlib
import heapq
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from executor.caller import Load
from executor.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from executor.caller import Caller
    from executor.loader.pieces import Piece
    from planner.values import Item

MAX_CONFLICTS = 100
"""Keys that an answer lists; more help nobody."""
TOLD_EVERY = 0.2
"""Seconds between two words on the progress."""
RECENT_SECONDS = 10.0
"""The rate that is told is that of about so long."""


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of one piece.

    Attributes:
        written: Rows that were put.
        kept: Rows whose key existed.
        conflicts: Keys of existing items with other content, where that matters.
        units: Write units that DynamoDB counted, by table or ``table/index``.
    """

    written: int = 0
    kept: int = 0
    conflicts: list[Item] = field(default_factory=list)
    units: dict[str, float] = field(default_factory=dict)

    def add_units(self, consumed: Any) -> float:
        """Count an answer's ConsumedCapacity; the units in all."""
        entries = consumed if isinstance(consumed, list) else [consumed] if consumed else []
        total = 0.0
        for entry in entries:
            name, units = str(entry.get("TableName", "")), float(entry.get("CapacityUnits", 0.0))
            self.units[name] = self.units.get(name, 0.0) + units
            total += units
        return total


class Tally:
    """Shared by the threads of a load.

    Args:
        caller: Told of the progress, and of how far the load surely got.
        total: How many rows there are; None where that is not known.
        skipped: Rows at the beginning that an earlier run surely wrote.
        clock: Seconds, monotonic.
    """

    def __init__(
        self,
        caller: Caller,
        total: int | None,
        skipped: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._caller = caller
        self._total = total
        self._clock = clock
        self._lock = threading.Lock()
        self._written = self._kept = self._conflict_count = 0
        self._conflicts: list[Item] = []
        self._units = 0.0
        self._skipped = self._surely = skipped
        self._ended: list[tuple[int, int]] = []
        self._told_at = self._since = clock()
        self._done_then = 0
        self._rate = 0.0

    @property
    def surely(self) -> int:
        """Rows from the beginning that are written or were there, without a gap."""
        return self._surely

    @property
    def conflicts(self) -> int:
        """How many existing items have other content."""
        return self._conflict_count

    def ended(self, piece: Piece, outcome: Outcome) -> None:
        """Count a piece that is done, and tell the progress now and then."""
        self._caller.count_capacity(outcome.units)
        with self._lock:
            self._written += outcome.written
            self._kept += outcome.kept
            self._units += sum(outcome.units.values())
            self._conflict_count += len(outcome.conflicts)
            self._conflicts += outcome.conflicts[: MAX_CONFLICTS - len(self._conflicts)]
            if not outcome.conflicts:
                # Of a piece that met one some rows were not begun, and the next run has to meet it again.
                self._advance(piece)
            load = self._due()
        if load is not None:
            self._caller.loading(load)
            self._caller.bulk.checkpoint(self._surely)

    def value(self) -> dict[str, Any]:
        """The answer of the function."""
        return {"written": self._written, "kept": self._kept, "conflicts": list(self._conflicts)}

    @contextlib.contextmanager
    def told_by_errors(self) -> Iterator[None]:
        """A failure meanwhile carries what was done so far, where it carries nothing of its own.

        Raises:
            CallError: The failure.
        """
        try:
            yield
        except CallError as problem:
            raise CallError(problem.code, problem.message, problem.value or self.value()) from problem

    def _advance(self, piece: Piece) -> None:
        """Rows up to the first that is not done are sure, in whatever order pieces end."""
        heapq.heappush(self._ended, (self._skipped + piece.first, len(piece.rows)))
        while self._ended and self._ended[0][0] == self._surely:
            self._surely += heapq.heappop(self._ended)[1]

    def _due(self) -> Load | None:
        """The progress, where it was not told for a while or is complete."""
        now = self._clock()
        here = self._written + self._kept
        done = here + self._skipped
        if now - self._told_at < TOLD_EVERY and done != self._total:
            return None
        self._told_at = now
        elapsed = now - self._since
        rate = (here - self._done_then) / elapsed if elapsed > 0 else 0.0
        if elapsed >= RECENT_SECONDS:
            self._since, self._done_then = now, here
        # A new stretch says little at its beginning: what was seen before counts until it is as long.
        weight = min(1.0, elapsed / RECENT_SECONDS) if self._rate else 1.0
        smooth = rate * weight + self._rate * (1.0 - weight)
        self._rate = smooth if elapsed >= RECENT_SECONDS or not self._rate else self._rate
        left = (self._total - done) / smooth if self._total is not None and smooth > 0 else None
        return Load(done=done, total=self._total, rate=smooth, units=self._units, seconds_left=left)
