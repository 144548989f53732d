"""Call models of the eleven functions: what each takes, what it answers, which errors it can answer with.

From these come the check of every call's arguments, the JSON Schema and the tool definitions
(``planner.function_tools``). Names that need no pydantic are in ``planner.function_names``.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from planner.function_base import FunctionCall
from planner.function_names import READING_FUNCTIONS, ByFunction


def _model(name: str) -> type[FunctionCall]:
    home = "planner.function_reads" if name in READING_FUNCTIONS else "planner.function_writes"
    model: type[FunctionCall] = getattr(import_module(home), name.title().replace("_", ""))
    return model


CALL_MODELS: Mapping[str, type[FunctionCall]] = ByFunction(_model)
"""The models by their functions' names; what only reads loads none of what writes."""
