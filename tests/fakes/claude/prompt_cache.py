"""The prompt cache: which part of a request was read from it, and what the request wrote."""

from __future__ import annotations

import json

from tests.fakes.claude.blocks import Json, digest, sequence, tokens

MIN_TOKENS = 512
LOOKBACK = 20


class PromptCache:
    """Entries by the hash of everything up to a breakpoint."""

    def __init__(self) -> None:
        self._entries: set[str] = set()

    def usage(self, body: Json) -> Json:
        """The input side of a request's usage; what it writes is there for later requests."""
        settings = [body.get("model"), body.get("thinking"), body.get("output_config")]
        upto, key = 0, digest(json.dumps(settings, sort_keys=True))
        ends: list[tuple[str, int, bool]] = []
        for block in sequence(body):
            key = digest(key + block.text)
            upto += tokens(block.text)
            ends.append((key, upto, block.marked))
        read = written = 0
        new = set()
        for number, (at, reach, marked) in enumerate(ends):
            if marked and reach >= MIN_TOKENS:
                near = ends[max(0, number - LOOKBACK + 1) : number + 1]
                read = max([read, *(length for entry, length, _ in near if entry in self._entries)])
                written = reach
                new.add(at)
        self._entries |= new
        created = max(0, written - read)
        return {
            "input_tokens": upto - read - created,
            "cache_creation_input_tokens": created,
            "cache_read_input_tokens": read,
            "cache_creation": {"ephemeral_5m_input_tokens": created, "ephemeral_1h_input_tokens": 0},
            "service_tier": "standard",
        }
