"""Many pieces in flight, bounded in memory: one is taken whenever another is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from executor.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from executor.loader.loop import Loop, Task
    from executor.loader.tally import Tally

T = TypeVar("T")


def in_flight(work: Iterator[T], do: Callable[[T], Task[None]], most: int, loop: Loop, tally: Tally) -> None:
    """Do all work, so many at a time; after the first error nothing new is begun, and what runs is awaited.

    Raises:
        CallError: The first error, with what was done so far as its value.
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
        raise with_progress(problem, tally)


def with_progress(problem: Exception, tally: Tally) -> Exception:
    """The error, with what was done so far where it can carry that."""
    if not isinstance(problem, CallError):
        return problem
    told = CallError(problem.code, problem.message, problem.value or tally.value())
    told.__cause__ = problem
    return told
