"""A conversation that only grows: what was said stays as it was, so that caches hold and thinking stays valid."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from planner.author import prices, prompt, reply
from planner.author.events import Answered, Continuing, Listener, Thinking, Writing
from planner.author.outcome import OutcomeKind, Turn
from planner.author.patience import Patient
from planner.author.values import Answer, Asker, AskError, AskFailure, Prompt, Request, Settings, Usage
from planner.values import Json

SMALLEST_ANSWER = 2_000
"""Tokens: an answer that may be no longer than this is not worth its request."""


class StopError(Exception):
    """The conversation cannot go on.

    Attributes:
        kind: How generating ends.
        message: Why, in a sentence.
        failure: For FAILED, what kind of failure it was.
        answer: The text of the answer so far.
    """

    def __init__(self, kind: OutcomeKind, message: str, *, failure: AskFailure | None = None, answer: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.failure = failure
        self.answer = answer


def question_for(
    settings: Settings, system: tuple[Json, ...], messages: Sequence[Json], spent: Decimal | None
) -> Prompt:
    """A request; its answer may be as long as the settings say and the money that is left allows.

    Args:
        settings: How Claude is asked.
        system: The system prompt.
        messages: The conversation so far.
        spent: US dollars; None when the price is not known.
    """
    question = Prompt(
        model=settings.model,
        max_tokens=settings.max_tokens,
        effort=settings.effort,
        system=system,
        messages=tuple(messages),
    )
    if settings.max_cost is None or spent is None:
        return question
    tokens = prices.affordable(settings, len(json.dumps(question.body())), settings.max_cost - spent)
    return question if tokens is None else replace(question, max_tokens=tokens)


class Conversation:
    """Says something and hears the whole answer, continued where it was cut.

    Attributes:
        turns: Every request that was answered.
    """

    def __init__(self, request: Request, ask: Asker, listen: Listener, sleep: Callable[[float], None]) -> None:
        self.turns: list[Turn] = []
        self._request = request
        self._settings = request.settings
        self._listen = listen
        self._ask = Patient(ask, listen, sleep)
        self._system = prompt.system()
        self._messages: list[Json] = []
        self._heard = ""

    @property
    def usage(self) -> Usage:
        """What was used so far, by failed requests as well."""
        used = self._ask.spent
        for turn in self.turns:
            used += turn.answer.usage
        return used

    @property
    def cost(self) -> Decimal | None:
        """US dollars so far; None when the price is not known."""
        found = Decimal(0)
        for usage in (self._ask.spent, *(turn.answer.usage for turn in self.turns)):
            part = prices.cost(self._settings, usage)
            if part is None:
                return None
            found += part
        return found

    def say(self, text: str) -> str:
        """Say something; the whole text of the answer, parts joined.

        Raises:
            StopError: There is no whole answer.
        """
        whole = ""
        for number in range(self._settings.continuations + 1):
            answer = self._turn(text, whole)
            whole = reply.join(whole, answer.text) if whole else answer.text
            if answer.stop_reason == "end_turn":
                return whole
            self._may_continue(answer, whole, number)
            text = reply.continuation(whole)
            self._listen(Continuing(number=number + 1, most=self._settings.continuations))
        raise AssertionError("the last answer ends or stops. This is a bug in ddbplan.")

    def _turn(self, text: str, before: str) -> Answer:
        self._messages.append({"role": "user", "content": [{"type": "text", "text": text}]})
        question = self._prompt()
        self._heard = ""
        self._listen(Thinking())
        try:
            answer = self._asked(question, before)
        except AskError as error:
            heard = reply.join(before, self._heard) if before and self._heard else before or self._heard
            raise StopError(OutcomeKind.FAILED, error.message, failure=error.failure, answer=heard) from error
        if answer.content:
            self._messages.append({"role": "assistant", "content": list(answer.content)})
        turn = Turn(fingerprint=question.fingerprint(self._request.nonce), user=text, answer=answer)
        self.turns.append(turn)
        self._listen(Answered(turn=turn))
        return answer

    def _asked(self, question: Prompt, before: str) -> Answer:
        def hear(text: str) -> None:
            self._heard = text
            # Not joined yet: that takes a look at all of it, and this happens with every word.
            self._listen(Writing(text=before + text))

        try:
            return self._ask(question, hear)
        except AskError as error:
            if error.failure is not AskFailure.STALE_THINKING:
                raise
        # Thinking is bound to what it was thought under; without it the conversation is accepted all the same.
        self._messages = [_without_thinking(message) for message in self._messages]
        return self._ask(replace(question, messages=tuple(self._messages)), hear)

    def _prompt(self) -> Prompt:
        question = question_for(self._settings, self._system, self._messages, self.cost)
        if question.max_tokens < min(SMALLEST_ANSWER, self._settings.max_tokens):
            message = f"The cost limit of ${self._settings.max_cost} leaves nothing for another answer."
            raise StopError(OutcomeKind.STOPPED, message)
        return question

    def _may_continue(self, answer: Answer, whole: str, number: int) -> None:
        """Whether an answer that did not end by itself is to be continued; otherwise it says why not."""
        match answer.stop_reason:
            case "max_tokens" if not answer.text.strip():
                what = "All of the answer's length went into thinking. Raise --max-tokens, or lower --effort."
            case "max_tokens" if number < self._settings.continuations:
                return
            case "max_tokens":
                what = f"The plan is not complete after {number} continuations. Raise --max-tokens, or ask for less."
            case "model_context_window_exceeded":
                what = "The conversation is longer than the model reads. Shorten the requirements, or leave out --live."
            case "refusal":
                category = f" (category {answer.category})" if answer.category else ""
                message = f"Claude declined to answer{category}. Say the purpose in other words."
                raise StopError(OutcomeKind.REFUSED, message, answer=whole)
            case other:
                what = f"The answer ended in a way that ddbplan does not know ({other}), so it was not used."
        raise StopError(OutcomeKind.STOPPED, what, answer=whole)


def _without_thinking(message: Json) -> Json:
    content = [block for block in message["content"] if block["type"] not in {"thinking", "redacted_thinking"}]
    return {**message, "content": content or [{"type": "text", "text": "(no text)"}]}
