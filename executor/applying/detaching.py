"""``--detach``: where only indexes have to be filled, the run ends and DynamoDB goes on by itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from executor.failure import CallError
from executor.live import read_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.applying.execution import Executor
    from executor.applying.session import Session
    from planner.steps import Step

LOOK_SECONDS = 3.0
"""At most this often is it asked whether an index is being made: DescribeTable has a rate of its own."""


class DetachWatch:
    """Ends the calls that run when each of them only waits for an index that DynamoDB is already making.

    Args:
        session: The run.
        executor: Runs its steps.
        clock: Seconds that only rise.
    """

    def __init__(self, session: Session, executor: Executor, clock: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._executor = executor
        self._clock = clock
        self._next_look = float("-inf")

    def __call__(self, running: tuple[Step, ...]) -> None:
        """Look, where it is time to; a table that cannot be read just now has not begun."""
        if not self._session.options.detach or not all(map(_makes_index, running)) or self._clock() < self._next_look:
            return
        begun = all(_is_begun(self._session, step) for step in running)
        self._next_look = self._clock() + LOOK_SECONDS
        if begun:
            for step in running:
                self._executor.detach(step)


def _makes_index(step: Step) -> bool:
    change = step.call.arguments.get("change") or {}
    return bool(change.get("kind") == "create_index")


def _is_begun(session: Session, step: Step) -> bool:
    schema, index = step.call.arguments["table_schema"], step.call.arguments["change"]["index"]
    try:
        info = read_table(session.clients, schema["TableName"], ["table"])
    except CallError:
        return False
    indexes = info["Table"].get("GlobalSecondaryIndexes", ()) if info is not None else ()
    return any(live["IndexName"] == index for live in indexes)
