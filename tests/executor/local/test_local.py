"""The embedded engine: one for a folder, found, shared, stopped so that its data stays."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from executor import local
from executor.local import process
from tests import engines

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.engine


@pytest.fixture(autouse=True)
def _program(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        monkeypatch.setenv("DDBPLAN_ENGINE", str(engines.ministack_program()))
    except engines.EngineMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose engine is gone after the test."""
    yield tmp_path
    local.reset(tmp_path)


def client(url: str) -> Any:
    """A client of an engine."""
    return boto3.client("dynamodb", endpoint_url=url, region_name=local.REGION, **local.CREDENTIALS)


def make_table(dynamodb: Any, name: str = "accounts") -> dict[str, Any]:
    """A table with a key, a tag, TTL, recovery, a stream and one item."""
    made: dict[str, Any] = dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=[{"Key": "team", "Value": "core"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        DeletionProtectionEnabled=True,
    )["TableDescription"]
    dynamodb.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    dynamodb.update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    dynamodb.put_item(TableName=name, Item={"id": {"S": "1"}, "raw": {"B": b"\xff\x00"}, "n": {"N": "1.50"}})
    return made


def described(dynamodb: Any, name: str = "accounts") -> dict[str, Any]:
    """All that has to survive."""
    table = dynamodb.describe_table(TableName=name)["Table"]
    recovery = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    return {
        "id": table["TableId"],
        "arn": table["TableArn"],
        "stream": table["StreamSpecification"],
        "protected": table["DeletionProtectionEnabled"],
        "ttl": dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
        "recovery": recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
        "tags": dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"],
        "items": dynamodb.scan(TableName=name)["Items"],
    }


def engines_of(url: str) -> list[Path]:
    """The processes that were told to listen at a URL."""
    told = f"GATEWAY_PORT={url.rpartition(':')[2]}".encode()
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            found += [environment] if told in environment.read_bytes().split(b"\0") else []
    return found


def kill(folder: Path) -> None:
    """End the engine as a power cut would."""
    running = local.status(folder).engine

    assert running is not None
    process.kill(process.EngineProcess(pid=running.pid, started=process.start_mark(running.pid), port=running.port))


def test_all_that_was_written_survives_a_kill_after_the_command(folder: Path) -> None:
    """Once a command that wrote has ended, kill -9 of the engine loses nothing: items, ids, tags, TTL, recovery."""
    with local.session(folder, writes=True) as engine:
        make_table(client(engine.endpoint_url))
        before = described(client(engine.endpoint_url))
    with local.session(folder, writes=False):
        kill(folder)
    with local.session(folder, writes=False) as engine:
        after = described(client(engine.endpoint_url))

        assert after == before
        assert not engine.lost


def test_command_that_only_reads_leaves_the_engine_running(folder: Path) -> None:
    """Reading costs no restart: the next command finds the same process."""
    with local.session(folder, writes=False) as first:
        pass
    with local.session(folder, writes=False) as second:
        pass

    assert second.pid == first.pid


def test_loss_is_told_when_the_engine_dies_under_a_writing_command(folder: Path) -> None:
    """What was written and never saved is said to be lost, once."""
    with local.session(folder, writes=True) as engine:
        make_table(client(engine.endpoint_url))
        kill(folder)
    with local.session(folder, writes=False) as engine:
        assert engine.lost
    with local.session(folder, writes=False) as engine:
        assert not engine.lost


def test_writing_command_that_was_killed_is_saved_by_the_next(folder: Path) -> None:
    """A command killed in the middle leaves the engine unsaved; the next command, though it only reads, saves it."""
    script = (
        "import os, sys; from pathlib import Path; from executor import local\n"
        "from tests.executor.local.test_local import client, make_table\n"
        "with local.session(Path(sys.argv[1]), writes=True) as engine:\n"
        "    make_table(client(engine.endpoint_url)); os.kill(os.getpid(), 9)"
    )
    died = subprocess.run([sys.executable, "-c", script, str(folder)], check=False, cwd=engines.ROOT)
    unsaved = local.status(folder).unsaved
    with local.session(folder, writes=False):
        pass

    assert died.returncode == -signal.SIGKILL
    assert unsaved
    assert not local.status(folder).unsaved
    assert local.status(folder).data_bytes > 0


def test_two_commands_share_one_engine_and_the_last_saves(folder: Path) -> None:
    """A writer that leaves while another command reads stops nothing; what it wrote is saved when the reader leaves."""
    with local.session(folder, writes=False) as reader:
        with local.session(folder, writes=True) as writer:
            make_table(client(writer.endpoint_url))
        still = client(reader.endpoint_url).list_tables()["TableNames"]
        unsaved = local.status(folder).unsaved

    assert reader.pid == writer.pid
    assert still == ["accounts"]
    assert unsaved
    assert not local.status(folder).unsaved


def test_many_commands_at_once_start_one_engine(folder: Path) -> None:
    """Commands that begin at the same moment agree on one process."""
    seen: list[int] = []
    gate = threading.Barrier(6)

    def use() -> None:
        gate.wait()
        with local.session(folder, writes=False) as engine:
            seen.append(engine.pid)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 6
    assert len(set(seen)) == 1


def test_many_writers_at_once_lose_nothing(folder: Path) -> None:
    """Commands that write at the same time, each stopping the engine when it is last, all find their tables again."""
    script = (
        "import sys; from pathlib import Path; from executor import local\n"
        "from tests.executor.local.test_local import client, make_table\n"
        "with local.session(Path(sys.argv[1]), writes=True) as engine:\n"
        "    make_table(client(engine.endpoint_url), sys.argv[2])"
    )
    names = [f"table{number}" for number in range(6)]
    running = [subprocess.Popen([sys.executable, "-c", script, str(folder), name], cwd=engines.ROOT) for name in names]
    codes = [each.wait() for each in running]
    with local.session(folder, writes=False) as engine:
        found = client(engine.endpoint_url).list_tables()["TableNames"]

    assert codes == [0] * 6
    assert found == names


def test_started_engine_keeps_its_address_after_a_write(folder: Path) -> None:
    """An engine that was started for an application is at the same address after a command has saved."""
    kept = local.start(folder)
    with local.session(folder, writes=True) as engine:
        make_table(client(engine.endpoint_url))
    again = local.status(folder)

    assert again.engine is not None
    assert again.engine.endpoint_url == kept.endpoint_url
    assert again.kept
    assert client(kept.endpoint_url).list_tables()["TableNames"] == ["accounts"]


def test_stop_saves_and_reset_forgets(folder: Path) -> None:
    """``stop`` keeps the data, ``reset`` does not."""
    engine = local.start(folder)
    make_table(client(engine.endpoint_url))
    stopped, nothing = local.stop(folder), local.stop(folder)
    with local.session(folder, writes=False) as engine:
        kept = client(engine.endpoint_url).list_tables()["TableNames"]
    local.reset(folder)
    with local.session(folder, writes=False) as engine:
        left = client(engine.endpoint_url).list_tables()["TableNames"]

    assert (stopped, nothing) == (True, False)
    assert kept == ["accounts"]
    assert left == []


def test_engine_in_use_is_not_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody pulls the engine away from under a command."""
    monkeypatch.setattr("executor.local.engine.STOP_PATIENCE_SECONDS", 0.1)
    with local.session(folder, writes=False) as engine:
        with pytest.raises(local.EngineBusyError, match="Another command is using"):
            local.stop(folder)
        with pytest.raises(local.EngineBusyError):
            local.reset(folder)

        assert client(engine.endpoint_url).list_tables()["TableNames"] == []


def test_damaged_data_is_not_overwritten(folder: Path) -> None:
    """Data that the engine cannot read stops the command and stays as it is, instead of being saved over as empty."""
    with local.session(folder, writes=True) as engine:
        make_table(client(engine.endpoint_url))
    data = local.status(folder).folder / "data" / "dynamodb.json"
    torn = data.read_bytes()[:100]
    data.write_bytes(torn)

    with pytest.raises(local.LocalEngineError, match="cannot read its data"), local.session(folder, writes=True):
        pass

    assert data.read_bytes() == torn


def test_engine_listens_on_loopback_only(folder: Path) -> None:
    """Nobody else on the network reaches the engine."""
    with local.session(folder, writes=False) as engine:
        table = Path("/proc/net/tcp").read_text().splitlines()[1:]
        addresses = {line.split()[1] for line in table if line.split()[3] == "0A"}
        ours = [address for address in addresses if address.endswith(f":{engine.port:04X}")]

    assert ours == [f"0100007F:{engine.port:04X}"]


def test_data_is_private_and_ignored_by_git(folder: Path) -> None:
    """The folder is readable by its owner only and keeps itself out of commits."""
    with local.session(folder, writes=False) as engine:
        mode = stat.S_IMODE((engine.folder / "data").stat().st_mode)

    assert mode == 0o700
    assert (folder / ".ddbplan" / ".gitignore").read_text() == "*\n"


def test_record_of_another_process_is_not_believed(folder: Path) -> None:
    """A pid that now belongs to another process is neither used nor ended."""
    with local.session(folder, writes=False) as engine:
        record = engine.folder / "engine.json"
    kill(folder)
    record.write_text(f'{{"version": 1, "pid": {os.getpid()}, "started": "1", "port": 1, "kept": true}}')

    assert local.status(folder).engine is None
    with local.session(folder, writes=False) as engine:
        assert engine.pid != os.getpid()


def test_garbled_record_is_no_reason_to_fail(folder: Path) -> None:
    """A state file that says nothing is replaced."""
    with local.session(folder, writes=False) as engine:
        (engine.folder / "engine.json").write_text("{")
        first = engine
    process.kill(process.EngineProcess(pid=first.pid, started=process.start_mark(first.pid), port=first.port))
    with local.session(folder, writes=False) as engine:
        assert client(engine.endpoint_url).list_tables()["TableNames"] == []


def test_taken_port_is_left_to_its_owner(folder: Path) -> None:
    """An engine whose old port is in use by something else takes another."""
    kept = local.start(folder)
    local.stop(folder)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", kept.port))
        other.listen()
        with local.session(folder, writes=False) as engine:
            assert engine.port != kept.port


def test_throwaway_engine_is_in_memory_and_gone() -> None:
    """A throwaway engine answers while it is used and leaves no process."""
    with local.throwaway() as url:
        make_table(client(url))
        during = engines_of(url)

    assert len(during) == 1
    assert engines_of(url) == []


def test_users_credentials_do_not_reach_the_engine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's process is given nothing of AWS."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    with local.session(folder, writes=False) as engine:
        given = Path(f"/proc/{engine.pid}/environ").read_bytes()

    assert b"hush" not in given
    assert b"AWS_" not in given


def test_missing_program_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the engine the message names both ways to install it and the variable."""
    monkeypatch.delenv("DDBPLAN_ENGINE")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))

    with pytest.raises(local.EngineProgramMissingError) as refused:
        local.find_engine_program()

    for word in ("uv tool install ministack", "pipx install ministack", "DDBPLAN_ENGINE"):
        assert word in str(refused.value)


