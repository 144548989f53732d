"""Reports on real engines and over real sockets: exact, streamed, and judged before they run."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from executor.apply import apply
from executor.clients import Clients, Target
from executor.failure import CallError
from executor.reports import process
from executor.reports.checking import SqlChecker
from executor.reports.errors import DuckDBMissingError, ReportError
from executor.reports.running import ReportResult, run_report
from executor.streaming import ItemStream
from planner import load_plan
from planner.diagnostics import Report
from planner.steps import Call
from tests.fakes.pages import pages

if TYPE_CHECKING:
    from planner.checked import CheckedPlan
    from planner.values import Json
    from tests.engines import Engine

pytest.importorskip("duckdb")

PLAN = """\
ddbplan: 1
database: {unique}
tables:
  sales: {{partition_key: shop, sort_key: sold, key_types: {{sold: N}}, ephemeral: true}}
seed:
  sales:
    - {{shop: a, sold: 1772360000, amount: 0.1, tags: [x, 1.50], paid: true, raw: !!binary AAEC}}
    - {{shop: a, sold: 1772361000, amount: 0.2, note: null}}
    - {{shop: a, sold: 1772364000, amount: 99999999999999999999999999999999999.7, note: "line\\nbreak \\0 and \\u00e9"}}
    - {{shop: b, sold: 1772360000, amount: -5}}
queries:
  of_shop: {{table: sales, key_condition: shop = :shop, values: {{shop: a}}, limit: 2}}
  every: {{table: sales, scan: true}}
reports:
"""


def plan_of(reports: str, tmp_path: Path, unique: str) -> CheckedPlan:
    """The plan with these reports."""
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN.format(unique=unique) + reports, encoding="utf-8")
    loaded = load_plan(path)
    assert loaded.plan is not None, [found.what for found in loaded.diagnostics]
    return loaded.plan


def rows(result: ReportResult) -> list[list[str | None]]:
    """All rows."""
    return list(result.rows())


@pytest.mark.engine
def test_reports_are_exact_on_every_engine(engine: Engine, tmp_path: Path, unique: str) -> None:
    """Sums to the last of 38 digits, buckets of time, a query run for several values, and every type as it is."""
    plan = plan_of(
        """\
  sums:
    sources: {sales: {query: of_shop, limit: off, values: [{shop: a}, {shop: b}]}}
    sql: SELECT shop, sum(amount) AS total, count(*) AS n FROM sales GROUP BY shop ORDER BY shop
  hours:
    sources: {sales: {query: every, columns: {sold: BIGINT}}}
    sql: |
      SELECT date_trunc('hour', to_timestamp(sold)) AS hour, min(amount) AS least
      FROM sales GROUP BY hour ORDER BY hour
  whole:
    sources: {sales: of_shop}
    sql: SELECT sold, tags, paid, raw, tags ->> 1 AS second FROM sales ORDER BY sold
  text:
    sources: {sales: {query: of_shop, limit: off}}
    sql: SELECT note FROM sales ORDER BY sold DESC LIMIT 1
""",
        tmp_path,
        unique,
    )
    with Clients(Target(endpoint_url=engine.endpoint_url)) as clients:
        apply(plan, clients)
        found = {}
        for name, report in plan.reports.items():
            with run_report(report, clients) as result:
                found[name] = (rows(result), result.read["sales"])

    assert found["sums"] == ([["a", "100000000000000000000000000000000000.0", "3"], ["b", "-5.0", "1"]], 4)
    assert found["hours"] == (
        [["2026-03-01 10:00:00+00", "-5.0"], ["2026-03-01 11:00:00+00", found["hours"][0][1][1]]],
        4,
    )
    assert found["whole"] == (
        [["1772360000", '["x",1.5]', "true", "AAEC", "1.5"], ["1772361000", None, None, None, None]],
        2,
    )
    assert found["text"] == ([["line\nbreak \0 and é"]], 3)


@pytest.mark.engine
def test_what_fails_is_one_sentence(ministack: Engine, tmp_path: Path, unique: str) -> None:
    """A column that is not there, a type that would round, a table that is not there, an overflow."""
    plan = plan_of(
        """\
  column: {sources: {sales: every}, sql: SELECT amuont FROM sales}
  of_table: {sources: {sales: every}, sql: SELECT sales.discount FROM sales}
  elsewhere: {sources: {sales: every, other: of_shop}, sql: "SELECT s.amount FROM (SELECT shop FROM sales) s, other"}
  rounded: {sources: {sales: {query: every, columns: {amount: "DECIMAL(10,0)"}}}, sql: FROM sales}
  wrong: {sources: {sales: {query: every, columns: {shop: BIGINT}}}, sql: FROM sales}
  overflow: {sources: {sales: every}, sql: SELECT sum(amount) * 1000 AS x FROM sales}
