"""What the proxy may do to one call, as values, and who decides."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

WRITES = frozenset(
    {
        "BatchExecuteStatement",
        "BatchWriteItem",
        "CreateTable",
        "DeleteItem",
        "DeleteTable",
        "PutItem",
        "TagResource",
        "TransactWriteItems",
        "UntagResource",
        "UpdateContinuousBackups",
        "UpdateItem",
        "UpdateTable",
        "UpdateTimeToLive",
    },
)
"""Operations that change something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request of a client.

    Attributes:
        number: Counted from 1 since the client began.
        operation: Such as ``PutItem``.
        body: As sent.
    """

    number: int
    operation: str
    body: bytes

    @property
    def writes(self) -> bool:
        """Whether the operation changes something."""
        return self.operation in WRITES

    @property
    def only_adds(self) -> bool:
        """Whether it puts items where there are none, and can do no harm to one that is there."""
        request = json.loads(self.body)
        match self.operation:
            case "PutItem":
                return str(request.get("ConditionExpression")).startswith("attribute_not_exists(")
            case "BatchExecuteStatement":
                return all(one["Statement"].startswith("INSERT ") for one in request["Statements"])
            case _:
                return False


@dataclass(slots=True)
class Gate:
    """A place where a request waits until it is told to go on.

    Attributes:
        reached: Set when the request is here.
        opened: Set to let it go on.
        landed: Set once the engine has answered it.
        status: The engine's answer.
        answer: Its body.
    """

    reached: threading.Event = field(default_factory=threading.Event)
    opened: threading.Event = field(default_factory=threading.Event)
    landed: threading.Event = field(default_factory=threading.Event)
    status: int = 0
    answer: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Nothing is done to the call, but perhaps some seconds of waiting before it."""

    latency: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """The client is killed: before the request reaches the engine, or after it did and before the answer."""

    after: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DropRequest:
    """The connection is closed before the request reaches the engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropAnswer:
    """The request lands, and the connection is closed instead of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The request waits at a gate before it reaches the engine, whatever happens to the client meanwhile."""

    gate: Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An error in the engine's place; the request never reaches it."""

    status: int
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unprocessed:
    """Half of a batch reaches the engine; the rest comes back as not taken. Anything but a batch goes through."""


Action = Forward | Kill | DropRequest | DropAnswer | Hold | Answer | Unprocessed
Schedule = Callable[[Call], Action]
"""Decides about each call of a client. It may be asked from several threads, one call at a time."""

THROTTLED = Answer(
    status=400,
    code="ProvisionedThroughputExceededException",
    message="The level of configured provisioned throughput for the table was exceeded.",
)
THROTTLED_CONTROL = Answer(status=400, code="ThrottlingException", message="Rate exceeded")
BROKEN = Answer(status=500, code="InternalServerError", message="Internal server error")
UNAVAILABLE = Answer(status=503, code="ServiceUnavailable", message="Service is unavailable")
EXPIRED = Answer(
    status=400,
    code="ExpiredTokenException",
    message="The security token included in the request is expired",
)


def nothing(_call: Call) -> Action:
    """The schedule without faults."""
    return Forward()
