"""``--detach``: where only indexes have to be filled, the run ends and DynamoDB goes on by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from executor.live import read_table

if TYPE_CHECKING:
    from executor.applying.execution import Executor
    from executor.applying.session import Session
    from planner.steps import Step


def leave_filling_indexes(session: Session, executor: Executor, running: tuple[Step, ...]) -> None:
    """End the calls that run when each of them only waits for an index that DynamoDB is already making.

    Raises:
        CallError: A table could not be read.
    """
    if not session.options.detach or not all(_makes_index(step) and _is_begun(session, step) for step in running):
        return
    for step in running:
        executor.detach(step)


def _makes_index(step: Step) -> bool:
    change = step.call.arguments.get("change") or {}
    return bool(change.get("kind") == "create_index")


def _is_begun(session: Session, step: Step) -> bool:
    schema, index = step.call.arguments["table_schema"], step.call.arguments["change"]["index"]
    info = read_table(session.clients, schema["TableName"], ["table"])
    indexes = info["Table"].get("GlobalSecondaryIndexes", ()) if info is not None else ()
    return any(live["IndexName"] == index for live in indexes)
