"""What plans cost: as text for people, or as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from ddbplan.views.output import Output, Span, stdout

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.cost import CostChange, Estimate, Part, Sensitivity

TOP = 5
"""Drivers that are shown."""
_CENT = Decimal("0.01")
_SMALL = Decimal("0.0001")
_THOUSAND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Costed:
    """An estimate and what it belongs to.

    Attributes:
        plan: The plan's path as shown to people.
        environment: The environment, if one was named.
        assumed: Nobody said the Region.
        estimate: What it costs.
        sensitivity: What a wrong item size would change.
    """

    plan: str
    environment: str | None
    assumed: bool
    estimate: Estimate
    sensitivity: Sensitivity


def money(amount: Decimal) -> str:
    """Such as ``$1,204.50``; what is less than a cent is not shown as nothing."""
    if amount and abs(amount) < _CENT:
        return "under $0.01"
    return f"${amount.quantize(_CENT, ROUND_HALF_UP):,.2f}"


def quantity(amount: Decimal) -> str:
    """Such as ``1,200,000`` or ``0.25``."""
    if amount >= _THOUSAND or amount == amount.to_integral_value():
        return f"{amount:,.0f}"
    return f"{amount:,.3g}" if amount >= _SMALL else "under 0.0001"


def write_costs(results: Sequence[Costed], form: str) -> None:
    """The estimates of several plans."""
    out = stdout()
    if form == "json":
        out.json({"version": 1, "plans": [_as_json(result) for result in results]})
        return
    for result in results:
        _write(out, result)


def _write(out: Output, result: Costed) -> None:
    from planner.cost import PRICES_OF, SOURCE  # noqa: PLC0415 - by this command only

    found = result.estimate
    environment = f", environment {result.environment}" if result.environment else ""
    assumed = " (no region is pinned; --region names another)" if result.assumed else ""
    out.line(Span(result.plan, "bold"), f"{environment}: a month in {found.region}{assumed}")
    out.line(Span(f"Prices: {SOURCE}, {PRICES_OF}, US dollars before tax, without free tier", "dim"))
    out.line("")
    for title, kinds in (("Queries", "query."), ("Transactions", "transaction."), ("Tables and indexes", "table.")):
        _write_section(out, title, [part for part in found.monthly if part.cause.startswith(kinds)])
    _write_section(out, "Once: loading the seeds", found.once)
    _write_section(out, "If an index were added to the full table: filling it", found.fills)
    _write_indexes(out, found)
    out.line(Span(f"Known total: {money(found.total)} a month", "bold"))
    _write_drivers(out, result)
    for note in found.notes:
        out.prose(note, first="! ", style="yellow")
    _write_unknown(out, found)
    out.line("")


def _write_section(out: Output, title: str, parts: Iterable[Part]) -> None:
    rows = [
        (part.cause, _on(part), f"{quantity(part.quantity)} {part.kind}", _money_of(part), part.how) for part in parts
    ]
    if rows:
        out.line(Span(title, "bold"))
        out.table(("", "billed for", "units", "cost", "how"), rows)
        out.line("")


def _on(part: Part) -> str:
    own = "" if part.resource == part.cause else part.resource.removeprefix("table.")
    return f"{own} in {part.region}".strip() if part.region else own


def _money_of(part: Part) -> str:
    if not part.billed:
        return "in the provisioned units"
    return "no price" if part.money is None else money(part.money)


def _write_indexes(out: Output, found: Estimate) -> None:
    indexes = [(name, amount) for name, amount in found.by_resource() if ".index." in name]
    if indexes:
        out.line(Span("Of it, by index", "bold"))
        out.table(("", "cost"), [(name, money(amount)) for name, amount in indexes])
        out.line("")


def _write_drivers(out: Output, result: Costed) -> None:
    total = result.estimate.total
    drivers = [(name, amount) for name, amount in result.estimate.by_cause() if amount][:TOP]
    for name, amount in drivers:
        out.line(f"  {amount / total:>4.0%}  {name}  {money(amount)}")
    if drivers:
        change = result.sensitivity
        most = f"; most of that by {change.address}" if change.address else ""
        out.prose(
            f"Were the items half as large: {money(change.smaller)}; half as large again: {money(change.larger)}{most}."
        )


def _write_unknown(out: Output, found: Estimate) -> None:
    if not found.unknown:
        return
    out.line(Span("Unknown, and in no sum:", "bold"))
    for one in found.unknown:
        out.prose(one.fix, indent=2, first=f"{one.address or 'prices'}: {one.missing}. ")


def _as_json(result: Costed) -> dict[str, Any]:
    from planner.cost import PRICES_OF, SOURCE  # noqa: PLC0415 - by this command only
    from planner.cost.changing import exact, part_json  # noqa: PLC0415 - as above

    found, change = result.estimate, result.sensitivity
    return {
        "plan": result.plan,
        "environment": result.environment,
        "region": found.region,
        "currency": "USD",
        "prices": {"source": SOURCE, "of": PRICES_OF},
        "total": exact(found.total),
        "monthly": [part_json(part) for part in found.monthly],
        "once": [part_json(part) for part in found.once],
        "fills": [part_json(part) for part in found.fills],
        "drivers": [{"address": name, "money": exact(amount)} for name, amount in found.by_cause()],
        "by_resource": [{"address": name, "money": exact(amount)} for name, amount in found.by_resource()],
        "item_size_off_by_half": {
            "smaller": exact(change.smaller),
            "larger": exact(change.larger),
            "most": change.address or None,
        },
        "unknown": [{"address": one.address or None, "missing": one.missing, "fix": one.fix} for one in found.unknown],
        "notes": list(found.notes),
    }


def write_change(out: Output, change: CostChange) -> None:
    """What a diff changes of the cost, a line for each table."""
    if not change.tables and not change.once:
        return
    out.line(Span("Cost", "bold"), f" a month on AWS, {change.region}, prices of {change.prices_of}:")
    for cost in change.tables:
        before = "" if cost.before is None else f"{money(cost.before)} -> "
        missing = f"  without {', '.join(cost.missing)}" if cost.missing else ""
        out.line(f"  {cost.address}  {before}{money(cost.after)}", Span(missing, "dim"))
    if len(change.tables) > 1:
        out.line(f"  in all  {money(change.before)} -> {money(change.after)}")
    for part in change.once:
        out.line(f"  once: {part.cause}{_target(part)}  {_money_of(part)}")
    out.line("")


def _target(part: Part) -> str:
    return "" if part.resource == part.cause else f" into {part.resource.removeprefix('table.')}"
