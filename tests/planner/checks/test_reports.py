"""Reports of a plan: what is wrong with their sources is said, and what is right becomes calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner import load_plan
from planner.checked import CheckedPlan
from planner.checks.reports import with_values
from planner.coverage import coverage

PLAN = """\
ddbplan: 1
database: shop
tables:
  sales:
    partition_key: shop
    sort_key: day
    key_types: {day: N}
    ephemeral: true
    global_secondary_indexes: {by_kind: {partition_key: kind, sort_key: day, projection: [amount]}}
  other: {partition_key: id, external: true}
queries:
  of_shop: {table: sales, key_condition: shop = :shop, values: {shop: a}, limit: 20}
  of_kind:
    table: sales
    index: by_kind
    key_condition: kind = :kind
    values: {kind: x}
    projection: ["day", "amount"]
  of_kind_whole: {table: sales, index: by_kind, key_condition: kind = :kind, values: {kind: x}}
reports:
"""


def found(reports: str, tmp_path: Path) -> list[tuple[str, str]]:
    """Codes and sentences of what is wrong."""
    (tmp_path / "plan.yaml").write_text(PLAN + reports, encoding="utf-8")
    return [(one.code, one.what) for one in load_plan(tmp_path / "plan.yaml").diagnostics]


def loaded(reports: str, tmp_path: Path) -> CheckedPlan:
    """The plan with these reports."""
    (tmp_path / "plan.yaml").write_text(PLAN + reports, encoding="utf-8")
    plan = load_plan(tmp_path / "plan.yaml").plan
    assert plan is not None
    return plan


@pytest.mark.parametrize(
    ("report", "code", "what"),
    [
        ("{sources: {s: of_shap}, sql: FROM s}", "DDB300", "The plan has no query 'of_shap'."),
        (
            "{sources: {s: {query: of_shop, values: {shap: b}}}, sql: FROM s}",
            "DDB301",
            "The query 'of_shop' has no value 'shap'.",
        ),
        (
            "{sources: {s: {query: of_shop, values: [{shop: b}, {shop: 1}]}}, sql: FROM s}",
            "DDB301",
            "Source 's': The key attribute 'shop' is a string, and ':shop' is a number.",
        ),
        ("{sources: {s: of_shop, S: of_shop}, sql: FROM s}", "DDB302", "'S' and 's' are one name in SQL."),
        ("{sources: {}, sql: FROM s}", "DDB037", "`sources` names nothing."),
        ("{sources: {s: {query: of_shop, values: []}}, sql: FROM s}", "DDB018", "`values` lists 0 runs"),
        ("{sources: {s: {query: of_shop, limit: 0}}, sql: FROM s}", "DDB018", "`limit` is 0"),
        (
            "{sources: {s: {query: of_shop, columns: {a: TEXT}}}, sql: FROM s}",
            "DDB016",
            "`a` cannot have the type `TEXT`.",
        ),
        (
            '{sources: {s: {query: of_shop, columns: {a: "DECIMAL(2,3)"}}}, sql: FROM s}',
            "DDB016",
            "`a` cannot have the type `DECIMAL(2,3)`.",
        ),
        ("{sources: {s: of_shop}}", "DDB017", "A report needs `sql`."),
        ("{sources: {s: {query: of_shop, value: {shop: b}}}, sql: FROM s}", "DDB012", "`value` is not a key of"),
    ],
)
def test_what_is_wrong_is_said(report: str, code: str, what: str, tmp_path: Path) -> None:
    """Each with a code and a sentence; nothing else is found."""
    ((one, said),) = found(f"  r: {report}\n", tmp_path)

    assert one == code
    assert said.startswith(what)


def test_sources_become_calls(tmp_path: Path) -> None:
    """One for each run, with the source's limit; columns that are there whatever the items have."""
    report = loaded(
        """\
  r:
    sources:
      own: of_shop
      many: {query: of_shop, values: [{shop: b}, {shop: c}], limit: off, columns: {amount: "DECIMAL(10, 2)"}}
      kinds: of_kind
      whole: {query: of_kind_whole, limit: 3}
    sql: FROM own, many, kinds, whole
""",
        tmp_path,
    ).reports["r"]
    own, many, kinds, whole = report.sources

    assert [call.arguments.get("limit") for call in own.calls] == [20]
    assert [call.arguments["expression_attribute_values"] for call in many.calls] == [
        {":shop": {"S": "b"}},
        {":shop": {"S": "c"}},
    ]
    assert all("limit" not in call.arguments for call in many.calls)
    assert many.columns == {"amount": "DECIMAL(10,2)"}
    assert own.known == {"shop": "S", "day": "N"}
    assert kinds.known == {"day": "N", "amount": ""}
    assert whole.known == {"amount": "", "shop": "S", "day": "N", "kind": "S"}
    assert whole.calls[0].arguments["limit"] == 3


def test_other_values_replace_those_of_every_run(tmp_path: Path) -> None:
    """Runs that come to the same are one; values that the key does not take are refused."""
    plan = loaded("  r: {sources: {s: {query: of_shop, values: [{shop: b}, {shop: c}]}}, sql: FROM s}\n", tmp_path)
    declared, compiled = plan.plan.reports["r"], plan.reports["r"]

    changed = with_values(plan.plan, declared, compiled, {"s": {"shop": {"S": "z"}}})

    assert [call.arguments["expression_attribute_values"] for call in changed.sources[0].calls] == [
        {":shop": {"S": "z"}}
    ]
    with pytest.raises(ValueError, match="shop"):
        with_values(plan.plan, declared, compiled, {"s": {"shop": {"N": "1"}}})


def test_coverage_leaves_external_tables_out(tmp_path: Path) -> None:
    """Tables and indexes with the queries that read them."""
    seen = coverage(loaded("  r: {sources: {s: of_shop}, sql: FROM s}\n", tmp_path).plan)

    assert seen.tables == {"table.sales": ("of_shop",)}
    assert seen.indexes == {"table.sales.index.by_kind": ("of_kind", "of_kind_whole")}
    assert (seen.unused, seen.unread) == ((), ())
