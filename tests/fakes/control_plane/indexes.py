"""Global secondary indexes of a table that exists: one online change at a time (K 148, 159)."""

from __future__ import annotations

from tests.fakes.control_plane import request_texts, texts, times
from tests.fakes.control_plane.create import MAX_GLOBAL
from tests.fakes.control_plane.definitions import added_types, check_index_key, check_projected_count, check_projection
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import ON_DEMAND, PROVISIONED, Busy, GlobalIndex, Json, Table
from tests.fakes.control_plane.throughput import (
    check_decrease,
    check_maximum,
    check_units,
    check_warm_at_creation,
    new_warm,
    raise_warm,
    set_maximum,
    take_units,
    units_of,
)


def split(params: Json) -> tuple[list[Json], list[Json], list[str]]:
    """Creates, Updates and names of Deletes."""
    updates = params.get("GlobalSecondaryIndexUpdates", ())
    creates = [update["Create"] for update in updates if "Create" in update]
    changes = [update["Update"] for update in updates if "Update" in update]
    return creates, changes, [update["Delete"]["IndexName"] for update in updates if "Delete" in update]


def check_updates(site: Site, table: Table, params: Json, billing: str) -> None:
    """What index updates must say, and whether they can be made now.

    Args:
        site: The Region.
        table: The table.
        params: The request.
        billing: The mode that the table has after the request.

    Raises:
        Refusal: They can't.
    """
    creates, changes, deletes = split(params)
    _check_names(table, creates, changes, deletes)
    for change in changes:
        _check_change(site, table, change, billing)
    for create in creates:
        _check_create(site, table, create, billing)
        if "AttributeDefinitions" not in params:
            raise request_texts.DEFINITIONS_MISSING.refusal(index=create["IndexName"])
        added_types(table, params, create["KeySchema"], request_texts.UNDEFINED_KEYS)
    if len(creates) + len(deletes) > 1:
        raise texts.ONE_INDEX.refusal()
    for name in deletes:
        _check_delete(table, name)
    if creates and table.running(Busy.ALLOCATION, Busy.BACKFILL, Busy.INDEX_DELETE):
        raise texts.ONE_INDEX.refusal()
    if creates and len(table.global_indexes) >= MAX_GLOBAL:
        raise request_texts.GLOBAL_COUNT_LATER.refusal()


def _check_names(table: Table, creates: list[Json], changes: list[Json], deletes: list[str]) -> None:
    local = {index["IndexName"] for index in table.local_indexes}
    changed = [change["IndexName"] for change in changes]
    for name, verb in [*((name, "update") for name in changed), *((name, "delete") for name in deletes)]:
        if name in local:
            raise request_texts.NOT_GLOBAL.refusal(verb=verb, index=name)
        if name not in table.global_indexes:
            raise texts.NO_INDEX.refusal(index=name, table=table.name)
        if [*changed, *deletes].count(name) > 1:
            raise request_texts.ONE_UPDATE.refusal(index=name)
    for create in creates:
        if create["IndexName"] in {*table.global_indexes, *local, *table.vector_indexes}:
            raise request_texts.INDEX_EXISTS.refusal()


def _check_change(site: Site, table: Table, change: Json, billing: str) -> None:
    index, name = table.global_indexes[change["IndexName"]], change["IndexName"]
    if index.status == "DELETING":
        raise texts.INDEX_DELETING.refusal(table=table.name, index=name)
    if index.status == "UPDATING":
        raise texts.INDEX_UPDATING.refusal(table=table.name, index=name)
    if index.status == "CREATING" and not index.backfilling:
        raise texts.INDEX_NOT_FILLING.refusal(table=table.name, index=name)
    if "ProvisionedThroughput" in change:
        if billing == ON_DEMAND:
            raise request_texts.INDEX_UNITS_ON_DEMAND.refusal(index=name)
        units = units_of(change["ProvisionedThroughput"])
        if units == index.units and table.billing == PROVISIONED:
            raise texts.SAME_INDEX_UNITS.refusal(index=name, read=units[0], write=units[1])
        check_units(units, site.region)
        if table.billing == PROVISIONED:
            check_decrease(index.units, units, index.decreases, site.now())
    check_maximum(change.get("OnDemandThroughput", {}), billing, f"index : {name}", clearing=True)


