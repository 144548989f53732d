"""How a good DynamoDB model is designed: one rule per decision, each under the code of the diagnostics that judge it.

What Claude is taught is what its plan is checked for. The rules are data: ``design_rules.toml``.

Sources: DynamoDB guide, "Best practices for designing and architecting", "Quotas"; AWS's data-modelling guidance.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignRule:
    """One rule.

    Attributes:
        code: The code of the diagnostics that judge it.
        topic: The heading that it is taught under.
        rule: What to do, and why, in at most two sentences.
    """

    code: str
    topic: str
    rule: str


@cache
def design_rules() -> tuple[DesignRule, ...]:
    """All rules, in the order in which they are taught."""
    text = files("planner.author").joinpath("design_rules.toml").read_text(encoding="utf-8")
    return tuple(DesignRule(**rule) for rule in tomllib.loads(text)["rule"])


def as_text() -> str:
    """The rules under their topics, each with its code."""
    rules = design_rules()
    lines: list[str] = []
    for topic in dict.fromkeys(rule.topic for rule in rules):
        lines += ["", f"### {topic}", *(f"- {rule.code}: {rule.rule}" for rule in rules if rule.topic == topic)]
    return "\n".join(lines).strip()
