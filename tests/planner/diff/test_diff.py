"""What no golden case shows: large sources, slips in addresses, the plan's own contradictions, what is read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from planner.changes.compare import field_changes
from planner.changes.found import DiffOptions
from planner.desired import aspects_needed
from planner.diff import Place, diff, limit_to
from planner.plan import Index, Table
from planner.state import DesiredSeed, LiveState, TransactionRecord
from planner.steps import FieldChange, HazardKind
from tests.planner.diff.test_approval import TABLE
from tests.property.strategies import HERE, desired_of, query_of, seed_of, transaction_of
from tests.property.test_diff import NOTHING, applied

BY_STATE = Index(
    name="by_state",
    kind="global",
    partition_key=("state",),
    sort_key=(),
    projection="ALL",
    settings={},
    position=HERE,
)
INDEXED = replace(TABLE, global_indexes={"by_state": BY_STATE}, key_types={**TABLE.key_types, "state": "S"})


def large(source_hash: str, file: str | None = "rows.jsonl") -> DesiredSeed:
    """A seed of more rows than the ledger records one by one."""
    return replace(seed_of("accounts", {"p": "x"}, file=file), count=10_001, source_hash=source_hash, row_hashes={})


def test_a_large_source_is_loaded_once() -> None:
    """The same source again is no difference."""
    desired = desired_of(TABLE, seeds={"accounts": large("a")})

    assert diff(desired, NOTHING).steps[-1].call.arguments["source"] == {"file": "rows.jsonl", "sha256": "a"}
    assert diff(desired, applied(desired)).is_empty


def test_a_large_source_that_changed_is_loaded_whole_and_the_diff_says_what_that_means() -> None:
    """Rows that the application deleted come back, and nothing that exists is overwritten."""
    live = applied(desired_of(TABLE, seeds={"accounts": large("a")}))
    difference = diff(desired_of(TABLE, seeds={"accounts": large("b")}), live)

    assert [step.call.arguments["condition"] for step in difference.steps] == ["absent"]
    assert [note.code for note in difference.notes] == ["DDB256"]


def test_no_index_goes_while_a_query_needs_it() -> None:
    """A plan that drops an index and reads it is refused, whoever let it through."""
    live = applied(desired_of(INDEXED))
    difference = diff(desired_of(TABLE, queries=(query_of("by", "accounts", index="by_state"),)), live)

    assert [found.code for found in difference.refusals] == ["DDB209"]
    assert "by_state" in difference.refusals[0].what
    assert difference.steps == ()


@pytest.mark.parametrize("choice", ["adopt", "rerun", "skip"])
def test_a_choice_for_nothing_is_refused(choice: str) -> None:
    """An address that the plan does not have is a slip."""
    options: Any = {choice: frozenset({"table.nothing"})}
    difference = diff(desired_of(TABLE), NOTHING, DiffOptions(**options))

    assert [found.what for found in difference.refusals] == [
        f"`--{choice} table.nothing` names nothing that the plan has."
    ]


def test_only_a_recorded_transaction_can_run_again() -> None:
    """``--rerun`` of a transaction that never ran is refused."""
    desired = desired_of(TABLE, transactions=(transaction_of("pay", ("accounts",)),))
    difference = diff(desired, NOTHING, DiffOptions(rerun=frozenset({"transaction.pay"})))

    assert [found.code for found in difference.refusals] == ["DDB213"]


def test_a_limit_to_nothing_is_refused() -> None:
    """``--only`` with a slip in it never means an empty run."""
    assert [f.code for f in limit_to(diff(desired_of(TABLE), NOTHING), ["table.acounts"]).refusals] == ["DDB212"]


@pytest.mark.parametrize("address", ["table", "seed", "", "table."])
def test_a_limit_to_what_is_no_address_is_refused(address: str) -> None:
    """The beginning of addresses is none, even where one step makes several tables."""
    several = desired_of(
        TABLE, replace(TABLE, key="postings", name="shop_postings"), replace(INDEXED, key="a", name="a")
    )
    limited = limit_to(diff(several, NOTHING), [address])

    assert [found.code for found in limited.refusals] == ["DDB212"]
    assert limited.steps == ()


def test_a_limit_takes_from_several_new_tables_those_that_it_names() -> None:
    """Tables that one step makes are chosen one by one."""
    several = desired_of(TABLE, replace(TABLE, key="postings", name="shop_postings"), replace(TABLE, key="a", name="a"))
    steps = limit_to(diff(several, NOTHING), ["table.postings", "table.a"]).steps

    assert [step.covers for step in steps if step.address != "ledger"] == [("table.postings", "table.a")]


def test_an_approval_is_bound_to_its_place() -> None:
    """The same steps elsewhere, on tables made again, or with a transaction skipped, have another hash."""
    here = Place(
        account="1", region="a", ledger_table="ledger", ledger_id="", table_ids={"shop_accounts": "id", "x": "y"}
    )
    difference = replace(diff(desired_of(TABLE), NOTHING), place=here)
    others = [
        replace(here, account="2"),
        replace(here, region="b"),
        replace(here, ledger_table="other"),
        replace(here, ledger_id="other"),
        replace(here, table_ids={"shop_accounts": "another", "x": "y"}),
    ]
    hashes = {replace(difference, place=place).hash for place in others}
    skipped = replace(
        difference, skips=(TransactionRecord(name="t", content_hash="c", outcome="skipped", table_ids={}),)
    )

    assert len({difference.hash, skipped.hash, *hashes}) == len(others) + 2
    assert replace(difference, place=replace(here, table_ids={"shop_accounts": "id", "x": "z"})).hash == difference.hash


def test_a_limit_to_what_is_done_is_an_empty_run() -> None:
    """An address that needs nothing is no slip."""
    desired = desired_of(TABLE)

    assert limit_to(diff(desired, applied(desired)), ["table.accounts"]).is_empty


def test_rows_are_put_on_absence_even_into_a_table_of_the_same_diff() -> None:
    """A late request of a dead run may land at any time; only a plan that says so overwrites."""
    kept = {"accounts": seed_of("accounts", {"p": "x", "q": "x"})}
    overwriting = {"accounts": seed_of("accounts", {"p": "x", "q": "x"}, "overwrite")}

    assert _condition(desired_of(TABLE, seeds=kept), NOTHING) == "absent"
    assert _condition(desired_of(TABLE, seeds=kept), applied(desired_of(TABLE))) == "absent"
    assert _condition(desired_of(TABLE, seeds=overwriting), NOTHING) == "none"


def _condition(desired: Any, live: LiveState) -> str:
    step = next(step for step in diff(desired, live).steps if step.id == "seed.accounts")
    return str(step.call.arguments["condition"])


def test_a_table_of_an_unfinished_first_apply_needs_no_permission() -> None:
    """What is fresh holds nobody's data; the same steps on a table that was applied to its end carry their dangers."""
    wanted = desired_of(
        replace(TABLE, settings={**TABLE.settings, "time_to_live": "expires_at"}),
        seeds={"accounts": seed_of("accounts", {"p": "x"}, "overwrite")},
        transactions=(transaction_of("pay", ("accounts",)),),
    )
    fresh = applied(desired_of(TABLE))
    record = fresh.ledger.tables["accounts"]
    old = replace(fresh, ledger=replace(fresh.ledger, tables={"accounts": replace(record, fresh=False)}))

    assert record.fresh
    assert diff(wanted, fresh).hazards == ()
    assert {hazard.kind for hazard in diff(wanted, old).hazards} == {
        HazardKind.DELETES_BY_TTL,
        HazardKind.OVERWRITES_ITEMS,
        HazardKind.CHANGES_DATA,
    }


