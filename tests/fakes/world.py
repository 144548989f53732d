"""Applies plans on the fake as the product does, less ledger and terminal: read, diff, call functions, read again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import reduce

from executor.encryption import resolve_keys
from executor.live import read_tables
from executor.registry import call_function
from planner.diff import Diff, diff
from planner.settings import SETTINGS
from planner.simulate import simulate
from planner.state import DesiredState, LedgerState, LiveState, OwnedTable
from planner.steps import Step
from planner.values import Json
from tests.fakes.control_plane import Account
from tests.fakes.control_plane.account import Called
from tests.fakes.control_plane.in_process import FakeClients, virtual_time
from tests.fakes.desired import KEY_ALIAS

LEDGER = "ddbplan_ledger"
UNAVOIDABLE: dict[str, str] = {
    # What a client can't see coming and has to be told, each with why.
    "Requested resource not found: Table": "a table is asked for until it is visible (M)",
    "Table not found": "backups of a table that is only being made",
    "Resource-based policy not found": "GetResourcePolicy has no other way to say that there is none",
}
"""Beginnings of texts of refusals that no rule of the planner could avoid."""


MOVED_BY_AWS = frozenset({"autoscaling", "capacity", "global_secondary_indexes", "warm"})
"""Settings whose live value may be another than any step made it, and no difference all the same."""


class CallFailedError(AssertionError):
    """A step's call did not succeed."""


@dataclass(slots=True)
class World:
    """An account, the product's clients of it, and what the ledger would remember.

    Attributes:
        account: The fake.
        clients: The product's.
        ledger: The records of the database.
    """

    account: Account
    clients: FakeClients
    ledger: LedgerState

    def live(self, desired: DesiredState) -> LiveState:
        """All that a diff of a plan reads."""
        found = read_tables(self.clients, desired, self.ledger, LEDGER)
        return replace(found, at=datetime.fromtimestamp(self.account.clock.now(), UTC))

    def diff(self, desired: DesiredState) -> tuple[DesiredState, LiveState, Diff]:
        """The plan with its keys looked up, what is live, and the difference."""
        resolved = resolve_keys(self.clients, desired)
        live = self.live(resolved)
        return resolved, live, diff(resolved, live)

    def apply(self, desired: DesiredState, *, steps: int | None = None) -> Diff:
        """Apply a plan once, and compare each of its tables with what ``simulate`` said.

        Args:
            desired: The plan.
            steps: Stop after so many of them, as a run that was ended; None for all.

        Raises:
            CallFailedError: A call did not succeed.
        """
        resolved, live, difference = self.diff(desired)
        assert not difference.refusals, difference.refusals
        done = difference.steps[:steps]
        self.run(resolved, done)
        simulated = reduce(simulate, done, live)
        self.ledger = self._remembered(resolved, simulated.ledger)
        if done == difference.steps:
            # Between two steps autoscaling may move what the next one is about to change.
            self._compare(resolved, simulated)
        return difference

    def run(self, desired: DesiredState, steps: tuple[Step, ...]) -> None:
        """Run steps of a plan, one after the other.

        Raises:
            CallFailedError: A call did not succeed.
        """
        for step in steps:
            result = call_function(step.call.function, self.clients, **step.call.arguments)
            if not result.ok:
                self.ledger = self._remembered(desired, self.ledger)
                raise CallFailedError(f"{step.id}: {result.error_code}: {result.message}")

    def _remembered(self, desired: DesiredState, ledger: LedgerState) -> LedgerState:
        """The ledger after an apply: the tables that are there, with their TableId and what was declared."""
        records = dict(ledger.tables)
        for key, table in desired.tables.items():
            found = self.account.sites[self.clients.region].find(table.name)
            if found is not None:
                records[key] = OwnedTable(
                    key=key, name=table.name, table_id=found.table_id, settings=table.state.settings
                )
        return replace(ledger, tables=records)

    def _compare(self, desired: DesiredState, simulated: LiveState) -> None:
        now = self.live(desired)
        for table in desired.tables.values():
            have, said = now.tables[table.name], simulated.tables[table.name]
            for setting in SETTINGS:
                real, wanted = setting.pair(table.state, have), setting.pair(table.state, said)
                # What nobody asks for is not read, and then not known.
                if real is not None and wanted is not None:
                    assert _agree(setting.name, real, wanted), f"{setting.name}: simulated {wanted}, on the fake {real}"

    def later(self, days: float) -> None:
        """Let days pass."""
        self.account.clock.advance(days * 86_400)

    def refused(self) -> list[Called]:
        """Refusals that the product should have avoided."""
        return [
            called
            for called in self.account.refusals
            if called.refusal is not None and not called.refusal.message.startswith(tuple(UNAVOIDABLE))
        ]


def _agree(name: str, real: tuple[Json, Json], simulated: tuple[Json, Json]) -> bool:
    """Whether the fake is what was simulated: the same is left to do, and the same is there."""
    same_left = (real[0] == real[1]) == (simulated[0] == simulated[1])
    return same_left and (name in MOVED_BY_AWS or real == simulated)


@contextlib.contextmanager
def world(**options: float) -> Iterator[World]:
    """A new account on virtual time.

    Args:
        options: As ``Account`` takes them.
    """
    account = Account(**options)  # type: ignore[arg-type] # figures by name
    for site in account.sites.values():
        site.keys.add(KEY_ALIAS)
    with FakeClients(account) as clients, virtual_time(account.clock):
        yield World(account, clients, LedgerState(exists=True, ledger_id="fake"))


__all__ = ["CallFailedError", "World", "world"]
