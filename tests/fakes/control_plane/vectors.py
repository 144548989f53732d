"""Vector indexes: at CreateTable, and one online change at a time (V, N, M)."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.control_plane import request_texts, texts, times
from tests.fakes.control_plane.definitions import added_types, check_projection
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import ON_DEMAND, Busy, Json, Table

MAX_INDEXES = 5
MAX_DIMENSIONS = 4_096
MAX_OF_KIND = {"HASH": 1, "INLINE_FILTER": 18}
ONLINE = frozenset({Busy.ALLOCATION, Busy.BACKFILL, Busy.INDEX_DELETE})
MEMBERS = ("IndexName", "SearchSchema", "Projection", "VectorAttribute", "Dimensions", "DistanceFunction")


def check_index(index: Json, billing: str) -> None:
    """One vector index by itself.

    Raises:
        Refusal: It can't be made (V).
    """
    if billing != ON_DEMAND:
        raise request_texts.VECTOR_BILLING.refusal()
    if index["Dimensions"] > MAX_DIMENSIONS:
        raise request_texts.VECTOR_DIMENSIONS.refusal()
    kinds = [element["SearchSchemaElementType"] for element in index.get("SearchSchema", ())]
    for kind, most in MAX_OF_KIND.items():
        if kinds.count(kind) > most:
            raise request_texts.VECTOR_HASH.refusal(kind=kind)
    check_projection(index["Projection"])


def check_together(indexes: Iterable[Json]) -> None:
    """All vector indexes of a table: one number of dimensions for one attribute.

    Raises:
        Refusal: There are two (V).
    """
    dimensions: dict[str, int] = {}
    for index in indexes:
        attribute = index["VectorAttribute"]["AttributeName"]
        if dimensions.setdefault(attribute, index["Dimensions"]) != index["Dimensions"]:
            raise request_texts.VECTOR_SAME_ATTRIBUTE.refusal(attribute=attribute)


def described(index: Json, status: str) -> Json:
    """An index as the table remembers it."""
    return {**{name: index[name] for name in MEMBERS if name in index}, "IndexStatus": status}


def check_updates(table: Table, params: Json, billing: str) -> None:
    """VectorIndexUpdates: one create or delete.

    Args:
        table: The table.
        params: The request.
        billing: The mode that the table has after the request.

    Raises:
        Refusal: It can't be done, or not now.
    """
    updates = params["VectorIndexUpdates"]
    if any(not update for update in updates):
        raise request_texts.VECTOR_NO_ACTION.refusal()
    if len(updates) > 1:
        raise texts.ONE_INDEX.refusal()
    if "Create" in updates[0]:
        _check_create(table, params, updates[0]["Create"], billing)
    else:
        _check_delete(table, updates[0]["Delete"]["IndexName"])


def _check_create(table: Table, params: Json, index: Json, billing: str) -> None:
    check_index(index, billing)
    if index["IndexName"] in {*table.vector_indexes, *table.global_indexes}:
        raise request_texts.INDEX_EXISTS.refusal()
    if len(table.vector_indexes) >= MAX_INDEXES:
        raise request_texts.VECTOR_COUNT_LATER.refusal()
    check_together([*table.vector_indexes.values(), index])
    added_types(table, params, index.get("SearchSchema", ()), request_texts.VECTOR_UNDEFINED)
    if table.running(Busy.ALLOCATION, Busy.BACKFILL, Busy.INDEX_DELETE):
        raise texts.ONE_INDEX.refusal()


def _check_delete(table: Table, name: str) -> None:
    if name not in table.vector_indexes:
        raise texts.NO_INDEX.refusal(index=name, table=table.name)
    if table.running(Busy.ALLOCATION, about=name):
        raise texts.INDEX_ALLOCATING.refusal(index=name, table=table.name)
    if any(job.busy in ONLINE and job.about != name for job in table.jobs):
        raise texts.ONE_INDEX.refusal()


def apply_update(site: Site, table: Table, params: Json) -> None:
    """Make the one update of a request that was checked."""
    update = params["VectorIndexUpdates"][0]
    if "Create" in update:
        _create(site, table, params, update["Create"])
    else:
        _delete(site, table, update["Delete"]["IndexName"])


def _create(site: Site, table: Table, params: Json, index: Json) -> None:
    types = added_types(table, params, index.get("SearchSchema", ()), request_texts.VECTOR_UNDEFINED)
    name = index["IndexName"]
    table.types |= types
    entry = table.vector_indexes[name] = described(index, "CREATING") | {"Backfilling": False}

    def active() -> None:
        entry["IndexStatus"] = "ACTIVE"
        # Gone rather than false once the index is there (N).
        entry.pop("Backfilling", None)

    def allocated() -> None:
        entry["Backfilling"] = True
        table.start(Busy.BACKFILL, began + times.BACKFILL, active, name)

    began = site.now()
    table.start(Busy.ALLOCATION, began + times.ALLOCATION, allocated, name)


def _delete(site: Site, table: Table, name: str) -> None:
    filling = table.running(Busy.BACKFILL, about=name)
    if filling is not None:
        table.jobs.remove(filling)
    table.vector_indexes[name]["IndexStatus"] = "DELETING"

    def gone() -> None:
        table.vector_indexes.pop(name, None)
        table.prune_types()

    table.start(Busy.INDEX_DELETE, site.now() + times.INDEX_DELETE, gone, name)
