"""What each format can hold of a plan, proved by taking it out and in again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from planner.checked import CheckedPlan
from planner.desired import desired_state
from planner.exporting import HELD, PARTS, Hold, Target, export_plan
from planner.exporting.values import HELD_OF_REPLICAS, holds
from planner.importing import import_files
from planner.reading import rows
from planner.settings.policy_document import canonical
from planner.values import Json, item_hash
from tests.conftest import ROOT
from tests.corpus.comparing import differences
from tests.corpus.linting import complaints
from tests.interchange.support import checked, there_and_back

HEAD = """
ddbplan: 1
database: shop
description: Orders of a shop.
tables:
  orders:
    description: One item per order.
    partition_key: id
    sort_key: at
    key_types: {at: N, total: N}
    global_secondary_indexes:
      by_total: {partition_key: [kind, owner], sort_key: total, projection: [note]}
      by_owner: {partition_key: owner, projection: KEYS_ONLY}
    local_secondary_indexes: {by_kind: {sort_key: kind}}
"""
KINESIS = "arn:aws:kinesis:eu-west-1:111122223333:stream/s"
POLICY = """{Statement: [{Effect: Allow, Principal: {AWS: "444455556666"}, Action: dynamodb:GetItem, Resource: "*"}]}"""
RANGE = "{read: {min: 5, max: 50, target: 60}, write: 4}"
ON = {
    "billing": ("billing: provisioned\n    capacity: {read: 2, write: 3}", "provisioned"),
    "capacity": (f"billing: provisioned\n    capacity: {RANGE}", {}),
    "maximum": ("maximum: {read: 100}", {"read": 100}),
    "warm": ("warm: {read: 12001, write: 4001}", {"read": 12001}),
    "time_to_live": ("time_to_live: expires", "expires"),
    "stream": ("stream: NEW_IMAGE", "NEW_IMAGE"),
    "point_in_time_recovery": ("point_in_time_recovery: {days: 9}", {"days": 9}),
    "deletion_protection": ("deletion_protection: true", True),
    "encryption": ("encryption: arn:aws:kms:eu-west-1:111122223333:key/1", "arn"),
    "table_class": ("table_class: infrequent_access", "infrequent_access"),
    "tags": ("tags: {team: core, cost: '1'}", {"team": "core"}),
    "resource_policy": (f"resource_policy: {POLICY}", {"Statement": []}),
    "contributor_insights": ("contributor_insights: {mode: THROTTLED_KEYS}", {"mode": ""}),
    "kinesis": (f"kinesis: {{stream_arn: '{KINESIS}', precision: MICROSECOND}}", {"stream_arn": ""}),
    "vector_indexes": (
        "vector_indexes: {vec: {attribute: e, dimensions: 3, distance: COSINE, filters: [kind]}}",
        {"v": 1},
    ),
    "replicas": ("stream: NEW_AND_OLD_IMAGES\n    replicas: {us-east-1: {}, eu-west-3: {}}", {"us-east-1": {}}),
}
OFF = {
    name: f"{name}: off"
    for name in (
        "maximum",
        "time_to_live",
        "stream",
        "point_in_time_recovery",
        "tags",
        "resource_policy",
        "contributor_insights",
        "kinesis",
        "vector_indexes",
        "replicas",
    )
}
CASES = [(name, text, value) for name, (text, value) in ON.items()] + [
    (name, text, "off") for name, text in OFF.items()
]
CASES += [
    ("encryption", "encryption: aws_owned", "aws_owned"),
    ("encryption", "encryption: aws_managed", "aws_managed"),
]
CASES += [("deletion_protection", "deletion_protection: false", False), ("billing", "billing: on_demand", "on_demand")]


def _wanted(plan: CheckedPlan) -> dict[str, Json]:
    found = {}
    for key, table in desired_state(plan).tables.items():
        settings = dict(table.state.settings)
        if isinstance(settings.get("resource_policy"), Mapping):
            settings["resource_policy"] = canonical(settings["resource_policy"])
        found[key] = (table.state.name, settings)
    return found


@pytest.mark.parametrize("target", Target)
@pytest.mark.parametrize(("part", "text", "value"), CASES, ids=[f"{name}-{text[:34]}" for name, text, _ in CASES])
def test_a_format_holds_what_its_table_says(target: Target, part: str, text: str, value: Json, tmp_path: Path) -> None:
    """Out and in again is the same plan exactly where the format can hold the setting; else the export says so."""
    plan = checked(tmp_path, f"{HEAD}    {text}\n")
    held = holds(target, part, value)
    if part == "replicas" and value != "off" and target is Target.MCP:
        held = False

    same = _wanted(there_and_back(tmp_path, plan, target)) == _wanted(plan)
    said = {address for address, _ in export_plan(plan, target).left_out}

    assert same is held
    assert (f"table.orders.{part}" in said) is not held


@pytest.mark.parametrize("target", Target)
def test_descriptions_of_tables(target: Target, tmp_path: Path) -> None:
    """A table's description comes back where the format has a place for it, and is listed where not."""
    plan = checked(tmp_path, HEAD)
    said = {address for address, _ in export_plan(plan, target).left_out}
    held = HELD[target]["descriptions"] is Hold.YES

    assert there_and_back(tmp_path, plan, target).plan.tables["orders"].description == (
        "One item per order." if held else ""
    )
    assert ("table.orders.description" in said) is not held


