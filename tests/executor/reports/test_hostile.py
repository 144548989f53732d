"""Hostile reports: what their SQL tries is refused by DuckDB's parser, by a DuckDB that is sealed, or by the kernel."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from executor.reports import child
from executor.reports.errors import ReportError
from executor.reports.process import LIMITS, MEGABYTE, Limits, SqlProcess
from executor.reports.running import ResultColumn, attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

duckdb = pytest.importorskip("duckdb")

SMALL = replace(LIMITS, seconds=20, memory_bytes=100 * MEGABYTE, threads=1)
READS = (
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/proc/self/environ')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
)
WRITES = (
    "COPY boxes TO '{folder}/out.csv'",
    "COPY (SELECT 1) TO '{folder}/out.parquet'",
    "EXPORT DATABASE '{folder}/out'",
    "ATTACH '{folder}/other.db'",
    "WITH x AS (COPY boxes TO '{folder}/out.csv') SELECT 1",
)
CHANGES = (
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET threads = 64",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET memory_limit",
    "PRAGMA memory_limit = '64GB'",
    "PRAGMA enable_external_access = true",
    "CALL pragma_version()",
)
OTHERS = (
    "INSERT INTO boxes VALUES ('x')",
    "WITH x AS (DELETE FROM boxes RETURNING *) SELECT * FROM x",
    "DROP TABLE boxes",
    "CREATE TABLE other AS SELECT 1",
    "SELECT 1; SELECT 2",
    "DESCRIBE boxes",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM nothing",
    "",
    "-- nothing but a comment",
)


def asked(sql: str, folder: Path, limits: Limits = SMALL) -> dict[str, Any]:
    """The answer of a real process to one report over a source of two rows."""
    file = folder / "rows.jsonl"
    file.write_text('{"c0": "one"}\n{"c0": "two"}\n')
    source = {"name": "boxes", "file": str(file), "columns": [{"field": "c0", "name": "id", "type": "VARCHAR"}]}
    request = {
        "mode": "run",
        "sql": sql,
        "sources": [source],
        "database": str(folder / "report.db"),
        "temporary": str(folder / "temporary"),
        "rows": str(folder / "result.jsonl"),
        "parquet": "",
    }
    with SqlProcess() as process:
        return process.ask(request, limits)


@pytest.fixture
def sealed(tmp_path: Path) -> Iterator[Any]:
    """DuckDB as the process has it when the SQL begins, without the parser's judgement before it."""
    connection = child.connect(duckdb, {**SMALL.words(), "temporary": str(tmp_path / "temporary")})
    connection.execute("CREATE TABLE boxes AS SELECT 'one' AS id")
    child.seal(connection)
    yield connection
    connection.close()


@pytest.mark.parametrize("sql", [*READS, *WRITES, *CHANGES, *OTHERS])
def test_only_a_select_over_the_sources_is_run(sql: str) -> None:
    """Files, other databases, settings, extensions, changes of data: refused before anything is loaded."""
    connection = child.connect(duckdb, SMALL.words())

    with pytest.raises(child.RefusedError):
        child.judge(connection, sql.format(folder="/tmp"), ["boxes"])  # noqa: S108 - nothing is written


@pytest.mark.parametrize("sql", [*READS, *WRITES, *CHANGES[:-1], "SELECT getenv('AWS_SECRET_ACCESS_KEY')"])
def test_a_sealed_duckdb_reaches_nothing(sealed: Any, tmp_path: Path, sql: str) -> None:
    """The second wall: even what the parser let pass reads no file, writes none, and changes no setting."""
    folder = tmp_path / "outside"
    folder.mkdir()

    with pytest.raises(duckdb.Error):
        sealed.execute(sql.format(folder=folder)).fetchall()

    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("sql", ["SELECT * FROM read_csv('{url}')", "ATTACH '{url}'", "INSTALL x FROM '{url}'"])
def test_a_sealed_duckdb_opens_no_connection(sealed: Any, sql: str) -> None:
    """A listener on this machine is never called."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/data.csv"

        with pytest.raises(duckdb.Error):
            sealed.execute(sql.format(url=url)).fetchall()
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_variables_of_python_are_no_tables(sealed: Any) -> None:
    """DuckDB for Python takes a variable's name for a table; not here."""
    secret = duckdb.sql("SELECT 42 AS answer")

    with pytest.raises(duckdb.Error):
        sealed.execute("SELECT * FROM secret").fetchall()

    assert secret.fetchall() == [(42,)]


