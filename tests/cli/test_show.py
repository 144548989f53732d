"""A plan as a page and as a diagram: what is written where, and that nothing in it can act."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from ddbplan.exits import Exit
from ddbplan.main import program
from ddbplan.views import picture as view
from ddbplan.views.diagram import plan_mermaid, plan_svg
from ddbplan.views.diff import Shown
from ddbplan.views.diff_page import diff_page
from ddbplan.views.picture import page
from planner.loading import load_plan
from planner.picture import Picture, draw
from tests.cli.site import PLAN
from tests.golden.cases import FOLDER, case_names, read_case

if TYPE_CHECKING:
    from tests.cli.site import Site

PLANS = Path(__file__).resolve().parents[2] / "plans"
GOLDEN = Path(__file__).parent / "financial.mmd"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\x1b[2J\u202eevil",
    "{{data}} ${x} `code` **bold**",
    "\u2028<!--",
    '" onload="x',
    "#quot; --> end",
)


class Parts(HTMLParser):
    """The elements of a page, with the text of each script and style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append((tag, dict(attrs)))
        if tag in self.inside:
            self.inside[tag].append("")
            self._open = tag

    def handle_endtag(self, _tag: str) -> None:
        """No script or style holds another element."""
        self._open = ""

    def handle_data(self, data: str) -> None:
        """Keep the text of a script or style."""
        if self._open:
            self.inside[self._open][-1] += data

    @property
    def data(self) -> Any:
        """What the page's program reads."""
        return json.loads(self.inside["script"][0])


def _run(*words: str) -> Result:
    return CliRunner().invoke(program, ["show", *words])


def _hostile_picture(folder: Path) -> Picture:
    rows = [{"id": word, f"n{number}": word, f"{word}?": 1} for number, word in enumerate(HOSTILE)]
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    path = folder / "plan.yaml"
    text = json.dumps(" ".join(HOSTILE), ensure_ascii=True)
    path.write_text(
        f"ddbplan: 1\ndatabase: d\ndescription: {text}\ntables: {{t: {{partition_key: id, description: {text}}}}}\n"
        "seed: {t: {file: rows.jsonl}}\n"
        f"queries:\n  q: {{table: t, key_condition: id = :i, values: {{i: {text}}}}}\n",
        encoding="utf-8",
    )
    loaded = load_plan(path)
    assert loaded.plan is not None, loaded
    return draw(loaded.plan)


@pytest.fixture(scope="module")
def financial() -> Picture:
    """The picture of a real plan."""
    plan = load_plan(PLANS / "financial.yaml").plan
    assert plan is not None
    return draw(plan)


def test_page_goes_to_a_file_of_the_databases_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without -o the page is DATABASE.html, written anew the next time, and never over somebody else's file."""
    monkeypatch.chdir(tmp_path)
    first, again = _run(str(PLANS / "social.yaml")), _run(str(PLANS / "social.yaml"))
    (tmp_path / "social.html").write_text("mine", encoding="utf-8")
    refused = _run(str(PLANS / "social.yaml"))

    assert (first.exit_code, again.exit_code, refused.exit_code) == (Exit.DONE, Exit.DONE, Exit.ERROR)
    assert first.stdout == "Wrote social.html\n"
    assert "Next: ddbplan diff" in first.stderr
    assert "no page of ddbplan" in " ".join(refused.stderr.split())
    assert (tmp_path / "social.html").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["social.html"]


def test_output_goes_where_it_is_said(tmp_path: Path) -> None:
    """-o names a file or standard output; a place that cannot be written is a sentence."""
    plan = str(PLANS / "social.yaml")
    file = tmp_path / "model.svg"
    written, piped = _run(plan, "-o", str(file), "--format", "svg"), _run(plan, "-o", "-")
    nowhere, unopened = _run(plan, "-o", str(tmp_path / "no" / "x.html")), _run(plan, "--open", "--format", "mermaid")

    assert written.exit_code == piped.exit_code == Exit.DONE
    assert file.read_text(encoding="utf-8").startswith("<svg ")
    assert piped.stdout.startswith("<!doctype html>")
    assert (nowhere.exit_code, unopened.exit_code) == (Exit.ERROR, Exit.ERROR)
    assert "cannot be written" in nowhere.stderr
    assert "Give -o FILE" in unopened.stderr


