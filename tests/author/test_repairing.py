"""What is wrong goes back, and only what is right is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.author.support import PLAN, WRONG, fenced, good, user_text
from tests.fakes.claude import Answer, Failure
from tests.fixtures.replies import Conversation, conversations

if TYPE_CHECKING:
    from tests.author.support import Desk

pytestmark = [pytest.mark.engine, pytest.mark.slow]

REPAIRS = conversations("repair")
CODES = {
    "shortener": [["DDB064", "DDB071", "DDB076"]],
    "flags": [["DDB081", "DDB082", "DDB086"]],
    "chat": [["DDB004"], ["DDB012"]],
}


@pytest.mark.parametrize("talk", REPAIRS, ids=lambda talk: talk.name)
def test_findings_lead_to_a_plan(desk: Desk, talk: Conversation) -> None:
    """Each kind of wrong: broken text, grammar, rules, data, and what only the run on an engine shows."""
    result = desk.generate(talk.purpose, script=tuple(Answer(text=reply) for reply in talk.replies))

    assert result.exit_code == 0, result.stderr
    assert desk.plan(f"{talk.name}.yaml").endswith(talk.plan)
    assert f"{len(talk.replies) - 1} repair" in result.stderr
    assert desk.run("validate").exit_code == 0


@pytest.mark.parametrize("talk", REPAIRS, ids=lambda talk: talk.name)
def test_findings_are_told_by_code_place_and_remedy(desk: Desk, talk: Conversation) -> None:
    """One line each, no stack trace, no address of the engine, no path; appended to the conversation as it was."""
    desk.generate(talk.purpose, script=tuple(Answer(text=reply, thinking="hm") for reply in talk.replies))

    bodies = desk.claude.bodies
    for number, body in enumerate(bodies[1:]):
        said = user_text(body)
        codes = sorted(set(re.findall(r"^- ([A-Z]{3}\d+)", said, re.MULTILINE)))
        assert codes == CODES.get(talk.name, [codes])[number]
        assert codes
        assert not re.search(r"Traceback|127\.0\.0\.1|localhost|/tmp/|/site-packages/", said)
        assert body["messages"][: len(bodies[number]["messages"])] == bodies[number]["messages"]
        assert body["messages"][-2]["content"][0]["type"] == "thinking"
        assert body["system"] == bodies[0]["system"]
        assert body["output_config"] == bodies[0]["output_config"]


def test_later_turns_are_read_from_the_cache(desk: Desk) -> None:
    """The rules are sent once: the second request reads them for a twentieth of the price."""
    result = desk.generate(script=(Answer(text=fenced(WRONG)), good()))
    read = re.search(r"([\d,]+) tokens sent \(([\d,]+) from the cache\)", " ".join(result.stderr.split()))

    assert result.exit_code == 0
    assert read is not None
    sent, cached = (int(figure.replace(",", "")) for figure in read.groups())
    assert 0.4 < cached / sent < 0.6


def test_it_stops_when_findings_repeat(desk: Desk) -> None:
    """The same mistake twice is not paid for a third time; the text is kept beside, under its own name."""
    result = desk.generate(script=(Answer(text=fenced(WRONG)),) * 2)

    assert result.exit_code == 1
    assert "same findings" in " ".join(result.stderr.split())
    assert desk.plans == ["generated.invalid.yaml"]
    kept = desk.plan("generated.invalid.yaml")
    assert kept.endswith(WRONG)
    assert "query.shelf" in kept.split("ddbplan: 1")[0]
    assert "Three" in result.stderr


def test_an_answer_without_a_plan_is_kept_as_what_it_is(desk: Desk) -> None:
    """Prose is no plan, but it was paid for: it can be read. A broken plan that came before is not replaced by it."""
    said = "I would rather talk about shelves first."
    prose = desk.generate("books", "-o", "a.yaml", script=(Answer(text=said),) * 2)
    after = desk.generate("books", "-o", "b.yaml", script=(Answer(text=fenced(WRONG)), *[Answer(text=said)] * 2))

    for name, result, text in (("a", prose, said), ("b", after, WRONG)):
        kept = (desk.folder / f"{name}.invalid.yaml").read_text(encoding="utf-8")
        assert result.exit_code == 1
        assert f"kept in {name}.invalid.yaml" in " ".join(result.stderr.split())
        assert "DDB400" in kept
        assert kept.endswith(text)


def test_it_stops_after_three_repairs(desk: Desk) -> None:
    """Four different mistakes: three go back, the fourth is the last."""
    wrong = [fenced(PLAN.replace("title: Two}]", f"title: Wrong{number}}}]")) for number in range(4)]
    result = desk.generate(script=tuple(Answer(text=text) for text in wrong))

    assert result.exit_code == 1
    assert "repairing 3/3" in result.stderr
    assert "repairing 4" not in result.stderr
    assert desk.plans == ["generated.invalid.yaml"]


def test_what_did_not_become_a_plan_is_no_plan(desk: Desk) -> None:
    """A kept text stands in plans/, and no other command takes it for a plan unless it is named."""
    desk.generate(script=(Answer(text=fenced(WRONG)),) * 2)
    desk.generate(script=(good(),))
    everything = desk.run("validate")
    named = desk.run("test", "plans/generated.invalid.yaml")

    assert everything.exit_code == 0, everything.output
    assert "invalid.yaml" not in everything.output
    assert named.exit_code == 1
    assert "query.shelf" in named.output


def test_a_request_that_fails_later_keeps_the_text(desk: Desk) -> None:
    """The credit ends between two turns: what was written so far is kept with its findings."""
    result = desk.generate(
        script=(Answer(text=fenced(WRONG)), Failure(type="billing_error", message="credit balance is too low"))
    )

    assert result.exit_code == 1
    assert "credit balance" in result.stderr
    assert desk.plan("generated.invalid.yaml").endswith(WRONG)


def test_a_warning_is_not_repaired(desk: Desk) -> None:
    """It is told, and the plan is written all the same."""
    plan = PLAN.replace("{shelf: s1, isbn: a, title: One}", "{shelf: s1, isbn: a, title: One, code: 012}")
    result = desk.generate(script=(Answer(text=fenced(plan)),))

    assert result.exit_code == 0, result.stderr
    assert "1 warning" in result.stderr
    assert desk.plan().endswith(plan)


UNRATED = PLAN.replace("    rate: 5\n", "")


def test_what_the_rules_warn_of_is_sent_back_once(desk: Desk) -> None:
    """A plan that holds can still be better: its warnings go back as findings, and the better plan is written."""
    result = desk.generate(script=(Answer(text=fenced(UNRATED)), good()))

    assert result.exit_code == 0, result.stderr
    assert "- DDB101 query.shelf" in user_text(desk.claude.bodies[1])
    assert desk.plan().endswith(PLAN)


def test_warnings_do_not_go_on_forever(desk: Desk) -> None:
    """Once is enough: what they are about may be meant, and the plan holds."""
    result = desk.generate(script=(Answer(text=fenced(UNRATED)), Answer(text=fenced(UNRATED))))

    assert result.exit_code == 0, result.stderr
    assert "1 warning" in result.stderr
    assert desk.plan().endswith(UNRATED)


def test_a_plan_that_holds_is_kept_if_no_better_one_comes(desk: Desk) -> None:
    """Whether the request for a better one fails, or its answers do not hold."""
    refused = desk.generate(
        "books on shelves", "-o", "a.yaml", script=(Answer(text=fenced(UNRATED)), Failure(type="invalid_request_error"))
    )
    worse = desk.generate(
        "books on shelves", "-o", "b.yaml", script=(Answer(text=fenced(UNRATED)), *[Answer(text=fenced(WRONG))] * 2)
    )

    for name, result in (("a.yaml", refused), ("b.yaml", worse)):
        assert result.exit_code == 0, result.stderr
        assert (desk.folder / name).read_text(encoding="utf-8").endswith(UNRATED)


COSTS = {
    "before the first request": (("--max-cost", "0.001"), (), 0),
    "before a repair": (("--max-cost", "0.20"), (Answer(text=fenced(WRONG), usage={"output_tokens": 9000}),), 1),
}


@pytest.mark.parametrize("name", COSTS)
def test_the_cost_limit_is_kept(desk: Desk, name: str) -> None:
    """No request is sent that the limit has no money for."""
    options, script, requests = COSTS[name]
    result = desk.generate("books", *options, script=script)

    assert result.exit_code == 1
    assert "cost limit" in " ".join(result.stderr.split())
    assert len(desk.claude.requests) == requests
    assert [file for file in desk.plans if not file.endswith(".invalid.yaml")] == []


def test_an_answer_may_cost_no_more_than_is_left(desk: Desk) -> None:
    """The request's own max_tokens is what the limit can still pay for."""
    result = desk.generate("books", "--max-cost", "0.30", script=(good(),))

    assert result.exit_code == 0, result.stderr
    assert 2000 <= desk.claude.bodies[0]["max_tokens"] <= 15_000
    paid = re.search(r"\$(\d+\.\d+)", result.stderr)
    assert paid is not None
    assert float(paid[1]) <= 0.30


def test_a_limit_without_a_price_is_refused(desk: Desk) -> None:
    """What cannot be kept is not promised."""
    result = desk.generate("books", "--model", "claude-next", "--max-cost", "1")

    assert result.exit_code == 1
    assert "cannot be kept" in " ".join(result.stderr.split())


def test_an_unknown_model_is_asked_without_a_price(desk: Desk) -> None:
    """It is the provider who knows its models."""
    result = desk.generate("books", "--model", "claude-haiku-4-5", "--effort", "none", script=(good(),))

    assert result.exit_code == 0, result.stderr
    assert "price not known" in result.stderr
    assert "output_config" not in desk.claude.bodies[0]
