"""A program that asked for JSON gets JSON, whatever keeps a command from its result."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from ddbplan.exits import Exit
from ddbplan.main import program
from tests.cli.test_main import every_command
from tests.engines import free_port


def _answers_in_json(words: tuple[str, ...]) -> bool:
    command: click.Command | None = program
    for word in words:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), word)
    assert command is not None
    return any(
        isinstance(option.type, click.Choice) and "json" in option.type.choices
        for option in command.params
        if option.name == "form"
    )


WITH_JSON = [words for words in every_command() if _answers_in_json(words)]


def _error(result: Result) -> Any:
    (line,) = result.stdout.splitlines()
    answer = json.loads(line)

    assert answer["version"] == 1
    assert answer["error"]["exit_code"] == result.exit_code
    assert " ".join(answer["error"]["message"].split()) in " ".join(result.stderr.split())
    return answer["error"]


@pytest.mark.parametrize("words", WITH_JSON, ids=" ".join)
def test_a_slip_in_the_command_line_is_json(words: tuple[str, ...]) -> None:
    """A usage error is told to a program and to a person alike."""
    error = _error(CliRunner().invoke(program, [*words, "--format", "json", "--no-such-option"]))

    assert "--no-such-option" in error["message"]
    assert error["exit_code"] == Exit.ERROR


@pytest.mark.parametrize("command", ["validate", "diff", "apply", "test"])
def test_a_missing_plan_is_json(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plan that is not there is an error value, not an empty answer."""
    monkeypatch.chdir(tmp_path)
    more = ["--yes"] if command == "apply" else []
    error = _error(CliRunner().invoke(program, [command, "nowhere.yaml", "--format=json", *more]))

    assert "nowhere.yaml" in str(error["diagnostics"])


@pytest.mark.parametrize("command", ["diff", "apply"])
def test_what_is_wrong_with_a_plan_is_json(command: str, tmp_path: Path) -> None:
    """Every diagnostic of an invalid plan is there with its code and its place."""
    plan = tmp_path / "plan.yaml"
    plan.write_text("ddbplan: 1\ndatabase: shop\ntables: {orders: {partition_kye: id}}\n")
    more = ["--yes"] if command == "apply" else []
    error = _error(CliRunner().invoke(program, [command, str(plan), "--local", "--format", "json", *more]))

    assert {found["line"] for found in error["diagnostics"]} == {3}
    assert all(found["code"].startswith("DDB") for found in error["diagnostics"])


def test_an_endpoint_that_is_down_is_json(tmp_path: Path) -> None:
    """A target that cannot be reached is said before anything is read."""
    plan = tmp_path / "plan.yaml"
    plan.write_text("ddbplan: 1\ndatabase: shop\ntables: {orders: {partition_key: id}}\n")
    endpoint = f"http://127.0.0.1:{free_port()}"
    error = _error(CliRunner().invoke(program, ["diff", str(plan), "--endpoint-url", endpoint, "--format", "json"]))

    assert endpoint.removeprefix("http://") in error["message"]
    assert error["diagnostics"] == []
