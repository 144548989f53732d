"""What anybody may do next in the model: each generator yields the states that one step leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.protocol.model import (
    ACCOUNT,
    PROFILE,
    SEED_ROWS,
    WORK,
    Kind,
    Phase,
    Request,
    Row,
    Rules,
    Run,
    State,
    break_invariant,
    complete,
    land,
    replaced,
    send,
    with_run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


def successors(state: State, rules: Rules) -> Iterator[tuple[str, State]]:
    """Every state that one step of anybody leads to, with the step's name."""
    for index, name in ((0, "A"), (1, "B")):
        for label, after in _steps(state, index, rules):
            yield f"{name} {label}", after
    for request in state.network:
        if _waits_for_bulk(state, request, rules):
            continue
        label = f"{request.kind.name.lower()} {request.target} of fence {request.fence}"
        landed, _ = land(state, request, rules)
        yield f"{label} lands unanswered", landed._replace(network=_without(state.network, request))
    if state.writes and (rules.early_writes or state.finished):
        database = state.database._replace(rows=(state.database.rows[ACCOUNT], int(Row.APPLICATION)))
        yield "the application writes", state._replace(database=database, writes=state.writes - 1)


def _without(network: tuple[Request, ...], request: Request) -> tuple[Request, ...]:
    return tuple(other for other in network if other != request)


def _steps(state: State, index: int, rules: Rules) -> Iterator[tuple[str, State]]:
    run = state.runs[index]
    if run.phase is Phase.OFF:
        if state.started < rules.runs:
            fresh = Run(number=state.started + 1, phase=Phase.LOOKING)
            yield "starts", with_run(state, index, fresh)._replace(started=state.started + 1)
        return
    if state.crashes:
        yield "dies", with_run(state, index, Run())._replace(crashes=state.crashes - 1)
    match run.phase:
        case Phase.LOOKING | Phase.WATCHING:
            yield from _waiting(state, index, rules)
        case Phase.LOCKING | Phase.AWAITING:
            yield from _awaiting(state, index, rules)
        case Phase.READING:
            yield "reads", with_run(state, index, _resumed(state, run))
        case Phase.WORKING:
            yield from _working(state, index, rules)
    if run.phase in (Phase.READING, Phase.WORKING, Phase.AWAITING):
        yield from _heartbeat(state, index)


def _waiting(state: State, index: int, rules: Rules) -> Iterator[tuple[str, State]]:
    run, database = state.runs[index], state.database
    if database.fence >= rules.max_fence:
        yield "loses patience", with_run(state, index, Run())
    elif run.phase is Phase.LOOKING:
        if database.holder:
            yield (
                "sees the lock held",
                with_run(state, index, run._replace(phase=Phase.WATCHING, fence=database.fence, quiet=True)),
            )
        else:
            yield "sees the lock free", _lock(state, index, database.fence)
    else:
        yield from _watching(state, index, rules)


def _watching(state: State, index: int, rules: Rules) -> Iterator[tuple[str, State]]:
    run, database = state.runs[index], state.database
    if run.quiet:
        yield "sees the lease end", _lock(state, index, run.fence)
    if not run.quiet or database.fence != run.fence or not database.holder:
        yield "looks again", with_run(state, index, run._replace(phase=Phase.LOOKING))


def _waits_for_bulk(state: State, request: Request, rules: Rules) -> bool:
    """Whether ``prompt_bulk`` keeps a lock from landing now."""
    if request.kind is not Kind.LOCK or not rules.prompt_bulk:
        return False
    awaited = (_request(run, rules) for run in state.runs if run.phase is Phase.AWAITING)
    return any(not other.conditional for other in (*state.network, *awaited))


def _lock(state: State, index: int, seen: int) -> State:
    run = state.runs[index]
    state = with_run(state, index, run._replace(phase=Phase.LOCKING, fence=seen + 1, quiet=False))
    return send(state, Request(Kind.LOCK, seen, seen + 1, run.number))


def _heartbeat(state: State, index: int) -> Iterator[tuple[str, State]]:
    run, other = state.runs[index], state.runs[1 - index]
    if state.database.fence != run.fence:
        yield "finds the lock lost", with_run(state, index, Run())
    elif other.phase is Phase.WATCHING and other.quiet:
        yield "beats", with_run(state, 1 - index, other._replace(quiet=False))


def _awaiting(state: State, index: int, rules: Rules) -> Iterator[tuple[str, State]]:
    """The request lands, the first time or sent again, and its answer comes; an earlier copy may still be under way."""
    request = _request(state.runs[index], rules)
    if _waits_for_bulk(state, request, rules):
        return
    landed, good = land(state, request, rules)
    yield "has its answer", _answered(landed._replace(network=_without(state.network, request)), index, good=good)
    if state.resends and (request.conditional or not rules.prompt_bulk):
        copied = send(landed._replace(resends=state.resends - 1), request)
        yield "has its answer while a copy is under way", _answered(copied, index, good=good)


def _request(run: Run, rules: Rules) -> Request:
    """The request of the run's present piece of work; sent again, it is the same."""
    if run.phase is Phase.LOCKING:
        return Request(Kind.LOCK, run.fence - 1, run.fence, run.number)
    kind, target = WORK[run.at]
    if kind is Kind.PUT:
        unconditional = rules.bulk == "always" or (run.made_table and rules.bulk == "by creator" and target == PROFILE)
        return Request(kind, target, 0, 0, not unconditional)
    return Request(kind, target, run.fence, 0)


def _answered(state: State, index: int, *, good: bool) -> State:
    run = state.runs[index]
    if run.phase is Phase.LOCKING:
        phase = Phase.READING if good else Phase.LOOKING
        return with_run(state, index, run._replace(phase=phase))
    if not good:
        return with_run(state, index, Run())
    if WORK[run.at][0] is Kind.RELEASE:
        broken = "" if complete(state.database) else "lost"
        return break_invariant(with_run(state, index, Run())._replace(finished=True), broken)
    return with_run(state, index, run._replace(phase=Phase.WORKING, at=run.at + 1))


def _resumed(state: State, run: Run) -> Run:
    """Go to the first piece of work that the live state leaves to be done."""
    return run._replace(phase=Phase.WORKING, at=SEED_ROWS + 1 if state.database.seeded else 0)


def _working(state: State, index: int, rules: Rules) -> Iterator[tuple[str, State]]:
    """Announce and send the next piece of work, or pass over what is done already."""
    run, database = state.runs[index], state.database
    kind, target = WORK[run.at]
    trusted = database.intents if rules.trust_intents else database.markers
    if kind is Kind.TRANSACT and trusted[target]:
        yield "passes over", with_run(state, index, run._replace(at=run.at + 1))
        return
    if rules.fenced and database.fence != run.fence:
        yield "cannot announce", with_run(state, index, Run())
        return
    if kind is Kind.TRANSACT and rules.trust_intents:
        database = database._replace(intents=replaced(database.intents, target, value=True))
    if kind is Kind.PUT and rules.bulk == "by creator" and not database.created:
        database = database._replace(created=True)
        run = run._replace(made_table=True)
    run = run._replace(phase=Phase.AWAITING)
    sent = send(with_run(state, index, run)._replace(database=database), _request(run, rules))
    yield f"sends {kind.name.lower()} {target}", sent
