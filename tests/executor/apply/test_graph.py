"""The graph of steps: order, parallelism, and what happens after a failure. No engine is needed for these."""

from __future__ import annotations

import threading
import time

import pytest

from executor.apply import StepReport, StepState
from executor.applying.graph import run_graph
from planner.steps import Call, Step


def step(name: str, *after: str) -> Step:
    """A step that is only a name."""
    call = Call(function="get_table_info", arguments={})
    return Step(id=name, address=name, symbol="~", call=call, reason="", depends_on=after)


def nothing_held() -> str:
    """Nothing keeps a step from starting."""
    return ""


def test_each_step_runs_after_those_it_depends_on() -> None:
    """A diamond runs from its top to its bottom."""
    order: list[str] = []

    def execute(running: Step) -> StepReport:
        order.append(running.id)
        return StepReport(step=running, state=StepState.DONE)

    steps = [step("d", "b", "c"), step("b", "a"), step("c", "a"), step("a")]
    reports = run_graph(steps, execute, nothing_held, lambda _: None, abort=threading.Event(), parallelism=4)

    assert [report.step.id for report in reports] == ["d", "b", "c", "a"]
    assert order[0] == "a"
    assert order[-1] == "d"


@pytest.mark.parametrize("parallelism", [1, 3, 10])
def test_at_most_so_many_run_at_once(parallelism: int) -> None:
    """Parallelism is a limit, and it is used."""
    lock, now, most = threading.Lock(), 0, 0

    def execute(running: Step) -> StepReport:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.05)
        with lock:
            now -= 1
        return StepReport(step=running, state=StepState.DONE)

    run_graph(
        [step(f"s{n}") for n in range(9)],
        execute,
        nothing_held,
        lambda _: None,
        abort=threading.Event(),
        parallelism=parallelism,
    )

    assert most == min(parallelism, 9)


def test_after_a_failure_nothing_new_starts_and_what_runs_is_awaited() -> None:
    """The step beside the failed one ends, and the rest is not run, each with its reason."""

    def execute(running: Step) -> StepReport:
        if running.id == "bad":
            return StepReport(step=running, state=StepState.FAILED, reason="no")
        time.sleep(0.2)
        return StepReport(step=running, state=StepState.DONE)

    steps = [step("bad"), step("beside"), step("needs", "bad"), step("later")]
    reports = run_graph(steps, execute, nothing_held, lambda _: None, abort=threading.Event(), parallelism=2)

    assert [(report.step.id, str(report.state), report.reason) for report in reports] == [
        ("bad", "failed", "no"),
        ("beside", "done", ""),
        ("needs", "not_run", "it needs bad"),
        ("later", "not_run", "bad did not come to its end"),
    ]


def test_a_hold_keeps_everything_from_starting() -> None:
    """While there is a reason to hold, no step starts."""
    reports = run_graph(
        [step("a")],
        lambda _: pytest.fail("started"),
        lambda: "held",
        lambda _: None,
        abort=threading.Event(),
        parallelism=1,
    )

    assert [(report.state, report.reason) for report in reports] == [(StepState.NOT_RUN, "held")]


def test_a_detached_step_keeps_only_what_needs_it() -> None:
    """What does not need a detached step runs; what needs it does not."""

    def execute(running: Step) -> StepReport:
        state = StepState.DETACHED if running.id == "index" else StepState.DONE
        return StepReport(step=running, state=state)

    steps = [step("index"), step("needs", "index"), step("other")]
    reports = run_graph(steps, execute, nothing_held, lambda _: None, abort=threading.Event(), parallelism=1)

    assert [str(report.state) for report in reports] == ["detached", "not_run", "done"]


def test_a_bug_in_a_step_is_not_swallowed() -> None:
    """An exception that no step should raise ends the run."""

    def execute(_: Step) -> StepReport:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_graph([step("a")], execute, nothing_held, lambda _: None, abort=threading.Event(), parallelism=1)
