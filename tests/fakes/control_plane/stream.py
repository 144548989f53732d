"""The change stream of a table."""

from __future__ import annotations

from tests.fakes.control_plane import request_texts, texts, times
from tests.fakes.control_plane.clock import iso
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import Busy, Json, Table


def begin_stream(table: Table, view: str, now: float) -> None:
    """A new stream, with a new ARN each time (K 035, 362)."""
    table.stream_view = view
    table.stream_label = iso(now).removesuffix("Z")


def check_stream(table: Table, wanted: Json) -> None:
    """What a StreamSpecification must say, and that it changes something.

    Raises:
        Refusal: It says too little or too much, or what is so already (K 029, 050, 222).
    """
    if wanted["StreamEnabled"] and "StreamViewType" not in wanted:
        raise request_texts.VIEW_MISSING.refusal()
    if not wanted["StreamEnabled"] and "StreamViewType" in wanted:
        raise request_texts.VIEW_GIVEN.refusal()
    if not wanted["StreamEnabled"] and table.is_global:
        raise request_texts.STREAM_OF_REPLICA.refusal()
    if table.running(Busy.STREAM):
        # What is under way is told before what it will come to (K 002).
        return
    if wanted["StreamEnabled"] and table.stream_view:
        raise texts.STREAM_ON.refusal(table=table.name)
    if not wanted["StreamEnabled"] and not table.stream_view:
        raise texts.STREAM_OFF.refusal(table=table.name)


def set_stream(site: Site, table: Table, wanted: Json) -> None:
    """Turn the stream on or off; UPDATING for seconds (K 050)."""
    if wanted["StreamEnabled"]:
        begin_stream(table, wanted["StreamViewType"], site.now())
    else:
        table.stream_view = ""
    change = "ENABLE" if wanted["StreamEnabled"] else "DISABLE"
    table.start(Busy.STREAM, site.now() + times.STREAM, about=change)
