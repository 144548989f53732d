"""One task at a time, driven to its end."""

from __future__ import annotations

import threading
from typing import TypeVar

from executor.loader.loop import Loop, Task

T = TypeVar("T")


def driven(task: Task[T], stop: threading.Event | None = None) -> T:
    """What a task returns or raises."""
    ended: list[T] = []
    problems: list[Exception] = []

    def whole() -> Task[None]:
        try:
            ended.append((yield from task))
        except Exception as problem:  # noqa: BLE001 - raised again below, as a caller would see it
            problems.append(problem)

    with Loop(stop or threading.Event()) as loop:
        loop.start(whole())
        loop.run()
    for problem in problems:
        raise problem
    return ended[0]
