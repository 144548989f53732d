"""Changes that DynamoDB counts: how many there may be in a time, what a step spends, and when it can run.

Sources: DynamoDB's "Service, account, and table quotas"; where measurements of aws-controllers-k8s on live AWS differ,
the stricter of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from planner.codes import changes as codes
from planner.diagnostics import Diagnostic
from planner.settings.base import TableChange, diagnostic
from planner.values import Json

DECREASES_A_DAY = 4
DECREASE_PAUSE = timedelta(hours=1)
"""After the fourth decrease of a UTC day: one for each hour without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How often a setting may change.

    Attributes:
        setting: The plan's name for it.
        words: What is counted, for people.
        limit: So many changes.
        window: In any time this long.
        pause: Once they are spent, one more this long after the last; None for none.
    """

    setting: str
    words: str
    limit: int
    window: timedelta
    pause: timedelta | None = None


BILLING = Budget(setting="billing", words="switches to on-demand capacity", limit=4, window=timedelta(hours=24))
TABLE_CLASS = Budget(setting="table_class", words="changes of table class", limit=2, window=timedelta(days=30))
ENCRYPTION = Budget(
    setting="encryption",
    words="changes of the key",
    limit=4,
    window=timedelta(hours=24),
    pause=timedelta(hours=6),
)
TIME_TO_LIVE = Budget(setting="time_to_live", words="change of time to live", limit=1, window=timedelta(hours=1))
KINESIS = Budget(setting="kinesis", words="changes of the Kinesis precision", limit=3, window=timedelta(hours=24))
COUNTED: Mapping[str, Budget] = {
    budget.setting: budget for budget in (BILLING, TABLE_CLASS, ENCRYPTION, TIME_TO_LIVE, KINESIS)
}
"""Budgets whose spending no answer of DynamoDB tells whole; ddbplan's own changes are in the ledger."""


def spent(table: Mapping[str, Json]) -> dict[str, Json]:
    """What DescribeTable tells of budgets.

    Args:
        table: DescribeTable's Table; times are ISO 8601 text.

    Returns:
        ``billing`` and ``table_class``: when they changed last; ``capacity`` and ``index.NAME.capacity``: how many
        decreases there were ``today`` and when the ``last`` was. What was never spent is absent.
    """
    found: dict[str, Json] = {
        "billing": (table.get("BillingModeSummary") or {}).get("LastUpdateToPayPerRequestDateTime"),
        "table_class": (table.get("TableClassSummary") or {}).get("LastUpdateDateTime"),
        "capacity": _decreases(table),
    }
    for index in table.get("GlobalSecondaryIndexes", ()):
        found[f"index.{index['IndexName']}.capacity"] = _decreases(index)
    return {name: value for name, value in found.items() if value}


def _decreases(answer: Mapping[str, Json]) -> Json:
    units = answer.get("ProvisionedThroughput") or {}
    last = units.get("LastDecreaseDateTime")
    return {"today": units.get("NumberOfDecreasesToday", 0), "last": last} if last else None


def decrease(change: TableChange, subject: str, name: str) -> tuple[Diagnostic, ...]:
    """What a decrease of units spends, and whether it has to wait.

    Args:
        change: The table.
        subject: What is decreased, for people.
        name: ``capacity`` or ``index.NAME.capacity``.
    """
    found = change.live.spent.get(name) or {}
    last = _time(found.get("last"))
    today = 0
    if change.now is not None and last is not None and last.date() == change.now.date():
        today = int(found.get("today", 0))
    where = f"{change.table.address}.{name}"
    allowed = _end_of_pause(last, change.now) if today >= DECREASES_A_DAY else None
    if allowed is not None:
        what = f"{subject} was decreased {today} times today (UTC), the last time at {clock(last)}."
        return _waits(change, "capacity", where, what, allowed)
    free = f"of {DECREASES_A_DAY} free ones" if today < DECREASES_A_DAY else "an hour and more after the one before"
    what = f"Lowers the units of {subject}: decrease {today + 1} of today (UTC), {free}."
    fix = "Nothing. To save decreases, change reads and writes together; after the fourth, one per hour passes."
    code = codes.LAST_OF_BUDGET if today + 1 >= DECREASES_A_DAY else codes.SPENDS_BUDGET
    return diagnostic(code, change.table, "capacity", address=where, what=what, fix=fix).found


