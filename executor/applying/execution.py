"""One step: intent, call, outcome."""

from __future__ import annotations

import os
import threading
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from executor.apply import StepReport, StepState
from executor.applying import recording
from executor.applying.calls import arguments_of
from executor.applying.checkpoints import Checkpoints
from executor.applying.halt import Halt
from executor.applying.live_queries import judged
from executor.applying.marks import mark
from executor.events import StepFailed, StepFinished, StepProgress, StepSkipped, StepStarted
from executor.failure import CallError
from executor.ledger.errors import LedgerError
from executor.registry import call_function
from executor.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.applying.session import Session
    from executor.caller import Load
    from planner.steps import Step

TRACE_VARIABLE = "DDBPLAN_TRACE"
"""Set to 1, it shows the trace of a bug with the failed step."""


class Executor:
    """Runs the steps of one session, each in the thread that calls it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._halts: dict[str, Halt] = {}
        self._detached: set[str] = set()
        self._bugs: dict[str, Exception] = {}
        self._lock = threading.Lock()

    def execute(self, step: Step) -> StepReport:
        """Run a step to its end; whatever stops it becomes its report."""
        try:
            return self._execute(step)
        except Exception as error:  # noqa: BLE001 - the last resort: the others are awaited, and the run is recorded
            result = _traced(_bug(step, error), error)
            return StepReport(step=step, state=StepState.FAILED, result=result, reason=result.message)

    def _execute(self, step: Step) -> StepReport:
        session = self._session
        session.tell(StepStarted(step=step))
        try:
            record = recording.intend(session, step)
            result = self._call(step)
            self._note_tables(step, result)
            state = self._state(step, result)
            recording.conclude(session, step, record, result, state)
        except LedgerError as error:
            result = Result(function=step.call.function, ok=False, error_code=type(error).__name__, message=str(error))
            state = StepState.FAILED
        return self._report(step, result, state)

    def detach(self, step: Step) -> None:
        """Let a step's call end, and leave what it waits for to itself."""
        with self._lock:
            self._detached.add(step.id)
            halt = self._halts.get(step.id)
        if halt is not None:
            halt.set()

    def _call(self, step: Step) -> Result:
        halt = Halt(self._session.stop.now, self._session.held)
        checkpoints = Checkpoints(self._session, step)
        with self._lock:
            self._halts[step.id] = halt
        try:
            result = call_function(
                step.call.function,
                self._session.clients,
                progress=self._progress(step),
                stop=halt,
                bulk=checkpoints.bulk(self._loading(step)),
                **arguments_of(step, self._session),
            )
            self._mark_tables(step, result)
            if not result.ok:
                checkpoints.record()
        except LedgerError:
            raise
        except CallError as error:
            return Result(function=step.call.function, ok=False, error_code=error.code, message=error.message)
        except Exception as error:  # noqa: BLE001 - the last resort: the step's record says what it came to
            self._bugs[step.id] = error
            return _bug(step, error)
        return self._understood(step, result)

    def _progress(self, step: Step) -> Callable[[str, int | None, int | None], None]:
        def tell(message: str, done: int | None, total: int | None) -> None:
            self._session.tell(StepProgress(step=step, message=message, done=done, total=total))

        return tell

    def _loading(self, step: Step) -> Callable[[Load], None]:
        def tell(load: Load) -> None:
            self._session.tell(
                StepProgress(
                    step=step,
                    message="items",
                    done=load.done,
                    total=load.total,
                    rate=load.rate,
                    units=load.units,
                    seconds_left=load.seconds_left,
                )
            )

        return tell

    def _understood(self, step: Step, result: Result) -> Result:
        """The answer as apply means it: a seed's row that exists stays, a query's items are not shown."""
        if result.error_code == "LockLost":
            self._session.held.lose("another run took it over")
        if step.call.function == "put_item" and result.error_code == "ConditionalCheckFailed":
            return replace(result, ok=True, value={"written": False, "kept": True}, error_code="", message="")
        if recording.is_adoption(step) and result.ok and result.value is None:
            message = f"The table {step.call.arguments['table_name']} was deleted before it could be recorded."
            return replace(result, ok=False, error_code="TableMissing", message=message)
        if step.address.startswith("query.") and result.ok:
            result, warnings = judged(self._session, step, result)
            self._session.warnings.extend(warnings)
        return result

    def _mark_tables(self, step: Step, result: Result) -> None:
        """The ledger's mark on each table that is the plan's now."""
        if recording.is_creation(step):
            made_with_mark = step.call.function != "create_table_simple"
            arns = [
                answer["arn"]
                for answer in _tables(result).values()
                if answer.get("arn") and not (made_with_mark and answer.get("created"))
            ]
        elif recording.is_adoption(step) and result.ok and result.value:
            arns = [result.value["Table"]["TableArn"]]
        else:
            arns = []
        for arn in arns:
            mark(self._session, arn)

    def _note_tables(self, step: Step, result: Result) -> None:
        if recording.is_creation(step):
            for name, answer in _tables(result).items():
                if answer.get("table_id"):
                    self._session.found[name] = answer["table_id"]
        elif recording.is_adoption(step) and result.ok and result.value:
            table = result.value["Table"]
            self._session.found[table["TableName"]] = table["TableId"]

    def _state(self, step: Step, result: Result) -> StepState:
        if result.ok:
            return StepState.ALREADY if _was_already(step, result) else StepState.DONE
        if result.error_code != "Interrupted":
            return StepState.FAILED
        return StepState.DETACHED if step.id in self._detached else StepState.INTERRUPTED

    def _report(self, step: Step, result: Result, state: StepState) -> StepReport:
        if step.id in self._bugs:
            result = _traced(result, self._bugs[step.id])
        if state in (StepState.DONE, StepState.ALREADY):
            self._session.tell(StepFinished(step=step, result=result, already=state is StepState.ALREADY))
        elif state is StepState.DETACHED:
            self._session.tell(StepSkipped(step=step, reason="it goes on by itself"))
        else:
            self._session.tell(StepFailed(step=step, result=result))
        return StepReport(step=step, state=state, result=result, reason=result.message)


def _bug(step: Step, error: Exception) -> Result:
    """What nobody foresaw, as the step's failure."""
    message = f"The step met an unexpected {type(error).__name__}. This is a bug in ddbplan."
    return Result(function=step.call.function, ok=False, error_code="Unexpected", message=message)


def _traced(result: Result, error: Exception) -> Result:
    """The failure as people see it; a trace may hold values of items, so that the ledger never gets one."""
    if os.environ.get(TRACE_VARIABLE) != "1":
        return replace(result, message=f"{result.message} Run it with {TRACE_VARIABLE}=1 to see the trace.")
    return replace(result, message=f"{result.message}\n{''.join(traceback.format_exception(error)).rstrip()}")


def _tables(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = (result.value or {}).get("tables", {})
    return found


def _was_already(step: Step, result: Result) -> bool:
    if recording.is_creation(step):
        return bool(_tables(result)) and not any(answer.get("created") for answer in _tables(result).values())
    return isinstance(result.value, dict) and bool(result.value.get("already"))
