"""A message as the events of a stream."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.claude.blocks import Json
from tests.fakes.claude.steps import Answer, Break

Event = tuple[str, Json]
_EMPTY: dict[str, Json] = {"text": {"text": ""}, "thinking": {"thinking": "", "signature": ""}}
_LATE = ("input_tokens", "output_tokens", "output_tokens_details", "cache_creation_input_tokens")


class BrokenOffError(Exception):
    """The stream ends here, in the way that the step asks for."""

    def __init__(self, how: Break) -> None:
        super().__init__(how.how)
        self.how = how


def events(message: Json, answer: Answer) -> Iterator[Event]:
    """Every event of the stream, in order.

    Raises:
        BrokenOffError: The step breaks off here.
    """
    early = {name: value for name, value in message["usage"].items() if name != "output_tokens_details"}
    opening: Json = {"content": [], "stop_reason": None, "stop_details": None, "usage": {**early, "output_tokens": 1}}
    yield _event("message_start", message={**message, **opening})
    yield _event("ping")
    for number, block in enumerate(message["content"]):
        yield _event("content_block_start", index=number, content_block={**block, **_EMPTY[block["type"]]})
        for delta in _deltas(block, answer):
            yield _event("content_block_delta", index=number, delta=delta)
        yield _event("content_block_stop", index=number)
    if answer.broken is not None:
        raise BrokenOffError(answer.broken)
    ending = {name: message[name] for name in ("stop_reason", "stop_sequence", "stop_details")}
    usage = {name: message["usage"][name] for name in (*_LATE, "cache_read_input_tokens")}
    yield _event("message_delta", delta=ending, usage=usage)
    yield _event("message_stop")


def _deltas(block: Json, answer: Answer) -> Iterator[Json]:
    if block["type"] == "thinking":
        yield {"type": "thinking_delta", "thinking": block["thinking"]}
        yield {"type": "signature_delta", "signature": block["signature"]}
        return
    text: str = block["text"]
    for sent, start in enumerate(range(0, len(text), answer.piece)):
        if answer.broken is not None and sent >= answer.broken.after:
            raise BrokenOffError(answer.broken)
        yield {"type": "text_delta", "text": text[start : start + answer.piece]}


def _event(name: str, **data: object) -> Event:
    return name, {"type": name, **data}
