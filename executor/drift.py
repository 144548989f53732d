"""Reads all of a plan's tables, and says what became of them since they were last applied."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from executor.applying.preparing import check_pins, who_am_i
from executor.encryption import resolve_keys
from executor.ledger.errors import LedgerMissingError
from executor.ledger.guard import check_place
from executor.ledger.reader import LedgerReader
from executor.live import READERS, read_table, unsupported_of
from planner.canonical import table_state
from planner.desired import desired_state
from planner.drift import Drift, drift
from planner.settings import SETTINGS
from planner.state import LiveState

if TYPE_CHECKING:
    from executor.clients import Clients
    from executor.prepare import Caller
    from planner.checked import CheckedPlan

EVERY_ASPECT = ("table", *sorted({setting.aspect for setting in SETTINGS} - {"table"}))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDrift:
    """Drift, and where it was looked for.

    Attributes:
        caller: Whose credentials, and where.
        drift: What was found.
    """

    caller: Caller
    drift: Drift


def find_drift(checked: CheckedPlan, clients: Clients, ledger: str) -> FoundDrift:
    """Compare the tables of a plan with what was last applied; nothing is changed.

    Every aspect of every table is read, each within its API's own rate.

    Args:
        checked: The plan, for one environment.
        clients: Where.
        ledger: The ledger's physical name.

    Raises:
        CallError: Credentials, endpoint or permissions are unusable, the plan pins another account or Region, or a
            table could not be read.
        LedgerError: There is no ledger, it is of another account or Region, or it could not be read.
    """
    caller = who_am_i(clients)
    check_pins(checked.plan, caller)
    desired = resolve_keys(clients, desired_state(checked))
    identity, records = LedgerReader(clients.dynamodb, ledger).records(desired.database)
    if identity is None:
        raise LedgerMissingError(
            f"The ledger {ledger!r} does not exist or is empty, so nothing says what was last applied. Apply the plan "
            "first, or name the right ledger with --ledger.",
        )
    check_place(identity, account=caller.account, region=caller.region)
    names = {table.name for table in desired.tables.values() if not table.external}
    names |= {record.name for record in records.tables.values()}
    with ThreadPoolExecutor(max(1, min(READERS, len(names))), thread_name_prefix="ddbplan-read") as pool:
        infos = list(pool.map(lambda name: read_table(clients, name, EVERY_ASPECT), sorted(names)))
    found = [info for info in infos if info is not None]
    live = LiveState(
        tables={state.name: state for state in map(table_state, found)},
        ledger=records,
        engine=clients.engine,
        unsupported=unsupported_of(clients, found),
        ledger_table=ledger,
        at=datetime.now(UTC),
        account=caller.account,
    )
    return FoundDrift(caller=caller, drift=drift(desired, live))
