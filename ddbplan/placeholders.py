"""Values that are typed on the command line for a query's placeholders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from planner.values import AttributeValue, InvalidNumberError, Item, canonical_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from planner.plan import Query
    from planner.reports import SqlReport


def parse_values(given: Sequence[str], declared: Item) -> Item:
    """``NAME=VALUE`` texts as DynamoDB JSON by name.

    Args:
        given: As typed. A value that is a JSON object is DynamoDB JSON; other values take the declared type.
        declared: The plan's own values, whose types the typed ones take.

    Raises:
        click.UsageError: A name the query does not have, or a value of the wrong type.
    """
    found: dict[str, AttributeValue] = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not separator or not name:
            raise click.UsageError(f"--value takes NAME=VALUE, not {text!r}.")
        name = name.removeprefix(":")
        if name not in declared:
            known = ", ".join(declared) or "none"
            raise click.UsageError(f"The query has no value {name!r}. It has: {known}.")
        found[name] = _typed(name, value, declared[name])
    return found


def report_values(given: Sequence[str], report: SqlReport, queries: Mapping[str, Query]) -> dict[str, Item]:
    """``[SOURCE.]NAME=VALUE`` texts as DynamoDB JSON by source and name.

    Args:
        given: As typed. Without a source, a value goes to each source whose query has one of that name.
        report: The report.
        queries: The plan's queries.

    Raises:
        click.UsageError: No source has the name, or a value of the wrong type.
    """
    declared = {name: queries[source.query].values for name, source in report.sources.items()}
    found: dict[str, dict[str, AttributeValue]] = {}
    for text in given:
        whole, separator, _ = text.partition("=")
        source, dot, name = whole.rpartition(".")
        if not separator or not name:
            raise click.UsageError(f"--value takes [SOURCE.]NAME=VALUE, not {text!r}.")
        if dot and source not in declared:
            raise click.UsageError(f"The report has no source {source!r}. It has: {', '.join(declared)}.")
        meant = [source] if dot else [one for one, values in declared.items() if name.removeprefix(":") in values]
        if not meant:
            known = ", ".join(dict.fromkeys(one for values in declared.values() for one in values)) or "none"
            raise click.UsageError(f"No source of the report has a value {name!r}. They have: {known}.")
        for one in meant:
            found.setdefault(one, {}).update(parse_values([text[len(source) + len(dot) :]], declared[one]))
    return dict(found)


def _typed(name: str, text: str, declared: AttributeValue) -> AttributeValue:
    ((kind, _),) = declared.items()
    if text.startswith("{"):
        return _dynamodb_json(name, text)
    match kind:
        case "S":
            return {"S": text}
        case "N":
            return {"N": _number(name, text)}
        case "BOOL" if text in {"true", "false"}:
            return {"BOOL": text == "true"}
        case "BOOL":
            raise click.UsageError(f"--value {name} is true or false, not {text!r}.")
        case _:
            raise click.UsageError(
                f"--value {name} is of type {kind}: write it as DynamoDB JSON, '{{\"{kind}\": ...}}'."
            )


def _number(name: str, text: str) -> str:
    try:
        return canonical_number(text)
    except InvalidNumberError as problem:
        raise click.UsageError(f"--value {name}: {problem}.") from None


def _dynamodb_json(name: str, text: str) -> AttributeValue:
    from planner.reading.dynamodb_json import InvalidValueError, checked_value  # noqa: PLC0415 - reading brings YAML

    try:
        return checked_value(json.loads(text))
    except (ValueError, RecursionError, InvalidValueError) as problem:
        raise click.UsageError(f"--value {name} is not DynamoDB JSON: {problem}.") from None