def test_the_process_has_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials of whoever runs a report are not there to be read."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "CANARY")

    with SqlProcess() as process:
        environment = Path(f"/proc/{process.pid}/environ").read_bytes()

    assert environment == b""


@pytest.mark.parametrize(
    "sql",
    [
        "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "SELECT count(*) FROM range(10000000000) a, range(10000000000) b WHERE a.range + b.range = -1",
    ],
)
def test_sql_that_does_not_end_is_ended(tmp_path: Path, sql: str) -> None:
    """Endless recursion and a huge join meet the time limit; the process is gone afterwards."""
    with pytest.raises(ReportError, match="ran longer than 1 s"):
        asked(sql, tmp_path, replace(SMALL, seconds=1))


@pytest.mark.parametrize(
    "sql",
    ["SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)", "SELECT repeat('x', 4000000000)"],
)
def test_sql_that_takes_all_memory_is_stopped(tmp_path: Path, sql: str) -> None:
    """A memory bomb meets DuckDB's limit, and the message says so."""
    answer = asked(sql, tmp_path)

    assert not answer["ok"]
    assert "more memory than a report may use" in answer["message"]


def test_a_result_that_has_no_end_is_refused(tmp_path: Path) -> None:
    """The size of what comes out is bounded."""
    limits = replace(SMALL, result_bytes=MEGABYTE)
    answer = asked("SELECT repeat('x', 1000) AS x FROM range(10000)", tmp_path, limits)

    assert answer["message"] == "its result has more than 1 MB; sum it up, or add a LIMIT"


def test_a_file_that_grows_without_end_is_cut(tmp_path: Path) -> None:
    """The kernel bounds the database that the SQL fills, so that no disk is filled."""
    limits = replace(SMALL, disk_bytes=4 * MEGABYTE)
    answer = asked("SELECT i, sha256(CAST(i AS VARCHAR)) AS h FROM range(400000) t(i)", tmp_path, limits)

    assert not answer["ok"]
    assert max(file.stat().st_size for file in tmp_path.iterdir() if file.is_file()) <= 4 * MEGABYTE


def test_sql_that_nests_too_deeply_is_told_of_its_report_alone() -> None:
    """What no parser of ours can hold is a problem of one report; the others are judged."""
    deep = {"name": "deep", "sql": f"SELECT {'+'.join(['1'] * 700)}", "sources": ["boxes"]}
    odd = {"name": "odd", "sql": "SELECT '\ud800'", "sources": ["boxes"]}
    good = {"name": "good", "sql": "SELECT id FROM boxes", "sources": ["boxes"]}
    with SqlProcess() as process:
        answer = process.ask({"mode": "check", "reports": [deep, odd, good]}, SMALL)

    assert "nested too deeply" in answer["reports"]["deep"]["error"]
    assert answer["reports"]["odd"]["error"]
    assert answer["reports"]["good"]["tables"] == ["boxes"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("HUGEINT", "170141183460469231731687303715884105727"),
        ("DOUBLE", "1e+300"),
        ("DOUBLE", "-inf"),
        ("JSON", "[" * 5000 + "]" * 5000),
    ],
)
def test_results_that_dynamodb_has_no_value_for_are_text(kind: str, text: str) -> None:
    """What an expectation is compared with never ends in a traceback."""
    assert attribute(ResultColumn(name="a", type=kind), text) == {"S": text}


def test_an_honest_report_passes_all_of_this(tmp_path: Path) -> None:
    """The same walls let a SELECT through, with a table of its own, a function that makes rows, and a last comment."""
    sql = "WITH t AS (SELECT id FROM boxes) SELECT id, n FROM t, range(2) r(n) ORDER BY id, n; -- all"
    answer = asked(sql, tmp_path)

    assert answer == {
        "ok": True,
        "columns": [{"name": "id", "type": "VARCHAR"}, {"name": "n", "type": "BIGINT"}],
        "count": 4,
        "ordered": True,
    }
