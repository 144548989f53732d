"""Keys that stand twice, however many rows there are: exact, in bounded memory.

Each key is known by a digest of 128 bits. Up to ``MAX_IN_MEMORY`` of them are kept in memory. Above that they are
written to a temporary file for each first byte, 32 bytes a row, and each of these files is looked at by itself at the
end; one that is too large is divided again by the next byte. The disk needed is 32 bytes a row.
"""

from __future__ import annotations

import hashlib
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Self, cast

from planner.diagnostics import Position
from planner.values import MAX_DIGITS, canonical_json, canonical_number, canonical_value

if TYPE_CHECKING:
    from planner.values import AttributeValue, Item

MAX_IN_MEMORY = 100_000
_PARTS = 256
_BUFFER = 32 * 1024
_MAX_PART_BYTES = 32 * 1024 * 1024
_DIGEST = 16
_PLACE = struct.Struct(">IQI")
_RECORD = _DIGEST + _PLACE.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """A key that stands in two rows."""

    first: Position
    again: Position


def fingerprint(key: Item, names: tuple[str, ...]) -> bytes:
    """A digest of a key that equal keys share: numbers by their value."""
    text = ""
    for name in names:
        ((kind, content),) = key[name].items()
        if kind == "N" and not (content.isdigit() and content[0] != "0" and len(content) <= MAX_DIGITS):
            content = canonical_number(content)
        # The length keeps ("ab", "c") apart from ("a", "bc").
        text += f"{kind}{len(content)}:{content}"
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST).digest()


def value_fingerprint(value: AttributeValue) -> bytes:
    """A digest of any value that equal values share."""
    text = canonical_json(canonical_value(value))
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST).digest()


class Keys:
    """The keys of one seed's rows, seen one after the other."""

    def __init__(self, most_in_memory: int = MAX_IN_MEMORY) -> None:
        self._most = most_in_memory
        self._memory: dict[bytes, Position] = {}
        self._files: dict[str, int] = {}
        self._parts: _Parts | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove what was kept on disk."""
        if self._parts is not None:
            self._parts.close()

    def seen(self, key: bytes, position: Position) -> Position | None:
        """Where the key stood first, if that is known already; of many rows ``twice`` tells it at the end."""
        if self._parts is not None:
            self._parts.add(key + self._packed(position))
            return None
        earlier = self._memory.setdefault(key, position)
        if earlier is not position:
            return earlier
        if len(self._memory) > self._most:
            self._parts = _Parts(0)
            for one, place in self._memory.items():
                self._parts.add(one + self._packed(place))
            self._memory = {}
        return None

    def twice(self) -> Iterator[Twice]:
        """At the end, the keys that stand twice and were not told by ``seen``."""
        if self._parts is None:
            return
        files = list(self._files)
        for first, again in self._parts.twice():
            yield Twice(first=_unpacked(first, files), again=_unpacked(again, files))

    def _packed(self, position: Position) -> bytes:
        file = self._files.setdefault(position.file, len(self._files))
        return _PLACE.pack(file, position.line, position.column)


def _unpacked(record: bytes, files: list[str]) -> Position:
    file, line, column = _PLACE.unpack(record[_DIGEST:])
    return Position(files[file], line, column)


class _Parts:
    """Records in a temporary file for each value of one byte of their keys."""

    def __init__(self, byte: int) -> None:
        self._byte = byte
        self._buffers = [bytearray() for _ in range(_PARTS)]
        self._files: list[BinaryIO | None] = [None] * _PARTS

    def add(self, record: bytes) -> None:
        number = record[self._byte]
        buffer = self._buffers[number]
        buffer += record
        if len(buffer) >= _BUFFER:
            self._flush(number)

    def twice(self) -> Iterator[tuple[bytes, bytes]]:
        for number in range(_PARTS):
            yield from self._of_part(number)

    def close(self) -> None:
        for file in self._files:
            if file is not None:
                file.close()

    def _flush(self, number: int) -> None:
        file = self._files[number]
        if file is None:
            file = self._files[number] = cast("BinaryIO", tempfile.TemporaryFile(prefix="ddbplan-"))  # noqa: SIM115 - closed in `close`
        file.write(self._buffers[number])
        self._buffers[number].clear()

    def _of_part(self, number: int) -> Iterator[tuple[bytes, bytes]]:
        file = self._files[number]
        if file is None:
            yield from _twice_in(bytes(self._buffers[number]))
            return
        self._flush(number)
        size = file.tell()
        file.seek(0)
        if size <= _MAX_PART_BYTES or self._byte == _DIGEST - 1:
            yield from _twice_in(file.read())
        else:
            smaller = _Parts(self._byte + 1)
            try:
                while block := file.read(_RECORD * 4096):
                    for at in range(0, len(block), _RECORD):
                        smaller.add(block[at : at + _RECORD])
                yield from smaller.twice()
            finally:
                smaller.close()
        file.close()
        self._files[number] = None


def _twice_in(records: bytes) -> Iterator[tuple[bytes, bytes]]:
    keys = {records[at : at + _DIGEST] for at in range(0, len(records), _RECORD)}
    if len(keys) * _RECORD == len(records):
        return
    firsts: dict[bytes, bytes] = {}
    for at in range(0, len(records), _RECORD):
        record = records[at : at + _RECORD]
        first = firsts.setdefault(record[:_DIGEST], record)
        if first is not record:
            yield first, record
