"""The product with one of its guards left out, to show that the harness would see it; nothing of it is in the product.

``python -m tests.faults.mutants NAME ddbplan-arguments...`` runs the command line as that mutant. Each mutant changes
names of the product at its start; a name that is no longer there is an error, never a mutant that mutates nothing.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class _AnyHash(str):
    """A content hash that agrees with every other."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, str)

    def __hash__(self) -> int:
        return 0


def _change(module: str, name: str, make: Callable[[Any], Any]) -> None:
    """Put what ``make`` makes of a module's name, or of ``Class.method`` in it, in its place."""
    place: Any = importlib.import_module(module)
    *path, last = name.split(".")
    for part in path:
        place = getattr(place, part)
    setattr(place, last, make(getattr(place, last)))


def no_marker() -> None:
    """A transaction does not carry its marker: the ledger is told of it in a write of its own, afterwards."""
    module = "executor.functions.execute_transaction"
    _change(module, "marker_members", lambda members: lambda marker: members(marker)[:1])
    _change(module, "MARKER_MEMBERS", lambda _: 1)

    def telling_afterwards(original: Callable[..., Any]) -> Callable[..., Any]:
        members = importlib.import_module("executor.marker").marker_members
        transact = importlib.import_module("executor.wire").canonical_transaction

        def until_settled(caller: Any, marker: Any, request: Any) -> Any:
            outcome = original(caller, None, request)
            if marker:
                put = transact([members(marker)[1]])[0]["Put"]
                put.pop("ReturnValuesOnConditionCheckFailure", None)
                caller.send("put_item", TableName=put["TableName"], Item=put["Item"])
            return outcome

        return until_settled

    _change(module, "_until_settled", telling_afterwards)


def no_fence() -> None:
    """Nothing asks whether the fencing number is still its own, nor whether the lease ran out."""

    def always(condition: Callable[..., Any]) -> Callable[..., Any]:
        def of_any_fence(*arguments: Any) -> Any:
            member = condition(*arguments)
            member["ConditionCheck"] |= {"ConditionExpression": "attribute_exists(#fence)"}
            del member["ConditionCheck"]["ExpressionAttributeValues"]
            return member

        return of_any_fence

    def with_any_fence(members: Callable[..., Any]) -> Callable[..., Any]:
        def changed(marker: Any) -> Any:
            check, put = members(marker)
            return always(lambda: check)(), put

        return changed

    _change("executor.ledger.lock", "fence_condition", always)
    _change("executor.functions.execute_transaction", "marker_members", with_any_fence)
    _change("executor.ledger.lease", "Heartbeat.is_lost", lambda _: False)


def bulk_puts() -> None:
    """Seeds are written in bulk, without the condition that there is nothing yet."""
    way = importlib.import_module("executor.loader.pieces").Way
    _change("executor.loader.load", "_way", lambda _: lambda *_: way.BATCH)


def ledger_alone() -> None:
    """A step that the ledger has announced is taken as done, whatever is live."""

    def trusting(records: Callable[..., Any]) -> Callable[..., Any]:
        from planner.state import TransactionRecord  # noqa: PLC0415 - the wrapper starts before the product

        def with_intents(reader: Any, database: str) -> Any:
            identity, ledger = records(reader, database)
            if not ledger.exists:
                return identity, ledger
            announced = {
                step.address.removeprefix("transaction.")
                for run in reader.runs(database)
                for step in reader.run(database, run.id).steps
                if step.address.startswith("transaction.")
            }
            believed = {
                name: TransactionRecord(name=name, content_hash=_AnyHash(), outcome="done", table_ids={})
                for name in announced
            }
            return identity, replace(ledger, transactions={**believed, **ledger.transactions})

        return with_intents

    _change("executor.ledger.reader", "LedgerReader.records", trusting)


MUTANTS = {
    "no-marker": no_marker,
    "no-fence": no_fence,
    "bulk-puts": bulk_puts,
    "ledger-alone": ledger_alone,
}


def install(name: str) -> None:
    """Make the product of this process a mutant.

    Raises:
        AttributeError: The product no longer has what the mutant changes.
    """
    MUTANTS[name]()


if __name__ == "__main__":
    install(sys.argv[1])
    sys.argv = ["ddbplan", *sys.argv[2:]]
    importlib.import_module("ddbplan.main").run()
