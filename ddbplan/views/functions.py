"""The eleven functions, as a list for people, as JSON, or as tool definitions."""

from __future__ import annotations

from typing import Any

from ddbplan.views.hints import write_next
from ddbplan.views.output import Output, Span, stdout


def write_functions(form: str) -> None:
    """Write the registry in one of the forms ``text``, ``json``, ``anthropic``."""
    from planner import function_tools, functions  # noqa: PLC0415 - the models bring pydantic

    out = stdout()
    match form:
        case "anthropic":
            out.json(function_tools.tool_definitions())
        case "json":
            out.json({"version": 1, "functions": [_as_json(name) for name in functions.CALL_MODELS]})
        case _:
            _write_text(out)
            write_next("ddbplan functions --format json")


def _write_text(out: Output) -> None:
    from planner import function_names, function_tools, functions  # noqa: PLC0415 - as above

    for name in functions.CALL_MODELS:
        effect = "writes" if name in function_names.WRITING_FUNCTIONS else "reads"
        out.line(Span(name, "bold"), f"  {effect}")
        out.prose(function_tools.summary(name).replace("``", "`"), indent=4)


def _as_json(name: str) -> dict[str, Any]:
    from planner import function_names, function_tools, functions  # noqa: PLC0415 - as above

    model = functions.CALL_MODELS[name]
    return {
        "name": name,
        "writes": name in function_names.WRITING_FUNCTIONS,
        "description": function_tools.summary(name),
        "arguments": function_tools.input_schema(name),
        "answer": model.answer,
        "examples": list(model.examples),
        "errors": dict(model.errors),
    }
