"""Call models of the functions that write."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from planner.function_base import COMMON_ERRORS, CREATE_ERRORS, TABLE_ERRORS, Expression, FunctionCall
from planner.function_shapes import (
    BulkSource,
    Fence,
    ImportSource,
    Item,
    KeyType,
    Marker,
    Source,
    TableName,
    check_operation,
)
from planner.function_tables import Change, TableSchema

MAX_TRANSACTION_ITEMS = 100
MARKER_ITEMS = 2
"""The fence's ConditionCheck and the marker's Put: 98 operations are left."""


class CreateTableSimple(FunctionCall):
    """Create one on-demand table that has a key and nothing else, and wait until it is ACTIVE."""

    function = "create_table_simple"
    answer = '{"tables": {NAME: {"created", "table_id", "arn", "unsupported"}}, "unsupported": [...]}'
    errors = COMMON_ERRORS | CREATE_ERRORS
    examples = (
        {"table_name": "shop_carts", "partition_key": "cart_id", "database_name": "shop"},
        {
            "table_name": "bank_postings",
            "partition_key": "account_id",
            "sort_key": "posted_on",
            "key_types": {"posted_on": "N"},
            "database_name": "bank",
        },
    )

    table_name: TableName
    partition_key: str = Field(min_length=1, max_length=255, description="Name of the partition key attribute.")
    sort_key: str | None = Field(default=None, min_length=1, max_length=255, description="Name of the sort key.")
    key_types: dict[str, KeyType] = Field(default_factory=dict, description="N or B by attribute; S needs no entry.")
    database_name: str = Field(min_length=1, description="The owner's label, kept as a tag.")


class CreateTableAdvanced(FunctionCall):
    """Create one table with indexes and settings; or, with ``change``, make exactly one change of an existing table.

    A change re-reads the table first: what is already so is success with ``already`` true.
    """

    function = "create_table_advanced"
    answer = (
        'creating: {"tables": {NAME: {"created", "table_id", "arn", "unsupported"}}, "unsupported": [...]}; '
        'changing: {"already": bool, "unsupported": [...]}'
    )
    errors = (
        COMMON_ERRORS
        | CREATE_ERRORS
        | {
            "TableMissing": "The table to change does not exist.",
            "ClientTooOld": "The installed AWS client does not know the importer; the message names one that does.",
            "ImportFailed": "DynamoDB did not import all rows; the message says why.",
            "IndexDiffers": "An index of that name exists with another definition.",
            "InsightsFailed": "CloudWatch could not turn Contributor Insights on; the message says why.",
            "KinesisFailed": "The stream does not take the changes; the message says why.",
            "ReplicaFailed": "DynamoDB could not make the replica; the message says why.",
            "ReplicaMissing": "The table has no replica in that Region.",
            "ChangeImpossible": "The table's present state does not allow the change in place.",
            "TryLater": "A window of the service's own is closed; the message says until when.",
        }
    )
    examples = (
        {
            "table_schema": {
                "TableName": "bank_accounts",
                "KeySchema": [{"AttributeName": "account_id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "account_id", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
                "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires_at"},
            },
            "database_name": "bank",
            "change": {"kind": "time_to_live"},
        },
    )

    table_schema: TableSchema
    database_name: str = Field(min_length=1, description="The owner's label, kept as a tag.")
    change: Change | None = Field(default=None, description="The one change; leave out to create the table.")
    import_from: ImportSource | None = Field(
        default=None,
        description="Rows in S3: DynamoDB makes the table and imports them; settings that it cannot carry stay out.",
    )
    client_token: str | None = Field(
        default=None, min_length=1, max_length=64, description="Of the import: the same for every try of it."
    )


class CreateMultipleTables(FunctionCall):
    """Create several tables in parallel, and wait until each is ACTIVE with its settings made."""

    function = "create_multiple_tables"
    answer = '{"tables": {NAME: {"created", "table_id", "arn", "unsupported"} or {"error_code", "message"}}, ...}'
    errors = (
        COMMON_ERRORS | CREATE_ERRORS | {"SomeFailed": "Some tables were made and some were not; the value says which."}
    )
    examples = (
        {
            "table_schemas": [
                {
                    "TableName": name,
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "BillingMode": "PAY_PER_REQUEST",
                }
                for name in ("shop_products", "shop_orders")
            ],
            "database_name": "shop",
        },
    )

    table_schemas: list[TableSchema] = Field(min_length=1)
    database_name: str = Field(min_length=1, description="The owner's label, kept as a tag.")


class ExecuteTransaction(FunctionCall):
    """Run one atomic transaction; with a marker exactly once ever, without one it is not recorded."""

    function = "execute_transaction"
    answer = '{"recorded": bool, "already": bool}; after ConditionFailed {"operation", "condition", "table", "key"}'
    errors = (
        COMMON_ERRORS
        | TABLE_ERRORS
        | {
            "ConditionFailed": "An operation's condition does not hold; nothing was changed.",
            "InvalidOperation": "DynamoDB refuses an operation; nothing was changed.",
            "TransactionChanged": "The marker records another content under this name.",
            "TokenReused": "The token was used for another request within ten minutes.",
            "LockLost": "Another run holds the lock; nothing was changed.",
            "TransactionConflict": "Other writers kept touching the same items; nothing was changed.",
            "OutcomeUnknown": "No answer came; the marker decides at the next run.",
        }
    )
    examples = (
        {
            "transaction_items": [
                {
                    "Update": {
                        "TableName": "bank_accounts",
                        "Key": {"account_id": {"S": "acc-001"}},
                        "UpdateExpression": "SET balance = balance - :amount",
                        "ConditionExpression": "balance >= :amount",
                        "ExpressionAttributeValues": {":amount": {"N": "100"}},
                    },
                },
            ],
            "client_request_token": "b7f0c1d2-transfer-001",
        },
    )

    transaction_items: list[dict[Literal["Put", "Update", "Delete", "ConditionCheck"], dict[str, Any]]] = Field(
        min_length=1,
        max_length=MAX_TRANSACTION_ITEMS,
        description="Members of TransactItems in DynamoDB's own shape.",
    )
    client_request_token: str = Field(min_length=1, max_length=36, description="The same for every retry of a run.")
    marker: Marker | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for place, member in enumerate(self.transaction_items):
            if len(member) != 1:
                raise ValueError(f"transaction_items[{place}] must hold exactly one operation")
            ((kind, operation),) = member.items()
            check_operation(operation, f"transaction_items[{place}].{kind}")
        if self.marker and len(self.transaction_items) > MAX_TRANSACTION_ITEMS - MARKER_ITEMS:
            raise ValueError("with a marker a transaction holds at most 98 operations")
        return self


class PutItem(FunctionCall):
    """Put one item, replacing one with the same key unless a condition forbids it."""

    function = "put_item"
    answer = '{"written": bool, "kept": bool}; kept with ok false where the condition refused'
    errors = (
        COMMON_ERRORS | TABLE_ERRORS | {"ConditionalCheckFailed": "The condition does not hold; nothing was changed."}
    )
    examples = (
        {
            "table_name": "bank_accounts",
            "item": {"account_id": {"S": "acc-001"}, "balance": {"N": "1000"}},
            "condition_expression": "attribute_not_exists(account_id)",
        },
    )

    table_name: TableName
    item: Item
    condition_expression: Expression | None = None
    expression_attribute_names: dict[str, str] | None = Field(default=None, min_length=1)
    expression_attribute_values: Item | None = Field(default=None, min_length=1)


class BatchWriteItems(FunctionCall):
    """Write many items in bulk: over whatever is there, or each only where no item with its key exists."""

    function = "batch_write_items"
    answer = '{"written": int, "kept": int, "conflicts": [key, ...]}; from S3 {"processed", "failed", "operation"}'
    errors = (
        COMMON_ERRORS
        | TABLE_ERRORS
        | {
            "ItemsExist": "With on_conflict fail: items with other content exist; the value lists keys.",
            "InvalidOperation": "DynamoDB refuses an item of a fenced write.",
            "LockLost": "Another run holds the lock of the fence; nothing more was written.",
            "TransactionConflict": "Other writers kept touching the same items of a fenced write.",
            "WorkersFailed": "The processes that were to write kept ending by themselves.",
            "BulkFailed": "DynamoDB did not write all rows from S3; the message says why.",
            "ClientTooOld": "The installed AWS client does not know the importer; the message names one that does.",
            "SourceChanged": "The source file is not the one that was asked for.",
            "SourceUnreadable": "The source file can't be read.",
        }
    )
    examples = (
        {
            "table_name": "shop_products",
            "items": [{"product_id": {"S": "p-1"}}, {"product_id": {"S": "p-2"}}],
            "condition": "absent",
        },
    )

    table_name: TableName
    items: list[Item] | None = None
    source: Source | BulkSource | None = None
    condition: Literal["none", "absent"] = "absent"
    on_conflict: Literal["keep", "fail"] = "keep"
    key_names: list[str] | None = Field(
        default=None,
        min_length=1,
        max_length=2,
        description="The table's key attributes, partition first; read from the table where left out.",
    )
    fence: Fence | None = Field(
        default=None,
        description="With condition none: each write is a transaction that goes through only under this lock.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.items is None) == (self.source is None):
            raise ValueError("give either items or source")
        if self.fence is not None and self.condition != "none":
            raise ValueError("fence goes with condition none only")
        return self
