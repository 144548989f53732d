"""A request's content as one sequence of blocks: what the prompt cache and the signatures of thinking are made over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of tools, system or messages.

    Attributes:
        text: The block in canonical form, without its cache mark.
        kind: Its type.
        marked: Whether a cache breakpoint stands on it.
    """

    text: str
    kind: str
    marked: bool


def tokens(text: str) -> int:
    """About how many tokens a text has."""
    return max(1, (len(text) + 3) // 4)


def content(message: Json) -> list[Json]:
    """A message's content as blocks, whichever way it was written."""
    found = message["content"]
    return [{"type": "text", "text": found}] if isinstance(found, str) else list(found)


def system(body: Json) -> list[Json]:
    """The system prompt as blocks."""
    found = body.get("system") or []
    return [{"type": "text", "text": found}] if isinstance(found, str) else list(found)


def sequence(body: Json, *, messages: int | None = None) -> tuple[Block, ...]:
    """All blocks in the order in which they are read: tools, system, then the first ``messages`` messages."""
    blocks = [_block("tool", tool) for tool in body.get("tools") or []]
    blocks += [_block("system", block) for block in system(body)]
    for message in body["messages"][:messages]:
        blocks += [_block(message["role"], block) for block in content(message)]
    if body.get("cache_control") and blocks and messages is None:
        last = blocks[-1]
        blocks[-1] = Block(text=last.text, kind=last.kind, marked=True)
    return tuple(blocks)


def prefix_key(body: Json, *, messages: int) -> str:
    """What stands before message number ``messages``, as a hash; thinking itself does not count."""
    seen = [block.text for block in sequence(body, messages=messages) if block.kind != "thinking"]
    return digest("\n".join(seen))


def digest(text: str) -> str:
    """A hash to compare by."""
    return hashlib.sha256(text.encode()).hexdigest()


def breakpoints(body: Json) -> int:
    """How many cache marks the request has."""
    return sum(1 for _ in _marks(body))


def _marks(value: Any) -> Iterator[None]:
    if isinstance(value, dict):
        if value.get("cache_control"):
            yield None
        for inner in value.values():
            yield from _marks(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _marks(inner)


def _block(tag: str, block: Json) -> Block:
    bare = {name: value for name, value in block.items() if name != "cache_control"}
    text = tag + json.dumps(bare, sort_keys=True)
    return Block(text=text, kind=str(block.get("type", tag)), marked=bool(block.get("cache_control")))
