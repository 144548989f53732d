"""Every rule has its file, its test file, its bad and good plan and its page; and the list of them is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import planner.rules
from planner.diagnostics import Severity
from planner.rules import DIFF_CODES, RULES
from tests.planner.rules.support import PLANS, judged

RULE_FILES = sorted(Path(planner.rules.__file__).parent.glob("ddb*.py"))
CODES = sorted([rule.code.code for rule in RULES] + [code.code for code in DIFF_CODES])
NEEDS_LIVE = {code.code for code in DIFF_CODES}


def test_each_rule_has_a_file_of_its_own_and_stands_in_the_list() -> None:
    """A file that nobody lists would judge nothing."""
    assert [file.stem[:6].upper() for file in RULE_FILES] == CODES


@pytest.mark.parametrize("file", RULE_FILES, ids=lambda file: file.stem)
def test_each_rule_has_a_test_file_and_two_plans(file: Path) -> None:
    """Named like the rule; a rule that needs live state has no plans."""
    code = file.stem[:6]

    assert (PLANS.parent / f"test_{file.stem}.py").exists()
    if code.upper() not in NEEDS_LIVE:
        assert (PLANS / f"{code}_bad.yaml").exists()
        assert (PLANS / f"{code}_good.yaml").exists()


def test_no_plan_is_without_a_rule() -> None:
    """What is left over would show nothing."""
    assert {file.stem[:6].upper() for file in PLANS.glob("*.yaml")} == set(CODES) - NEEDS_LIVE


@pytest.mark.parametrize("file", sorted(PLANS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_finding_says_what_why_and_what_to_do(file: Path) -> None:
    """Whole sentences, an address and a place, whatever rule speaks."""
    for one in judged(file):
        assert one.address
        assert one.position is not None
        for sentence in (one.what, one.why, one.fix):
            assert sentence.rstrip("`").endswith((".", "?")), sentence
            assert "  " not in sentence, sentence


@pytest.mark.parametrize("file", sorted(PLANS.glob("*_good.yaml")), ids=lambda file: file.stem)
def test_good_plans_are_whole_plans(file: Path) -> None:
    """No error of any kind is in them."""
    assert [one for one in judged(file) if one.severity is Severity.ERROR] == []


def test_codes_are_within_their_range() -> None:
    """DDB101 to DDB189, each once; DDB190 and DDB191 are the waivers'."""
    assert len(CODES) == len(set(CODES))
    assert all(re.fullmatch(r"DDB1[0-8]\d", code) for code in CODES)
