"""A proof on an engine that runs already: with names of its own, and nothing left behind."""

from __future__ import annotations

import contextlib
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from executor.errors import CLIENT_ERRORS
from executor.ledger.values import DEFAULT_LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from executor.clients import Clients
    from planner.checked import CheckedPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrowed:
    """Names of one proof on an engine that others use as well.

    Attributes:
        prefix: Stands before each of them; see ``planner.variants``.
    """

    prefix: str

    @property
    def ledger(self) -> str:
        """The proof's own ledger."""
        return f"{self.prefix}{DEFAULT_LEDGER}"


def borrowed() -> Borrowed:
    """Names that nothing on any engine has."""
    return Borrowed(prefix=f"test_{uuid.uuid4().hex[:8]}_")


@contextlib.contextmanager
def cleaned(checked: CheckedPlan, borrowed: Borrowed, clients: Clients) -> Iterator[None]:
    """Delete the proof's tables afterwards, whatever came of it; nothing but what bears its prefix."""
    names = [table.name for table in checked.plan.tables.values() if not table.external]
    try:
        yield
    finally:
        _delete(clients, (name for name in (*names, borrowed.ledger) if name.startswith(borrowed.prefix)))


def _delete(clients: Clients, names: Iterable[str]) -> None:
    for name in names:
        # A table may not be there, and an engine may not know protection: what can be deleted is.
        with contextlib.suppress(*CLIENT_ERRORS):
            clients.dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
        with contextlib.suppress(*CLIENT_ERRORS):
            clients.dynamodb.delete_table(TableName=name)
