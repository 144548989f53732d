"""What other services than DynamoDB take part in a plan, and what each of them checks.

Sources: DynamoDB's guide, "Using service-linked roles", "Encryption at rest: usage notes", "IAM and Kinesis Data
Streams for DynamoDB", "DynamoDB global tables security"; Application Auto Scaling's guide, "Required permissions".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from planner.permissions.grants import ANY, Condition, Grant, Place, Section, all_of
from planner.settings.autoscaling import AutoScaling
from planner.settings.billing import PROVISIONED, Billing, Capacity
from planner.settings.contributor_insights import ContributorInsights
from planner.settings.encryption import AWS_MANAGED, Encryption, is_key, is_key_arn
from planner.settings.kinesis import Kinesis
from planner.settings.replica_values import OWN, declared, regions_of
from planner.settings.replicas import Replicas
from planner.settings.units import OFF, SIDES, is_range

if TYPE_CHECKING:
    from planner.plan import Table
    from planner.values import Json

_USE_OF_KEY = "kms:Decrypt kms:DescribeKey kms:Encrypt kms:GenerateDataKey* kms:ReEncryptFrom kms:ReEncryptTo"
_DEFAULT_KEY = "alias/aws/dynamodb"
_OF_REPLICAS = "CreateTable CreateTableReplica Scan Query GetItem PutItem UpdateItem DeleteItem BatchWriteItem"
"""Whoever makes a replica needs them in its Region: DynamoDB copies the items in that person's name."""
_ROLES = {
    # The service that acts, and its role.
    AutoScaling.name: (
        "dynamodb.application-autoscaling.amazonaws.com",
        "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
    ),
    ContributorInsights.name: (
        "contributorinsights.dynamodb.amazonaws.com",
        "AWSServiceRoleForDynamoDBCloudWatchContributorInsights",
    ),
    Kinesis.name: (
        "kinesisreplication.dynamodb.amazonaws.com",
        "AWSServiceRoleForDynamoDBKinesisDataStreamsReplication",
    ),
    Replicas.name: ("replication.dynamodb.amazonaws.com", "AWSServiceRoleForDynamoDBReplication"),
}


def reading(tables: Iterable[Table], place: Place) -> Iterator[Grant]:
    """What a diff asks of other services."""
    own = [table for table in tables if not table.external]
    if own:
        # Also of an on-demand table that the ledger does not record yet: it may have been provisioned before.
        actions = "DescribeScalableTargets DescribeScalingPolicies"
        yield from all_of(Section.AUTOSCALING, _in("application-autoscaling", actions), ANY)
    for table in own:
        yield from _names_of_keys(table, place)
        yield from _reading_replicas(table, place)


def changing(tables: Iterable[Table], place: Place) -> Iterator[Grant]:
    """What an apply asks of them beside that."""
    own = [table for table in tables if not table.external]
    for table in own:
        yield from _autoscaling(table, place)
        yield from _kinesis(table.settings.get(Kinesis.name, OFF))
        yield from _making_replicas(table, place)
    yield from using_keys(own, place, making=True)
    for name, (service, role) in _ROLES.items():
        if any(_uses(table, name) for table in own):
            condition: Condition = (("StringEquals", "iam:AWSServiceName", (service,)),)
            yield from all_of(Section.ROLES, "iam:CreateServiceLinkedRole", place.role(service, role), condition)


def using_keys(tables: Iterable[Table], place: Place, *, making: bool) -> Iterator[Grant]:
    """The keys of one's own that encrypt the tables: whoever reads or writes an item uses them, through DynamoDB.

    AWS's own keys let every principal of the account in by their own policy.
    """
    for table in tables:
        key = table.settings.get(Encryption.name)
        if key is None or not is_key(key) or key == _DEFAULT_KEY:
            continue
        through: Condition = (("StringEquals", "kms:ViaService", (f"dynamodb.{place.region}.amazonaws.com",)),)
        resource, named = _key(str(key), place)
        actions = f"{_USE_OF_KEY} kms:CreateGrant" if making else _USE_OF_KEY
        yield from all_of(Section.KEYS, actions, resource, (*through, *named))


def _in(service: str, actions: str) -> str:
    return " ".join(f"{service}:{action}" for action in actions.split())


