"""Outcomes of runs as lines of JSON, so that a campaign that was stopped goes on, and several make one table."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

from tests.faults.campaign import Outcome, Task
from tests.faults.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def add(path: Path, outcome: Outcome) -> None:
    """Append one outcome."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(dataclasses.asdict(outcome)) + "\n")


def load(path: Path) -> Iterator[Outcome]:
    """The outcomes that were saved, in order."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            saved = json.loads(line)
            given = saved.pop("task")
            task = Task(**given | {"arguments": tuple(given["arguments"])})
            verdict = Verdict(**saved.pop("verdict"))
            yield Outcome(task=task, verdict=verdict, **saved)
