"""What is refused while something is under way, as data: by member, not by state (K 119, 163, 286, 369)."""

from __future__ import annotations

from collections.abc import Mapping

from tests.fakes.control_plane import texts
from tests.fakes.control_plane.concerns import IOPS, Concern
from tests.fakes.control_plane.refusal import Text
from tests.fakes.control_plane.state import Busy, Job, Table

C = Concern
_ANY_INDEX = (C.INDEX_CREATE, C.INDEX_DELETE, C.VECTOR_CREATE, C.VECTOR_DELETE)


def _rules(*rules: tuple[tuple[Concern, ...], Text]) -> Mapping[Concern, Text]:
    return {concern: text for concerns, text in rules for concern in concerns}


_BILLING = (C.TO_ON_DEMAND, C.TO_PROVISIONED)
_THROUGHPUT = _rules(
    ((C.UNITS, *_BILLING, C.INDEX_UPDATE), texts.IOPS),
    ((C.STREAM,), texts.STREAM_IOPS),
    ((C.MAXIMUM,), texts.MAXIMUM_BILLING),
    ((C.TABLE_CLASS,), texts.CLASS_IOPS),
    (_ANY_INDEX, texts.INDEX_IOPS),
)
_BUILDING = _rules(
    (_BILLING, texts.IOPS_CREATE),
    ((C.STREAM,), texts.STREAM_INDEX),
    ((C.MAXIMUM,), texts.MAXIMUM_CREATE),
    ((C.TABLE_CLASS,), texts.CLASS_INDEX),
    ((C.INDEX_CREATE, C.VECTOR_CREATE), texts.ONE_INDEX),
)
REFUSED: Mapping[Busy, Mapping[Concern, Text]] = {
    Busy.UNITS: _THROUGHPUT,  # K 370
    Busy.BILLING: _THROUGHPUT,  # K 369; protection and warm throughput are admitted
    Busy.STREAM: _rules(  # K 119, 175, 444
        ((C.STREAM,), texts.STREAM_BUSY),
        ((C.UNITS, *_BILLING, C.INDEX_UPDATE), texts.IOPS_STREAM),
        ((C.TABLE_CLASS,), texts.CLASS_STREAM),
        ((C.MAXIMUM,), texts.MAXIMUM_STREAM),
        (_ANY_INDEX, texts.INDEX_STREAM),
    ),
    Busy.TABLE_CLASS: _rules(  # K 175, 286
        ((C.TABLE_CLASS,), texts.CLASS_BUSY),
        ((C.STREAM,), texts.STREAM_CLASS),
        ((C.MAXIMUM,), texts.MAXIMUM_CLASS),
        ((C.UNITS, *_BILLING), texts.IOPS_CLASS),
        (_ANY_INDEX, texts.INDEX_CLASS),
    ),
    Busy.ENCRYPTION: _rules(((C.ENCRYPTION,), texts.ENCRYPTION_BUSY)),  # K 065, 120
    Busy.ALLOCATION: {  # K 149, 458
        **_BUILDING,
        C.UNITS: texts.IOPS_CREATE,
        C.WARM: texts.MAINTENANCE,
    },
    Busy.BACKFILL: _BUILDING,  # K 163: units, deletes, protection are admitted
    Busy.INDEX_DELETE: _rules(  # K 375, 376
        ((C.UNITS, *_BILLING), texts.IOPS_DELETE),
        ((C.STREAM,), texts.STREAM_INDEX),
        ((C.MAXIMUM,), texts.MAXIMUM_DELETE),
        ((C.TABLE_CLASS,), texts.CLASS_INDEX),
        (_ANY_INDEX, texts.ONE_INDEX),
    ),
    Busy.REPLICA: dict.fromkeys(C, texts.REPLICAS_BUSY),  # K 227, 444
}
DELETE_REFUSED: Mapping[Busy, Text] = {
    Busy.STREAM: texts.DELETE_STREAM,  # K 002
    Busy.UNITS: texts.IN_PROCESS,  # K 063
    Busy.BILLING: texts.IN_PROCESS,  # K 369
    Busy.TABLE_CLASS: texts.IN_PROCESS,  # K 284
    Busy.ENCRYPTION: texts.IN_PROCESS,  # K 120
    Busy.WARM: texts.IN_PROCESS,  # K 066
    Busy.ALLOCATION: texts.DELETE_INDEXES,  # K 150
    Busy.BACKFILL: texts.DELETE_INDEXES,
    Busy.INDEX_DELETE: texts.DELETE_INDEXES,
    Busy.INDEX_UPDATE: texts.DELETE_INDEXES,
    Busy.REPLICA: texts.REPLICAS_BUSY,
}


def check_not_busy(table: Table, asked: frozenset[Concern]) -> None:
    """Refuse what can't be changed now.

    Raises:
        Refusal: Something that is under way is in its way.
    """
    if table.status == "CREATING":
        raise texts.CREATING.refusal(table=table.name)
    if table.status == "DELETING":
        raise texts.DELETING.refusal(table=table.name)
    for job in table.jobs:
        for concern, text in REFUSED.get(job.busy, {}).items():
            if concern in asked:
                raise text.refusal(**_parts(table, job))


def check_deletable(table: Table) -> None:
    """Refuse to delete a table while something is under way (K 063, 150, 444).

    Raises:
        Refusal: Something is.
    """
    if table.status in {"CREATING", "DELETING"}:
        text = texts.CREATING if table.status == "CREATING" else texts.DELETING
        raise text.refusal(table=table.name)
    for job in table.jobs:
        if job.busy in DELETE_REFUSED:
            raise DELETE_REFUSED[job.busy].refusal(**_parts(table, job))


def _parts(table: Table, job: Job) -> dict[str, str]:
    return {
        "table": table.name,
        "index": job.about,
        "stream": table.stream_label,
        "change": job.about,
        "table_class": job.about,
    }


__all__ = ["DELETE_REFUSED", "IOPS", "REFUSED", "check_deletable", "check_not_busy"]
