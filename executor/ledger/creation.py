"""Makes the ledger's table: idempotent, whoever else makes it at the same time and wherever an attempt broke off."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from executor.errors import CLIENT_ERRORS, is_table_exists, is_table_missing, is_unsupported, understand
from executor.identity import now_text
from executor.ledger import entries
from executor.ledger.errors import LedgerCallError, LedgerMissingError, not_a_ledger
from executor.ledger.guard import check_place
from executor.ledger.reader import LedgerReader
from executor.ledger.sending import ConditionRefusedError, failure, is_transient, patiently
from executor.ledger.values import LedgerIdentity
from executor.waiting import with_identity
from planner.settings.tags import LEDGER_TAG
from planner.state import LEDGER_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_dynamodb.client import DynamoDBClient

ACTIVE_PATIENCE = 300.0
_SETTLING_PATIENCE = 120.0
"""Backups and tags answer "not found" or "being enabled" for some seconds after a table is ACTIVE."""
_PAUSE = 0.5
_KEYS = (
    {"AttributeName": entries.PARTITION_KEY, "KeyType": "HASH"},
    {"AttributeName": entries.SORT_KEY, "KeyType": "RANGE"},
)


def ensure_ledger(client: DynamoDBClient, table_name: str, *, account: str, region: str) -> LedgerIdentity:
    """Make the ledger unless it is there, and say which it is.

    The ledger's own entry is written last: while it is missing, the next call does every part again. Its id is the
    table's TableId, so that two who make it at once agree.

    Raises:
        WrongLedgerError: The table is not a ledger, or one of another account or Region.
        LedgerCallError: DynamoDB refused.
    """
    reader = LedgerReader(client, table_name)
    try:
        identity = reader.identity()
    except LedgerMissingError:
        _create(client, table_name)
        identity = None
    if identity is None:
        identity = _furnish(client, reader, account=account, region=region)
    check_place(identity, account=account, region=region)
    return identity


def _create(client: DynamoDBClient, table_name: str) -> None:
    """Ask for the table; that it is being made already is as good."""

    def create() -> None:
        try:
            client.create_table(
                TableName=table_name,
                KeySchema=list(_KEYS),  # type: ignore[arg-type] # the stubs want their own typed dict
                AttributeDefinitions=[
                    {"AttributeName": entries.PARTITION_KEY, "AttributeType": "S"},
                    {"AttributeName": entries.SORT_KEY, "AttributeType": "S"},
                ],
                BillingMode="PAY_PER_REQUEST",
                DeletionProtectionEnabled=True,
            )
        except CLIENT_ERRORS as error:
            if not (is_table_exists(error) or understand(error).code == "ResourceInUseException"):
                raise

    patiently(create)


def _furnish(client: DynamoDBClient, reader: LedgerReader, *, account: str, region: str) -> LedgerIdentity:
    table = _wait_until_active(client, reader.table_name)
    if [dict(part) for part in table["KeySchema"]] != list(_KEYS):
        raise not_a_ledger(reader.table_name)
    identity = LedgerIdentity(ledger_id=table["TableId"], account=account, region=region, version=LEDGER_VERSION)
    _protect(client, reader.table_name, table, identity)
    item = entries.encode_identity(identity, now_text())
    try:
        patiently(
            lambda: client.put_item(
                TableName=reader.table_name,
                Item=item,
                ConditionExpression="attribute_not_exists(#entry)",
                ExpressionAttributeNames={"#entry": entries.SORT_KEY},
            ),
        )
    except ConditionRefusedError:
        return reader.identity() or identity  # another run, or an attempt of ours whose answer was lost
    return identity


def _wait_until_active(client: DynamoDBClient, table_name: str) -> Mapping[str, Any]:
    deadline = time.monotonic() + ACTIVE_PATIENCE
    while time.monotonic() < deadline:
        try:
            table: dict[str, Any] = patiently(lambda: client.describe_table(TableName=table_name))["Table"]
        except LedgerMissingError:
            table = {}  # DescribeTable is eventually consistent after CreateTable
        if table.get("TableStatus") == "ACTIVE":
            return with_identity(table)
        time.sleep(_PAUSE)
    raise LedgerCallError(
        f"The ledger's table {table_name!r} did not become ACTIVE within {ACTIVE_PATIENCE:.0f} s. "
        "Run the same apply again.",
        "NotActive",
    )


def _protect(client: DynamoDBClient, table_name: str, table: Mapping[str, Any], identity: LedgerIdentity) -> None:
    """Point-in-time recovery and the mark, where the engine has them."""
    _where_supported(
        lambda: client.update_continuous_backups(
            TableName=table_name,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        ),
    )
    mark: Any = [{"Key": LEDGER_TAG, "Value": identity.ledger_id}]
    _where_supported(lambda: client.tag_resource(ResourceArn=table["TableArn"], Tags=mark))


def _where_supported(call: Callable[[], object]) -> None:
    deadline = time.monotonic() + _SETTLING_PATIENCE
    while True:
        try:
            call()
        except CLIENT_ERRORS as error:
            if is_unsupported(error):
                return
            settling = is_transient(error) or is_table_missing(error)
            if not settling or time.monotonic() > deadline:
                raise failure(error) from error
            time.sleep(_PAUSE)
        else:
            return
