"""The JSON document that ``ddbplan export --to json`` writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from planner.importing.dynamodb_api import item_of, table_of_schema
from planner.importing.values import Draft, Kind, QueryDraft, Reason, RefusedError, TableDraft, TransactionDraft, Typed
from planner.reading.dynamodb_json import InvalidValueError, checked_value
from planner.values import Item, Json

FORMAT = "ddbplan-export/1"
_ITEMS = frozenset({"key", "item", "values", "first"})
_LISTS = frozenset({"items", "contains", "absent"})


def is_export(document: Json) -> bool:
    """Whether it is such a document."""
    return isinstance(document, Mapping) and str(document.get("format", "")).startswith("ddbplan-export/")


def import_export(document: Mapping[str, Json], name: str) -> Draft:
    """Everything that the document says.

    Raises:
        RefusedError: It is of another version, or not as an export writes it.
    """
    if document.get("format") != FORMAT:
        what = f"`{name}` is `{document.get('format')}`, and this version reads `{FORMAT}`."
        raise RefusedError(Reason.UNKNOWN_KIND, what)
    try:
        tables = tuple(_table(key, own) for key, own in document["tables"].items())
        seeds: dict[str, tuple[Item, ...]] = {
            key: tuple(item_of(item, key) for item in own["items"]) for key, own in document.get("seed", {}).items()
        }
        return Draft(
            kind=Kind.JSON,
            database=str(document["database"]),
            description=str(document.get("description", "")),
            tables=tables,
            seeds=seeds,
            on_conflict={key: str(own["on_conflict"]) for key, own in document.get("seed", {}).items()},
            queries=tuple(
                QueryDraft(name=key, settings=_plan_terms(own)) for key, own in document.get("queries", {}).items()
            ),
            transactions=tuple(
                TransactionDraft(name=key, settings=_plan_terms(own))
                for key, own in document.get("transactions", {}).items()
            ),
        )
    except (KeyError, TypeError, AttributeError, InvalidValueError) as problem:
        raise RefusedError(Reason.INVALID, f"`{name}` is not as an export writes it: {problem}") from None


def _table(key: str, own: Mapping[str, Json]) -> TableDraft:
    found = table_of_schema(key, own["schema"], description=str(own.get("description", "")))
    return replace(found, settings={**found.settings, **dict.fromkeys(own.get("off", ()), "off")})


def _plan_terms(given: Json) -> Json:
    """Values in DynamoDB JSON as values of a plan; all else as it is."""
    if isinstance(given, list):
        return [_plan_terms(member) for member in given]
    if not isinstance(given, Mapping):
        return given
    found: dict[str, Json] = {}
    for name, member in given.items():
        if name in _ITEMS and isinstance(member, Mapping):
            found[name] = _values(member)
        elif name in _LISTS and isinstance(member, list):
            found[name] = [_values(one) for one in member]
        else:
            found[name] = _plan_terms(member)
    return found


def _values(given: Mapping[str, Json]) -> dict[str, Json]:
    return {name: Typed(checked_value(value, 1)) for name, value in given.items()}
