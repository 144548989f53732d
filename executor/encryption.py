"""The key that encrypts a table, and what a key's alias or id stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from executor.caller import Caller, failed
from executor.engines import AWS, DYNAMODB_LOCAL
from executor.errors import CallError, error_code
from executor.schema import member
from executor.settings import ALREADY, Setting
from executor.updates import settle, update_table
from planner.settings.encryption import AWS_MANAGED, Encryption, keys_named, with_keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from executor.clients import Clients
    from executor.schema import Schema
    from executor.waiting import Table
    from planner.state import DesiredState

_ON = frozenset({"ENABLED", "ENABLING", "UPDATING"})


def set_encryption(caller: Caller, schema: Schema, table: Table) -> Setting:
    """Encrypt the table with the key of the schema.

    The same key again would be taken, cost one of the day's few changes and encrypt everything anew (K 082), so it is
    not sent.

    Raises:
        CallError: As calls fail.
    """
    wanted = member(schema, "SSESpecification")
    if is_encrypted(caller, table, wanted):
        return ALREADY
    update_table(caller, table, SSESpecification=wanted)
    return settle(caller, table["TableName"], "encryption", lambda now: is_encrypted(caller, now, wanted))


def is_encrypted(caller: Caller, table: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a table is encrypted as SSESpecification says.

    Raises:
        CallError: KMS could not be asked who manages the live key.
    """
    description = table.get("SSEDescription") or {}
    on = description.get("Status") in _ON
    if not wanted["Enabled"] or not on:
        return on is bool(wanted["Enabled"])
    arn, key = description.get("KMSMasterKeyArn", ""), wanted.get("KMSMasterKeyId")
    if key is not None:
        return bool(arn == key)
    return bool(Encryption().live({"Table": table, "Encryption": describe_manager(caller, arn)}) == AWS_MANAGED)


def describe_encryption(caller: Caller, table: Mapping[str, Any]) -> tuple[dict[str, str], bool]:
    """Who manages the key of an encrypted table: the account's default key for DynamoDB is AWS's.

    Raises:
        CallError: KMS could not be asked.
    """
    return describe_manager(caller, (table.get("SSEDescription") or {}).get("KMSMasterKeyArn", "")), True


def describe_manager(caller: Caller, arn: str) -> dict[str, str]:
    """Who manages a key: ``AWS`` or ``CUSTOMER``; empty where there is no key or an engine does not know it.

    Raises:
        CallError: KMS could not be asked.
    """
    if ":key/" not in arn:
        return {}
    found = _describe_key(caller, arn)
    return {} if found is None else {"KeyManager": str(found.get("KeyManager", "CUSTOMER"))}


def resolve_keys(clients: Clients, desired: DesiredState) -> DesiredState:
    """The plan with the ARN in place of each alias and id of a key.

    On an engine for development that does not know a key, its name stays as it is: such an engine shows it again.

    Raises:
        CallError: KeyMissing where there is no such key; others as KMS answers.
    """
    named = keys_named(desired)
    if not named or clients.engine == DYNAMODB_LOCAL:
        return desired
    caller = Caller(clients)
    found = {key: _describe_key(caller, key) for key in named}
    arns = {
        key: AWS_MANAGED if metadata.get("KeyManager") == "AWS" else str(metadata["Arn"])
        for key, metadata in found.items()
        if metadata is not None
    }
    return with_keys(desired, arns)


def _describe_key(caller: Caller, key: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = caller.ask("kms", "describe_key", KeyId=key)["KeyMetadata"]
    except ClientError as error:
        if caller.clients.engine != AWS:
            return None
        if error_code(error) == "NotFoundException":
            message = (
                f"There is no KMS key {key} in {caller.clients.region}. Check its name and the Region, or see which "
                "there are:\n  aws kms list-aliases"
            )
            raise CallError("KeyMissing", message) from error
        raise failed(error, caller.understand(error)) from error
    return found
