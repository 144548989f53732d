"""The command line as real processes: the embedded engine between commands, signals, pipes, a terminal."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest

from executor import local
from executor.local import process
from tests import engines
from tests.cli.support import PROGRAM, ddbplan, environment
from tests.cli.terminals import terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.engine

PLAN = """\
ddbplan: 1
database: bank
tables:
  accounts:
    partition_key: id
    tags: {team: core}
    time_to_live: expires_at
    point_in_time_recovery: true
seed: {accounts: [{id: a, balance: 1}]}
queries: {all: {table: accounts, scan: true}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a plan in ``plans/``; its embedded engine is gone after the test."""
    try:
        engines.ministack_program()
    except engines.EngineMissingError as missing:
        pytest.skip(str(missing))
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "bank.yaml").write_text(PLAN)
    yield tmp_path
    local.reset(tmp_path)


def kill_engine(folder: Path) -> None:
    """End the folder's engine, if one runs, as a power cut would."""
    running = local.status(folder).engine
    if running is not None:
        mark = process.start_mark(running.pid)
        process.kill(process.EngineProcess(pid=running.pid, started=mark, port=running.port))


def test_data_of_local_survives_a_power_cut_between_commands(folder: Path) -> None:
    """After ``apply --local`` has ended, kill -9 of the engine loses nothing: the next diff is empty."""
    applied = ddbplan("apply", "--local", "--yes", folder=folder)
    kill_engine(folder)
    after = ddbplan("diff", "--local", "--detailed-exitcode", folder=folder)
    kill_engine(folder)
    answer = ddbplan("query", "plans/bank.yaml", "all", "--local", "--format", "json", folder=folder)

    assert applied.returncode == 0, applied.stderr
    assert after.returncode == 0, after.stdout
    assert json.loads(answer.stdout)["items"] == [{"id": {"S": "a"}, "balance": {"N": "1"}}]


def test_objects_in_local_s3_outlast_the_command_that_wrote_them(folder: Path) -> None:
    """What `seed export --to s3://` wrote into the embedded engine is there for the next command."""
    local.start(folder)
    running = local.status(folder).engine
    assert running is not None
    s3 = boto3.client("s3", endpoint_url=running.endpoint_url, region_name="eu-west-1")
    s3.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    exported = ddbplan("seed", "export", "plans/bank.yaml", "--to", "s3://lake/first", "--local", folder=folder)
    again = ddbplan("seed", "export", "plans/bank.yaml", "--to", "s3://lake/first", "--local", folder=folder)

    assert exported.returncode == 0, exported.stderr
    assert "holds an export already" in again.stderr


def test_test_command_touches_nothing(folder: Path) -> None:
    """``test`` runs on an engine of its own and leaves no data."""
    done = ddbplan("test", folder=folder)

    assert done.returncode == 0, done.stdout + done.stderr
    assert not (folder / ".ddbplan").exists()


def test_two_applies_at_once_leave_one_result(folder: Path) -> None:
    """Of two applies that start together, each ends well or says who holds the lock, and the plan is applied."""
    command = [*PROGRAM, "apply", "--local", "--yes"]
    running = [
        subprocess.Popen(
            command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for _ in range(2)
    ]
    said = [each.communicate()[0] for each in running]
    after = ddbplan("diff", "--local", "--detailed-exitcode", folder=folder)

    assert {each.returncode for each in running} <= {0, 4}, said
    assert 0 in {each.returncode for each in running}, said
    assert after.returncode == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signal_before_anything_was_written_just_ends(number: int, code: int, folder: Path) -> None:
    """A signal while the question stands ends the command; nothing was made."""
    with terminal([*PROGRAM, "apply", "--local"], folder) as screen:
        screen.read_until("Type yes to go on:")
        os.kill(screen.pid, number)
        ended = screen.wait()

    assert ended == code
    assert ddbplan("diff", "--local", "--detailed-exitcode", folder=folder).returncode == 2


def test_apply_at_a_terminal_asks_and_shows_progress(folder: Path) -> None:
    """A person says yes, sees every step end, and reads the next command."""
    with terminal([*PROGRAM, "apply", "--local"], folder) as screen:
        screen.read_until("Type yes to go on:")
        screen.type("yes\n")
        shown = screen.read_until("Next: ")
        ended = screen.wait()

    assert ended == 0
    assert "seed.accounts" in shown
    assert "applied" in shown


def test_no_at_a_terminal_changes_nothing(folder: Path) -> None:
    """Anything but yes is no."""
    with terminal([*PROGRAM, "apply", "--local"], folder) as screen:
        screen.read_until("Type yes to go on:")
        screen.type("n\n")
        ended = screen.wait()

    assert ended == 1
    assert ddbplan("diff", "--local", "--detailed-exitcode", folder=folder).returncode == 2


def test_reader_that_goes_away_does_not_stop_an_apply(folder: Path) -> None:
    """An apply whose output nobody reads any more still comes to its end."""
    command = [*PROGRAM, "apply", "--local", "--yes", "--format", "json"]
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()

    assert "Traceback" not in said
    assert ddbplan("diff", "--local", "--detailed-exitcode", folder=folder).returncode == 0


def test_engine_that_is_missing_is_one_sentence(tmp_path: Path) -> None:
    """A variable that names no program is said to be wrong."""
    done = ddbplan("local", "start", folder=tmp_path, DDBPLAN_ENGINE="nothing/here")

    assert done.returncode == 1
    assert "DDBPLAN_ENGINE names" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("test",), ("local", "start"), ("diff", "--local")])
def test_project_cannot_choose_what_is_run(folder: Path, words: tuple[str, ...]) -> None:
    """A ddbplan.toml that names the engine's program is refused, and the program is not run."""
    program = folder / "program"
    program.write_text(f"#!/bin/sh\ntouch {folder}/was-run\n")
    program.chmod(0o755)
    (folder / "ddbplan.toml").write_text(f'[local]\nengine = "{program}"\n')
    done = ddbplan(*words, folder=folder, DDBPLAN_ENGINE="")

    assert done.returncode == 1
    assert "[local], which names no engine" in done.stderr
    assert not (folder / "was-run").exists()


def test_credentials_that_are_missing_are_one_sentence(folder: Path) -> None:
    """Without credentials for AWS the message says what helps."""
    without = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "")
    done = ddbplan("diff", "--region", "eu-west-1", folder=folder, AWS_ENDPOINT_URL="", **without)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: ")
    assert "credentials" in done.stderr
    assert "Traceback" not in done.stderr
