"""The engines of the fault tests: their own, since what is done to them may break one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.engines import Engine, EngineMissingError
from tests.faults.room import Room


class _SkippingRoom(Room):
    def engine(self, name: str) -> Engine:
        try:
            return super().engine(name)
        except EngineMissingError as missing:
            pytest.skip(str(missing))


@pytest.fixture(scope="session")
def room() -> Iterator[Room]:
    """A worker's engines for all of its fault tests."""
    with _SkippingRoom() as running:
        yield running
