"""Every setting of a table, one module each. A new setting is a new module and a line in ``SETTINGS``."""

from __future__ import annotations

from planner.settings.base import Schema, Setting
from planner.settings.billing import Billing, Capacity
from planner.settings.deletion_protection import DeletionProtection
from planner.settings.indexes import GlobalIndexes
from planner.settings.keys import Keys, KeyTypes, LocalIndexes
from planner.settings.recovery import PointInTimeRecovery
from planner.settings.stream import Stream
from planner.settings.tags import Tags
from planner.settings.time_to_live import TimeToLive
from planner.settings.unapplied import (
    ContributorInsights,
    Encryption,
    Kinesis,
    Maximum,
    Replicas,
    ResourcePolicy,
    TableClass,
    VectorIndexes,
    Warm,
)
from planner.state import TableState
from planner.values import Json

SETTINGS: tuple[Setting, ...] = (
    Keys(),
    KeyTypes(),
    LocalIndexes(),
    GlobalIndexes(),
    Billing(),
    Capacity(),
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
    Kinesis(),
    Replicas(),
    VectorIndexes(),
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
