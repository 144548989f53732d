"""What live items say of a diff's steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ddbplan.views.output import Output, Span
from planner.values import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.data_checks import DataFinding
    from planner.values import Item


def write_looked(out: Output, findings: Iterable[DataFinding]) -> None:
    """A line for each step whose items were looked at, with what share of them, and what it took."""
    out.line(Span("Live items", "bold"))
    consumed: dict[str, float] = {}
    for finding in findings:
        out.line("  ", Span(finding.check.address, "bold"), f"  {finding.share}")
        for what, count in sorted(finding.counts.items()):
            out.line(
                f"      {count:,} where it is {what}" if finding.check.expires_by else f"      {count:,} where {what}"
            )
        if finding.examples:
            out.line(f"      such as {', '.join(_key(key) for key in finding.examples)}")
        consumed[finding.check.table] = finding.consumed
    total = sum(consumed.values())
    out.line(Span(f"  {total:,.1f} read units were taken to look.", "dim"))
    out.line("")


def _key(key: Item) -> str:
    return "/".join(str(plain(value)) for value in key.values())