def test_open_opens_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--open hands the file to the browser, and says what to do where there is none."""
    asked: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: bool(asked.append(url)))
    done = _run(str(PLANS / "social.yaml"), "-o", str(tmp_path / "x.html"), "--open")

    assert done.exit_code == Exit.DONE
    assert asked == [(tmp_path / "x.html").as_uri()]
    assert "open it" in done.stderr or "yourself" in done.stderr


def test_descriptions_flow(tmp_path: Path) -> None:
    """A description of several lines is one line on the page and in the list of queries, with no sign for its ends."""
    path = tmp_path / "plan.yaml"
    path.write_text(
        'ddbplan: 1\ndatabase: d\ndescription: "a\\nb\\n"\n'
        'tables: {t: {partition_key: id, description: "One.\\n\\nTwo."}}\n'
        'queries: {q: {table: t, key_condition: id = :i, values: {i: x}, description: "What a\\nthing is."}}\n',
        encoding="utf-8",
    )
    data = Parts(_run(str(path), "-o", "-").stdout).data
    listed = CliRunner().invoke(program, ["query", str(path)]).stdout

    told = [data["description"], data["tables"][0]["description"], data["queries"][0]["description"]]
    assert told == ["a b", "One. Two.", "What a thing is."]
    assert "What a thing is." in listed
    assert "\\n" not in listed


def test_page_needs_nothing_and_lets_nothing_in(financial: Picture) -> None:
    """No address of another file stands in it, and its policy names its own script and style by their hashes."""
    text = page(financial)
    parts = Parts(text)
    policy = next(attrs["content"] for tag, attrs in parts.tags if attrs.get("http-equiv") == "Content-Security-Policy")

    def of(inside: str) -> str:
        return base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()

    assert policy is not None
    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{of(parts.inside['script'][1])}'" in policy
    assert f"style-src 'sha256-{of(parts.inside['style'][0])}'" in policy
    assert "unsafe" not in policy
    assert [attrs for _, attrs in parts.tags if {"src", "style", "onclick"} & attrs.keys()] == []
    assert {attrs["href"][:1] for _, attrs in parts.tags if attrs.get("href")} == {"#"}  # type: ignore[index] # filtered
    assert re.findall(r"https?://[^\"' ]+", text.replace("http://www.w3.org/2000/svg", "")) == []
    assert "innerHTML" not in text


def test_a_strangers_text_is_data(tmp_path: Path) -> None:
    """Names, descriptions and items make no element, end no script, and hold no character that hides or turns text."""
    picture = _hostile_picture(tmp_path)
    text = page(picture)
    parts = Parts(text)

    assert len(parts.inside["script"]) == 2
    assert {tag for tag, _ in parts.tags} <= {
        *("html", "head", "meta", "title", "style", "body", "a", "header", "div", "button", "label", "input", "p"),
        *("nav", "main", "noscript", "dialog", "template", "script", "svg", "text", "g", "rect", "path"),
    }
    assert [character for character in text if not character.isprintable() and character != "\n"] == []
    assert f"{HOSTILE[0]}?" in parts.data["tables"][0]["columns"]
    assert parts.data["tables"][0]["items"][0][0] == HOSTILE[0]
    assert parts.data["tables"][0]["items"][2][0] == "\\x1b[2J\\u202eevil"
    assert parts.data["tables"][0]["items"][3][0] == HOSTILE[3]


def test_long_values_are_cut_and_the_file_stays_small(financial: Picture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the data would be longer than its bound, values are cut shorter, and each says how long it is."""
    monkeypatch.setattr(view, "MAX_PAGE_CHARACTERS", 2_000)
    found = view.data(financial)

    assert found["cut"] == 16
    cells = [cell for table in found["tables"] for item in table["items"] for cell in item if isinstance(cell, str)]
    assert any(re.fullmatch(r".{16}… \(\d+ characters\)", cell) for cell in cells)
    assert max(map(len, cells)) < 40


def test_diagrams_hold_every_name_and_nothing_else(financial: Picture, tmp_path: Path) -> None:
    """The SVG is well formed, links nowhere and names everything; so does Mermaid, whatever the names are."""
    root = ET.fromstring(plan_svg(financial, standalone=True))  # noqa: S314 - our own output
    titles = {element.text.split()[0] for element in root.iter(f"{SVG}title") if element.text}
    mermaid = plan_mermaid(financial)

    names = {one.name for table in financial.tables for one in (table.base, *table.indexes)}
    names |= {one.name for one in (*financial.queries, *financial.transactions)}
    assert names <= titles
    assert list(root.iter(f"{SVG}a")) == []
    assert all(name in mermaid for name in names)
    ET.fromstring(plan_svg(_hostile_picture(tmp_path)))  # noqa: S314 - our own output


