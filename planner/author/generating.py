"""The loop: ask, read, prove, send back what is wrong."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import yaml

from planner.author import prompt, reach, reply
from planner.author.conversation import Conversation, StopError, question_for
from planner.author.events import Found, Listener, Repairing
from planner.author.masking import Masked, mask
from planner.author.merging import UnfittingError, is_whole, merge
from planner.author.outcome import Outcome, OutcomeKind
from planner.author.values import AnswerQuestions, Asker, Prompt, Prove, Request
from planner.codes import author as codes
from planner.diagnostics import Diagnostic, Report, Severity
from planner.reading.compose import compose
from planner.reading.files import MAX_PLAN_BYTES, decode
from planner.waivers import is_rule

FILE = "plan.yaml"
"""What a plan is called in findings: its real place is nobody's business."""


def first_prompt(request: Request) -> Prompt:
    """The first request exactly as it is sent."""
    text = prompt.first(request, mask(request.base).text if request.base is not None else "")
    messages = [{"role": "user", "content": [{"type": "text", "text": text}]}]
    return question_for(request.settings, prompt.system(), messages, Decimal(0))


def generate(
    request: Request,
    ask: Asker,
    prove: Prove,
    listen: Listener,
    *,
    answer: AnswerQuestions | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Ask Claude for a plan until one holds.

    Args:
        request: What is wanted.
        ask: Sends one request; ``planner.author.connect`` makes one.
        prove: Says what is wrong with a plan's text.
        listen: Told what happens.
        answer: Puts Claude's questions to the person, where the request allows questions.
        sleep: Waits between two attempts at one request.

    Returns:
        What came of it. Only the text of a DONE outcome passed ``prove``.
    """
    return _Generation(request, ask, prove, listen, answer, sleep).run()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """The text of an answer as a plan, and what is wrong with it.

    Attributes:
        text: The whole plan; empty when there is none.
        findings: All of them; errors are sent back, and once what the design rules warn of.
        mergeable: It can be read, so that entries of it can be replaced.
    """

    text: str
    findings: tuple[Diagnostic, ...]
    mergeable: bool

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(found for found in self.findings if found.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What the design rules warn of."""
        return tuple(one for one in self.findings if one.severity is Severity.WARNING and is_rule(one.code))


class _Generation:
    """One run of the loop."""

    def __init__(
        self,
        request: Request,
        ask: Asker,
        prove: Prove,
        listen: Listener,
        answer: AnswerQuestions | None,
        sleep: Callable[[float], None],
    ) -> None:
        self._request = request
        self._prove = prove
        self._listen = listen
        self._answer = answer
        self._talk = Conversation(request, ask, listen, sleep)
        self._masked = Masked() if request.base is None else mask(request.base)
        self._known_names = frozenset(request.live or ())
        self._current = request.base or ""
        self._candidate = _Candidate(text="", findings=(), mergeable=False)
        self._proved: _Candidate | None = None
        self._repairs = 0

    def run(self) -> Outcome:
        """Ask until a plan holds or there is a reason to stop."""
        try:
            return self._until_proved(self._first())
        except StopError as stop:
            return self._stopped(stop)

    def _first(self) -> str:
        said = self._talk.say(prompt.first(self._request, self._masked.text))
        asked = reply.questions(said) if self._request.may_ask else ()
        if not asked:
            return said
        given = None if self._answer is None else self._answer(asked)
        if given is None:
            return self._talk.say(prompt.unanswered())
        return self._talk.say(prompt.answers(asked, given, self._request.nonce))

    def _until_proved(self, said: str) -> Outcome:
        before: frozenset[tuple[str, str, str]] = frozenset()
        while True:
            self._candidate = self._judged(said)
            errors = self._candidate.errors or self._worth_a_repair()
            self._listen(Found(findings=errors))
            if not errors:
                return self._outcome(OutcomeKind.DONE, "")
            seen = frozenset((found.code, found.address, found.what) for found in errors)
            if seen == before:
                return self._given_up("The same findings came back after a repair.")
            if self._repairs == self._request.settings.repairs:
                return self._given_up(f"The plan has findings after {self._repairs} repairs.")
            before = seen
            said = self._repaired(errors)

    def _worth_a_repair(self) -> tuple[Diagnostic, ...]:
        """What the rules warn of in a plan that holds: sent back once, and not of a person's own plan."""
        first = self._proved is None and self._repairs < self._request.settings.repairs
        self._proved = self._candidate
        return self._candidate.warnings if first and self._request.base is None else ()

    def _given_up(self, message: str) -> Outcome:
        """The plan that held before its warnings were sent back, if there is one."""
        if self._proved is None:
            return self._outcome(OutcomeKind.INVALID, message)
        self._candidate = self._proved
        return self._outcome(OutcomeKind.DONE, "")

    def _repaired(self, errors: tuple[Diagnostic, ...]) -> str:
        self._repairs += 1
        self._listen(Repairing(number=self._repairs, most=self._request.settings.repairs))
        changing = self._request.base is not None
        whole = not changing and (not self._candidate.mergeable or len(self._current) <= prompt.WHOLE_UP_TO)
        return self._talk.say(self._hidden(prompt.repair(errors, whole=whole, lines=not changing)))

    def _hidden(self, message: str) -> str:
        return message if self._request.base is None else self._masked.hide(message)

    def _judged(self, said: str) -> _Candidate:
        found = reply.fenced(said)
        report = Report()
        if found is None:
            fix = "Answer with one fence that opens with ```yaml and holds the plan."
            report.add(codes.NO_PLAN, None, what="The answer holds no YAML fence.", fix=fix)
            # What was paid for is kept even so, as what it is; a plan that came before is worth more.
            kept = self._current if self._current != (self._request.base or "") else said
            return _Candidate(text=kept, findings=report.sorted(), mergeable=False)
        if not found.closed:
            report.add(codes.UNCLOSED, None, what="The fence is not closed.", fix="Answer again, and close the fence.")
            return _Candidate(text=found.text, findings=report.sorted(), mergeable=False)
        text = self._as_plan(found.text, report)
        if text is None:
            return _Candidate(text=self._current or found.text, findings=report.sorted(), mergeable=False)
        if is_whole(text):
            self._current = text
        beyond = reach.beyond(text, FILE, base=self._request.base, known_names=self._known_names)
        if beyond:
            return _Candidate(text=text, findings=beyond, mergeable=True)
        return _Candidate(text=text, findings=self._prove(text), mergeable=True)

    def _as_plan(self, text: str, report: Report) -> str | None:
        """The whole plan's text; None after a diagnostic."""
        if not _reads(text, report):
            return None
        try:
            restored = text if self._request.base is None else self._masked.restore(text)
            # A new plan that is written again as a whole says it in its own words; only a person's text is kept.
            again = self._request.base is None and is_whole(restored)
            whole = restored if again or not self._current else merge(self._current, restored)
        except (UnfittingError, yaml.YAMLError) as problem:
            fix = "Answer with the whole plan." if self._request.base is None else "Answer with whole entries."
            report.add(codes.UNFITTING, None, what=f"The change cannot be put into the plan: {problem}.", fix=fix)
            return None
        return whole if _reads(whole, report) else None

    def _stopped(self, stop: StopError) -> Outcome:
        if self._proved is not None:
            return self._given_up(stop.message)  # a plan that holds is not lost because a better one did not come
        part = reply.fenced(stop.answer)
        if part is not None and not self._current:
            self._candidate = _Candidate(text=part.text, findings=(), mergeable=False)
        return self._outcome(stop.kind, stop.message, stop)

    def _outcome(self, kind: OutcomeKind, message: str, stop: StopError | None = None) -> Outcome:
        return Outcome(
            kind=kind,
            text=self._candidate.text,
            findings=self._candidate.findings,
            message=message,
            failure=None if stop is None else stop.failure,
            turns=tuple(self._talk.turns),
            usage=self._talk.usage,
            cost=self._talk.cost,
            repairs=self._repairs,
            settings=self._request.settings,
        )


def _reads(text: str, report: Report) -> bool:
    """Whether the text is YAML that a plan may be written in; every problem goes to the report."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > MAX_PLAN_BYTES:
        what = f"The plan has {len(data):,} bytes; {MAX_PLAN_BYTES:,} are the most."
        report.add(codes.UNFITTING, None, what=what, fix="Write fewer seed rows.")
        return False
    decoded = decode(data, FILE, report)
    return decoded is not None and compose(decoded, FILE, report) is not None and not report.has_errors
