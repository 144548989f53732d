"""The ledger's protocol as a transition system: two appliers, one database, a network that may do its worst.

What is modelled, and what it stands for:

- **Lock and fence.** One number that only grows. Taking the lock, free or held, writes ``fence + 1`` on the condition
  that the fence is still the one that was read.
- **Lease.** The holder's heartbeat raises a counter; all that a waiter makes of it is whether it moved since the
  waiter looked, so that is what a waiter remembers (``quiet``). Its clock is abstract: a lease may pass at any moment
  at which no heartbeat was seen since.
- **Requests.** A request that was sent lies in the network until it lands. It may land late, after its sender died or
  lost the lock; twice, because a retry sends it again; or never, which is the same as later than all else. Its answer
  may be lost. No idempotency token is modelled: tokens end after ten minutes, and a request may be later than that.
- **A run** takes the lock, reads the live state, puts the seed rows, records the seed, sends the transactions in order,
  releases the lock. It may die before and after every one of these, and be started again. A frozen holder needs no
  transition of its own: it is a run that takes no step while others do.
- **Patience.** A waiter gives up at ``max_fence``, as ``--lock-timeout`` makes it; else two appliers whose answers are
  all lost could take the lock from each other for ever, and there would be no end of states.
- **The application** writes over a row at any moment.

A state holds everything as small integers and tuples, so that states compare and hash by value.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

SEED_ROWS = 2
TRANSACTIONS = 2
ACCOUNT, PROFILE = 0, 1
"""Row 0 is what the transactions change; row 1 is what the application writes."""


class Kind(IntEnum):
    """What a request asks for."""

    LOCK = 0
    PUT = 1
    RECORD_SEED = 2
    TRANSACT = 3
    RELEASE = 4


class Row(IntEnum):
    """What the profile row holds; the account row holds its number of effects plus ``SEEDED``."""

    ABSENT = 0
    SEEDED = 1
    APPLICATION = 9


class Phase(IntEnum):
    """Where a run is."""

    OFF = 0
    LOOKING = 1
    WATCHING = 2
    LOCKING = 3
    READING = 4
    WORKING = 5
    AWAITING = 6


class Request(NamedTuple):
    """One request in the network.

    Attributes:
        kind: What it asks for.
        target: Which row or transaction; the fence that is expected, for a lock.
        fence: The sender's fencing number; the number to be written, for a lock.
        run: The sender's run, for those whose effect names it.
        conditional: Whether a put asks for absence.
    """

    kind: Kind
    target: int
    fence: int
    run: int
    conditional: bool = True


class Run(NamedTuple):
    """One applier's memory; all of it is lost when it dies.

    Attributes:
        number: Which run this is, from 1; 0 before the first.
        phase: Where it is.
        fence: The fencing number it holds, or the one it saw while it waits.
        at: The next piece of work in ``WORK``.
        quiet: No heartbeat since the waiter looked.
        made_table: This very run made the table.
    """

    number: int = 0
    phase: Phase = Phase.OFF
    fence: int = 0
    at: int = 0
    quiet: bool = False
    made_table: bool = False


class Database(NamedTuple):
    """What is stored.

    Attributes:
        fence: The lock's fencing number.
        holder: The run that holds the lock; 0 when it is free.
        created: Some run made the table.
        rows: The account row and the profile row.
        counts: How often each transaction took effect.
        markers: Which transactions have a marker.
        intents: Which transactions a run announced before sending them.
        seeded: The seed is recorded as loaded.
    """

    fence: int = 0
    holder: int = 0
    created: bool = False
    rows: tuple[int, int] = (Row.ABSENT, Row.ABSENT)
    counts: tuple[int, ...] = (0,) * TRANSACTIONS
    markers: tuple[bool, ...] = (False,) * TRANSACTIONS
    intents: tuple[bool, ...] = (False,) * TRANSACTIONS
    seeded: bool = False


class State(NamedTuple):
    """Everything.

    Attributes:
        database: What is stored.
        runs: The two appliers.
        network: Requests that may still land, in order.
        started: How many runs were started so far.
        crashes: How many may still die.
        resends: How many more requests may be sent again while the first is still under way.
        writes: How many times the application may still write.
        finished: Some run said that it is done.
        broken: Invariants that a transition broke, by name.
    """

    database: Database
    runs: tuple[Run, Run]
    network: tuple[Request, ...] = ()
    started: int = 0
    crashes: int = 2
    resends: int = 1
    writes: int = 1
    finished: bool = False
    broken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The protocol, with each of its guards; a mutant leaves one out.

    Attributes:
        marker: A transaction carries the marker's put on absence.
        fenced: Transactions and ledger writes carry the check of the fencing number.
        bulk: Which seed puts are unconditional: ``never``, ``by creator`` (only in the run that made the table, only
            the row that no transaction touches), or ``always``.
        trust_intents: A resumed run takes what the ledger announced as done.
        prompt_bulk: An unconditional put never outlives its sender's next step, and no lock is taken over while one is
            under way or may be sent again.
        early_writes: The application writes at any moment, not only once a run is done.
        runs: How many runs are started in all.
        max_fence: The fencing number at which waiters lose patience.
    """

    marker: bool = True
    fenced: bool = True
    bulk: str = "never"
    trust_intents: bool = False
    prompt_bulk: bool = False
    early_writes: bool = True
    runs: int = 3
    max_fence: int = 4


