"""Plans proved on throwaway engines: what ``ddbplan test`` shows."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ddbplan import plans, workspace
from ddbplan.failures import Failure
from ddbplan.views.proof import Proved
from planner.coverage import coverage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from executor.proof.borrowed import Borrowed
    from planner.reading import PlanSource
    from planner.variants import Variant

EMBEDDED = "ministack"
DYNAMODB_LOCAL = "dynamodb-local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """How plans are proved.

    Attributes:
        engine: ``ministack``, ``dynamodb-local``, or the URL of an engine that runs on this machine.
        only: Patterns of addresses, such as ``query.recent*``; empty for all cases.
        parallelism: At most this many proofs at once, each on an engine of its own.
    """

    engine: str = EMBEDDED
    only: tuple[str, ...] = ()
    parallelism: int = 1

    def wants(self, address: str) -> bool:
        """Whether a case is to be run: a pattern fits its address, or its name alone."""
        name = address.partition(".")[2]
        return not self.only or any(fnmatchcase(address, one) or fnmatchcase(name, one) for one in self.only)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    plan: str
    variant: Variant
    borrowed: Borrowed | None


def prove_source(source: PlanSource, proving: Proving | None = None) -> Iterator[Proved]:
    """Prove each variant of a plan on an engine of its own.

    Raises:
        InvalidPlansError: A variant has errors; none is run at all.
        LocalEngineError: The engine cannot be started.
    """
    return prove_sources((source,), proving or Proving())


def prove_sources(sources: Sequence[PlanSource], proving: Proving) -> Iterator[Proved]:
    """Prove each variant of several plans, in their order; as many at once as was asked for.

    Raises:
        InvalidPlansError: A plan has errors; none is run at all.
        LocalEngineError: An engine cannot be started.
        NotThrowawayError: The engine is not on this machine.
        Failure: No case is wanted.
    """
    jobs = [job for source in sources for job in _jobs(source, proving)]
    invalid = [job for job in jobs if job.variant.checked is None]
    if invalid:
        raise plans.InvalidPlansError([found for job in invalid for found in job.variant.diagnostics])
    _refuse_empty(jobs, proving)
    stop = threading.Event()
    with ThreadPoolExecutor(max_workers=proving.parallelism, thread_name_prefix="ddbplan-proof") as pool:
        running = [pool.submit(_prove, job, proving, stop) for job in jobs]
        try:
            for future in running:
                yield future.result()
        finally:
            # After a Ctrl-C or an error: nothing new is begun, and each engine that runs is ended by its own thread.
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)


def _jobs(source: PlanSource, proving: Proving) -> Iterator[_Job]:
    from executor.proof.borrowed import borrowed  # noqa: PLC0415 - loaded by the commands that talk to an engine
    from planner.reading import environments  # noqa: PLC0415 - likewise
    from planner.variants import variant_of  # noqa: PLC0415 - likewise

    for environment in environments(source) or (None,):
        # Two environments may have tables of one name, so each has names of its own on an engine that they share.
        names = borrowed() if _is_running(proving.engine) else None
        variant = variant_of(source, environment, names.prefix if names else "")
        yield _Job(plan=source.name, variant=variant, borrowed=names)


def _refuse_empty(jobs: Sequence[_Job], proving: Proving) -> None:
    """A filter that fits nothing would prove nothing, and pass."""
    for checked in (job.variant.checked for job in jobs if job.variant.checked is not None):
        patterns = [one.address for one in checked.transactions.values() if one.run == "test"]
        queries = [one.address for one in checked.queries.values()]
        reports = [one.address for one in checked.reports.values()]
        if any(proving.wants(address) for address in (*queries, *reports, *patterns)):
            return
    if proving.only:
        raise Failure(f"--only {' '.join(proving.only)} fits no query, report or transaction that can be tried.")


def _is_running(engine: str) -> bool:
    return engine not in (EMBEDDED, DYNAMODB_LOCAL)


def _prove(job: _Job, proving: Proving, stop: threading.Event) -> Proved:
    from executor.clients import Clients, Target  # noqa: PLC0415 - loaded by the commands that talk to an engine
    from executor.ledger.values import DEFAULT_LEDGER  # noqa: PLC0415 - likewise
    from executor.proof import prove, refuse_elsewhere  # noqa: PLC0415 - likewise
    from executor.proof.borrowed import cleaned  # noqa: PLC0415 - likewise

    checked = job.variant.checked
    if checked is None:
        raise TypeError("only plans without errors are proved. This is a bug in ddbplan.")
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(workspace.engine_for_proof(proving.engine))
        clients = stack.enter_context(Clients(Target(endpoint_url=url, local=True)))
        refuse_elsewhere(clients)
        ledger = DEFAULT_LEDGER
        if job.borrowed is not None:
            stack.enter_context(cleaned(checked, job.borrowed, clients))
            ledger = job.borrowed.ledger
        cases = prove(checked, clients, wanted=proving.wants, ledger=ledger, stop=stop)
        engine = clients.engine
    return Proved(
        plan=job.plan,
        environment=job.variant.environment,
        cases=cases,
        engine=engine,
        seconds=time.monotonic() - started,
        coverage=coverage(checked.plan),
    )
