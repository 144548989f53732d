"""The limits of a JSON Schema that an answer is to keep to."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fakes.claude.blocks import Json
from tests.fakes.claude.refusal import RefusedError

MAX_OPTIONAL = 24
MAX_UNIONS = 16


def check_schema(schema: Json) -> None:
    """Refuse a schema that leaves an object open or has too many optional or union parameters.

    Raises:
        RefusedError: With the service's reason.
    """
    optional = unions = 0
    for part in _parts(schema):
        if part.get("type") == "object":
            if part.get("additionalProperties") is not False:
                raise RefusedError(
                    "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to "
                    "false"
                )
            optional += len(set(part.get("properties", {})) - set(part.get("required", [])))
        unions += "anyOf" in part or isinstance(part.get("type"), list)
    for name, found, most in (("optional parameters", optional, MAX_OPTIONAL), ("unions", unions, MAX_UNIONS)):
        if found > most:
            raise RefusedError(
                f"Schemas contains too many {name} ({found}), which would make grammar compilation inefficient."
            )


def _parts(schema: Json) -> Iterator[Json]:
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    for part in (schema.get("items"), *inner):
        if isinstance(part, dict):
            yield from _parts(part)
