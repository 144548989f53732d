"""``--detach`` on an engine whose indexes take their time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from executor import Clients, OutcomeKind, StepState, Target
from tests import engines
from tests.executor.apply.conftest import BANK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from executor import LedgerReader, Outcome
    from tests.executor.apply.conftest import Load

pytestmark = [pytest.mark.engine, pytest.mark.slow]
TABLES_ONLY = BANK[: BANK.index("    seed:")]


@pytest.fixture
def clients() -> Iterator[Clients]:
    """Clients of a DynamoDB Local whose index changes take about half a minute."""
    try:
        with (
            engines.dynamodb_local(delay_transient_statuses=True) as slow,
            Clients(Target(endpoint_url=slow.endpoint_url)) as made,
        ):
            yield made
    except engines.EngineMissingError as missing:
        pytest.skip(str(missing))


@pytest.mark.timeout(240)
def test_filling_index_is_left_and_picked_up(
    load: Load, run: Callable[..., Outcome], reader: LedgerReader, unique: str
) -> None:
    """Where only an index has to be filled, the run ends; the next one waits for it, and then nothing is left."""
    without = TABLES_ONLY[: TABLES_ONLY.index("        global_secondary_indexes")]
    assert run(load(without)).kind is OutcomeKind.DONE
    plan = load(TABLES_ONLY)
    left = run(plan, detach=True)
    recorded = reader.run(unique, left.run)

    assert left.kind is OutcomeKind.DETACHED, left.message
    assert [report.step.id for report in left.of(StepState.DETACHED)] == ["table.postings.index.by_reference"]
    assert recorded is not None
    assert recorded.outcome == "detached"
    assert run(plan).kind is OutcomeKind.DONE
    assert run(plan).kind is OutcomeKind.NOTHING
