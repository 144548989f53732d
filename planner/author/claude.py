"""The only module that imports ``anthropic``: one attempt at one request, and its failures in our words.

Facts about the package are those of version 2.12 (API version 2026-10-21): the key goes out as a bearer token, an
``error`` event within a stream is an APIStatusError with status 200, a cut socket is a bare httpx2 error, and a stream
that ends early raises nothing at all.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Self, assert_never

import anthropic
import httpx2

from planner.author.values import Answer, AskError, AskFailure, Prompt, Provider, Usage

if TYPE_CHECKING:
    from anthropic.lib.streaming import MessageStream
    from anthropic.types import ParsedMessage

SDK_VERSION = anthropic.__version__
MAX_ANSWER_CHARACTERS = 2_000_000
_PASSING_TYPES = frozenset({"overloaded_error", "api_error", "rate_limit_error", "timeout_error"})
_PASSING_STATUS = frozenset({408, 409})
_SERVER_ERROR = 500
_OK = 200
_TOO_MANY_REQUESTS = 429
_REFUSED = {
    401: AskFailure.KEY_REFUSED,
    402: AskFailure.NOT_ALLOWED,
    403: AskFailure.NOT_ALLOWED,
    404: AskFailure.NO_MODEL,
}
_NO_CREDENTIALS = ("resolve authentication", "credentials", "api_key")


class Claude:
    """Asks Claude once; nothing is tried again here. Its connection is closed where its context ends."""

    def __init__(self, client: anthropic.Anthropic | anthropic.AnthropicAWS | anthropic.AnthropicBedrockMantle) -> None:
        self._client = client

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def __call__(self, prompt: Prompt, hear: Callable[[str], None]) -> Answer:
        """Send one request and stream its answer.

        Raises:
            AskError: No complete answer came; the connection is closed.
        """
        heard = _Heard(hear)
        try:
            with _sent_or_said(), self._client.messages.stream(**prompt.body()) as stream:
                heard.take(stream)
                return heard.answer(stream)
        except AskError as error:
            error.usage = heard.usage
            raise
        except (anthropic.APIError, httpx2.HTTPError, json.JSONDecodeError) as error:
            failed = _understood(error)
            failed.usage = heard.usage
            raise failed from error


class _Heard:
    """What came of an answer so far."""

    def __init__(self, hear: Callable[[str], None]) -> None:
        self.message: ParsedMessage[Any] | None = None
        self._hear = hear
        self._characters = 0
        self._ended = False

    @property
    def usage(self) -> Usage:
        """What the answer used, as far as the stream has said."""
        return Usage() if self.message is None else _usage(self.message, cut=not self._ended)

    def take(self, stream: MessageStream[Any]) -> None:
        """Read the stream to its end, or to where it is too long to be a plan."""
        for event in stream:
            match event.type:
                case "message_start" | "message_delta" | "message_stop":
                    self.message = stream.current_message_snapshot
                case "text":
                    self._characters += len(event.text)
                    if self._characters > MAX_ANSWER_CHARACTERS:
                        what = f"The answer has more than {MAX_ANSWER_CHARACTERS:,} characters, so it was not read on."
                        raise AskError(AskFailure.TOO_LONG, what)
                    self._hear(_text(stream.current_message_snapshot))
                case _:
                    pass

    def answer(self, stream: MessageStream[Any]) -> Answer:
        """The whole answer.

        Raises:
            AskError: The stream ended before the answer did.
        """
        message = self.message
        if message is None or message.stop_reason is None:
            raise AskError(AskFailure.CUT, "The answer broke off before its end.")
        self._ended = True
        details = message.stop_details
        return Answer(
            content=tuple(_sendable(message.to_dict(exclude_unset=True)["content"])),
            text=_text(message),
            stop_reason=message.stop_reason,
            category="" if details is None or details.category is None else details.category,
            usage=self.usage,
            model=message.model,
            request_id=stream.request_id or "",
        )


def connect(provider: Provider, *, profile: str | None = None, region: str | None = None) -> Claude:
    """A client for a provider, with whatever credentials its environment holds.

    Args:
        provider: Who serves Claude.
        profile: A profile of the AWS configuration, for the two providers that are reached through AWS.
        region: The AWS Region, for the same two.

    Raises:
        AskError: The credentials that the environment names cannot be read, or a setting is missing.
    """
    # Every failure is handled in one place of our own, so the package retries nothing; and it traces nothing.
    options: dict[str, Any] = {"max_retries": 0, "open_telemetry": False}
    aws: dict[str, Any] = {"aws_profile": profile, "aws_region": region}
    with _sent_or_said():
        match provider:
            case Provider.ANTHROPIC:
                return Claude(_with_credentials(anthropic.Anthropic(**options)))
            case Provider.BEDROCK:
                return Claude(anthropic.AnthropicBedrockMantle(**aws, **options))
            case Provider.CLAUDE_AWS:
                return Claude(anthropic.AnthropicAWS(**aws, **options))
            case _:
                assert_never(provider)


def _with_credentials(client: anthropic.Anthropic) -> anthropic.Anthropic:
    """The client, where it has any: the package would say so only after the first request was made ready.

    Raises:
        AskError: It has none.
    """
    named = {name.lower() for name in client.default_headers}
    if client.credentials is None and not named & {"authorization", "x-api-key"}:
        client.close()
        raise AskError(AskFailure.NO_KEY, "No credentials for Claude were found.")
    return client


@contextlib.contextmanager
def _sent_or_said() -> Any:
    """What goes wrong on this machine, before anything is sent, in our words."""
    try:
        yield
    except anthropic.APIError:
        raise
    except anthropic.CredentialsError as error:
        raise AskError(AskFailure.NO_KEY, _sentence(str(error))) from error
    except anthropic.AnthropicError as error:
        raise AskError(AskFailure.BAD_REQUEST, _sentence(str(error))) from error
    except (TypeError, RuntimeError, ValueError) as error:
        # The package says only by the text of a TypeError, at the first request, that it found no credentials.
        if isinstance(error, json.JSONDecodeError) or not any(word in str(error) for word in _NO_CREDENTIALS):
            raise
        raise AskError(AskFailure.NO_KEY, "No credentials for Claude were found.") from error


def _text(message: ParsedMessage[Any]) -> str:
    return _encodable("".join(block.text for block in message.content if block.type == "text"))


def _sendable(content: Any) -> Iterator[dict[str, Any]]:
    """Blocks as they came, less what the API would refuse to take back: a text of nothing but space."""
    for block in content:
        if block["type"] != "text":
            yield block
        elif block["text"].strip():
            yield {**block, "text": _encodable(block["text"])}


def _encodable(text: str) -> str:
    """The text with a question mark for what UTF-8 does not have: a half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _usage(message: ParsedMessage[Any], *, cut: bool) -> Usage:
    usage = message.usage
    return Usage(
        input=usage.input_tokens or 0,
        cache_written=usage.cache_creation_input_tokens or 0,
        cache_read=usage.cache_read_input_tokens or 0,
        output=usage.output_tokens or 0,
        thinking=usage.output_tokens_details.thinking_tokens if usage.output_tokens_details else 0,
        at_least=cut,
    )


