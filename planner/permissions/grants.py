"""One permission: an action on a resource, perhaps under conditions, and what it is for.

Resources are written as the service authorization reference of each service names them (AWS, "Actions, resources, and
condition keys for AWS services").
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

ACCOUNT_PLACEHOLDER = "ACCOUNT"
"""Stands in a policy for an account that the plan does not pin; no ARN matches it until it is replaced."""
REGION_PLACEHOLDER = "REGION"
ANY = "*"

Condition = tuple[tuple[str, str, tuple[str, ...]], ...]
"""Operator, key and values of each part; all parts must hold."""


class Section(StrEnum):
    """What a permission is for; each becomes statements of its own."""

    CREDENTIALS = "Credentials"
    LEDGER_PLACE = "LedgerPlace"
    LEDGER_CREATION = "LedgerCreation"
    LEDGER = "Ledger"
    TABLES = "Tables"
    INDEXES = "Indexes"
    SEEDS = "Seeds"
    TRANSACTIONS = "Transactions"
    QUERIES = "Queries"
    LIVE_DATA = "LiveData"
    AUTOSCALING = "Autoscaling"
    ALARMS = "AutoscalingAlarms"
    KEY_NAMES = "KeyNames"
    KEYS = "Keys"
    STREAMS = "KinesisStreams"
    REPLICAS = "Replicas"
    ROLES = "ServiceRoles"


WHY: dict[Section, str] = {
    Section.CREDENTIALS: "proves that the credentials may read, by asking for a table that does not exist",
    Section.LEDGER_PLACE: "reads which ledger this is, and writes it when the ledger is made",
    Section.LEDGER_CREATION: "makes the ledger's table; can be left out once the ledger is there",
    Section.LEDGER: "the entries of this database in the ledger: its lock, runs, markers, seeds",
    Section.TABLES: "makes, reads and changes the plan's tables and the settings that it declares",
    Section.INDEXES: "the settings that the plan declares of single indexes",
    Section.SEEDS: "writes the seeds' rows",
    Section.TRANSACTIONS: "runs the transactions",
    Section.QUERIES: "runs the queries",
    Section.LIVE_DATA: "looks at live items before an index, an expiry or a deletion takes effect",
    Section.AUTOSCALING: "reads and sets the ranges of provisioned units",
    Section.ALARMS: "the alarms by which a range of units follows its use",
    Section.KEY_NAMES: "looks up the KMS keys that the plan names",
    Section.KEYS: "uses the KMS keys that encrypt the tables, through DynamoDB only",
    Section.STREAMS: "sends a table's changes to its Kinesis stream",
    Section.REPLICAS: "makes replicas in their Regions",
    Section.ROLES: "makes a service's own role; needed once in an account's life",
}
"""A sentence for each section."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One action on one resource.

    Attributes:
        section: What it is for.
        action: Such as ``dynamodb:PutItem``.
        resource: An ARN, or ``*`` where the action takes none.
        condition: Under which it holds; empty for always.
    """

    section: Section
    action: str
    resource: str
    condition: Condition = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the plan is applied.

    Attributes:
        account: Twelve digits, or the placeholder.
        region: The Region, or the placeholder.
    """

    account: str = ACCOUNT_PLACEHOLDER
    region: str = REGION_PLACEHOLDER

    @property
    def partition(self) -> str:
        """AWS's own division of its Regions, the second part of every ARN."""
        for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
            if self.region.startswith(prefix):
                return partition
        return "aws"

    def arn(self, service: str, resource: str) -> str:
        """A resource of this account and Region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def table(self, name: str) -> str:
        """A table by its physical name."""
        return self.arn("dynamodb", f"table/{name}")

    def index(self, name: str, index: str) -> str:
        """An index of a table."""
        return self.arn("dynamodb", f"table/{name}/index/{index}")

    def bucket(self, name: str) -> str:
        """A bucket; its name is unique in the partition."""
        return f"arn:{self.partition}:s3:::{name}"

    def objects(self, bucket: str, prefix: str) -> str:
        """The objects of a bucket whose keys begin alike."""
        return f"{self.bucket(bucket)}/{prefix}*"

    def role(self, service: str, name: str) -> str:
        """A service-linked role; roles are of the account, in no Region."""
        return f"arn:{self.partition}:iam::{self.account}:role/aws-service-role/{service}/{name}"

    def in_region(self, region: str) -> Place:
        """The same account elsewhere."""
        return replace(self, region=region)


def all_of(section: Section, actions: str, resource: str, condition: Condition = ()) -> list[Grant]:
    """Several actions on one resource; the words of ``actions``, ``dynamodb:`` where they name no service."""
    return [
        Grant(
            section=section,
            action=word if ":" in word else f"dynamodb:{word}",
            resource=resource,
            condition=condition,
        )
        for word in actions.split()
    ]
