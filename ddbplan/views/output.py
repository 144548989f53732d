"""The one place where text leaves the program: made harmless, coloured on a terminal, plain everywhere else.

A plan, a table's tag, an item, an error message of a server: any of them may hold terminal escapes, which could hide a
line of a diff or type into a terminal. Whatever is printed goes through ``harmless`` here, so no view can forget it.
"""

from __future__ import annotations

import json
import os
import sys
import textwrap
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.text import Text

MIN_WIDTH = 80
MAX_PROSE_WIDTH = 100
_GAP = 3
"""Between columns."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line.

    Attributes:
        text: What it says; made harmless when it is written.
        style: In rich's words, such as ``bold red``; only drawn on a terminal.
    """

    text: str
    style: str = ""


def harmless(text: str) -> str:
    r"""The text with every character that a terminal could act on made visible: ESC becomes ``\x1b``."""
    # Not printable to Python: controls (escapes), format characters (direction overrides, zero width), surrogates,
    # separators other than the space, private use and unassigned codes. A terminal could act on them, or not show them.
    return text if text.isprintable() else "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    if character in "\n\t\r":
        return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}[character]
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - the last code that two hex digits can name
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - likewise four digits


def one_line(text: str) -> str:
    """A description as one line: where its lines end in the plan, it goes on after a space."""
    return " ".join(text.split())


class Output:
    """A stream to write lines to.

    Attributes:
        terminal: Whether a person's terminal is at the other end.
        width: Columns to wrap prose at; None when piped, where lines stay whole.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.terminal = _is_terminal(stream)
        self._console = _console(stream) if self.terminal else None
        self.width = max(MIN_WIDTH, self._console.width) if self._console else None

    @property
    def unread(self) -> bool:
        """Whether nobody reads it any more: what is made while it is written need not be."""
        return getattr(self._stream, "problem", None) is not None

    def line(self, *spans: Span | str) -> None:
        """Write one line; a line break within a span is made visible."""
        pieces = [_as_span(span) for span in spans]
        if self._console is None:
            self._stream.write("".join(harmless(piece.text) for piece in pieces) + "\n")
        else:
            self._console.print(as_text(pieces), soft_wrap=True)

    def lines(self, text: str) -> None:
        """Write text of several lines, each made harmless."""
        for one in text.split("\n"):
            self.line(one)

    def prose(
        self,
        text: str,
        *,
        indent: int = 0,
        first: str = "",
        style: str = "",
        first_style: str | None = None,
    ) -> None:
        """Write sentences, wrapped to the terminal; whole when piped.

        Args:
            text: The sentences.
            indent: Columns to the left of every line.
            first: What stands in front of the first line, such as ``Fix: ``; further lines align behind it.
            style: The style of the sentences.
            first_style: The style of ``first``; that of the sentences unless given.
        """
        margin, lead = " " * indent, harmless(first)
        pieces = [harmless(text)]
        if self.width is not None:
            room = max(MIN_WIDTH // 4, min(self.width, MAX_PROSE_WIDTH) - indent - len(lead))
            pieces = textwrap.wrap(pieces[0], width=room, break_on_hyphens=False) or [""]
        for piece in pieces:
            self.line(margin, Span(lead, style if first_style is None else first_style), Span(piece, style))
            lead = " " * len(lead)

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Write aligned columns: a rich table on a terminal, columns of text when piped.

        Where a terminal is too narrow for its words, each row is written as lines of name and value: ids stay whole.
        """
        body = [[harmless(cell) for cell in row] for row in rows]
        names = [harmless(header) for header in headers]
        if self._console is None:
            self._plain_table(names, body)
            return
        least = [_least(column) for column in zip(names, *body, strict=True)]
        if sum(least) + _GAP * len(least) > self._console.width:
            self._records(names, body)
            return
        from rich import box  # noqa: PLC0415 - costs as much as all of click
        from rich.table import Table  # noqa: PLC0415 - likewise
        from rich.text import Text  # noqa: PLC0415 - likewise

        drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
        for name, width in zip(names, least, strict=True):
            drawn.add_column(Text(name), overflow="fold", min_width=width)
        for row in body:
            drawn.add_row(*(Text(cell) for cell in row))
        self._console.print(drawn)

    def _records(self, headers: list[str], rows: list[list[str]]) -> None:
        width = max(map(len, headers))
        for row in rows:
            for header, value in zip(headers, row, strict=True):
                if value:
                    self.line(Span(header.ljust(width), "bold"), f"  {value}")
            self.line("")

    def _plain_table(self, headers: list[str], rows: list[list[str]]) -> None:
        widths = [max(len(row[column]) for row in [headers, *rows]) for column in range(len(headers))]
        for row in [headers, *rows]:
            padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            self._stream.write("  ".join(padded).rstrip() + "\n")

    def json(self, value: Any, *, compact: bool = False) -> None:
        """Write a JSON value: one line when compact. Everything outside printable ASCII is escaped."""
        indent = None if compact else 2
        self._stream.write(json.dumps(value, indent=indent, ensure_ascii=True, default=_json_default) + "\n")
        self._stream.flush()

    def raw(self, text: str) -> None:
        """Write text that is made for machines (CSV) and was made harmless field by field."""
        self._stream.write(text)

    @property
    def console(self) -> Console | None:
        """The rich console of a terminal, for live drawing of ``as_text`` lines; None when piped."""
        return self._console


def _least(column: Iterable[str]) -> int:
    """The width that a column needs for its longest word."""
    return max((len(word) for text in column for word in text.split()), default=0)


def as_text(spans: Iterable[Span | str]) -> Text:
    """The spans as rich text, made harmless, without markup."""
    from rich.text import Text  # noqa: PLC0415 - only a terminal needs it

    text = Text()
    for piece in map(_as_span, spans):
        text.append(harmless(piece.text), style=piece.style or None)
    return text


def stdout() -> Output:
    """Where results go."""
    return Output(sys.stdout)


def stderr() -> Output:
    """Where progress, hints and errors go."""
    return Output(sys.stderr)


def _as_span(span: Span | str) -> Span:
    return Span(span) if isinstance(span, str) else span


def _is_terminal(stream: TextIO) -> bool:
    return stream.isatty() and os.environ.get("TERM", "") != "dumb"


def _console(stream: TextIO) -> Console:
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it

    # rich honours NO_COLOR by itself.
    return Console(file=stream, markup=False, emoji=False, highlight=False)


def _json_default(value: object) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (tuple, set, frozenset)):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not JSON. This is a bug in ddbplan.")
