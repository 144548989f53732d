"""``ddbplan seed`` and ``--max-errors``: rows out of tables, rows out of plans, bad rows put aside."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from ddbplan.exits import Exit
from planner.masking import masked, redacted
from planner.reading.sources.opening import packed
from tests.cli.support import ddbplan

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.site import Site

PLAN = """\
ddbplan: 1
database: {database}
tables:
  people: {{partition_key: id}}
  places: {{partition_key: name, sort_key: n, key_types: {{n: N}}}}
seed:
  people:
    - {{id: p1, email: ada@example.org, born: 1815, tags: !set [x, y], raw: !!binary AAE=}}
    - {{id: p2, email: ada@example.org, manager: {{email: bob@example.org}}}}
  places: {{generate: {{count: 40, item: {{name: "at-{{row}}", n: {{row: 1}}}}}}}}
"""


def _lines(path: Path) -> list[dict[str, Any]]:
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    return [json.loads(line)["Item"] for line in text.splitlines()]


@pytest.fixture
def filled(bank: Site) -> Site:
    """A site whose tables hold their seeds."""
    bank.write(PLAN.replace("{{row}}", "{{{{row}}}}").replace('"at-{{{{row}}}}"', '"at-{{row}}"'))
    applied = bank.process("apply", "plan.yaml", "--yes")
    assert applied.returncode == Exit.DONE, applied.stderr
    return bank


def _seed(site: Site, *words: str, target: bool = True) -> Any:
    where = ("--endpoint-url", site.endpoint_url) if target else ()
    return ddbplan("seed", *words, *where, folder=site.folder)


@pytest.mark.engine
def test_pulled_tables_are_seeds(filled: Site) -> None:
    """Each table becomes a file of its name with every item, exactly; the files validate as seeds; none is replaced."""
    pulled = _seed(filled, "pull", "plan.yaml", "-o", "data", "--segments", "3")

    assert pulled.returncode == Exit.DONE, pulled.stderr
    assert "people: 2 rows in data/people.jsonl" in pulled.stdout
    assert "Next: ddbplan validate plan.yaml" in pulled.stderr
    items = sorted(_lines(filled.folder / "data" / "people.jsonl"), key=lambda item: item["id"]["S"])
    assert items[0]["raw"] == {"B": "AAE="}
    assert len(_lines(filled.folder / "data" / "places.jsonl")) == 40

    text = filled.plan.read_text()
    start = text.index("seed:")
    filled.plan.write_text(
        text[:start] + "seed:\n  people: {file: data/people.jsonl}\n  places: {file: data/places.jsonl}\n"
    )
    assert ddbplan("validate", "plan.yaml", folder=filled.folder).returncode == Exit.DONE
    differs = filled.process("diff", "plan.yaml", "--detailed-exitcode")
    assert differs.returncode == Exit.DONE, differs.stdout

    again = _seed(filled, "pull", "plan.yaml", "-o", "data")
    assert again.returncode == Exit.ERROR
    assert "data/people.jsonl exists, so nothing was written over it. Give --force" in again.stderr
    forced = _seed(filled, "pull", "plan.yaml", "people", "-o", "data/people.jsonl", "--force", "--format", "json")
    assert json.loads(forced.stdout)["tables"] == [{"table": "people", "rows": 2, "files": ["data/people.jsonl"]}]
    assert sorted(path.name for path in (filled.folder / "data").iterdir()) == ["people.jsonl", "places.jsonl"]


@pytest.mark.engine
def test_what_is_private_stays_where_it_is(filled: Site) -> None:
    """Dropped attributes are gone, masked values are others of the same type, equal where the values were equal."""
    words = ("pull", "plan.yaml", "people", "--drop", "born", "--mask", "email", "--mask", "manager")
    assert _seed(filled, *words, "-o", "a.jsonl.gz").returncode == Exit.DONE
    assert _seed(filled, *words, "-o", "b.jsonl.gz").returncode == Exit.DONE
    first = {item["id"]["S"]: item for item in _lines(filled.folder / "a.jsonl.gz")}
    second = {item["id"]["S"]: item for item in _lines(filled.folder / "b.jsonl.gz")}

    assert first == second
    assert first["p1"]["email"] == first["p2"]["email"]
    assert "example.org" not in str(first)
    assert first["p2"]["manager"]["M"]["email"]["S"].startswith("masked-")
    assert "born" not in first["p1"]
    assert (filled.folder / ".ddbplan" / "mask.key").stat().st_mode & 0o077 == 0
    refused = _seed(filled, "pull", "plan.yaml", "people", "--drop", "id", "-o", "c.jsonl")
    assert "id is a key attribute of people" in refused.stderr
    misspelt = _seed(filled, *words, "--mask", "emial", "-o", "d.jsonl")
    assert "no item has an attribute 'emial'" in " ".join(misspelt.stderr.split())
    assert "'email'" not in misspelt.stderr


@pytest.mark.engine
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("pull", "plan.yaml", "nobody", "-o", "x"), "has no table 'nobody'. Its tables: people, places"),
        (("pull", "plan.yaml", "-o", "x.jsonl"), "x.jsonl is one file, and there are several tables"),
        (("pull", "plan.yaml", "people", "-o", "x.csv"), "A pulled file ends in"),
    ],
)
def test_what_cannot_be_pulled_is_said_before_anything_is_read(quick_bank: Site, words: Any, said: str) -> None:
    """Nothing is written."""
    quick_bank.write(PLAN)
    refused = _seed(quick_bank, *words)

    assert refused.returncode == Exit.ERROR
    assert said in " ".join(refused.stderr.split())
    assert [path.name for path in quick_bank.folder.iterdir()] == ["plan.yaml"]


@pytest.mark.engine
def test_a_table_that_is_not_there_leaves_no_file(quick_bank: Site) -> None:
    """The command fails with the table's name, and no half file is left."""
    quick_bank.write(PLAN)
    failed = _seed(quick_bank, "pull", "plan.yaml", "people", "-o", "data")

    assert failed.returncode == Exit.ERROR
    assert f"{quick_bank.database}_people" in failed.stderr
    assert "ddbplan apply plan.yaml" in failed.stderr
    assert not (quick_bank.folder / "data").exists()


