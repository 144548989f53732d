"""What a file is, by what it holds; its name decides only how it is parsed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from planner.importing import (
    cli_calls,
    dynamodb_api,
    mcp_model,
    serverless,
    terraform,
    terraform_json,
    whole,
    workbench,
)
from planner.importing.foreign import read_json, read_json_lines, read_yaml
from planner.importing.values import Kind, Reason, RefusedError
from planner.values import Json


class Shape(StrEnum):
    """A shape of document, finer than its kind."""

    TEMPLATE = "a CloudFormation template"
    SERVICE = "a serverless.yml"
    FRAGMENT = "a fragment of a serverless.yml"
    SHOWN = "a Terraform plan or state"
    JSON_SYNTAX = "a Terraform configuration in JSON"
    WORKBENCH = "a NoSQL Workbench model"
    MODEL = "a data model of AWS's MCP server"
    ENTITIES = "a schema of AWS's MCP server"
    USAGE = "usage data of AWS's MCP server"
    TABLE = "a table of the DynamoDB API"
    CALL = "a call that sets something of a table"
    BATCH = "a batch write"
    EXPORT = "an export of ddbplan"
    ROWS = "exported items"


KINDS = {
    Shape.TEMPLATE: Kind.CLOUDFORMATION,
    Shape.SERVICE: Kind.SERVERLESS,
    Shape.FRAGMENT: Kind.SERVERLESS,
    Shape.SHOWN: Kind.TERRAFORM_JSON,
    Shape.JSON_SYNTAX: Kind.TERRAFORM,
    Shape.WORKBENCH: Kind.WORKBENCH,
    Shape.MODEL: Kind.MCP,
    Shape.ENTITIES: Kind.MCP,
    Shape.USAGE: Kind.MCP,
    Shape.TABLE: Kind.AWS_CLI,
    Shape.CALL: Kind.AWS_CLI,
    Shape.BATCH: Kind.AWS_CLI,
    Shape.EXPORT: Kind.JSON,
    Shape.ROWS: Kind.AWS_CLI,
}
_YAML = frozenset({".yaml", ".yml", ".template", ".taskcat", ""})
_LINES = frozenset({".jsonl", ".ndjson"})


def parse(text: str, path: Path) -> Json:
    """A file's text as a value: JSON where it starts like JSON, one value a line where it has several, else YAML.

    Raises:
        RefusedError: It is none of these.
    """
    start = text.lstrip()[:1]
    if path.suffix in _LINES:
        return read_json_lines(text, path.name)
    if start not in {"{", "["} or path.suffix in {".yaml", ".yml"}:
        return read_yaml(text, path.name)
    try:
        return read_json(text, path.name)
    except RefusedError:
        if _is_lines(text):
            return read_json_lines(text, path.name)
        raise


def _is_lines(text: str) -> bool:
    """Whether the first two lines are a whole JSON value each."""
    first = [line for line in text.splitlines()[:4] if line.strip()][:2]
    try:
        return len(first) == 2 and all(isinstance(read_json(line, ""), dict) for line in first)  # noqa: PLR2004 - see above
    except RefusedError:
        return False


def shape_of(document: Json, name: str) -> Shape:
    """What a document is.

    Raises:
        RefusedError: It is nothing that can be imported; the message says what it looks like.
    """
    for shape, holds in _TESTS:
        if holds(document):
            return shape
    raise RefusedError(Reason.UNKNOWN_KIND, f"`{name}` {_looks(document)}.")


def _is_template(document: Json) -> bool:
    if not _has_resources(document):
        return False
    return "AWSTemplateFormatVersion" in document or "Transform" in document or not _has_variables(document)


def _has_resources(document: Json) -> bool:
    return isinstance(document, dict) and isinstance(document.get("Resources"), dict)


def _has_variables(document: Json) -> bool:
    """Whether a template is a fragment of a serverless.yml: it names variables that only the framework has."""
    text = str(document)
    return any(f"${{{source}" in text for source in ("self:", "opt:", "sls:", "file(", "env:", "ssm:", "cf:"))


_TESTS = (
    (Shape.EXPORT, whole.is_export),
    (Shape.WORKBENCH, workbench.is_workbench),
    (Shape.MODEL, mcp_model.is_model),
    (Shape.ENTITIES, mcp_model.is_entities),
    (Shape.USAGE, mcp_model.is_usage),
    (Shape.SERVICE, serverless.is_service),
    (Shape.TEMPLATE, _is_template),
    (Shape.FRAGMENT, _has_resources),
    (Shape.FRAGMENT, serverless.is_fragment),
    (Shape.SHOWN, terraform_json.is_shown),
    (Shape.JSON_SYNTAX, terraform.is_json_syntax),
    (Shape.TABLE, dynamodb_api.is_table),
    (Shape.CALL, cli_calls.is_call),
    (Shape.BATCH, dynamodb_api.is_batch),
    (Shape.ROWS, dynamodb_api.is_rows),
)


def _looks(document: Json) -> str:
    """What a document that is nothing known looks like."""
    if isinstance(document, dict):
        if "apiVersion" in document and "kind" in document:
            return (
                f"is a Kubernetes object ({document['kind']}), not a template; where one stands inside it, "
                "copy it into a file of its own"
            )
        if document.get("ddbplan") is not None:
            return "is a plan already"
        names = ", ".join(str(name) for name in list(document)[:5])
        return f"is of no kind that is known; at its top stand: {names}"
    if isinstance(document, list):
        return "is a list of values, and nothing says what table they belong to"
    return "holds no values" if document is None else "is a text, and none of the kinds that are known"
