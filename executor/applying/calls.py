"""What the run adds to a step's call: what nobody can know before it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from executor.applying.marks import marked
from executor.identity import now_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from executor.applying.session import Session
    from planner.steps import Step
    from planner.values import Item

TOKEN_CHARACTERS = 36
"""TransactWriteItems takes no longer ClientRequestToken."""


def arguments_of(step: Step, session: Session) -> dict[str, Any]:
    """The arguments of a step's call, with what this run knows."""
    arguments: dict[str, Any] = dict(step.call.arguments)
    match step.call.function:
        case "execute_transaction":
            return {**arguments, **_transaction(arguments, session)}
        case "create_table_advanced" if "change" not in arguments:
            return {**arguments, "table_schema": marked(arguments["table_schema"], session)}
        case "create_multiple_tables":
            return {**arguments, "table_schemas": [marked(schema, session) for schema in arguments["table_schemas"]]}
        case _:
            return arguments


def rows_of(step: Step, session: Session) -> Callable[[], Iterator[Item]] | None:
    """What reads a seed's source as the plan reads it; None where the call carries its items."""
    if "source" not in step.call.arguments:
        return None
    seed = session.prepared.desired.seeds[step.address.removeprefix("seed.")]
    return lambda: (row.item for row in seed.rows())


def is_rerun(step: Step) -> bool:
    """Whether a step runs a recorded transaction once more, so that its marker has to go first."""
    return bool(step.call.arguments.get("marker", {}).get("rerun"))


def transaction_name(step: Step) -> str:
    """The name of the transaction that a step runs."""
    return step.address.removeprefix("transaction.")


def _transaction(arguments: Mapping[str, Any], session: Session) -> dict[str, Any]:
    marker = {name: value for name, value in arguments["marker"].items() if name != "rerun"}
    names = {str(operation["TableName"]) for member in arguments["transaction_items"] for operation in member.values()}
    content = f"{marker['content_hash']}\n{session.held.fence}\n{session.run}"
    return {
        "marker": {
            **marker,
            "fence": session.held.fence,
            "run": session.run,
            "at": now_text(),
            "table_ids": {name: session.table_id(name) for name in sorted(names)},
        },
        # Used within this run only; across runs the marker decides.
        "client_request_token": hashlib.sha256(content.encode()).hexdigest()[:TOKEN_CHARACTERS],
    }