def _folder(tmp_path: Path, lines: str) -> Path:
    (tmp_path / "rows.jsonl").write_text(lines)
    (tmp_path / "plan.yaml").write_text(
        "ddbplan: 1\ndatabase: x\ntables:\n  t: {partition_key: id, ephemeral: true}\nseed:\n  t: {file: rows.jsonl}\n"
    )
    return tmp_path


def test_exported_parts_are_what_importers_take(tmp_path: Path) -> None:
    """Gzip files of a bounded size, with a line of DynamoDB JSON for each row; the same rows make the same bytes."""
    folder = _folder(tmp_path, "".join(f'{{"id": "r{number}", "n": {number}.50}}\n' for number in range(30)))
    exported = ddbplan("seed", "export", "plan.yaml", "-o", "out", "--part-size", "1", folder=folder)
    (part,) = (folder / "out" / "t").iterdir()

    assert exported.returncode == Exit.DONE, exported.stderr
    assert "t: 30 rows in 1 part, out/t/part-00001.json.gz\n" in exported.stdout
    assert "Next: ddbplan diff plan.yaml" in exported.stderr
    assert _lines(part)[3] == {"id": {"S": "r3"}, "n": {"N": "3.50"}}

    again = ddbplan("seed", "export", "plan.yaml", "-o", "out", folder=folder)
    assert again.returncode == Exit.ERROR
    assert "out/t holds an export already" in again.stderr
    before = part.read_bytes()
    assert ddbplan("seed", "export", "plan.yaml", "-o", "out", "--force", folder=folder).returncode == Exit.DONE
    assert part.read_bytes() == before


def test_rows_that_are_no_items_are_not_exported(tmp_path: Path) -> None:
    """An importer would make items of rows that only set attributes of others."""
    folder = _folder(tmp_path, '{"id": "a", "rank": 1}\n')
    plan = folder / "plan.yaml"
    plan.write_text(plan.read_text().replace("{file: rows.jsonl}", "{file: rows.jsonl, attributes: [rank]}"))
    exported = ddbplan("seed", "export", "plan.yaml", "-o", "out", folder=folder)

    assert exported.returncode == Exit.DONE, exported.stderr
    assert "t: nothing, since its seed owns only some attributes" in exported.stdout
    assert not (folder / "out").exists()


