"""Live tables as a draft of a plan: canonical settings back into the plan's own words.

What a live table has by default is not written: absence means "not managed", and a table that is made of the plan gets
the same defaults. What a plan cannot hold, or must not, is a ``TODO`` beside the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from planner.importing.live_settings import live_settings
from planner.importing.live_structure import live_structure
from planner.importing.tables import plan_key
from planner.importing.values import Draft, Kind, TableDraft
from planner.state import TableState
from planner.values import Item, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTable:
    """A live table, as it was found.

    Attributes:
        state: In canonical form, every aspect read.
        info: The value of ``get_table_info`` that it was made of.
        database: The ddbplan database that owns it by its tag or by the ledger; empty where none does.
        owned: The ledger records it as owned by the database that is imported into.
        sample: Some of its items, with only the attributes that were asked for.
    """

    state: TableState
    info: Mapping[str, Json]
    database: str = ""
    owned: bool = False
    sample: tuple[Item, ...] = ()

    def owner(self, database: str) -> str:
        """Who else looks after it, in words; empty where nobody does.

        Args:
            database: The database that is imported into.
        """
        if self.state.claimed_by:
            return self.state.claimed_by
        return f"the ddbplan database {self.database}" if self.database not in {"", database} else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveImport:
    """What came of live tables.

    Attributes:
        draft: The plan's.
        adopt: Addresses of the tables that no ledger records yet.
        external: Addresses of the tables that somebody else looks after.
    """

    draft: Draft
    adopt: tuple[str, ...]
    external: tuple[str, ...]


def live_draft(found: Iterable[FoundTable], database: str, *, prefix: str = "", left: Iterable[str] = ()) -> LiveImport:
    """A draft of a plan whose diff against these tables is empty once they are adopted.

    Args:
        found: The tables.
        database: The database that they are imported into.
        prefix: What all their names begin with, and their names in the plan need not say.
        left: What was left out, one sentence each.
    """
    drafts: list[TableDraft] = []
    adopt, external = [], []
    seeds: dict[str, tuple[Item, ...]] = {}
    for table in found:
        key = plan_key(_short(table.state.name, prefix), [draft.key for draft in drafts])
        owner = table.owner(database)
        drafts.append(_external(key, table, owner) if owner else _own(key, table))
        if owner:
            external.append(f"table.{key}")
            continue
        if not table.owned:
            adopt.append(f"table.{key}")
        if table.sample:
            seeds[key] = table.sample
    draft = Draft(kind=Kind.LIVE, database=database, tables=tuple(drafts), seeds=seeds, todos=tuple(left))
    return LiveImport(draft=draft, adopt=tuple(adopt), external=tuple(external))


def _short(name: str, prefix: str) -> str:
    short = name.removeprefix(prefix).strip("_-.")
    return short or name


def _own(key: str, table: FoundTable) -> TableDraft:
    todos: list[str] = []
    settings = {"name": table.state.name, **live_structure(table.state.settings, todos)}
    settings |= live_settings(table.state.settings, table.info, todos)
    return TableDraft(key=key, settings=settings, todos=tuple(todos))


def _external(key: str, table: FoundTable, owner: str) -> TableDraft:
    """Keys and indexes only, for queries: whoever owns the table says the rest."""
    settings: dict[str, Json] = {"name": table.state.name, "external": True}
    settings |= live_structure(table.state.settings, [], units=False)
    todo = (
        f"external: {owner} looks after this table, so queries may read it and nothing changes it. To manage it here, "
        "end its management there, remove this line, and import the table again."
    )
    return TableDraft(key=key, settings=settings, todos=(todo,))
