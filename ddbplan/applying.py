"""How ``apply`` goes: plans or saved steps, one after the other, under one set of signal handlers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ddbplan import approvals
from ddbplan import plans as reading
from ddbplan.choices import Choices
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.next_steps import Ended, Typed, command_after, command_to_save
from ddbplan.options import TargetOptions
from ddbplan.signals import Signals
from ddbplan.target import connected
from ddbplan.views.apply import outcome_json, write_found_items, write_outcome
from ddbplan.views.diff import diff_json, shown, write_diff
from ddbplan.views.hints import write_idle, write_next, write_warnings
from ddbplan.views.output import stderr, stdout
from ddbplan.views.progress import progress
from ddbplan.views.prompts import Answer, confirm, reads_and_answers
from ddbplan.views.summary import apply_summary, write_apply_summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from executor.apply import ApplyOptions, Outcome, Stop
    from executor.clients import Clients
    from executor.prepare import Prepared
    from planner.approval import SavedSteps
    from planner.checked import CheckedPlan

EXITS = {
    "done": Exit.DONE,
    "nothing": Exit.DONE,
    "declined": Exit.ERROR,
    "refused": Exit.REFUSED,
    "stale": Exit.STALE,
    "locked": Exit.STALE,
    "failed": Exit.STOPPED,
    "detached": Exit.IN_PROGRESS,
}
_GOES_ON = frozenset({Exit.DONE, Exit.IN_PROGRESS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was typed.

    Attributes:
        plans: Plans, or one file of saved steps.
        environment: The environment, if one was named.
        choices: What was decided beside the plan.
        target: Where.
        form: ``text`` or ``json``.
        ask: Whether a person is to confirm.
        approve: The hash of the steps that may run.
        show_values: Whether items may be shown whole.
        tuning: Further options of the executor, by its names for them.
    """

    plans: tuple[str, ...]
    environment: str | None
    choices: Choices
    target: TargetOptions
    form: str
    ask: bool
    approve: str
    show_values: bool = False
    tuning: dict[str, Any] = field(default_factory=dict)

    @property
    def typed(self) -> Typed:
        """What the next command repeats."""
        return Typed(
            plans=self.plans,
            environment=self.environment,
            words=self.choices.words(),
            ledger=self.choices.ledger,
            target=self.target,
        )

    @property
    def interactive(self) -> bool:
        """Whether a person reads the diff and is asked, as nobody is about saved steps."""
        return self.ask and self.saved_steps is None and reads_and_answers()

    @property
    def saved_steps(self) -> Path | None:
        """The file of saved steps that was named in place of a plan, if it was one."""
        named = [Path(plan) for plan in self.plans if plan.endswith(".json")]
        if named and len(self.plans) > 1:
            raise click.UsageError("Saved steps are applied alone, without a plan beside them.")
        return named[0] if named else None


def run(request: Request) -> Exit:
    """Apply what was asked for; the first plan that does not come to its end stops those after it."""
    from executor.apply import Stop  # noqa: PLC0415 - loaded by the commands that talk to AWS

    path = request.saved_steps
    saved = approvals.read(path) if path is not None else None
    if path is not None and saved is not None:
        approvals.check_expiry(path, saved, command_to_save(request.plans, saved, request.target))
    loaded = reading.load(
        reading.find(saved.where.plans, saved.where.variables) if saved else reading.find(request.plans),
        saved.where.environment if saved else request.environment,
        request.choices.row_policy,
    )
    stop = Stop()
    signals = Signals(stop)
    with signals.handled(), connected(request.target, writes=True) as clients:
        one = _Runner(request, clients, stop, signals)
        code = one.run_saved(path, saved, loaded.plans) if path and saved else one.run_plans(loaded.plans)
    diffs = [ended.outcome.prepared.diff for ended in one.ended if ended.outcome.prepared is not None]
    if len(diffs) == len(loaded.plans):
        write_idle(request.choices.idle(hazard for found in diffs for hazard in found.hazards))
    if len(loaded.plans) > 1:
        _summarise(request.form, one.ended, [plan.plan.file for plan in loaded.plans])
    if request.form == "text":
        write_warnings(loaded.warnings)
        write_next(command_after(request.typed, one.ended, loaded.plans, saved))
    return code


def _summarise(form: str, ended: list[Ended], plans: list[str]) -> None:
    """What all plans came to, in one line or as the last JSON value."""
    if form == "json":
        stdout().json({"version": 1, "event": "summary", **apply_summary(ended, plans)}, compact=True)
    else:
        write_apply_summary(stdout(), ended, plans)


