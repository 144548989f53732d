"""From a checked plan to the steps that are missing: the path that ``diff`` and ``apply`` share. Nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from executor.apply import ApplyOptions
    from executor.clients import Clients
    from planner.checked import CheckedPlan
    from planner.diff import Diff
    from planner.state import DesiredState, LiveState


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose credentials these are, and where they lead.

    Attributes:
        account: The AWS account; of an engine that has none, what it says or nothing.
        arn: Who.
        region: The Region that requests are signed for.
        engine: What answers.
        endpoint: Where.
    """

    account: str
    arn: str
    region: str
    engine: str
    endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """All that is known before anything is changed.

    Attributes:
        caller: Whose credentials, and where.
        live: What is live, the ledger's records with it.
        desired: What the plan wants.
        diff: What separates the two, limited to ``--only`` where that was asked for.
    """

    caller: Caller
    live: LiveState
    desired: DesiredState
    diff: Diff


def prepare(checked: CheckedPlan, clients: Clients, options: ApplyOptions | None = None) -> Prepared:
    """Read what is live and compare it with the plan.

    Args:
        checked: The plan, for one environment.
        clients: Where to read.
        options: The ledger's name and what a person decided beside the plan.

    Returns:
        Both states and their difference.

    Raises:
        CallError: Credentials, endpoint or permissions are unusable, or they lead to another account or Region than
            the plan pins.
        WrongLedgerError: The ledger is missing, empty or another one while tables of the plan bear a ledger's mark, or
            was made in another account or Region, or by a newer ddbplan.
        LedgerError: The ledger could not be read.
    """
    from executor.applying.preparing import prepare_plan  # noqa: PLC0415 - importing this module loads no AWS client

    return prepare_plan(checked, clients, options)
