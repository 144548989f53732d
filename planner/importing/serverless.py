"""A serverless.yml, or a fragment that one names: its resources as a template, which CloudFormation's reader takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from planner.importing.cloudformation import TABLES, import_template
from planner.importing.inside import Inside
from planner.importing.serverless_variables import Variables
from planner.importing.values import Draft, Kind, Reason, RefusedError, Unknown
from planner.values import Json

_PARTS = ("Resources", "Conditions", "Mappings", "Parameters", "Metadata")


def is_service(document: Json) -> bool:
    """Whether a document is a whole serverless.yml."""
    return (
        isinstance(document, Mapping) and "service" in document and isinstance(document.get("provider"), Mapping | str)
    )


def is_fragment(document: Json) -> bool:
    """Whether a document holds resources by name, without a template around them."""
    return isinstance(document, Mapping) and any(
        isinstance(member, Mapping) and member.get("Type") in TABLES for member in document.values()
    )


def import_service(document: Mapping[str, Json], path: Path, inside: Inside, given: Mapping[str, str]) -> Draft:
    """The tables of a serverless.yml or of a fragment.

    Args:
        document: The parsed file.
        path: The file.
        inside: What else may be read.
        given: Options, parameters and variables by name.

    Raises:
        RefusedError: There is no table in it, or none that can be imported.
    """
    whole = is_service(document)
    variables = Variables(document if whole else {}, path.parent, inside, given)
    if whole:
        resources = document.get("resources")
    elif is_fragment(document):
        resources = {"Resources": document}
    else:
        resources = document
    template, todos = _template(resources, variables)
    if whole and not template["Resources"]:
        why = f": {todos[0]}" if todos else ""
        raise RefusedError(Reason.NO_TABLE, f"`{path.name}` has no resources{why}")
    region = variables.resolve("${opt:region, self:provider.region}")
    pseudo = {"AWS::Region": region} if isinstance(region, str) else {}
    draft = import_template(template, path.name, {**pseudo, **given})
    service = variables.resolve(document.get("service")) if whole else None
    service = service.get("name") if isinstance(service, Mapping) else service
    database = service if isinstance(service, str) else ""
    return replace(draft, kind=Kind.SERVERLESS, database=database, todos=(*todos, *draft.todos))


def _template(resources: Json, variables: Variables) -> tuple[dict[str, Json], list[str]]:
    """``resources`` is a template, or a list of templates and of files that hold them."""
    template: dict[str, Json] = {name: {} for name in _PARTS}
    todos: list[str] = []
    for given in resources if isinstance(resources, list) else [resources]:
        own = variables.resolve(given)
        for part in own if isinstance(own, list) else [own]:
            if isinstance(part, Unknown):
                todos.append(f"resources: `{part.text}` was left out, for {part.why}.")
            elif isinstance(part, Mapping):
                _add(template, part)
    return template, todos


def _add(template: dict[str, Json], part: Mapping[str, Json]) -> None:
    for name in _PARTS:
        members = part.get(name)
        if isinstance(members, Mapping):
            template[name] = {**template[name], **members}
    if "Description" in part:
        template["Description"] = part["Description"]
