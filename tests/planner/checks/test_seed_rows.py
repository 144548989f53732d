"""Rows of seeds in great numbers: keys that stand twice, bad rows that are put up with, changes meanwhile."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from planner.changes.owned import update_of
from planner.checks import check, duplicates
from planner.checks.duplicates import Keys, fingerprint
from planner.checks.items import item_problems
from planner.checks.seeds import SourceChangedError, same_rows
from planner.checks.sound import Sound
from planner.diagnostics import Position, Report
from planner.encoding import encoded
from planner.reading.row_problems import Reject, RowPolicy, RowsError
from tests.planner.checks import make
from tests.planner.reading.support import MINIMAL, good

if TYPE_CHECKING:
    from pathlib import Path

    from planner.checked import CheckedSeed


@dataclass
class Kept:
    """Rejects in memory."""

    shown: str = "rejects.jsonl"
    rows: list[Reject] = field(default_factory=list)

    def add(self, reject: Reject) -> None:
        """Keep one."""
        self.rows.append(reject)


def _checked(folder: Path, lines: list[Any], policy: RowPolicy | None = None) -> tuple[CheckedSeed | None, Report]:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    (folder / "a.jsonl").write_text(text)
    report = Report()
    checked = check(good(folder, MINIMAL + "seed:\n  orders: {file: a.jsonl}\n"), report, policy=policy)
    return (None if checked is None else checked.seeds["orders"]), report


def _place(number: int) -> Position:
    return Position(f"file{number % 3}", number, number % 7)


@pytest.mark.parametrize("most", [5, 10_000])
def test_keys_that_stand_twice_are_found_in_memory_and_on_disk(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each second place is told with the first one, whichever way."""
    monkeypatch.setattr(duplicates, "_MAX_PART_BYTES", 64)
    monkeypatch.setattr(duplicates, "_BUFFER", 64)
    numbers = [*range(600), 7, 300, 7]
    found = set()
    with Keys(most) as keys:
        for place, number in enumerate(numbers):
            key = fingerprint({"id": {"N": str(number)}}, ("id",))
            first = keys.seen(key, _place(place))
            if first is not None:
                found.add((first, _place(place)))
        found |= {(one.first, one.again) for one in keys.twice()}

    assert found == {(_place(7), _place(600)), (_place(300), _place(601)), (_place(7), _place(602))}


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more keys than memory takes, and no room for them."""

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(duplicates.tempfile, "TemporaryFile", full)
    monkeypatch.setattr(duplicates, "_BUFFER", 32)
    monkeypatch.setattr(duplicates.Keys.__init__, "__defaults__", (1,))
    seed, report = _checked(tmp_path, [{"id": "a"}, {"id": "b"}, {"id": "c"}])

    assert seed is None
    assert [(d.code, "No space left" in d.what) for d in report] == [("DDB001", True)]


def test_equal_keys_have_one_fingerprint() -> None:
    """Numbers by value; what would only look alike side by side is kept apart."""

    def of(*values: dict[str, str]) -> bytes:
        return fingerprint(dict(zip(("a", "b"), values, strict=False)), ("a", "b")[: len(values)])

    assert of({"N": "1"}) == of({"N": "1.0"}) == of({"N": "01"}) == of({"N": "1E0"})
    assert len({of({"S": "1"}), of({"N": "1"}), of({"N": "10"}), of({"S": ""}), of({"S": "10"})}) == 5
    assert of({"S": "ab"}, {"S": "c"}) != of({"S": "a"}, {"S": "bc"})


def test_what_is_surely_sound_is_sound() -> None:
    """The quick look never passes an item that the exact check refuses."""
    table = make.table(
        sort="sk",
        key_types={"sk": "N", "g": "B"},
        indexes=(make.index("by_g", ("g",)), make.index("by_l", ("pk",), ("l",), kind="local")),
    )
    chance = random.Random(7)  # noqa: S311 - the same items at each run
    values: list[Any] = [
        {"S": "x"}, {"S": ""}, {"N": "1"}, {"B": ""}, {"B": "aGk="}, {"S": "y" * 3000}, {"S": "é" * 1025},
        {"S": "z" * 300_000}, {"BOOL": True}, {"M": {"a": {"L": []}}},
    ]  # fmt: skip
    deep: Any = {"S": "x"}
    for _ in range(40):
        deep = {"L": [deep]}
    values.append(deep)
    passed = 0
    for _ in range(3000):
        names = chance.sample(["pk", "sk", "g", "l", "x", "", "n" * 70_000], chance.randint(1, 5))
        item = {name: chance.choice(values) for name in names}
        item = {"pk": {"S": "x"}, "sk": {"N": "1"}, **({} if chance.random() < 0.5 else item)} | dict(
            [*item.items()][:1]
        )
        if Sound(table).is_sound(item, encoded(item)):
            passed += 1
            assert list(item_problems(item, table)) == []

    assert passed > 50


def test_bad_rows_are_put_up_with_to_a_bound(tmp_path: Path) -> None:
    """They are left out with a warning, kept with their text, and left out again when the rows are read for loading."""
    kept = Kept()
    lines = [{"id": "a"}, "no json", {"id": 5}, {"id": "b"}]
    seed, report = _checked(tmp_path, lines, RowPolicy(max_errors=2, rejects=kept))

    assert seed is not None
    assert (seed.count, [d.code for d in report]) == (2, ["DDB420"] * 3)
    assert "Each of them is in rejects.jsonl." in " ".join(d.fix for d in report)
    assert [row.item["id"]["S"] for row in same_rows(seed)] == ["a", "b"]
    assert [row.item["id"]["S"] for row in seed.rows()] == ["a", "b"]
    assert [(one.position.line, one.row) for one in kept.rows] == [(2, "no json"), (3, '{"Item":{"id":{"N":"5"}}}')]


def test_one_bad_row_more_keeps_all_from_being_loaded(tmp_path: Path) -> None:
    """All of them are told and kept all the same."""
    kept = Kept()
    seed, report = _checked(tmp_path, [{"id": "a"}, "x", "y", "z"], RowPolicy(max_errors=2, rejects=kept))

    assert seed is None
    assert report.has_errors
    assert len(kept.rows) == 3


def test_a_key_that_stands_twice_is_never_put_up_with(tmp_path: Path) -> None:
    """Nobody can say which of the two rows is meant."""
    seed, report = _checked(tmp_path, [{"id": "a"}, {"id": "a"}], RowPolicy(max_errors=9))

    assert seed is None
    assert [str(d.position) for d in report] == ["a.jsonl:2:1"]


@pytest.mark.parametrize("count", [3, 10_002])
def test_rows_that_changed_since_are_noticed(tmp_path: Path, count: int) -> None:
    """By their hashes, or where there are many by their text; and a row that was good is never left out in silence."""
    lines = [{"id": str(number), "n": number} for number in range(count)]
    seed, _ = _checked(tmp_path, lines, RowPolicy(max_errors=1))
    assert seed is not None
    assert len(list(same_rows(seed))) == count

    text = (tmp_path / "a.jsonl").read_text()
    (tmp_path / "a.jsonl").write_text(text.replace('"n": 2}', '"n": 3}', 1))
    with pytest.raises(SourceChangedError, match="not the same any more"):
        list(same_rows(seed))

    (tmp_path / "a.jsonl").write_text(text.replace('"n": 2}', '"n": }', 1))
    with pytest.raises(RowsError, match=r"a\.jsonl:3"):
        list(same_rows(seed))


def test_many_rows_keep_one_hash_that_the_way_of_packing_does_not_change(tmp_path: Path) -> None:
    """The same rows as an array and by line are the same source."""
    lines = [{"id": str(number), "n": number} for number in range(10_001)]
    by_line, _ = _checked(tmp_path, lines)
    (tmp_path / "b.json").write_text(json.dumps(lines, indent=1))
    array = check(good(tmp_path, MINIMAL + "seed:\n  orders: {file: b.json}\n"), Report())

    assert by_line is not None
    assert array is not None
    assert by_line.source_hash == array.seeds["orders"].source_hash
    assert by_line.row_hashes == {}


@pytest.mark.parametrize(("count", "is_wrong"), [(80, False), (81, True)])
def test_attributes_fit_the_expressions_of_an_update(tmp_path: Path, count: int, is_wrong: bool) -> None:  # noqa: FBT001 - a case
    """As many as an update's 4 KB say in every way of writing them; one more is told before anything is applied."""
    names = [f"a{number:03}" for number in range(count)]
    row = json.dumps({"id": "x", **dict.fromkeys(names, 1)})
    text = MINIMAL + f"seed:\n  orders: {{items: [{row}], attributes: {json.dumps(names)}}}\n"
    report = Report()
    checked = check(good(tmp_path, text), report)

    assert report.has_errors is is_wrong
    if checked is not None:
        (made,) = checked.seeds["orders"].rows()
        ways = [update_of(made, "t", way) for way in ("keep", "overwrite", "fail")]
        assert max(len(way[part]) for way in ways for part in ("UpdateExpression", "ConditionExpression")) <= 4096
