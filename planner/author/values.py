"""What is sent to Claude, what comes back, and what came of it: values only."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from planner.diagnostics import Diagnostic
from planner.values import Json, canonical_json

MAX_QUESTIONS = 5
MAX_REPAIRS = 3
MAX_CONTINUATIONS = 3

Prove = Callable[[str], tuple[Diagnostic, ...]]
"""Everything that is wrong with a plan's text: reading, checks, and a run on a throwaway engine."""

AnswerQuestions = Callable[[tuple[str, ...]], tuple[str, ...] | None]
"""Puts questions to the person; an answer for each, or None when nobody answers."""


class Provider(StrEnum):
    """Who serves Claude. Named by the user, never guessed from what credentials are around."""

    ANTHROPIC = "anthropic"
    BEDROCK = "bedrock"
    CLAUDE_AWS = "claude-aws"


class Effort(StrEnum):
    """How much Claude thinks. NONE sends nothing, for models that do not know the setting."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    XHIGH = "xhigh"
    MAX = "max"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How Claude is asked.

    Attributes:
        provider: Who serves it.
        model: Any name; it is the provider who knows.
        effort: How much it thinks.
        max_tokens: The most one answer may have, thinking included.
        max_cost: US dollars at most; None for no limit.
        repairs: How often findings are sent back.
        continuations: How often an answer that was cut is continued.
    """

    provider: Provider = Provider.ANTHROPIC
    model: str = "claude-opus-5-5"
    effort: Effort = Effort.MEDIUM
    max_tokens: int = 64_000
    max_cost: Decimal | None = None
    repairs: int = MAX_REPAIRS
    continuations: int = MAX_CONTINUATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person wants.

    Attributes:
        purpose: In their own words.
        nonce: A random text that nobody can guess; it marks where untrusted text begins and ends.
        settings: How Claude is asked.
        requirements: A longer text beside the purpose: a document, DDL, an existing model.
        live: Schema of existing tables as ``planner.author.grounding`` makes it; None when it is not to be sent.
        base: The text of a plan to change; None for a new one.
        may_ask: Claude may first put up to five questions.
    """

    purpose: str
    nonce: str
    settings: Settings = field(default_factory=Settings)
    requirements: str = ""
    live: Json | None = None
    base: str | None = None
    may_ask: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One request to the Messages API.

    Attributes:
        model: The model's name.
        max_tokens: The most the answer may have.
        effort: NONE leaves it out.
        system: Text blocks, the same for every request.
        messages: The conversation so far, ending with the user.
    """

    model: str
    max_tokens: int
    effort: Effort
    system: tuple[Json, ...]
    messages: tuple[Json, ...]

    def body(self) -> dict[str, Json]:
        """The arguments of ``messages.stream``: no tools, no sampling, effort at most."""
        found: dict[str, Json] = {
            "model": self.model,
            "max_tokens": self.max_tokens,
            "system": list(self.system),
            "messages": list(self.messages),
            # The conversation only ever grows: what one turn has written the next one reads from the cache.
            "cache_control": {"type": "ephemeral"},
        }
        return found if self.effort is Effort.NONE else found | {"output_config": {"effort": self.effort.value}}

    def fingerprint(self, nonce: str) -> str:
        """SHA-256 of what was asked, without what differs from run to run.

        Args:
            nonce: The request's random text, which is left out, as are thinking blocks, which are bound to an account.
        """
        messages = [{"role": message["role"], "content": _said(message["content"])} for message in self.messages]
        text = canonical_json({**self.body(), "max_tokens": None, "messages": messages})
        return hashlib.sha256(text.replace(nonce, "NONCE").encode()).hexdigest()


def _said(content: Json) -> str:
    return content if isinstance(content, str) else "".join(block["text"] for block in content if "text" in block)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was used, in tokens.

    Attributes:
        input: Sent and neither read from nor written to the cache.
        cache_written: Written to the prompt cache.
        cache_read: Read from it.
        output: Received, thinking included.
        thinking: Of the output, what was thinking.
        at_least: Something was cut before its last figures came.
    """

    input: int = 0
    cache_written: int = 0
    cache_read: int = 0
    output: int = 0
    thinking: int = 0
    at_least: bool = False

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            input=self.input + other.input,
            cache_written=self.cache_written + other.cache_written,
            cache_read=self.cache_read + other.cache_read,
            output=self.output + other.output,
            thinking=self.thinking + other.thinking,
            at_least=self.at_least or other.at_least,
        )

    @property
    def sent(self) -> int:
        """All that was sent."""
        return self.input + self.cache_written + self.cache_read


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one request.

    Attributes:
        content: The blocks as they came, to be sent back unchanged.
        text: The text of all text blocks.
        stop_reason: Why it ended, in the API's word.
        category: For a refusal, its category; empty when it has none.
        usage: What it used.
        model: The model that answered.
        request_id: The provider's name for the request.
    """

    content: tuple[Json, ...]
    text: str
    stop_reason: str
    category: str = ""
    usage: Usage = field(default_factory=Usage)
    model: str = ""
    request_id: str = ""


class AskFailure(StrEnum):
    """What kept an answer from coming."""

    NO_KEY = "no_key"
    """No credentials were found."""
    KEY_REFUSED = "key_refused"
    """Credentials were found and not accepted."""
    NOT_ALLOWED = "not_allowed"
    """The account may not: billing, permission, a spending limit."""
    NO_MODEL = "no_model"
    """The provider does not know the model."""
    BAD_REQUEST = "bad_request"
    """The provider did not accept the request."""
    STALE_THINKING = "stale_thinking"
    """Thinking blocks of an earlier answer were not accepted; without them the request may be."""
    BUSY = "busy"
    """Rate limited or overloaded: asking again may help."""
    CUT = "cut"
    """The connection failed or the answer broke off: asking again may help."""
    TOO_LONG = "too_long"
    """The answer is longer than any plan."""
    NOT_RECORDED = "not_recorded"
    """A replayed record holds no answer to this request."""


class AskError(Exception):
    """No answer came.

    Attributes:
        failure: What kind of failure it is.
        message: What happened, in a sentence for people.
        retry_after: Seconds that the provider asks to wait; None when it does not say.
        usage: What was used all the same, as far as it is known.
    """

    def __init__(
        self,
        failure: AskFailure,
        message: str,
        *,
        retry_after: float | None = None,
        usage: Usage | None = None,
    ) -> None:
        super().__init__(message)
        self.failure = failure
        self.message = message
        self.retry_after = retry_after
        self.usage = usage or Usage()

    @property
    def may_pass(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self.failure in {AskFailure.BUSY, AskFailure.CUT}


class Asker(Protocol):
    """Sends one request and returns its answer."""

    def __call__(self, prompt: Prompt, hear: Callable[[str], None]) -> Answer:
        """Ask once.

        Args:
            prompt: What is sent.
            hear: Called with the whole text so far whenever more of it comes.

        Raises:
            AskError: No answer came.
        """
        ...


Parts = Mapping[str, str]
"""Pieces of the system prompt by name, in order."""
