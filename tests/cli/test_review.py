"""A diff for a pull request and for policy tools."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from markdown_it import MarkdownIt

from ddbplan.views.comment import MAX_CHARACTERS, Commands, comment, text
from ddbplan.views.diff import Shown, diffs_json
from planner.diff import Diff
from planner.steps import Call, FieldChange, Hazard, HazardKind, Step
from tests.cli.site import Site
from tests.golden.cases import case_names, read_case

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = Commands(diff="ddbplan diff x.yaml", apply="ddbplan apply x.yaml")
HOSTILE = (
    "<script>alert(1)</script>",
    "[click](http://example.invalid)",
    "![x](http://example.invalid/x.png)",
    "`code` **bold** ~~gone~~ | cell",
    "@someone #12",
    "\x1b[31mred\x1b[0m \u202egnp.exe",
    "a\n\n# heading\n\n- list",
    "</summary></details>",
    "```\nfence",
)


def _shown(steps: tuple[Step, ...]) -> Shown:
    difference = read_case("no_change").difference
    made = Diff(**{f: getattr(difference, f) for f in Diff.__dataclass_fields__} | {"steps": steps})
    return Shown(plan="plan.yaml", engine="AWS", account="111122223333", region="eu-west-1", diff=made)


def _step(number: int, word: str, *, dangerous: bool = False) -> Step:
    address = f"table.t{number}"
    hazards = (Hazard(kind=HazardKind.DROPS_INDEX, address=address, sentence=word),) if dangerous else ()
    change = FieldChange(path="tags.note", before="old", after=word)
    call = Call(function="create_table_advanced", arguments={"number": number})
    return Step(id=address, address=address, symbol="~", call=call, reason=word, changes=(change,), hazards=hazards)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("word", HOSTILE)
def test_a_strangers_text_shows_as_what_it_is(word: str) -> None:
    """No tag, link, picture, heading or mention comes of a name or a value, and every word is still to be read."""
    page = _Page()
    page.feed(
        MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(
            comment([_shown((_step(1, word, dangerous=True),))], commands=COMMANDS)
        )
    )

    assert page.tags <= {
        *("h2", "table", "thead", "tbody", "tr", "th", "td", "strong", "blockquote", "p", "ul", "li"),
        *("details", "summary", "b", "code", "pre"),
    }  # fmt: skip
    assert "\x1b" not in page.words
    assert "\u202e" not in page.words
    assert not re.search(r"[@#]\w", text(word).replace("&#8203;", " "))
    for part in re.findall(r"\w{4,}", word.replace("\x1b", " ").replace("\u202e", " ")):
        assert part in page.words.replace("\u200b", "")


def test_a_long_comment_keeps_what_is_dangerous() -> None:
    """It is cut from its end below the host's limit; dangers, commands and hash stay, and the cut is said."""
    steps = tuple(_step(number, "x" * 400, dangerous=number == 299) for number in range(300))
    made = comment([_shown(steps)], commands=COMMANDS)

    assert len(made) <= MAX_CHARACTERS
    assert "> - **DROPS_INDEX** table.t299" in made
    assert "sections are left out" in made
    assert "ddbplan apply x.yaml --allow DROPS_INDEX:table.t299" in made
    assert _shown(steps).diff.hash in made


def test_even_very_many_dangers_fit() -> None:
    """The box itself is cut, and says how many lines it lost."""
    steps = tuple(_step(number, "y" * 500, dangerous=True) for number in range(400))
    made = comment([_shown(steps)], commands=COMMANDS)

    assert len(made) <= MAX_CHARACTERS
    assert "lines more; see the job's log" in made
    assert "with 400 permissions, which the job's log lists" in made


@pytest.mark.parametrize("name", case_names())
def test_the_json_is_what_its_schema_says(name: str) -> None:
    """Every kind of change passes docs/diff.schema.json, and each step's address has its resource."""
    case = read_case(name)
    shown = replace(_shown(()), diff=case.difference, desired=case.desired, live=case.live)
    found = json.loads(json.dumps(diffs_json([shown])))
    jsonschema.validate(found, json.loads((ROOT / "docs" / "diff.schema.json").read_text(encoding="utf-8")))
    changed = {c["address"] for c in found["resource_changes"] if c["change"]["actions"] != ["no-op"]}
    taken = {c["address"] for c in found["resource_changes"] if "importing" in c["change"]}

    for step in case.difference.steps:
        for address in step.covers or (step.address,):
            kind, _, rest = address.partition(".")
            whole = f"{kind}.{rest.partition('.')[0]}" if rest else kind
            assert kind == "query" or whole in changed | taken, address


@pytest.mark.engine
def test_the_command_line_prints_both(bank: Site) -> None:
    """A job posts the one and feeds the other to its policy."""
    plan = str(bank.plan)
    first = bank.run("diff", plan, "--format", "markdown")
    bank.run("apply", plan, "--yes")
    again = bank.run("diff", plan, "--format", "markdown")
    changes = bank.json("diff", plan)["resource_changes"]

    assert "**changes**" in first.stdout
    assert "`table.accounts`" in first.stdout
    assert "**no changes**" in again.stdout
    assert {change["address"]: change["change"]["actions"] for change in changes} == {
        "table.accounts": ["no-op"],
        "table.accounts.index.by_owner": ["no-op"],
        "table.postings": ["no-op"],
        "seed.accounts": ["no-op"],
        "transaction.first": ["no-op"],
        "transaction.second": ["no-op"],
    }