@pytest.mark.parametrize("target", Target)
def test_seeds_queries_and_transactions(target: Target, tmp_path: Path) -> None:
    """Rows, questions and transactions come back where the format can hold them, and are listed where not."""
    text = """
seed:
  orders:
    - {id: a, at: 1, note: "ü \\" ${x} %{y}\\t", list: [1, 2.50, null, {deep: true}]}
    - {id: b, at: 2, tags: !set [x, y], raw: !!binary aGk=, big: 1e40}
transactions:
  first: {operations: [{put: {table: orders, item: {id: c, at: 3}, condition: attribute_not_exists(id)}}]}
queries:
  recent:
    description: An owner's orders.
    table: orders
    index: by_total
    key_condition: kind = :kind AND owner = :owner AND total > :least
    filter: attribute_exists(note)
    values: {kind: k, owner: o, least: 10}
    projection: [id, note]
    descending: true
    limit: 5
  every: {table: orders, scan: true, consistent: true, values: {n: x}, filter: note = :n}
"""
    plan = checked(tmp_path, HEAD + text)
    back = there_and_back(tmp_path, plan, target)
    said = {address.partition(".")[0] for address, _ in export_plan(plan, target).left_out}

    assert list(differences(plan, back, target)) == []
    assert bool(back.plan.seeds) is (HELD[target]["seed"] is not Hold.NO)
    assert ("seed" in said) is (HELD[target]["seed"] is Hold.NO)
    assert bool(back.queries) is (HELD[target]["queries"] is not Hold.NO)
    assert ("query" in said) is (HELD[target]["queries"] is Hold.NO)
    assert bool(back.transactions) is (HELD[target]["transactions"] is not Hold.NO)
    assert ("transaction" in said) is (HELD[target]["transactions"] is Hold.NO)


@pytest.mark.parametrize("target", [t for t in Target if HELD[t]["replicas"] is not Hold.NO])
def test_replicas_keep_what_a_format_holds_of_them(target: Target, tmp_path: Path) -> None:
    """What a replica has of its own comes back or is listed, part by part."""
    text = """    billing: on_demand
    stream: NEW_AND_OLD_IMAGES
    replicas:
      us-east-1:
        table_class: infrequent_access
        maximum: {read: 50}
        global_secondary_indexes: {by_owner: {maximum: {read: 5}}}
        point_in_time_recovery: true
        deletion_protection: true
        tags: {a: b}
"""
    plan = checked(tmp_path, HEAD + text)
    left_out = [address for address, _ in export_plan(plan, target).left_out]
    lost = {address.rpartition(".")[2] for address in left_out if ".replicas." in address}

    assert list(differences(plan, there_and_back(tmp_path, plan, target), target)) == []
    own = {
        "table_class",
        "maximum",
        "global_secondary_indexes",
        "point_in_time_recovery",
        "deletion_protection",
        "tags",
    }
    assert lost == own - HELD_OF_REPLICAS[target]


