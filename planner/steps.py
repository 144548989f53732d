"""Steps: calls of the eleven functions, in order, each with its reason, hazards and what it depends on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from planner.values import Json, content_hash


class HazardKind(StrEnum):
    """A stated danger that a step carries."""

    DROPS_INDEX = "DROPS_INDEX"
    DROPS_DATA = "DROPS_DATA"
    OVERWRITES_ITEMS = "OVERWRITES_ITEMS"
    CHANGES_DATA = "CHANGES_DATA"
    DELETES_BY_TTL = "DELETES_BY_TTL"
    INDEX_UNAVAILABLE = "INDEX_UNAVAILABLE"
    CHANGES_STREAM_ARN = "CHANGES_STREAM_ARN"
    EXPOSES_DATA = "EXPOSES_DATA"
    WEAKENS_PROTECTION = "WEAKENS_PROTECTION"
    OWNED_ELSEWHERE = "OWNED_ELSEWHERE"
    LONG_RUNNING = "LONG_RUNNING"
    COSTS = "COSTS"


INFORMATIVE = frozenset({HazardKind.LONG_RUNNING, HazardKind.COSTS})
"""Hazards that are shown but need no permission: nothing is lost or exposed by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hazard:
    """One danger of one step.

    Attributes:
        kind: Its name.
        address: What it endangers; the address that ``--allow KIND:ADDRESS`` takes.
        sentence: What will happen, for the person who decides.
    """

    kind: HazardKind
    address: str
    sentence: str

    @property
    def flag(self) -> str:
        """The exact permission, such as ``DROPS_INDEX:table.postings.index.by_reference``."""
        return f"{self.kind}:{self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of one of the eleven functions, as JSON.

    Attributes:
        function: One of ``planner.function_names.FUNCTION_NAMES``.
        arguments: By name, in native DynamoDB names and shapes.
    """

    function: str
    arguments: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How long a step takes.

    Attributes:
        low: Seconds.
        high: Seconds.
        source: Where the figure comes from.
    """

    low: float
    high: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One value that a step changes.

    Attributes:
        path: Within the address, such as ``time_to_live`` or ``capacity.read``.
        before: The live value; None when there is none.
        after: The desired value; None when it goes.
    """

    path: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call, and all that a person or the executor needs to know about it.

    Attributes:
        id: Unique among the steps: the address, with a suffix where one address needs several.
        address: What the step is about.
        covers: All addresses that the call makes, where it makes several (``create_multiple_tables``).
        symbol: ``+`` makes, ``~`` changes, ``-`` removes, ``>`` runs.
        call: The call.
        reason: Why, in one sentence.
        changes: What it changes, value by value.
        hazards: Its dangers.
        depends_on: Ids of steps that must be done first.
        estimate: How long it takes.
    """

    id: str
    address: str
    symbol: str
    call: Call
    reason: str
    changes: tuple[FieldChange, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    depends_on: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    estimate: Estimate = Estimate(low=0.0, high=1.0, source="one call")

    @property
    def content_hash(self) -> str:
        """Identifies what the step does: address and call, not its prose."""
        return content_hash(
            {"address": self.address, "function": self.call.function, "arguments": self.call.arguments},
            kind="step/1",
        )


def steps_hash(steps: tuple[Step, ...], beside: Mapping[str, Json] | None = None) -> str:
    """Identifies a whole sequence of steps; what ``diff`` prints and ``apply --approve`` takes.

    Args:
        steps: The steps, in order.
        beside: What else is approved with them: where they run, and what is recorded without a step.
    """
    hashes = [step.content_hash for step in steps]
    if not beside:
        return content_hash(hashes, kind="steps/1")
    return content_hash({"steps": hashes, **beside}, kind="steps/2")


def as_json(step: Step) -> Json:
    """The step as JSON values, for ``--format json``."""
    return {
        "id": step.id,
        "address": step.address,
        "symbol": step.symbol,
        "covers": list(step.covers),
        "function": step.call.function,
        "arguments": step.call.arguments,
        "reason": step.reason,
        "changes": [{"path": c.path, "before": c.before, "after": c.after} for c in step.changes],
        "hazards": [{"kind": str(h.kind), "address": h.address, "sentence": h.sentence} for h in step.hazards],
        "depends_on": list(step.depends_on),
        "estimate": {"low": step.estimate.low, "high": step.estimate.high, "source": step.estimate.source},
    }


__all__ = [
    "INFORMATIVE",
    "Call",
    "Estimate",
    "FieldChange",
    "Hazard",
    "HazardKind",
    "Step",
    "as_json",
    "steps_hash",
]
