"""A desk for every test, and nothing of a real account within reach."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import engines
from tests.author.support import Desk
from tests.fakes.claude import KEY, FakeClaude


@pytest.fixture(autouse=True)
def _no_live_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever forgets the fake reaches a closed port of this machine, without a key."""
    for name in [name for name in os.environ if name.startswith("ANTHROPIC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"http://127.0.0.1:{engines.free_port()}")


@pytest.fixture
def claude() -> Iterator[FakeClaude]:
    """A fake that has to be asked exactly what its script answers."""
    with FakeClaude() as running:
        yield running
    assert running.unscripted == 0, "a request came for which the script had no answer"
    assert running.left == 0, "the script had answers that nobody asked for"


@pytest.fixture
def desk(spare_engine: None, claude: FakeClaude, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A folder, a fake, the key for it, and the embedded engine."""
    del spare_engine
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", claude.base_url)
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    try:
        monkeypatch.setenv("DDBPLAN_ENGINE", str(engines.ministack_program()))
    except engines.EngineMissingError as missing:
        pytest.skip(str(missing))
    return Desk(tmp_path, claude)
