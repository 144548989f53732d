"""The message that answers a request, as the API shapes it."""

from __future__ import annotations

from collections.abc import Callable

from tests.fakes.claude.blocks import Json, digest, prefix_key, tokens
from tests.fakes.claude.prompt_cache import PromptCache
from tests.fakes.claude.steps import Answer


class Author:
    """Writes messages; remembers under which conversation each piece of thinking was signed."""

    def __init__(self, next_id: Callable[[str], str]) -> None:
        self._next_id = next_id
        self._cache = PromptCache()
        self._signatures: dict[str, str] = {}
        self._forgetful = False

    def made_under(self, signature: str) -> str | None:
        """The prefix that a signature is bound to; None for one that never was made."""
        return self._signatures.get(signature)

    def forget(self) -> None:
        """Every signature from now on is bound to another conversation than the one it comes back in."""
        self._forgetful = True

    def message(self, body: Json, answer: Answer) -> Json:
        """The whole message; thinking counts towards ``max_tokens``, and both are cut by it."""
        left, stop, text = int(body["max_tokens"]), answer.stop_reason, answer.text
        content: list[Json] = []
        thought = tokens(answer.thinking) if answer.thinking is not None else 0
        if answer.thinking is not None:
            content.append(self._thinking(body, answer.thinking))
        left -= min(left, thought)
        if answer.bounded and text and tokens(text) > left:
            text, stop = text[: left * 4], "max_tokens"
        if text:
            content.append({"type": "text", "text": text, "citations": None})
        written = tokens(text) if text else 0
        usage = {
            **self._cache.usage(body),
            "output_tokens": min(int(body["max_tokens"]), thought + written),
            "output_tokens_details": {"thinking_tokens": thought},
            **answer.usage,
        }
        return {
            "id": self._next_id("msg"),
            "type": "message",
            "role": "assistant",
            "model": answer.model or body["model"],
            "content": content,
            "stop_reason": stop,
            "stop_sequence": None,
            "stop_details": dict(answer.stop_details) if answer.stop_details else None,
            "usage": usage,
        }

    def _thinking(self, body: Json, thought: str) -> Json:
        prefix = prefix_key(body, messages=len(body["messages"]))
        signature = digest(prefix + thought + self._next_id("signature"))
        self._signatures[signature] = digest("elsewhere") if self._forgetful else prefix
        shown = (body.get("thinking") or {}).get("display") == "summarized"
        return {"type": "thinking", "thinking": thought if shown else "", "signature": signature}