def _check_create(site: Site, table: Table, create: Json, billing: str) -> None:
    name = create["IndexName"]
    check_index_key(create["KeySchema"])
    check_projection(create["Projection"])
    others = [index.projection for index in table.global_indexes.values()]
    others += [index["Projection"] for index in table.local_indexes]
    check_projected_count([*others, create["Projection"]])
    if billing == PROVISIONED and "ProvisionedThroughput" not in create:
        raise request_texts.INDEX_UNITS_MISSING.refusal(index=name)
    if billing == ON_DEMAND and "ProvisionedThroughput" in create:
        raise request_texts.INDEX_UNITS_ON_DEMAND.refusal(index=name)
    units = units_of(create.get("ProvisionedThroughput"))
    check_units(units, site.region)
    check_maximum(create.get("OnDemandThroughput", {}), billing, f"index : {name}", clearing=False)
    check_warm_at_creation(create.get("WarmThroughput", {}), billing, units, f"index {name}")


def _check_delete(table: Table, name: str) -> None:
    index = table.global_indexes[name]
    if index.status == "DELETING":
        raise texts.INDEX_DELETING.refusal(table=table.name, index=name)
    if index.status == "CREATING" and not index.backfilling:
        raise texts.INDEX_ALLOCATING.refusal(table=table.name, index=name)
    others = [
        j for j in table.jobs if j.busy in {Busy.ALLOCATION, Busy.BACKFILL, Busy.INDEX_DELETE} and j.about != name
    ]
    if others:
        raise texts.ONE_INDEX.refusal()


def apply_updates(site: Site, table: Table, params: Json, *, switching: bool) -> None:
    """Make the index updates of a request that was checked.

    Args:
        site: The Region.
        table: The table.
        params: The request.
        switching: The units come with a billing mode, which sets them.
    """
    creates, changes, deletes = split(params)
    for change in changes:
        _change(site, table, table.global_indexes[change["IndexName"]], change, switching=switching)
    for create in creates:
        _create(site, table, params, create)
    for name in deletes:
        _delete(site, table, name)


def _change(site: Site, table: Table, index: GlobalIndex, change: Json, *, switching: bool) -> None:
    cleared = None
    if "OnDemandThroughput" in change:
        cleared = set_maximum(index, change["OnDemandThroughput"])
    if "WarmThroughput" in change:
        raise_warm(site, table, index.warm, change["WarmThroughput"], f"index {index.name}")
        if len(change) == 2:
            return
    if "ProvisionedThroughput" in change and not switching:
        take_units(index, units_of(change["ProvisionedThroughput"]), site.now())
    if switching or index.status != "ACTIVE":
        return
    index.status = "UPDATING"

    def active() -> None:
        index.status = "ACTIVE"
        if cleared is not None:
            cleared()

    table.start(Busy.INDEX_UPDATE, site.now() + times.INDEX_UPDATE, active, index.name)


def _create(site: Site, table: Table, params: Json, create: Json) -> None:
    began, name = site.now(), create["IndexName"]
    table.types |= added_types(table, params, create["KeySchema"], request_texts.UNDEFINED_KEYS)
    units = units_of(create.get("ProvisionedThroughput"))
    index = table.global_indexes[name] = GlobalIndex(
        name=name,
        key_schema=create["KeySchema"],
        projection=create["Projection"],
        units=units,
        warm=new_warm(create.get("WarmThroughput"), table.billing, units),
        maximum=create.get("OnDemandThroughput", {}),
        backfilling=False,
        since=began,
    )

    def active() -> None:
        index.status, index.backfilling = "ACTIVE", None

    def allocated() -> None:
        index.backfilling = True
        table.start(Busy.BACKFILL, began + times.BACKFILL, active, name)

    table.start(Busy.ALLOCATION, began + times.ALLOCATION, allocated, name)
    if site.items is not None:
        site.items.add_index(table, index)


def _delete(site: Site, table: Table, name: str) -> None:
    filling = table.running(Busy.BACKFILL, about=name)
    if filling is not None:
        table.jobs.remove(filling)
    table.global_indexes[name].status = "DELETING"
    table.global_indexes[name].backfilling = None

    def gone() -> None:
        table.global_indexes.pop(name, None)
        table.insights.pop(name, None)
        table.prune_types()

    table.start(Busy.INDEX_DELETE, site.now() + times.INDEX_DELETE, gone, name)
    if site.items is not None:
        site.items.drop_index(table, name)
