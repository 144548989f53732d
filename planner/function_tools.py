"""The eleven functions as JSON Schema and as tool definitions.

Source of the tool shape: Anthropic's Messages API, ``tools`` (name, description, input_schema).
"""

from __future__ import annotations

import json
from typing import Any

from planner.function_base import FunctionCall
from planner.functions import CALL_MODELS


def input_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one function's arguments.

    Raises:
        KeyError: No such function.
    """
    schema = CALL_MODELS[name].model_json_schema()
    schema.pop("title", None)
    schema.pop("description", None)
    schema.setdefault("required", [])
    schema["additionalProperties"] = False
    return schema


def tool_definition(name: str) -> dict[str, Any]:
    """One function as a tool: name, description with answer, examples and errors, and input schema.

    Raises:
        KeyError: No such function.
    """
    model = CALL_MODELS[name]
    return {"name": name, "description": _description(model), "input_schema": input_schema(name)}


def tool_definitions() -> list[dict[str, Any]]:
    """All eleven, in the order of the registry."""
    return [tool_definition(name) for name in CALL_MODELS]


def summary(name: str) -> str:
    """What a function does, in its first sentence.

    Raises:
        KeyError: No such function.
    """
    return _docstring(CALL_MODELS[name]).split("\n")[0]


def _docstring(model: type[FunctionCall]) -> str:
    text = model.__doc__
    if text is None:
        raise ValueError(f"{model.__name__} has no docstring. This is a bug in ddbplan.")
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _description(model: type[FunctionCall]) -> str:
    required = [name for name, field in model.model_fields.items() if field.is_required()]
    lines = [_docstring(model), "", f"Required: {', '.join(required) or 'nothing'}.", f"Answers with {model.answer}."]
    lines += ["", "Examples:", *(json.dumps(example) for example in model.examples)]
    lines += ["", "Errors:", *(f"- {code}: {meaning}" for code, meaning in model.errors.items())]
    return "\n".join(lines)