def _key(key: str, place: Place) -> tuple[str, Condition]:
    """The resource that names a key, and what an alias needs beside it: KMS authorizes keys, never aliases."""
    if is_key_arn(key):
        return key, ()
    name = key.rpartition(":")[2] if key.startswith("arn:") else key
    if name.startswith("alias/"):
        return place.arn("kms", "key/*"), (("ForAnyValue:StringEquals", "kms:ResourceAliases", (name,)),)
    return place.arn("kms", f"key/{name}"), ()


def _names_of_keys(table: Table, place: Place) -> Iterator[Grant]:
    """KMS says what an alias stands for, and who manages the key of a live table."""
    key = table.settings.get(Encryption.name)
    if key == AWS_MANAGED:
        key = _DEFAULT_KEY
    if key is not None and is_key(key):
        resource, named = _key(str(key), place)
        yield from all_of(Section.KEY_NAMES, "kms:DescribeKey", resource, named)


def _scaled(table: Table) -> list[str]:
    """Resources of Application Auto Scaling that have a range of units."""
    if table.settings.get(Billing.name) != PROVISIONED:
        return []
    inherited = table.settings.get(Capacity.name)
    parts = {f"table/{table.name}": inherited}
    for name, index in table.global_indexes.items():
        parts[f"table/{table.name}/index/{name}"] = index.settings.get(Capacity.name, inherited)
    return [part for part, capacity in parts.items() if _has_range(capacity)]


def _has_range(capacity: Json) -> bool:
    return isinstance(capacity, Mapping) and any(is_range(capacity.get(side)) for side in SIDES)


def _autoscaling(table: Table, place: Place) -> Iterator[Grant]:
    if table.settings.get(Billing.name) != PROVISIONED:
        return
    # Its resources have ids of their own, so that only the service can be named.
    ours: Condition = (("StringEquals", "application-autoscaling:service-namespace", ("dynamodb",)),)
    targets = place.arn("application-autoscaling", "scalable-target/*")
    if not _scaled(table):
        # A range that the plan gave up ends.
        yield from all_of(
            Section.AUTOSCALING, _in("application-autoscaling", "DeregisterScalableTarget"), targets, ours
        )
        return
    actions = "RegisterScalableTarget DeregisterScalableTarget PutScalingPolicy"
    yield from all_of(Section.AUTOSCALING, _in("application-autoscaling", actions), targets, ours)
    alarms = place.arn("cloudwatch", f"alarm:TargetTracking-table/{table.name}*")
    yield from all_of(Section.ALARMS, _in("cloudwatch", "PutMetricAlarm DescribeAlarms DeleteAlarms"), alarms)


def _kinesis(value: Json) -> Iterator[Grant]:
    if value == OFF:
        return
    yield from all_of(Section.STREAMS, "kinesis:DescribeStream kinesis:PutRecords", value["stream_arn"])
    yield from all_of(Section.STREAMS, "kinesis:ListStreams", ANY)


def _regions(table: Table) -> list[str]:
    value = table.settings.get(Replicas.name, OFF)
    return [] if value == OFF else sorted(regions_of(value))


def _reading_replicas(table: Table, place: Place) -> Iterator[Grant]:
    """Once one replica declares settings of its own, all of them are asked for theirs."""
    if not declared(table.settings.get(Replicas.name, OFF), OWN):
        return
    for region in _regions(table):
        arn = place.in_region(region).table(table.name)
        yield from all_of(Section.TABLES, "DescribeTable DescribeContinuousBackups ListTagsOfResource", arn)


def _making_replicas(table: Table, place: Place) -> Iterator[Grant]:
    value = table.settings.get(Replicas.name, OFF)
    for region in _regions(table):
        arn = place.in_region(region).table(table.name)
        yield from all_of(Section.REPLICAS, _OF_REPLICAS, arn)
        own = regions_of(value)[region]
        for name, actions in (
            ("point_in_time_recovery", "UpdateContinuousBackups"),
            ("deletion_protection", "UpdateTable"),
            ("tags", "TagResource UntagResource"),
        ):
            if name in own:
                yield from all_of(Section.REPLICAS, actions, arn)


def _uses(table: Table, name: str) -> bool:
    match name:
        case AutoScaling.name:
            return bool(_scaled(table))
        case ContributorInsights.name:
            parts = [table.settings, *(index.settings for index in table.global_indexes.values())]
            return any(settings.get(name, OFF) != OFF for settings in parts)
        case _:
            return bool(table.settings.get(name, OFF) != OFF)
