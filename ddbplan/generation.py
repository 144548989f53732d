"""From a wish to a file: what is asked, of whom, what it must pass, and where it goes."""

from __future__ import annotations

import contextlib
import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ddbplan import drafts, inputs, workspace
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from ddbplan.next_steps import command_to_compare
from ddbplan.no_answer import failure_of
from ddbplan.options import TargetOptions
from ddbplan.plans import rule_settings
from ddbplan.proving import Prover
from ddbplan.views import generate as view
from ddbplan.views.hints import write_next, write_note, write_warnings
from ddbplan.views.output import stderr
from ddbplan.views.prompts import Answer as Said
from ddbplan.views.prompts import ask as ask_person
from ddbplan.views.prompts import at_terminal, confirm
from planner.author.generating import FILE, first_prompt, generate
from planner.author.outcome import Outcome, OutcomeKind
from planner.author.recording import BadRecordError, Recorder, read_record
from planner.author.values import Asker, AskError, Provider, Request, Settings

if TYPE_CHECKING:
    from planner.author.claude import Claude
    from planner.author.events import Event
    from planner.checked import CheckedPlan

_NONCE_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was typed.

    Attributes:
        purpose: In the person's words; may be empty beside ``source``.
        source: A file of requirements, ``-`` for standard input.
        output: Where the plan goes; ``-`` for standard output, None for ``plans/``.
        refine: The plan to change.
        yes: Write the change without asking.
        ask: Claude may put questions.
        live: Claude is told the schema of existing tables.
        live_prefix: Only tables whose names begin so.
        dry_run: Print the request and send nothing.
        record: Where everything is kept.
        replay: A record whose answers are taken.
        verbose: Show the text as it comes.
        settings: How Claude is asked.
        target: Where the existing tables are.
    """

    purpose: str
    source: str | None
    output: str | None
    refine: Path | None
    yes: bool
    ask: bool
    live: bool
    live_prefix: str
    dry_run: bool
    record: Path | None
    replay: Path | None
    verbose: bool
    settings: Settings
    target: TargetOptions


def carry_out(wish: Wish) -> Exit:
    """Everything that ``ddbplan generate`` does.

    Raises:
        Failure: It cannot be done; nothing was overwritten, and what was received is kept beside the plan.
    """
    _refuse_nonsense(wish)
    base = None if wish.refine is None else inputs.base_plan(wish.refine)
    if wish.dry_run:
        view.write_request({**first_prompt(_request(wish, base)).body(), "stream": True})
        return Exit.DONE
    _require_engine()
    request = _request(wish, base)
    with _asker(wish, request) as ask:
        return _Run(wish, request, base, ask).run()


def _refuse_nonsense(wish: Wish) -> None:
    if not wish.purpose.strip() and wish.source is None:
        raise click.UsageError('Say what the data is for, such as: ddbplan generate "a shop with carts and orders"')
    if not wish.live and (wish.live_prefix or wish.target.local or wish.target.endpoint_url):
        raise click.UsageError("Existing tables are looked at only with --live. Give it, or leave the target out.")
    if wish.ask and not at_terminal():
        raise click.UsageError("--ask needs a terminal to put questions on.")
    if wish.refine is not None and wish.output is None and not wish.yes and not at_terminal() and not wish.dry_run:
        raise click.UsageError("--refine asks before it writes, and there is no terminal. Give --yes, or -o FILE.")
    for option, path in (("-o", wish.output), ("--record", wish.record)):
        if path not in {None, "-"} and Path(str(path)).exists():
            raise Failure(f"{path} exists already, and generate never writes over a file. Give {option} another name.")


def _require_engine() -> None:
    """Whoever cannot prove a plan is not to pay for one."""
    from executor.local.program import find_engine_program  # noqa: PLC0415 - only some commands need it

    workspace.check_engine_setting()
    find_engine_program()
    rule_settings()


def _request(wish: Wish, base: inputs.BasePlan | None) -> Request:
    return Request(
        purpose=inputs.clean(wish.purpose),
        nonce=secrets.token_hex(_NONCE_BYTES),
        settings=wish.settings,
        requirements="" if wish.source is None else inputs.requirements(wish.source),
        live=inputs.live_schema(wish.target, wish.live_prefix) if wish.live else None,
        base=None if base is None else base.text,
        may_ask=wish.ask,
    )


@contextlib.contextmanager
def _asker(wish: Wish, request: Request) -> Iterator[Asker]:
    """Who is asked; its connection is closed in the end."""
    if wish.replay is not None:
        yield _replayed(wish.replay, request.nonce)
        return
    with _connected(wish) as claude:
        yield claude


def _replayed(record: Path, nonce: str) -> Asker:
    try:
        return read_record(inputs.text_of(record), nonce)
    except BadRecordError as problem:
        raise Failure(f"{record} cannot be replayed: {problem}.") from None


def _connected(wish: Wish) -> Claude:
    from planner.author.claude import connect  # noqa: PLC0415 - takes two seconds to load

    region = wish.target.region
    if wish.settings.provider is not Provider.ANTHROPIC and region is None:
        region = inputs.configured_region(wish.target.profile)
        if region is None:
            raise Failure(
                f"{wish.settings.provider} is reached in an AWS Region, and none is set. Name one by --region."
            )
    try:
        return connect(wish.settings.provider, profile=wish.target.profile, region=region)
    except AskError as error:
        raise failure_of(error.failure, error.message, wish.settings) from error


class _Run:
    """Asks, and sees that nothing that was received is lost."""

    def __init__(self, wish: Wish, request: Request, base: inputs.BasePlan | None, ask: Asker) -> None:
        self._wish = wish
        self._request = request
        self._base = base
        self._ask = ask
        self._progress = view.Progress(stderr(), verbose=wish.verbose)
        self._recorder = Recorder(request, versions(), datetime.now(UTC).isoformat(timespec="seconds"))
        folder = Path(drafts.FOLDER) if wish.output in {None, "-"} else Path(str(wish.output)).parent
        self._prover = Prover(folder if base is None else base.path.parent, FILE, self._listen)

    def run(self) -> Exit:
        """Until there is a plan, or a reason why not."""
        started = time.monotonic()
        outcome = None
        try:
            with self._progress, _kept(lambda: self._keep(self._progress.text)):
                outcome = generate(self._request, self._ask, self._prover, self._listen, answer=self._answers)
        finally:
            self._write_record(outcome)
        if outcome.kind is not OutcomeKind.DONE or self._prover.checked is None:
            return self._not_done(outcome, time.monotonic() - started)
        seconds = time.monotonic() - started
        with _kept(lambda: self._keep(outcome.text)):
            written = self._deliver(outcome, self._prover.checked)
        view.write_usage(outcome, seconds)
        write_warnings(outcome.findings)
        if written is not None:
            write_next(command_to_compare([str(written)]))
        return Exit.DONE

    def _listen(self, event: Event) -> None:
        self._recorder(event)
        self._progress(event)

    def _answers(self, questions: tuple[str, ...]) -> tuple[str, ...] | None:
        self._progress.pause()
        return view.ask_questions(questions, lambda prompt: ask_person(prompt, without_terminal="no --ask"))

    def _deliver(self, outcome: Outcome, checked: CheckedPlan) -> Path | None:
        """Write the plan; the file, or None when it went to standard output or was declined."""
        if self._base is not None:
            return self._deliver_change(self._base, outcome.text, checked)
        text = drafts.provenance(outcome, versions(), f"{datetime.now(UTC):%Y-%m-%d}") + outcome.text
        if self._wish.output == "-":
            view.write_plan(text)
            view.write_summary("standard output", checked)
            return None
        wanted = self._path(checked.plan.database)
        written = drafts.write_new(wanted, text)
        if written != wanted:
            write_note(
                f"{wanted} exists, so the plan went to {written}. Both claim the database {checked.plan.database}."
            )
        view.write_summary(str(written), checked)
        return written

    def _deliver_change(self, base: inputs.BasePlan, text: str, checked: CheckedPlan) -> Path | None:
        if text == base.text:
            write_note("the plan already says so; nothing changed.")
            return base.path
        if self._wish.output == "-":
            view.write_plan(text)
            view.write_summary("standard output", checked)
            return None
        view.write_change(base.text, text, base.path)
        if self._wish.live:
            inputs.show_live_change(self._wish.target, checked, base.path)
        if self._wish.output is not None:
            written = drafts.write_new(Path(self._wish.output), text)
            view.write_summary(str(written), checked)
            return written
        if not self._wish.yes and confirm(f"Write this to {base.path}?", without_terminal="--yes") is Said.NO:
            kept = drafts.write_new(drafts.beside(base.path, ".partial"), text)
            write_note(f"{base.path} is as it was; the change is in {kept}.")
            return None
        drafts.replace(base.path, text, before=base.data)
        view.write_summary(str(base.path), checked)
        return base.path

    def _not_done(self, outcome: Outcome, seconds: float) -> Exit:
        kept, findings = "", outcome.findings
        if outcome.text and outcome.text != (self._base.text if self._base else ""):
            path = self._beside(".invalid.yaml")
            header = drafts.findings_header(outcome.message, findings)
            path = drafts.write_new(path, header + outcome.text)
            findings = drafts.moved(findings, path)
            kept = f" What there is was kept in {path}."
        view.write_findings(findings)
        if outcome.turns or outcome.usage.sent:
            view.write_usage(outcome, seconds)
        failure = failure_of(outcome.failure, outcome.message, outcome.settings)
        raise Failure(f"{failure.message}{kept}", command=failure.command)

    def _keep(self, text: str) -> None:
        self._progress.pause()
        if text.strip():
            kept = drafts.write_new(self._beside(".partial"), text)
            write_note(f"what was received so far is in {kept}.")

    def _write_record(self, outcome: Outcome | None) -> None:
        if self._wish.record is not None:
            text = json.dumps(self._recorder.as_json(outcome), indent=1, ensure_ascii=False) + "\n"
            written = drafts.write_new(self._wish.record, text)
            write_note(f"the record is in {written}.")

    def _path(self, database: str) -> Path:
        return Path(self._wish.output) if self._wish.output else Path(drafts.FOLDER) / f"{database}.yaml"

    def _beside(self, suffix: str) -> Path:
        if self._base is not None:
            return drafts.beside(self._base.path, suffix)
        named = self._wish.output not in {None, "-"}
        return drafts.beside(self._path("") if named else Path(drafts.FOLDER) / "generated.yaml", suffix)


@contextlib.contextmanager
def _kept(keep: Callable[[], None]) -> Iterator[None]:
    """Whatever ends the asking, Ctrl-C included: what was received is kept, and then it ends."""
    try:
        yield
    except BaseException:
        keep()
        raise


def versions() -> dict[str, str]:
    """Of the programs that take part; the SDK's only where it was loaded."""
    found = {"ddbplan": version("ddbplan")}
    return found | ({"anthropic": version("anthropic")} if "anthropic" in sys.modules else {})
