"""The package's front: what is public, what it costs, and that the catalogue is whole."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import planner
from planner.codes import catalogue, reading
from planner.diagnostics import Code
from tests.conftest import ROOT

HERE = Path(__file__).parent


@pytest.mark.parametrize("name", planner.__all__)
def test_every_public_name_can_be_had(name: str) -> None:
    """Each is loaded from its module when it is first used."""
    assert getattr(planner, name).__module__.startswith("planner")
    assert name in dir(planner)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As in any module."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        planner.nothing  # noqa: B018 - asking is the test


@pytest.mark.parametrize("statement", ["import planner", "from planner.reading import find_plans, read_plan"])
def test_heavy_libraries_stay_out(statement: str) -> None:
    """Reading needs YAML and nothing else that takes time to load."""
    code = f"import sys; {statement}; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    ).stdout.split()

    assert not {"pydantic", "deepdiff", "boto3", "botocore", "rich", "click", "difflib"} & set(loaded)
    assert ("yaml" in loaded) == ("reading" in statement)


def test_every_code_of_reading_is_shown_by_a_test() -> None:
    """No kind of diagnostic goes without an example."""
    texts = (path.read_text() for path in HERE.glob("test_*.py") if path.name != "test_package.py")
    shown = set(re.findall(r"DDB(?:0\d\d|31[01])", "".join(texts)))
    codes = {value.code for value in vars(reading).values() if isinstance(value, Code)}

    assert codes == shown
    assert codes <= set(catalogue())