class _Runner:
    """Applies plans one by one with the same clients, signals and views."""

    def __init__(self, request: Request, clients: Clients, stop: Stop, signals: Signals) -> None:
        self._request = request
        self._clients = clients
        self._stop = stop
        self._signals = signals
        self._out = stdout()
        self._messages = stderr()
        self._shown: set[str] = set()
        self.ended: list[Ended] = []

    def run_plans(self, plans: tuple[CheckedPlan, ...]) -> Exit:
        """Apply each plan; several are shown and confirmed together."""
        if self._request.ask and len(plans) > 1:
            return self._run_together(plans)
        return self._each(plans, self._confirm, self._options())

    def run_saved(self, path: Path, saved: SavedSteps, plans: tuple[CheckedPlan, ...]) -> Exit:
        """Apply a plan as far as saved steps approve it.

        Raises:
            Failure: They no longer hold.
        """
        done = approvals.progressed(self._clients, saved)
        again = command_to_save(self._request.plans, saved, self._request.target)
        given = self._request.choices
        if given.policy is not None:
            given.policy.check_ledger(saved.ledger_table)
        chosen = {name: tuple(saved.options.get(name, ())) for name in ("adopt", "only", "rerun", "skip")}
        choices = Choices(
            ledger=saved.ledger_table,
            allow=given.allow,
            policy=given.policy,
            adopt=chosen["adopt"],
            only=chosen["only"],
            rerun=chosen["rerun"],
            skip=chosen["skip"],
        )

        def still_holds(plan: CheckedPlan, prepared: Prepared) -> None:
            approvals.check(path, saved, approvals.of(plan, prepared, choices), done, again)

        def approved(plan: CheckedPlan, prepared: Prepared) -> bool:
            self._show(plan, prepared)
            self._signals.begin()
            return True

        if len(plans) != 1:
            raise approvals.stale(path, ["They name no single plan."], again)
        options = choices.as_options(approval=saved.id, **self._more())
        return self._each(plans, approved, options, still_holds)

    def _run_together(self, plans: tuple[CheckedPlan, ...]) -> Exit:
        from executor.applying.gate import what_moved  # noqa: PLC0415 - loaded by the commands that talk to AWS
        from executor.prepare import prepare  # noqa: PLC0415 - likewise

        prepared = [prepare(plan, self._clients, self._options()) for plan in plans]
        for one in prepared:
            self._request.choices.check_place(one.caller)
        for plan, one in zip(plans, prepared, strict=True):
            self._show(plan, one)
        if any(not one.diff.is_empty for one in prepared) and not self._ask():
            return Exit.ERROR
        seen = {plan.plan.file: one.diff for plan, one in zip(plans, prepared, strict=True)}

        def as_shown(plan: CheckedPlan, now: Prepared) -> bool:
            if what_moved(seen[plan.plan.file], now.diff):
                raise Failure(
                    f"What is live changed while {plan.plan.file} waited for its turn, so it was not applied. Run the "
                    "same command again and look at its diff.",
                    exit_code=Exit.STALE,
                )
            self._signals.begin()
            return True

        return self._each(plans, as_shown, self._options())

    def _each(
        self,
        plans: tuple[CheckedPlan, ...],
        agree: Callable[[CheckedPlan, Prepared], bool],
        options: ApplyOptions,
        examine: Callable[[CheckedPlan, Prepared], None] = lambda *_: None,
    ) -> Exit:
        code = Exit.DONE
        for plan in plans:
            ended = self._one(plan, agree, options, examine)
            code = ended if ended is not Exit.DONE else code
            if ended not in _GOES_ON:
                break
        return code

    def _one(
        self,
        plan: CheckedPlan,
        agree: Callable[[CheckedPlan, Prepared], bool],
        options: ApplyOptions,
        examine: Callable[[CheckedPlan, Prepared], None],
    ) -> Exit:
        from executor.apply import apply  # noqa: PLC0415 - loaded by the commands that talk to AWS

        with progress(self._request.form, self._out, self._messages, self._stop.asked.is_set) as listen:

            def confirmed(prepared: Prepared) -> bool:
                listen.expect(len(prepared.diff.steps))
                return agree(plan, prepared)

            def examined(prepared: Prepared) -> None:
                self._request.choices.check_place(prepared.caller)
                examine(plan, prepared)

            outcome = apply(
                plan,
                self._clients,
                options,
                confirmed,
                listen,
                self._stop,
                examined,
            )
        self._signals.rest()
        self._write(plan, outcome)
        self.ended.append(Ended(plan=plan, outcome=outcome))
        return EXITS.get(str(outcome.kind), self._signals.exit_code)

    def _confirm(self, plan: CheckedPlan, prepared: Prepared) -> bool:
        self._show(plan, prepared)
        agreed = not self._request.ask or self._ask()
        if agreed:
            self._signals.begin()
        return agreed

    def _ask(self) -> bool:
        return confirm("Apply these steps?", without_terminal="--yes") is Answer.YES

    def _show(self, plan: CheckedPlan, prepared: Prepared) -> None:
        self._shown.add(plan.plan.file)
        choices = self._request.choices
        permissions = choices.as_options().allow
        result = shown(plan, prepared, permissions, kinds=choices.kinds, interactive=self._request.interactive)
        if self._request.form == "json":
            self._out.json({"version": 1, "event": "diff", **diff_json(result)}, compact=True)
        else:
            write_diff(self._out, result)

    def _write(self, plan: CheckedPlan, outcome: Outcome) -> None:
        refused = outcome.prepared is not None and str(outcome.kind) in {"refused", "stale"}
        if refused and outcome.prepared is not None and plan.plan.file not in self._shown:
            self._show(plan, outcome.prepared)
        if self._request.form == "json":
            self._out.json(outcome_json(plan.plan.file, outcome, show_values=self._request.show_values), compact=True)
            return
        write_outcome(self._out, plan.plan.file, replace(outcome, refusals=()), self._messages)
        if self._request.show_values:
            write_found_items(self._messages, outcome)

    def _options(self) -> ApplyOptions:
        return self._request.choices.as_options(approve=self._request.approve, **self._more())

    def _more(self) -> dict[str, Any]:
        return {
            **self._request.tuning,
            "interactive": self._request.interactive,
            "tool_version": metadata.version("ddbplan"),
        }
