"""The JSON Schema and the reader are one grammar."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from planner.diagnostics import Report
from planner.reading import find_plans, read_plan
from planner.reading.compose import compose
from planner.reading.grammar import RECORDS
from planner.reading.items import plain_json
from planner.schema import plan_schema, schema_text
from planner.values import Json
from tests.conftest import ROOT
from tests.planner.reading.support import HEAD, MINIMAL, good, read

DESIGN = ROOT.parent / "shared" / "design.md"
EXAMPLE = (Path(__file__).parent / "whole.yaml").read_text()
PLANS = sorted((ROOT / "plans").glob("*.yaml"))


def _as_json(text: str) -> Json:
    report = Report()
    node = compose(text, "x", report)
    assert node is not None
    return plain_json(node)


def _accepts(text: str) -> bool:
    return Draft202012Validator(plan_schema()).is_valid(_as_json(text))


def test_the_schema_is_a_schema() -> None:
    """Of draft 2020-12."""
    Draft202012Validator.check_schema(plan_schema())

    assert plan_schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_committed_schema_is_the_grammars() -> None:
    """`ddbplan schema > plans/plan.schema.json` makes it anew."""
    assert (ROOT / "plans" / "plan.schema.json").read_text() == schema_text()


def test_every_key_has_a_description_and_stands_in_the_schema() -> None:
    """The reader knows exactly the keys of the schema."""
    definitions = {**plan_schema()["$defs"], "plan": plan_schema()}
    for record in RECORDS:
        found = definitions[record.id]

        assert tuple(found["properties"]) == record.names
        assert found["additionalProperties"] is False
        assert all(part["description"].endswith(".") for part in found["properties"].values())


def test_every_record_is_reachable() -> None:
    """No definition of the schema is left over."""
    used = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(plan_schema())))

    assert used | {"local_index_overlay"} >= set(plan_schema()["$defs"])


def test_the_whole_grammar_is_accepted_by_both(tmp_path: Path) -> None:
    """A plan that uses every key there is."""
    assert _accepts(EXAMPLE)
    for environment in (None, "dev", "prod"):
        good(tmp_path, EXAMPLE, environment)


def test_the_example_uses_every_key() -> None:
    """So that the test above means something."""
    used = set(re.findall(r"(\w+):", EXAMPLE))
    missing = {key for record in RECORDS for key in record.names} - used

    assert missing == set()


def test_the_example_of_the_design_is_accepted(tmp_path: Path) -> None:
    """The page that describes the grammar tells the truth."""
    if not DESIGN.exists():
        pytest.skip("the design page is not part of this checkout")
    (text,) = re.findall(r"```yaml\n(.*?)```", DESIGN.read_text(), re.DOTALL)

    assert _accepts(text)
    for environment in (None, "dev", "prod"):
        good(tmp_path, text, environment)


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_the_products_own_plans_are_accepted_by_both(path: Path) -> None:
    """Each in each of its environments."""
    (source,), _ = find_plans([str(path)], ROOT)
    plan, report = read_plan(source)

    assert not report.has_errors
    assert plan is not None
    assert _accepts(path.read_text())


@pytest.mark.parametrize(
    "text",
    [
        "tables: {}\n",
        HEAD,
        MINIMAL + "reports: {r: {sql: FROM s}}\n",
        MINIMAL.replace("ddbplan: 1", "ddbplan: 2"),
        MINIMAL.replace("ddbplan: 1", 'ddbplan: "1"'),
        MINIMAL.replace("shop", "a b"),
        MINIMAL.replace("orders", "a b"),
        MINIMAL + "    sort_key: 5\n",
        MINIMAL + "    stream: true\n",
        MINIMAL + "    capacity: {read: 1}\n",
        MINIMAL + "    maximum: {}\n",
        MINIMAL + "    point_in_time_recovery: {days: 40}\n",
        MINIMAL + "    global_secondary_indexes: {a: {partition_key: [a, b, c, d, e]}}\n",
        MINIMAL + "    global_secondary_indexes: {a: {}}\n",
        MINIMAL + "seed: {orders: {}}\n",
        MINIMAL + "seed: {orders: {items: [], file: x.jsonl}}\n",
        MINIMAL + "transactions: {t: {operations: []}}\n",
        MINIMAL + "transactions: {t: {operations: [{}]}}\n",
        MINIMAL + "transactions: {t: {operations: [{put: {table: orders}}]}}\n",
        MINIMAL + "queries: {q: {table: orders, scan: true, limit: 0}}\n",
        MINIMAL + "queries: {q: {table: orders, scan: true, expect: {}}}\n",
        MINIMAL + "environments: {e: {account: 111122223333}}\n",
        MINIMAL + "environments: {e: {region: Ireland}}\n",
        MINIMAL + "environments: {e: {seed: all}}\n",
        MINIMAL + "environments: {e: {tables: {orders: {stream: ALL}}}}\n",
    ],
)
def test_what_the_schema_refuses_the_reader_refuses_too(tmp_path: Path, text: str) -> None:
    """The editor and the command line agree."""
    environment = "e" if "environments" in text else None

    assert not _accepts(text)
    assert read(tmp_path, text, environment)[1].has_errors
