"""The record of a generation, and answers played back from one: nothing is reproducible, so it is written down.

A record holds what was said and answered. It holds no credentials, no headers but the request's name, and no thinking,
which is opaque and bound to an account.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, get_type_hints

from planner.author import prompt
from planner.author.events import Answered, Event, Found
from planner.author.outcome import Outcome, Turn
from planner.author.values import Answer, AskError, AskFailure, Prompt, Request, Usage
from planner.values import Json, canonical_json

if TYPE_CHECKING:
    from planner.diagnostics import Diagnostic

VERSION = 1
_USAGE = get_type_hints(Usage)


class BadRecordError(Exception):
    """A record that cannot be used; the message says why."""


class Recorder:
    """A listener that keeps every turn and what was found in its text."""

    def __init__(self, request: Request, versions: Mapping[str, str], at: str) -> None:
        """Begin a record.

        Args:
            request: What is asked.
            versions: Of the programs that take part, by name.
            at: When, in UTC.
        """
        self._request = request
        self._head = {"version": VERSION, "at": at, "versions": dict(versions)}
        self._turns: list[dict[str, Json]] = []

    def __call__(self, event: Event) -> None:
        """Keep what belongs into the record."""
        if isinstance(event, Answered):
            self._turns.append(_turn(event.turn))
        elif isinstance(event, Found) and self._turns:
            self._turns[-1]["findings"] = [_finding(found) for found in event.findings]

    def as_json(self, outcome: Outcome | None) -> Json:
        """The whole record.

        Args:
            outcome: How it ended; None when it was interrupted.
        """
        settings = self._request.settings
        system = "".join(block["text"] for block in prompt.system())
        return {
            **self._head,
            "provider": settings.provider.value,
            "model": settings.model,
            "effort": settings.effort.value,
            "max_tokens": settings.max_tokens,
            "system_sha256": sha256(system),
            "live_state_sha256": None if self._request.live is None else sha256(canonical_json(self._request.live)),
            "turns": self._turns,
            "outcome": None if outcome is None else outcome.kind.value,
            "message": "" if outcome is None else outcome.message,
            "plan_sha256": sha256(outcome.text) if outcome is not None and outcome.text else None,
        }


class Replay:
    """Answers from a record, by what was asked."""

    def __init__(self, turns: Mapping[str, tuple[Answer, ...]], nonce: str) -> None:
        self._turns = {fingerprint: list(answers) for fingerprint, answers in turns.items()}
        self._nonce = nonce

    def __call__(self, prompt: Prompt, hear: Callable[[str], None]) -> Answer:
        """The recorded answer to this request.

        Raises:
            AskError: There is none.
        """
        answers = self._turns.get(prompt.fingerprint(self._nonce))
        if not answers:
            number = (len(prompt.messages) + 1) // 2
            raise AskError(
                AskFailure.NOT_RECORDED,
                f"The record holds no answer to request {number}: the purpose, an option, a finding or ddbplan's own "
                "prompt is another one than when it was recorded.",
            )
        answer = answers.pop(0)
        hear(answer.text)
        return answer


def read_record(text: str, nonce: str) -> Replay:
    """Read a record that nobody has vouched for.

    Args:
        text: The file's text.
        nonce: The random text of the request that is to be answered.

    Raises:
        BadRecordError: It is no record.
    """
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        raise BadRecordError("it is not JSON") from None
    if not isinstance(record, dict) or record.get("version") != VERSION or not isinstance(record.get("turns"), list):
        raise BadRecordError(f"it is no record of version {VERSION}")
    found: dict[str, tuple[Answer, ...]] = {}
    for turn in record["turns"]:
        fingerprint, answer = _read_turn(turn)
        found[fingerprint] = (*found.get(fingerprint, ()), answer)
    return Replay(found, nonce)


def sha256(text: str) -> str:
    """Of a text in UTF-8, as hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _turn(turn: Turn) -> dict[str, Json]:
    answer = turn.answer
    return {
        "request_sha256": turn.fingerprint,
        "request_id": answer.request_id,
        "user": turn.user,
        "answer": answer.text,
        "stop_reason": answer.stop_reason,
        "category": answer.category,
        "model": answer.model,
        "usage": asdict(answer.usage),
    }


def _finding(found: Diagnostic) -> Json:
    line = found.position.line if found.position else None
    return {"code": found.code, "address": found.address, "line": line, "what": found.what, "fix": found.fix}


def _read_turn(turn: Json) -> tuple[str, Answer]:
    texts = ("request_sha256", "answer", "stop_reason", "category", "model", "request_id")
    usage = turn.get("usage") if isinstance(turn, dict) else None
    if not isinstance(usage, dict) or not all(isinstance(turn.get(name), str) for name in texts):
        raise BadRecordError("a turn of it lacks its request's hash, its answer or its usage")
    if set(usage) != set(_USAGE) or not all(type(usage[name]) is kind for name, kind in _USAGE.items()):
        raise BadRecordError("the usage of a turn is not as it was recorded")
    text = turn["answer"]
    return turn["request_sha256"], Answer(
        content=({"type": "text", "text": text},) if text else (),
        text=text,
        stop_reason=turn["stop_reason"],
        category=turn["category"],
        usage=Usage(**usage),
        model=turn["model"],
        request_id=turn["request_id"],
    )
