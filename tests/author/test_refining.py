"""A plan is changed where it is asked to, and nowhere else: to the byte."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

import pytest

from tests import engines
from tests.author.support import PLAN, fenced, user_text
from tests.fakes.claude import Answer

if TYPE_CHECKING:
    from tests.author.support import Desk

pytestmark = [pytest.mark.engine, pytest.mark.slow]

STATEMENTS = """\
tables:
  statements:
    # why: one per account and month, always read by account
    description: Monthly statements of an account.
    partition_key: account_id
    sort_key: month
    point_in_time_recovery: true
    deletion_protection: true
seed:
  statements:
    - {account_id: acc-alice-checking, month: 2026-01, closing: 1}
queries:
  statements_by_month:
    description: An account's statements, newest first.
    table: statements
    key_condition: account_id = :account
    values: {account: acc-alice-checking}
    descending: true
    limit: 12
    expect: {items: [{closing: 1}]}
"""
BY_TITLE = """\
queries:
  by_title:
    description: Books of that title on the shelf.
    table: books
    key_condition: shelf = :s
    filter: title = :t
    values: {s: SHELF, t: TITLE}
    limit: 5
    expect: {items: [{title: TITLE}]}
"""
AGAIN = """\
  # the second one
  again:
    description: The same again.
    table: books
    key_condition: shelf = :s
    values: {s: s1}
    limit: 5
    expect: {min: 1}
"""
STREAMED = """\
tables:
  books:
    description: One item per book.
    partition_key: shelf
    sort_key: isbn
    point_in_time_recovery: true
    deletion_protection: true
    stream: NEW_IMAGE
"""
ONE_BOOK = """\
queries:
  one:
    description: One book.
    table: books
    key_condition: shelf = :s AND isbn = :i
    values: {s: s1, i: a}
    expect: {count: 1}
"""


def shop(name: str) -> str:
    """One of the plans that travel with the product."""
    return (engines.ROOT / "plans" / f"{name}.yaml").read_text(encoding="utf-8")


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that went and lines that came."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in lines if line[:2] == "- "], [line[2:] for line in lines if line[:2] == "+ "]


def test_an_addition_touches_nothing_else(desk: Desk) -> None:
    """Comments, spacing, quotes, order and the order of rows stay; what is new stands in its sections."""
    path = desk.folder / "bank.yaml"
    before = (
        shop("financial")
        .replace("  statements:\n", "  old_statements:\n")
        .replace("table: statements", "table: old_statements")
    )
    path.write_text(before, encoding="utf-8")
    result = desk.generate(
        "--refine", "bank.yaml", "--yes", "add monthly statements", script=(Answer(text=fenced(STATEMENTS)),)
    )

    assert result.exit_code == 0, result.stderr
    gone, come = changed_lines(before, path.read_text(encoding="utf-8"))
    assert gone == []
    assert [line for line in come if line.strip()] == [
        line for line in STATEMENTS.splitlines() if line not in {"tables:", "seed:", "queries:"}
    ]
    assert all(line in result.stdout for line in ("+  statements_by_month:", "+  statements:"))


@pytest.mark.parametrize("name", ["analytics", "ecommerce", "financial", "social"])
def test_claude_sees_names_and_shapes_and_no_value(desk: Desk, name: str) -> None:
    """Seed rows, values, tags and comments beside rows are words of ours in the request."""
    path = desk.folder / f"{name}.yaml"
    text = shop(name)
    path.write_text(text, encoding="utf-8")
    result = desk.generate("--refine", path.name, "--yes", "nothing", script=(Answer(text="```yaml\n{}\n```\n"),))
    said = user_text(desk.claude.bodies[0])
    seed = text.split("\nseed:\n")[1].split("\ntransactions:\n")[0]
    values = set(re.findall(r"(?<=: )[a-z]{2,5}-[a-z0-9-]+", seed)) | set(re.findall(r'"(20\d\d-[^"]+)"', seed))

    assert result.exit_code == 0, result.stderr
    assert "nothing changed" in result.stderr
    assert values
    assert sorted(value for value in values if value in said) == []
    assert path.read_text(encoding="utf-8") == text
    assert all(word in said for word in ("partition_key", "key_condition", "description:"))


def test_values_come_back_where_their_words_stand(desk: Desk) -> None:
    """Claude moves a row by its words; the file has the values again, quoted as they were."""
    path = desk.folder / "shelf.yaml"
    before = PLAN.replace("title: One", 'title: "1984"').replace("{items: [{title: One}", '{items: [{title: "1984"}')
    path.write_text(before, encoding="utf-8")

    def answer(body: dict[str, object]) -> Answer:
        said = user_text(body)
        row = re.search(r"- (\{shelf: <\w+>, isbn: <\w+>, title: (<\w+>)\})", said)
        assert row is not None, said
        shelf = row[1].split("shelf: ")[1].split(",")[0]
        return Answer(text=fenced(BY_TITLE.replace("SHELF", shelf).replace("TITLE", row[2])))

    result = desk.generate("--refine", "shelf.yaml", "--yes", "find by title", script=(answer,))

    assert result.exit_code == 0, result.stderr
    after = path.read_text(encoding="utf-8")
    assert after.startswith(before)
    assert 't: "1984"' in after
    assert "<text" not in after


def test_an_entry_goes_when_it_is_null(desk: Desk) -> None:
    """With its comments; its neighbours stay."""
    path = desk.folder / "shelf.yaml"
    extra = PLAN + AGAIN
    path.write_text(extra, encoding="utf-8")
    result = desk.generate(
        "--refine", "shelf.yaml", "--yes", "drop it", script=(Answer(text="```yaml\nqueries:\n  again:\n```\n"),)
    )

    assert result.exit_code == 0, result.stderr
    assert path.read_text(encoding="utf-8") == PLAN


def test_findings_are_repaired_within_the_change(desk: Desk) -> None:
    """A wrong change goes back as findings without the plan's values; the right one is what is written."""
    path = desk.folder / "bank.yaml"
    before = (
        shop("financial")
        .replace("  statements:\n", "  old_statements:\n")
        .replace("table: statements", "table: old_statements")
    )
    path.write_text(before, encoding="utf-8")
    wrong = STATEMENTS.replace("account_id = :account", "month = :account")
    result = desk.generate(
        "--refine",
        "bank.yaml",
        "--yes",
        "add statements",
        script=(Answer(text=fenced(wrong)), Answer(text=fenced(STATEMENTS))),
    )
    said = user_text(desk.claude.bodies[1])

    assert result.exit_code == 0, result.stderr
    assert "DDB071" in said
    assert "acc-bob" not in said
    assert changed_lines(before, path.read_text(encoding="utf-8"))[0] == []