WORK: tuple[tuple[Kind, int], ...] = (
    *((Kind.PUT, row) for row in range(SEED_ROWS)),
    (Kind.RECORD_SEED, 0),
    *((Kind.TRANSACT, number) for number in range(TRANSACTIONS)),
    (Kind.RELEASE, 0),
)


def initial(*, profile: Row = Row.ABSENT, crashes: int = 2, resends: int = 1, writes: int = 1) -> State:
    """The state before the first run.

    Args:
        profile: What the profile row holds already.
        crashes: How many runs may die.
        resends: How many requests may be sent twice.
        writes: How many times the application may write.
    """
    database = Database(rows=(Row.ABSENT, profile))
    return State(database=database, runs=(Run(), Run()), crashes=crashes, resends=resends, writes=writes)


def replaced(values: tuple, index: int, value: object) -> tuple:  # type: ignore[type-arg] # any of the state's tuples
    """The tuple with another value in one place."""
    return (*values[:index], value, *values[index + 1 :])


def with_run(state: State, index: int, run: Run) -> State:
    """The state with another memory of one applier."""
    return state._replace(runs=replaced(state.runs, index, run))


def send(state: State, request: Request) -> State:
    """The request joins the network; an equal one that is still there is the same as both."""
    if request in state.network:
        return state
    return state._replace(network=tuple(sorted((*state.network, request))))


# What the database does with a request that lands.


def land(state: State, request: Request, rules: Rules) -> tuple[State, bool]:
    """Apply one request, atomically.

    Returns:
        The state after it, and what the answer says: True for "done or already done", False for "the lock is lost".
    """
    database = state.database
    match request.kind:
        case Kind.LOCK:
            if database.fence == request.target:
                return state._replace(database=database._replace(fence=request.fence, holder=request.run)), True
            return state, (database.fence, database.holder) == (request.fence, request.run)
        case Kind.PUT:
            return _land_put(state, request), True
        case Kind.TRANSACT:
            return _land_transaction(state, request, rules)
        case Kind.RECORD_SEED | Kind.RELEASE:
            if rules.fenced and database.fence != request.fence:
                return state, False
            changed = (
                database._replace(seeded=True) if request.kind is Kind.RECORD_SEED else database._replace(holder=0)
            )
            late = "late write of a former holder" if changed != database and database.fence != request.fence else ""
            return break_invariant(state._replace(database=changed), late), True


def _land_put(state: State, request: Request) -> State:
    database, row = state.database, request.target
    before = database.rows[row]
    if before != Row.ABSENT and request.conditional:
        return state
    broken = "overwritten" if before not in (Row.ABSENT, Row.SEEDED) else ""
    rows = replaced(database.rows, row, int(Row.SEEDED))
    return break_invariant(state._replace(database=database._replace(rows=rows)), broken)


def _land_transaction(state: State, request: Request, rules: Rules) -> tuple[State, bool]:
    database, number = state.database, request.target
    if rules.fenced and database.fence != request.fence:
        return state, False
    if rules.marker and database.markers[number]:
        return state, True
    counts = replaced(database.counts, number, database.counts[number] + 1)
    rows = (database.rows[ACCOUNT] + 1, database.rows[PROFILE])
    markers = replaced(database.markers, number, value=True)
    broken = "" if database.fence == request.fence else "late write of a former holder"
    return break_invariant(
        state._replace(database=database._replace(counts=counts, rows=rows, markers=markers)), broken
    ), True


def complete(database: Database) -> bool:
    """All that a run is for: each transaction took effect once, and every row is there."""
    return database.counts == (1,) * TRANSACTIONS and Row.ABSENT not in database.rows


def break_invariant(state: State, invariant: str) -> State:
    """The state, with a broken invariant noted where one is named."""
    return state._replace(broken=state.broken | {invariant}) if invariant else state


def is_spent(database: Database, request: Request, rules: Rules) -> bool:
    """Whether a request can never change anything again: what it asks to be so can no longer become so."""
    match request.kind:
        case Kind.LOCK:
            return request.target < database.fence
        case Kind.PUT:
            return request.conditional and database.rows[request.target] != Row.ABSENT
        case Kind.TRANSACT:
            outlived = rules.fenced and request.fence < database.fence
            return outlived or (rules.marker and database.markers[request.target])
        case Kind.RECORD_SEED | Kind.RELEASE:
            return rules.fenced and request.fence < database.fence


def normal(state: State, rules: Rules) -> State:
    """One form for states that differ in nothing that matters: who of the two is who, and requests that are spent."""
    network = tuple(request for request in state.network if not is_spent(state.database, request, rules))
    runs = state.runs if state.runs[0] >= state.runs[1] else (state.runs[1], state.runs[0])
    return state._replace(network=network, runs=runs)
