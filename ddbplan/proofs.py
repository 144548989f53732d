"""Plans proved on throwaway engines: what ``ddbplan test`` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan import plans, workspace
from ddbplan.views.proof import Proved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from planner.reading import PlanSource


def prove_source(source: PlanSource) -> Iterator[Proved]:
    """Prove each variant of a plan on an engine of its own.

    Raises:
        InvalidPlansError: A variant has errors; it is not run at all.
        LocalEngineError: The engine cannot be started.
    """
    from executor.clients import Clients, Target  # noqa: PLC0415 - loaded by the commands that talk to an engine
    from executor.proof import prove  # noqa: PLC0415 - likewise
    from planner.variants import variants  # noqa: PLC0415 - likewise

    for variant in variants(source):
        if variant.checked is None:
            raise plans.InvalidPlansError(variant.diagnostics)
        with workspace.throwaway_engine() as url, Clients(Target(endpoint_url=url, local=True)) as clients:
            cases = prove(variant.checked, clients)
        yield Proved(plan=source.name, environment=variant.environment, cases=cases)
