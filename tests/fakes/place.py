"""Where plans are applied as the product does, less ledger and terminal: read, diff, call functions, read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from executor.clients import Clients
from executor.encryption import resolve_keys
from executor.live import read_tables, table_of
from executor.registry import call_function
from planner.codes.changes import TWO_APPLIES
from planner.diff import Diff, diff
from planner.simulate import simulate
from planner.state import DesiredState, DesiredTable, LedgerState, LiveState, OwnedTable
from planner.steps import Step
from tests.fakes.hazards import missing

LEDGER = "ddbplan_ledger"
MONTH = 31.0
"""Days after which every window and budget of DynamoDB is open again."""


class CallFailedError(AssertionError):
    """A step's call did not succeed."""


@dataclass(slots=True)
class Place:
    """The product's clients of an account or an engine, and what the ledger would remember.

    Attributes:
        clients: The product's.
        ledger: The records of the database.
    """

    clients: Clients
    ledger: LedgerState

    def live(self, desired: DesiredState) -> LiveState:
        """All that a diff of a plan reads."""
        return read_tables(self.clients, desired, self.ledger, LEDGER)

    def diff(self, desired: DesiredState) -> tuple[DesiredState, LiveState, Diff]:
        """The plan with its keys looked up, what is live, and the difference."""
        resolved = resolve_keys(self.clients, desired)
        live = self.live(resolved)
        return resolved, live, diff(resolved, live)

    def apply(self, desired: DesiredState, *, steps: int | None = None) -> Diff:
        """Apply a plan once; every danger of its steps has to be said.

        Args:
            desired: The plan.
            steps: Stop after so many of them, as a run that was ended; None for all.

        Raises:
            CallFailedError: A call did not succeed.
        """
        resolved, live, difference = self.diff(desired)
        assert not difference.refusals, difference.refusals
        unsaid = [each for table in resolved.tables.values() for each in self._unsaid(table, live, difference)]
        assert not unsaid, unsaid
        done = difference.steps[:steps]
        self.run(resolved, done)
        simulated = reduce(simulate, done, live)
        self.ledger = self.remembered(resolved, simulated.ledger)
        if done == difference.steps:
            self.compare(resolved, simulated)
        return difference

    @staticmethod
    def _unsaid(table: DesiredTable, live: LiveState, difference: Diff) -> Iterator[str]:
        own = tuple(step for step in difference.steps if step.address.startswith(f"{table.address}."))
        yield from missing(own, live.tables.get(table.name))

    def run(self, desired: DesiredState, steps: Iterable[Step]) -> None:
        """Run steps of a plan, one after the other.

        Raises:
            CallFailedError: A call did not succeed.
        """
        for step in steps:
            result = call_function(step.call.function, self.clients, **step.call.arguments)
            if not result.ok:
                self.ledger = self.remembered(desired, self.ledger)
                raise CallFailedError(f"{step.id}: {result.error_code}: {result.message}")

    def remembered(self, desired: DesiredState, ledger: LedgerState) -> LedgerState:
        """The ledger after an apply: the tables that are there, with their TableId and what was declared."""
        records = dict(ledger.tables)
        for key, table in desired.tables.items():
            table_id = self.table_id(table.name)
            if table_id is not None:
                records[key] = OwnedTable(key=key, name=table.name, table_id=table_id, settings=table.state.settings)
        return replace(ledger, tables=records)

    def table_id(self, name: str) -> str | None:
        """A live table's TableId; None where it does not exist."""
        found = table_of(self.clients, name)
        return None if found is None else found.table_id

    def compare(self, desired: DesiredState, simulated: LiveState) -> None:
        """Compare each of a plan's tables with what ``simulate`` said; an engine is no witness of that."""

    def later(self, days: float) -> None:
        """Let days pass, where time is not real."""

    def converge(self, plan: DesiredState) -> Diff:
        """Apply a plan as often as it says that it takes, and find no difference.

        Returns:
            The diff that was applied first.
        """
        first = self.apply(plan)
        if any(note.code == TWO_APPLIES.code for note in first.notes):
            self.later(MONTH)
            second = self.apply(plan)

            assert not any(note.code == TWO_APPLIES.code for note in second.notes)
        _, _, left = self.diff(plan)

        assert left.is_empty, ([step.id for step in left.steps], left.refusals)
        return first
