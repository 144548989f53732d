"""What a generated plan may not say, however valid: it stays with tables and their first data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from planner.codes import author as codes
from planner.diagnostics import Diagnostic, Position, Report
from planner.spans import Node, Scalar, Table, meaning, parse

_TABLE = frozenset({"resource_policy", "kinesis", "replicas"})
_SEED = frozenset({"file", "source", "generate"})
_ENVIRONMENT = frozenset({"account", "region"})
_ENCRYPTION = frozenset({"aws_owned", "aws_managed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """One place of a plan that only people may write."""

    address: str
    name: str
    value: Node

    @property
    def identity(self) -> tuple[str, str, object]:
        return self.address, self.name, meaning(self.value)


def beyond(text: str, file: str, *, base: str | None, known_names: frozenset[str]) -> tuple[Diagnostic, ...]:
    """What a plan says that a generated one may not.

    Args:
        text: A plan that was read without an error.
        file: Its name in positions.
        base: The plan it changes, whose own words are people's and stay.
        known_names: Physical names of tables that Claude was told of.
    """
    report = Report()
    root, old = _root(text), _root(base or "")
    said = {reach.identity for reach in _reaches(old)}
    for reach in _reaches(root):
        is_known = reach.name == "name" and isinstance(reach.value, Scalar) and reach.value.value in known_names
        if reach.identity not in said and not is_known:
            what = f"`{reach.name}` is not for a generated plan."
            report.add(
                codes.OUT_OF_REACH,
                _position(text, reach.value.start, file),
                address=reach.address,
                what=what,
                fix=f"Remove `{reach.name}`.",
            )
    _same_database(root, old, text, file, report)
    return report.sorted()


def _root(text: str) -> Node:
    try:
        return parse(text)
    except yaml.YAMLError:
        return Scalar(start=0, end=0, value="", plain=True)


def _same_database(root: Node, old: Node, text: str, file: str, report: Report) -> None:
    if not isinstance(root, Table) or not isinstance(old, Table) or "database" not in old.pairs:
        return
    wanted, found = old.pairs["database"].value, root.pairs.get("database")
    if found is None or meaning(found.value) != meaning(wanted):
        place = None if found is None else _position(text, found.value.start, file)
        what = "`database` is another one than that of the plan that was to be changed."
        report.add(codes.OTHER_DATABASE, place, what=what, fix="Leave `database` as it is.")


def _reaches(root: Node) -> Iterator[_Reach]:
    sections = dict(_pairs(root))
    yield from _of_tables(sections.get("tables"), "table")
    yield from _of_settings(sections.get("defaults"), "defaults")
    for name, seed in _pairs(sections.get("seed")):
        yield from _named(seed, _SEED, f"seed.{name}")
    for name, environment in _pairs(sections.get("environments")):
        yield from _named(environment, _ENVIRONMENT, f"environment.{name}")
        yield from _of_tables(dict(_pairs(environment)).get("tables"), f"environment.{name}.table")


def _named(node: Node, names: frozenset[str], address: str) -> Iterator[_Reach]:
    for name, value in _pairs(node):
        if name in names:
            yield _Reach(address=address, name=name, value=value)


def _of_tables(tables: Node | None, address: str) -> Iterator[_Reach]:
    for name, table in _pairs(tables):
        yield from _of_settings(table, f"{address}.{name}")


def _of_settings(settings: Node | None, address: str) -> Iterator[_Reach]:
    for key, value in _pairs(settings):
        ends = isinstance(value, Scalar) and value.special
        foreign_key = key == "encryption" and not (isinstance(value, Scalar) and value.value in _ENCRYPTION)
        if not ends and (key in _TABLE or key == "name" or foreign_key):
            yield _Reach(address=address, name=key, value=value)


def _pairs(node: Node | None) -> Iterator[tuple[str, Node]]:
    if isinstance(node, Table):
        for name, pair in node.pairs.items():
            yield name, pair.value


def _position(text: str, index: int, file: str) -> Position:
    start = text.rfind("\n", 0, index) + 1
    return Position(file, text.count("\n", 0, index) + 1, index - start + 1)
