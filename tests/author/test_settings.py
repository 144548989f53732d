"""Whom is asked and how: options, environment, files; never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.author.support import PLAN, fenced, good
from tests.cli.support import PROGRAM
from tests.cli.terminals import terminal
from tests.fakes.claude import Answer

if TYPE_CHECKING:
    from tests.author.support import Desk

pytestmark = pytest.mark.engine


@pytest.mark.slow
def test_bedrock_is_asked_with_a_signature(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the Region of the AWS configuration, by the model's name there; without a price."""
    monkeypatch.setenv("ANTHROPIC_BEDROCK_MANTLE_BASE_URL", f"{desk.claude.base_url}/anthropic")
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    result = desk.generate("books", "--provider", "bedrock", script=(good(),))
    request = desk.claude.requests[0]

    assert result.exit_code == 0, result.stderr
    assert "/eu-west-1/bedrock-mantle/aws4_request" in request.headers["authorization"]
    assert request.path == "/anthropic/v1/messages"
    assert request.json["model"] == "anthropic.claude-opus-5-5"
    assert "price not known" in result.stderr


@pytest.mark.slow
def test_the_platform_on_aws_is_asked_with_a_workspace(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed for its own service."""
    monkeypatch.setenv("ANTHROPIC_AWS_BASE_URL", desk.claude.base_url)
    monkeypatch.setenv("ANTHROPIC_AWS_WORKSPACE_ID", "wrk-1")
    result = desk.generate("books", "--provider", "claude-aws", "--region", "us-east-1", script=(good(),))
    headers = desk.claude.requests[0].headers

    assert result.exit_code == 0, result.stderr
    assert "/us-east-1/aws-external-anthropic/aws4_request" in headers["authorization"]
    assert headers["anthropic-workspace-id"] == "wrk-1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--provider", "claude-aws"), "workspace"),
        (("--provider", "vertex"), "anthropic, bedrock, claude-aws"),
        (("--effort", "huge"), "none, low, medium"),
        (("--max-tokens", "many"), "--max-tokens"),
        (("--max-tokens", "5"), "--max-tokens"),
        (("--max-cost", "-1"), "--max-cost"),
        (("--max-cost", "NaN"), "--max-cost"),
        (("--ask",), "terminal"),
        (("--live-prefix", "x"), "--live"),
        (("--endpoint-url", "http://127.0.0.1:1"), "--live"),
        (("-f", "nowhere.md"), "nowhere.md"),
        (("--replay", "nowhere.json"), "nowhere.json"),
    ],
)
def test_what_makes_no_sense_is_said_before_anybody_is_asked(desk: Desk, words: tuple[str, ...], said: str) -> None:
    """One sentence, exit 1, no request."""
    result = desk.generate("books", *words)

    assert result.exit_code == 1
    assert said in " ".join(result.stderr.split())
    assert desk.claude.requests == []


def test_without_a_region_bedrock_is_not_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, or said to be missing."""
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    result = desk.generate("books", "--provider", "bedrock")

    assert result.exit_code == 1
    assert "--region" in result.stderr
    assert desk.claude.requests == []


def test_nothing_to_ask_for(desk: Desk) -> None:
    """Without a purpose there is an example of one."""
    result = desk.run("generate")

    assert result.exit_code == 1
    assert "ddbplan generate" in result.stderr
    assert desk.claude.requests == []


@pytest.mark.slow
def test_a_setting_holds_from_the_first_place_that_names_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Option over environment over ddbplan.toml over pyproject.toml over the default."""
    (desk.folder / "pyproject.toml").write_text('[tool.ddbplan.generate]\neffort = "low"\nmax_tokens = 9000\n')
    desk.generate("books", "-o", "1.yaml", script=(good(),))
    (desk.folder / "ddbplan.toml").write_text('[generate]\neffort = "high"\nmodel = "claude-sonnet-5-5"\n')
    desk.generate("books", "-o", "2.yaml", script=(good(),))
    monkeypatch.setenv("DDBPLAN_MODEL", "claude-haiku-5-5")
    desk.generate("books", "-o", "3.yaml", script=(good(),))
    desk.generate("books", "-o", "4.yaml", "--model", "claude-fable-5-2", "--effort", "max", script=(good(),))
    asked = [(body["model"], body["output_config"]["effort"], body["max_tokens"]) for body in desk.claude.bodies]

    assert asked == [
        ("claude-opus-5-5", "low", 9000),
        ("claude-sonnet-5-5", "high", 9000),
        ("claude-haiku-5-5", "high", 9000),
        ("claude-fable-5-2", "max", 9000),
    ]


@pytest.mark.slow
def test_the_request_is_what_current_models_take(desk: Desk) -> None:
    """No tools, no sampling, no thinking setting, no prefill; streamed and cached; with the documented defaults."""
    desk.generate("books", script=(good(),))
    (body,) = desk.claude.bodies

    assert set(body) == {"model", "max_tokens", "messages", "system", "stream", "cache_control", "output_config"}
    assert (body["model"], body["max_tokens"], body["output_config"]) == (
        "claude-opus-5-5",
        64_000,
        {"effort": "medium"},
    )
    assert body["stream"] is True
    assert body["system"][-1]["cache_control"]["type"] == "ephemeral"
    assert "anthropic-beta" not in desk.claude.requests[0].headers


@pytest.mark.slow
def test_questions_are_put_to_the_person(desk: Desk) -> None:
    """At a terminal: each question, made harmless, and the answers go back before the plan is written."""
    asks = "```questions\n1. How many books?\n2. Are shelves \x1b[2Jshared?\n```\n"
    desk.claude.enqueue(Answer(text=asks), good())
    with terminal([*PROGRAM, "generate", "--ask", "books"], desk.folder) as screen:
        screen.read_until("How many books?")
        screen.type("A million\n")
        shown = screen.read_until("shared?")
        screen.type("\n")
        screen.read_until("Next:")
        code = screen.wait()
    answers = desk.claude.bodies[1]["messages"][-1]["content"][0]["text"]

    assert code == 0
    assert "\\x1b[2Jshared?" in shown
    assert "A million" in answers
    assert "No further questions" in answers
    assert desk.plans == ["shelf.yaml"]


@pytest.mark.slow
def test_a_terminal_shows_what_happens(desk: Desk) -> None:
    """Thinking with a clock of its own, then lines and tables so far, then checking and proving, then figures."""
    desk.claude.enqueue(good(piece=40, pause=0.3, wait=3))
    with terminal([*PROGRAM, "generate", "books"], desk.folder) as screen:
        screen.read_until("thinking  1")
        screen.read_until("1 table")
        screen.read_until("proving")
        shown = screen.read_until("Next:")
        code = screen.wait()

    assert code == 0
    assert "tokens sent" in shown
    assert "ddbplan diff plans/shelf.yaml" in " ".join(shown.split())


def test_a_mistake_of_the_project_is_told_before_anything_is_paid(desk: Desk) -> None:
    """No plan could be judged by it, so that Claude is not asked."""
    (desk.folder / "ddbplan.toml").write_text('[rules]\nDDB9999 = "off"\n')
    result = desk.generate("books", script=())

    assert result.exit_code == 1
    assert "ddbplan.toml has errors" in result.stderr
    assert not desk.claude.requests


def test_a_plan_with_variables_is_judged_with_their_values(desk: Desk) -> None:
    """What --set gives is what the plan is proved with."""
    asked = PLAN.replace("database: shelf", "database: shelf\nvariables:\n  days: {type: number}").replace(
        "point_in_time_recovery: true", 'point_in_time_recovery: {days: "${days}"}'
    )
    result = desk.generate("books", "--set", "days=7", script=(Answer(text=fenced(asked)),))

    assert result.exit_code == 0, result.stderr
    assert len(desk.claude.requests) == 1
