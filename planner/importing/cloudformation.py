"""CloudFormation, SAM and CDK-synthesised templates: their tables, joined with what scales them.

Source: CloudFormation template reference, ``AWS::DynamoDB::Table`` and ``AWS::DynamoDB::GlobalTable``; SAM
specification, ``AWS::Serverless::SimpleTable``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from planner.importing import cfn_scaling
from planner.importing.cfn_global import global_table_schema
from planner.importing.cfn_tables import simple_table_schema, table_schema
from planner.importing.intrinsics import Intrinsics
from planner.importing.tables import plan_key, refused_table, table_draft
from planner.importing.values import Draft, Kind, Reason, RefusedError, TableDraft, Unknown, shown
from planner.values import Json

TABLE = "AWS::DynamoDB::Table"
GLOBAL_TABLE = "AWS::DynamoDB::GlobalTable"
SIMPLE_TABLE = "AWS::Serverless::SimpleTable"
TABLES = frozenset({TABLE, GLOBAL_TABLE, SIMPLE_TABLE})
_HASHED = re.compile(r"[0-9A-F]{8}$")
_TOLD = frozenset({"Type", "Properties", "Metadata", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy"})


def import_template(template: Json, name: str, given: Mapping[str, str]) -> Draft:
    """The tables of a template.

    Args:
        template: Parsed, with long forms of functions.
        name: The file, for messages.
        given: Values of parameters and pseudo parameters.

    Raises:
        RefusedError: There is no table in it, or none that can be imported.
    """
    resources = template.get("Resources") if isinstance(template, Mapping) else None
    if not isinstance(resources, Mapping):
        raise RefusedError(Reason.NO_TABLE, f"`{name}` has no `Resources` with a table in them.")
    found = _Tables(template, resources, given)
    for logical, resource in resources.items():
        if isinstance(resource, Mapping) and resource.get("Type") in TABLES:
            found.add(str(logical), resource)
    if not found.tables:
        raise _none(found, resources, name)
    own = _own_metadata(template)
    return Draft(
        kind=Kind.CLOUDFORMATION,
        database=str(own.get("database", "")),
        description=template["Description"] if isinstance(template.get("Description"), str) else "",
        tables=tuple(found.tables),
        todos=tuple(found.todos),
    )


def _own_metadata(owner: Mapping[str, Json]) -> Mapping[str, Json]:
    """What an export of ddbplan wrote beside it."""
    metadata = owner.get("Metadata")
    own = metadata.get("ddbplan") if isinstance(metadata, Mapping) else None
    return own if isinstance(own, Mapping) else {}


def _none(found: _Tables, resources: Mapping[str, Json], name: str) -> RefusedError:
    if found.problems:
        return RefusedError(found.problems[0].reason, f"`{name}`: {found.todos[-1]}")
    if found.todos:
        return RefusedError(Reason.NO_TABLE, f"`{name}`: {found.todos[0]}")
    loops = [str(key) for key in resources if str(key).startswith("Fn::")]
    if loops:
        what = f"`{name}` makes resources by {loops[0]}, which CloudFormation alone works out."
        return RefusedError(Reason.STRUCTURE, what)
    return RefusedError(Reason.NO_TABLE, f"`{name}` has {len(resources)} resources, and none of them is a table.")


class _Tables:
    """Gathers the tables of one template."""

    def __init__(self, template: Mapping[str, Json], resources: Mapping[str, Json], given: Mapping[str, str]) -> None:
        self.tables: list[TableDraft] = []
        self.todos: list[str] = []
        self.problems: list[RefusedError] = []
        self._intrinsics = Intrinsics(template, given)
        self._globals = template.get("Globals")
        self._region = given.get("AWS::Region")
        self._scaling = cfn_scaling.gather(resources, self._intrinsics)

    def add(self, logical: str, resource: Mapping[str, Json]) -> None:
        """One table resource."""
        own = _own_metadata(resource)
        key = str(own.get("table") or plan_key(_HASHED.sub("", logical) or logical, (t.key for t in self.tables)))
        todos = self._about(logical, resource)
        if todos is None:
            return
        properties = self._intrinsics.resolve(resource.get("Properties") or {})
        try:
            if not isinstance(properties, Mapping):
                raise RefusedError(Reason.STRUCTURE, f"its properties are `{shown(properties)}`")  # noqa: TRY301 - told as others
            schema = self._schema(resource["Type"], properties, todos)
            cfn_scaling.join(schema, self._scaling, logical)
            draft = table_draft(key, schema, description=str(own.get("description", "")), todos=todos)
        except RefusedError as problem:
            self.problems.append(problem)
            self.todos.append(refused_table(f"The table {logical}", problem))
            return
        self.tables.append(draft)

    def _schema(self, kind: str, properties: Mapping[str, Json], todos: list[str]) -> dict[str, Json]:
        match kind:
            case "AWS::DynamoDB::GlobalTable":
                return global_table_schema(properties, self._region, todos)
            case "AWS::Serverless::SimpleTable":
                defaults = self._globals.get("SimpleTable") if isinstance(self._globals, Mapping) else None
                return simple_table_schema(self._intrinsics.resolve(defaults or {}), properties)
            case _:
                return table_schema(properties)

    def _about(self, logical: str, resource: Mapping[str, Json]) -> list[str] | None:
        """What is said beside the properties; None for a table that a condition leaves out."""
        todos = []
        condition = resource.get("Condition")
        if condition is not None:
            holds = self._intrinsics.condition(str(condition))
            if isinstance(holds, Unknown):
                todos.append(f"condition: the table is made only where {condition} holds, and {holds.why}.")
            elif not holds:
                self.todos.append(f"The table {logical} was left out: its condition {condition} does not hold.")
                return None
        retained = "Retain" in {resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")}
        if (
            retained
            and not _own_metadata(resource)
            and "DeletionProtectionEnabled" not in (resource.get("Properties") or {})
        ):
            todos.append(
                "deletion_protection: the template retains the table when the stack goes. ddbplan deletes no table "
                "that a plan no longer names; write `deletion_protection: true` where DynamoDB shall refuse it as well."
            )
        todos += [f"{name}: a plan has no such setting." for name in resource if name not in _TOLD]
        return todos
