"""What the tables of a plan take: to read them, to make them, and to change what the plan declares of them.

The actions of each setting are those of the calls that ``executor/README.md`` lists for it. Beside them stand the
actions that AWS checks without a call of their own: a tag of CreateTable is a TagResource, a policy a
PutResourcePolicy (DynamoDB's guide, "Tagging resources", "Creating a table with a resource-based policy").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from planner.permissions.grants import ANY, Grant, Place, Section, all_of
from planner.settings.contributor_insights import ContributorInsights
from planner.settings.kinesis import Kinesis
from planner.settings.recovery import PointInTimeRecovery
from planner.settings.resource_policy import ResourcePolicy
from planner.settings.tags import Tags
from planner.settings.time_to_live import TimeToLive
from planner.settings.units import OFF

if TYPE_CHECKING:
    from planner.plan import Table
    from planner.values import Json

_READS = {
    TimeToLive.name: "DescribeTimeToLive",
    PointInTimeRecovery.name: "DescribeContinuousBackups",
    ResourcePolicy.name: "GetResourcePolicy",
    ContributorInsights.name: "DescribeContributorInsights",
    Kinesis.name: "DescribeKinesisStreamingDestination",
}
"""How the live value of a setting is read; DescribeTable shows the others."""


def reading(table: Table, place: Place) -> Iterator[Grant]:
    """What a diff reads of one table: what it is, the mark of an owner, and the settings that are declared."""
    arn = place.table(table.name)
    yield from all_of(Section.TABLES, "DescribeTable", arn)
    if table.external:
        return
    # A table that the ledger does not record may bear another owner's mark.
    yield from all_of(Section.TABLES, "ListTagsOfResource", arn)
    for name, action in _READS.items():
        if name in table.settings:
            yield from all_of(Section.TABLES, action, arn)
    if _with_insights(table):
        # All indexes that are live are asked, whether the plan names them or not.
        yield from all_of(Section.INDEXES, "DescribeContributorInsights", place.index(table.name, ANY))


def changing(table: Table, place: Place) -> Iterator[Grant]:
    """What an apply needs beside that to make the table, and to change whatever the plan declares of it.

    Deleting a table or a replica is never part of it.
    """
    if table.external:
        return
    arn = place.table(table.name)
    yield from all_of(Section.TABLES, "CreateTable UpdateTable TagResource", arn)
    for actions in _changes(table.settings):
        yield from all_of(Section.TABLES, actions, arn)
    for index in _with_insights(table):
        yield from all_of(Section.INDEXES, "UpdateContributorInsights", place.index(table.name, index))


def _changes(settings: Mapping[str, Json]) -> Iterator[str]:
    for name, value in settings.items():
        match name:
            case TimeToLive.name:
                yield "UpdateTimeToLive"
            case PointInTimeRecovery.name:
                yield "UpdateContinuousBackups"
            case Tags.name:
                yield "UntagResource"
            case ResourcePolicy.name:
                yield "DeleteResourcePolicy" if value == OFF else "PutResourcePolicy"
            case ContributorInsights.name:
                yield "UpdateContributorInsights"
            case Kinesis.name:
                yield _kinesis(value)
            case _:
                pass


def _kinesis(value: Json) -> str:
    if value == OFF:
        return "DisableKinesisStreamingDestination"
    more = " UpdateKinesisStreamingDestination" if "precision" in value else ""
    return f"EnableKinesisStreamingDestination{more}"


def _with_insights(table: Table) -> list[str]:
    return [name for name, index in table.global_indexes.items() if ContributorInsights.name in index.settings]
