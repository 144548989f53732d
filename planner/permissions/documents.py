"""From single permissions to policy documents that IAM takes: grouped, named, and split where they are too long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from planner.permissions.grants import WHY, Condition, Grant, Section
from planner.values import Json, canonical_json

VERSION = "2012-10-17"
MANAGED_POLICY_CHARACTERS = 6144
"""The most that a managed policy may have, white space not counted (IAM's guide, "IAM and AWS STS quotas")."""
MANAGED_POLICIES_OF_A_ROLE = 10
"""How many managed policies a role or user takes unless the quota is raised (the same page)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Actions that are allowed on resources.

    Attributes:
        sid: Its name within all documents of one purpose.
        section: What it is for.
        actions: Sorted.
        resources: Sorted ARNs, or ``*``.
        condition: Under which it holds; empty for always.
    """

    sid: str
    section: Section
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: Condition = ()

    @property
    def why(self) -> str:
        """What it is for, in a sentence."""
        return WHY[self.section]

    def as_json(self) -> Json:
        """As IAM has it."""
        found: dict[str, Json] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": list(self.resources),
        }
        if self.condition:
            parts: dict[str, dict[str, Json]] = {}
            for operator, key, values in self.condition:
                parts.setdefault(operator, {})[key] = list(values)
            found["Condition"] = parts
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A policy document.

    Attributes:
        statements: At least one.
    """

    statements: tuple[Statement, ...]

    def as_json(self) -> Json:
        """As IAM has it."""
        return {"Version": VERSION, "Statement": [statement.as_json() for statement in self.statements]}

    @property
    def characters(self) -> int:
        """How many characters IAM counts."""
        return len(canonical_json(self.as_json()))


def documents(grants: Iterable[Grant], limit: int = MANAGED_POLICY_CHARACTERS) -> tuple[Document, ...]:
    """The permissions as few documents, each within the limit.

    Args:
        grants: In the order of their sections.
        limit: Characters, white space not counted.

    Returns:
        None where there is nothing to allow. A statement that is too long by itself is split by its resources.
    """
    found: list[list[Statement]] = []
    for statement in _fitting(statements(grants), limit):
        for some in found:
            if Document(statements=(*some, statement)).characters <= limit:
                some.append(statement)
                break
        else:
            found.append([statement])
    return tuple(Document(statements=tuple(some)) for some in found)


def statements(grants: Iterable[Grant]) -> tuple[Statement, ...]:
    """The permissions as few short statements: what has the same section and condition is grouped."""
    groups: dict[tuple[Section, Condition], list[Grant]] = {}
    for grant in grants:
        groups.setdefault((grant.section, grant.condition), []).append(grant)
    found = [_named(section, condition, _grouped(some)) for (section, condition), some in groups.items()]
    return _numbered([statement for some in found for statement in some])


Pairs = list[tuple[tuple[str, ...], tuple[str, ...]]]


def _grouped(grants: Sequence[Grant]) -> Pairs:
    """Actions with their resources, in the shorter of two ways: by equal actions, or by equal resources."""
    by_resource: dict[str, set[str]] = {}
    by_action: dict[str, set[str]] = {}
    for grant in grants:
        by_resource.setdefault(grant.resource, set()).add(grant.action)
        by_action.setdefault(grant.action, set()).add(grant.resource)
    ways: tuple[Pairs, Pairs] = (
        [(actions, resources) for actions, resources in _alike(by_resource)],
        [(actions, resources) for resources, actions in _alike(by_action)],
    )
    return min(ways, key=lambda pairs: len(canonical_json(pairs)))


def _alike(sets: dict[str, set[str]]) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each set of values once, with all names that have it."""
    names: dict[tuple[str, ...], list[str]] = {}
    for name, members in sets.items():
        names.setdefault(tuple(sorted(members)), []).append(name)
    for values, having in names.items():
        yield values, tuple(sorted(having))


def _named(section: Section, condition: Condition, pairs: Pairs) -> list[Statement]:
    return [
        Statement(sid=str(section), section=section, actions=actions, resources=resources, condition=condition)
        for actions, resources in pairs
    ]


def _numbered(found: Sequence[Statement]) -> tuple[Statement, ...]:
    """Names that no two statements share: a section's only one has its name, several are counted."""
    totals: dict[Section, int] = {}
    for statement in found:
        totals[statement.section] = totals.get(statement.section, 0) + 1
    seen: dict[Section, int] = {}
    named = []
    for statement in found:
        seen[statement.section] = seen.get(statement.section, 0) + 1
        number = str(seen[statement.section]) if totals[statement.section] > 1 else ""
        named.append(replace(statement, sid=f"{statement.section}{number}"))
    return tuple(named)


def _fitting(found: Iterable[Statement], limit: int) -> Iterator[Statement]:
    for statement in found:
        if Document(statements=(statement,)).characters <= limit or len(statement.resources) == 1:
            yield statement
            continue
        middle = len(statement.resources) // 2
        first = replace(statement, sid=f"{statement.sid}a", resources=statement.resources[:middle])
        second = replace(statement, sid=f"{statement.sid}b", resources=statement.resources[middle:])
        yield from _fitting((first, second), limit)
