"""What live items say of a change before it is made: which do not fit a new index, which a time to live would delete.

Pure: the executor reads the items, this module says which are looked for and judges them one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from planner.codes import changes as codes
from planner.diagnostics import Code, Report
from planner.settings.keys import key_names
from planner.steps import HazardKind
from planner.values import Item, Json, value_size

if TYPE_CHECKING:
    from planner.diff import Diff
    from planner.steps import Step

MAX_PARTITION_BYTES = 2048
MAX_SORT_BYTES = 1024
"""Of key values (guide, "Constraints")."""
EXAMPLES = 3
"""Keys that are shown of what does not fit."""
FIVE_YEARS = 5 * 365 * 86_400
"""DynamoDB deletes nothing that expired longer ago (guide, "Time to Live")."""
FIFTY_YEARS = 50 * 365 * 86_400
"""A time so far off is one in milliseconds."""
WRONG_TYPE = "of another type"
EMPTY = "empty"
TOO_LONG = "too long"
EXPIRED = "expired"
OLD = "expired over five years ago"
IN_MILLISECONDS = "in milliseconds"
NO_NUMBER = "no number"
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCheck:
    """What a step wants to know of live items.

    Attributes:
        step: The step's id.
        address: The step's address.
        table: The table's physical name.
        key_names: The table's own key, to name items by.
        keys: For an index: type and most bytes by attribute. An item without one of them is not in the index, by right.
        expires_by: For a time to live: the attribute; empty for an index.
        now: The present time in epoch seconds.
    """

    step: str
    address: str
    table: str
    key_names: tuple[str, ...]
    keys: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    expires_by: str = ""
    now: int = 0

    @property
    def attributes(self) -> frozenset[str]:
        """What has to be read of an item."""
        return frozenset({*self.key_names, *self.keys, *([self.expires_by] if self.expires_by else ())})

    def judge(self, item: Item) -> str:
        """What is wrong with an item, or for a time to live what it comes to; empty for nothing."""
        return self._expiry(item) if self.expires_by else self._misfit(item)

    def _misfit(self, item: Item) -> str:
        if any(name not in item for name in self.keys):
            return ""
        for name, (kind, most) in self.keys.items():
            ((found, content),) = item[name].items()
            if found != kind:
                return f"{name} is {WRONG_TYPE}"
            if content == "":
                return f"{name} is {EMPTY}"
            if value_size(item[name]) > most:
                return f"{name} is {TOO_LONG}"
        return ""

    def _expiry(self, item: Item) -> str:
        value = item.get(self.expires_by)
        if value is None:
            return ""
        ((kind, content),) = value.items()
        if kind != "N":
            return NO_NUMBER
        at = Decimal(content)
        if at > self.now + FIFTY_YEARS:
            return IN_MILLISECONDS
        if at > self.now:
            return ""
        return EXPIRED if at >= self.now - FIVE_YEARS else OLD


@dataclass(slots=True)
class Tally:
    """What the items came to so far."""

    check: DataCheck
    looked: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    examples: list[Item] = field(default_factory=list)

    def take(self, item: Item) -> None:
        """Judge one more item."""
        self.looked += 1
        found = self.check.judge(item)
        if found:
            self.counts[found] = self.counts.get(found, 0) + 1
            if len(self.examples) < EXAMPLES:
                self.examples.append({name: item[name] for name in self.check.key_names if name in item})


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFinding:
    """What the items of a table say of a step.

    Attributes:
        check: What was asked.
        looked: How many items were looked at.
        whole: Whether those were all.
        about: How many items the table has by DynamoDB's own count, which is up to six hours old.
        counts: How many items of those looked at, by what is wrong with them.
        examples: Keys of some of them.
        consumed: Read units that the look took, of all checks of the table together.
        problem: Why it could not be looked; empty where it could.
    """

    check: DataCheck
    looked: int
    whole: bool
    about: int
    counts: Mapping[str, int]
    examples: tuple[Item, ...] = ()
    consumed: float = 0.0
    problem: str = ""

    @property
    def share(self) -> str:
        """What was looked at, in words."""
        if self.problem:
            return self.problem
        if self.whole:
            return f"all {self.looked:,} items looked at"
        if self.about <= self.looked:
            return f"{self.looked:,} items looked at, and there are more"
        return f"{self.looked:,} of about {self.about:,} items looked at ({self.looked * _PERCENT / self.about:.0f} %)"

    def estimated(self, count: int) -> int:
        """How many there are in the whole table, if what was looked at is like the rest."""
        if self.whole or not self.looked:
            return count
        return round(count * max(self.about, self.looked) / self.looked)


def checks_of(difference: Diff, now: int) -> tuple[DataCheck, ...]:
    """What the steps of a diff want to know: those that add an index to a live table, or begin to expire its items.

    Args:
        difference: The diff.
        now: The present time in epoch seconds.
    """
    found = (_check(step, now) for step in difference.steps)
    return tuple(check for check in found if check is not None)


def _check(step: Step, now: int) -> DataCheck | None:
    change = step.call.arguments.get("change")
    if change is None:
        return None
    schema: Mapping[str, Json] = step.call.arguments["table_schema"]
    own = tuple(key_names(schema["KeySchema"], "HASH") + key_names(schema["KeySchema"], "RANGE"))
    about = DataCheck(step=step.id, address=step.address, table=schema["TableName"], key_names=own, now=now)
    match change["kind"]:
        case "create_index":
            return replace(about, keys=_keys(schema, str(change["index"])))
        case "time_to_live" if schema["TimeToLiveSpecification"]["Enabled"]:
            return replace(about, expires_by=str(schema["TimeToLiveSpecification"]["AttributeName"]))
        case _:
            return None


def _keys(schema: Mapping[str, Json], name: str) -> dict[str, tuple[str, int]]:
    types = {entry["AttributeName"]: entry["AttributeType"] for entry in schema["AttributeDefinitions"]}
    (index,) = (index for index in schema["GlobalSecondaryIndexes"] if index["IndexName"] == name)
    limits = {"HASH": MAX_PARTITION_BYTES, "RANGE": MAX_SORT_BYTES}
    return {key["AttributeName"]: (types[key["AttributeName"]], limits[key["KeyType"]]) for key in index["KeySchema"]}


def with_findings(difference: Diff, findings: Iterable[DataFinding]) -> Diff:
    """The diff with what live items say of it.

    An index that some items do not fit is refused: DynamoDB would leave them out in silence, and from then on refuse
    every write of such an item. The hazard of a time to live says how many items would go at once.
    """
    found = tuple(findings)
    report = Report()
    report.extend(difference.refusals)
    notes = Report()
    notes.extend(difference.notes)
    steps = {step.id: step for step in difference.steps}
    for finding in found:
        if finding.problem:
            fix = "Mend that and run the same command again, or leave --check-data out."
            _add(notes, codes.DATA_NOT_LOOKED_AT, finding, finding.problem, fix)
        elif finding.check.expires_by:
            steps[finding.check.step] = _counted(steps[finding.check.step], finding)
            _note_times(notes, finding)
        elif finding.counts:
            _refuse_index(report, finding)
    return replace(
        difference,
        steps=tuple(steps[step.id] for step in difference.steps),
        refusals=report.sorted(),
        notes=notes.sorted(),
        looked=found,
    )


def _add(report: Report, code: Code, finding: DataFinding, what: str, fix: str) -> None:
    report.add(code, None, address=finding.check.address, what=what, fix=fix)


def _refuse_index(report: Report, finding: DataFinding) -> None:
    total = sum(finding.counts.values())
    why = ", ".join(f"{count:,} where {what}" for what, count in sorted(finding.counts.items()))
    does = "does" if total == 1 else "do"
    what = f"{_items(total)} of {finding.check.table} {does} not fit its new index: {why} ({finding.share})."
    fix = (
        "Write their attributes as the index's key wants them, or give the index another attribute. Without "
        "--check-data the index is made all the same, and they are left out of it."
    )
    _add(report, codes.ITEMS_DO_NOT_FIT, finding, what, fix)


def _counted(step: Step, finding: DataFinding) -> Step:
    gone = finding.counts.get(EXPIRED, 0)
    if finding.whole:
        said = f"{_items(gone)} would go at once" if gone else "None would go at once"
    else:
        said = f"About {_items(finding.estimated(gone))} would go at once" if gone else "None of them would go at once"
    hazards = tuple(
        replace(hazard, sentence=f"{hazard.sentence} {said}: {finding.share}.")
        if hazard.kind is HazardKind.DELETES_BY_TTL
        else hazard
        for hazard in step.hazards
    )
    return replace(step, hazards=hazards)


def _note_times(report: Report, finding: DataFinding) -> None:
    for what, count in sorted(finding.counts.items()):
        if what == EXPIRED:
            continue
        said = f"{finding.check.expires_by} of {_items(count)} of {finding.check.table} is {what}"
        _add(report, codes.TIMES_THAT_DO_NOT_EXPIRE, finding, f"{said} ({finding.share}).", _FIX[what])


_FIX = {
    OLD: "Delete them by yourself if they shall go.",
    IN_MILLISECONDS: "Write the time in seconds: divide it by 1,000.",
    NO_NUMBER: "Write the time as a number, in epoch seconds.",
}


def _items(count: int) -> str:
    return f"{count:,} item" + ("" if count == 1 else "s")


def as_json(finding: DataFinding) -> Json:
    """A finding as JSON values; items by their keys only."""
    return {
        "address": finding.check.address,
        "looked": finding.looked,
        "whole": finding.whole,
        "about": finding.about,
        "counts": dict(finding.counts),
        "examples": list(finding.examples),
        "consumed": finding.consumed,
        "problem": finding.problem or None,
    }
