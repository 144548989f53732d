"""How the fake says no: the service's own code, text and HTTP status, and where the text was seen."""

from __future__ import annotations

from dataclasses import dataclass


class Refusal(Exception):  # noqa: N818 - what a service does, not a fault of the fake
    """A call that DynamoDB would refuse.

    Args:
        code: The exception's name on the wire.
        message: The exact text.
        status: The HTTP status.
        source: Where the rule and its text come from.
    """

    def __init__(self, code: str, message: str, status: int = 400, source: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.source = source


@dataclass(frozen=True, slots=True)
class Text:
    """One of the service's texts.

    Attributes:
        code: The exception's name.
        message: With the names of its parts in braces.
        source: Where it was seen.
        status: The HTTP status.
    """

    code: str
    message: str
    source: str
    status: int = 400

    def refusal(self, **parts: object) -> Refusal:
        """The refusal with its parts filled in."""
        return Refusal(self.code, self.message.format(**parts), self.status, self.source)