def test_bad_rows_are_put_aside(tmp_path: Path) -> None:
    """Without --max-errors they are errors, with it warnings; the rejects file has line, reason and text of each."""
    folder = _folder(tmp_path, '{"id": "a"}\nno json\n{"id": 5}\n')
    strict = ddbplan("validate", "plan.yaml", folder=folder)
    kept = [json.loads(line) for line in (folder / ".ddbplan" / "rejects.jsonl").read_text().splitlines()]
    lenient = ddbplan("validate", "plan.yaml", "--max-errors", "2", "--rejects", "bad.jsonl", folder=folder)

    assert strict.returncode == Exit.ERROR
    assert "2 rows of seed.t cannot be loaded" in strict.stdout
    assert "Each of them is in .ddbplan/rejects.jsonl." in strict.stdout
    assert [(one["file"], one["line"], one["row"]) for one in kept] == [
        ("rows.jsonl", 2, "no json"),
        ("rows.jsonl", 3, '{"Item":{"id":{"N":"5"}}}'),
    ]
    assert "not JSON" in kept[0]["reason"]
    assert lenient.returncode == Exit.DONE
    assert "Next: ddbplan diff plan.yaml --max-errors 2" in lenient.stderr
    assert len((folder / "bad.jsonl").read_text().splitlines()) == 2


def test_bad_rows_of_an_earlier_command_are_gone(tmp_path: Path) -> None:
    """A command without bad rows leaves no rejects file that looks like its own, and removes no other file."""
    folder = _folder(tmp_path, '{"id": "a"}\nno json\n')
    ddbplan("validate", "plan.yaml", folder=folder)
    rejects = folder / ".ddbplan" / "rejects.jsonl"
    kept = rejects.exists()
    (folder / "rows.jsonl").write_text('{"id": "a"}\n')
    again = ddbplan("validate", "plan.yaml", folder=folder)
    ddbplan("validate", "plan.yaml", "--rejects", "rows.jsonl", folder=folder)

    assert again.returncode == Exit.DONE
    assert kept
    assert not rejects.exists()
    assert (folder / "rows.jsonl").exists()


def test_bad_rows_are_told_where_they_cannot_be_kept(tmp_path: Path) -> None:
    """A rejects file that cannot be written hides no problem."""
    folder = _folder(tmp_path, "x\n")
    (folder / "taken").write_text("")
    strict = ddbplan("validate", "plan.yaml", "--rejects", "taken/rejects.jsonl", folder=folder)

    assert strict.returncode == Exit.ERROR
    assert "The line is not JSON" in strict.stdout
    assert "rejects.jsonl" not in strict.stdout


@pytest.mark.engine
def test_apply_loads_the_rest(quick_bank: Site) -> None:
    """Diff and apply with --max-errors load the good rows, and say so in the next command."""
    _folder(quick_bank.folder, '{"id": "a"}\nno json\n{"id": "b"}\n')
    quick_bank.change("database: x", f"database: {quick_bank.database}")
    refused = quick_bank.process("apply", "plan.yaml", "--yes")
    shown = quick_bank.process("diff", "plan.yaml", "--max-errors", "1")
    saved = quick_bank.process("diff", "plan.yaml", "--max-errors", "1", "--out", "steps.json")
    applied = quick_bank.process("apply", "plan.yaml", "--yes", "--max-errors", "1")

    assert refused.returncode == Exit.ERROR
    assert "--max-errors 1" in shown.stderr
    assert "Next: ddbplan apply steps.json --max-errors 1" in saved.stderr
    assert applied.returncode == Exit.DONE, applied.stderr
    assert sorted(item["id"]["S"] for item in quick_bank.items(f"{quick_bank.database}_t")) == ["a", "b"]


def test_masks_depend_on_value_type_and_key() -> None:
    """Equal values have equal masks, numbers by their value; another key makes others."""
    key, other = b"k" * 32, b"o" * 32

    assert masked({"N": "1"}, key) == masked({"N": "1.0"}, key)
    assert masked({"S": "1"}, key) != masked({"S": "1"}, other)
    assert masked({"SS": ["a", "b"]}, key)["SS"] == sorted(masked({"S": one}, key)["S"] for one in "ab")
    assert masked({"BOOL": True}, key) == {"BOOL": True}
    assert redacted({"a": {"S": "x"}, "b": {"S": "y"}}, frozenset("a"), frozenset(), key) == {"b": {"S": "y"}}


def test_a_new_file_is_packed_as_its_name_says(tmp_path: Path) -> None:
    """The same content makes the same bytes, whenever it is written."""
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        with packed(tmp_path / name) as file:
            file.write(b"x")

    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()
