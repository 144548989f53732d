"""Many pieces in flight, bounded in memory: one is taken whenever another is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from executor.loader.loop import Loop, Task

T = TypeVar("T")


def in_flight(work: Iterator[T], do: Callable[[T], Task[None]], most: int, loop: Loop) -> None:
    """Do all work, so many at a time; after the first error nothing new is begun, and what runs is awaited.

    Raises:
        Exception: The first error.
        StoppedError: A stop was asked for: a call that is about to be sent says so.
    """
    problems: list[Exception] = []

    def lane() -> Task[None]:
        try:
            while not problems:
                # Not a for loop: lanes share the iterator, and the next piece is made when one is free.
                yield from do(next(work))
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 - raised again below, once every lane has ended
            problems.append(error)

    for _ in range(most):
        loop.start(lane())
    loop.run()
    for problem in problems:
        raise problem
