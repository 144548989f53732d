"""What the run adds to a step's call: what nobody can know before it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from executor.applying.marks import marked
from executor.failure import CallError
from executor.identity import now_text
from executor.ledger.entries import TRANSACTION
from executor.ledger.lock import fence_condition
from planner.checks.seeds import SourceChangedError, same_rows
from planner.reading.rows import RowsError
from planner.values import content_hash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from executor.applying.session import Session
    from planner.checked import CheckedSeed
    from planner.state import LoadRecord, OwnedTable
    from planner.steps import Step
    from planner.values import Item

TOKEN_CHARACTERS = 36
"""TransactWriteItems takes no longer ClientRequestToken."""


def arguments_of(step: Step, session: Session) -> dict[str, Any]:
    """The arguments of a step's call, with what this run knows."""
    arguments: dict[str, Any] = dict(step.call.arguments)
    match step.call.function:
        case "execute_transaction" if "marker" not in arguments:
            return _owned(arguments, session)
        case "execute_transaction":
            return {**arguments, **_transaction(arguments, session)}
        case "create_table_advanced" if "change" not in arguments:
            token = {"client_token": import_token(step, session)} if "import_from" in arguments else {}
            return {**arguments, "table_schema": marked(arguments["table_schema"], session), **token}
        case "create_multiple_tables":
            return {**arguments, "table_schemas": [marked(schema, session) for schema in arguments["table_schemas"]]}
        case "batch_write_items":
            return {**arguments, **_bulk_write(step, session)}
        case _:
            return arguments


def _bulk_write(step: Step, session: Session) -> dict[str, Any]:
    arguments = step.call.arguments
    if is_bulk(step):
        return {"source": {**arguments["source"], "client_token": bulk_token(step, session)}}
    # Rows that replace others: a request that lands late must not undo what the next run wrote.
    return {"fence": _fence(session)} if arguments["condition"] == "none" else {}


def is_bulk(step: Step) -> bool:
    """Whether DynamoDB itself reads the rows of a step, from S3, and writes them into a table that exists."""
    return "import_from" in (step.call.arguments.get("source") or {})


def import_token(step: Step, session: Session) -> str:
    """The token of the import that makes a table: of the one that an earlier run announced, or this run's."""
    record = announced_import(step, session)
    return record.token if record is not None else _token(step, session)


def announced_import(step: Step, session: Session) -> OwnedTable | None:
    """The ledger's record of an import of this very table that an earlier run announced and did not come to record."""
    record = session.prepared.live.ledger.tables.get(step.address.removeprefix("table."))
    name = step.call.arguments["table_schema"]["TableName"]
    if record is None or record.name != name or record.table_id or not record.token:
        return None
    return record


def bulk_token(step: Step, session: Session) -> str:
    """The token of the operation that writes a seed's rows: of the one that an earlier run began, or this run's."""
    load = begun_load(step, session)
    return load.token if load is not None else _token(step, session)


def begun_load(step: Step, session: Session) -> LoadRecord | None:
    """The ledger's record of an operation of this very step into this very table that may still be going on."""
    load = session.prepared.live.ledger.loads.get(step.address.removeprefix("seed."))
    table_id = session.table_id(str(step.call.arguments["table_name"]))
    if load is None or not load.token or (load.content_hash, load.table_id) != (step.content_hash, table_id):
        return None
    return load


def _token(step: Step, session: Session) -> str:
    content = f"{step.content_hash}\n{session.run}"
    return hashlib.sha256(content.encode()).hexdigest()[:TOKEN_CHARACTERS]


def rows_of(step: Step, session: Session) -> Callable[[], Iterator[Item]] | None:
    """What reads a seed's source as the plan reads it; None where the call carries its items."""
    if "source" not in step.call.arguments or is_bulk(step):
        return None
    seed = session.checked.seeds[step.address.removeprefix("seed.")]
    return lambda: _read(seed)


def _read(seed: CheckedSeed) -> Iterator[Item]:
    """The rows that were agreed on.

    Raises:
        CallError: SourceChanged, SourceUnreadable.
    """
    try:
        yield from (row.item for row in same_rows(seed))
    except SourceChangedError as changed:
        raise CallError("SourceChanged", str(changed)) from changed
    except RowsError as problem:
        raise CallError("SourceUnreadable", str(problem)) from problem


def _fence(session: Session) -> dict[str, Any]:
    return {
        "table_name": session.options.ledger,
        "database": session.checked.plan.database,
        "fence": session.held.fence,
    }


def _owned(arguments: Mapping[str, Any], session: Session) -> dict[str, Any]:
    """Updates of a seed, which go through only while this run holds its lock."""
    fence = _fence(session)
    members = [
        *arguments["transaction_items"],
        # The last one, so that the places of the updates are those of the step.
        fence_condition(fence["table_name"], fence["database"], fence["fence"]),
    ]
    content = f"{content_hash(members, kind='owned/1')}\n{session.run}"
    return {
        "transaction_items": members,
        "client_request_token": hashlib.sha256(content.encode()).hexdigest()[:TOKEN_CHARACTERS],
        "marker": None,
    }


def _transaction(arguments: Mapping[str, Any], session: Session) -> dict[str, Any]:
    marker = {name: value for name, value in arguments["marker"].items() if name != "rerun"}
    if arguments["marker"].get("rerun"):
        # The old marker stays until the very request that does it again, which is refused where that fails.
        recorded = session.prepared.live.ledger.transactions[marker["entry"].removeprefix(TRANSACTION)]
        marker["replaces"] = recorded.run
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
