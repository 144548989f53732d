"""How a plan is asked for: by the real command, of Claude or of recorded replies."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from ddbplan.main import program
from planner.author.prices import cost
from planner.author.values import Provider, Settings, Usage
from tests.evals.judging import Check, judge
from tests.evals.purposes import Purpose
from tests.fakes.claude import KEY, Answer, FakeClaude

PLAN = "plan.yaml"
RECORD = "record.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What came of one purpose.

    Attributes:
        purpose: Its name.
        checks: Of the plan; empty when there is none.
        repairs: How often findings were sent back.
        usage: Tokens.
        cost: US dollars; None where nothing was paid, or the price is not known.
        seconds: Wall time of asking.
        message: Why there is no plan.
    """

    purpose: str
    checks: tuple[Check, ...]
    repairs: int
    usage: Usage
    cost: Decimal | None
    seconds: float
    message: str = ""

    @property
    def passed(self) -> bool:
        """Whether there is a plan, and every check holds."""
        return bool(self.checks) and all(check.passed for check in self.checks)


def can_ask() -> bool:
    """Whether the package finds credentials for Claude, wherever it looks for them."""
    import anthropic  # noqa: PLC0415 - takes two seconds to load

    try:
        with anthropic.Anthropic(max_retries=0) as client:
            return bool(client.api_key or client.auth_token or client.credentials)
    except anthropic.AnthropicError:
        return False


def ask_claude(purpose: Purpose, options: tuple[str, ...]) -> Score:
    """Ask for it, judge what comes; it costs money."""
    return _ask(purpose, options, {}, paid=True)


def ask_recorded(purpose: Purpose) -> Score:
    """Judge the replies that are on record, served over a socket like real ones."""
    with FakeClaude(*(Answer(text=reply) for reply in purpose.recorded.replies)) as fake:
        return _ask(purpose, (), {"ANTHROPIC_BASE_URL": fake.base_url, "ANTHROPIC_API_KEY": KEY}, paid=False)


def _ask(purpose: Purpose, options: tuple[str, ...], environment: Mapping[str, str], *, paid: bool) -> Score:
    with tempfile.TemporaryDirectory(prefix="ddbplan-eval-") as name, _inside(Path(name), environment):
        Path("purpose.md").write_text(purpose.recorded.purpose, encoding="utf-8")
        started = time.monotonic()
        words = ["generate", "-f", "purpose.md", "-o", PLAN, "--record", RECORD, *options]
        result = CliRunner().invoke(program, words)
        seconds = time.monotonic() - started
        record = json.loads(Path(RECORD).read_text(encoding="utf-8")) if Path(RECORD).exists() else {}
        usage = _usage(record)
        price = _cost(record, usage) if paid else None
        done = result.exit_code == 0
        return Score(
            purpose=purpose.name,
            checks=judge(purpose, Path(PLAN), price) if done else (),
            repairs=_repairs(record),
            usage=usage,
            cost=price,
            seconds=seconds,
            message="" if done else " ".join(result.stderr.split())[-300:],
        )


def _usage(record: Mapping[str, Any]) -> Usage:
    total = Usage()
    for turn in record.get("turns", ()):
        total += Usage(**turn["usage"])
    return total


def _cost(record: Mapping[str, Any], usage: Usage) -> Decimal | None:
    if not record:
        return None
    return cost(Settings(provider=Provider(record["provider"]), model=record["model"]), usage)


def _repairs(record: Mapping[str, Any]) -> int:
    """Turns with findings that were answered."""
    judged = [turn for turn in record.get("turns", ()) if "findings" in turn]
    return max(0, len(judged) - 1)


@contextlib.contextmanager
def _inside(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Work in a folder, with variables set."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
