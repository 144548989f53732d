"""Seeds of every source on real engines: exact values, attributes of items that exist, what `on_conflict` promises."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from executor import ApplyOptions, OutcomeKind, prepare
from planner.checks import seeds
from planner.reading.sources.opening import packed
from planner.values import canonical_item

if TYPE_CHECKING:
    from pathlib import Path

    from executor import Clients
    from tests.executor.apply.conftest import Load

pytestmark = pytest.mark.engine
Run = "Callable[..., Outcome]"

FILE = """
    ddbplan: 1
    database: {name}
    tables:
      things: {{partition_key: id}}
    seed:
      things: {{file: rows.jsonl.zst}}
"""


def _deep(levels: int) -> dict[str, Any]:
    value: dict[str, Any] = {"S": "bottom"}
    for number in range(levels):
        value = {"M": {"x": value}} if number % 2 else {"L": [value]}
    return value


EXACT: dict[str, dict[str, Any]] = {
    "digits": {"n": {"N": "12345678901234567890123456789012345678"}, "m": {"N": "-0.12345678901234567890123456789"}},
    "small": {"n": {"N": "1E-130"}, "large": {"N": "9.9999999999999999999999999999999999999E+125"}},
    "sets": {"s": {"SS": ["x", "y"]}, "n": {"NS": ["1.5", "-2", "1E+20"]}, "b": {"BS": ["AA==", "/w=="]}},
    "binary": {"b": {"B": "AAECAwQF/w=="}, "empty": {"B": ""}},
    "empty": {"s": {"S": ""}, "l": {"L": []}, "m": {"M": {}}, "none": {"NULL": True}, "no": {"BOOL": False}},
    "deep": {"d": _deep(30)},
    "names": {"with space": {"S": "é\u0000\U0001f600"}, "a.b-c": {"S": "x"}, "größe": {"N": "1"}},
    "heavy": {"s": {"S": "x" * (399 * 1024)}},
}


def _scan(clients: Clients, table: str) -> dict[str, Any]:
    from executor.registry import call_function  # noqa: PLC0415 - as the other tests here

    found = call_function("scan_table", clients, table_name=table)
    assert found.ok, found.message
    return {item["id"]["S"]: item for item in found.value["items"]}


def test_values_are_exact_after_a_round_trip(
    load: Load, run: Run, clients: Clients, options: ApplyOptions, unique: str, tmp_path: Path
) -> None:
    """Numbers of 38 digits, 1E-130, sets, binary, empty texts, deep maps and items of 399 KB come back as they were."""
    with packed(tmp_path / "rows.jsonl.zst") as file:
        for name, item in EXACT.items():
            file.write(json.dumps({"Item": {"id": {"S": name}, **item}}).encode() + b"\n")
    plan = load(FILE)
    outcome = run(plan)

    assert outcome.kind is OutcomeKind.DONE, outcome.message

    found = _scan(clients, f"{unique}_things")
    assert {name: canonical_item(item) for name, item in found.items()} == {
        name: canonical_item({"id": {"S": name}, **item}) for name, item in EXACT.items()
    }
    assert prepare(plan, clients, options).diff.is_empty


OWNED = """
    ddbplan: 1
    database: {name}
    tables:
      things: {{partition_key: id}}
    seed:
      things:
        attributes: [rank, note]
        on_conflict: keep
        items: [{{id: a, rank: 1}}, {{id: b, rank: 2, note: new}}]
