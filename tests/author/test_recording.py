"""What was said is kept, and can be played back without a key."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest

from tests.author.support import PLAN, WRONG, fenced, good, record
from tests.fakes.claude import Answer, Failure

if TYPE_CHECKING:
    from tests.author.support import Desk

pytestmark = [pytest.mark.engine, pytest.mark.slow]
SCRIPT = (Answer(text=fenced(WRONG), thinking="which keys?"), good(thinking="better"))


def test_a_record_holds_every_turn(desk: Desk) -> None:
    """Requests by hash, answers, reasons, figures, findings; no thinking, no signature, no header, no key."""
    result = desk.generate("books", "--record", "record.json", script=SCRIPT)
    text = (desk.folder / "record.json").read_text()
    kept = record(desk.folder / "record.json")

    assert result.exit_code == 0, result.stderr
    assert [turn["answer"] for turn in kept["turns"]] == [fenced(WRONG), fenced(PLAN)]
    assert [turn["stop_reason"] for turn in kept["turns"]] == ["end_turn", "end_turn"]
    assert all(turn["request_id"].startswith("req_") for turn in kept["turns"])
    assert kept["turns"][0]["findings"][0]["address"] == "query.shelf"
    assert kept["outcome"] == "done"
    assert kept["plan_sha256"] == hashlib.sha256(PLAN.encode()).hexdigest()
    assert not [word for word in ("signature", "authorization", "test-key", "which keys?") if word in text]


def test_a_record_is_played_back_without_a_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same purpose gives the same plan to the byte, is checked and proved again, and nobody is asked."""
    desk.generate("books", "--record", "record.json", "-o", "first.yaml", script=SCRIPT)
    asked = len(desk.claude.requests)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    result = desk.generate("books", "--replay", "record.json", "-o", "second.yaml")

    assert result.exit_code == 0, result.stderr
    assert len(desk.claude.requests) == asked
    assert _body(desk, "first.yaml") == _body(desk, "second.yaml") == PLAN


def test_a_record_answers_nothing_else(desk: Desk) -> None:
    """Another purpose is another request: said, and no answer is guessed."""
    desk.generate("books", "--record", "record.json", "-o", "first.yaml", script=SCRIPT)
    result = desk.generate("films", "--replay", "record.json", "-o", "second.yaml")

    assert result.exit_code == 1
    assert "holds no answer to request 1" in " ".join(result.stderr.split())
    assert not (desk.folder / "second.yaml").exists()


def test_a_changed_answer_is_proved_like_any_other(desk: Desk) -> None:
    """A record is untrusted: what somebody wrote into it is checked and run, and refused when it is wrong."""
    desk.generate("books", "--record", "record.json", "-o", "first.yaml", script=(good(),))
    kept = record(desk.folder / "record.json")
    kept["turns"][0]["answer"] = fenced(WRONG)
    (desk.folder / "forged.json").write_text(json.dumps(kept))
    result = desk.generate("books", "--replay", "forged.json", "-o", "second.yaml")

    assert result.exit_code == 1
    assert not (desk.folder / "second.yaml").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"version": 2, "turns": []}',
        '{"version": 1, "turns": [1]}',
        '{"version": 1, "turns": [{}]}',
        '{"version": 1, "turns": {"a": 1}}',
        "[" * 100_000,
        "\x00",
        "NaN",
    ],
    ids=range(11),
)
def test_a_broken_record_is_a_sentence(desk: Desk, text: str) -> None:
    """Whatever the file holds."""
    (desk.folder / "record.json").write_text(text)
    result = desk.generate("books", "--replay", "record.json")

    assert result.exit_code == 1
    assert "cannot be replayed" in " ".join(result.stderr.split())


def test_a_failed_attempt_is_recorded(desk: Desk) -> None:
    """Why there is no plan stands in the record as well."""
    result = desk.generate(
        "books",
        "--record",
        "record.json",
        script=(Answer(text=fenced(WRONG)), Failure(type="billing_error", message="no credit")),
    )
    kept = record(desk.folder / "record.json")

    assert result.exit_code == 1
    assert len(kept["turns"]) == 1
    assert kept["outcome"] == "failed"
    assert "no credit" in kept["message"]


def test_the_plan_says_where_it_comes_from(desk: Desk) -> None:
    """Program, model as answered, figures, hashes; all of it comments, none of it the model's own words."""
    hostile = "claude\x1b[2J\nddbplan: 2"
    desk.generate(script=(good(model=hostile),))
    head = desk.plan().removesuffix(PLAN)

    assert head
    assert all(line.startswith("#") for line in head.splitlines())
    assert "\x1b" not in head
    assert hashlib.sha256(PLAN.encode()).hexdigest() in head
    assert desk.run("validate").exit_code == 0


@pytest.mark.parametrize("words", [("-o", "there.yaml"), ("--record", "there.yaml")])
def test_nothing_is_written_over(desk: Desk, words: tuple[str, ...]) -> None:
    """A file that exists is named before anybody is asked."""
    (desk.folder / "there.yaml").write_text("mine\n")
    result = desk.generate("books", *words)

    assert result.exit_code == 1
    assert (desk.folder / "there.yaml").read_text() == "mine\n"
    assert desk.claude.requests == []


def test_a_second_plan_of_one_name_goes_beside(desk: Desk) -> None:
    """The first stays; the note says that both claim one database."""
    desk.generate(script=(good(),))
    first = desk.plan()
    result = desk.generate(script=(good(),))

    assert result.exit_code == 0, result.stderr
    assert desk.plans == ["shelf-2.yaml", "shelf.yaml"]
    assert desk.plan() == first
    assert "exists" in result.stderr


def test_a_plan_may_go_to_standard_output(desk: Desk) -> None:
    """Only the plan: everything else is on stderr, so that it can be piped."""
    result = desk.generate("books", "-o", "-", script=(good(),))

    assert result.exit_code == 0, result.stderr
    assert result.stdout.endswith(PLAN)
    assert desk.plans == []


def test_requirements_come_from_a_file_or_a_pipe(desk: Desk) -> None:
    """A document of any kind, beside the purpose or instead of it."""
    (desk.folder / "needs.md").write_text("# Needs\n\nBooks on shelves.\n")
    desk.generate("-f", "needs.md", "-o", "one.yaml", script=(good(),))
    desk.generate("-f", "-", "-o", "two.yaml", stdin="CREATE TABLE books (isbn text);\n", script=(good(),))
    said = [json.dumps(body["messages"]) for body in desk.claude.bodies]

    assert "Books on shelves." in said[0]
    assert "CREATE TABLE books" in said[1]


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"x" * 3_000_000])
def test_what_is_no_text_or_too_much_is_not_sent(desk: Desk, data: bytes) -> None:
    """Said before anybody is asked."""
    (desk.folder / "needs").write_bytes(data)
    result = desk.generate("-f", "needs")

    assert result.exit_code == 1
    assert "needs" in result.stderr
    assert desk.claude.requests == []


def _body(desk: Desk, name: str) -> str:
    """A plan without the comments about where it comes from."""
    lines = (desk.folder / name).read_text().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("#"))
