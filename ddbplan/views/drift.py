"""What changed since the last apply."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from ddbplan.views.changes import change_lines
from ddbplan.views.output import Output, Span, stdout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from executor.drift import FoundDrift
    from planner.drift import Drift, TableDrift

_FATES = {
    "gone": "does not exist any more; apply makes it again, and seeds it",
    "made again": "was deleted and made again by somebody else",
}


def write_drifts(found: Sequence[FoundDrift], form: str, *, ignore_unmanaged: bool) -> None:
    """Every table that is not as it was applied, then one line for each plan.

    Args:
        found: By plan.
        form: ``text`` or ``json``.
        ignore_unmanaged: What nobody declares is no change.
    """
    out = stdout()
    if form == "json":
        out.json({"version": 1, "plans": [_as_json(one) for one in found]})
        return
    for one in found:
        _write_one(out, one, ignore_unmanaged=ignore_unmanaged)


def _write_one(out: Output, found: FoundDrift, *, ignore_unmanaged: bool) -> None:
    caller, drift = found.caller, found.drift
    environment = f", environment {drift.environment}" if drift.environment else ""
    out.line(
        Span(f"database {drift.database}", "bold"),
        f"{environment} on {caller.engine}, account {caller.account}, {caller.region}",
    )
    for table in drift.tables:
        _write_table(out, table)
    for name in drift.unowned:
        out.line("  ", Span("? ", "yellow"), f"{name} exists, and the ledger does not record it.")
    if drift.unsupported:
        out.prose(f"Not compared, since {caller.engine} does not have them: {', '.join(drift.unsupported)}.", indent=2)
    out.line(_verdict(drift, ignore_unmanaged=ignore_unmanaged))


def _write_table(out: Output, table: TableDrift) -> None:
    if not (table.has_drifted or table.unmanaged):
        return
    fate = _FATES.get(table.fate, "")
    gone = "" if table.in_plan else " (no longer in the plan)"
    out.line("  ", Span(table.address, "bold"), f"  {table.name}{gone}{': ' if fate else ''}", Span(fate, "red"))
    for one in table.changed:
        for sign, line in change_lines(one.change):
            out.line("    ", Span(f"{sign or '~'} ", "yellow"), line)
        if not one.planned:
            out.line("        the plan does not declare it, so apply leaves it")
    for change in table.unmanaged:
        for _, line in change_lines(change):
            out.line("    ", Span("? ", "dim"), line, Span("  (nobody declares it)", "dim"))


def _verdict(drift: Drift, *, ignore_unmanaged: bool) -> Span:
    drifted = sum(table.has_drifted for table in drift.tables)
    if drifted:
        tables = "1 table is" if drifted == 1 else f"{drifted} tables are"
        return Span(f"{tables} not as applied.", "bold red")
    if not drift.has_unmanaged:
        return Span("No drift.", "green")
    count = len(drift.unowned) + sum(len(table.unmanaged) for table in drift.tables)
    things = "1 thing is" if count == 1 else f"{count} things are"
    if ignore_unmanaged:
        return Span(f"No drift; {things} there that nobody declares.", "green")
    return Span(f"{things} there that nobody declares (--ignore-unmanaged lets that pass).", "yellow")


def _as_json(found: FoundDrift) -> dict[str, object]:
    drift = found.drift
    return {
        "database": drift.database,
        "environment": drift.environment,
        "account": found.caller.account,
        "region": found.caller.region,
        "drifted": drift.has_drifted,
        "unmanaged": drift.has_unmanaged,
        "tables": [{"address": table.address, **asdict(table)} for table in drift.tables],
        "unowned": list(drift.unowned),
        "unsupported": list(drift.unsupported),
    }