"""


def _put(clients: Clients, table: str, **items: dict[str, Any]) -> None:
    for key, item in items.items():
        clients.dynamodb.put_item(TableName=table, Item={"id": {"S": key}, **item})


def test_attributes_wait_for_items(load: Load, run: Run, clients: Clients, unique: str) -> None:
    """A table that is made has none: the diff says so. An item that is absent later is named; nothing is half done."""
    first = run(load(OWNED))

    assert first.kind is OutcomeKind.DONE, first.message
    assert first.prepared is not None
    assert [note.code for note in first.prepared.diff.notes if note.address == "seed.things"] == ["DDB270"]
    assert _scan(clients, f"{unique}_things") == {}

    _put(clients, f"{unique}_things", a={})
    second = run(load(OWNED))

    assert second.kind is OutcomeKind.FAILED
    assert "update of id b" in second.message
    assert "leave its row out of the seed" in second.message
    assert _scan(clients, f"{unique}_things") == {"a": {"id": {"S": "a"}}}


@pytest.mark.parametrize(
    ("on_conflict", "allow", "kind", "expected"),
    [
        ("keep", frozenset(), "done", {"rank": {"N": "9"}, "own": {"S": "x"}}),
        ("overwrite", frozenset(), "refused", {"rank": {"N": "9"}, "own": {"S": "x"}}),
        (
            "overwrite",
            frozenset({"OVERWRITES_ITEMS:seed.things"}),
            "done",
            {"rank": {"N": "1"}, "own": {"S": "x"}},
        ),
        ("fail", frozenset(), "failed", {"rank": {"N": "9"}, "own": {"S": "x"}}),
    ],
)
def test_attributes_of_items_that_exist(  # noqa: PLR0917 - fixtures and cases
    load: Load,
    run: Run,
    clients: Clients,
    options: ApplyOptions,
    unique: str,
    on_conflict: str,
    allow: frozenset[str],
    kind: str,
    expected: dict[str, Any],
) -> None:
    """Only what the seed owns is set: where it is missing, over what is there with permission, or not at all."""
    bare = OWNED[: OWNED.index("    seed:")]
    run(load(bare))
    _put(clients, f"{unique}_things", a={"rank": {"N": "9"}, "own": {"S": "x"}}, b={})
    plan = load(OWNED.replace("on_conflict: keep", f"on_conflict: {on_conflict}"))
    outcome = run(plan, allow=allow)
    found = _scan(clients, f"{unique}_things")

    assert outcome.kind == kind, outcome.message
    assert found["a"] == {"id": {"S": "a"}, **expected}
    if kind == "done":
        assert found["b"] == {"id": {"S": "b"}, "rank": {"N": "2"}, "note": {"S": "new"}}
        assert prepare(plan, clients, options).diff.is_empty
    else:
        assert found["b"] == {"id": {"S": "b"}}


def test_attributes_of_many_items(load: Load, run: Run, clients: Clients, options: ApplyOptions, unique: str) -> None:
    """A hundred at most go into one transaction; the seed is recorded when the last one is done."""
    bare = OWNED[: OWNED.index("    seed:")]
    run(load(bare))
    names = [f"i{number:03}" for number in range(150)]
    _put(clients, f"{unique}_things", **{name: {} for name in names})
    rows = ", ".join(f"{{{{id: {name}, rank: 5}}}}" for name in names)
    plan = load(OWNED.replace("{{id: a, rank: 1}}, {{id: b, rank: 2, note: new}}", rows))
    outcome = run(plan)

    assert outcome.kind is OutcomeKind.DONE, outcome.message
    assert [report.step.id for report in outcome.steps] == ["seed.things.part_1", "seed.things"]
    assert {str(item.get("rank")) for item in _scan(clients, f"{unique}_things").values()} == {"{'N': '5'}"}
    assert prepare(plan, clients, options).diff.is_empty


MODES = """
    ddbplan: 1
    database: {name}
    tables:
      things: {{partition_key: id}}
    seed:
      things: {{on_conflict: MODE, items: [{{id: a, n: 1}}, {{id: b, n: 1.0}}, {{id: c, n: 1}}]}}
"""


@pytest.mark.parametrize(
    ("mode", "allow", "kind", "expected"),
    [
        ("keep", frozenset(), "done", {"a": "5", "b": "1", "c": "1"}),
        ("overwrite", frozenset(), "refused", {"a": "5", "b": "1"}),
        ("overwrite", frozenset({"OVERWRITES_ITEMS:seed.things"}), "done", {"a": "1", "b": "1", "c": "1"}),
        ("fail", frozenset(), "failed", {"a": "5", "b": "1"}),
    ],
)
def test_items_that_exist_meet_what_on_conflict_says(
    load: Load, run: Run, clients: Clients, unique: str, mode: str, allow: frozenset[str], kind: str, expected: Any
) -> None:
    """Kept, replaced with permission, or a reason to stop; an item with the same content is no conflict."""
    bare = MODES[: MODES.index("    seed:")]
    run(load(bare))
    _put(clients, f"{unique}_things", a={"n": {"N": "5"}}, b={"n": {"N": "1"}})
    outcome = run(load(MODES.replace("MODE", mode)), allow=allow)
    found = {key: item["n"]["N"] for key, item in _scan(clients, f"{unique}_things").items()}

    assert outcome.kind == kind, outcome.message
    assert {key: found[key] for key in expected} == expected
    if mode == "fail":
        assert "other content" in outcome.message


GENERATED = """
    ddbplan: 1
    database: {name}
    tables:
      things: {{partition_key: id}}
    seed:
      things:
        generate:
          count: 30
          random_seed: 7
          item: {{id: "t-{row:05}", n: {{integer: [1, 1000]}}}}
"""


def test_more_generated_rows_than_the_ledger_keeps(
    load: Load,
    run: Run,
    clients: Clients,
    options: ApplyOptions,
    unique: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are a source with one hash, and the same generator again is no difference."""
    monkeypatch.setattr(seeds, "MAX_RECORDED_ROWS", 20)
    plan = load(GENERATED.replace("{row", "{{row").replace("05}", "05}}"))
    outcome = run(plan)

    assert outcome.kind is OutcomeKind.DONE, outcome.message
    assert len(_scan(clients, f"{unique}_things")) == 30
    assert prepare(plan, clients, options).diff.is_empty
