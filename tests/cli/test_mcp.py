"""``ddbplan mcp`` as an assistant's program sees it: a process, spoken to over its stdin and stdout."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from tests.cli.support import PROGRAM, ddbplan, environment

if TYPE_CHECKING:
    from mcp_types import CallToolResult

pytestmark = pytest.mark.slow

PLAN = """\
ddbplan: 1
database: shelf
tables:
  books: {partition_key: isbn, ephemeral: true}
seed:
  books:
    - {isbn: a, title: One}
queries:
  book: {table: books, key_condition: "isbn = :isbn", values: {isbn: a}, rate: 5, item_size: 1 KB,
    expect: {items: [{title: One}]}}
"""
WRONG = PLAN.replace("{title: One}]}}", "{title: Two}]}}")
INVALID = PLAN.replace("partition_key", "hash_key")


def talk(folder: Path, conversation: Callable[[Client], Awaitable[Any]]) -> Any:
    """Start the server in a folder, say something, and end it."""
    server = StdioServerParameters(command=PROGRAM[0], args=[*PROGRAM[1:], "mcp"], env=environment(), cwd=folder)

    async def run() -> Any:
        with anyio.fail_after(100):
            async with Client(server) as client:
                return await conversation(client)

    return anyio.run(run)


def call(folder: Path, tool: str, *arguments: dict[str, Any]) -> list[CallToolResult]:
    """The results of calls of one tool, one after another."""

    async def conversation(client: Client) -> list[CallToolResult]:
        return [await client.call_tool(tool, given) for given in arguments]

    found: list[CallToolResult] = talk(folder, conversation)
    return found


def said(result: CallToolResult) -> str:
    """The text of a result."""
    return "".join(block.text for block in result.content if block.type == "text")


def test_it_offers_two_tools_that_change_nothing(tmp_path: Path) -> None:
    """Validate and test, both read-only and of a closed world; no resource and no prompt."""

    async def conversation(client: Client) -> Any:
        return await client.list_tools()

    tools = talk(tmp_path, conversation).tools

    assert [tool.name for tool in tools] == ["validate", "test"]
    assert {(tool.annotations.read_only_hint, tool.annotations.open_world_hint) for tool in tools} == {(True, False)}
    assert all(set(tool.input_schema["properties"]) == {"paths", "text"} for tool in tools)


def test_a_text_is_validated(tmp_path: Path) -> None:
    """Each problem comes with its code, place and what to do; nothing is left in the folder."""
    good, bad = call(tmp_path, "validate", {"text": PLAN}, {"text": INVALID})

    assert good.structured_content == {
        "version": 1,
        "plans": [{"plan": "plan.yaml", "valid": True, "environments": [], "diagnostics": []}],
        "summary": {"plans": 1, "valid": 1, "invalid": 0},
    }
    assert bad.structured_content is not None
    found = bad.structured_content["plans"][0]["diagnostics"]
    assert {diagnostic["code"] for diagnostic in found} == {"DDB012"}
    assert {diagnostic["file"] for diagnostic in found} == {"plan.yaml"}
    assert not bad.is_error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.engine
def test_plans_are_proved(tmp_path: Path) -> None:
    """Every case with its outcome; one that fails says what came instead."""
    (tmp_path / "good.yaml").write_text(PLAN)
    (tmp_path / "wrong.yaml").write_text(WRONG)
    (answer,) = call(tmp_path, "test", {"paths": ["good.yaml", "wrong.yaml"]})

    result = answer.structured_content
    assert result is not None
    assert [plan["passed"] for plan in result["plans"]] == [True, False]
    failed = [case for case in result["plans"][1]["cases"] if case["outcome"] == "failed"]
    assert [case["address"] for case in failed] == ["query.book"]
    assert "Two" in failed[0]["message"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["good.yaml", "wrong.yaml"]


@pytest.mark.parametrize("tool", ["validate", "test"])
def test_what_cannot_be_done_is_said(tmp_path: Path, tool: str) -> None:
    """A path outside, one that is not there, both kinds of input, a plan with errors that is to be run."""
    inside = tmp_path / "served"
    inside.mkdir()
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")

    *outside, linked, missing, both = call(
        inside,
        tool,
        {"paths": ["../secret.yaml"]},
        {"paths": [str(tmp_path / "secret.yaml")]},
        {"paths": ["link.yaml"]},
        {"paths": ["."]},
        {"paths": ["nothing.yaml"]},
        {"paths": ["a.yaml"], "text": PLAN},
    )

    assert all(result.is_error for result in (*outside, linked, missing, both))
    assert all("not below the folder" in said(result) for result in outside)
    assert not any("hunter2" in said(result) for result in (*outside, linked))
    assert "symbolic link" in said(linked)
    assert "no file or folder" in said(missing)
    assert "not both" in said(both)


def test_an_invalid_plan_is_not_run(tmp_path: Path) -> None:
    """The assistant reads why, and no engine is started."""
    (result,) = call(tmp_path, "test", {"text": INVALID})

    assert result.is_error
    assert "DDB012" in said(result)
    assert "hash_key" in said(result)


def test_a_text_cannot_read_files(tmp_path: Path) -> None:
    """A plan given as text has no folder of its own, so that a seed finds no file in ours."""
    (tmp_path / "rows.json").write_text('[{"isbn": "hunter2"}]')
    plan = PLAN.replace("  books:\n    - {isbn: a, title: One}\n", "  books: {file: rows.json}\n")
    (result,) = call(tmp_path, "validate", {"text": plan})

    assert result.structured_content is not None
    assert result.structured_content["plans"][0]["valid"] is False
    assert "hunter2" not in said(result)


def test_without_the_package_it_says_how_to_get_it(tmp_path: Path) -> None:
    """The extra's name, ready to paste."""
    blocker = tmp_path / "sitecustomize.py"
    blocker.write_text(
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, *a: None if name == 'mcp' else find(name, *a)\n"
    )
    path = environment()["PYTHONPATH"]
    result = ddbplan("mcp", folder=tmp_path, PYTHONPATH=f"{tmp_path}:{path}")

    assert result.returncode == 1
    assert "ddbplan[mcp]" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_end_of_input_ends_it(tmp_path: Path) -> None:
    """Quietly, with exit code 0 and nothing on stdout."""
    result = ddbplan("mcp", folder=tmp_path)

    assert (result.returncode, result.stdout) == (0, "")
