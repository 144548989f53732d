"""Resource policies, Kinesis streams and vector indexes: what DynamoDB refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from planner.codes import model as codes
from planner.limits import (
    MAX_NAME,
    MAX_POLICY_BYTES,
    MAX_VECTOR_FILTERS,
    MAX_VECTOR_INDEXES,
    MIN_NAME,
)
from planner.settings import policy_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from planner.diagnostics import Report
    from planner.plan import Table
    from planner.values import Json

_STREAM = re.compile(r"arn:aws[a-z-]*:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[A-Za-z0-9_.-]+")
_NAME = re.compile(rf"[a-zA-Z0-9_.-]{{{MIN_NAME},{MAX_NAME}}}")
_ELEMENTS = frozenset({"Version", "Id", "Statement"})

Problem = tuple[str, str]


def check_extras(table: Table, report: Report) -> None:
    """Check what stands beside the table."""
    if table.external:
        return
    for key, code, problems in (
        ("resource_policy", codes.BAD_POLICY, _policy(table.settings.get("resource_policy"))),
        ("kinesis", codes.BAD_SETTING, _kinesis(table.settings.get("kinesis"))),
        ("vector_indexes", codes.BAD_VECTOR_INDEX, _vectors(table)),
    ):
        for what, fix in problems:
            position = table.positions.get(key, table.position)
            report.add(code, position, address=f"{table.address}.{key}", what=what, fix=fix)


def _policy(value: Json) -> Iterator[Problem]:
    if not isinstance(value, dict):
        return
    for name in sorted(value.keys() - _ELEMENTS):
        yield (
            f"A policy has no element '{name}'.",
            "Elements are Version, Id and Statement, in capitals as IAM has them.",
        )
    statements = value.get("Statement")
    found = [statements] if isinstance(statements, dict) else statements
    if not isinstance(found, list) or not found:
        yield "The policy has no Statement.", "Add one, or write `resource_policy: off`."
        return
    for place, statement in enumerate(found):
        yield from _statement(place, statement)
    size = len(policy_document.to_text(value).encode())
    if size > MAX_POLICY_BYTES:
        yield f"The policy has {size:,} bytes.", f"Keep it within {MAX_POLICY_BYTES:,}."


def _statement(place: int, statement: Json) -> Iterator[Problem]:
    if not isinstance(statement, dict):
        yield f"Statement {place} is not a mapping.", "Write Effect, Principal, Action and Resource."
        return
    if statement.get("Effect") not in {"Allow", "Deny"}:
        yield f"Statement {place} has no Effect.", "Write `Effect: Allow` or `Effect: Deny`."
    everybody = statement.get("Principal") in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    if statement.get("Effect") == "Allow" and everybody and not statement.get("Condition"):
        yield f"Statement {place} lets everybody in, which DynamoDB refuses.", "Name the Principal, or add a Condition."
    for name in ("Principal", "Action", "Resource"):
        if (name in statement) == (f"Not{name}" in statement):
            yield f"Statement {place} needs either {name} or Not{name}.", f"Add `{name}`."


def _kinesis(value: Json) -> Iterator[Problem]:
    if isinstance(value, dict) and not _STREAM.fullmatch(value["stream_arn"]):
        example = "arn:aws:kinesis:eu-west-1:111122223333:stream/changes"
        yield (
            f"'{value['stream_arn']}' is not the ARN of a Kinesis data stream.",
            f"Write it in full, such as {example}.",
        )


def _vectors(table: Table) -> Iterator[Problem]:
    value = table.settings.get("vector_indexes")
    if not isinstance(value, dict):
        return
    if len(value) > MAX_VECTOR_INDEXES:
        yield f"Table '{table.key}' has {len(value)} vector indexes.", f"Keep at most {MAX_VECTOR_INDEXES}."
    dimensions: dict[str, int] = {}
    for name, index in value.items():
        yield from _vector(table, name, index)
        others = dimensions.setdefault(index["attribute"], index["dimensions"])
        if others != index["dimensions"]:
            what = f"Vector indexes of '{index['attribute']}' have {others} and {index['dimensions']} dimensions."
            yield what, "Give all of one attribute the same, or use another attribute."


def _vector(table: Table, name: str, index: Mapping[str, Json]) -> Iterator[Problem]:
    if not _NAME.fullmatch(name):
        yield f"'{name}' cannot name an index.", "Use 3 to 255 letters, digits, '_', '-' and '.'."
    if name in table.indexes:
        yield f"'{name}' names two indexes of table '{table.key}'.", "Give one of them another name."
    if len(index["filters"]) > MAX_VECTOR_FILTERS:
        yield f"Vector index '{name}' has {len(index['filters'])} filters.", f"Keep at most {MAX_VECTOR_FILTERS}."
    searched = {index.get("partition_key"), *index["filters"]}
    if index["attribute"] in searched:
        yield f"Vector index '{name}' is searched by its own vector.", "Name other attributes as key and filters."
    if index.get("partition_key") in index["filters"]:
        yield f"The partition key of vector index '{name}' is one of its filters.", "Name it once."
