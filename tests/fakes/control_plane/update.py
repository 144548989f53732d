"""UpdateTable: the form, then what may stand together, then the table, then whether it can be now (K 448)."""

from __future__ import annotations

from tests.fakes.control_plane import indexes, replicas, request_texts, texts, times, vectors
from tests.fakes.control_plane.busy import check_not_busy
from tests.fakes.control_plane.clock import iso
from tests.fakes.control_plane.concerns import Concern, check_together, concerns
from tests.fakes.control_plane.encryption import check_encryption, set_encryption
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import ON_DEMAND, PROVISIONED, Busy, Json, Table
from tests.fakes.control_plane.stream import check_stream, set_stream
from tests.fakes.control_plane.throughput import (
    check_decrease,
    check_maximum,
    check_switch_to_on_demand,
    check_units,
    raise_warm,
    set_maximum,
    switch,
    take_units,
    units_of,
)

C = Concern
MAY_BE_EMPTY = ("OnDemandThroughput", "WarmThroughput")
OLD_VALUES = ("ProvisionedThroughput", "BillingModeSummary", "TableClassSummary", "WarmThroughput")
"""The answer echoes these as they were (K 060, 165, 180)."""
CLASS_CHANGES = 2
CLASS_WINDOW = 30 * times.DAY
NOTHING_BY_ITSELF = frozenset({"TableName", "AttributeDefinitions", "MultiRegionConsistency"})


def update_table(site: Site, params: Json) -> Json:
    """One change of a table.

    Raises:
        Refusal: It can't be made, or not now; then nothing is changed.
    """
    if not any(value not in ([], None) for name, value in params.items() if name not in NOTHING_BY_ITSELF):
        raise texts.NOTHING_ASKED.refusal()
    table = site.table(params["TableName"])
    params = _without_empty(params)
    asked = concerns(params)
    check_together(asked)
    _check_values(site, table, params, asked)
    check_not_busy(table, asked)
    if table.is_global and asked & {C.INDEX_CREATE, C.TO_PROVISIONED}:
        replicas.check_writes(site, table)
    before = site.changed(table)
    _apply(site, table, params, asked)
    after = site.changed(table)
    return {"TableDescription": _echo(before, after, params)}


def _without_empty(params: Json) -> Json:
    """Drop empty structures beside something else, and fail on one that stands alone (K 448)."""
    empty = [name for name in MAY_BE_EMPTY if params.get(name) == {}]
    left = {name: value for name, value in params.items() if name not in empty and value != []}
    if empty and set(left) <= NOTHING_BY_ITSELF:
        raise texts.EMPTY_STRUCTURE.refusal()
    return left


def _check_values(site: Site, table: Table, params: Json, asked: frozenset[Concern]) -> None:
    after = params.get("BillingMode", table.billing)
    _check_billing(site, table, params, after)
    check_maximum(params.get("OnDemandThroughput", {}), after, "table", clearing=True)
    if "StreamSpecification" in params:
        check_stream(table, params["StreamSpecification"])
    if C.ENCRYPTION in asked and not table.running(Busy.ENCRYPTION):
        check_encryption(site, table, params["SSESpecification"])
    if C.TABLE_CLASS in asked:
        _check_class(site, table, params["TableClass"])
    if C.PROTECTION in asked:
        _check_protection(site, table, wanted=params["DeletionProtectionEnabled"])
    if C.WITNESS in asked or C.REPLICAS in asked:
        replicas.check_updates(site, table, params)
    if params.get("GlobalSecondaryIndexUpdates"):
        # A state that is in the way is told before what an index update says (K 375).
        check_not_busy(table, asked - {C.INDEX_CREATE, C.INDEX_DELETE})
        indexes.check_updates(site, table, params, after)
    if params.get("VectorIndexUpdates"):
        vectors.check_updates(table, params, after)


def _check_billing(site: Site, table: Table, params: Json, after: str) -> None:
    throughput = params.get("ProvisionedThroughput")
    if after == ON_DEMAND:
        if throughput is not None:
            raise request_texts.UNITS_ON_DEMAND.refusal()
        if table.billing != ON_DEMAND:
            check_switch_to_on_demand(table, site.now())
        return
    if "BillingMode" in params and throughput is None:
        raise request_texts.UNITS_MISSING.refusal()
    if table.billing == ON_DEMAND:
        _check_switch_to_provisioned(table, params)
    if throughput is not None:
        _check_units(site, table, units_of(throughput))


def _check_switch_to_provisioned(table: Table, params: Json) -> None:
    """Units for every index come in the same call (K 152); vector indexes are there on demand only (V)."""
    if table.vector_indexes:
        raise request_texts.VECTOR_BILLING.refusal()
    given = {c["IndexName"] for c in indexes.split(params)[1] if "ProvisionedThroughput" in c}
    for name, index in table.global_indexes.items():
        if name not in given and index.status != "DELETING":
            raise request_texts.INDEX_UNITS_MISSING.refusal(index=name)


