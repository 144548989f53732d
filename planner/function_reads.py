"""Call models of the functions that read."""

from typing import Literal

from pydantic import Field

from planner.function_base import COMMON_ERRORS, TABLE_ERRORS, Expression, FunctionCall
from planner.function_shapes import Aspect, Item, TableName

DEFAULT_ASPECTS: tuple[Aspect, ...] = ("table", "time_to_live", "point_in_time_recovery", "tags")


class _Read(FunctionCall):
    table_name: TableName
    index_name: str | None = Field(default=None, description="The index to read instead of the table.")
    filter_expression: Expression | None = None
    projection_expression: Expression | None = None
    expression_attribute_names: dict[str, str] | None = Field(default=None, min_length=1)
    expression_attribute_values: Item | None = Field(default=None, min_length=1)
    consistent_read: bool = False
    limit: int | None = Field(default=None, ge=1, description="At most this many items in all; pages are followed.")
    select: Literal["ITEMS", "COUNT"] = Field(default="ITEMS", description="COUNT counts without returning items.")


class QueryTable(_Read):
    """Read one partition of a table or index, all pages to the end."""

    function = "query_table"
    answer = '{"items": [...], "count": int, "scanned": int, "pages": int}'
    errors = COMMON_ERRORS | TABLE_ERRORS
    examples = (
        {
            "table_name": "bank_postings",
            "key_condition_expression": "account_id = :account",
            "expression_attribute_values": {":account": {"S": "acc-001"}},
            "scan_index_forward": False,
            "limit": 20,
        },
    )

    key_condition_expression: Expression
    scan_index_forward: bool = Field(default=True, description="False reads in descending order of the sort key.")


class ScanTable(_Read):
    """Read a whole table or index, all pages to the end, in parallel segments where asked."""

    function = "scan_table"
    answer = '{"items": [...], "count": int, "scanned": int, "pages": int}'
    errors = COMMON_ERRORS | TABLE_ERRORS
    examples = ({"table_name": "shop_products", "total_segments": 4},)

    total_segments: int = Field(default=1, ge=1, le=1000, description="Segments that are read in parallel.")


class GetTableInfo(FunctionCall):
    """Read what describes a table; a table that does not exist is a null value and no error."""

    function = "get_table_info"
    answer = '{"Table", "TimeToLive", "ContinuousBackups", "Tags", ..., "Unsupported": [aspect, ...]} or null'
    errors = COMMON_ERRORS
    examples = ({"table_name": "bank_accounts", "aspects": ["table", "time_to_live", "tags"]},)

    table_name: TableName
    aspects: list[Aspect] = Field(
        default_factory=lambda: list(DEFAULT_ASPECTS),
        description="What to read; table is always read.",
    )


class ListAllTables(FunctionCall):
    """Names of all tables of the account and Region, all pages to the end."""

    function = "list_all_tables"
    answer = '{"tables": [name, ...]}'
    errors = COMMON_ERRORS
    examples = ({"prefix": "bank_"}, {})

    prefix: str = Field(default="", description="Only names that start with this.")


class ValidateCredentials(FunctionCall):
    """Who am I, where, and may I: asked before anything else."""

    function = "validate_credentials"
    answer = '{"account", "arn", "region", "endpoint", "engine", "identified", "may_list"}'
    errors = COMMON_ERRORS
    examples = ({},)
