"""Settings that the plan's grammar has and this version reads but does not apply. Each is refused, never ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from planner.codes import changes as codes
from planner.diagnostics import Report
from planner.settings.base import Planned, Schema, Setting, TableChange
from planner.state import DesiredTable, TableState
from planner.steps import FieldChange
from planner.values import Json


class Unapplied(Setting):
    """A setting that can be written in a plan and not be applied."""

    def live(self, info: Mapping[str, Json]) -> Json:  # noqa: ARG002 - the answers are not read
        """Nothing: it is not compared."""
        return None

    def pair(self, desired: TableState, live: TableState) -> tuple[Json, Json] | None:  # noqa: ARG002 - not compared
        """Nothing: the refusal comes first."""
        return None

    def into_schema(self, state: TableState, schema: Schema) -> None:
        """Nothing: the refusal comes first."""

    def refuse(self, table: DesiredTable, report: Report) -> None:
        """One sentence at the setting, of the table and of each index that has it."""
        if self._says_something(table.state.settings.get(self.name)):
            self._add(table, report, table.address, table.key)
        for name, index in table.state.settings.get("global_secondary_indexes", {}).items():
            if self._says_something(index.get(self.name)):
                self._add(table, report, f"{table.address}.index.{name}", f"the index {name}")

    def plan(self, change: TableChange, found: tuple[FieldChange, ...]) -> Planned:  # noqa: ARG002 - nothing differs
        """Nothing."""
        return Planned()

    def _says_something(self, value: Json) -> bool:
        # An empty mapping asks for none of a thing, and none is what ddbplan makes.
        return value is not None and value != {}

    def _add(self, table: DesiredTable, report: Report, address: str, subject: str) -> None:
        report.add(
            codes.NOT_APPLIED,
            table.positions.get(self.name, table.position),
            address=address,
            what=f"`{self.name}` of {subject} is not applied by this version.",
            fix=f"Remove `{self.name}` from the plan; a setting that the plan does not name stays as it is.",
        )


class Maximum(Unapplied):
    """The most that an on-demand table or index may use."""

    name: ClassVar[str] = "maximum"

    def live(self, info: Mapping[str, Json]) -> Json:
        """Read and write units; absent and -1 are no maximum."""
        found = info["Table"].get("OnDemandThroughput") or {}
        names = {"read": "MaxReadRequestUnits", "write": "MaxWriteRequestUnits"}
        return {part: found[name] for part, name in names.items() if found.get(name, -1) > 0} or "off"


class Warm(Unapplied):
    """Warm throughput."""

    name: ClassVar[str] = "warm"

    def live(self, info: Mapping[str, Json]) -> Json:
        """Read and write units per second; AWS raises them by itself."""
        found = info["Table"].get("WarmThroughput")
        if not found:
            return None
        return {"read": found.get("ReadUnitsPerSecond", 0), "write": found.get("WriteUnitsPerSecond", 0)}


class TableClass(Unapplied):
    """Standard or infrequent access."""

    name: ClassVar[str] = "table_class"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The class; TableClassSummary is absent for standard."""
        found = (info["Table"].get("TableClassSummary") or {}).get("TableClass", "STANDARD")
        return "infrequent_access" if found == "STANDARD_INFREQUENT_ACCESS" else "standard"


class Encryption(Unapplied):
    """The key that encrypts the table."""

    name: ClassVar[str] = "encryption"

    def live(self, info: Mapping[str, Json]) -> Json:
        """The key's ARN; SSEDescription is absent for the key that AWS owns."""
        found = info["Table"].get("SSEDescription") or {}
        on = found.get("Status") in {"ENABLED", "ENABLING", "UPDATING"}
        return found.get("KMSMasterKeyArn", "aws_managed") if on else "aws_owned"


class ResourcePolicy(Unapplied):
    """The table's resource policy."""

    name: ClassVar[str] = "resource_policy"
    aspect: ClassVar[str] = "resource_policy"


class ContributorInsights(Unapplied):
    """Contributor Insights."""

    name: ClassVar[str] = "contributor_insights"
    aspect: ClassVar[str] = "contributor_insights"


class Kinesis(Unapplied):
    """A Kinesis stream that receives changes."""

    name: ClassVar[str] = "kinesis"
    aspect: ClassVar[str] = "kinesis"


class Replicas(Unapplied):
    """Replicas in other Regions."""

    name: ClassVar[str] = "replicas"


class VectorIndexes(Unapplied):
    """Vector indexes."""

    name: ClassVar[str] = "vector_indexes"
