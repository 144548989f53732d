"""Call models of the eleven functions: what each takes, what it answers, which errors it can answer with.

From these come the check of every call's arguments, the JSON Schema and the tool definitions
(``planner.function_tools``). Names that need no pydantic are in ``planner.function_names``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from planner.function_base import FunctionCall
from planner.function_names import FUNCTION_NAMES, READING_FUNCTIONS


class _Models(Mapping[str, type[FunctionCall]]):
    """The models by their functions' names, in the functions' order; what only reads loads none of what writes."""

    def __getitem__(self, name: str) -> type[FunctionCall]:
        if name not in FUNCTION_NAMES:
            raise KeyError(name)
        home = "planner.function_reads" if name in READING_FUNCTIONS else "planner.function_writes"
        model: type[FunctionCall] = getattr(import_module(home), name.title().replace("_", ""))
        return model

    def __iter__(self) -> Iterator[str]:
        return iter(FUNCTION_NAMES)

    def __len__(self) -> int:
        return len(FUNCTION_NAMES)


CALL_MODELS: Mapping[str, type[FunctionCall]] = _Models()
