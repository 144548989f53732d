"""Plans for the rules, and what comes of judging them."""

from __future__ import annotations

import re
from pathlib import Path

from planner.diagnostics import Diagnostic
from planner.judging import judge
from planner.reading import PlanSource
from planner.rule_settings import DEFAULT, RuleSettings

PLANS = Path(__file__).parent / "plans"
HEAD = """\
ddbplan: 1
database: shop
defaults: {point_in_time_recovery: true, deletion_protection: true}
"""
_EXPECT = re.compile(r"# expect: (DDB\d{3})")


def judged(file: Path, settings: RuleSettings = DEFAULT) -> tuple[Diagnostic, ...]:
    """Everything that is found in a plan's file."""
    source = PlanSource(name=file.name, folder=file.parent, files=(file,))
    return judge(source, None, settings).report.sorted()


def found(folder: Path, code: str, text: str, settings: RuleSettings = DEFAULT) -> list[str]:
    """What one code says of a text, which begins below its head: ``line:column what``."""
    file = folder / "plan.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return [said(one) for one in judged(file, settings) if one.code == code]


def said(one: Diagnostic) -> str:
    """Such as ``12:5 Table 'orders' ...``."""
    return f"{one.position.line}:{one.position.column} {one.what}" if one.position else one.what


def bad(code: str) -> list[str]:
    """What a code says of its bad plan, after the marked lines and no others were found."""
    file = PLANS / f"{code.lower()}_bad.yaml"
    findings = [one for one in judged(file) if one.code == code]
    marked = [
        (number, mark) for number, line in enumerate(file.read_text().splitlines(), 1) for mark in _EXPECT.findall(line)
    ]

    assert sorted((one.position.line if one.position else 0, one.code) for one in findings) == marked
    return [said(one) for one in findings]


def good(code: str) -> None:
    """A code's good plan has nothing that the code, or any error, would say."""
    findings = judged(PLANS / f"{code.lower()}_good.yaml")

    assert [said(one) for one in findings if one.code == code or one.severity == "error"] == []
