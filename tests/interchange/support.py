"""Files written for one test each, and what comes of importing them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import yaml

from planner import load_plan
from planner.checked import CheckedPlan
from planner.exporting import Target, export_plan
from planner.importing import Draft, RefusedError, import_files, plan_text, settle
from planner.values import Json


def write(folder: Path, **files: str) -> list[Path]:
    """Files by name (``__`` stands for a dot), each without the indentation that its text shares."""
    paths = []
    for name, text in files.items():
        path = folder / name.replace("__", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
        paths.append(path)
    return paths


def imported(folder: Path, text: str, name: str = "template.yaml", **given: str) -> Draft:
    """A draft of one file."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")
    return import_files([path], given=given)


def refusal(folder: Path, text: str, name: str = "template.yaml", **given: str) -> str:
    """Why a file is refused; empty where it is not."""
    try:
        imported(folder, text, name, **given)
    except RefusedError as problem:
        return problem.message
    return ""


def tables(draft: Draft) -> dict[str, Json]:
    """The tables as the plan's text has them, read as plain YAML: what a person sees."""
    return yaml.safe_load(plan_text(draft, "x"))["tables"]


def todos(draft: Draft) -> list[str]:
    """What could not be known, each as its address and what it concerns."""
    return [f"{address} {todo.partition(':')[0]}".strip() for address, todo in draft.all_todos]


def checked(folder: Path, text: str, name: str = "plan.yaml") -> CheckedPlan:
    """A plan's text as a checked plan."""
    path = folder / name
    path.write_text(dedent(text), encoding="utf-8")
    loaded = load_plan(path)
    assert loaded.plan is not None, [found.what for found in loaded.diagnostics]
    return loaded.plan


def there_and_back(folder: Path, plan: CheckedPlan, target: Target) -> CheckedPlan:
    """A plan out by a format and in again."""
    place = folder / str(target)
    place.mkdir()
    exported = export_plan(plan, target)
    for name, text in exported.files.items():
        (place / name).write_text(text, encoding="utf-8")
    draft = import_files([place / name for name in exported.files if not name.endswith(".sh")])
    database = draft.database or plan.plan.database
    return checked(place, plan_text(settle(draft, database).draft, database), "back.yaml")
