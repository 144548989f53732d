"""How rows are put together, and how far a load surely got."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from executor.caller import Bulk, Caller, Load
from executor.clients import Clients, Target
from executor.errors import CallError
from executor.loader.pieces import MAX_BATCH_BYTES, Piece, Row, encode, pieces
from executor.loader.tally import Outcome, Tally
from planner.values import Item


def row(name: str, size: int = 0) -> Item:
    """An item of about this size."""
    return {"id": {"S": name}, "x": {"B": "A" * size}}


def test_a_request_keeps_within_16_megabytes_as_it_is_sent() -> None:
    """Binary values of 400 KB, a third longer on the wire, never come to more than a request takes."""
    rows = [row(str(number), 540_000) for number in range(60)]
    made = list(pieces(rows, ["id"], most=100))

    assert sum(len(piece.rows) for piece in made) == 60
    assert all(sum(len(one.text) for one in piece.rows) <= MAX_BATCH_BYTES for piece in made)
    assert len(made) == 3


def test_one_number_written_in_two_ways_is_one_key() -> None:
    """A batch with 1 and 1.0 as keys would be refused, so they go into two."""
    rows: list[Item] = [{"n": {"N": "1"}}, {"n": {"N": "1.0"}}]

    assert [len(piece.rows) for piece in pieces(rows, ["n"])] == [1, 1]


def test_a_small_load_uses_every_thread() -> None:
    """The first puts go out one by one; a long load takes 25 at a time."""
    sizes = [len(piece.rows) for piece in pieces([row(str(n)) for n in range(5_000)], ["id"], growing=True)]

    assert sizes[:20] == [1] * 20
    assert sizes[-10] == 25


def test_every_piece_knows_its_place() -> None:
    """Pieces follow one another without a gap."""
    made = list(pieces([row(str(n)) for n in range(260)], ["id"], growing=True))

    assert [piece.first for piece in made] == [sum(len(one.rows) for one in made[:at]) for at in range(len(made))]


def test_half_of_a_surrogate_pair_is_refused_by_name() -> None:
    """What cannot be sent as UTF-8 is an error of the arguments, not a crash."""
    with pytest.raises(CallError) as refused:
        encode({"id": {"S": "\ud800"}})

    assert refused.value.code == "InvalidArguments"


@given(st.permutations(range(12)))
def test_what_is_sure_has_no_gap(order: list[int]) -> None:
    """In whatever order pieces end, the rows that count as surely written are those before the first open piece."""
    sure: list[int] = []
    with Clients(Target(local=True)) as clients:
        caller = Caller(clients, bulk=Bulk(skip=7, checkpoint=sure.append, loading=lambda _: None))
        tally = Tally(caller, None, skipped=7)
        whole = [Piece(first=2 * n, rows=(Row(row("a"), b""), Row(row("b"), b""))) for n in range(12)]
        for ended, number in enumerate(order, start=1):
            tally.ended(whole[number], Outcome(written=2))
            done = set(order[:ended])
            first_open = next((n for n in range(12) if n not in done), 12)

            assert tally.surely == 7 + 2 * first_open


def test_progress_tells_rate_units_and_time_left() -> None:
    """Half way after two seconds, as much is left."""
    now = [0.0]
    told: list[Load] = []
    with Clients(Target(local=True)) as clients:
        tally = Tally(Caller(clients, bulk=Bulk(loading=told.append)), 100, clock=lambda: now[0])
        now[0] = 2.0
        rows = tuple(Row(row(str(n)), b"") for n in range(50))
        tally.ended(Piece(first=0, rows=rows), Outcome(written=50, units={"t": 75.0}))

    assert told == [Load(done=50, total=100, rate=25.0, units=75.0, seconds_left=2.0)]


def test_the_text_of_an_item_is_its_json() -> None:
    """Every value comes back as it was given."""
    item: Item = {"n": {"N": "1E-130"}, "m": {"M": {"": {"L": [{"NULL": True}, {"BOOL": False}]}}}, "s": {"S": "é\n"}}

    assert orjson.loads(encode(item)) == item
