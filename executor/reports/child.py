"""The process that runs a report's SQL. Started by its path, alone: it imports DuckDB and the standard library only.

The SQL is untrusted: it comes from a plan that nobody may have read. This process has no environment, no credentials,
limits set by the kernel, and a DuckDB that opens no file, loads no extension and takes no setting once the data is in.
Before that, the SQL is taken apart by DuckDB's own parser, and only a SELECT over the named sources goes on.

It reads one request from its standard input and writes one answer to its standard output, both JSON.
"""

from __future__ import annotations

import json
import os
import re
import resource
import sys
from typing import Any

TABLE_FUNCTIONS = frozenset({"generate_series", "json_each", "json_tree", "range", "repeat", "unnest"})
QUERY_NODES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
MAX_MESSAGE = 2000
ROWS_AT_A_TIME = 1000
RESULT_SCHEMA = "ddbplan_result"
NESTED = ("JSON", "STRUCT", "MAP", "UNION", "VARIANT")


class RefusedError(Exception):
    """The SQL is not one that a report may run."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


def engine(packages: str) -> Any:
    """DuckDB: its core without the Python layer where that is there, which starts in a fifth of the time."""
    sys.path.append(packages)
    try:
        import _duckdb  # noqa: PLC0415 - only once the path is known
    except ImportError:
        import duckdb  # noqa: PLC0415 - likewise

        return duckdb
    return _duckdb


def limit(request: dict[str, Any]) -> None:
    """Let the kernel bound what this process may use."""
    for kind, most in (
        (resource.RLIMIT_CPU, request["cpu_seconds"]),
        (resource.RLIMIT_AS, request["address_bytes"]),
        (resource.RLIMIT_FSIZE, request["file_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (bound, bound))


def connect(duckdb: Any, request: dict[str, Any]) -> Any:
    """A database of this run, with its limits."""
    return duckdb.connect(
        request.get("database", ":memory:"),
        config={
            "threads": str(request["threads"]),
            "memory_limit": request["memory"],
            "temp_directory": request.get("temporary", ""),
            "max_temp_directory_size": request["temporary_bytes"],
            "python_enable_replacements": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_unsigned_extensions": "false",
        },
    )


def seal(connection: Any, writable: str = "") -> None:
    """From here on DuckDB reaches nothing but its own data, and one file to write where there is one."""
    if writable:
        connection.execute(f"SET allowed_paths = [{text(writable)}]")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def text(word: str) -> str:
    """A word as an SQL text."""
    return "'" + word.replace("'", "''") + "'"


def name(word: str) -> str:
    """A word as an SQL name."""
    return '"' + word.replace('"', '""') + '"'


def judge(connection: Any, sql: str, sources: list[str]) -> dict[str, Any]:
    """See that the SQL is one SELECT over the sources; which of them it reads, and whether it orders its rows.

    Raises:
        RefusedError: It is not.
    """
    try:
        parsed = json.loads(connection.execute("SELECT json_serialize_sql(?)", [sql]).fetchone()[0])
    except RecursionError:
        raise RefusedError("it is nested too deeply; a long sum is one too: take part of it into a WITH") from None
    if parsed.get("error"):
        said = str(parsed.get("error_message", ""))
        if parsed.get("error_type") == "not implemented":
            said = "it is no SELECT"
        position = parsed.get("position")
        raise RefusedError(said, int(position) if position is not None else None)
    statements = parsed["statements"]
    if len(statements) != 1:
        raise RefusedError(f"it holds {len(statements)} statements; a report is one SELECT")
    known = {source.lower(): source for source in sources}
    tables = _Walk(known).of(statements[0])
    modifiers = statements[0]["node"].get("modifiers", [])
    return {
        "tables": sorted(tables),
        "ordered": any(one.get("type") == "ORDER_MODIFIER" and one.get("orders") for one in modifiers),
    }


class _Walk:
    """Goes through a parsed statement."""

    def __init__(self, known: dict[str, str]) -> None:
        self._known = known

    def of(self, statement: Any) -> set[str]:
        """The sources that it reads."""
        nodes = list(_nodes(statement))
        common = {str(entry["key"]).lower() for node in nodes for entry in _common(node)}
        found: set[str] = set()
        for node in nodes:
            kind = str(node.get("type", ""))
            if kind.endswith("_NODE") and kind not in QUERY_NODES:
                raise RefusedError("it changes data or writes files; a report only reads")
            if kind == "SHOW_REF":
                raise RefusedError("it describes tables; a report selects rows")
            if kind == "TABLE_FUNCTION":
                self._check_function(node)
            if kind == "BASE_TABLE":
                found |= self._table(node, common)
        return found

    @staticmethod
    def _check_function(node: dict[str, Any]) -> None:
        called = str(node["function"]["function_name"])
        if called.lower() not in TABLE_FUNCTIONS:
            allowed = ", ".join(sorted(TABLE_FUNCTIONS))
            raise RefusedError(f"{called}() is not for reports; of the functions that make tables there are {allowed}")

    def _table(self, node: dict[str, Any], common: set[str]) -> set[str]:
        wanted = str(node["table_name"])
        plain = not node.get("schema_name") and not node.get("catalog_name")
        if plain and wanted.lower() in self._known:
            return {self._known[wanted.lower()]}
        if plain and wanted.lower() in common:
            return set()
        sources = ", ".join(self._known.values())
        position = node.get("query_location")
        raise RefusedError(f"there is no source {wanted!r}; there are {sources}", position)


def _nodes(value: Any) -> Any:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            yield one
            stack.extend(one.values())
        elif isinstance(one, list):
            stack.extend(one)


def _common(node: dict[str, Any]) -> list[Any]:
    tables = node.get("cte_map")
    return tables.get("map", []) if isinstance(tables, dict) else []


def load(connection: Any, source: dict[str, Any]) -> None:
    """Make a source's table of its file of rows.

    Raises:
        RefusedError: A value does not fit the type that the report declares.
    """
    raw = ", ".join(f"{column['field']}: 'VARCHAR'" for column in source["columns"])
    rows = f"read_json({text(source['file'])}, format = 'newline_delimited', columns = {{{raw}}})"
    made = ", ".join(f"{_cast(column)} AS {name(column['name'])}" for column in source["columns"])
    try:
        connection.execute(f"CREATE TABLE {name(source['name'])} AS SELECT {made} FROM {rows}")  # noqa: S608 - quoted
    except Exception as problem:
        raise RefusedError(f"source {source['name']}: {_said(problem)}") from problem


def _cast(column: dict[str, Any]) -> str:
    field = column["field"]
    match column["type"]:
        case "VARCHAR":
            return str(field)
        case "BLOB":
            return f"from_base64({field})"
        case other:
            return f"CAST({field} AS {other})"


def run(duckdb: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Load the sources, run the SQL, write its rows."""
    connection = connect(duckdb, request)
    sources = [source["name"] for source in request["sources"]]
    judged = judge(connection, request["sql"], sources)
    for source in request["sources"]:
        load(connection, source)
    connection.execute(f"CREATE SCHEMA {RESULT_SCHEMA}")
    seal(connection, request.get("parquet", ""))
    connection.execute(f"CREATE TABLE {RESULT_SCHEMA}.result AS {request['sql']}")
    described = connection.execute(f"DESCRIBE {RESULT_SCHEMA}.result").fetchall()
    columns = [{"name": str(row[0]), "type": str(row[1])} for row in described]
    if request.get("parquet"):
        connection.execute(f"COPY {RESULT_SCHEMA}.result TO {text(request['parquet'])} (FORMAT parquet)")
    count = write(connection, columns, request["rows"], request["result_bytes"])
    return {"columns": columns, "count": count, "ordered": judged["ordered"]}


