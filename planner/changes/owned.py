"""Steps of seeds that own only some attributes: updates of items that exist, a hundred at most in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.codes import changes as codes
from planner.settings import estimates
from planner.steps import Call, FieldChange, Hazard, HazardKind, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from planner.changes.found import Findings
    from planner.checked import SeedRow
    from planner.plan import OnConflict
    from planner.state import DesiredSeed, DesiredTable
    from planner.values import Item, Json

MAX_UPDATES = 99
"""TransactWriteItems takes 100 members; the run adds the check of its lock's fencing number."""
MAX_BYTES = 3 * 1024 * 1024
"""Of the 4 MB that a transaction may have."""


def owned_steps(
    table: DesiredTable,
    seed: DesiredSeed,
    rows: Iterable[SeedRow],
    found: Findings,
) -> tuple[Step, ...]:
    """The steps that set the owned attributes of these rows, in order; the last one stands for the seed.

    A table that this diff makes has no items yet: that is said, and the seed waits.
    """
    if table.key in found.made:
        found.add(
            codes.NO_ITEMS_YET,
            seed.position,
            address=seed.address,
            what=f"{seed.address} sets attributes of items that exist, and {table.name} is made by this diff.",
            fix="Apply again when the application has written its items.",
        )
        return ()
    groups = tuple(_groups(rows))
    hazards = _hazards(table, seed, found)
    return tuple(_step(table, seed, group, hazards, number, len(groups)) for number, group in enumerate(groups, 1))


def _groups(rows: Iterable[SeedRow]) -> Iterator[tuple[SeedRow, ...]]:
    group: list[SeedRow] = []
    size = 0
    for row in rows:
        if group and (len(group) == MAX_UPDATES or size + len(row.encoded) > MAX_BYTES):
            yield tuple(group)
            group, size = [], 0
        group.append(row)
        size += len(row.encoded)
    if group:
        yield tuple(group)


def _step(
    table: DesiredTable,
    seed: DesiredSeed,
    rows: tuple[SeedRow, ...],
    hazards: tuple[Hazard, ...],
    number: int,
    steps: int,
) -> Step:
    count = len(rows)
    items = "1 item" if count == 1 else f"{count} items"
    part = "" if steps == 1 else f" ({number} of {steps})"
    return Step(
        id=seed.address if number == steps else f"{seed.address}.part_{number}",
        address=seed.address,
        symbol="~",
        call=Call(
            function="execute_transaction",
            arguments={"transaction_items": [{"Update": update_of(row, table.name, seed.on_conflict)} for row in rows]},
        ),
        reason=f"Sets attributes of {items} of {table.name}, {_HOW[seed.on_conflict]}{part}.",
        changes=(FieldChange(path="items", before=None, after=count),),
        hazards=hazards,
        estimate=estimates.writing(count * 2),
    )


_HOW: dict[OnConflict, str] = {
    "keep": "where an item does not have them",
    "overwrite": "over the values that they have",
    "fail": "and stops where an item has another value",
}


def update_of(row: SeedRow, table_name: str, on_conflict: OnConflict) -> Json:
    """One item's Update: its owned attributes, on condition that the item exists."""
    owned = [(name, value) for name, value in row.item.items() if name not in row.key_names]
    names = {"#key": row.key_names[0], **{f"#a{place}": name for place, (name, _) in enumerate(owned)}}
    conditions = ["attribute_exists(#key)"]
    sets = []
    for place in range(len(owned)):
        value = f"if_not_exists(#a{place}, :a{place})" if on_conflict == "keep" else f":a{place}"
        sets.append(f"#a{place} = {value}")
        if on_conflict == "fail":
            conditions.append(f"(attribute_not_exists(#a{place}) OR #a{place} = :a{place})")
    return {
        "TableName": table_name,
        "Key": dict(row.key),
        "UpdateExpression": f"SET {', '.join(sets)}",
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": {f":a{place}": value for place, (_, value) in enumerate(owned)},
    }


def row_of(update: Json) -> Item:
    """The row that an update was made of."""
    names, values = update["ExpressionAttributeNames"], update["ExpressionAttributeValues"]
    return {**update["Key"], **{names[f"#{name[1:]}"]: value for name, value in values.items()}}


def _hazards(table: DesiredTable, seed: DesiredSeed, found: Findings) -> tuple[Hazard, ...]:
    if seed.on_conflict != "overwrite" or table.key in found.fresh:
        return ()
    sentence = f"Attributes of items of {table.name} are set, over what the application wrote to them."
    return (Hazard(kind=HazardKind.OVERWRITES_ITEMS, address=seed.address, sentence=sentence),)
