"""What each plan claims in each environment, and where two of them would meet.

A claim is a physical table or a ledger identity in one account and Region. An account or Region that is not pinned
may be any, so only two that are both pinned, and differently, are surely apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from planner.codes import reading as codes
from planner.diagnostics import Position
from planner.reading.environments import Environment
from planner.reading.naming import name_position, physical_name, read_database, read_pattern
from planner.reading.nodes import MappingNode, is_bare
from planner.reading.scope import Scope
from planner.reading.typed import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One live thing that a plan takes for its own.

    Attributes:
        kind: ``physical table`` or ``database``.
        name: The table's physical name or the database's.
        plan: The plan's file as shown.
        environment: The environment, or None for a plan without any.
        account: The pinned account, or None for any.
        region: The pinned Region, or None for any.
        address: What claims it.
        position: Where it stands.
    """

    kind: str
    name: str
    plan: str
    environment: str | None
    account: str | None
    region: str | None
    address: str
    position: Position


def claims_of(plan: Fields, environments: Iterable[Environment], file: str) -> tuple[Claim, ...]:
    """Everything a plan claims; parts of it that could not be read claim nothing."""
    known = tuple(environments)
    if not known:
        return tuple(_claims(plan, None, file))
    return tuple(claim for environment in known for claim in _claims(plan, environment, file))


def refuse_shared(claims: Iterable[Claim], scope: Scope) -> None:
    """Report every pair of claims that may be one live thing; each claim at most once, with the first that it meets."""
    seen: dict[tuple[str, str], dict[tuple[str, str | None], Claim]] = {}
    for claim in claims:
        others = seen.setdefault((claim.kind, claim.name), {})
        if (claim.plan, claim.environment) in others:
            continue  # two tables of one plan in one environment are another mistake, reported by itself
        other = next((other for other in others.values() if _meet(claim, other)), None)
        if other is not None:
            _report(claim, other, scope)
        others[claim.plan, claim.environment] = claim


def _claims(plan: Fields, environment: Environment | None, file: str) -> Iterator[Claim]:
    root = plan.node if environment is None else environment.root
    given = Fields(root, plan.record, plan.scope)
    database, pattern = read_database(given), read_pattern(given)
    if database is None or pattern is None:
        return
    label, account, region = None, None, None
    if environment is not None:
        label, account, region = environment.name, environment.account, environment.region
    tables = root.entries.get("tables")
    places = [("database", database, "", given.position("database"))]
    if tables is not None and isinstance(tables.value, MappingNode):
        for entry in tables.value.entries.values():
            external = entry.value.entries.get("external") if isinstance(entry.value, MappingNode) else None
            if external is None or not is_bare(external.value, "true"):
                name = physical_name(entry, pattern, database)
                places.append(("physical table", name, f"table.{entry.key}", name_position(entry)))
    for kind, name, address, position in places:
        yield Claim(
            kind=kind,
            name=name,
            plan=file,
            environment=label,
            account=account,
            region=region,
            address=address,
            position=position,
        )


def _meet(one: Claim, other: Claim) -> bool:
    return not _apart(one.account, other.account) and not _apart(one.region, other.region)


def _apart(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _report(claim: Claim, other: Claim, scope: Scope) -> None:
    place = scope.at(claim.address)
    if claim.plan != other.plan:
        what = f"the {claim.kind} `{claim.name}` is claimed here{_in(claim)} and at {other.position}{_in(other)}"
        fix = "Give each plan its own `database`, or mark the table `external: true` in the plan that only reads it."
        place.error(codes.PLANS_COLLIDE, claim.position, what, fix)
        return
    what = f"the environments `{other.environment}` and `{claim.environment}` both have the {claim.kind} `{claim.name}`"
    fix = "Give one of them its own `database`, or pin both to different accounts or Regions."
    place.error(codes.ENVIRONMENTS_COLLIDE, claim.position, what, fix)


def _in(claim: Claim) -> str:
    return "" if claim.environment is None else f" (environment `{claim.environment}`)"
