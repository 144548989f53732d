"""What an apply would do: as text grouped by table, or as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ddbplan.views.changes import change_lines, creation_lines
from ddbplan.views.cost import write_change
from ddbplan.views.diagnostics import write_diagnostics
from ddbplan.views.looked import write_looked
from ddbplan.views.output import Output, Span
from ddbplan.views.summary import diff_summary
from executor.engines import AWS
from planner.steps import INFORMATIVE, FieldChange, Hazard, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from executor.loader.counting import SeedCount
    from executor.prepare import Prepared
    from planner.checked import CheckedPlan
    from planner.diagnostics import Diagnostic
    from planner.diff import Diff
    from planner.drift import TableDrift
    from planner.state import DesiredState, LiveState

STYLES = {"+": "green", "~": "yellow", "-": "red", ">": "cyan"}
_VERBS = {"+": "to make", "~": "to change", "-": "to remove", ">": "to run"}
_SECONDS_A_MINUTE = 60
_SHORT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A diff and what it belongs to.

    Attributes:
        plan: The plan's path as shown to people.
        engine: What answered: ``AWS``, ``ministack``, ...
        account: The AWS account, or what the engine calls one.
        region: The Region.
        diff: The diff.
        allowed: Flags of hazards that are permitted.
        desired: What the plan wants.
        live: What there is.
        plan_hash: Identifies the plan's text.
        seeds: What is live of each seed's rows, by address, where that was asked for.
        findings: What the rules say of the change.
    """

    plan: str
    engine: str
    account: str
    region: str
    diff: Diff
    allowed: frozenset[str] = frozenset()
    desired: DesiredState | None = None
    live: LiveState | None = None
    plan_hash: str = ""
    seeds: Mapping[str, SeedCount] = field(default_factory=dict)
    findings: tuple[Diagnostic, ...] = ()

    @property
    def drifted(self) -> tuple[TableDrift, ...]:
        """Tables that somebody changed since the last apply, as far as a diff reads them."""
        from planner.drift import drift  # noqa: PLC0415 - only some forms of a diff need it

        if self.desired is None or self.live is None:
            return ()
        return tuple(table for table in drift(self.desired, self.live).tables if table.has_drifted)


def shown(
    checked: CheckedPlan,
    prepared: Prepared,
    allow: Iterable[str],
    *,
    kinds: Iterable[str] = (),
    interactive: bool = False,
    findings: tuple[Diagnostic, ...] = (),
) -> Shown:
    """A diff with what it belongs to.

    Args:
        checked: The plan.
        prepared: Its diff.
        allow: The permissions that were given.
        kinds: Hazards that are permitted at every address, whoever is asked.
        interactive: A person is asked, so that a permission without an address permits every hazard of its kind.
        findings: What the rules say of the change.
    """
    given = frozenset(allow)
    everywhere = frozenset(kinds) | (given if interactive else frozenset())
    flags = frozenset(h.flag for h in prepared.diff.hazards if h.flag in given or str(h.kind) in everywhere)
    return Shown(
        plan=checked.plan.file,
        engine=prepared.caller.engine,
        account=prepared.caller.account,
        region=prepared.caller.region,
        diff=prepared.diff,
        allowed=flags,
        desired=prepared.desired,
        live=prepared.live,
        plan_hash=checked.plan.text_hash,
        findings=findings,
    )


def write_diff(out: Output, result: Shown) -> None:
    """The whole diff as text."""
    diff = result.diff
    environment = f", environment {diff.environment}" if diff.environment else ""
    out.line(
        Span(f"{result.plan}", "bold"),
        f": database {diff.database}{environment} on {result.engine}, account {result.account}, {result.region}",
    )
    out.line("")
    for title, entries in grouped(diff.steps).items():
        out.line(Span(title, "bold"))
        for symbol, address, step in entries:
            _write_step(out, result, symbol, address, step)
        out.line("")
    for heading, found in (("Refused", diff.refusals), ("Rules", result.findings), ("Notes", diff.notes)):
        if found:
            out.line(Span(f"{heading}:", "bold"))
            write_diagnostics(out, found)
    if diff.looked:
        write_looked(out, diff.looked)
    if diff.costs is not None:
        write_change(out, diff.costs)
    _write_totals(out, result)


