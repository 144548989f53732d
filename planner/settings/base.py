"""What every setting of a table can do, whatever it is. One module beside this one per setting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, ClassVar

from planner.diagnostics import Code, Diagnostic, Report
from planner.state import DesiredTable, TableState
from planner.steps import Call, Estimate, FieldChange, Hazard, HazardKind, Step
from planner.values import Json

if TYPE_CHECKING:
    from planner.checked import CompiledQuery

Schema = dict[str, Json]
"""CreateTable's own members and the settings beside them: the ``table_schema`` argument."""


class Phase(IntEnum):
    """The order of changes within one table (dynamodb-rules, section 4); gaps are for what is not a setting."""

    TAKE = 0
    DROP_INDEX = 2
    TABLE_CLASS = 3
    THROUGHPUT = 4
    STREAM = 5
    CREATE_INDEX = 6
    WARM_THROUGHPUT = 7
    ENCRYPTION = 8
    EXTRAS = 9
    REPLICAS = 10
    PROTECTION = 13
    """After seeds, transactions and queries: the last thing that happens to a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChange:
    """An existing table beside what the plan wants of it; what a setting makes its steps from.

    Attributes:
        table: The table in the plan.
        desired: Its declared settings, less those that the engine lacks.
        live: The live table.
        schema: The full desired ``table_schema``; never changed in place.
        database: The owner's label.
        fresh: The table's first apply has not come to its end.
        queries: The plan's queries that read the table.
    """

    table: DesiredTable
    desired: TableState
    live: TableState
    schema: Mapping[str, Json]
    database: str
    fresh: bool
    queries: tuple[CompiledQuery, ...] = ()

    def step(
        self,
        suffix: str,
        change: Mapping[str, Json],
        *,
        symbol: str,
        reason: str,
        changes: tuple[FieldChange, ...],
        estimate: Estimate,
        address: str | None = None,
        hazards: tuple[tuple[HazardKind, str], ...] = (),
        schema: Mapping[str, Json] | None = None,
    ) -> Step:
        """A step that makes one change of this table.

        Args:
            suffix: What follows the table's address in the step's id.
            change: The ``change`` argument: its kind and what it needs.
            symbol: As in ``Step``.
            reason: As in ``Step``.
            changes: As in ``Step``.
            estimate: As in ``Step``.
            address: The suffix of the address, where it is not that of the id.
            hazards: Kinds and sentences; each endangers the step's own address.
            schema: The wanted schema after this step, where it is not yet the full desired one.
        """
        where = f"{self.table.address}.{suffix if address is None else address}"
        arguments = {
            "table_schema": dict(self.schema if schema is None else schema),
            "database_name": self.database,
            "change": dict(change),
        }
        return Step(
            id=f"{self.table.address}.{suffix}",
            address=where,
            symbol=symbol,
            call=Call(function="create_table_advanced", arguments=arguments),
            reason=reason,
            changes=changes,
            hazards=tuple(Hazard(kind=kind, address=where, sentence=sentence) for kind, sentence in hazards),
            estimate=estimate,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A step that has not yet been put in order."""

    phase: Phase
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a setting makes of its differences.

    Attributes:
        drafts: Steps, in the order in which they must run within one phase.
        found: Refusals and notes, told apart by their severity.
    """

    drafts: tuple[Draft, ...] = ()
    found: tuple[Diagnostic, ...] = ()


class Setting(ABC):
    """One setting: how it is read, compared, created and changed.

    Attributes:
        name: The plan's name for it, and its key in ``TableState.settings``.
        aspect: The aspect of ``get_table_info`` that shows it.
        managed: Whether absence in a plan means "not managed"; structural settings are always compared.
    """

    name: ClassVar[str]
    aspect: ClassVar[str] = "table"
    managed: ClassVar[bool] = True

    @abstractmethod
    def live(self, info: Mapping[str, Json]) -> Json:
        """The canonical value in DynamoDB's answers; None where they do not say.

        Args:
            info: The value of ``get_table_info``.
        """

    def settle(self, desired: Json, live: Json) -> Json:  # noqa: ARG002 - a setting may need the live value
        """The value that ``live`` becomes when ``desired`` is applied; equal to ``live`` when nothing differs."""
        return desired

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:
        """What to compare: the live and the wanted value; None when the plan says nothing of it."""
        if self.name not in desired.settings:
            return None
        before = live.settings.get(self.name)
        return before, self.settle(desired.settings[self.name], before)

    @abstractmethod
    def into_schema(self, state: TableState, schema: Schema) -> None:
        """Add the declared value to a ``table_schema``; nothing where it is not declared."""

    def refuse(self, table: DesiredTable, report: Report) -> None:  # noqa: B027 - most settings refuse nothing
        """Report what this version cannot apply, whether the table exists or not."""

    @abstractmethod
    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:
        """The steps that make the differences go away.

        Args:
            change: The table and its two states.
            found: The differences, at least one.
        """


def diagnostic(code: Code, table: DesiredTable, key: str, *, address: str = "", what: str, fix: str) -> Planned:
    """A single refusal or note at one of a table's keys."""
    report = Report()
    report.add(
        code,
        table.positions.get(key, table.position),
        address=address or table.address,
        what=what,
        fix=fix,
    )
    return Planned(found=tuple(report))


def path_text(names: Iterable[str]) -> str:
    """A path of names as people read it; a name that holds a dot is put in backquotes."""
    return ".".join(f"`{name}`" if "." in name else name for name in names)


def write(value: Json) -> str:
    """A setting's value as people read it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "on" if value else "off"
        case dict():
            return ", ".join(f"{name}: {write(member)}" for name, member in value.items()) or "nothing"
        case list():
            return ", ".join(write(member) for member in value)
        case _:
            return str(value)
