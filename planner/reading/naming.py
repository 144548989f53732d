"""Physical table names: from the plan's pattern, or as the table itself says."""

from __future__ import annotations

import re

from planner.codes import reading as codes
from planner.diagnostics import Position
from planner.reading.nodes import Entry, MappingNode, ScalarNode, shorten
from planner.reading.scope import Scope, listed
from planner.reading.typed import Fields

DEFAULT_PATTERN = "{database}_{table}"
DATABASE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")

_PLACEHOLDERS = ("database", "table")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LITERAL = re.compile(r"[A-Za-z0-9_.-]*")


def read_database(given: Fields) -> str | None:
    """The plan's identity in the ledger, of a plan or an environment."""
    found = given.name("database")
    node = given.value("database")
    if found is None or node is None or DATABASE.fullmatch(found):
        return found
    fix = "Use letters, digits, `_`, `-` and `.`, at most 128 of them, starting with a letter, a digit or `_`."
    given.scope.error(codes.BAD_NAME, node.position, f"`{shorten(found)}` cannot be the name of a database", fix)
    return None


def read_pattern(plan: Fields) -> str | None:
    """The pattern of physical names; None when it is not usable."""
    node = plan.value("naming")
    if node is None:
        return DEFAULT_PATTERN
    pattern = plan.name("naming")
    if pattern is None:
        return None
    problem = _pattern_problem(pattern)
    if problem is None:
        return pattern
    fix = f'Write something like "{DEFAULT_PATTERN}"; placeholders are `{{database}}` and `{{table}}`.'
    plan.scope.error(codes.BAD_NAMING, node.position, f"`naming` {problem}", fix)
    return None


def physical_name(entry: Entry, pattern: str, database: str) -> str:
    """A table's physical name, without judging it.

    Args:
        entry: The table's name in the plan and what stands there.
        pattern: A pattern that ``read_pattern`` has accepted.
        database: The plan's identity, of the environment where it has its own.
    """
    if isinstance(entry.value, MappingNode):
        own = entry.value.entries.get("name")
        if own is not None and isinstance(own.value, ScalarNode) and own.value.text:
            return own.value.text
    return pattern.replace("{database}", database).replace("{table}", entry.key)


def name_position(entry: Entry) -> Position:
    """Where a table's physical name comes from: its ``name``, or its key in the plan."""
    if isinstance(entry.value, MappingNode) and "name" in entry.value.entries:
        return entry.value.entries["name"].value.position
    return entry.position


def refuse_shared_names(tables: MappingNode, pattern: str, database: str, scope: Scope) -> None:
    """Report tables of one plan that would be one live table."""
    seen: dict[str, Entry] = {}
    for entry in tables.entries.values():
        name = physical_name(entry, pattern, database)
        first = seen.setdefault(name, entry)
        if first is not entry:
            what = f"`{entry.key}` and `{first.key}` ({name_position(first)}) are both the physical table `{name}`"
            fix = "Give one of them another `name`."
            scope.at(f"table.{entry.key}").error(codes.SAME_PHYSICAL_NAME, name_position(entry), what, fix)


def _pattern_problem(pattern: str) -> str | None:
    unknown = [word for word in _PLACEHOLDER.findall(pattern) if word not in _PLACEHOLDERS]
    if unknown:
        return f"has the unknown placeholder {listed(f'{{{word}}}' for word in unknown)}"
    if "{table}" not in pattern:
        return "lacks `{table}`, so that all tables would have one name"
    rest = _PLACEHOLDER.sub("", pattern)
    if not _LITERAL.fullmatch(rest):
        return f"holds `{shorten(rest)}`; table names take letters, digits, `_`, `-` and `.`"
    return None
