"""``ddbplan report``: figures of live data through the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ddbplan.exits import Exit
from ddbplan.main import program

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.site import Site

pytestmark = pytest.mark.engine
pytest.importorskip("duckdb")

PLAN = """\
ddbplan: 1
database: {database}
tables:
  sales: {{partition_key: shop, sort_key: sale, ephemeral: true}}
seed:
  sales:
    - {{shop: a, sale: "1", amount: 1.10, memo: "=1+1"}}
    - {{shop: a, sale: "2", amount: 2.20, memo: "x\\e[31m,y"}}
    - {{shop: b, sale: "1", amount: -5}}
queries:
  of_shop: {{table: sales, key_condition: shop = :shop, values: {{shop: a}}}}
reports:
  sums:
    description: What each shop sold.
    sources: {{mine: of_shop, other: {{query: of_shop, values: {{shop: b}}}}}}
    sql: |
      SELECT shop, sum(amount) AS total, count(*) AS n
      FROM (FROM mine UNION ALL BY NAME FROM other) GROUP BY shop ORDER BY shop
  memos: {{sources: {{mine: of_shop}}, sql: "SELECT memo, -amount AS amount FROM mine ORDER BY sale"}}
"""


@pytest.fixture
def shop(quick_bank: Site) -> Site:
    """A site with sales, applied."""
    quick_bank.write(PLAN)
    assert quick_bank.run("apply", str(quick_bank.plan), "--yes").exit_code == Exit.DONE
    return quick_bank


def run(site: Site, *words: str) -> str:
    """What a report command prints on standard output."""
    done = site.run("report", str(site.plan), *words)
    assert done.exit_code == Exit.DONE, done.output
    return done.stdout


def test_a_report_in_every_form(shop: Site, tmp_path: Path) -> None:
    """A table for people, CSV, JSON with exact numbers, and Parquet in a file; without a name, what there is."""
    import duckdb  # noqa: PLC0415 - only here

    table, csv, document = (run(shop, "sums", "--format", form) for form in ("table", "csv", "json"))
    file = tmp_path / "sums.parquet"
    run(shop, "sums", "--format", "parquet", "-o", str(file))
    listed = run(shop)

    assert table.splitlines()[:3] == ["shop  total  n", "a     3.3    2", "b     -5.0   1"]
    assert table.splitlines()[3].startswith("2 rows of 3 items, ")
    assert csv == "shop,total,n\na,3.3,2\nb,-5.0,1\n"
    found = json.loads(document)
    assert (found["version"], found["report"], found["count"], found["read"]) == (1, "sums", 2, {"mine": 2, "other": 1})
    assert found["columns"][1] == {"name": "total", "type": "DECIMAL(38,1)"}
    assert found["rows"] == [["a", "3.3", 2], ["b", "-5.0", 1]]
    assert sum(found["consumed"].values()) > 0
    assert duckdb.execute("SELECT CAST(total AS VARCHAR) FROM read_parquet(?)", [str(file)]).fetchall() == [
        ("3.3",),
        ("-5.0",),
    ]
    assert "What each shop sold." in listed


def test_values_go_to_the_sources(shop: Site) -> None:
    """To every source whose query has the name, or to the one that is named."""
    everywhere = run(shop, "sums", "--value", "shop=b", "--format", "csv")
    one = run(shop, "sums", "--value", "mine.shop=b", "--format", "csv")
    wrong = [
        shop.run("report", str(shop.plan), "sums", "--value", value).output
        for value in ("nope=1", "nope.shop=1", "shop", 'shop={"N": "1"}')
    ]

    assert everywhere == one == "shop,total,n\nb,-10,2\n"
    assert "No source of the report has a value 'nope'. They have: shop." in wrong[0]
    assert "The report has no source 'nope'. It has: mine, other." in wrong[1]
    assert "--value takes [SOURCE.]NAME=VALUE" in wrong[2]
    assert "report.sums cannot be run with these values" in wrong[3]


def test_csv_holds_no_formula_and_no_control_character(shop: Site) -> None:
    """A spreadsheet takes a text for a text; a negative number stays a number."""
    csv = run(shop, "memos", "--format", "csv")

    assert csv == 'memo,amount\n\'=1+1,-1.1\n"x\\x1b[31m,y",-2.2\n'


def test_a_file_is_whole_or_not_there(shop: Site, tmp_path: Path) -> None:
    """A report that fails leaves a file as it was; a folder that is not there is one sentence."""
    file = tmp_path / "out.csv"
    run(shop, "sums", "--format", "csv", "-o", str(file))
    before = file.read_text()
    shop.change("SELECT shop,", "SELECT shap,")
    failed = shop.run("report", str(shop.plan), "sums", "--format", "csv", "-o", str(file))
    nowhere = shop.run("report", str(shop.plan), "memos", "--format", "csv", "-o", str(tmp_path / "no" / "out.csv"))

    assert file.read_text() == before == "shop,total,n\na,3.3,2\nb,-5.0,1\n"
    assert failed.exit_code == nowhere.exit_code == Exit.ERROR
    assert 'report.sums: Referenced column "shap" not found' in failed.stderr
    assert "cannot be written: No such file or directory." in nowhere.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".out")] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nope",), "has no report 'nope'. Its reports: sums, memos."),
        (("sums", "--format", "parquet"), "name the report, and the file with -o FILE"),
        (("sums", "--timeout", "0"), "0.0 is not in the range"),
    ],
)
def test_a_slip_is_one_sentence(quick_bank: Site, words: tuple[str, ...], said: str) -> None:
    """Nothing is read from DynamoDB for a command that makes no sense."""
    quick_bank.write(PLAN)
    done = quick_bank.run("report", str(quick_bank.plan), *words)

    assert done.exit_code == Exit.ERROR
    assert said in done.output


def test_before_the_first_apply_the_way_is_named(quick_bank: Site) -> None:
    """The table is not there: apply the plan first."""
    quick_bank.write(PLAN)
    done = quick_bank.run("report", str(quick_bank.plan), "sums")

    assert done.exit_code == Exit.ERROR
    assert "does not exist" in done.stderr
    assert "ddbplan apply" in done.stderr


def test_validate_judges_the_sql(quick_bank: Site) -> None:
    """A mistake in the SQL of a report is an error of the plan, with its place; in all environments once."""
    quick_bank.write(
        PLAN + "environments: {{dev: {{database: {database}_dev}}, prod: {{database: {database}_prod}}}}\n"
    )
    quick_bank.change("FROM mine ORDER", "FRM mine ORDER")
    done = CliRunner().invoke(program, ["validate", str(quick_bank.plan), "--format", "json"])
    (plan,) = json.loads(done.stdout)["plans"]

    assert done.exit_code == Exit.ERROR
    assert [
        (found["code"], found["address"], found["line"])
        for found in plan["diagnostics"]
        if found["severity"] == "error"
    ] == [("DDB303", "report.memos", 19)]