def _understood(error: Exception) -> AskError:
    if isinstance(error, anthropic.APIStatusError):
        return _of_status(error)
    if isinstance(error, anthropic.APITimeoutError):
        return AskError(AskFailure.CUT, "The provider did not answer in time.")
    if isinstance(error, (anthropic.APIConnectionError, httpx2.HTTPError)):
        cause = error.__cause__ or error
        return AskError(AskFailure.CUT, f"The connection failed: {_sentence(str(cause) or type(cause).__name__)}")
    return AskError(AskFailure.CUT, "The answer could not be read.")


def _of_status(error: anthropic.APIStatusError) -> AskError:
    status, message = error.status_code, _said(error)
    after = _retry_after(error)
    if status == _OK:
        passing = error.type in _PASSING_TYPES
        return AskError(AskFailure.BUSY if passing else AskFailure.BAD_REQUEST, message, retry_after=after)
    if status == _TOO_MANY_REQUESTS:
        # Without a time to wait it is a limit of the account, and no waiting helps.
        return AskError(AskFailure.NOT_ALLOWED if after is None else AskFailure.BUSY, message, retry_after=after)
    if status >= _SERVER_ERROR or status in _PASSING_STATUS:
        again = error.response.headers.get("x-should-retry") != "false"
        return AskError(AskFailure.BUSY if again else AskFailure.BAD_REQUEST, message, retry_after=after)
    if isinstance(error, anthropic.BadRequestError) and "`thinking` block" in (error.api_message or ""):
        return AskError(AskFailure.STALE_THINKING, message)
    return AskError(_REFUSED.get(status, AskFailure.BAD_REQUEST), message)


def _retry_after(error: anthropic.APIStatusError) -> float | None:
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        with contextlib.suppress(TypeError, ValueError):
            return max(0.0, float(headers.get(name)) / unit)  # type: ignore[arg-type] # None is a TypeError
    return None


def _said(error: anthropic.APIStatusError) -> str:
    said = error.api_message or error.type or "it gave no reason"
    status = f" with {error.status_code}" if error.status_code != _OK else ""
    request = f" (request {error.request_id})" if error.request_id else ""
    return f"The provider answered{status}{request}: {_sentence(said)}"


def _sentence(text: str) -> str:
    flat = " ".join(text.strip("\"' \n").split())
    return f"{flat.rstrip('.')}."
