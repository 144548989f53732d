"""Who may call what: an authorizer that knows the actions and resources of each call, as AWS checks them.

It shares nothing with the product. Sources: the service authorization reference of DynamoDB, Application Auto Scaling,
KMS and IAM; DynamoDB's guide for what is checked without a call of its own (tags and policies of CreateTable, members
of a transaction, service-linked roles, keys).
"""

from __future__ import annotations

import fnmatch
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

ACCOUNT = "000000000000"
REGION = "eu-west-1"
_TABLE_ACTIONS = frozenset(
    {
        *("DescribeTable", "UpdateTable", "DescribeTimeToLive", "UpdateTimeToLive", "DescribeContinuousBackups"),
        *("UpdateContinuousBackups", "DescribeContributorInsights", "UpdateContributorInsights"),
        *("DescribeKinesisStreamingDestination", "EnableKinesisStreamingDestination"),
        *("DisableKinesisStreamingDestination", "UpdateKinesisStreamingDestination"),
        *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchWriteItem"),
    },
)
_ARN_ACTIONS = frozenset(
    {"ListTagsOfResource", "TagResource", "UntagResource", "GetResourcePolicy", "PutResourcePolicy"}
    | {"DeleteResourcePolicy"}
)
_OF_INDEXES = frozenset({"Query", "Scan", "DescribeContributorInsights", "UpdateContributorInsights"})
_MEMBERS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_KEY_ACTIONS = ("Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "DescribeKey", "CreateGrant")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing that a call has to be allowed.

    Attributes:
        action: Such as ``dynamodb:PutItem``.
        resource: An ARN, or ``*``.
        context: Values of condition keys.
    """

    action: str
    resource: str
    context: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a call goes.

    Attributes:
        account: The AWS account.
        region: The Region.
        partition_keys: Name of the partition key of each table that is fenced by it.
    """

    account: str
    region: str
    partition_keys: Mapping[str, str]

    def arn(self, service: str, resource: str, region: str = "") -> str:
        """A resource of this account."""
        return f"arn:aws:{service}:{region or self.region}:{self.account}:{resource}"


def asked(  # noqa: PLR0911 - one case for each shape of a call
    operation: str, body: Mapping[str, Any], site: Site
) -> list[Asked]:
    """Everything that one call has to be allowed.

    Args:
        operation: Such as ``PutItem``.
        body: The request.
        site: Where it is sent.

    Raises:
        KeyError: Nothing is known of the operation, so that it can't be allowed by accident.
    """
    if operation == "GetCallerIdentity":
        return []  # always allowed
    if operation in {"ListTables", "DescribeLimits"}:
        return [Asked(action=f"dynamodb:{operation}", resource="*")]
    if operation == "CreateTable":
        return _creation(body, site)
    if operation == "TransactWriteItems":
        return [
            _on_item(_MEMBERS[kind], member, site) for entry in body["TransactItems"] for kind, member in entry.items()
        ]
    if operation == "BatchExecuteStatement":
        return [_insert(member["Statement"], site) for member in body["Statements"]]
    if operation in _TABLE_ACTIONS:
        return [_on_item(operation, body, site), *_unspoken(operation, body, site)]
    if operation in _ARN_ACTIONS:
        return [Asked(action=f"dynamodb:{operation}", resource=body["ResourceArn"])]
    return _BESIDE[operation](body, site)


def _creation(body: Mapping[str, Any], site: Site) -> list[Asked]:
    arn = site.arn("dynamodb", f"table/{body['TableName']}")
    actions = ["CreateTable"]
    actions += ["TagResource"] if body.get("Tags") else []
    actions += ["PutResourcePolicy"] if body.get("ResourcePolicy") else []
    return [*(Asked(action=f"dynamodb:{action}", resource=arn) for action in actions), *_keys(body, site)]


def _insert(statement: str, site: Site) -> Asked:
    """A statement of a batch; of PartiQL nothing but INSERT is known."""
    found = re.match(r'INSERT INTO "([^"]+)" ', statement)
    if found is None:
        raise KeyError(statement[:40])
    return Asked(action="dynamodb:PartiQLInsert", resource=site.arn("dynamodb", f"table/{found[1]}"))


def _on_item(action: str, body: Mapping[str, Any], site: Site) -> Asked:
    name = body["TableName"]
    index = body.get("IndexName") if action in _OF_INDEXES else None
    resource = f"table/{name}" if index is None else f"table/{name}/index/{index}"
    leading = _leading(body, site.partition_keys.get(name, ""))
    context = (("dynamodb:LeadingKeys", (leading,)),) if leading else ()
    return Asked(action=f"dynamodb:{action}", resource=site.arn("dynamodb", resource), context=context)


def _leading(body: Mapping[str, Any], attribute: str) -> str:
    """The value of the partition key that a call on items is about."""
    for place in ("Key", "Item"):
        if attribute in body.get(place, {}):
            return str(body[place][attribute]["S"])
    values = body.get("ExpressionAttributeValues", {})
    return str(values[":database"]["S"]) if attribute and ":database" in values else ""


def _unspoken(operation: str, body: Mapping[str, Any], site: Site) -> list[Asked]:
    """What AWS checks beside the action itself."""
    match operation:
        case "UpdateTable":
            return [*_keys(body, site), *_replicas(body, site)]
        case "UpdateContributorInsights" if body["ContributorInsightsAction"] == "ENABLE":
            return [_role(site, "contributorinsights.dynamodb", "DynamoDBCloudWatchContributorInsights")]
        case "EnableKinesisStreamingDestination":
            stream = [
                Asked(action=f"kinesis:{action}", resource=body["StreamArn"])
                for action in ("DescribeStream", "PutRecords")
            ]
            role = _role(site, "kinesisreplication.dynamodb", "DynamoDBKinesisDataStreamsReplication")
            return [*stream, Asked(action="kinesis:ListStreams", resource="*"), role]
        case _:
            return []


def _keys(body: Mapping[str, Any], site: Site) -> list[Asked]:
    key = (body.get("SSESpecification") or {}).get("KMSMasterKeyId")
    if key is None:
        return []
    context = (("kms:ViaService", (f"dynamodb.{site.region}.amazonaws.com",)), ("kms:ResourceAliases", ("alias/shop",)))
    return [Asked(action=f"kms:{action}", resource=key, context=context) for action in _KEY_ACTIONS]


def _replicas(body: Mapping[str, Any], site: Site) -> list[Asked]:
    found: list[Asked] = []
    for update in body.get("ReplicaUpdates") or ():
        if "Create" in update:
            arn = site.arn("dynamodb", f"table/{body['TableName']}", update["Create"]["RegionName"])
            actions = ("CreateTable", "CreateTableReplica", "Scan", "Query", "UpdateItem", "PutItem", "GetItem")
            found += [Asked(action=f"dynamodb:{a}", resource=arn) for a in (*actions, "DeleteItem", "BatchWriteItem")]
            found.append(_role(site, "replication.dynamodb", "DynamoDBReplication"))
    return found


def _role(site: Site, service: str, name: str) -> Asked:
    full = f"{service}.amazonaws.com"
    return Asked(
        action="iam:CreateServiceLinkedRole",
        resource=f"arn:aws:iam::{site.account}:role/aws-service-role/{full}/AWSServiceRoleFor{name}",
        context=(("iam:AWSServiceName", (full,)),),
    )


def _target(action: str) -> Callable[[Mapping[str, Any], Site], list[Asked]]:
    def found(body: Mapping[str, Any], site: Site) -> list[Asked]:
        context = (("application-autoscaling:service-namespace", (body["ServiceNamespace"],)),)
        target = site.arn("application-autoscaling", "scalable-target/1a2b3c")
        needed = [Asked(action=f"application-autoscaling:{action}", resource=target, context=context)]
        if action == "RegisterScalableTarget":
            name = body["ResourceId"].split("/")[1]
            table = site.arn("dynamodb", f"table/{name}")
            needed += [Asked(action=f"dynamodb:{a}", resource=table) for a in ("DescribeTable", "UpdateTable")]
            needed.append(_role(site, "dynamodb.application-autoscaling", "ApplicationAutoScaling_DynamoDBTable"))
        if action == "PutScalingPolicy":
            alarm = site.arn("cloudwatch", f"alarm:TargetTracking-{body['ResourceId']}-AlarmHigh-1")
            needed += [
                Asked(action=f"cloudwatch:{a}", resource=alarm)
                for a in ("PutMetricAlarm", "DescribeAlarms", "DeleteAlarms")
            ]
        return needed

    return found


def _everywhere(action: str) -> Callable[[Mapping[str, Any], Site], list[Asked]]:
    return lambda _body, _site: [Asked(action=action, resource="*")]


def _describe_key(body: Mapping[str, Any], site: Site) -> list[Asked]:
    key = body["KeyId"]
    alias = key if key.startswith("alias/") else "alias/shop"
    arn = key if key.startswith("arn:") else site.arn("kms", "key/0000")
    return [Asked(action="kms:DescribeKey", resource=arn, context=(("kms:ResourceAliases", (alias,)),))]


_BESIDE: dict[str, Callable[[Mapping[str, Any], Site], list[Asked]]] = {
    "DescribeScalableTargets": _everywhere("application-autoscaling:DescribeScalableTargets"),
    "DescribeScalingPolicies": _everywhere("application-autoscaling:DescribeScalingPolicies"),
    "RegisterScalableTarget": _target("RegisterScalableTarget"),
    "DeregisterScalableTarget": _target("DeregisterScalableTarget"),
    "PutScalingPolicy": _target("PutScalingPolicy"),
    "DescribeKey": _describe_key,
}


def allows(statement: Mapping[str, Any], wanted: Asked) -> bool:
    """Whether a statement of a policy document allows one thing."""
    acts = any(fnmatch.fnmatchcase(wanted.action, pattern) for pattern in statement["Action"])
    lies = any(fnmatch.fnmatchcase(wanted.resource, pattern) for pattern in statement["Resource"])
    context = dict(wanted.context)
    return (
        acts
        and lies
        and all(
            _holds(operator, context.get(key, ()), values)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _holds(operator: str, have: tuple[str, ...], values: Iterable[str]) -> bool:
    match operator:
        case "ForAllValues:StringEquals":
            return bool(have) and set(have) <= set(values)
        case "ForAnyValue:StringEquals" | "StringEquals":
            return bool(set(have) & set(values))
        case _:
            raise AssertionError(f"the authorizer does not know {operator}")


@dataclass(slots=True)
class Authorizer:
    """Judges calls by a policy and remembers what they asked for.

    Attributes:
        statements: Of all documents.
        partition_keys: Name of the partition key of each table that is fenced by it.
        account: Of the resources.
        asked: What every call asked for, once.
        refused: What was refused.
    """

    statements: list[Mapping[str, Any]]
    partition_keys: Mapping[str, str]
    account: str = ACCOUNT
    asked: dict[Asked, None] = field(default_factory=dict)
    refused: list[Asked] = field(default_factory=list)

    def judge(self, operation: str, body: bytes, region: str = REGION) -> str:
        """What a call is refused for, in AWS's words; empty where it may go on."""
        site = Site(account=self.account, region=region, partition_keys=self.partition_keys)
        wanted = asked(operation, {} if operation == "GetCallerIdentity" else json.loads(body), site)
        self.asked |= dict.fromkeys(wanted)
        for one in wanted:
            if not any(allows(statement, one) for statement in self.statements):
                self.refused.append(one)
                who = f"arn:aws:iam::{self.account}:user/ddbplan"
                return (
                    f"User: {who} is not authorized to perform: {one.action} on resource: {one.resource} because no "
                    "identity-based policy allows the action"
                )
        return ""
