"""What applications need of a plan, with what only its live tables know."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from executor.applying.preparing import check_pins, who_am_i
from executor.live import READERS, read_table
from planner.outputs import LiveTable, Outputs, outputs

if TYPE_CHECKING:
    from executor.clients import Clients
    from planner.checked import CheckedPlan
    from planner.values import Json


def read_outputs(checked: CheckedPlan, clients: Clients) -> tuple[Outputs, tuple[str, ...]]:
    """The outputs of a plan where it is applied.

    Returns:
        The outputs, and the physical names of the tables that do not exist.

    Raises:
        CallError: Credentials or endpoint are unusable, the plan pins another account or Region, or a table could not
            be read.
    """
    caller = who_am_i(clients)
    check_pins(checked.plan, caller)
    names = [table.name for table in checked.plan.tables.values()]
    with ThreadPoolExecutor(min(READERS, len(names))) as pool:
        infos = dict(zip(names, pool.map(lambda name: read_table(clients, name, ["table"]), names), strict=True))
    live = {name: _live_table(info["Table"]) for name, info in infos.items() if info is not None}
    missing = tuple(name for name in names if name not in live)
    return outputs(checked, live, account=caller.account, region=caller.region), missing


def _live_table(table: Json) -> LiveTable:
    # LatestStreamArn outlives the stream: only the specification says whether there is one.
    streams = table.get("StreamSpecification", {}).get("StreamEnabled", False)
    return LiveTable(arn=table.get("TableArn", ""), stream_arn=table.get("LatestStreamArn", "") if streams else "")
