"""What the ledger takes: one table for all databases, fenced off from each other by the partition key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.permissions.grants import Condition, Grant, Place, Section, all_of

IDENTITY = "#ledger"
"""The partition that says which ledger this is."""


def _within(*partitions: str) -> Condition:
    return (("ForAllValues:StringEquals", "dynamodb:LeadingKeys", tuple(sorted(partitions))),)


def reading(name: str, databases: Iterable[str], place: Place) -> Iterator[Grant]:
    """Which ledger this is, and what it records of the databases."""
    yield from all_of(Section.LEDGER_PLACE, "GetItem", place.table(name), _within(IDENTITY))
    yield from all_of(Section.LEDGER, "Query", place.table(name), _within(*databases))


def writing(name: str, databases: Iterable[str], place: Place) -> Iterator[Grant]:
    """The making of the ledger, and the lock, runs, markers and seeds of the databases.

    The lock is read by GetItem and put in a transaction; its lease is raised by UpdateItem; every write checks the
    lock's fencing number in the same transaction; what is no longer owned is deleted.
    """
    arn = place.table(name)
    creation = "CreateTable DescribeTable DescribeContinuousBackups UpdateContinuousBackups"
    yield from all_of(Section.LEDGER_CREATION, f"{creation} ListTagsOfResource TagResource", arn)
    yield from all_of(Section.LEDGER_PLACE, "PutItem", arn, _within(IDENTITY))
    actions = "ConditionCheckItem DeleteItem GetItem PutItem UpdateItem"
    yield from all_of(Section.LEDGER, actions, arn, _within(*databases))
