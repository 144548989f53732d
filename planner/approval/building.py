"""Makes an approval of a diff."""

from __future__ import annotations

from collections.abc import Mapping

from planner.approval.values import TOWARDS, SavedStep, SavedSteps, SavedTable, Where
from planner.calls import created_schemas, tables_named
from planner.diff import Diff
from planner.redact import KeyNames, step_as_json
from planner.settings import SETTINGS
from planner.state import DesiredState, LiveState
from planner.steps import Step
from planner.values import content_hash, item_hash, key_hash


def save(
    difference: Diff,
    desired: DesiredState,
    live: LiveState,
    where: Where,
    *,
    created: str,
    expires: str,
    options: Mapping[str, tuple[str, ...]] | None = None,
) -> SavedSteps:
    """The approval of a diff.

    Args:
        difference: The diff that was shown.
        desired: What it was made from.
        live: What it was made from.
        where: Plan, tool, account and region.
        created: Now, in ISO 8601 with a time zone.
        expires: The end of the approval, likewise.
        options: Addresses that were given beside the plan, by ``adopt``, ``rerun``, ``skip`` and ``only``.
    """
    return SavedSteps(
        where=where,
        database=difference.database,
        created=created,
        expires=expires,
        ledger_table=live.ledger_table,
        ledger_id=live.ledger.ledger_id,
        hash=difference.hash,
        options={name: tuple(sorted(addresses)) for name, addresses in sorted((options or {}).items()) if addresses},
        tables={table.name: _table(table.name, desired, live) for table in desired.tables.values()},
        steps=tuple(_saved_step(step, difference.key_names) for step in difference.steps),
    )


def _table(name: str, desired: DesiredState, live: LiveState) -> SavedTable:
    found = live.tables.get(name)
    if found is None:
        return SavedTable(table_id="", fingerprint="")
    declared = next(table.state.settings for table in desired.tables.values() if table.name == name)
    steady = {setting.name: setting.steady for setting in SETTINGS}
    values = {name: steady[name](wanted, found.settings.get(name)) for name, wanted in declared.items()}
    return SavedTable(table_id=found.table_id, fingerprint=content_hash(values, kind="settings/1"))


def _saved_step(step: Step, key_names: KeyNames) -> SavedStep:
    return SavedStep(
        id=step.id,
        shown=step_as_json(step, key_names),
        tables=tuple(sorted(tables_named(step.call))),
        parts=parts(step, key_names),
    )


def parts(step: Step, key_names: KeyNames) -> dict[str, str]:
    """Everything that a step would do, one by one: a hash by name.

    Args:
        step: The step.
        key_names: The primary key's attributes by physical name.
    """
    arguments = step.call.arguments
    match step.call.function:
        case "create_table_simple" | "create_table_advanced" | "create_multiple_tables" if "change" not in arguments:
            schemas = created_schemas(step.call)
            return {f"make {schema['TableName']}": content_hash(schema, kind="make/1") for schema in schemas}
        case "get_table_info":
            return {f"record {arguments['table_name']}": ""}
        case "put_item" | "batch_write_items" if "source" not in arguments:
            names = key_names[arguments["table_name"]]
            items = arguments["items"] if "items" in arguments else [arguments["item"]]
            rows = ((key_hash({name: item[name] for name in names}), item_hash(item)) for item in items)
            mode = _write_mode(step)
            return {f"{mode} {step.address} {key}": content for key, content in rows}
        case "execute_transaction":
            return {step.id: content_hash(arguments["transaction_items"], kind="transaction/1")}
        case "create_table_advanced":
            schema = arguments["table_schema"]
            return {
                f"change {step.id}": step.content_hash,
                f"{TOWARDS} {schema['TableName']}": content_hash(schema, kind="make/1"),
            }
        case _:
            return {step.id: step.content_hash}


def _write_mode(step: Step) -> str:
    """Whether rows may replace what exists; a row approved as careful is not approved as careless."""
    arguments = step.call.arguments
    careful = arguments.get("condition") == "absent" or "condition_expression" in arguments
    return "add" if careful else "write"
