"""Trees of python-hcl2's parser: their children, their text, and the texts inside them."""

from __future__ import annotations

import re
from typing import Any

from planner.importing.hcl_text import Expression

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_HEREDOC = re.compile(r"<<(-?)[A-Za-z][\w.-]*\r?\n(.*?)\r?\n?[ \t]*[A-Za-z][\w.-]*\r?\n?$", re.DOTALL)


def heredoc_body(given: str, *, trimmed: bool) -> str:
    """The lines of a heredoc, without the indentation that they share where it is asked for."""
    found = _HEREDOC.fullmatch(given.strip("\n") + "\n")
    body = found[2] if found else given
    if trimmed or (found and found[1]):
        lines = body.split("\n")
        least = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        body = "\n".join(line[least:] for line in lines)
    return f"{body}\n"


def parts_of(tree: Any) -> list[Any]:
    """The children of a tree without line breaks and comments."""
    return [
        child for child in tree.children if getattr(child, "data", "") != "new_line_or_comment" and child is not None
    ]


def source_of(tree: Any, text: str) -> str:
    """A tree as it is written."""
    return Expression(tree, text).source


def unescaped(text: str) -> str:
    """The characters that a text in quotes stands for."""
    text = text.replace("$${", "${").replace("%%{", "%{")
    return _ESCAPE.sub(lambda found: _character(found[1]), text)


def _character(escape: str) -> str:
    if escape[0] in "uU" and len(escape) > 1:
        number = int(escape[1:], 16)
        return chr(number) if number < 0x110000 else "\ufffd"  # noqa: PLR2004 - the last character there is
    return _ESCAPES.get(escape, f"\\{escape}")


def closing_brace(text: str, at: int) -> int:
    """Where the brace that is open at a place closes; -1 where it does not."""
    depth, quoted = 1, False
    while at < len(text):
        character = text[at]
        if character == "\\":
            at += 1
        elif character == '"':
            quoted = not quoted
        elif not quoted and character == "{":
            depth += 1
        elif not quoted and character == "}":
            depth -= 1
            if depth == 0:
                return at
        at += 1
    return -1
