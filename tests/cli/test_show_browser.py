"""The pages in a browser: they draw, search, follow, take keys, fetch nothing, log nothing, and can be read by all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from selenium.webdriver.common.keys import Keys

from ddbplan.main import program
from ddbplan.views.diff import Shown
from ddbplan.views.diff_page import diff_page
from ddbplan.views.picture import page
from planner.loading import load_plan
from planner.picture import draw
from tests.cli import browser as browsers
from tests.cli.large import write_large_plan
from tests.golden.cases import FOLDER, read_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.browser import Browser

PLANS = Path(__file__).resolve().parents[2] / "plans"
NAMES = ("analytics", "ecommerce", "financial", "social")
KINDS_OF_VIEW = (
    "table.transfers",
    "query.debits_of_account",
    "transaction.transfer_beyond_available",
    "report.position_of_customers",
)
SHOTS = os.environ.get("DDBPLAN_TEST_SCREENSHOTS", "")
"""A folder to keep screenshots in."""

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all."""
    yield from browsers.start(tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page of each real plan."""
    folder = tmp_path_factory.mktemp("pages")
    for name in NAMES:
        plan = load_plan(PLANS / f"{name}.yaml").plan
        assert plan is not None
        (folder / f"{name}.html").write_text(page(draw(plan)), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of 200 tables with 10,000 items."""
    folder = tmp_path_factory.mktemp("large")
    plan = load_plan(write_large_plan(folder, tables=200, items=10_000)).plan
    assert plan is not None
    path = folder / "large.html"
    path.write_text(page(draw(plan)), encoding="utf-8")
    return path


def _diff_page(name: str) -> str:
    """The page of one of the golden cases, on AWS."""
    case = read_case(name)
    plan = load_plan(FOLDER / name / "plan.yaml").plan
    assert plan is not None
    shown = Shown(
        plan="plan.yaml",
        engine="AWS",
        account="111122223333",
        region="eu-west-1",
        diff=case.difference,
        desired=case.desired,
        live=case.live,
    )
    return diff_page(draw(plan), shown)


def _keep(browser: Browser, name: str) -> None:
    if SHOTS:
        browser.settle()
        browser.driver.save_screenshot(str(Path(SHOTS) / f"{name}.png"))


@pytest.mark.parametrize("name", NAMES)
def test_every_view_draws_in_silence(browser: Browser, pages: Path, name: str) -> None:
    """Everything that has an address can be looked at; nothing is logged, and only the page is loaded."""
    file = pages / f"{name}.html"
    browser.open(file)
    seen = browser.run("""
        const seen = [];
        const all = [collections, queries, transactions, reports].flatMap((one) => [...one.keys()]);
        for (const address of ["", ...all]) {
          location.hash = "#/" + address;
          show(false);
          const wrong = document.querySelectorAll(".finding.error").length;
          seen.push([address, document.querySelector("h1").textContent, wrong]);
        }
        window.dispatchEvent(new Event("beforeprint"));
        seen.push(["paper", String(document.querySelectorAll("#paper h1").length), 0]);
        return seen;
    """)
    print(f"{name}: first paint {browser.first_paint():.0f} ms")

    assert len(seen) > 20
    assert [one for one in seen if not one[1] or one[2]] == []
    assert int(seen[-1][1]) > 20
    assert browser.log() == []
    assert browser.requests() == [file.as_uri()]


def test_search_finds_names_and_items(browser: Browser, pages: Path) -> None:
    """What is typed narrows the contents to names, descriptions and items; keys lead to what is found, and its row."""
    browser.open(pages / "financial.html")
    browser.keys("/")
    browser.keys("alice savings")
    found = browser.texts("#contents .name")
    browser.keys(Keys.ARROW_DOWN, *[Keys.ARROW_DOWN] * (len(found) - 1))
    browser.keys(Keys.ENTER)
    heading, focused = browser.texts("h1"), browser.run("return document.activeElement.textContent")
    browser.run("document.getElementById('search').focus()")
    browser.keys(Keys.ESCAPE)

    assert "acc-alice-savings" in found
    assert len(heading) == 1
    assert "alice" in focused
    assert "savings" in focused
    assert len(browser.texts("#contents .name")) > 30
    assert browser.log() == []


def test_index_is_chosen_with_keys(browser: Browser, pages: Path) -> None:
    """The tabs of a table are moved through with arrows; the index shows what it holds and what it lacks."""
    browser.open(pages / "financial.html", "table.transfers")
    browser.run("document.querySelector('[role=tab][aria-selected=true]').focus()")
    browser.keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    chosen = browser.run("return document.activeElement.textContent")
    browser.run("document.querySelector('.about button').click()")

    assert chosen.startswith("due")
    assert browser.texts("[role=grid] thead th") == ["due_bucketpartition", "transfer_idsort"]
    assert len(browser.texts("[role=grid] tbody tr")) == 2
    assert "Not in it: 3 items without due_bucket" in browser.texts(".about")[0]
    assert "tr-0001" in browser.texts(".about")[0]
    _keep(browser, "index")


def test_query_leads_to_its_rows(browser: Browser, pages: Path) -> None:
    """A query of the contents shows the rows that it returns, marked in their order, in what it reads; a row opens."""
    browser.open(pages / "financial.html")
    browser.run(
        "[...document.querySelectorAll('#contents a')].find((a) => a.textContent.includes('recent_postings')).click()"
    )
    browser.settle()
    marked = browser.texts("[role=grid] tr.hit td:first-child")
    _keep(browser, "query")
    browser.run("document.querySelector('label.check input').click()")
    only = browser.texts("[role=grid] tbody tr td:first-child")
    browser.run("document.querySelector('[role=grid] tbody tr').focus()")
    browser.keys(Keys.ARROW_DOWN, Keys.ENTER)
    opened = browser.texts("dialog[open] h2")
    browser.keys(Keys.ESCAPE)

    assert marked == ["#3", "#2", "#1"]
    assert only == ["#1", "#2", "#3"]
    assert opened == ["Item of postings"]
    assert browser.texts("dialog[open] h2") == []
    assert browser.run("return document.activeElement.dataset.place") == "1"
    assert browser.log() == []


def test_report_is_found_and_shown(browser: Browser, pages: Path) -> None:
    """A report is found by its name; its page has its SQL line by line, the queries it reads, and the rows expected."""
    browser.open(pages / "financial.html")
    browser.keys("/")
    browser.keys("position_of")
    browser.keys(Keys.ENTER)
    browser.settle()

    assert browser.texts("h1") == ["position_of_customers proved by ddbplan test"]
    assert browser.run("return document.querySelector('.sql').textContent.split('\\n')[1]") == "SELECT customer_id,"
    assert browser.texts(".rows a") == ["balances_of_customer", "open_holds"]
    assert browser.texts(".rows td")[-5:] == ["cus-carol", "280000", "0", "279500", "500"]
    browser.run("document.querySelector('.rows a').click()")
    browser.settle()
    assert browser.texts("h1") == ["balances_of_customer as expected"]
    assert "position_of_customers" in browser.texts(".list a")
    assert browser.log() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_can_be_read_by_all(browser: Browser, pages: Path, scheme: str) -> None:
    """Axe finds nothing against contrast, names, roles or focus on any kind of view, light or dark."""
    browser.scheme(scheme)
    browser.open(pages / "financial.html")
    found = []
    for address in ("", *KINDS_OF_VIEW):
        browser.go(address)
        found += [(address, one) for one in browser.violations()]
        _keep(browser, f"{scheme}-{address or 'home'}")
    browser.scheme("light")

    assert found == []


def test_focus_is_seen_and_reaches_everything(browser: Browser, pages: Path) -> None:
    """Tab goes from the skip link through search and contents; what has the focus has an outline."""
    browser.open(pages / "social.html", "table.likes")
    browser.run("document.activeElement.blur()")
    stops = []
    for _ in range(4):
        browser.keys(Keys.TAB)
        stops.append(
            browser.run(
                "const one = document.activeElement; return [one.className || one.id || one.textContent, "
                "getComputedStyle(one).outlineStyle]"
            )
        )
    browser.run("document.querySelector('.skip').click()")

    assert [name for name, _ in stops][:3] == ["skip", "home", "search"]
    assert [outline for _, outline in stops if outline == "none"] == []
    assert browser.run("return document.activeElement.id") == "main"


def test_narrow_screen_shows_contents_on_demand(browser: Browser, pages: Path) -> None:
    """On a phone's width nothing sticks out, and a button opens the contents."""
    browser.size(390)
    browser.open(pages / "ecommerce.html", "table.orders")
    hidden = browser.run("return document.getElementById('contents').offsetHeight")
    browser.run("document.getElementById('menu').click()")
    shown = browser.run("return document.getElementById('contents').offsetHeight")
    beyond = browser.run("const root = document.documentElement; return root.scrollWidth - root.clientWidth")
    _keep(browser, "narrow")
    browser.size(1280)

    assert (hidden, beyond) == (0, 0)
    assert shown > 100


def test_large_plan_stays_quick_to_use(browser: Browser, large: Path) -> None:
    """With 200 tables and 10,000 items few rows are in the document, the last is a key away, and search finds any."""
    browser.open(large, "table.table_000")
    print(f"large: {large.stat().st_size:,} bytes, first paint {browser.first_paint():.0f} ms")
    before = len(browser.texts("[role=grid] tbody tr"))
    browser.run("document.querySelector('[role=grid] tbody tr').focus()")
    browser.keys(Keys.END)
    last, after = browser.run("return document.activeElement.textContent"), len(browser.texts("[role=grid] tbody tr"))
    _keep(browser, "large")
    browser.run("document.getElementById('search').focus()")
    browser.keys("item 24 of 199")
    found = browser.texts("#contents .where")
    browser.go("")

    assert large.stat().st_size < 4_000_000
    assert before < 120
    assert after < 120
    assert "item 4999 of 0" in last
    assert found[0] == "table_199"
    assert browser.run("return document.querySelectorAll('svg a').length") == 200 + 200 + 400 + 50
    assert browser.log() == []
    _keep(browser, "large-home")


def test_diff_shows_steps_and_hazards(browser: Browser, tmp_path: Path) -> None:
    """The page of a diff holds the steps as a graph with times, hazards with the flag they need, before and after."""
    file = tmp_path / "diff.html"
    file.write_text(_diff_page("everything_of_one_table"), encoding="utf-8")
    browser.open(file, "changes")
    violations = browser.violations()
    _keep(browser, "diff")

    assert len(browser.texts(".drawing .ddb g.step")) == len(browser.texts("section.op")) > 3
    assert any(" s" in text or " min" in text for text in browser.texts(".drawing .ddb text.dim"))
    assert any("--allow DROPS_INDEX:" in text for text in browser.texts(".finding code"))
    sides = browser.texts(".sides td")
    assert ("NEW_IMAGE", "off") in zip(sides[::2], sides[1::2], strict=True)
    assert ("old (S); projects ALL", "(none)") in zip(sides[::2], sides[1::2], strict=True)
    assert violations == []
    assert browser.log() == []


def test_hostile_page_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    """A stranger's markup in names and items stands on the page as text, in every view."""
    words = "</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        f'ddbplan: 1\ndatabase: d\ndescription: "{words}"\n'
        f'tables: {{t: {{partition_key: id, description: "{words}"}}}}\n'
        f'seed: {{t: [{{id: "{words}", n: "{words}"}}]}}\n'
        f'queries: {{q: {{table: t, key_condition: id = :i, values: {{i: "{words}"}}, description: "{words}"}}}}\n',
        encoding="utf-8",
    )
    file = tmp_path / "x.html"
    done = CliRunner().invoke(program, ["show", str(plan), "-o", str(file)])
    browser.open(file)
    for address in ("table.t", "query.q", ""):
        browser.go(address)
    browser.go("table.t/0")

    assert done.exit_code == 0, done.output
    assert browser.run("return document.title") == "d · ddbplan show"
    assert browser.texts("[role=grid] tbody td")[0] == words
    assert browser.run("return document.querySelectorAll('img').length") == 0
    assert browser.log() == []
    assert browser.requests() == [file.as_uri()]
