"""What the parts of a diff find, before it is put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.diagnostics import Code, Diagnostic, Position, Report, Severity
from planner.state import DesiredState, DesiredTable, LiveState, TableState
from planner.steps import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffOptions:
    """What a person decided beside the plan; addresses.

    Attributes:
        adopt: Tables that exist and that the plan takes.
        rerun: Applied transactions that run again, because a table they touched was made again.
        skip: Transactions that are recorded as skipped instead of run.
    """

    adopt: frozenset[str] = frozenset()
    rerun: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The two states and the person's choices; the same for every part of one diff."""

    desired: DesiredState
    live: LiveState
    options: DiffOptions

    def live_table(self, table: DesiredTable) -> TableState | None:
        """The live table of that name, if there is one."""
        return self.live.tables.get(table.name)

    def without_unsupported(self, table: DesiredTable) -> TableState:
        """The declared settings that this engine can hold."""
        unsupported = self.live.unsupported
        settings = {name: value for name, value in table.state.settings.items() if name not in unsupported}
        settings["global_secondary_indexes"] = {
            name: {
                part: value
                for part, value in index.items()
                if not unsupported & {part, f"global_secondary_indexes.{part}"}
            }
            for name, index in table.state.settings.get("global_secondary_indexes", {}).items()
        }
        return TableState(name=table.name, settings=settings)


@dataclass(slots=True)
class Findings:
    """Gathers a diff's diagnostics and steps by table while its parts are made.

    Attributes:
        report: Refusals and notes.
        by_table: The steps of each table up to its last setting, in order, by name in the plan.
        late: Steps that come after everything else of their table, by name in the plan.
        made: Tables that this diff makes, by name in the plan.
        imported: Tables that this diff makes from rows in S3, by name in the plan.
        usable: Tables that are owned or will be, and that a step may therefore change, by name in the plan.
        fresh: Tables whose first apply has not come to its end, by name in the plan.
    """

    report: Report = field(default_factory=Report)
    by_table: dict[str, list[Step]] = field(default_factory=dict)
    late: dict[str, list[Step]] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    imported: set[str] = field(default_factory=set)
    usable: set[str] = field(default_factory=set)
    fresh: set[str] = field(default_factory=set)

    def last_of(self, key: str) -> tuple[str, ...]:
        """The id of the table's last step before its data, if it has steps."""
        steps = self.by_table.get(key)
        return (steps[-1].id,) if steps else ()

    def add(self, code: Code, position: Position | None, *, address: str, what: str, fix: str) -> None:
        """Record a refusal or a note."""
        self.report.add(code, position, address=address, what=what, fix=fix)

    def take(self, found: tuple[Diagnostic, ...]) -> None:
        """Record what a setting found."""
        self.report.extend(found)

    def refusals(self) -> tuple[Diagnostic, ...]:
        """What keeps the plan from being applied."""
        return tuple(found for found in self.report if found.severity is Severity.ERROR)

    def notes(self) -> tuple[Diagnostic, ...]:
        """What is only said."""
        return tuple(found for found in self.report if found.severity is not Severity.ERROR)


TouchedTables = Mapping[str, tuple[str, ...]]
"""Names of tables in the plan that each transaction touches, by its name."""
