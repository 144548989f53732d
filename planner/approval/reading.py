"""Reads saved steps from a file that anybody may have edited."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from planner.approval.values import VERSION, SavedStep, SavedSteps, SavedTable, Where
from planner.values import Json

MAX_BYTES = 100 * 1024 * 1024
_Kind = TypeVar("_Kind")
_NAMES: dict[type, str] = {dict: "an object", list: "a list", str: "a string", int: "a number"}
_OPTIONS = ("adopt", "only", "rerun", "skip")


class InvalidApprovalError(ValueError):
    """A file that holds no saved steps. Its text is one sentence that names the place in the file."""


def from_json(text: str | bytes) -> SavedSteps:
    """Saved steps from the text of a file.

    Args:
        text: UTF-8. It is trusted in nothing: whatever it says, only steps of a new diff run.

    Raises:
        InvalidApprovalError: Not JSON, too large, another version, or a member that is missing, unknown or of the
            wrong type.
    """
    if len(text) > MAX_BYTES:
        raise InvalidApprovalError(f"the file has {len(text)} bytes; saved steps have at most {MAX_BYTES}")
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except InvalidApprovalError:
        raise
    except RecursionError:
        raise InvalidApprovalError("the file is nested too deeply") from None
    except ValueError as error:
        raise InvalidApprovalError(f"the file is not JSON: {error}") from None
    return _saved(_typed(found, dict, "the file"))


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidApprovalError(f"the member {twice!r} is given twice")
    return found


def _no_constant(text: str) -> Json:
    raise InvalidApprovalError(f"{text} is not a JSON value")


def _typed(value: Json, kind: type[_Kind], path: str) -> _Kind:
    # bool is a kind of int to Python, and none to JSON.
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidApprovalError(f"{path} has to be {_NAMES[kind]}")
    return value


def _get(value: Mapping[str, Json], name: str, kind: type[_Kind], path: str = "") -> _Kind:
    where = f"{path}.{name}" if path else name
    if name not in value:
        raise InvalidApprovalError(f"{where} is missing")
    return _typed(value[name], kind, where)


def _only(value: Mapping[str, Json], names: tuple[str, ...], path: str) -> None:
    unknown = sorted(set(value) - set(names))
    if unknown:
        raise InvalidApprovalError(f"{path or 'the file'} has the unknown member {unknown[0]!r}")


def _texts(value: Json, path: str) -> tuple[str, ...]:
    return tuple(_typed(member, str, f"{path}[{place}]") for place, member in enumerate(_typed(value, list, path)))


def _time(value: Mapping[str, Json], name: str) -> str:
    text = _get(value, name, str)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidApprovalError(f"{name} has to be a time such as 2026-01-02T09:00:00+00:00") from None
    if moment.tzinfo is None:
        raise InvalidApprovalError(f"{name} has to say its time zone, such as 2026-01-02T09:00:00+00:00")
    return text


_MEMBERS = (
    "ddbplan_steps",
    "plans",
    "plan_hash",
    "environment",
    "variables",
    "tool",
    "account",
    "region",
    "database",
    "created",
    "expires",
    "ledger",
    "hash",
    "options",
    "tables",
    "steps",
)


def _saved(found: dict[str, Json]) -> SavedSteps:
    version = _get(found, "ddbplan_steps", int)
    if version != VERSION:
        raise InvalidApprovalError(f"ddbplan_steps is {version}; this version of ddbplan reads {VERSION}")
    _only(found, _MEMBERS, "")
    ledger = _get(found, "ledger", dict)
    _only(ledger, ("table", "id"), "ledger")
    options = _get(found, "options", dict)
    _only(options, _OPTIONS, "options")
    return SavedSteps(
        where=_where(found),
        database=_get(found, "database", str),
        created=_time(found, "created"),
        expires=_time(found, "expires"),
        ledger_table=_get(ledger, "table", str, "ledger"),
        ledger_id=_get(ledger, "id", str, "ledger"),
        hash=_get(found, "hash", str),
        options={name: _texts(value, f"options.{name}") for name, value in options.items()},
        tables=_tables(_get(found, "tables", dict)),
        steps=_steps(_get(found, "steps", list)),
    )


def _where(found: Mapping[str, Json]) -> Where:
    environment = found.get("environment")
    return Where(
        plans=_texts(_get(found, "plans", list), "plans"),
        plan_hash=_get(found, "plan_hash", str),
        environment=None if environment is None else _typed(environment, str, "environment"),
        tool=_get(found, "tool", str),
        account=_get(found, "account", str),
        region=_get(found, "region", str),
        variables={
            name: _typed(value, str, f"variables.{name}") for name, value in _get(found, "variables", dict).items()
        },
    )


def _tables(found: Mapping[str, Json]) -> dict[str, SavedTable]:
    tables = {}
    for name, value in found.items():
        path = f"tables.{name}"
        table = _typed(value, dict, path)
        _only(table, ("table_id", "fingerprint"), path)
        tables[name] = SavedTable(
            table_id=_get(table, "table_id", str, path),
            fingerprint=_get(table, "fingerprint", str, path),
        )
    return tables


def _steps(found: list[Json]) -> tuple[SavedStep, ...]:
    steps = []
    for place, value in enumerate(found):
        path = f"steps[{place}]"
        step = _typed(value, dict, path)
        _only(step, ("id", "tables", "parts", "shown"), path)
        own = _get(step, "parts", dict, path)
        steps.append(
            SavedStep(
                id=_get(step, "id", str, path),
                tables=_texts(_get(step, "tables", list, path), f"{path}.tables"),
                parts={name: _typed(content, str, f"{path}.parts.{name}") for name, content in own.items()},
                shown=_get(step, "shown", dict, path),
            ),
        )
    return tuple(steps)
