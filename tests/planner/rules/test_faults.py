"""Eighteen faults that other modelling tools let pass, and models that nobody here wrote."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import planner.rules
from planner.diagnostics import Severity
from tests.planner.rules import corpus
from tests.planner.rules.support import judged

FAULTS = sorted((Path(__file__).parent / "faults").glob("*.yaml"))
README = Path(planner.rules.__file__).parent / "README.md"
_EXPECT = re.compile(r"# expect: (DDB\d{3})")


@pytest.mark.parametrize("file", FAULTS, ids=lambda file: file.stem)
def test_a_planted_fault_is_caught_on_its_line(file: Path) -> None:
    """By the code that its own line names."""
    ((line, code),) = [
        (number, code) for number, text in enumerate(file.read_text().splitlines(), 1) for code in _EXPECT.findall(text)
    ]

    assert (line, code) in [(one.position.line if one.position else 0, one.code) for one in judged(file)]


def test_the_table_of_faults_is_whole() -> None:
    """The README names each, with the code that catches it."""
    text = README.read_text(encoding="utf-8")

    assert len(FAULTS) == 18
    for file in FAULTS:
        (code,) = _EXPECT.findall(file.read_text())
        words = file.stem.partition("_")[2].replace("_", " ")
        assert f"| {words} | {code} |" in text


needs_corpus = pytest.mark.skipif(
    not corpus.CORPUS.is_dir(), reason="the corpus of real models (../shared/corpus) is not part of this checkout"
)


@needs_corpus
def test_no_model_of_others_has_an_error() -> None:
    """They were taken by DynamoDB: whatever the rules say of them, none of it may refuse them."""
    found = [
        (name, one.code, one.what)
        for name, plan in corpus.models()
        for one in corpus.judged(plan)
        if one.severity is Severity.ERROR
    ]

    assert found == []


@needs_corpus
def test_the_converted_models_are_whole() -> None:
    """Every table of the corpus arrives, and rows with it; otherwise the rules would have nothing to judge."""
    plans = [plan for _, plan in corpus.models()]

    assert len(plans) == 26
    assert sum(len(plan["tables"]) for plan in plans) == 42
    assert sum(bool(plan.get("seed")) for plan in plans) >= 20