def _end_of_pause(last: datetime | None, now: datetime | None) -> datetime | None:
    """When the next decrease passes; None where that is now. A new day (UTC) has decreases of its own."""
    if last is None or now is None:
        return None
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), tzinfo=UTC)
    allowed = min(last + DECREASE_PAUSE, midnight)
    return allowed if allowed > now else None


def spend(change: TableChange, budget: Budget, *, quiet_until: int = 0) -> tuple[Diagnostic, ...]:
    """What a change of a counted setting spends, and whether it has to wait.

    Args:
        change: The table.
        budget: What is counted.
        quiet_until: Up to this many changes, what is spent is not worth a line.
    """
    times = _known_times(change, budget)
    where, name = f"{change.table.address}.{budget.setting}", change.table.name
    allowed = next_time(budget, times, change.now)
    if allowed is not None:
        what = (
            f"DynamoDB takes {_number(budget)} in {_span(budget.window)}, and {name} had {len(times)}, the last at "
            f"{clock(times[-1])}."
        )
        return _waits(change, budget.setting, where, what, allowed)
    count = len(times) + 1
    if count <= quiet_until:
        return ()
    before, span = f"; the one before was at {clock(times[-1])}" if times else "", _span(budget.window)
    what = (
        f"This is number {count} of the {_number(budget)} that DynamoDB takes of {name} in {span}, as far as is "
        f"known{before}."
    )
    fix = f"Nothing. Where DynamoDB counts more, the step fails, and can run when the oldest is {span} old."
    code = codes.LAST_OF_BUDGET if count == budget.limit else codes.SPENDS_BUDGET
    return diagnostic(code, change.table, budget.setting, address=where, what=what, fix=fix).found


def next_time(budget: Budget, times: tuple[datetime, ...], now: datetime | None) -> datetime | None:
    """When the next change passes; None where that is now, as far as it is known."""
    if now is None or len(times) < budget.limit:
        return None
    allowed = times[-budget.limit] + budget.window
    if budget.pause is not None:
        allowed = min(allowed, times[-1] + budget.pause)
    return allowed if allowed > now else None


def kept(times: Iterable[str], setting: str) -> tuple[str, ...]:
    """The latest times of a setting's changes that are worth keeping: as many as its budget counts."""
    return tuple(sorted(times))[-COUNTED[setting].limit :]


def _known_times(change: TableChange, budget: Budget) -> tuple[datetime, ...]:
    """Changes within the window: ours, and the last one that DynamoDB tells."""
    if change.now is None:
        return ()
    known = set(change.changed.get(budget.setting, ()))
    told = _time(change.live.spent.get(budget.setting))
    # DynamoDB's own time of a change of ours lies within the step that made it.
    if told is not None and all(abs(told - ours) > timedelta(minutes=5) for ours in known):
        known.add(told)
    return tuple(sorted(time for time in known if change.now - budget.window < time))


def _waits(change: TableChange, key: str, where: str, what: str, allowed: datetime) -> tuple[Diagnostic, ...]:
    fix = f"Apply at {clock(allowed)} or later; until then DynamoDB refuses this step, and the steps after it wait."
    return diagnostic(codes.WAITS_FOR_WINDOW, change.table, key, address=where, what=what, fix=fix).found


def parse_time(value: str) -> datetime | None:
    """A time in ISO 8601, in UTC; None where the text is none."""
    return _time(value)


def _time(value: Json) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def clock(time: datetime | None) -> str:
    """A time as people read it, to the second, in UTC."""
    return "an unknown time" if time is None else time.strftime("%Y-%m-%d %H:%M:%S UTC")


def _number(budget: Budget) -> str:
    return f"{budget.limit} {budget.words}"


def _span(window: timedelta) -> str:
    if window >= timedelta(days=2):
        return f"{window.days} days"
    hours = int(window.total_seconds() // 3600)
    return "an hour" if hours == 1 else f"{hours} hours"
