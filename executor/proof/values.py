"""What a proof is made of, and what it comes to."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from executor.errors import CLIENT_ERRORS, understand

if TYPE_CHECKING:
    from executor.clients import Clients
    from planner.checked import CheckedPlan


class NotThrowawayError(Exception):
    """A proof was asked for on an endpoint that may hold real data."""


class CaseOutcome(StrEnum):
    """What became of a case."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """One thing that was proved, or not.

    Attributes:
        address: What it is about: ``query.recent``, ``transaction.transfer``; ``apply`` and ``diff`` for the whole.
        name: What was tried, in a few words.
        outcome: Passed, failed or skipped.
        seconds: Wall time.
        message: What was expected and what came, or why it was skipped; empty when passed.
    """

    address: str
    name: str
    outcome: CaseOutcome
    seconds: float
    message: str = ""


class CaseFailedError(Exception):
    """A case did not go as the plan says."""


class CaseSkippedError(Exception):
    """A case cannot be tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing to prove."""

    address: str
    name: str
    run: Callable[[], None]


def skip_external(tables: Iterable[str], checked: CheckedPlan) -> None:
    """Someone else's table is not made by the plan, so that nothing can be tried on it here.

    Raises:
        CaseSkippedError: One of the tables is external.
    """
    for key in tables:
        if checked.plan.tables[key].external:
            raise CaseSkippedError(f"table.{key} is external, so it does not exist here")


@contextlib.contextmanager
def understood(clients: Clients) -> Iterator[None]:
    """A failing call of the client fails the case, in words."""
    try:
        yield
    except CLIENT_ERRORS as error:
        raise CaseFailedError(understand(error, endpoint=clients.endpoint_url).message) from error