def test_live_queries_are_no_difference_by_themselves() -> None:
    """They run at the end of an apply that has something else to do."""
    desired = desired_of(TABLE, queries=(query_of("recent", "accounts", live=True),))

    assert diff(desired, NOTHING).steps[-1].id == "query.recent"
    assert diff(desired, applied(desired)).is_empty


def test_only_what_is_declared_is_read() -> None:
    """Tags and autoscaling are read besides where the ledger does not know the table: others may have set them."""
    settings = {**TABLE.settings, "time_to_live": "off", "stream": "off"}
    desired = desired_of(replace(TABLE, settings=settings), replace(TABLE, key="crm", name="crm", external=True))

    on_demand, provisioned = {"billing": "on_demand"}, {"billing": "provisioned"}
    assert aspects_needed(desired, "accounts", on_demand) == ("table", "time_to_live")
    assert aspects_needed(desired, "accounts", provisioned) == ("table", "autoscaling", "time_to_live")
    assert aspects_needed(desired, "accounts") == ("table", "autoscaling", "tags", "time_to_live")
    assert aspects_needed(desired, "crm") == ("table",)


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ({"a": {"x": 1}}, {"a": {"x": 1}}, {}),
        ({"a": True}, {"a": False}, {"a": (("a", True, False),)}),
        ({"a": None}, {"a": "x"}, {"a": (("a", None, "x"),)}),
        ({"a": {"x": [1, 2]}}, {"a": {"x": [2, 1]}}, {"a": (("a.x", [1, 2], [2, 1]),)}),
        ({"a": {}}, {"a": {"b.c": 1}}, {"a": (("a.`b.c`", None, 1),)}),
        ({"a": "off"}, {"a": {"days": 7}}, {"a": (("a", "off", {"days": 7}),)}),
    ],
)
def test_differences_are_values_by_path(before: Any, after: Any, changes: Any) -> None:
    """A list is one value; a name with a dot is in backquotes; all are grouped by setting."""
    expected = {
        name: tuple(FieldChange(path=path, before=was, after=becomes) for path, was, becomes in found)
        for name, found in changes.items()
    }

    assert field_changes(before, after) == expected


def test_a_table_under_another_key_of_the_plan_stays_owned() -> None:
    """The physical name and the TableId decide; the ledger learns the new name."""
    live = applied(desired_of(TABLE))
    renamed: Table = replace(TABLE, key="customers")

    assert [step.id for step in diff(desired_of(renamed), live).steps] == ["table.customers.adopt"]
    assert diff(desired_of(renamed), applied(desired_of(renamed), live)).is_empty


def test_rows_edited_after_they_were_loaded_are_noted() -> None:
    """With on_conflict keep nothing is written over an item that exists, and the diff says so."""
    live = applied(desired_of(TABLE, seeds={"accounts": seed_of("accounts", {"p": "x", "n": "1"})}))
    edited = desired_of(TABLE, seeds={"accounts": seed_of("accounts", {"p": "x", "n": "2"})})
    difference = diff(edited, live)

    assert difference.steps == ()
    assert [note.code for note in difference.notes] == ["DDB262"]
    assert difference.notes[0].what.startswith("1 row of seed.accounts differs from what was loaded;")


def test_a_table_that_left_the_plan_is_destroyed_by_that_plan() -> None:
    """The command to paste names the plan's own file and environment."""
    live = applied(desired_of(TABLE))
    (note,) = diff(replace(desired_of(), typed="plans/shop.yaml -e prod"), live).notes

    assert note.fix.endswith(f"ddbplan destroy plans/shop.yaml -e prod --table {TABLE.name}")
