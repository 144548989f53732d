"""What ``terraform show -json`` prints of a plan or a state, and a state file: everything in it is worked out.

Source: Terraform documentation, "JSON Output Format".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.importing.terraform_resources import KINDS, Resource, draft_of
from planner.importing.values import Draft, Kind, Unknown
from planner.values import Json

_INDEXED = re.compile(r"\[.*?\]")
_AFTER_APPLY = "it is known only after Terraform's apply"


def is_shown(document: Json) -> bool:
    """Whether it is a plan or a state as JSON, a state file, or a list of planned values."""
    if not isinstance(document, Mapping):
        return False
    if "planned_values" in document or ("values" in document and "terraform_version" in document):
        return True
    resources = document.get("resources")
    return isinstance(resources, list) and ("lineage" in document or "terraform_version" in document)


def import_shown(document: Mapping[str, Json], name: str) -> Draft:
    """The tables of a plan or a state.

    Raises:
        RefusedError: There is no table in it, or none that can be imported.
    """
    if "planned_values" in document or "values" in document:
        values = document.get("planned_values") or document.get("values") or {}
        resources = list(_of_module(values.get("root_module") or {}, document))
    elif "lineage" in document:
        resources = list(_of_state(document))
    else:
        resources = [found for given in document["resources"] if (found := _resource(given, {}, {})) is not None]
    return draft_of(resources, Kind.TERRAFORM_JSON, name)


def _of_module(module: Mapping[str, Json], document: Mapping[str, Json]) -> Iterator[Resource]:
    unknown: dict[str, Json] = {
        str(change.get("address")): (change.get("change") or {}).get("after_unknown") or {}
        for change in document.get("resource_changes") or ()
        if isinstance(change, Mapping)
    }
    configured = dict(_configured((document.get("configuration") or {}).get("root_module") or {}, ""))
    yield from _walk(module, unknown, configured)


def _walk(
    module: Mapping[str, Json], unknown: Mapping[str, Json], configured: Mapping[str, Configured]
) -> Iterator[Resource]:
    for given in module.get("resources") or ():
        found = _resource(given, unknown, configured)
        if found is not None:
            yield found
    for child in module.get("child_modules") or ():
        yield from _walk(child, unknown, configured)


def _resource(given: Json, unknown: Mapping[str, Json], configured: Mapping[str, Configured]) -> Resource | None:
    if not isinstance(given, Mapping) or given.get("type") not in KINDS or given.get("mode", "managed") != "managed":
        return None
    address = str(given.get("address") or f"{given['type']}.{given.get('name', 'table')}")
    values = dict(given.get("values") or {})
    missing = unknown.get(address)
    own = configured.get(_INDEXED.sub("", address))
    for name, later in (missing if isinstance(missing, Mapping) else {}).items():
        # What the configuration does not name is the provider's to say, and so not managed.
        if later is True and values.get(name) is None and (own is None or name in own.names):
            values[name] = Unknown(text="(known after apply)", why=_AFTER_APPLY)
    label = str(given.get("name") or address.rpartition(".")[2])
    return Resource(
        kind=str(given["type"]),
        label=label,
        address=address,
        values=values,
        references=() if own is None else own.references,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """What the configuration says of a resource: the attributes that it names, and what its expressions refer to."""

    names: frozenset[str]
    references: tuple[str, ...]


def _configured(module: Mapping[str, Json], prefix: str) -> Iterator[tuple[str, Configured]]:
    """The configuration of each resource, by its address without an index."""
    for given in module.get("resources") or ():
        own = given.get("expressions") or {}
        references = tuple(dict.fromkeys(_named(own)))
        yield f"{prefix}{given.get('address')}", Configured(names=frozenset(own), references=references)
    for name, call in (module.get("module_calls") or {}).items():
        yield from _configured(call.get("module") or {}, f"{prefix}module.{name}.")


def _named(value: Json) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            if name == "references" and isinstance(member, list):
                yield from (str(reference) for reference in member)
            else:
                yield from _named(member)
    elif isinstance(value, list):
        for member in value:
            yield from _named(member)


def _of_state(document: Mapping[str, Json]) -> Iterator[Resource]:
    for given in document["resources"]:
        if not isinstance(given, Mapping) or given.get("type") not in KINDS or given.get("mode") != "managed":
            continue
        address = f"{given['type']}.{given.get('name')}"
        for instance in given.get("instances") or ():
            index = instance.get("index_key")
            yield Resource(
                kind=str(given["type"]),
                label=str(given.get("name")) if index is None else f"{given.get('name')}_{index}",
                address=address if index is None else f"{address}[{index}]",
                values=instance.get("attributes") or {},
                references=tuple(instance.get("dependencies") or ()),
            )
