"""Every setting is in the plan language, its schema and the pages; one that is forgotten somewhere fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner import plan_schema
from planner.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[3]
PLAN_PAGE = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
STRUCTURE = {"keys": "partition_key"}
"""The line of the plan language, where it is not the setting's name."""
NAMES = [setting.name for setting in SETTINGS if not setting.derived]


@pytest.mark.parametrize("name", NAMES)
def test_a_setting_is_in_the_language_its_schema_and_the_pages(name: str) -> None:
    """A line of a table in the JSON Schema, a place on the page about plans, and its canonical form in the README."""
    line = STRUCTURE.get(name, name)
    readme = (ROOT / "planner" / "README.md").read_text(encoding="utf-8")

    assert line in plan_schema()["$defs"]["table"]["properties"]
    assert re.search(rf"^\| `{line}` \||^ +{line}:", PLAN_PAGE, re.MULTILINE)
    assert f"| `{name}` |" in readme


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS if setting.managed and not setting.derived])
def test_a_setting_that_can_be_absent_is_told_with_its_values(name: str) -> None:
    """The table of settings on the page about plans, and the calls that make it in the executor's README."""
    calls = (ROOT / "executor" / "README.md").read_text(encoding="utf-8")
    words = {"vector_indexes": "a vector index", "replicas": "a replica"}

    assert f"\n| `{name}` |" in PLAN_PAGE
    assert f"\n| {words.get(name, f'`{name}`')}" in calls
