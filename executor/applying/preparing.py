"""Reading and comparing, for ``diff`` and ``apply`` alike."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from executor.apply import ApplyOptions
from executor.data_checks import look
from executor.encryption import resolve_keys
from executor.failure import CallError, WrongPlaceError
from executor.ledger.guard import check_marks, check_place
from executor.ledger.reader import LedgerReader
from executor.live import TableReads
from executor.prepare import Caller, Prepared
from executor.registry import call_function
from planner.changes.found import DiffOptions
from planner.cost import cost_change
from planner.data_checks import checks_of, with_findings
from planner.desired import desired_state
from planner.diff import Place, diff, limit_to

if TYPE_CHECKING:
    from executor.clients import Clients
    from planner.checked import CheckedPlan
    from planner.plan import Plan
    from planner.state import DesiredState, LiveState


def prepare_plan(checked: CheckedPlan, clients: Clients, options: ApplyOptions | None) -> Prepared:
    """What ``executor.prepare.prepare`` does."""
    chosen = options or ApplyOptions()
    caller = who_am_i(clients)
    check_pins(checked.plan, caller)
    desired = resolve_keys(clients, desired_state(checked))
    live = read_guarded(clients, desired, chosen, caller)
    choices = DiffOptions(adopt=chosen.adopt, rerun=chosen.rerun, skip=chosen.skip)
    difference = diff(desired, live, choices)
    if chosen.only:
        difference = limit_to(difference, chosen.only)
    covered = [address for step in difference.steps for address in (step.address, *step.covers)]
    costs = cost_change(checked, live, caller.region, covered) if covered else None
    difference = replace(difference, place=_place(caller, live), costs=costs)
    if chosen.look_at is not None and live.at is not None:
        checks = checks_of(difference, int(live.at.timestamp()))
        difference = with_findings(difference, look(clients, checks, chosen.look_at))
    return Prepared(caller=caller, live=live, desired=desired, diff=difference)


def _place(caller: Caller, live: LiveState) -> Place:
    return Place(
        account=caller.account,
        region=caller.region,
        ledger_table=live.ledger_table,
        ledger_id=live.ledger.ledger_id,
        table_ids={name: table.table_id for name, table in live.tables.items()},
    )


def who_am_i(clients: Clients) -> Caller:
    """Whose credentials these are: asked before anything else.

    Raises:
        CallError: They cannot be used; the message says what helps.
    """
    result = call_function("validate_credentials", clients)
    if not result.ok:
        raise CallError(result.error_code, result.message)
    value = result.value
    return Caller(
        account=value["account"] or "",
        arn=value["arn"] or "",
        region=value["region"] or "",
        engine=value["engine"],
        endpoint=value["endpoint"],
    )


def check_pins(plan: Plan, caller: Caller) -> None:
    """Refuse another account or Region than the plan pins.

    Raises:
        WrongPlaceError: It is another one.
    """
    for what, pinned, here, code in (
        ("account", plan.account, caller.account, "WrongAccount"),
        ("region", plan.region, caller.region, "WrongRegion"),
    ):
        if pinned is not None and pinned != here:
            raise WrongPlaceError(
                code,
                f"The plan pins {what} {pinned}, and the credentials lead to {what} {here or 'unknown'}. "
                f"Choose others with --profile or --region, or another environment with -e.",
            )


def read_guarded(clients: Clients, desired: DesiredState, options: ApplyOptions, caller: Caller) -> LiveState:
    """What is live, once the ledger has proved to be the right one.

    Raises:
        WrongLedgerError: It is not.
        CallError: A table could not be read.
        LedgerError: The ledger could not be read.
    """
    with TableReads(clients, desired) as reads:
        identity, records = LedgerReader(clients.dynamodb, options.ledger).records(desired.database)
        if identity is not None:
            check_place(identity, account=caller.account, region=caller.region)
        live = replace(reads.state(records, options.ledger), account=caller.account)
    adopted = [table.name for table in desired.tables.values() if table.address in options.adopt]
    external = [table.name for table in desired.tables.values() if table.external]
    # A name that a run announced and the plan no longer has: what stands there is of no interest.
    unplanned = live.tables.keys() - {table.name for table in desired.tables.values()}
    check_marks(live, desired.database, [*adopted, *external, *unplanned])
    return live
