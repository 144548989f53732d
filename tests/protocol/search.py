"""A plain breadth-first search of every state that the model can reach, and what must hold in each."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from tests.protocol.model import (
    ACCOUNT,
    Database,
    Phase,
    Row,
    Rules,
    Run,
    State,
    complete,
    normal,
)
from tests.protocol.moves import successors

MAX_STEPS_OF_A_RUN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to.

    Attributes:
        states: How many states were seen.
        broken: The invariants that the first bad state breaks; empty when there is none.
        trace: The steps that lead to it, shortest first in length.
    """

    states: int
    broken: frozenset[str]
    trace: tuple[str, ...]


def violations(state: State) -> frozenset[str]:
    """The invariants that a state breaks."""
    database, found = state.database, set(state.broken)
    if max(database.counts) > 1:
        found.add("doubled")
    effects = sum(database.counts)
    if effects and database.rows[ACCOUNT] != Row.SEEDED + effects:
        found.add("lost effect")
    if any(later > earlier for earlier, later in zip(database.counts, database.counts[1:], strict=False)):
        found.add("out of order")
    if database.seeded and Row.ABSENT in database.rows:
        found.add("lost row")
    return frozenset(found)


def search(start: State, rules: Rules) -> Found:
    """Visit every reachable state, nearest first, and stop at the first that breaks an invariant.

    Args:
        start: Where to begin.
        rules: The protocol or a mutant of it.
    """
    parents: dict[State, tuple[State, str] | None] = {start: None}
    finishes: dict[Database, bool] = {}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        broken = violations(state)
        if state.database not in finishes:
            finishes[state.database] = can_finish(state, rules)
        if not finishes[state.database]:
            broken |= {"stuck"}
        if broken:
            return Found(states=len(parents), broken=broken, trace=_trace(parents, state))
        for label, raw in successors(state, rules):
            after = normal(raw, rules)
            if after not in parents:
                parents[after] = (state, label)
                queue.append(after)
    return Found(states=len(parents), broken=frozenset(), trace=())


def _trace(parents: dict[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    labels: list[str] = []
    while (step := parents[state]) is not None:
        state, label = step
        labels.append(label)
    return tuple(reversed(labels))


def can_finish(state: State, rules: Rules) -> bool:
    """Whether one more run, alone and without faults, brings the database to its complete state.

    What the other applier remembers and what is under way plays no part: it takes no step meanwhile. So the answer
    depends on the database alone.
    """
    rules = replace(rules, max_fence=state.database.fence + 2)
    fresh = Run(number=state.started + 1, phase=Phase.LOOKING)
    now = State(database=state.database, runs=(fresh, Run()), started=rules.runs, crashes=0, resends=0, writes=0)
    for _ in range(MAX_STEPS_OF_A_RUN):
        own = [after for label, after in successors(now, rules) if label.startswith("A ")]
        if not own:
            break
        now = own[0]
    return now.finished and complete(now.database)
