"""What every setting of a table can do, whatever it is. One module beside this one per setting."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
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
    """The order of changes within one table (dynamodb-rules, section 4, times ten); gaps are for what is no setting."""

    TAKE = 0
    END_SCALING = 5
    """Before capacity: autoscaling puts units back that somebody sets while it is on."""
    DROP_REPLICA = 10
    """Before stream and capacity: a table with replicas keeps its stream, and writes that follow their use."""
    DROP_INDEX = 20
    TABLE_CLASS = 30
    THROUGHPUT = 40
    MAXIMUM = 45
    """After the billing mode: only an on-demand table takes a maximum."""
    BEGIN_SCALING = 48
    """After the units are inside the range; before indexes, for which a table waits long."""
    STREAM = 50
    CREATE_INDEX = 60
    WARM_THROUGHPUT = 70
    ENCRYPTION = 80
    EXTRAS = 90
    REPLICAS = 100
    PROTECTION = 130
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
        now: The present time, in UTC; None where nobody says it, and then no time of a window is told.
        changed: When this database changed a setting that DynamoDB counts, by the setting's name.
    """

    table: DesiredTable
    desired: TableState
    live: TableState
    schema: Mapping[str, Json]
    database: str
    fresh: bool
    queries: tuple[CompiledQuery, ...] = ()
    now: datetime | None = None
    changed: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)

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
    """A step that has not yet been put in order.

    Attributes:
        phase: When it runs.
        step: The step.
        right_after: The id of another draft's step that it follows at once, whatever else there is in the phase.
    """

    phase: Phase
    step: Step
    right_after: str = ""


def in_order(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts by phase, in one phase as they came, and each that follows another one right after it."""
    found = sorted(drafts, key=lambda draft: draft.phase)
    followers = [draft for draft in found if draft.right_after in {other.step.id for other in found}]
    ordered = []
    for draft in found:
        if draft not in followers:
            ordered += [draft, *(other for other in followers if other.right_after == draft.step.id)]
    return ordered


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
        derived: Made of what other settings declare: the plan has no line of that name.
        title: What it is called in messages, where that is not its name.
        later: Made after the table by steps of their own, and never together with it.
    """

    name: ClassVar[str]
    aspect: ClassVar[str] = "table"
    managed: ClassVar[bool] = True
    derived: ClassVar[bool] = False
    later: ClassVar[bool] = False
    title: ClassVar[str] = ""

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

    def declared(self, settings: Mapping[str, Json]) -> bool:
        """Whether a table's declared settings, or those of an index, say anything of it."""
        indexes = settings.get("global_secondary_indexes", {})
        return self.name in settings or any(self.name in index for index in indexes.values())

    def is_read(self, settings: Mapping[str, Json], recorded: Mapping[str, Json] | None) -> bool:  # noqa: ARG002 - see below
        """Whether its aspect has to be read to compare it.

        Args:
            settings: What is declared.
            recorded: What the last apply declared; None where the ledger does not record the table.
        """
        return self.name in settings

    def steady(self, desired: Json, live: Json) -> Json:  # noqa: ARG002 - a setting may need the desired value
        """The live value without what AWS moves by itself: as long as it is the same, nobody has changed it."""
        return live

    @abstractmethod
    def into_schema(self, state: TableState, schema: Schema) -> None:
        """Add the declared value to a ``table_schema``; nothing where it is not declared."""

    def creation_hazards(self, table: DesiredTable, account: str) -> tuple[Hazard, ...]:  # noqa: ARG002 - most have none
        """The dangers of making a table with it.

        Args:
            table: The table in the plan.
            account: The account that it is made in; empty where nobody says it.
        """
        return ()

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
