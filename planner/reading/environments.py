"""Environments: what each one lays over the plan, and that no two of them meet in one live table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from planner.codes import reading as codes
from planner.diagnostics import Position
from planner.reading import grammar
from planner.reading.items import describe
from planner.reading.nodes import Entry, MappingNode, ScalarNode
from planner.reading.overlay import merge_mappings
from planner.reading.scope import Scope, listed
from planner.reading.typed import Fields, fields, named

_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment as the plan has it.

    Attributes:
        name: As in the plan.
        root: The whole plan with this environment laid over it.
        account: The pinned account, or None.
        region: The pinned Region, or None.
        seeds: Whether it has the plan's seeds.
        transactions: Whether it has the plan's ``run: once`` transactions.
        position: Where it stands.
    """

    name: str
    root: MappingNode
    account: str | None
    region: str | None
    seeds: bool
    transactions: bool
    position: Position


def read_environments(plan: Fields, roots: Mapping[str, MappingNode]) -> dict[str, Environment]:
    """Every environment of a plan by name; what is wrong is reported.

    Args:
        plan: The plan's top level.
        roots: The top level with the values that an environment gives to variables, by the environment's name.
    """
    declared = plan.section("environments", grammar.MAX_ENVIRONMENTS)
    found = {}
    for entry in () if declared is None else named(declared, "an environment", plan.scope):
        root = roots.get(entry.key, plan.node)
        environment = _read_environment(_of(root, entry), Fields(root, plan.record, plan.scope))
        if environment is not None:
            found[entry.key] = environment
    return found


def _of(root: MappingNode, entry: Entry) -> Entry:
    """The environment as that top level has it."""
    section = root.entries["environments"].value
    return section.entries[entry.key] if isinstance(section, MappingNode) else entry


def choose(name: str, known: dict[str, Environment], plan: Fields, file: str) -> Environment | None:
    """The environment of that name, or None after a diagnostic that lists the known ones."""
    found = known.get(name)
    declared = plan.mapping("environments")
    names = () if declared is None else tuple(declared.entries)
    if found is not None or name in names:
        return found
    position = plan.position("environments")
    if names:
        what = f"`{name}` is not an environment of `{file}`"
        fix = f"{plan.scope.did_you_mean(name, names)}Environments are {listed(names)}."
    else:
        what = f"`{file}` has no environments, so none is called `{name}`"
        fix = "Leave out `-e`, or add `environments:` to the plan."
    plan.scope.error(codes.UNKNOWN_ENVIRONMENT, position, what, fix)
    return None


def _read_environment(entry: Entry, plan: Fields) -> Environment | None:
    given = fields(entry.value, grammar.ENVIRONMENT, plan.scope.at(f"environment.{entry.key}"))
    if given is None:
        return None
    given.mapping("variables")
    return Environment(
        name=entry.key,
        root=_lay_over(plan, given),
        account=_account(given),
        region=_region(given),
        seeds=given.choice("seed", ("none",)) is None,
        transactions=given.choice("transactions", ("none",)) is None,
        position=entry.position,
    )


def _lay_over(plan: Fields, given: Fields) -> MappingNode:
    """The plan with the environment's ``database`` and ``tables`` over its own."""
    over = {key: entry for key, entry in given.node.entries.items() if key in {"database", "tables"}}
    tables, own = given.section("tables", grammar.MAX_TABLES), plan.node.entries.get("tables")
    if tables is None or own is None or not isinstance(own.value, MappingNode):
        over.pop("tables", None)
    else:
        known = {key: entry for key, entry in tables.entries.items() if key in own.value.entries}
        _refuse_unknown_tables(tables, own.value, given.scope)
        over["tables"] = Entry("tables", own.position, MappingNode(known, None, tables.position))
    return merge_mappings(plan.node, MappingNode(over, None, given.node.position))


def _refuse_unknown_tables(tables: MappingNode, own: MappingNode, scope: Scope) -> None:
    for entry in tables.entries.values():
        if entry.key not in own.entries:
            fix = f"{scope.did_you_mean(entry.key, own.entries)}Declare it under `tables:` first."
            scope.error(codes.UNKNOWN_TABLE, entry.position, f"`{entry.key}` is not a table of this plan", fix)


def _account(given: Fields) -> str | None:
    node = given.value("account")
    if node is None:
        return None
    if isinstance(node, ScalarNode) and not node.plain and node.tag is None and _ACCOUNT.fullmatch(node.text):
        return node.text
    digits = isinstance(node, ScalarNode) and _ACCOUNT.fullmatch(node.text)
    what = "`account` is not in quotes" if digits else f"`account` is twelve digits in quotes, not {describe(node)}"
    shown = node.text if isinstance(node, ScalarNode) and digits else "111122223333"
    given.scope.error(codes.BAD_ACCOUNT, node.position, what, f'Write `account: "{shown}"`.')
    return None


def _region(given: Fields) -> str | None:
    found = given.name("region")
    node = given.value("region")
    if found is None or node is None or _REGION.fullmatch(found):
        return found
    what = f"`region` cannot be {describe(node)}"
    given.scope.error(codes.NOT_A_CHOICE, node.position, what, "Write a Region's name, such as `eu-west-1`.")
    return None
