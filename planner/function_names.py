"""Names of the eleven functions, importable at no cost: the models of their calls need pydantic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")

WRITING_FUNCTIONS = (
    "create_table_simple",
    "create_table_advanced",
    "create_multiple_tables",
    "execute_transaction",
    "put_item",
    "batch_write_items",
)
READING_FUNCTIONS = (
    "query_table",
    "scan_table",
    "get_table_info",
    "list_all_tables",
    "validate_credentials",
)
FUNCTION_NAMES = WRITING_FUNCTIONS + READING_FUNCTIONS
"""Everything that a step can call. None of them deletes a table."""


class ByFunction(Mapping[str, T], Generic[T]):
    """Something of each function by its name, in their order, loaded when it is first asked for.

    Args:
        load: Brings it for one of the names.
    """

    def __init__(self, load: Callable[[str], T]) -> None:
        self._load = load

    def __getitem__(self, name: str) -> T:
        if name not in FUNCTION_NAMES:
            raise KeyError(name)
        return self._load(name)

    def __iter__(self) -> Iterator[str]:
        return iter(FUNCTION_NAMES)

    def __len__(self) -> int:
        return len(FUNCTION_NAMES)
