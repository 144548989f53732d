"""A large plan: as many tables and items as one wants, each table with a sparse index, queries and transactions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_TABLE = """\
  {key}:
    description: One of many.
    partition_key: owner
    sort_key: at
    global_secondary_indexes:
      by_state: {{partition_key: state, sort_key: at, projection: [name]}}
"""
_QUERIES = """\
  of_owner_{number:03}: {{table: {key}, key_condition: "owner = :o", values: {{o: o-1}}, limit: 20}}
  in_state_{number:03}: {{table: {key}, index: by_state, key_condition: "state = :s", values: {{s: s1}}, limit: 20}}
"""
_TRANSACTION = """\
  raise_{number:03}:
    operations:
      - update: {{table: {key}, key: {{owner: o-1, at: t0011}}, expression: SET amount = amount + :n, values: {{n: 5}}}}
"""


def write_large_plan(folder: Path, *, tables: int, items: int) -> Path:
    """Write the plan and its data; the first table has half of the items, the others share the rest."""
    keys = [f"table_{number:03}" for number in range(tables)]
    (folder / "data").mkdir()
    for number, key in enumerate(keys):
        count = items // 2 if number == 0 else items // 2 // (tables - 1)
        rows = (json.dumps(_row(number, row)) for row in range(count))
        (folder / "data" / f"{key}.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
    parts = [
        "ddbplan: 1\ndatabase: large\ntables:\n",
        *(_TABLE.format(key=key) for key in keys),
        "seed:\n",
        *(f"  {key}: {{file: data/{key}.jsonl}}\n" for key in keys),
        "queries:\n",
        *(_QUERIES.format(key=key, number=number) for number, key in enumerate(keys)),
        "transactions:\n",
        *(_TRANSACTION.format(key=key, number=number) for number, key in list(enumerate(keys))[::4]),
    ]
    path = folder / "plan.yaml"
    path.write_text("".join(parts), encoding="utf-8")
    return path


def _row(table: int, row: int) -> dict[str, object]:
    found: dict[str, object] = {"owner": f"o-{row // 10}", "at": f"t{row:04}", "name": f"item {row} of {table}"}
    found["amount"] = row
    return found | ({"state": f"s{row % 4}"} if row % 3 else {})