def test_a_change_that_fails_leaves_the_plan_alone(desk: Desk) -> None:
    """The file is untouched; the text lies beside it."""
    path = desk.folder / "shelf.yaml"
    path.write_text(PLAN, encoding="utf-8")
    wrong = "```yaml\nqueries:\n  odd: {table: nowhere, key_condition: a = :a, values: {a: 1}}\n```\n"
    result = desk.generate("--refine", "shelf.yaml", "--yes", "odd", script=(Answer(text=wrong),) * 2)

    assert result.exit_code == 1
    assert path.read_text(encoding="utf-8") == PLAN
    assert (desk.folder / "shelf.invalid.yaml").exists()


def test_a_change_may_go_to_another_file(desk: Desk) -> None:
    """With -o the plan stays and the changed one is new."""
    path = desk.folder / "shelf.yaml"
    path.write_text(PLAN, encoding="utf-8")
    result = desk.generate(
        "--refine", "shelf.yaml", "-o", "new.yaml", "stream it", script=(Answer(text=fenced(STREAMED)),)
    )

    assert result.exit_code == 0, result.stderr
    assert path.read_text(encoding="utf-8") == PLAN
    gone, come = changed_lines(PLAN, (desk.folder / "new.yaml").read_text(encoding="utf-8"))
    assert (gone, come) == ([], ["    stream: NEW_IMAGE"])


def test_another_database_is_refused(desk: Desk) -> None:
    """A change cannot turn one plan into another's."""
    path = desk.folder / "shelf.yaml"
    path.write_text(PLAN, encoding="utf-8")
    other = fenced(PLAN.replace("database: shelf", "database: payroll"))
    result = desk.generate("--refine", "shelf.yaml", "--yes", "rename", script=(Answer(text=other),) * 2)

    assert result.exit_code == 1
    assert path.read_text(encoding="utf-8") == PLAN
    assert "database" in user_text(desk.claude.bodies[1])


@pytest.mark.parametrize(
    "words",
    [
        ("--refine", "nothing.yaml", "--yes", "x"),
        ("--refine", ".", "--yes", "x"),
        ("--refine", "bad.yaml", "--yes", "x"),
    ],
)
def test_what_is_no_plan_is_not_sent(desk: Desk, words: tuple[str, ...]) -> None:
    """A missing file, a folder, a plan with errors: said, and nobody is asked."""
    (desk.folder / "bad.yaml").write_text("ddbplan: 1\n", encoding="utf-8")
    result = desk.generate(*words)

    assert result.exit_code == 1
    assert desk.claude.requests == []


def test_without_a_terminal_it_needs_yes(desk: Desk) -> None:
    """Before anybody is asked or paid."""
    (desk.folder / "shelf.yaml").write_text(PLAN, encoding="utf-8")
    result = desk.generate("--refine", "shelf.yaml", "x")

    assert result.exit_code == 1
    assert "--yes" in result.stderr
    assert desk.claude.requests == []


def test_a_plan_that_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    """Somebody saved the file while Claude wrote: their text stays, ours is kept."""
    path = desk.folder / "shelf.yaml"
    path.write_text(PLAN, encoding="utf-8")

    def answer(_body: dict[str, object]) -> Answer:
        path.write_text(PLAN + "# saved\n", encoding="utf-8")
        return Answer(text=fenced(ONE_BOOK))

    result = desk.generate("--refine", "shelf.yaml", "--yes", "one book", script=(answer,))

    assert result.exit_code == 1
    assert "changed by someone else" in " ".join(result.stderr.split())
    assert path.read_text(encoding="utf-8") == PLAN + "# saved\n"