def test_mermaid_is_as_it_was(financial: Picture) -> None:
    """The diagram of a real plan, as text to be reviewed."""
    assert plan_mermaid(financial) == GOLDEN.read_text(encoding="utf-8")


def test_costs_and_findings_stand_with_their_table(tmp_path: Path) -> None:
    """What a table costs, and what was found about it, its index and its queries, is told beside it, not elsewhere."""
    path = tmp_path / "plan.yaml"
    path.write_text(
        "ddbplan: 1\ndatabase: d\n"
        "tables:\n  one: {partition_key: id, volume: {items: 1000000, item_size: 2 KB}}\n  two: {partition_key: id}\n"
        "queries:\n  all: {table: one, scan: true, rate: 2, reads: 10, item_size: 2 KB}\n",
        encoding="utf-8",
    )
    file = tmp_path / "x.html"
    done = _run(str(path), "-o", str(file))
    data = Parts(file.read_text(encoding="utf-8")).data
    one, two = data["tables"]

    assert done.exit_code == Exit.DONE, done.output
    assert {found["address"].split(".")[0] for found in one["findings"]} == {"table", "query"}
    assert all(found["place"].startswith(f"{path}:") for found in one["findings"])
    assert [found["address"] for found in two["findings"]] == ["table.two"] * len(two["findings"])
    assert any(cause == "query.all" and text.startswith("$") for cause, text in one["costs"])
    assert re.fullmatch(r"\$[\d.,]+ a month in us-east-1", data["cost"])


def test_every_kind_of_change_has_its_place_on_the_page() -> None:
    """Steps, refusals, notes and drift of every golden case stand on its page, none of them without words."""
    drifted = 0
    for name in case_names():
        case = read_case(name)
        plan = load_plan(FOLDER / name / "plan.yaml", environment=case.difference.environment).plan
        assert plan is not None
        shown = Shown(
            plan="plan.yaml",
            engine="AWS",
            account="1",
            region="eu-west-1",
            diff=case.difference,
            desired=case.desired,
            live=case.live,
        )
        change = Parts(diff_page(draw(plan), shown)).data["change"]
        drifted += len(change["drift"])

        assert [step["address"] for step in change["steps"]] == [step.address for step in case.difference.steps]
        assert len(change["refusals"]) == len(case.difference.refusals)
        assert len(change["notes"]) == len(case.difference.notes)
        for step in change["steps"]:
            assert all(all(row) for part in step["parts"] for row in (*part["fields"], part["made"])), (name, step)
            assert set(step["after"]) < set(range(1, step["number"])) | {0}
        assert all(one["fate"] or one["fields"] for one in change["drift"]), name
    assert drifted > 0


@pytest.mark.engine
def test_diff_as_a_page(quick_bank: Site) -> None:
    """A diff is one page: where it was compared, its steps in order, what each needs, and nothing that can act."""
    quick_bank.run("apply", str(quick_bank.plan), "--yes")
    key = "    partition_key: account_id"
    quick_bank.write(PLAN.replace(key, f"{key}\n    stream: NEW_IMAGE", 1))
    done = quick_bank.run("diff", str(quick_bank.plan), "--format", "html")
    other = quick_bank.folder / "other.yaml"
    other.write_text("ddbplan: 1\ndatabase: other\ntables: {t: {partition_key: id}}\n", encoding="utf-8")
    two = quick_bank.run("diff", str(quick_bank.plan), str(other), "--format", "html")
    change = Parts(done.stdout).data["change"]

    assert done.exit_code == Exit.DONE, done.output
    assert done.stdout.startswith("<!doctype html>")
    assert change["where"].startswith("Compared with ")
    assert [(step["number"], step["address"]) for step in change["steps"]] == [(1, "table.accounts.stream")]
    assert change["steps"][0]["parts"][0]["fields"] == [["stream", "off", "NEW_IMAGE"]]
    assert two.exit_code == Exit.ERROR
    assert "a page about one plan" in " ".join(two.stderr.split())