@pytest.mark.parametrize("name", ["financial", "analytics", "ecommerce", "social"])
@pytest.mark.parametrize("target", Target)
def test_the_products_own_plans(name: str, target: Target, tmp_path: Path) -> None:
    """Each of the four plans comes back as far as the format can hold it."""
    plan = checked(tmp_path, (ROOT / "plans" / f"{name}.yaml").read_text())

    assert list(differences(plan, there_and_back(tmp_path, plan, target), target)) == []


def test_cfn_lint_accepts_exports(tmp_path: Path) -> None:
    """Tables, a global table, autoscaling and every setting beside them are what CloudFormation's schema takes."""
    text = (
        HEAD
        + "    "
        + "\n    ".join(
            [
                "billing: provisioned",
                f"capacity: {RANGE}",
                *(ON[name][0] for name in ("time_to_live", "stream", "point_in_time_recovery", "tags", "kinesis")),
                *(
                    ON[name][0]
                    for name in ("resource_policy", "contributor_insights", "table_class", "encryption", "warm")
                ),
            ]
        )
    )
    text += "\n  world:\n    partition_key: id\n    stream: NEW_AND_OLD_IMAGES\n    replicas: {us-east-1: {}}\n"
    template = next(iter(export_plan(checked(tmp_path, text), Target.CLOUDFORMATION).files.values()))

    assert complaints(template) == []


def test_terraform_is_formatted(tmp_path: Path) -> None:
    """Two spaces a level, the equals signs of neighbours in one column, a blank line before each block."""
    text = f"{HEAD}    time_to_live: expires\n    tags: {{team: core, cost-center: '1'}}\n"
    hcl = next(iter(export_plan(checked(tmp_path, text), Target.TERRAFORM).files.values()))
    lines = hcl.splitlines()

    assert [line for line in lines if line.rstrip() != line or "\t" in line] == []
    assert not re.search(r"\n\n\n|\{\n\n|\n\n\s*\}", hcl)
    for one, two in pairwise(lines):
        if all(re.fullmatch(r"\s+[\w\"-]+\s+= [^{]*", line) for line in (one, two)):
            assert one.index(" = ") == two.index(" = "), (one, two)


def test_an_external_table_is_left_out(tmp_path: Path) -> None:
    """Someone else's table is made by nobody's export."""
    plan = checked(tmp_path, f"{HEAD}  rates: {{partition_key: c, external: true}}\n")
    exported = export_plan(plan, Target.JSON)

    assert ("table.rates", "it is someone else's table") in exported.left_out
    assert "shop_rates" not in next(iter(exported.files.values()))


def test_the_page_says_what_each_format_holds() -> None:
    """docs/export.md shows the table that the export goes by."""
    page = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")

    for part in PARTS:
        words = [str(HELD[target][part]) for target in Target]
        assert f"| {part} | {' | '.join(words)} |" in page
    for target in Target:
        assert f"--to {target}" in page


def test_rows_of_terraform_survive_templates(tmp_path: Path) -> None:
    """A row that looks like a template of HCL is the same row afterwards."""
    plan = checked(tmp_path, HEAD + 'seed: {orders: [{id: "${a} %{b} \\\\ \\"q\\"", at: 1}]}\n')
    back = there_and_back(tmp_path, plan, Target.TERRAFORM)

    mine, theirs = ([item_hash(r.item) for r in rows(p.plan, p.plan.seeds["orders"])] for p in (plan, back))
    assert mine == theirs


def test_large_rows_go_in_batches_of_25(tmp_path: Path) -> None:
    """BatchWriteItem takes 25 puts, and the import takes all of them back."""
    seed = "".join(f"    - {{id: a, at: {number}}}\n" for number in range(60))
    plan = checked(tmp_path, f"{HEAD}seed:\n  orders:\n{seed}")
    files = export_plan(plan, Target.AWS_CLI).files
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    draft = import_files([tmp_path / name for name in files if name.endswith(".json")])

    assert sum(".batch-write-item." in name for name in files) == 3
    assert len(draft.seeds["orders"]) == 60


def test_what_only_a_plan_says_is_listed(tmp_path: Path) -> None:
    """Rates have a place in no other format, and every export says so."""
    text = f"{HEAD}queries:\n  one: {{table: orders, key_condition: id = :id, values: {{id: a}}, rate: 5}}\n"
    plan = checked(tmp_path, text)

    for target in Target:
        assert ("query.one", f"{target} cannot hold rates") in export_plan(plan, target).left_out