def _check_units(site: Site, table: Table, units: tuple[int, int]) -> None:
    check_units(units, site.region)
    if table.billing == PROVISIONED:
        if units == table.units:
            raise texts.SAME_UNITS.refusal(read=units[0], write=units[1])
        check_decrease(table.units, units, table.decreases, site.now())


def _check_class(site: Site, table: Table, wanted: str) -> None:
    """Two changes in thirty days; once they are spent, a re-send is refused as well (K 283, 365)."""
    recent = [at for at in table.class_changes if at > site.now() - CLASS_WINDOW]
    never_set = wanted == "STANDARD" and not table.table_class
    if len(recent) >= CLASS_CHANGES and not never_set:
        raise texts.CLASS_CHANGES.refusal()


def _check_protection(site: Site, table: Table, *, wanted: bool) -> None:
    """One toggle in 15 s; the same again is no toggle (K 003, 017)."""
    next_toggle = table.protection_changed + times.PROTECTION_WINDOW
    if wanted != table.protected and table.protection_changed and site.now() < next_toggle:
        raise texts.PROTECTION_WINDOW.refusal(table=table.name, next=iso(next_toggle))


def _apply(site: Site, table: Table, params: Json, asked: frozenset[Concern]) -> None:
    switching = params.get("BillingMode", table.billing) != table.billing
    _apply_throughput(site, table, params, switching=switching)
    _apply_settings(site, table, params)
    indexes.apply_updates(site, table, params, switching=switching)
    if params.get("VectorIndexUpdates"):
        vectors.apply_update(site, table, params)
    if asked & {C.REPLICAS, C.WITNESS}:
        replicas.apply_updates(site, table, params)


def _apply_throughput(site: Site, table: Table, params: Json, *, switching: bool) -> None:
    if switching:
        given = {c["IndexName"]: c.get("ProvisionedThroughput") for c in indexes.split(params)[1]}
        units = {name: units_of(each) for name, each in given.items()}
        switch(site, table, params["BillingMode"], {**units, "": units_of(params.get("ProvisionedThroughput"))})
    elif "ProvisionedThroughput" in params:
        take_units(table, units_of(params["ProvisionedThroughput"]), site.now())
        table.start(Busy.UNITS, site.now() + times.UNITS)
    if "OnDemandThroughput" in params:
        _set_maximum(site, table, params["OnDemandThroughput"])
    if "WarmThroughput" in params:
        raise_warm(site, table, table.warm, params["WarmThroughput"], "table")


def _apply_settings(site: Site, table: Table, params: Json) -> None:
    if "StreamSpecification" in params:
        set_stream(site, table, params["StreamSpecification"])
    if "SSESpecification" in params:
        set_encryption(site, table, params["SSESpecification"])
    if "TableClass" in params:
        _set_class(site, table, params["TableClass"])
    if "DeletionProtectionEnabled" in params and table.protected != params["DeletionProtectionEnabled"]:
        table.protected, table.protection_changed = params["DeletionProtectionEnabled"], site.now()
    if "DisassociationProtectionEnabled" in params:
        table.disassociation = params["DisassociationProtectionEnabled"]


def _set_maximum(site: Site, table: Table, maximum: Json) -> None:
    cleared = set_maximum(table, maximum)
    if cleared is not None:
        # Shown as -1 for about a second, the table staying ACTIVE (K 178).
        table.start(Busy.CLEARING, site.now() + times.MAXIMUM_CLEARED, cleared)


def _set_class(site: Site, table: Table, wanted: str) -> None:
    """The class flips when the table is ACTIVE again; STANDARD on a table never set is nothing (K 026, 284, 365)."""
    if wanted == (table.table_class or "STANDARD"):
        return
    now = site.now()

    def flipped() -> None:
        table.table_class = wanted
        table.class_changes.append(now)

    table.start(Busy.TABLE_CLASS, now + times.TABLE_CLASS, flipped, wanted)


def _echo(before: Json, after: Json, params: Json) -> Json:
    found = dict(after)
    for name in OLD_VALUES:
        if name in before:
            found[name] = before[name]
        else:
            found.pop(name, None)
    old = {index["IndexName"]: index for index in before.get("GlobalSecondaryIndexes", ())}
    if "GlobalSecondaryIndexes" in after:
        found["GlobalSecondaryIndexes"] = [
            {**index, **_old_units(old.get(index["IndexName"]))} for index in after["GlobalSecondaryIndexes"]
        ]
    if params.get("BillingMode") or params.get("TableClass"):
        # Said even where nothing happens (K 060, 177).
        found["TableStatus"] = "UPDATING"
    return found


def _old_units(index: Json | None) -> Json:
    return {} if index is None else {"ProvisionedThroughput": index["ProvisionedThroughput"]}
