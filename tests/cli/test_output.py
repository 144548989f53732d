"""What leaves the program is harmless, whatever it came from."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddbplan.views.output import Output, Span, harmless


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@given(st.text(alphabet=st.characters()))
def test_no_character_survives_that_a_terminal_could_act_on(text: str) -> None:
    """Whatever the text, what is written consists of printable characters."""
    out = io.StringIO()
    Output(out).line(text)

    assert all(character.isprintable() for character in out.getvalue()[:-1])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x9b31m", "\\x9b31m"),
        ("abc\u202edef", "abc\\u202edef"),
        ("\udcff", "\\udcff"),
        ("straße 東京 🎉", "straße 東京 🎉"),
    ],
)
def test_unsafe_characters_are_made_visible(text: str, shown: str) -> None:
    """Escapes, line breaks, direction overrides and surrogates are spelled out; letters stay."""
    assert harmless(text) == shown


def test_terminal_gets_styles_but_no_escape_of_the_text() -> None:
    """On a terminal our own colours are drawn, and an escape in a name is still spelled out."""
    stream = Terminal()
    Output(stream).line(Span("\x1b]0;title\x07[bold]x", "red"))

    assert "\x1b[31m" in stream.getvalue()
    assert "\\x1b]0;title\\x07[bold]x" in stream.getvalue()


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR a terminal gets no colour."""
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    Output(stream).line(Span("x", "red"))

    assert stream.getvalue() == "x\n"


def test_json_is_ascii() -> None:
    """JSON holds no raw control or format character."""
    out = io.StringIO()
    Output(out).json({"a": "\x9b\u202e"}, compact=True)

    assert out.getvalue() == '{"a": "\\u009b\\u202e"}\n'


def test_table_is_aligned_and_harmless() -> None:
    """Columns of a piped table are aligned by what is shown."""
    out = io.StringIO()
    Output(out).table(("a", "b"), [("x\x1b", "1"), ("long value", "2")])

    assert out.getvalue() == "a           b\nx\\x1b       1\nlong value  2\n"


def test_table_that_is_too_wide_for_a_terminal_keeps_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words wrap; where not even the longest words fit, each row is lines of name and value, and ids stay whole."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    prose, ids = Terminal(), Terminal()
    Output(prose).table(("code", "what"), [("DDB001", "a sentence of words " * 4)])
    Output(ids).table(("run", "who", "started"), [("r" * 30, "", "s" * 30), ("x", "me", "y")])

    assert max(len(re.sub(r"\x1b\[\d*m", "", line)) for line in prose.getvalue().splitlines()) <= 60
    assert "DDB001" in prose.getvalue()
    assert re.sub(r"\x1b\[\d*m", "", ids.getvalue()).splitlines() == [
        f"run      {'r' * 30}",
        f"started  {'s' * 30}",
        "",
        "run      x",
        "who      me",
        "started  y",
        "",
    ]
