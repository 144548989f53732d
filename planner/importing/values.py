"""What an import is made of: a draft of a plan, and what could not be known of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from planner.values import AttributeValue, Item, Json


class Kind(StrEnum):
    """What can be imported: a kind of file, which is what ``--from`` takes, or tables that are live."""

    CLOUDFORMATION = "cloudformation"
    SERVERLESS = "serverless"
    TERRAFORM = "terraform"
    TERRAFORM_JSON = "terraform-json"
    WORKBENCH = "workbench"
    MCP = "mcp"
    AWS_CLI = "aws-cli"
    JSON = "json"
    LIVE = "live"


class Reason(StrEnum):
    """Why a file is refused, for those who count."""

    UNREADABLE = "not readable as the format it has"
    NO_TABLE = "no table in it"
    STRUCTURE = "keys or indexes cannot be known"
    INVALID = "not valid in its own format"
    UNKNOWN_KIND = "of no known kind"
    MISSING_PARSER = "its parser is not installed"


class RefusedError(Exception):
    """The file, or one table of it, cannot be imported; the message says what cannot be known.

    Attributes:
        reason: The kind of reason.
        message: A sentence for the user.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A value that the files do not tell.

    Attributes:
        text: As it is written, such as ``!Sub '${Stage}-users'``.
        why: What is missing, such as ``the parameter Stage has no default``.
    """

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Typed:
    """An attribute value in DynamoDB JSON, where the rest is written in the plan's own terms."""

    value: AttributeValue


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDraft:
    """One table in the plan's own terms.

    Attributes:
        key: Its name in the plan.
        settings: The plan's keys for it, in the order in which they are written.
        todos: What could not be known, each with the plan's key first.
    """

    key: str
    settings: Mapping[str, Json]
    todos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryDraft:
    """One query, as ``TableDraft``; a query of which too much is unknown has no settings and is only a comment."""

    name: str
    settings: Mapping[str, Json]
    todos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionDraft:
    """One transaction in the plan's own terms."""

    name: str
    settings: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What came out of the files.

    Attributes:
        kind: What they are.
        database: The plan's identity, where the files say one.
        description: For people.
        tables: In the files' order; keys are unique.
        seeds: Items by the table's name in the plan.
        on_conflict: What happens to items that exist, by table, where it is not the default.
        queries: Access patterns.
        transactions: Atomic groups of operations.
        todos: What could not be known and belongs to no table.
    """

    kind: Kind
    database: str = ""
    description: str = ""
    tables: tuple[TableDraft, ...] = ()
    seeds: Mapping[str, tuple[Item, ...]] = field(default_factory=dict)
    on_conflict: Mapping[str, str] = field(default_factory=dict)
    queries: tuple[QueryDraft, ...] = ()
    transactions: tuple[TransactionDraft, ...] = ()
    todos: tuple[str, ...] = ()

    @property
    def all_todos(self) -> tuple[tuple[str, str], ...]:
        """Everything that could not be known: the address (empty for the whole plan) and the sentence."""
        found = [("", todo) for todo in self.todos]
        found += [(f"table.{table.key}", todo) for table in self.tables for todo in table.todos]
        found += [(f"query.{query.name}", todo) for query in self.queries for todo in query.todos]
        return tuple(found)


def unknowns(value: Json) -> Iterator[Unknown]:
    """Every unknown value inside a value."""
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from unknowns(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from unknowns(member)


def first_unknown(value: Json) -> Unknown | None:
    """The first unknown value inside a value, if there is one."""
    return next(unknowns(value), None)


MOST_SHOWN = 300


def shown(value: Json) -> str:
    """A value as its file has it, on one line and not too long: unknown parts as they are written."""
    text = _text(value)
    text = " ".join(text.split())
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."


def _text(value: Json) -> str:
    match value:
        case Unknown():
            return value.text
        case Mapping():
            return "{" + ", ".join(f"{name}: {_text(member)}" for name, member in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_text(member) for member in value) + "]"
        case str():
            return str(value)
        case _:
            return json.dumps(value, default=str)


def untold(key: str, value: Json, unknown: Unknown) -> str:
    """The sentence for a setting that cannot be known."""
    return f"{key}: the file says `{shown(value)}`, and {unknown.why}."
