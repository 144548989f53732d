"""Plans written for one test each, and what comes of reading them."""

from __future__ import annotations

from pathlib import Path

from planner.diagnostics import Diagnostic, Report
from planner.plan import Plan
from planner.reading import PlanSource, find_plans, read_plan, rows

HEAD = "ddbplan: 1\ndatabase: shop\n"
TABLE = "tables:\n  orders:\n    partition_key: id\n"
MINIMAL = HEAD + TABLE


def source_of(folder: Path, text: str | bytes, name: str = "shop.yaml") -> PlanSource:
    """A plan's file in the folder."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return PlanSource(name=name, folder=folder, files=(path,))


def read(folder: Path, text: str | bytes, environment: str | None = None) -> tuple[Plan | None, Report]:
    """A plan's text, read."""
    return read_plan(source_of(folder, text), environment)


def good(folder: Path, text: str, environment: str | None = None) -> Plan:
    """A plan that reads without any diagnostic."""
    plan, report = read(folder, text, environment)
    assert report.sorted() == ()
    assert plan is not None
    return plan


def problems(folder: Path, text: str | bytes, environment: str | None = None) -> list[str]:
    """Code and place of everything that is wrong with a text."""
    return [place(found) for found in read(folder, text, environment)[1]]


def place(found: Diagnostic) -> str:
    """Such as ``DDB012 3:5``."""
    where = "-" if found.position is None else f"{found.position.line}:{found.position.column}"
    return f"{found.code} {where}"


def only(folder: Path, text: str | bytes, environment: str | None = None) -> Diagnostic:
    """The one thing that is wrong with a text."""
    found = read(folder, text, environment)[1].sorted()
    assert len(found) == 1, found
    return found[0]


def rows_of(plan: Plan, table: str = "orders") -> tuple[list[dict[str, object]], Report]:
    """The rows of a seed and what is wrong with them."""
    report = Report()
    return [dict(row.item) for row in rows(plan, plan.seeds[table], report)], report


def found_names(arguments: list[str], folder: Path) -> list[str]:
    """The names of the plans that arguments lead to."""
    return [source.name for source in find_plans(arguments, folder)[0]]
