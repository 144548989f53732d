"""Twenty-five puts on absence in one request: PartiQL's INSERT, which DynamoDB refuses where the key exists.

Source: DynamoDB guide, "PartiQL insert statements for DynamoDB" (a DuplicateItemException where an item with the key
exists), and the API reference of BatchExecuteStatement and BatchStatementError. A statement succeeds or fails by
itself, as a conditional put does, so that a request which lands late overwrites nothing either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.engines import AWS, DYNAMODB_LOCAL, MINISTACK
from executor.errors import CallError, is_denied
from executor.loader.pieces import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from executor.loader.loop import Task
    from executor.loader.pieces import Row
    from executor.loader.tally import Outcome

EXACT_ON = frozenset({AWS, DYNAMODB_LOCAL, MINISTACK})
"""What refuses an INSERT of an existing key, as documented or as seen; elsewhere puts are sent one by one."""
MAX_STATEMENT = 8_192
"""Characters; ExecuteStatement takes no longer ones."""
_LATER = frozenset(
    {
        # BatchStatementError, codes that say "not now".
        "InternalServerError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflict",
    },
)
_EXISTS = "DuplicateItem"
_DENIED = "AccessDenied"
_KEPT_STATEMENTS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What one request left to do.

    Attributes:
        later: Rows that DynamoDB refused for now.
        unfit: Rows to put one by one: no INSERT can say them, or the credentials may not INSERT.
        units: Write units that were counted.
    """

    later: tuple[Row, ...] = ()
    unfit: tuple[Row, ...] = ()
    units: float = 0.0


class Inserts:
    """INSERTs into one table, shared by the tasks of a load.

    Args:
        send: Sends a request by operation and body.
        table_name: The table.
    """

    def __init__(self, send: Callable[[str, bytes], Task[dict[str, Any]]], table_name: str) -> None:
        self._send = send
        self._table = table_name
        self._statements: dict[tuple[str, ...], bytes | None] = {}
        self._denied = False

    def send(self, rows: Sequence[Row], outcome: Outcome) -> Task[Came]:
        """Insert rows where no item with their key exists.

        Raises:
            CallError: As calls fail, or DynamoDB refuses a row for good.
            ClientError: DynamoDB refused the request.
        """
        said = [(row, None if self._denied else self._statement(row)) for row in rows]
        unfit = tuple(row for row, statement in said if statement is None)
        fitting = [(row, statement) for row, statement in said if statement is not None]
        if not fitting:
            return Came(unfit=unfit)
        body = b'{"Statements":[%b],"ReturnConsumedCapacity":"TOTAL"}' % b",".join(text for _, text in fitting)
        try:
            answer = yield from self._send("BatchExecuteStatement", body)
        except (CallError, ClientError) as error:
            if not is_denied(error):
                raise
            self._denied = True
            return Came(unfit=tuple(rows))
        units = outcome.add_units(answer.get("ConsumedCapacity"))
        later, denied = self._sorted([row for row, _ in fitting], answer["Responses"], outcome)
        return Came(later=later, unfit=unfit + denied, units=units)

    def _sorted(
        self,
        rows: Sequence[Row],
        answers: Sequence[Mapping[str, Any]],
        outcome: Outcome,
    ) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """Count what is settled; the rows that have to wait, and those that may not be inserted."""
        later, denied = [], []
        for row, answer in zip(rows, answers, strict=True):
            error = answer.get("Error") or {}
            code = str(error.get("Code", ""))
            if not code:
                outcome.written += 1
            elif code == _EXISTS:
                outcome.kept += 1
            elif code in _LATER:
                later.append(row)
            elif code == _DENIED:
                self._denied = True
                denied.append(row)
            else:
                raise _refused(code, error, self._table)
        return tuple(later), tuple(denied)

    def _statement(self, row: Row) -> bytes | None:
        """A member of Statements; None where the names of the row's attributes do not fit one."""
        names = tuple(row.item)
        try:
            begin = self._statements[names]
        except KeyError:
            if len(self._statements) >= _KEPT_STATEMENTS:
                self._statements.clear()
            begin = self._statements[names] = self._begin(names)
        return None if begin is None else b"%b%b}" % (begin, encode(list(row.item.values())))

    def _begin(self, names: Sequence[str]) -> bytes | None:
        if not all(_is_simple(name) for name in names):
            return None
        members = ", ".join(f"'{name}': ?" for name in names)
        text = f'INSERT INTO "{self._table}" VALUE {{{members}}}'
        return b'{"Statement":%b,"Parameters":' % encode(text) if len(text) <= MAX_STATEMENT else None


def _is_simple(name: str) -> bool:
    """Whether a name stands in quotes as it is on every engine."""
    return name.isascii() and name.isprintable() and not {"'", "\\", '"'} & set(name)


def _refused(code: str, error: Mapping[str, Any], table: str) -> CallError:
    if code == "ResourceNotFound":
        return CallError("TableMissing", f"The table {table} does not exist.")
    said = str(error.get("Message") or error.get("message") or code)
    named = "ValidationException" if code == "ValidationError" else code
    return CallError(named, f"{table} does not take an item: {said}")
