"""The plan's format in few words, made from the same JSON Schema that editors use."""

from __future__ import annotations

from planner.schema import plan_schema
from planner.values import Json

_OVERLAY = "_overlay"
_DEFINITION = "#/$defs/"


def as_text() -> str:
    """Every record of a plan: its keys, what each holds, and which are required (marked ``*``)."""
    schema = plan_schema()
    lines = _record("plan", schema)
    for name, record in schema["$defs"].items():
        if not name.endswith(_OVERLAY):
            lines += ["", *_record(name, record)]
    return "\n".join(lines)


def _record(name: str, schema: Json) -> list[str]:
    required = set(schema.get("required", ()))
    limits = [_limit(part) for part in (*schema.get("oneOf", ()), *schema.get("anyOf", ()))]
    heading = f"{name}:" if not any(limits) else f"{name}: (exactly one of {', '.join(filter(None, limits))})"
    return [
        heading,
        *(
            f"  {key}{'*' if key in required else ''}: {_type(part)}. {part.get('description', '')}".rstrip(". ") + "."
            for key, part in schema["properties"].items()
        ),
    ]


def _limit(part: Json) -> str:
    return ", ".join(part.get("required", ()))


def _type(schema: Json) -> str:  # noqa: PLR0911 - one case for each form of schema
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_DEFINITION).removesuffix(_OVERLAY)
    if "anyOf" in schema or "oneOf" in schema:
        return " | ".join(dict.fromkeys(_type(part) for part in schema.get("anyOf") or schema["oneOf"]))
    if "const" in schema:
        return _word(schema["const"])
    if "enum" in schema:
        return " | ".join(_word(word) for word in schema["enum"] if not (word is False and "off" in schema["enum"]))
    match schema.get("type"):
        case "array":
            return f"list of {_type(schema.get('items', {}))}{_bounds(schema, 'minItems', 'maxItems')}"
        case "object":
            return _mapping(schema)
        case "integer":
            return f"integer{_bounds(schema, 'minimum', 'maximum')}"
        case "string":
            return "text"
        case "boolean":
            return "true | false"
        case _:
            return "any value"


def _mapping(schema: Json) -> str:
    extra = schema.get("additionalProperties")
    if isinstance(extra, dict) and extra:
        return f"mapping of name to {_type(extra)}"
    if "properties" in schema:
        return "{" + ", ".join(f"{key}: {_type(part)}" for key, part in schema["properties"].items()) + "}"
    return "mapping"


def _bounds(schema: Json, low: str, high: str) -> str:
    least, most = schema.get(low), schema.get(high)
    largest_exact = 2**53 - 1
    if most is None or most == largest_exact:
        return "" if least in {None, 0} else f" from {least}"
    return f" {least or 0}..{most}"


def _word(word: Json) -> str:
    return (
        {True: "true", False: "false", None: "null"}.get(word, str(word))
        if not isinstance(word, int) or isinstance(word, bool)
        else str(word)
    )
