"""What became of tables since they were last applied: changed by hand, gone, or with settings that nobody manages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from planner.changes.compare import field_changes
from planner.settings import SETTINGS
from planner.state import DesiredState, LiveState, OwnedTable, TableState
from planner.steps import FieldChange
from planner.values import Json

_ORDINARY: Mapping[str, tuple[Json, ...]] = {
    "billing": ("on_demand", "provisioned"),
    "table_class": ("standard",),
    "encryption": ("aws_owned",),
    "point_in_time_recovery": ("off",),
    "deletion_protection": (False,),
}
"""What a table has that nobody ever set: not worth a word. Elsewhere it is ``off`` or empty."""
_MOVED_BY_AWS = frozenset({"capacity", "warm"})
"""Always there, and not always anybody's doing: autoscaling and traffic move them."""


class Fate(StrEnum):
    """What became of a table."""

    SAME = "same"
    """It is the very table that was applied."""
    GONE = "gone"
    """It does not exist any more."""
    MADE_AGAIN = "made again"
    """Another table stands under its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandMade:
    """A setting that is not what the last apply made it.

    Attributes:
        change: From what was applied to what is live.
        planned: The plan declares the setting, so that the next apply puts it as the plan says.
    """

    change: FieldChange
    planned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDrift:
    """One table that the ledger records.

    Attributes:
        key: Its name in the plan when it was last applied.
        name: Its physical name.
        fate: What became of it.
        changed: What somebody else changed.
        unmanaged: Settings that are on and that neither the last apply nor the plan declares.
        in_plan: The plan still names it.
    """

    key: str
    name: str
    fate: Fate
    changed: tuple[HandMade, ...]
    unmanaged: tuple[FieldChange, ...]
    in_plan: bool

    @property
    def address(self) -> str:
        """Such as ``table.accounts``."""
        return f"table.{self.key}"

    @property
    def has_drifted(self) -> bool:
        """Whether it is not as it was applied."""
        return self.fate is not Fate.SAME or bool(self.changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """All tables of one database.

    Attributes:
        database: Whose.
        environment: Empty without one.
        tables: By name.
        unowned: Physical names of tables that the plan names, that exist, and that the ledger does not record.
        unsupported: Settings that were not compared, since the engine does not have them.
    """

    database: str
    environment: str
    tables: tuple[TableDrift, ...]
    unowned: tuple[str, ...]
    unsupported: tuple[str, ...]

    @property
    def has_drifted(self) -> bool:
        """Whether anything is not as it was applied."""
        return any(table.has_drifted for table in self.tables)

    @property
    def has_unmanaged(self) -> bool:
        """Whether there is anything that nobody manages."""
        return bool(self.unowned) or any(table.unmanaged for table in self.tables)


def drift(desired: DesiredState, live: LiveState) -> Drift:
    """Compare what is live with what was last applied, and with the plan.

    Args:
        desired: The plan.
        live: Every table that the plan or the ledger names; what was not read of one is not compared.
    """
    records = live.ledger.tables
    owned = {record.name for record in records.values()}
    return Drift(
        database=desired.database,
        environment=desired.environment or "",
        tables=tuple(_table(desired, live, record) for _, record in sorted(records.items()) if record.table_id),
        unowned=tuple(
            table.name
            for table in desired.tables.values()
            if not table.external and table.name in live.tables and table.name not in owned
        ),
        unsupported=tuple(sorted(live.unsupported)),
    )


def _table(desired: DesiredState, live: LiveState, record: OwnedTable) -> TableDrift:
    found = live.tables.get(record.name)
    planned = next((table.state.settings for table in desired.tables.values() if table.name == record.name), None)
    fate = _fate(found, record)
    same = found if fate is Fate.SAME else None
    return TableDrift(
        key=record.key,
        name=record.name,
        fate=fate,
        changed=_changed(record, same, planned or {}, live.unsupported) if same else (),
        unmanaged=_unmanaged(record, same, planned or {}, live.unsupported) if same else (),
        in_plan=planned is not None,
    )


def _fate(found: TableState | None, record: OwnedTable) -> Fate:
    if found is None:
        return Fate.GONE
    return Fate.SAME if found.table_id == record.table_id else Fate.MADE_AGAIN


def _changed(
    record: OwnedTable, live: TableState, planned: Mapping[str, Json], unsupported: frozenset[str]
) -> tuple[HandMade, ...]:
    applied = TableState(name=record.name, settings=record.settings)
    before: dict[str, Json] = {}
    after: dict[str, Json] = {}
    for setting in SETTINGS:
        known = setting.name in record.settings and setting.name in live.settings and setting.name not in unsupported
        pair = setting.pair(applied, live) if known else None
        if pair is not None and pair[0] != pair[1]:
            after[setting.name], before[setting.name] = pair
    differences = field_changes(before, after)
    return tuple(
        HandMade(change=change, planned=name in planned)
        for name in (setting.name for setting in SETTINGS)
        for change in differences.get(name, ())
    )


def _unmanaged(
    record: OwnedTable, live: TableState, planned: Mapping[str, Json], unsupported: frozenset[str]
) -> tuple[FieldChange, ...]:
    declared = {*record.settings, *planned, *unsupported, *_MOVED_BY_AWS}
    return tuple(
        FieldChange(path=setting.name, before=None, after=value)
        for setting in SETTINGS
        if setting.managed and not setting.derived and setting.name not in declared
        if _is_remarkable(setting.name, value := live.settings.get(setting.name))
    )


def _is_remarkable(name: str, value: Json) -> bool:
    return value not in (None, "off", {}, []) and value not in _ORDINARY.get(name, ())
