"""Each bad plan is found bad where its comments say so, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from planner.checks import check
from planner.codes import entities, model
from planner.diagnostics import Code, Report
from planner.reading import find_plans, read_plan

BAD = Path(__file__).parent / "bad"
_EXPECT = re.compile(r"# expect: (DDB\d{3})")

_FUNCTIONS = ("attribute_", "begins_with", "contains", "size", "if_not_exists", "list_append")

BY_VALUES_ALONE = {
    # The grammar refuses these in text; test_values_of_plans.py shows them for plans that programs make.
    model.TOO_MANY_KEY_ATTRIBUTES,
    model.BAD_MEMBER,
    model.BAD_LIMIT,
    model.SCAN_NOT_MEANT,
    # Too long for a file that people read; test_values_of_plans.py shows them.
    model.BAD_ATTRIBUTE_NAME,
    model.MANY_INDEXES,
    model.KEY_SIZE,
    model.ITEM_SIZE,
    model.OPERATION_COUNT,
    model.TRANSACTION_SIZE,
}


def _codes() -> list[Code]:
    return [value for module in (model, entities) for value in vars(module).values() if isinstance(value, Code)]


def _expected(file: Path) -> list[tuple[int, str]]:
    lines = file.read_text().splitlines()
    return [(number, code) for number, line in enumerate(lines, 1) for code in _EXPECT.findall(line)]


def _found(file: Path) -> Report:
    (source,), report = find_plans([str(file)], Path.cwd())
    plan, found = read_plan(source, None)
    report.extend(found)
    if plan is not None:
        check(plan, report)
    return report


@pytest.mark.parametrize("file", sorted(BAD.glob("*.yaml")), ids=lambda file: file.stem)
def test_bad_plans_are_found_bad_where_they_say(file: Path) -> None:
    """Every commented line gets its code, and no other line gets any."""
    found = [(one.position.line if one.position else 0, one.code) for one in _found(file)]

    assert sorted(found) == sorted(_expected(file))


@pytest.mark.parametrize("file", sorted(BAD.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_finding_says_what_why_and_what_to_do(file: Path) -> None:
    """Each diagnostic is made of whole sentences and names its address."""
    for one in _found(file):
        assert one.address
        for sentence in (one.what, one.why, one.fix):
            assert sentence[0].isupper() or sentence[0] in "'`:<>=" or sentence.startswith(_FUNCTIONS), sentence
            assert sentence.endswith((".", "?")), sentence


def test_every_code_has_a_bad_plan() -> None:
    """No kind of diagnostic is without a plan or a value that shows it."""
    shown = {code for file in BAD.glob("*.yaml") for _, code in _expected(file)}
    by_values = {code.code for code in BY_VALUES_ALONE}

    assert {code.code for code in _codes()} - shown == by_values


def test_codes_are_within_their_range() -> None:
    """The codes of the model are DDB040 to DDB099, each once."""
    codes = [code.code for code in _codes()]

    assert len(codes) == len(set(codes))
    assert all("DDB040" <= code <= "DDB099" for code in codes)
