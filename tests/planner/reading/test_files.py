"""Files that nobody has vouched for."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest

from planner.diagnostics import Report
from planner.reading import PlanSource, read_plan
from planner.reading.files import MAX_PLAN_BYTES
from tests.planner.reading.support import MINIMAL, good, only, problems, source_of


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    """A UTF-8 byte order mark changes nothing, positions included."""
    plan, _ = read_plan(source_of(tmp_path, b"\xef\xbb\xbf" + MINIMAL.encode()))

    assert plan is not None
    assert (plan.positions["ddbplan"].line, plan.positions["ddbplan"].column) == (1, 1)


def test_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    """Carriage returns before line feeds change no line number."""
    plan = good(tmp_path, MINIMAL.replace("\n", "\r\n"))

    assert plan.tables["orders"].position.line == 4


def test_bytes_that_are_not_utf8_have_a_place(tmp_path: Path) -> None:
    """The first bad byte is named with its line and column."""
    found = only(tmp_path, b"ddbplan: 1\nx: \xc3\xa9\xff\n")

    assert (found.code, str(found.position)) == ("DDB003", "shop.yaml:2:5")
    assert found.what == "Byte 0xff is not valid UTF-8."


def test_utf16_is_named(tmp_path: Path) -> None:
    """A file saved as UTF-16 is told what it is."""
    assert only(tmp_path, MINIMAL.encode("utf-16")).fix == "Save the file as UTF-8; it is UTF-16 now."


@pytest.mark.parametrize("character", ["\0", "\x07", "\ufffe", "\x7f"])
def test_characters_that_yaml_forbids_have_a_place(tmp_path: Path, character: str) -> None:
    """NUL and control characters are found before the parser sees them."""
    assert problems(tmp_path, f"ddbplan: 1\ndatabase: a{character}b\n") == ["DDB003 2:12"]


def test_a_large_file_is_refused_by_its_size(tmp_path: Path) -> None:
    """Fifty megabytes are refused without being read."""
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024)

    _, report = read_plan(PlanSource(name="big.yaml", folder=tmp_path, files=(path,)))

    assert [(d.code, d.what) for d in report] == [
        ("DDB002", f"`big.yaml` has 52,428,800 bytes; the limit is {MAX_PLAN_BYTES:,}."),
    ]


def test_a_file_that_says_size_zero_is_bounded_too() -> None:
    """Files of /proc have no size; they are read up to the limit and no further."""
    path = Path("/proc/self/status")
    if not path.exists():
        pytest.skip("this machine has no /proc")

    plan, report = read_plan(PlanSource(name="status", folder=path.parent, files=(path,)))

    assert plan is None
    assert report.has_errors


def _refused(path: Path) -> str:
    _, report = read_plan(PlanSource(name="x.yaml", folder=path.parent, files=(path,)))
    (found,) = report.sorted()
    assert found.code == "DDB001"
    return found.what


@pytest.mark.timeout(20)
def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    """Opening a FIFO would block until somebody writes into it."""
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)

    assert _refused(path) == "`x.yaml` is a pipe, not a file."


def test_folders_devices_sockets_and_missing_files_are_refused(tmp_path: Path) -> None:
    """Only regular files are read."""
    assert _refused(tmp_path) == "`x.yaml` is a folder, not a file."
    assert _refused(Path("/dev/zero")) == "`x.yaml` is a device, not a file."
    assert _refused(tmp_path / "none.yaml") == "`x.yaml` cannot be opened: No such file or directory."
    assert _refused(tmp_path / ("n" * 300)) == "`x.yaml` cannot be opened: File name too long."
    with tempfile.TemporaryDirectory(dir="/tmp") as short, socket.socket(socket.AF_UNIX) as bound:
        bound.bind(f"{short}/s")

        assert _refused(Path(short) / "s") == "`x.yaml` is a socket, not a file."


def test_a_file_without_permission_is_refused(tmp_path: Path) -> None:
    """The system's reason is given."""
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    source = source_of(tmp_path, MINIMAL)
    source.files[0].chmod(0)

    assert _refused(source.files[0]) == "`x.yaml` cannot be opened: Permission denied."


def test_an_unreadable_plan_has_no_environments(tmp_path: Path) -> None:
    """Asking for names of a broken plan is no error of its own."""
    from planner.reading import environments  # noqa: PLC0415 - the one test that needs it

    assert environments(source_of(tmp_path, "[")) == ()
    assert not Report().has_errors
