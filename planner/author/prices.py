"""What an answer costs: one dated table. A model that is not in it has no price, and nothing is guessed.

Source: Anthropic's price list for API version 2026-10-21, US dollars for a million tokens. Other providers have price
lists of their own, which are not here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from planner.author.values import Provider, Settings, Usage

PRICES_OF = "2026-10-21"
MILLION = 1_000_000
_WRITTEN = Decimal("1.25")
"""Writing to the five-minute cache costs a quarter more than sending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """US dollars for a million tokens.

    Attributes:
        sent: Sent without the cache.
        received: Received.
        read: Read from the cache, as a part of ``sent``.
        up_to: The most a request may hold for these prices; None for any.
    """

    sent: Decimal
    received: Decimal
    read: Decimal = Decimal("0.1")
    up_to: int | None = None


PRICES = {
    "claude-fable-5-2": Price(sent=Decimal(8), received=Decimal(40)),
    "claude-opus-5-5": Price(sent=Decimal(4), received=Decimal(20), read=Decimal("0.05")),
    "claude-sonnet-5-5": Price(sent=Decimal(2), received=Decimal(10)),
    "claude-haiku-5-5": Price(sent=Decimal("0.10"), received=Decimal("0.50"), up_to=100_000),
}


def price(settings: Settings) -> Price | None:
    """The price of the model that is asked; None when it is not known."""
    return PRICES.get(settings.model) if settings.provider is Provider.ANTHROPIC else None


def cost(settings: Settings, usage: Usage) -> Decimal | None:
    """US dollars for what was used; None when the price is not known."""
    found = price(settings)
    if found is None or (found.up_to is not None and usage.sent > found.up_to):
        return None
    sent = usage.input + usage.cache_written * _WRITTEN + usage.cache_read * found.read
    return (sent * found.sent + usage.output * found.received) / MILLION


def affordable(settings: Settings, characters: int, left: Decimal) -> int | None:
    """How many tokens an answer may have for the money that is left.

    Args:
        settings: How Claude is asked.
        characters: Of the whole request: a token has three at least.
        left: US dollars.

    Returns:
        Tokens, at most ``settings.max_tokens``, possibly negative; None when the price is not known.
    """
    found = price(settings)
    if found is None:
        return None
    request = Decimal(characters) / 3 * _WRITTEN * found.sent / MILLION
    return min(settings.max_tokens, int((left - request) * MILLION / found.received))
