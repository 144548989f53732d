"""The evaluation itself: its checks can fail, and it claims nothing that it did not measure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from planner.author.values import Usage
from tests import engines
from tests.author.support import PLAN
from tests.evals import __main__ as program
from tests.evals.asking import Score, can_ask
from tests.evals.judging import CHECKS, Check, judge
from tests.evals.purposes import PURPOSES, Purpose
from tests.evals.report import NOTHING_CLAIMED, table

SHELF = Purpose(kind="good", name="payments", patterns=(("shelf", "book"),), refusals=0, budget=Decimal(1))
HELD = Score(
    purpose="shelf",
    checks=tuple(Check(name=name, passed=True) for name in CHECKS),
    repairs=0,
    usage=Usage(input=1000, output=2000),
    cost=Decimal("0.12"),
    seconds=3.0,
)


@pytest.fixture
def _engine(spare_engine: None, monkeypatch: pytest.MonkeyPatch) -> None:
    del spare_engine
    try:
        monkeypatch.setenv("DDBPLAN_ENGINE", str(engines.ministack_program()))
    except engines.EngineMissingError as missing:
        pytest.skip(str(missing))


def test_there_are_ten_purposes_from_a_line_to_a_document() -> None:
    """The four families among them, each with replies on record."""
    names = [purpose.name for purpose in PURPOSES]
    lengths = sorted(len(purpose.recorded.purpose.splitlines()) for purpose in PURPOSES)

    assert len(set(names)) == len(names) >= 10
    assert {"payments", "web_analytics", "marketplace", "circles"} <= set(names)
    assert (lengths[0], lengths[-1] > 15) == (1, True)
    assert all(purpose.recorded.replies and purpose.patterns for purpose in PURPOSES)


WRONG = {
    "valid": PLAN.replace("partition_key", "hash_key"),
    "clean": PLAN.replace("title: One}\n", "title: One, code: 012}\n"),
    "patterns": PLAN.replace("shelf:\n    description: A shelf's books.", "all:\n    description: Everything.")
    .replace("table: books", "table: things")
    .replace("  books:", "  things:")
    .replace("shelf", "rack"),
    "by query": PLAN.replace(
        "    key_condition: shelf = :shelf\n    values: {shelf: s1}\n",
        "    # ddbplan: ignore DDB104 because this check is about what the rule is about\n    scan: true\n",
    ),
    "rows": PLAN.replace("{title: Two}]", "{title: Three}]"),
}


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize("name", [*WRONG, "refusals", "budget", None])
def test_each_check_can_fail(tmp_path: Path, name: str | None) -> None:
    """A plan that lacks one thing fails that check; the good one fails none."""
    file = tmp_path / "plan.yaml"
    file.write_text(WRONG.get(name or "", PLAN))
    purpose = replace(SHELF, refusals=1) if name == "refusals" else SHELF
    checks = judge(purpose, file, Decimal(2 if name == "budget" else 0))
    failed = [check.name for check in checks if not check.passed]

    assert [check.name for check in checks] == list(CHECKS)
    assert failed == list(CHECKS[:1] + CHECKS[2:-1]) if name == "valid" else failed == ([name] if name else [])
    assert all(check.message for check in checks if not check.passed)


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.usefixtures("_engine")
def test_recorded_replies_are_judged_and_nothing_is_claimed(capsys: pytest.CaptureFixture[str]) -> None:
    """The column says so, there are no tokens and no cost, and no share is given."""
    code = program.main(["shortener", "--recorded"])
    shown = capsys.readouterr().out

    assert code == 0, shown
    assert "recorded" in shown
    assert NOTHING_CLAIMED in shown
    assert "pass@1" not in shown
    assert "$" not in shown


def test_without_credentials_it_cannot_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a key it could; it is the package that looks for one."""
    assert not can_ask()
    monkeypatch.setenv("ANTHROPIC_API_KEY", "test-key")

    assert can_ask()


def test_live_figures_are_shares_tokens_and_cost() -> None:
    """pass@1 counts plans without a repair, the other share those that held in the end."""
    repaired = replace(HELD, purpose="second", repairs=2)
    broken = replace(HELD, purpose="third", checks=(Check(name="valid", passed=False, message="odd key"),))
    nothing = replace(HELD, purpose="fourth", checks=(), message="Claude declined to answer")
    shown = table((HELD, repaired, broken, nothing), recorded=False)

    assert "pass@1: 1/4 (25%)" in shown
    assert "pass after repair: 2/4 (50%)" in shown
    assert "tokens: 4,000 sent, 8,000 received" in shown
    assert "cost: $0.48" in shown
    assert "third: valid: odd key" in shown
    assert "fourth: Claude declined to answer" in shown
    assert NOTHING_CLAIMED not in shown
