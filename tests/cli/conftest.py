"""Sites: a plan of its own for each test, on one engine or on each in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.site import Site
from tests.cli.turnstile import Turnstile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.engines import Engine


@pytest.fixture
def bank(engine: Engine, tmp_path: Path, unique: str) -> Site:
    """A new plan on each engine in turn."""
    return Site(tmp_path, engine, unique)


@pytest.fixture
def quick_bank(ministack: Engine, tmp_path: Path, unique: str) -> Site:
    """A new plan on the embedded engine, for what no other engine does otherwise."""
    return Site(tmp_path, ministack, unique)


@pytest.fixture
def turnstile(bank: Site) -> Iterator[Turnstile]:
    """A proxy before the engine of ``bank``."""
    with Turnstile(bank.endpoint_url) as found:
        yield found


@pytest.fixture
def quick_turnstile(quick_bank: Site) -> Iterator[Turnstile]:
    """A proxy before the engine of ``quick_bank``."""
    with Turnstile(quick_bank.endpoint_url) as found:
        yield found


@pytest.fixture
def dynamodb_local_bank(dynamodb_local: Engine, tmp_path: Path, unique: str) -> Site:
    """A new plan on DynamoDB Local, for what only an engine without tags does."""
    return Site(tmp_path, dynamodb_local, unique)
