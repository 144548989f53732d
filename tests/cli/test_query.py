"""``ddbplan query``: live items in every form, all pages, with what they cost."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from ddbplan.exits import Exit
from ddbplan.views.cells import csv_value
from ddbplan.views.items import write_items
from ddbplan.views.output import Output
from executor.clients import Clients, Target
from executor.streaming import ItemStream
from planner.steps import Call
from tests.fakes.pages import pages

if TYPE_CHECKING:
    from pathlib import Path

    from planner.values import Json
    from tests.cli.site import Site

PLAN = """\
ddbplan: 1
database: {database}
tables:
  notes: {{partition_key: owner, sort_key: number, key_types: {{number: N}}, ephemeral: true}}
seed:
  notes:
    - {{owner: Ada, number: 1, text: "=cmd()", size: -1.5}}
    - {{owner: Ada, number: 2, text: "\\e]0;x\\a", tags: !set [a, b]}}
    - {{owner: Ada, number: 3, text: plain, "=odd": "+1"}}
    - {{owner: Bob, number: 1, text: other}}
queries:
  of_owner:
    table: notes
    key_condition: owner = :owner AND number >= :from
    values: {{owner: Ada, from: 1}}
    limit: 2
  everything: {{table: notes, scan: true}}
"""


@pytest.fixture
def notes(quick_bank: Site) -> Site:
    """A site with notes, applied."""
    quick_bank.write(PLAN)
    assert quick_bank.run("apply", str(quick_bank.plan), "--yes").exit_code == Exit.DONE
    return quick_bank


def run(site: Site, *words: str) -> str:
    """What a query command prints on standard output."""
    done = site.run("query", str(site.plan), *words)
    assert done.exit_code == Exit.DONE, done.output
    return done.stdout


@pytest.mark.engine
def test_the_cost_stands_with_the_answer(notes: Site) -> None:
    """Items, what was read for them and the capacity: in the table's last line, in JSON, and beside CSV."""
    table = run(notes, "of_owner").splitlines()
    document = json.loads(run(notes, "of_owner", "--format", "json"))
    beside = notes.run("query", str(notes.plan), "of_owner", "--format", "csv").stderr

    assert table[-1] == beside.splitlines()[0] == "2 items, 2 read, 0.5 read units."
    assert (document["count"], document["scanned"]) == (2, 2)
    assert document["consumed"] == {f"{notes.database}_notes": 0.5}


@pytest.mark.engine
def test_values_and_limit_replace_the_querys_own(notes: Site) -> None:
    """A value takes the declared type; a limit is a number or all."""
    every = run(notes, "of_owner", "--limit", "all", "--format", "jsonl").splitlines()
    one = run(notes, "of_owner", "--limit", "1", "--format", "jsonl").splitlines()
    later = run(notes, "of_owner", "--value", "from=3", "--value", ":owner=Ada", "--format", "jsonl").splitlines()
    wrong = [
        notes.run("query", str(notes.plan), "of_owner", *words).output
        for words in (("--value", "from=x"), ("--value", "from"), ("--limit", "0"), ("--limit", "-1"), ("--limit", "٣"))
    ]

    assert [json.loads(line)["Item"]["number"]["N"] for line in every] == ["1", "2", "3"]
    assert len(one) == 1
    assert json.loads(later[0])["Item"]["number"] == {"N": "3"}
    assert "'x' is not a number" in wrong[0]
    assert "--value takes NAME=VALUE" in wrong[1]
    assert all("is neither a number from 1 nor all" in said for said in wrong[2:])


@pytest.mark.engine
def test_csv_is_for_spreadsheets(notes: Site) -> None:
    """No formula, no control character, the key first, every attribute of every item a column, numbers as they are."""
    text = run(notes, "of_owner", "--limit", "all", "--format", "csv")
    header, *rows = csv.reader(io.StringIO(text))

    assert header == ["owner", "number", "'=odd", "size", "tags", "text"]
    assert rows == [
        ["Ada", "1", "", "-1.5", "", "'=cmd()"],
        ["Ada", "2", "", "", '["a", "b"]', "\\x1b]0;x\\x07"],
        ["Ada", "3", "'+1", "", "", "plain"],
    ]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"S": "@SUM(A1)"}, "'@SUM(A1)"),
        ({"S": "-1"}, "'-1"),
        ({"N": "-1"}, "-1"),
        ({"S": "a\tb\r"}, "a\\tb\\r"),
        ({"S": "two\nlines"}, "two\nlines"),
        ({"NULL": True}, "null"),
        (None, ""),
    ],
)
def test_fields_of_csv(value: Json, field: str) -> None:
    """Only texts get the apostrophe; a line break stays within its quotes."""
    assert csv_value(value) == field


@pytest.mark.engine
def test_all_queries_at_once(notes: Site) -> None:
    """Each under its name, with its own values; nothing else can be chosen beside."""
    text = run(notes, "--all")
    document = json.loads(run(notes, "--all", "--format", "json"))
    refused = [
        notes.run("query", str(notes.plan), *words).output
        for words in (("--all", "of_owner"), ("--all", "--value", "owner=x"), ("--all", "--format", "csv"))
    ]

    assert [line for line in text.splitlines() if line in ("of_owner", "everything")] == ["of_owner", "everything"]
    assert [(query["query"], query["count"]) for query in document["queries"]] == [("of_owner", 2), ("everything", 4)]
    assert all("--all" in said and "Error" in said for said in refused)


@pytest.mark.engine
def test_one_query_of_all_that_fails(notes: Site) -> None:
    """It is told with its name; the others run all the same, and the command ends with an error."""
    text = notes.plan.read_text()
    external = "  gone: {name: no-such-table, partition_key: id, external: true}\nseed:"
    lost = "queries:\n  lost: {table: gone, scan: true}"
    notes.plan.write_text(text.replace("seed:", external).replace("queries:", lost))
    done = notes.run("query", str(notes.plan), "--all")

    assert done.exit_code == Exit.ERROR
    assert "query.lost: The table no-such-table does not exist" in done.stderr
    assert "of_owner" in done.stdout
    assert "everything" in done.stdout


def made(number: int) -> Json:
    """An item of about 500 bytes."""
    return {"id": {"S": str(number)}, "memo": {"S": "x" * 450}}


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_memory_does_not_grow_with_the_items(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five thousand items, 2.5 MB of them, are written as they come; what is written is whole."""
    call = Call(function="scan_table", arguments={"table_name": "things"})
    with (
        (tmp_path / "out").open("w+", encoding="utf-8") as out,
        pages(5_000, made, per_page=100) as url,
        Clients(Target(endpoint_url=url, local=True)) as clients,
    ):
        next(iter(ItemStream(clients, call)))  # the client itself takes ten times as much when it is first used
        monkeypatch.setattr("ddbplan.views.items.stdout", lambda: Output(out))

        tracemalloc.start()
        try:
            write_items("all", ItemStream(clients, call), form, first=("id",))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        out.seek(0)
        text = out.read()

    assert peak < 1_200_000
    match form:
        case "json":
            assert len(json.loads(text)["items"]) == json.loads(text)["count"] == 5_000
        case "jsonl":
            assert [json.loads(line)["Item"]["id"]["S"] for line in text.splitlines()] == [str(n) for n in range(5_000)]
        case _:
            assert text.count("\n") == 5_001
