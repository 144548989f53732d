"""Names of the eleven functions, importable at no cost: the models of their calls need pydantic."""

from __future__ import annotations

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
