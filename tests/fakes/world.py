"""Plans on the fake: whether each table comes to be what was simulated, and what DynamoDB had to refuse."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from planner.settings import SETTINGS
from planner.state import DesiredState, LedgerState, LiveState
from planner.values import Json
from tests.fakes.control_plane import Account
from tests.fakes.control_plane.account import Called
from tests.fakes.control_plane.in_process import FakeClients, virtual_time
from tests.fakes.desired import KEY_ALIAS
from tests.fakes.place import CallFailedError, Place

UNAVOIDABLE: dict[str, str] = {
    # What a client can't see coming and has to be told, each with why.
    "Requested resource not found: Table": "a table is asked for until it is visible (M)",
    "Table not found": "backups of a table that is only being made",
    "Resource-based policy not found": "GetResourcePolicy has no other way to say that there is none",
}
"""Beginnings of texts of refusals that no rule of the planner could avoid."""


MOVED_BY_AWS = frozenset({"autoscaling", "capacity", "global_secondary_indexes", "warm"})
"""Settings whose live value may be another than any step made it, and no difference all the same."""


@dataclass(slots=True)
class World(Place):
    """An account, the product's clients of it, and what the ledger would remember.

    Attributes:
        clients: The product's.
        ledger: The records of the database.
        account: The fake.
    """

    account: Account

    def live(self, desired: DesiredState) -> LiveState:
        """All that a diff of a plan reads, by the account's clock."""
        # Without arguments, super() does not know a slotted dataclass.
        found = Place.live(self, desired)
        return replace(found, at=datetime.fromtimestamp(self.account.clock.now(), UTC))

    def table_id(self, name: str) -> str | None:
        """A live table's TableId, without a call."""
        found = self.account.sites[self.clients.region].find(name)
        return None if found is None else found.table_id

    def compare(self, desired: DesiredState, simulated: LiveState) -> None:
        """What was simulated is what came; between two steps autoscaling may move what the next one changes."""
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
        yield World(clients=clients, ledger=LedgerState(exists=True, ledger_id="fake"), account=account)


__all__ = ["CallFailedError", "World", "world"]
