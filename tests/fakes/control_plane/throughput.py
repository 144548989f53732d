"""Units, maximums and warm throughput: what a request may say of them, and what they become."""

from __future__ import annotations

from collections.abc import Callable

from tests.fakes.control_plane import request_texts, texts, times
from tests.fakes.control_plane.clock import spelled
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import ON_DEMAND, PROVISIONED, Busy, Decreases, GlobalIndex, Json, Table, Warm

ON_DEMAND_WARM = (12_000, 4_000)
"""What a new on-demand table takes at once (K 032)."""
PER_TABLE = 40_000
"""Units of one table, each way (Q)."""
MAXIMUM_MEMBERS = {"MaxReadRequestUnits": "Read", "MaxWriteRequestUnits": "Write"}
WARM_MEMBERS = {"ReadUnitsPerSecond": "Read", "WriteUnitsPerSecond": "Write"}
CLEAR = -1
SWITCHES_A_DAY = 4


def units_of(throughput: Json | None) -> tuple[int, int]:
    """Read and write units of a ProvisionedThroughput; zeros for none."""
    return (throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) if throughput else (0, 0)


def check_units(units: tuple[int, int], region: str) -> None:
    """Units that the account may have.

    Raises:
        Refusal: More than a table's most (K 443, Q).
    """
    for kind, number in zip(("Read", "Write"), units, strict=True):
        if number > PER_TABLE:
            raise request_texts.UNITS_ABOVE_TABLE.refusal(kind=kind, units=number, region=region)


def check_maximum(maximum: Json, billing: str, where: str, *, clearing: bool) -> None:
    """OnDemandThroughput: on demand only, 1 and more; -1 clears where there is something to clear.

    Raises:
        Refusal: It can't be (K 028, 182, 442).
    """
    for member, kind in MAXIMUM_MEMBERS.items():
        if member not in maximum:
            continue
        if billing == PROVISIONED:
            raise request_texts.MAXIMUM_PROVISIONED.refusal(kind=kind)
        if maximum[member] < 1 and not (clearing and maximum[member] == CLEAR):
            raise request_texts.MAXIMUM_RANGE.refusal(kind=kind, where=where)


def check_warm_at_creation(warm: Json, billing: str, units: tuple[int, int], where: str) -> None:
    """WarmThroughput of something new: no less than it would have anyway.

    Raises:
        Refusal: It is less (K 039).
    """
    least = ON_DEMAND_WARM if billing == ON_DEMAND else units
    text = request_texts.WARM_INITIAL if billing == ON_DEMAND else request_texts.WARM_UNDER_UNITS
    for (member, kind), number in zip(WARM_MEMBERS.items(), least, strict=True):
        if warm.get(member, number) < number:
            raise text.refusal(kind=kind, where=where)


def new_warm(warm: Json | None, billing: str, units: tuple[int, int]) -> Warm:
    """What something new has: what was asked, else what its mode gives."""
    read, write = ON_DEMAND_WARM if billing == ON_DEMAND else units
    asked = warm or {}
    return Warm(asked.get("ReadUnitsPerSecond", read), asked.get("WriteUnitsPerSecond", write))


def raise_warm(site: Site, table: Table, warm: Warm, asked: Json, where: str) -> None:
    """WarmThroughput is only ever raised, in minutes, the table staying ACTIVE; the last writer wins (K 061, 179, 459).

    Raises:
        Refusal: It would be lowered.
    """
    read = asked.get("ReadUnitsPerSecond", warm.read)
    write = asked.get("WriteUnitsPerSecond", warm.write)
    for kind, wanted, now in (("Read", read, warm.read), ("Write", write, warm.write)):
        if wanted < now:
            raise request_texts.WARM_LOWER.refusal(kind=kind, where=where)
    if (read, write) == (warm.read, warm.write):
        return
    running = table.running(Busy.WARM, about=where)
    if running is not None:
        table.jobs.remove(running)
    warm.updating = True

    def raised() -> None:
        warm.read, warm.write, warm.updating = max(read, warm.read), max(write, warm.write), False

    table.start(Busy.WARM, site.now() + times.WARM, raised, where)


def set_maximum(holder: Table | GlobalIndex, maximum: Json) -> Callable[[], None] | None:
    """Take a maximum member by member.

    Returns:
        What clears the members given as -1, which are shown so for a moment; None where none was (K 178, 182).
    """
    holder.maximum = {**holder.maximum, **maximum}
    if CLEAR not in holder.maximum.values():
        return None

    def cleared() -> None:
        holder.maximum = {name: value for name, value in holder.maximum.items() if value != CLEAR}

    return cleared


def check_decrease(old: tuple[int, int], new: tuple[int, int], decreases: Decreases, now: float) -> bool:
    """Whether these units are a decrease.

    Raises:
        Refusal: They are, and no decrease is allowed yet (K 184, 326).
    """
    if new[0] >= old[0] and new[1] >= old[1]:
        return False
    allowed = decreases.next_allowed(now)
    if allowed is not None:
        raise texts.DECREASES.refusal(count=decreases.today(now), last=spelled(decreases.last), next=spelled(allowed))
    return True


def take_units(holder: Table | GlobalIndex, units: tuple[int, int], now: float) -> None:
    """Set units, with their bookkeeping; warm throughput keeps the highest ever (K 058)."""
    old = holder.units
    if old != (0, 0):
        if units[0] < old[0] or units[1] < old[1]:
            holder.decreases.spend(now)
        if units[0] > old[0] or units[1] > old[1]:
            holder.decreases.last_increase = now
    holder.units = units
    holder.warm.read, holder.warm.write = max(holder.warm.read, units[0]), max(holder.warm.write, units[1])


def check_switch_to_on_demand(table: Table, now: float) -> None:
    """Four switches to on-demand in a rolling day (Q; K 183 saw no limit).

    Raises:
        Refusal: It would be the fifth.
    """
    recent = [at for at in table.to_on_demand if at > now - times.DAY]
    if len(recent) >= SWITCHES_A_DAY:
        raise texts.BILLING_CHANGES.refusal(last=spelled(recent[-1]), next=spelled(recent[0] + times.DAY))


def switch(site: Site, table: Table, billing: str, units: dict[str, tuple[int, int]]) -> None:
    """Take another billing mode: units as given or none, no maximums any more (K 062, 152, 153)."""
    now = site.now()
    again = billing in table.modes_seen
    table.billing = billing
    table.modes_seen.add(billing)
    table.maximum = {}
    if billing == ON_DEMAND:
        table.to_on_demand.append(now)
    for index in table.global_indexes.values():
        index.maximum = {}
        index.units = units.get(index.name, (0, 0))
    table.units = units.get("", (0, 0))
    holders: tuple[Table | GlobalIndex, ...] = (table, *table.global_indexes.values())
    for holder in holders:
        least = ON_DEMAND_WARM if billing == ON_DEMAND else holder.units
        holder.warm.read, holder.warm.write = max(holder.warm.read, least[0]), max(holder.warm.write, least[1])
    first = times.TO_ON_DEMAND if billing == ON_DEMAND else times.TO_PROVISIONED
    table.start(Busy.BILLING, now + (times.SWITCH_AGAIN if again else first))
