"""The envelope that every one of the eleven functions answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.values import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a call came to.

    Attributes:
        function: The function that was called.
        ok: Whether it did what it was asked.
        value: What it found or did, as JSON; documented by each function.
        error_code: A stable name such as ``TableMissing`` or DynamoDB's own exception name; empty when ok.
        message: What went wrong and what to do, without values of items; empty when ok.
        consumed: Capacity units by table or ``table/index``.
        request_ids: AWS request ids, oldest first (the last hundred).
        seconds: Wall time.
    """

    function: str
    ok: bool
    value: Json = None
    error_code: str = ""
    message: str = ""
    consumed: Mapping[str, float] = field(default_factory=dict)
    request_ids: tuple[str, ...] = ()
    seconds: float = 0.0
