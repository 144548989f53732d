"""A call's failure as a value, and as the error that ends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.values import Json


class ErrorKind(StrEnum):
    """What to do about an error."""

    TRANSIENT = "transient"
    """Send it again after a moment: traffic, conflicts, failures of the service or the network."""
    BUSY = "busy"
    """The resource is being changed: send it again when that is over, which may take long."""
    WINDOW = "window"
    """A window of the service's own (a daily count, an hour) is closed: tell the person until when."""
    ALREADY = "already"
    """What was asked for is so already."""
    UNSUPPORTED = "unsupported"
    """The endpoint does not know the operation."""
    FINAL = "final"
    """Sending it again changes nothing."""


class CallError(Exception):
    """A call that failed for good; becomes a result with ``ok`` false.

    Attributes:
        code: A stable name, documented by the function's call model.
        value: What is known beside the message.
        sent: Whether a request may have been carried out all the same; False only where it surely was not.
    """

    def __init__(self, code: str, message: str, value: Json = None, *, sent: bool = True) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.value = value
        self.sent = sent


class WrongPlaceError(CallError):
    """The credentials lead to another account or Region than the plan pins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error of the AWS client, understood.

    Attributes:
        kind: What to do about it.
        code: Our name for credential and connection problems, else DynamoDB's own.
        message: For people; no values of items, no secrets.
        sent: Whether the request may have been carried out although no answer came.
    """

    kind: ErrorKind
    code: str
    message: str
    sent: bool = False
