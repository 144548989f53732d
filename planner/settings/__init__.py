"""Every setting of a table, one module each. A new setting is a new module and a line in ``SETTINGS``."""

from __future__ import annotations

from planner.settings.autoscaling import AutoScaling
from planner.settings.base import Schema, Setting
from planner.settings.billing import Billing, Capacity
from planner.settings.contributor_insights import ContributorInsights, IndexContributorInsights
from planner.settings.deletion_protection import DeletionProtection
from planner.settings.encryption import Encryption
from planner.settings.indexes import GlobalIndexes
from planner.settings.keys import Keys, KeyTypes, LocalIndexes
from planner.settings.kinesis import Kinesis
from planner.settings.maximum import Maximum
from planner.settings.recovery import PointInTimeRecovery
from planner.settings.replica_settings import ReplicaOverrides, ReplicaSettings
from planner.settings.replicas import Replicas
from planner.settings.resource_policy import ResourcePolicy
from planner.settings.stream import Stream
from planner.settings.table_class import TableClass
from planner.settings.tags import Tags
from planner.settings.time_to_live import TimeToLive
from planner.settings.vector_indexes import VectorIndexes
from planner.settings.warm import Warm
from planner.state import TableState
from planner.values import Json

SETTINGS: tuple[Setting, ...] = (
    Keys(),
    KeyTypes(),
    LocalIndexes(),
    GlobalIndexes(),
    Billing(),
    Capacity(),
    AutoScaling(),
    Maximum(),
    Warm(),
    TableClass(),
    Encryption(),
    Stream(),
    TimeToLive(),
    PointInTimeRecovery(),
    DeletionProtection(),
    Tags(),
    ResourcePolicy(),
    ContributorInsights(),
    IndexContributorInsights(),
    Kinesis(),
    VectorIndexes(),
    Replicas(),
    ReplicaOverrides(),
    ReplicaSettings(),
)


def table_schema(state: TableState) -> Schema:
    """The ``table_schema`` argument that makes a table as it is declared.

    Args:
        state: A desired table; it must have ``keys`` and ``key_types``.

    Returns:
        CreateTable's own members, and beside them TimeToLiveSpecification and PointInTimeRecoverySpecification.
    """
    schema: dict[str, Json] = {"TableName": state.name}
    for setting in SETTINGS:
        setting.into_schema(state, schema)
    return schema


__all__ = ["SETTINGS", "Schema", "Setting", "table_schema"]
