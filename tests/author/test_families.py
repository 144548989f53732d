"""What a purpose becomes in the end: a plan that applies, and that nothing is left to do for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.fakes.claude import Answer
from tests.fixtures.replies import Conversation, conversation, conversations

if TYPE_CHECKING:
    from tests.author.support import Desk
    from tests.engines import Engine

pytestmark = [pytest.mark.engine, pytest.mark.slow]

GOOD = conversations("good")
FAMILIES = {"payments": "financial", "web_analytics": "analytics", "marketplace": "ecommerce", "circles": "social"}


def test_there_are_enough_purposes() -> None:
    """The four families of plans and two more, each of them a long plan of its own."""
    assert set(FAMILIES) < {talk.name for talk in GOOD}
    assert len(GOOD) >= 6
    assert all(talk.plan.count("\n") >= 150 for talk in GOOD)


@pytest.mark.parametrize("talk", GOOD, ids=lambda talk: talk.name)
def test_a_good_reply_becomes_a_plan(desk: Desk, talk: Conversation) -> None:
    """One request; the plan as Claude wrote it below its provenance; without errors and without warnings."""
    (desk.folder / "needs.md").write_text(talk.purpose)
    result = desk.generate("-f", "needs.md", script=tuple(Answer(text=reply, thinking="hm") for reply in talk.replies))

    assert result.exit_code == 0, result.stderr
    assert desk.plan(f"{talk.name}.yaml").endswith(talk.plan)
    assert "0 repairs" in result.stderr
    assert f"ddbplan diff plans/{talk.name}.yaml" in result.stderr
    assert "warning" not in desk.run("validate").output


@pytest.mark.parametrize("name", FAMILIES)
def test_the_families_apply_and_the_second_diff_is_empty(desk: Desk, engine: Engine, unique: str, name: str) -> None:
    """From a sentence to live tables: generate, diff, apply, diff again."""
    talk = conversation("good", name)
    own = talk.replies[-1].replace("ddbplan: 1\n", f'ddbplan: 1\nnaming: "{{database}}-{unique}-{{table}}"\n')
    where = ("--endpoint-url", engine.endpoint_url, "--ledger", f"{unique}_ledger")
    made = desk.generate(talk.purpose, script=(Answer(text=own),))
    path = f"plans/{name}.yaml"
    first = desk.run("diff", path, *where, "--detailed-exitcode")
    applied = desk.run("apply", path, *where, "--yes")
    second = desk.run("diff", path, *where, "--detailed-exitcode")

    assert made.exit_code == 0, made.stderr
    assert first.exit_code == 2, first.output + first.stderr
    assert applied.exit_code == 0, applied.output + applied.stderr
    assert second.exit_code == 0, second.output


def test_what_was_generated_can_be_asked(desk: Desk, engine: Engine, unique: str) -> None:
    """The queries of the plan answer on live data."""
    talk = conversation("good", "payments")
    own = talk.replies[-1].replace("ddbplan: 1\n", f'ddbplan: 1\nnaming: "{{database}}-{unique}-{{table}}"\n')
    target = ("--endpoint-url", engine.endpoint_url)
    desk.generate(talk.purpose, script=(Answer(text=own),))
    applied = desk.run("apply", "plans/payments.yaml", *target, "--ledger", f"{unique}_ledger", "--yes")
    found = desk.run("query", "plans/payments.yaml", "wallets_of_person", *target, "--format", "json")

    assert applied.exit_code == 0, applied.output + applied.stderr
    assert "50500" in json.dumps(json.loads(found.stdout))
