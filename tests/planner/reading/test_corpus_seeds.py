"""Seed files of real projects: each loads, or what is wrong with it is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from planner.checks import check
from planner.diagnostics import Report
from planner.reading import PlanSource, read_plan
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CORPUS = ROOT.parent / "shared" / "corpus" / "seed"
LOGFILE = "requestid, host, date, hour, zone, method, url, status, bytes, agent"
INVOICES = "root, issued, amount, state, due, bill, bill_date, bill_amount, balance, customer, name, region"
EMPLOYEES = "id, name, title, dept, city, region, born, hired, previous, since"

OUTCOMES = [
    # file (its end), key of the table, what the seed says besides, rows, problems
    ("lsoa.json", "LSOA_2011", "", 10, ()),
    ("phlebotomy.json", "ClinicId", "", 3, ()),
    ("population1.json", "PersonId", "", 25, ()),
    ("participating_icb.json", "Id", "", 23, ()),
    ("users.json", "Username", "", 3, ()),
    ("02-query--items.json", "Actor, sort_key: Movie", "", 4, ()),
    ("employees.csv", "id", f"header: false, columns: [{EMPLOYEES}]", 0, ("DDB033",)),
    ("invoice-data.csv", "root, sort_key: bill", f"header: false, columns: [{INVOICES}]", 1000, ()),
    ("logfile_medium1.csv", "requestid", f"header: false, columns: [{LOGFILE}]", 2000, ()),
    ("scripts--items.json", "PK, sort_key: SK", "", 835, ()),
    ("sample-data.json", "PK, sort_key: SK", "", 13, ()),
    ("product_en.json", "ProductID", "", 20, ()),
    ("events.json", "id", "", 0, ("DDB033",)),
    ("example-message.json", "CLIENT-KEY", "", 0, ("DDB033",)),
    ("persons.ddb.json", "id", "", 500, ()),
    ("persons.json", "id", "", 500, ()),
]


@pytest.mark.parametrize(("name", "key", "more", "count", "problems"), OUTCOMES, ids=[row[0] for row in OUTCOMES])
def test_a_real_file_loads_or_says_why_not(
    tmp_path: Path, name: str, key: str, more: str, count: int, problems: tuple[str, ...]
) -> None:
    """The table of outcomes: every row of a good file, and of another one at least what is wrong and where."""
    if not CORPUS.exists():
        pytest.skip(f"the corpus of real files is not at {CORPUS}")
    (path,) = CORPUS.glob(f"*{name}")
    target = tmp_path / name
    target.write_bytes(path.read_bytes())
    text = (
        f"ddbplan: 1\ndatabase: corpus\ntables:\n  real: {{partition_key: {key}, ephemeral: true}}\n"
        f"seed:\n  real: {{file: {name}{', ' if more else ''}{more}}}\n"
    )
    (tmp_path / "p.yaml").write_text(text)
    plan, report = read_plan(PlanSource(name="p.yaml", folder=tmp_path, files=(tmp_path / "p.yaml",)), None)
    assert plan is not None, list(report)
    found = Report()
    checked = check(plan, found)

    assert {d.code for d in found} == set(problems)
    assert all(d.position is not None for d in found)
    assert (checked.seeds["real"].count if checked else 0) == count


def test_every_file_of_the_corpus_is_in_the_table() -> None:
    """A file that is added has to get an outcome."""
    if not CORPUS.exists():
        pytest.skip(f"the corpus of real files is not at {CORPUS}")

    assert [path.name for path in CORPUS.iterdir() if not any(path.name.endswith(row[0]) for row in OUTCOMES)] == []