def write(connection: Any, columns: list[dict[str, str]], file: str, most: int) -> int:
    """Write the result's rows as lines of JSON, every value as text.

    Raises:
        RefusedError: They are more than a report may come to.
    """
    shown = ", ".join(_shown(column) for column in columns)
    found = connection.execute(f"SELECT {shown} FROM {RESULT_SCHEMA}.result")  # noqa: S608 - quoted
    count = size = 0
    with open(file, "w", encoding="utf-8", errors="backslashreplace") as out:  # noqa: PTH123 - no more imports than needed
        while rows := found.fetchmany(ROWS_AT_A_TIME):
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            count, size = count + len(rows), size + len(lines)
            if size > most:
                raise RefusedError(f"its result has more than {most // 1024 // 1024} MB; sum it up, or add a LIMIT")
            out.write(lines)
    return count


def _shown(column: dict[str, str]) -> str:
    kind, quoted = column["type"], name(column["name"])
    if kind.endswith("]") or kind.startswith(NESTED):
        return f"CAST(to_json({quoted}) AS VARCHAR)"
    return f"base64({quoted})" if kind == "BLOB" else f"CAST({quoted} AS VARCHAR)"


def check(duckdb: Any, request: dict[str, Any]) -> dict[str, Any]:
    """Judge several reports' SQL without running any."""
    connection = connect(duckdb, request)
    seal(connection)
    found = {}
    for report in request["reports"]:
        try:
            found[report["name"]] = judge(connection, report["sql"], report["sources"])
        except RefusedError as refused:
            found[report["name"]] = {"error": str(refused), "position": refused.position}
        except Exception as problem:  # noqa: BLE001 - one report's SQL says nothing of the others'
            found[report["name"]] = {"error": _said(problem)[:MAX_MESSAGE], "position": None}
    return {"reports": found}


def _said(problem: Exception) -> str:
    """The first sentence of DuckDB's message, with where it points to."""
    lines = str(problem).strip().splitlines() or [type(problem).__name__]
    first = re.sub(r"^[A-Za-z ]+ Error: ", "", lines[0])
    if lines[0].startswith("Out of Memory"):
        first = f"it needs more memory than a report may use: {first}"
    place = next((line.split(":", 1)[0].capitalize() for line in lines if re.match(r"LINE \d+:", line)), "")
    hint = next((f" {line}" for line in lines[1:] if line.startswith("Did you mean")), "")
    return f"{first}{hint}" + (f" ({place} of the SQL)" if place else "")


def main() -> None:
    """One request, one answer."""
    os.umask(0o077)
    duckdb = engine(sys.argv[1])
    request = json.loads(sys.stdin.buffer.read())
    limit(request)
    try:
        answer = {"ok": True, **(run if request["mode"] == "run" else check)(duckdb, request)}
    except RefusedError as refused:
        answer = {"ok": False, "message": str(refused), "position": refused.position}
    except MemoryError:
        answer = {"ok": False, "message": "it needs more memory than a report may use", "position": None}
    except Exception as problem:  # noqa: BLE001 - whatever the SQL came to is the answer
        answer = {"ok": False, "message": _said(problem)[:MAX_MESSAGE], "position": None}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    os._exit(0)  # what a database does when it is closed, such as a checkpoint, is nobody's need


if __name__ == "__main__":
    main()