def grouped(steps: Iterable[Step]) -> Mapping[str, list[tuple[str, str, Step]]]:
    """Steps under the table they are about; a step that makes several tables stands under each of them."""
    groups: dict[str, list[tuple[str, str, Step]]] = {}
    for step in steps:
        for address in step.covers or (step.address,):
            groups.setdefault(_group_of(address), []).append((step.symbol, address, step))
    return groups


def _group_of(address: str) -> str:
    kind, _, rest = address.partition(".")
    name = rest.partition(".")[0]
    match kind:
        case "table" | "seed":
            return f"table {name}"
        case "transaction":
            return "transactions"
        case "query":
            return "queries"
        case _:
            return kind


def _write_step(out: Output, result: Shown, symbol: str, address: str, step: Step) -> None:
    out.line(
        "  ", Span(f"{symbol} ", STYLES.get(symbol, "")), Span(address, "bold"), Span(_estimate(result, step), "dim")
    )
    if address == (step.covers or (step.address,))[0]:
        out.prose(step.reason, indent=6, style="dim")
    if address in result.seeds:
        out.prose(_count_words(result.seeds[address]), indent=6)
    for sign, text in _lines_of(changes_of(step, address)):
        out.prose(text, indent=6, first=f"{sign} " if sign else "", first_style=STYLES.get(sign, ""))
    for hazard in step.hazards:
        if len(step.covers) < 2 or _is_about(hazard, address):  # noqa: PLR2004 - a step that makes several
            _write_hazard(out, hazard, allowed=hazard.flag in result.allowed)


def _count_words(count: SeedCount) -> str:
    """What is live of a seed, as far as it was looked at."""
    part = "" if count.looked_at == count.rows else f" looked at ({count.rows:,} in all)"
    of = f"Of {count.looked_at:,} rows{part}"
    live = f"{count.same + count.differing:,} live"
    differing = f" ({count.differing:,} of them with other content)" if count.differing else ""
    return f"{of}: {live}{differing}, {count.absent:,} absent."


def _is_about(hazard: Hazard, address: str) -> bool:
    return hazard.address == address or hazard.address.startswith(f"{address}.")


def _lines_of(changes: Sequence[FieldChange]) -> Iterable[tuple[str, str]]:
    if all(change.before is None for change in changes):
        return creation_lines(changes)
    return [line for change in changes for line in change_lines(change)]


def changes_of(step: Step, address: str) -> Sequence[FieldChange]:
    """The changes about one address: those of a step for several tables bear the address in their path."""
    if step.address == address:
        return step.changes
    prefix = f"{address}."
    return [
        FieldChange(path=change.path.removeprefix(prefix), before=change.before, after=change.after)
        for change in step.changes
        if change.path.startswith(prefix)
    ]


def _estimate(result: Shown, step: Step) -> str:
    """How long it takes and who says so; nothing where it is short, or on an engine, which answers at once."""
    estimate = step.estimate
    if estimate.high <= _SHORT or result.engine != AWS:
        return ""
    return f"  ({between(estimate.low, estimate.high)}: {estimate.source})"


def between(low: float, high: float) -> str:
    """A span of time, such as ``14 to 22 s``, ``8.5 to 17 min`` or ``45 s to 3 min``."""
    (least, unit), (most, other) = (_in_units(seconds) for seconds in (low, high))
    if unit == other:
        return f"{most} {unit}" if least == most else f"{least} to {most} {unit}"
    return f"{least} {unit} to {most} {other}"


def _in_units(seconds: float) -> tuple[str, str]:
    long = seconds >= _SECONDS_A_MINUTE
    return f"{round(seconds / _SECONDS_A_MINUTE, 1) if long else seconds:g}", "min" if long else "s"


