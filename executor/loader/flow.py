"""Many pieces in flight, bounded in memory: they are taken one by one as threads get free."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from executor.errors import CallError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from executor.loader.tally import Tally

T = TypeVar("T")


def in_parallel(work: Iterator[T], do: Callable[[T], None], threads: int, tally: Tally) -> None:
    """Do all work in threads; after the first error nothing new is begun, and what runs is awaited.

    Raises:
        CallError: The first error, with what was done so far as its value.
        StoppedError: A stop was asked for: a call that is about to be sent says so.
    """
    lock = threading.Lock()
    problems: list[Exception] = []

    def worker() -> None:
        while not problems:
            try:
                with lock:
                    piece = next(work)
                do(piece)
            except StopIteration:
                return
            except Exception as error:  # noqa: BLE001 - carried to the caller's thread, where it is raised again
                problems.append(error)

    running = [threading.Thread(target=worker, name=f"ddbplan-write-{number}") for number in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    for problem in problems:
        if isinstance(problem, CallError):
            raise CallError(problem.code, problem.message, problem.value or tally.value()) from problem
        raise problem
