"""An approval as a value, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.values import Json, content_hash

VERSION = 1
TOWARDS = "towards"
"""Begins the part of a change that says which whole table it works towards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedTable:
    """A table as it was when the steps were saved.

    Attributes:
        table_id: Its TableId; empty where it did not exist.
        fingerprint: Hash of the live values of the declared settings; empty where it did not exist.
    """

    table_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedStep:
    """One approved step.

    Attributes:
        id: As in ``Step``.
        shown: The step as JSON for the reader, without item values.
        tables: Physical names of the tables it is about.
        parts: Hash by name of each thing that the step would do.
    """

    id: str
    shown: Mapping[str, Json]
    tables: tuple[str, ...]
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """What the steps were made for.

    Attributes:
        plans: Paths of the plan, as given.
        plan_hash: Of the plan's text.
        environment: The environment, or None.
        variables: Values that were given for the plan's variables.
        tool: ddbplan's version.
        account: The AWS account.
        region: The AWS region.
    """

    plans: tuple[str, ...]
    plan_hash: str
    environment: str | None
    tool: str
    account: str
    region: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSteps:
    """An approval.

    Attributes:
        where: What the steps were made for.
        database: The plan's identity in the ledger.
        created: When, in ISO 8601 with a time zone, UTC.
        expires: When it stops being one, likewise.
        ledger_table: The ledger's physical name.
        ledger_id: The ledger's identity; empty where there was none.
        hash: Identifies the steps: what ``diff`` prints and ``apply --approve`` takes.
        options: Addresses by the choice made for them: ``adopt``, ``rerun``, ``skip``, ``only``.
        tables: By physical name.
        steps: In order.
    """

    where: Where
    database: str
    created: str
    expires: str
    ledger_table: str
    ledger_id: str
    hash: str
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tables: Mapping[str, SavedTable] = field(default_factory=dict)
    steps: tuple[SavedStep, ...] = ()

    @property
    def id(self) -> str:
        """Identifies this approval, so that the ledger can say that it was begun or is used up."""
        return content_hash(document(self), kind="approval/1")

    def is_expired(self, now: str) -> bool:
        """Whether it has run out.

        Args:
            now: In ISO 8601 with a time zone.
        """
        # Costs start-up time that only an apply of saved steps has to pay.
        from datetime import datetime  # noqa: PLC0415 - see above

        return datetime.fromisoformat(now) >= datetime.fromisoformat(self.expires)


def document(saved: SavedSteps) -> Json:
    """The approval as JSON values."""
    return {
        "ddbplan_steps": VERSION,
        "plans": list(saved.where.plans),
        "plan_hash": saved.where.plan_hash,
        "environment": saved.where.environment,
        "variables": dict(saved.where.variables),
        "tool": saved.where.tool,
        "account": saved.where.account,
        "region": saved.where.region,
        "database": saved.database,
        "created": saved.created,
        "expires": saved.expires,
        "ledger": {"table": saved.ledger_table, "id": saved.ledger_id},
        "hash": saved.hash,
        "options": {name: list(addresses) for name, addresses in saved.options.items()},
        "tables": {
            name: {"table_id": table.table_id, "fingerprint": table.fingerprint} for name, table in saved.tables.items()
        },
        "steps": [
            {"id": step.id, "tables": list(step.tables), "parts": dict(step.parts), "shown": dict(step.shown)}
            for step in saved.steps
        ],
    }


def to_json(saved: SavedSteps) -> str:
    """The approval as the text of a file; the same text for the same approval."""
    # Costs start-up time that a plain diff does not have to pay.
    import json  # noqa: PLC0415 - see above

    return json.dumps(document(saved), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