def duration(seconds: float) -> str:
    """Such as ``0.4 s``, ``45 s`` or ``3 min``."""
    if seconds < _SECONDS_A_MINUTE:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"  # noqa: PLR2004 - tenths matter below ten
    return f"{seconds / _SECONDS_A_MINUTE:.0f} min"


def _write_hazard(out: Output, hazard: Hazard, *, allowed: bool) -> None:
    out.prose(hazard.sentence, indent=6, first=f"! {hazard.kind}: ", style="yellow")
    if hazard.kind in INFORMATIVE:
        return
    if allowed:
        out.line("        allowed")
    else:
        out.line("        needs  ", Span(f"--allow {hazard.flag}", "bold"))


def needed_flags(steps: Iterable[Step], allowed: frozenset[str]) -> tuple[str, ...]:
    """Flags of the hazards that are not permitted yet, each once, in order."""
    flags = (h.flag for step in steps for h in step.hazards if h.kind not in INFORMATIVE)
    return tuple(dict.fromkeys(flag for flag in flags if flag not in allowed))


def totals(diff: Diff) -> Mapping[str, int]:
    """How many steps, by what they do."""
    return {symbol: sum(1 for step in diff.steps if step.symbol == symbol) for symbol in _VERBS}


def _write_totals(out: Output, result: Shown) -> None:
    diff = result.diff
    for record in diff.skips:
        out.line(f"transaction.{record.name} is recorded as skipped; it will never run.")
    if not diff.steps:
        refused = f"{number(len(diff.refusals), 'change')} refused, and nothing else to do."
        out.line(Span(refused, "bold") if diff.refusals else Span("No changes.", "green"))
        return
    parts = [f"{count} {_VERBS[symbol]}" for symbol, count in totals(diff).items() if count]
    flags = needed_flags(diff.steps, result.allowed)
    parts += [f"{len(flags)} to be allowed"] if flags else []
    parts += [f"{len(diff.refusals)} refused"] if diff.refusals else []
    out.line(Span(f"{number(len(diff.steps), 'step')}: {', '.join(parts)}.", "bold"))
    out.line(f"Steps: {diff.hash}")


def number(count: int, word: str) -> str:
    """Such as ``1 step`` or ``2 steps``."""
    return f"{count} {word}" + ("" if count == 1 else "s")


def diff_json(result: Shown) -> dict[str, Any]:
    """One diff as JSON values; items of seeds and transactions by their keys and hashes only."""
    from planner.diff import as_json, diagnostic_as_json  # noqa: PLC0415 - brings what a diff is made with

    return {
        "plan": result.plan,
        "engine": result.engine,
        "account": result.account,
        "region": result.region,
        "needs": list(needed_flags(result.diff.steps, result.allowed)),
        "totals": {_VERBS[symbol].removeprefix("to "): count for symbol, count in totals(result.diff).items()},
        **({"seeds": {name: asdict(count) for name, count in result.seeds.items()}} if result.seeds else {}),
        "findings": [diagnostic_as_json(found) for found in result.findings],
        **as_json(result.diff),
    }


def write_diffs_json(out: Output, results: Sequence[Shown]) -> None:
    """Several diffs as one JSON value, documented by ``docs/diff.schema.json``."""
    out.json(diffs_json(results))


def diffs_json(results: Sequence[Shown]) -> dict[str, Any]:
    """Several diffs as JSON values; ``resource_changes`` in the shape that policy tools know."""
    from planner.resource_changes import FORMAT_VERSION, resource_changes  # noqa: PLC0415 - only this form needs it

    changes = [
        {"database": one.diff.database, **change}
        for one in results
        if one.desired is not None and one.live is not None
        for change in resource_changes(one.desired, one.live, one.diff)
    ]
    return {
        "version": 1,
        "format_version": FORMAT_VERSION,
        "resource_changes": changes,
        "diffs": [diff_json(one) for one in results],
        "summary": diff_summary(results),
    }
