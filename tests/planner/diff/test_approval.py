"""Saved steps: what the file holds, what is refused, what makes it stale."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from planner.approval import InvalidApprovalError, SavedTable, from_json, to_json, what_moved
from planner.plan import Table
from planner.state import LiveState
from tests.property import strategies
from tests.property.strategies import HERE, desired_of, query_of, seed_of, transaction_of
from tests.property.test_approval import WHERE, saved
from tests.property.test_diff import NOTHING, applied

TABLE = Table(
    key="accounts",
    name="shop_accounts",
    description="",
    partition_key="id",
    sort_key="at",
    key_types={"id": "S", "at": "N"},
    global_indexes={},
    local_indexes={},
    settings={"billing": "on_demand"},
    external=False,
    ephemeral=False,
    position=HERE,
    positions={},
)
PLAN = desired_of(
    TABLE,
    seeds={"accounts": seed_of("accounts", {"p": "secret-content", "q": "secret-content"})},
    transactions=(transaction_of("pay", ("accounts",), amount="4711"),),
    queries=(query_of("recent", "accounts", live=True),),
)


def with_stream(value: str) -> Table:
    """The table with a stream."""
    return replace(TABLE, settings={**TABLE.settings, "stream": value})


def test_items_are_saved_by_key_and_hash_only() -> None:
    """No value of an item, a transaction or a query stands in the file; keys do."""
    text = to_json(saved(PLAN, NOTHING))

    assert "secret-content" not in text
    assert "4711" not in text
    shown = [step["shown"]["arguments"] for step in json.loads(text)["steps"] if step["id"] == "seed.accounts"]
    assert [item["key"] for item in shown[0]["items"]] == [
        {"at": {"N": "1"}, "id": {"S": "p"}},
        {"at": {"N": "1"}, "id": {"S": "q"}},
    ]


def test_the_same_approval_is_the_same_text() -> None:
    """The file is deterministic."""
    assert to_json(saved(PLAN, NOTHING)) == to_json(saved(PLAN, NOTHING))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"account": "444455556666"}, "The AWS account was 111122223333 and is 444455556666."),
        ({"region": "eu-north-1"}, "The region was eu-west-1 and is eu-north-1."),
        ({"environment": "prod"}, "The environment was none and is prod."),
        ({"plan_hash": "def"}, "The text of the plan changed."),
    ],
)
def test_another_place_is_named(change: dict[str, str], sentence: str) -> None:
    """What the steps were made for has to be the same."""
    now = saved(PLAN, NOTHING, replace(WHERE, **change))

    assert what_moved(saved(PLAN, NOTHING), now) == (sentence,)


def test_a_table_that_appeared_meanwhile_is_named() -> None:
    """A table that somebody made is not the table that was to be made."""
    live = replace(NOTHING, tables=applied(desired_of(TABLE)).tables)

    assert "The table shop_accounts exists now, and did not." in what_moved(saved(PLAN, NOTHING), saved(PLAN, live))


def test_a_table_that_was_made_again_is_named() -> None:
    """The TableId has to be the same."""
    live = applied(desired_of(TABLE))
    again = {"shop_accounts": replace(live.tables["shop_accounts"], table_id="another")}
    wanted = desired_of(with_stream("NEW_IMAGE"))

    assert "The table shop_accounts was made again (another TableId)." in what_moved(
        saved(wanted, live),
        saved(wanted, replace(live, tables=again)),
    )


def test_a_live_setting_that_moved_is_named() -> None:
    """Declared settings have to be live as they were, even where the steps are the same."""
    wanted = desired_of(with_stream("NEW_IMAGE"))
    was = applied(desired_of(with_stream("off")))
    moved = {"shop_accounts": _with(was, "stream", "KEYS_ONLY")}

    assert "Settings of the live table shop_accounts changed." in what_moved(
        saved(wanted, was),
        saved(wanted, replace(was, tables=moved)),
    )


def _with(live: LiveState, name: str, value: Any) -> Any:
    table = live.tables["shop_accounts"]
    return replace(table, settings={**table.settings, name: value})


def test_a_step_that_somebody_else_did_is_named() -> None:
    """A step that is gone without having been begun under the approval is no progress of it."""
    wanted, live = desired_of(with_stream("NEW_IMAGE")), applied(desired_of(with_stream("off")))

    assert "The step table.accounts.stream is no longer needed." in what_moved(
        saved(wanted, live),
        saved(wanted, applied(wanted, live)),
    )


def test_an_edited_file_approves_nothing_that_the_plan_does_not_say() -> None:
    """A step that is written into the file makes the file stale; it is never run."""
    document = json.loads(to_json(saved(PLAN, NOTHING)))
    document["steps"].append({"id": "seed.more", "tables": [], "parts": {"write seed.more x": "y"}, "shown": {}})

    assert what_moved(from_json(json.dumps(document)), saved(PLAN, NOTHING)) == (
        "The step seed.more is no longer needed.",
    )


def test_a_ledger_that_was_made_meanwhile_moves_nothing() -> None:
    """Whoever made it first, by a run that died or for another database: the rest of the steps is the same."""
    made = replace(NOTHING, ledger=replace(NOTHING.ledger, exists=True, ledger_id="abc"))
    begun = replace(NOTHING, ledger=replace(NOTHING.ledger, exists=True))

    assert what_moved(saved(PLAN, NOTHING), saved(PLAN, made)) == ()
    assert what_moved(saved(PLAN, NOTHING), saved(PLAN, begun)) == ()
    assert what_moved(saved(PLAN, made), saved(PLAN, NOTHING))[0] == "The ledger is another one."


@pytest.mark.parametrize("member", ["reason", "arguments", "hazards", "address"])
def test_a_file_that_shows_something_else_than_it_does_is_named(member: str) -> None:
    """What a reviewer reads in the file has to be what would run."""
    document = json.loads(to_json(saved(PLAN, NOTHING)))
    step = next(step for step in document["steps"] if step["id"] == "transaction.pay")
    step["shown"][member] = "harmless"

    assert what_moved(from_json(json.dumps(document)), saved(PLAN, NOTHING)) == (
        "What the file shows of transaction.pay is not what it does.",
    )


def test_a_file_with_another_hash_is_named() -> None:
    """The hash in the file is the one that diff printed."""
    now = saved(PLAN, NOTHING)

    assert what_moved(replace(now, hash="0" * 64), now) == (
        f"The steps have the hash {now.hash}, and the file says {'0' * 64}.",
    )


def test_a_step_that_was_done_and_is_needed_again_is_named() -> None:
    """An approval is for once; a step that was only begun may be run again."""
    wanted, live = desired_of(with_stream("NEW_IMAGE")), applied(desired_of(with_stream("off")))
    name = "table.accounts.stream"
    approval, begun = saved(wanted, live), frozenset({name})

    assert what_moved(approval, approval, begun=begun) == ()
    assert what_moved(approval, approval, begun=begun, done=begun) == (
        f"The step {name} was done under this approval, and is needed again.",
    )


def test_an_approval_expires() -> None:
    """From its end on it is none."""
    approval = saved(PLAN, NOTHING)

    assert not approval.is_expired("2026-01-09T08:59:59+00:00")
    assert approval.is_expired("2026-01-09T10:00:00+01:00")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"ddbplan_steps": 2}, "ddbplan_steps is 2; this version of ddbplan reads 1"),
        ({"ddbplan_steps": True}, "ddbplan_steps has to be a number"),
        ({"run": "rm"}, "the file has the unknown member 'run'"),
        ({"expires": "tomorrow"}, "expires has to be a time such as 2026-01-02T09:00:00+00:00"),
        ({"expires": "2026-01-02T09:00:00"}, "expires has to say its time zone, such as 2026-01-02T09:00:00+00:00"),
        ({"plans": "a.yaml"}, "plans has to be a list"),
        ({"plans": [1]}, "plans[0] has to be a string"),
        ({"tables": {"a": {"table_id": 1, "fingerprint": ""}}}, "tables.a.table_id has to be a string"),
        ({"options": {"allow": []}}, "options has the unknown member 'allow'"),
        ({"steps": [{"id": "x", "tables": [], "shown": {}}]}, "steps[0].parts is missing"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(change: dict[str, Any], sentence: str) -> None:
    """The error names the place and what is expected there."""
    document = {**json.loads(to_json(saved(PLAN, NOTHING))), **change}

    with pytest.raises(InvalidApprovalError) as caught:
        from_json(json.dumps(document))
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[" * 100_000, "the file is nested too deeply"),
        ('{"a": 1, "a": 2}', "the member 'a' is given twice"),
        ('{"a": NaN}', "NaN is not a JSON value"),
        ("[]", "the file has to be an object"),
        (b"\xff\xfe", "the file is not JSON"),
    ],
)
def test_what_is_no_json_object_is_said(text: str | bytes, sentence: str) -> None:
    """Text that no approval could be in is refused in one sentence."""
    with pytest.raises(InvalidApprovalError) as caught:
        from_json(text)
    assert str(caught.value).startswith(sentence)


def test_tables_are_saved_with_their_identity() -> None:
    """A table that does not exist has neither identity nor fingerprint."""
    live = applied(desired_of(TABLE))

    assert saved(PLAN, NOTHING).tables == {"shop_accounts": SavedTable(table_id="", fingerprint="")}
    assert saved(PLAN, live).tables["shop_accounts"].table_id == "simulated:shop_accounts"


def test_careful_rows_stand_for_careless_ones_but_not_the_reverse() -> None:
    """Rows approved as unconditional may be put conditionally on resume; the reverse is another step."""
    blind = desired_of(TABLE, seeds={"accounts": seed_of("accounts", {"p": "x", "q": "x"})})
    live = applied(desired_of(TABLE))
    was, now = saved(blind, NOTHING), saved(blind, live)
    begun = frozenset({"table.accounts", "ledger"})

    assert what_moved(was, now, begun=begun) == ()
    assert "The step seed.accounts is not among the saved ones, or does something else." in what_moved(
        saved(blind, live),
        saved(
            strategies.desired_of(TABLE, seeds={"accounts": seed_of("accounts", {"p": "x", "q": "x"}, "overwrite")}),
            live,
        ),
    )
