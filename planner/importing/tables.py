"""A ``table_schema``, in DynamoDB's own terms, as a table of a plan: where every kind of file comes together.

Importers bring what they read into the shape of CreateTable with the settings beside it (``planner.function_tables``),
with three differences: any part may be ``Unknown``, ContributorInsights is ``{Enabled, Mode}`` of the table or of an
index, and AutoScaling of an index may stand in the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from planner.importing.settings import table_settings
from planner.importing.structure import structure
from planner.importing.values import RefusedError, TableDraft, Unknown, untold
from planner.values import Json

_PHYSICAL = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_PLAN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,127}")


def table_draft(
    key: str, schema: Mapping[str, Json], *, description: str = "", todos: Iterable[str] = ()
) -> TableDraft:
    """One table in a plan's terms.

    Args:
        key: Its name in the plan.
        schema: A ``table_schema`` as described above.
        description: For people.
        todos: What is already known not to be known.

    Raises:
        RefusedError: Its keys or indexes cannot be known.
    """
    found = list(todos)
    settings: dict[str, Json] = {"description": description} if description else {}
    settings |= _name(schema.get("TableName"), found)
    settings |= structure(schema, found)
    own = table_settings(schema, found)
    if own.get("billing") == "on_demand":
        _without_units(settings)
    if "capacity" in own and "billing" not in own:
        found.append("capacity: it is read only where billing is provisioned.")
    return TableDraft(key=key, settings=settings | own, todos=tuple(found))


def _without_units(settings: dict[str, Json]) -> None:
    """Units of indexes of an on-demand table say nothing."""
    for index in settings.get("global_secondary_indexes", {}).values():
        index.pop("capacity", None)


def _name(given: Json, todos: list[str]) -> dict[str, Json]:
    if given is None or given == "":
        return {}
    if isinstance(given, Unknown):
        todos.append(untold("name", given, given))
        return {}
    name = str(given)
    if _PHYSICAL.fullmatch(name):
        return {"name": name}
    todos.append(f"name: `{name[:300]}` is no name of a table in DynamoDB.")
    return {}


def with_own_names(tables: Iterable[TableDraft]) -> tuple[TableDraft, ...]:
    """Tables of which no two have one physical name: two such are in two Regions or accounts, and a plan is in one."""
    first: dict[str, str] = {}
    found = []
    for table in tables:
        name = table.settings.get("name")
        if name is not None and first.setdefault(name, table.key) != table.key:
            settings = {key: value for key, value in table.settings.items() if key != "name"}
            todo = f"name: `{name}` is that of {first[name]} already; two of one name are in two Regions or accounts."
            found.append(TableDraft(key=table.key, settings=settings, todos=(*table.todos, todo)))
        else:
            found.append(table)
    return tuple(found)


def refused_table(what: str, problem: RefusedError) -> str:
    """The todo for a table that cannot be imported."""
    return f"{what} was left out: {problem.message.rstrip('.')}."


def plan_key(text: str, taken: Iterable[str] = ()) -> str:
    """A name in a plan for a foreign one: snake case, without what every table's name says.

    Args:
        text: Such as ``UsersTable``, ``DynamoTable821C2ED9`` or ``prod-users``.
        taken: Names that are used already.
    """
    if _PLAN_NAME.fullmatch(text) and text == text.lower():
        found = text
    else:
        found = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text).lower()
        found = re.sub(r"[^a-z0-9_-]+", "_", found).strip("_-")
    found = re.sub(r"[_-]?(dynamo_?db_?)?table$", "", found).strip("-") or found
    found = found[:120] or "table"
    used, number, wanted = set(taken), 2, found
    while found in used:
        found = f"{wanted}_{number}"
        number += 1
    return found
