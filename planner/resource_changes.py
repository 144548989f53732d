"""A diff in the shape of Terraform's plan JSON, for policy tools that know that shape.

Source: Terraform's JSON output format, ``resource_changes``: each with ``address``, ``mode``, ``type``, ``name`` and a
``change`` of ``actions``, ``before``, ``after``, ``after_unknown`` and ``replace_paths``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from typing import TYPE_CHECKING

from planner.changes.ledger import LEDGER_STEP
from planner.simulate import simulate
from planner.values import Json

if TYPE_CHECKING:
    from planner.diff import Diff
    from planner.state import DesiredState, DesiredTable, LiveState, TableState
    from planner.steps import Step

FORMAT_VERSION = "1.2"
"""Of Terraform's JSON output, whose shape this is."""
PROVIDER = "ddbplan"
_INDEXES = ("global_secondary_indexes", "local_secondary_indexes", "vector_indexes")


def resource_changes(desired: DesiredState, live: LiveState, difference: Diff) -> list[Json]:
    """Every table, index, seed and transaction of a plan with what becomes of it; items appear by count and hash only.

    Args:
        desired: What the plan wants.
        live: What there is.
        difference: Between the two.
    """
    by_address: dict[str, list[Step]] = {}
    for step in difference.steps:
        for address in step.covers or (step.address,):
            by_address.setdefault(address, []).append(step)
        if "import_from" in step.call.arguments:
            by_address.setdefault(f"seed.{step.address.removeprefix('table.')}", []).append(step)
    after = reduce(simulate, difference.steps, live)
    found: list[Json] = []
    for table in desired.tables.values():
        if not table.external:
            found += _table(table, live.tables.get(table.name), after.tables.get(table.name), by_address)
    found += [_seed(desired, live, key, by_address) for key in desired.seeds]
    found += [_transaction(desired, live, index, by_address) for index in range(len(desired.transactions))]
    if LEDGER_STEP in by_address:
        found.append(_change(LEDGER_STEP, "ddbplan_ledger", live.ledger_table, ["create"], None, {}))
    return found


def _table(
    table: DesiredTable, live: TableState | None, made: TableState | None, by_address: Mapping[str, list[Step]]
) -> Iterator[Json]:
    own = by_address.get(table.address, [])
    below = [step for address, steps in by_address.items() if _is_below(address, table.address) for step in steps]
    before = None if live is None else dict(live.settings)
    after = None if made is None else dict(made.settings)
    changes = [step for step in (*own, *below) if step.call.function != "get_table_info"]
    actions = ["create"] if live is None and own else ["update"] if changes else ["no-op"]
    replaced = [path for index in _replaced(below) if (path := _index_path(table, index)) is not None]
    yield _change(
        table.address, "ddbplan_table", table.key, actions, before, after, replaced, physical=table.name,
        importing=any(step.call.function == "get_table_info" for step in own),
    )  # fmt: skip
    for kind in _INDEXES:
        yield from _indexes(table, _members(before, kind), _members(after, kind), by_address, new=live is None)


def _indexes(
    table: DesiredTable,
    before: Mapping[str, Json],
    after: Mapping[str, Json],
    by_address: Mapping[str, list[Step]],
    *,
    new: bool,
) -> Iterator[Json]:
    for name in dict.fromkeys((*after, *before)):
        address = f"{table.address}.index.{name}"
        actions = ["create"] if new else _actions(by_address.get(address, ()))
        replaced: list[list[str]] = [[]] if len(actions) > 1 else []
        yield _change(address, "ddbplan_index", name, actions, before.get(name), after.get(name), replaced)


def _members(settings: Mapping[str, Json] | None, kind: str) -> Mapping[str, Json]:
    found = (settings or {}).get(kind, {})
    return found if isinstance(found, Mapping) else {}


def _seed(desired: DesiredState, live: LiveState, key: str, by_address: Mapping[str, list[Step]]) -> Json:
    seed, record = desired.seeds[key], live.ledger.seeds.get(key)
    before = None if record is None else {"count": record.count, "source_hash": record.source_hash}
    after = {"count": seed.count, "source_hash": seed.source_hash, "on_conflict": seed.on_conflict}
    actions = ["no-op"] if seed.address not in by_address else ["create"] if record is None else ["update"]
    return _change(seed.address, "ddbplan_seed", key, actions, before, after, physical=desired.tables[key].name)


def _transaction(desired: DesiredState, live: LiveState, index: int, by_address: Mapping[str, list[Step]]) -> Json:
    transaction = desired.transactions[index]
    record = live.ledger.transactions.get(transaction.name)
    before = None if record is None else {"content_hash": record.content_hash, "outcome": record.outcome}
    after = {
        "content_hash": transaction.content_hash,
        "tables": sorted({touched.name for touched in transaction.touches}),
        "operations": len(transaction.items),
    }
    actions = ["create"] if transaction.address in by_address else ["no-op"]
    return _change(transaction.address, "ddbplan_transaction", transaction.name, actions, before, after)


def _actions(steps: Iterable[Step]) -> list[str]:
    verbs = {"+": "create", "-": "delete", "~": "update"}
    found = list(dict.fromkeys(verbs[step.symbol] for step in steps if step.symbol in verbs))
    return found or ["no-op"]


def _replaced(steps: Iterable[Step]) -> list[str]:
    """Names of indexes that are dropped and made again."""
    dropped = {step.address for step in steps if step.symbol == "-" and ".index." in step.address}
    made = {step.address for step in steps if step.symbol == "+"}
    return [address.partition(".index.")[2] for address in sorted(dropped & made)]


def _index_path(table: DesiredTable, name: str) -> list[str] | None:
    return next(([kind, name] for kind in _INDEXES if name in _members(table.state.settings, kind)), None)


def _is_below(address: str, table: str) -> bool:
    return address.startswith(f"{table}.")


def _change(
    address: str,
    kind: str,
    name: str,
    actions: list[str],
    before: Json,
    after: Json,
    replace_paths: list[list[str]] | None = None,
    *,
    physical: str = "",
    importing: bool = False,
) -> Json:
    change: dict[str, Json] = {
        "actions": actions,
        "before": None if actions == ["create"] else before,
        "after": None if actions == ["delete"] else after,
        "after_unknown": {},
    }
    if replace_paths:
        change["replace_paths"] = replace_paths
    if importing:
        change["importing"] = {"id": physical}
    found = {"address": address, "mode": "managed", "type": kind, "name": name, "provider_name": PROVIDER}
    return {**found, **({"physical_name": physical} if physical else {}), "change": change}
