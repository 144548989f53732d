"""The skill for people without a key shows a plan that holds, and only commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ddbplan.catalogue import COMMANDS
from executor.clients import Clients, Target
from executor.proof import CaseOutcome, prove
from planner.reading import find_plans
from planner.variants import variants
from tests.conftest import ROOT
from tests.engines import Engine

SKILL = (ROOT / "skills" / "ddbplan" / "SKILL.md").read_text(encoding="utf-8")


@pytest.mark.engine
def test_the_plan_of_the_skill_holds(tmp_path: Path, ministack: Engine, unique: str) -> None:
    """Its example passes every check without a warning, and its whole proof."""
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", SKILL, re.MULTILINE | re.DOTALL)
    (tmp_path / "plan.yaml").write_text(text.replace("guestbook", f"guestbook_{unique}"), encoding="utf-8")
    (source,), _ = find_plans([str(tmp_path / "plan.yaml")], tmp_path)
    (variant,) = variants(source)

    assert variant.diagnostics == ()
    assert variant.checked is not None
    with Clients(Target(endpoint_url=ministack.endpoint_url)) as clients:
        results = prove(variant.checked, clients)
    assert [result for result in results if result.outcome is not CaseOutcome.PASSED] == []


def test_the_skill_names_commands_that_exist() -> None:
    """And it begins with the head by which it is found."""
    named = set(re.findall(r"`ddbplan ([a-z]+)|^ +ddbplan ([a-z]+)", SKILL, re.MULTILINE))

    assert {first or second for first, second in named} <= {found.name for found in COMMANDS}
    assert re.match(r"---\nname: ddbplan\ndescription: [^\n]{50,1024}\n---\n", SKILL)
