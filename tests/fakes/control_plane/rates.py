"""Calls that are counted per second and account, and refused beyond."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fakes.control_plane import texts


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls at once, and so many a second after that.

    Attributes:
        burst: Calls that pass after a rest.
        per_second: How fast that fills up again.
        source: Where the figures come from.
    """

    burst: float
    per_second: float
    source: str


RATES: dict[str, Rate] = {
    "DescribeTimeToLive": Rate(4, 10, "K 360: throttled from the fifth of calls in a row; Q: 10 a second"),
    "DescribeContributorInsights": Rate(5, 5, "Q: 5 a second"),
    "UpdateContributorInsights": Rate(5, 5, "Q: 5 a second"),
    "GetResourcePolicy": Rate(100, 100, "Q: 100 a second"),
    "PutResourcePolicy": Rate(25, 25, "Q: 25 a second"),
    "DeleteResourcePolicy": Rate(25, 25, "Q: 25 a second"),
    "DescribeLimits": Rate(5, 1, "K 131: five in half a minute pass"),
    "ListTagsOfResource": Rate(10, 10, "M: 10 a second"),
    "TagResource": Rate(5, 5, "M: 5 a second"),
    "UntagResource": Rate(5, 5, "M: 5 a second"),
}
MUTATIONS = Rate(10, 10, "K 384, 434: about ten mutations of an account at once")
MUTATING = frozenset({"CreateTable", "UpdateTable", "DeleteTable", "TagResource", "UntagResource"})


class Buckets:
    """What is left of each rate."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, operation: str, now: float) -> None:
        """Count a call.

        Raises:
            Refusal: There were too many.
        """
        if operation in RATES and not self._passes(operation, RATES[operation], now):
            raise texts.RATE.refusal()
        if operation in MUTATING and not self._passes("account", MUTATIONS, now):
            raise texts.ACCOUNT_RATE.refusal()

    def _passes(self, name: str, rate: Rate, now: float) -> bool:
        left, since = self._left.get(name, (rate.burst, now))
        left = min(rate.burst, left + (now - since) * rate.per_second)
        passes = left >= 1.0 - 1e-9
        self._left[name] = (left - 1.0 if passes else left, now)
        return passes