""",
        tmp_path,
        unique,
    )
    said = {}
    with Clients(Target(endpoint_url=ministack.endpoint_url)) as clients:
        with pytest.raises(CallError) as missing, run_report(plan.reports["column"], clients):
            pass
        apply(plan, clients)
        for name, report in plan.reports.items():
            with pytest.raises(ReportError) as failed, run_report(report, clients):
                pass
            said[name] = str(failed.value)

    assert missing.value.code == "TableMissing"
    assert 'Referenced column "amuont" not found' in said["column"]
    assert "(Line 1 of the SQL)" in said["column"]
    assert said["of_table"].endswith(
        "No item that was read has an attribute 'discount': if items may lack it, give the source its type, such as "
        "columns: {discount: BIGINT}"
    )
    assert 'column named "amount"' in said["elsewhere"]
    assert "columns:" not in said["elsewhere"]
    assert said["rounded"].startswith("source sales: amount is declared as DECIMAL(10,0)")
    assert said["wrong"].startswith("source sales: Could not convert string 'a' to INT64")
    assert "Overflow" in said["overflow"] or "out of range" in said["overflow"].lower()


@pytest.mark.engine
def test_a_result_can_be_a_parquet_file(ministack: Engine, tmp_path: Path, unique: str) -> None:
    """DuckDB writes it, with its decimals as decimals."""
    import duckdb  # noqa: PLC0415 - only here

    plan = plan_of("  all: {sources: {sales: every}, sql: SELECT shop FROM sales ORDER BY shop}\n", tmp_path, unique)
    with Clients(Target(endpoint_url=ministack.endpoint_url)) as clients:
        apply(plan, clients)
        with run_report(plan.reports["all"], clients, parquet=True) as result:
            assert result.parquet is not None

            read = duckdb.execute("SELECT * FROM read_parquet(?)", [str(result.parquet)]).fetchall()

    assert read == [("a",), ("a",), ("a",), ("b",)]
    assert not result.parquet.exists()


def made(number: int) -> Json:
    """An item of about 500 bytes."""
    return {"id": {"S": str(number)}, "amount": {"N": f"{number}.25"}, "memo": {"S": "x" * 450}}


def test_memory_does_not_grow_with_the_items(tmp_path: Path, unique: str) -> None:
    """Ten thousand items, 5 MB of them, go through in pages: this process never holds a fifth of them."""
    plan = plan_of(
        '  all: {sources: {sales: every}, sql: "SELECT count(*) AS n, sum(amount) AS total FROM sales"}\n',
        tmp_path,
        unique,
    )
    with pages(10_000, made, per_page=100) as url, Clients(Target(endpoint_url=url, local=True)) as clients:
        assert (
            sum(1 for _ in ItemStream(clients, Call(function="scan_table", arguments={"table_name": "warm"}))) == 10_000
        )

        tracemalloc.start()
        try:
            with run_report(plan.reports["all"], clients) as result:
                found = rows(result)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert found == [["10000", "49997500.00"]]
    assert result.consumed == {f"{unique}_sales": 100.0}
    assert peak < 2_500_000


def judged(reports: str, tmp_path: Path, unique: str) -> list[tuple[str, str, int]]:
    """What the checker finds: code, sentence, line of the plan."""
    found = Report()
    with SqlChecker() as checker:
        checker.check((report, found) for report in plan_of(reports, tmp_path, unique).plan.reports.values())
    return [(one.code, one.what, one.position.line if one.position else 0) for one in found.sorted()]


def test_sql_is_judged_offline(tmp_path: Path, unique: str) -> None:
    """Syntax with its place, a source that is not there, one that is not read, and what is no SELECT."""
    reports = """\
  good: {sources: {sales: every}, sql: "WITH s AS (FROM sales) SELECT count(*) FROM s, range(3)"}
  syntax:
    sources: {sales: every}
    sql: |
      SELECT shop
      FORM sales
  unknown: {sources: {sales: every}, sql: SELECT * FROM seles}
  unread: {sources: {sales: every, others: every}, sql: SELECT * FROM SALES}
  two: {sources: {sales: every}, sql: FROM sales; FROM sales}
  file: {sources: {sales: every}, sql: "FROM sales, read_csv('/etc/passwd')"}
"""
    found = judged(reports, tmp_path, unique)

    assert [(code, what) for code, what, _ in found] == [
        ("DDB303", 'Syntax error at or near "sales" (line 2, column 6 of the SQL).'),
        ("DDB303", "There is no source 'seles'; there are sales (line 1, column 15 of the SQL)."),
        ("DDB304", "The SQL does not read the source 'others'."),
        ("DDB303", "It holds 2 statements; a report is one SELECT."),
        (
            "DDB303",
            (
                "Read_csv() is not for reports; of the functions that make tables there are generate_series, "
                "json_each, json_tree, range, repeat, unnest."
            ),
        ),
    ]
    assert [line for *_, line in found] == [19, 21, 22, 23, 24]


def test_without_duckdb_it_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, unique: str) -> None:
    """Validating says that the SQL was not checked; running says what to install."""
    monkeypatch.setattr(process, "find_duckdb", lambda: None)
    reports = "  all: {sources: {sales: every}, sql: FROM sales}\n"

    found = judged(reports, tmp_path, unique)
    with (
        Clients(Target(endpoint_url="http://127.0.0.1:9", local=True)) as clients,
        pytest.raises(DuckDBMissingError, match=r"pip install 'ddbplan\[reports\]'"),
        run_report(plan_of(reports, tmp_path, unique).reports["all"], clients),
    ):
        pass

    assert [(code, what) for code, what, _ in found] == [("DDB305", "The SQL was not checked.")]