@pytest.mark.parametrize(
    "place", [".local/share/uv/tools/ministack/bin", ".local/share/pipx/venvs/ministack/bin", "on-path"]
)
def test_program_is_found_where_tools_are_installed(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What uv, pipx or PATH hold is found without a setting."""
    monkeypatch.delenv("DDBPLAN_ENGINE")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "on-path"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr("sysconfig.get_path", lambda _: str(tmp_path))
    program = tmp_path / place / "ministack"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)

    assert local.find_engine_program() == program


def test_variable_that_names_no_program_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is wrong is said to be, rather than passed over."""
    monkeypatch.setenv("DDBPLAN_ENGINE", str(tmp_path / "nothing"))

    with pytest.raises(local.EngineProgramMissingError, match=r"DDBPLAN_ENGINE names .*nothing"):
        local.find_engine_program()


def test_reset_without_data_deletes_nothing_and_ends_well(tmp_path: Path) -> None:
    """A folder whose data is already gone is reset without a complaint."""
    (tmp_path / ".ddbplan" / "local").mkdir(parents=True)

    local.reset(tmp_path)

    assert not (tmp_path / ".ddbplan" / "local" / "data").exists()


@pytest.mark.parametrize("started", ["", "its own"])
def test_reset_ends_no_process_that_is_not_the_engine(tmp_path: Path, started: str) -> None:
    """A record that somebody else wrote ends no foreign process, whatever start it claims."""
    home = tmp_path / ".ddbplan" / "local"
    home.mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as foreign:
        mark = process.start_mark(foreign.pid) if started else ""
        record = {"version": 1, "pid": foreign.pid, "started": mark, "port": 9, "kept": True}
        (home / "engine.json").write_text(json.dumps(record))
        local.reset(tmp_path)
        ended = foreign.poll()
        foreign.kill()

    assert ended is None


@pytest.mark.parametrize("link", [".ddbplan", ".ddbplan/local", ".ddbplan/local/data", ".ddbplan/local/engine.log"])
def test_links_out_of_the_folder_are_refused(tmp_path: Path, link: str) -> None:
    """Where a part of .ddbplan is a symbolic link, nothing behind it is written or deleted."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    folder = tmp_path / "project"
    place = folder / link
    place.parent.mkdir(parents=True)
    place.symlink_to(outside / "kept" if link.endswith(".log") else outside)

    with pytest.raises(local.LocalEngineError, match="symbolic link"):
        local.start(folder)
    with pytest.raises(local.LocalEngineError, match="symbolic link"):
        local.reset(folder)

    assert [(path.name, path.read_text()) for path in outside.iterdir()] == [("kept", "kept")]


def test_output_is_not_written_through_a_link(tmp_path: Path) -> None:
    """A log that is a symbolic link is not opened, however it came to be one."""
    (tmp_path / "log").symlink_to(tmp_path / "target")

    with pytest.raises(local.LocalEngineError, match="output cannot go to"):
        process.launch(engines.ministack_program(), log=tmp_path / "log", data=None)

    assert not (tmp_path / "target").exists()


def test_engine_that_does_not_start_shows_what_it_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that ends at once is reported with its own last words."""
    program = tmp_path / "ministack"
    program.write_text("#!/bin/sh\necho no luck\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("DDBPLAN_ENGINE", str(program))

    with (
        pytest.raises(local.LocalEngineError, match=r"did not start(.|\n)*no luck"),
        local.session(tmp_path, writes=False),
    ):
        pass
