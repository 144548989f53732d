"""Reading live items for a person: what was typed, the stream of a query, and what is said where a table is missing."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ddbplan.failures import Failure
from ddbplan.options import TargetOptions, next_command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from executor.clients import Clients
    from executor.streaming import ItemStream
    from planner.checked import CompiledQuery
    from planner.plan import Plan, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed.

    Attributes:
        plan: The plan's path.
        environment: Its environment, if one was named.
        target: Where.
    """

    plan: str
    environment: str | None
    target: TargetOptions


def stream_of(query: CompiledQuery, clients: Clients) -> ItemStream:
    """The items of a query, not yet read."""
    from executor.streaming import ItemStream  # noqa: PLC0415 - loaded by the commands that talk to AWS

    return ItemStream(clients, query.call)


@contextlib.contextmanager
def missing_table(plan: Plan, names: Sequence[str], clients: Clients, asked: Asked) -> Iterator[None]:
    """Reading these queries: a table or index that is not there is told with the way to it.

    Raises:
        Failure: In place of every error of reading.
    """
    from executor.failure import CallError  # noqa: PLC0415 - loaded by the commands that talk to AWS

    try:
        yield
    except CallError as error:
        if error.code != "TableMissing":
            raise Failure(error.message) from error
        where = f"on {clients.engine}, {clients.region}"
        again = next_command("apply", asked.plan, target=asked.target, environment=asked.environment)
        raise _missing(plan, [plan.queries[name] for name in names], where, again) from error


def _missing(plan: Plan, queries: Sequence[Query], where: str, apply: str) -> Failure:
    read = list(dict.fromkeys((query.table, query.index) for query in queries))
    if len(read) > 1:
        return Failure(
            f"One of the tables and indexes that are read does not exist {where}. Apply the plan:", command=apply
        )
    ((key, index),) = read
    table = plan.tables[key]
    what = f"The table {table.name}" + (f" or its index {index}" if index else "")
    if table.external:
        return Failure(f"{what} does not exist {where}. It is external: whoever it belongs to has to make it.")
    return Failure(f"{what} does not exist {where}. Apply the plan there first:", command=apply)
