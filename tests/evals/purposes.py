"""What is asked for, and what a plan for it has to be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.fixtures.replies import Conversation, conversation

Pattern = tuple[str, ...]
"""Words of one access pattern: each must stand in the query's name, description, table, index or condition. ``a|b`` is
either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One purpose.

    Attributes:
        kind: Which of the recorded conversations it has.
        name: Its name there.
        patterns: What the application must be able to ask.
        refusals: How many transactions have to prove that they refuse something.
        budget: US dollars that the plan may cost, repairs included.
    """

    kind: str
    name: str
    patterns: tuple[Pattern, ...]
    refusals: int = 0
    budget: Decimal = Decimal("1.50")

    @property
    def recorded(self) -> Conversation:
        """What was asked, and the replies that are on record."""
        return conversation(self.kind, self.name)


PURPOSES = (
    Purpose(
        kind="good",
        name="payments",
        patterns=(
            ("wallet|account", "owner|person|customer|user"),
            ("entry|entries|posting|payment|transaction|history", "wallet|account"),
            ("card", "wallet|account|owner|person"),
            ("payout", "merchant"),
        ),
        refusals=1,
    ),
    Purpose(
        kind="good",
        name="web_analytics",
        patterns=(
            ("event|hit|view|session|metric|visit",),
            ("day|daily|hour|date|range",),
            ("top|page|ranking|report",),
        ),
    ),
    Purpose(
        kind="good",
        name="marketplace",
        patterns=(
            ("cart",),
            ("order", "buyer|customer"),
            ("order|desk", "seller"),
            ("listing|product", "seller"),
            ("review", "listing|product"),
            ("shipment|track|parcel",),
        ),
        refusals=1,
    ),
    Purpose(
        kind="good",
        name="circles",
        patterns=(
            ("member", "circle|group"),
            ("circle|group|home", "member|user|person"),
            ("message|post|comment", "thread"),
            ("reaction|like",),
            ("new|unread|notification|home|latest|inbox",),
        ),
    ),
    Purpose(
        kind="good",
        name="helpdesk",
        patterns=(
            ("ticket", "customer"),
            ("ticket|queue", "agent|queue"),
            ("message|conversation|comment", "ticket"),
            ("ticket", "company|tenant|organization"),
        ),
    ),
    Purpose(
        kind="good",
        name="clinic",
        patterns=(
            ("free|available", "slot"),
            ("day|date", "practitioner"),
            ("day|date", "clinic"),
            ("appointment", "patient"),
            ("remind|reminder",),
            ("note", "patient"),
            ("wait|waiting", "practitioner"),
        ),
        refusals=1,
        budget=Decimal("2.50"),
    ),
    Purpose(kind="repair", name="shortener", patterns=(("link|code|target|url",), ("click", "day|date|month|range"))),
    Purpose(
        kind="repair",
        name="flags",
        patterns=(("flag", "environment"), ("change|audit|trail|history", "flag")),
    ),
    Purpose(
        kind="repair",
        name="parcels",
        patterns=(("compartment", "locker"), ("parcel",), ("code|access|open|permission|pin",)),
        refusals=1,
    ),
    Purpose(
        kind="repair",
        name="chat",
        patterns=(("message", "conversation|chat"), ("conversation|inbox|chat", "person|user|participant|member")),
    ),
)
