"""The program as a whole: its first page, its exit codes, and that nothing but sentences reaches a user."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ddbplan import catalogue, main
from ddbplan.exits import Exit
from ddbplan.failures import Failure
from tests.cli.support import PROGRAM, ddbplan, environment

NAMES = [found.name for found in catalogue.COMMANDS]
HEAVY = ("yaml", "boto3", "botocore", "rich", "pydantic", "anthropic", "deepdiff", "planner", "executor")


def leaves(command: click.Command, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The words of every command below one, itself included."""
    if not isinstance(command, click.Group):
        return [words]
    return [words, *(leaf for name, sub in command.commands.items() for leaf in leaves(sub, (*words, name)))]


def every_command() -> list[tuple[str, ...]]:
    """The words of every command there is."""
    return [
        leaf
        for found in catalogue.COMMANDS
        for leaf in leaves(importlib.import_module(found.module).command, (found.name,))
    ]


def test_first_page_lists_every_command_under_its_group() -> None:
    """The help of the program names each command once, and every module of a command is in the catalogue."""
    page = CliRunner().invoke(main.program, ["--help"])
    modules = {path.stem for path in Path(main.__file__).parent.joinpath("commands").glob("*.py")} - {"__init__"}

    assert page.exit_code == Exit.DONE
    assert [
        line.split()[0]
        for line in page.output.splitlines()
        if line[:3] == "  " + line[2:3].strip() and line[2:].split()[:1] and line[2:].split()[0] in NAMES
    ] == NAMES
    assert modules == {found.module.rpartition(".")[2] for found in catalogue.COMMANDS}


@pytest.mark.parametrize("name", NAMES)
def test_line_of_the_first_page_is_the_commands_own_first_line(name: str) -> None:
    """What the first page says of a command is what the command says of itself."""
    found = catalogue.entry(name)
    command = importlib.import_module(found.module).command if found else None

    assert found is not None
    assert command.help.split("\n")[0] == found.summary


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_usage_error_ends_with_1(words: tuple[str, ...]) -> None:
    """A mistake in how a command is typed never ends with 2, which means that changes were found."""
    result = CliRunner().invoke(main.program, [*words, "--no-such-option"])

    assert result.exit_code == Exit.ERROR
    assert "No such option" in result.output


@pytest.mark.parametrize("words", every_command(), ids=" ".join)
def test_every_command_has_help(words: tuple[str, ...]) -> None:
    """Each command explains itself, and each of its options has a line."""
    result = CliRunner().invoke(main.program, [*words, "--help"])

    assert result.exit_code == Exit.DONE
    assert result.output.startswith("Usage: ddbplan " + " ".join(words))


def test_unknown_command_offers_the_nearest() -> None:
    """A slip in a command's name is answered with the name that was meant."""
    result = CliRunner().invoke(main.program, ["aply"])

    assert result.exit_code == Exit.ERROR
    assert "Did you mean 'apply'?" in result.output


def test_alias_is_the_command() -> None:
    """``plan`` is ``diff``."""
    result = CliRunner().invoke(main.program, ["plan", "--help"])

    assert result.exit_code == Exit.DONE
    assert "Show what apply would do" in result.output


def test_help_imports_nothing_that_costs_time() -> None:
    """The first page loads click and the table of commands, nothing else."""
    script = (
        "import sys, contextlib\n"
        "from ddbplan.main import program\n"
        "with contextlib.suppress(SystemExit): program.main(['--help'])\n"
        f"print(sorted(set(sys.modules) & set({HEAVY!r})), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment())

    assert done.stderr.strip() == "[]"


def test_unforeseen_error_is_one_sentence_with_a_trace_in_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug shows no traceback; the trace lies in a file that the sentence names."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def broken() -> None:
        raise KeyError("x")

    code = main.guarded(broken)
    said = capsys.readouterr().err
    (trace,) = tmp_path.glob("ddbplan-trace-*.txt")

    assert code == Exit.ERROR
    assert (
        said
        == f"Error: ddbplan met an unexpected KeyError. This is a bug in ddbplan. A trace was written to {trace}.\n"
    )
    assert "Traceback" in trace.read_text()


def test_trace_is_shown_when_asked_for(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """DDBPLAN_TRACE=1 prints the trace of a bug as well."""
    monkeypatch.setenv("DDBPLAN_TRACE", "1")

    def broken() -> None:
        raise KeyError("x")

    main.guarded(broken)

    assert "Traceback" in capsys.readouterr().err


def test_failure_says_its_sentence_and_ends_with_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    """What a command refuses is an error with the code it names."""

    def refused() -> None:
        raise Failure("No.", exit_code=Exit.REFUSED)

    assert main.guarded(refused) == Exit.REFUSED
    assert capsys.readouterr().err == "Error: No.\n"


def test_ctrl_c_ends_with_130() -> None:
    """An interrupt that no command handles ends the program as the shell expects."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    assert main.guarded(interrupted) == Exit.INTERRUPTED


def test_sigterm_ends_with_143() -> None:
    """SIGTERM runs what has to be put back, then ends the program as the shell expects."""

    def terminated() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()

    assert main.guarded(terminated) == Exit.TERMINATED


def test_reader_that_goes_away_is_no_error_to_talk_about(tmp_path: Path) -> None:
    """A pipe that closes early ends the program without a word."""
    with subprocess.Popen(
        [*PROGRAM, "functions", "--format", "anthropic"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()

    assert said == b""


def test_version_is_printed(tmp_path: Path) -> None:
    """``version`` and ``--version`` say the same."""
    assert ddbplan("version", folder=tmp_path).stdout == ddbplan("--version", folder=tmp_path).stdout != ""
