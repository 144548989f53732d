"""Fixtures for every test: engines, a hermetic environment, names that do not collide."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests import engines
from tests.engines import Engine
from tests.expiry import Expiry

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"

# A busy machine makes single examples slow; how long a whole test may take is pytest-timeout's to say.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, print_blob=True)
hypothesis.settings.load_profile("steady")
"""The same examples in every run, so that a change is judged by what it changes; ``make search`` looks for new ones."""


@pytest.fixture(autouse=True, scope="session")
def _hermetic_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the machine reaches a test, and no credential a real service."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(("AWS_", "ANTHROPIC_", "DDBPLAN_")) and name != "DDBPLAN_TEST_ENGINES":
                patch.delenv(name)
        # Hundreds of processes are started, and each would compile every module again.
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name, value in engines.CREDENTIALS.items():
            patch.setenv(name, value)
        yield


def _engine(manager: object) -> Iterator[Engine]:
    try:
        with manager as engine:  # type: ignore[attr-defined] # each is a context manager of tests.engines
            yield engine
    except engines.EngineMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def ministack() -> Iterator[Engine]:
    """The embedded engine, shared by a worker's tests."""
    yield from _engine(engines.ministack())


@pytest.fixture(scope="session")
def _spare() -> Iterator[Engine]:
    yield from _engine(engines.ministack())


@pytest.fixture
def spare_engine(_spare: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every throwaway engine of this process is one and the same, emptied; tests of the throwaway itself do without."""
    monkeypatch.setattr("executor.local.throwaway", lambda: engines.emptied(_spare))


@pytest.fixture(scope="session")
def _dynamodb_local() -> Iterator[tuple[Engine, Expiry]]:
    for engine in _engine(engines.dynamodb_local()):
        yield engine, Expiry(engine)


@pytest.fixture
def dynamodb_local(_dynamodb_local: tuple[Engine, Expiry]) -> Iterator[Engine]:
    """DynamoDB Local, shared by a worker's tests."""
    engine, expiry = _dynamodb_local
    yield engine
    expiry.stop()


@pytest.fixture(scope="session")
def moto() -> Iterator[Engine]:
    """The engine with DynamoDB's sibling services, shared by a worker's tests."""
    yield from _engine(engines.moto())


@pytest.fixture(params=["ministack", "dynamodb_local"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def unique() -> str:
    """A short name that no other test uses."""
    return "t" + uuid.uuid4().hex[:10]
