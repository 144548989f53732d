"""Replicas and witnesses: one action a call, prerequisites, groups that are strongly consistent (K 203-267, 305-313).

A replica is a table of the same name in the other Region. Its indexes and its time to live are the group's; tags,
recovery, protection and policy are its own (K 230, 297).
"""

from __future__ import annotations

from typing import Any

from tests.fakes.control_plane import request_texts, times
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import PROVISIONED, Busy, Json, Table, Warm
from tests.fakes.control_plane.stream import begin_stream

OVERRIDES = ("ProvisionedThroughputOverride", "OnDemandThroughputOverride")
MEMBERS = 2
"""Other members of a strongly consistent group: two replicas, or a replica and a witness (K 257, 258)."""


def _actions(params: Json, member: str = "ReplicaUpdates") -> list[tuple[str, Json]]:
    found = []
    for update in params.get(member, ()):
        if len(update) != 1:
            raise request_texts.REPLICA_NO_ACTION.refusal()
        found.append(next(iter(update.items())))
    return found


def check_updates(site: Site, table: Table, params: Json) -> None:
    """What replica and witness updates must be.

    Raises:
        Refusal: They can't be made.
    """
    actions, witnesses = _actions(params), _actions(params, "GlobalTableWitnessUpdates")
    _check_group(table, params, actions, witnesses)
    for kind, action in actions:
        region = action["RegionName"]
        if region == site.region:
            raise request_texts.REPLICA_LOCAL.refusal()
        other = site.others.get(region)
        taken = other is not None and other.find(table.name) is not None
        if kind == "Create" and (region in table.replicas or taken):
            raise request_texts.REPLICA_EXISTS.refusal(table=table.name)
        if kind != "Create" and region not in table.replicas:
            raise request_texts.REPLICA_UNKNOWN.refusal(region=region)
        _check_key(site, table, kind, action)
    if any(kind == "Create" for kind, _ in actions):
        check_writes(site, table)
    used = {site.region, *table.replicas, *(action["RegionName"] for _, action in actions)}
    if any(kind == "Create" and action["RegionName"] in used for kind, action in witnesses):
        raise request_texts.WITNESS_REGION.refusal()


def _check_group(table: Table, params: Json, actions: list[Any], witnesses: list[Any]) -> None:
    creates = [action for kind, action in actions if kind == "Create"]
    deletes = [action for kind, action in actions if kind == "Delete"]
    if params.get("MultiRegionConsistency") == "STRONG":
        if table.is_global:
            raise request_texts.STRONG_LATER.refusal()
        if len(creates) + len(witnesses) != MEMBERS or not creates or len(creates) < len(actions):
            raise request_texts.STRONG_COUNT.refusal()
        return
    if table.strong:
        _check_strong(table, creates, deletes, witnesses)
    elif witnesses:
        raise request_texts.WITNESS_NEEDS_STRONG.refusal()
    elif len(creates) + len(deletes) > 1:
        raise request_texts.REPLICA_ONE_ACTION.refusal()


def _check_strong(table: Table, creates: list[Json], deletes: list[Json], witnesses: list[Any]) -> None:
    """A strongly consistent group is born and ends whole (K 260, 261)."""
    if creates:
        raise request_texts.STRONG_FROZEN.refusal()
    if deletes and {action["RegionName"] for action in deletes} != set(table.replicas):
        raise request_texts.STRONG_DELETE.refusal()
    if (table.witness is None) == bool(witnesses) or (witnesses and not deletes):
        raise request_texts.WITNESS_ALONE.refusal()


def _check_key(site: Site, table: Table, kind: str, action: Json) -> None:
    """A replica's key is given when it is made and never changed (K 309, 313)."""
    if kind == "Update":
        if "KMSMasterKeyId" in action:
            raise request_texts.REPLICA_KEY_CHANGE.refusal()
        if len(action) == 1:
            raise request_texts.REPLICA_NO_ACTION.refusal()
    own = table.encryption is not None and table.encryption["KMSMasterKeyArn"] != site.keys.default
    if kind == "Create" and own != ("KMSMasterKeyId" in action):
        raise request_texts.REPLICA_KEY_CHANGE.refusal()


def check_writes(site: Site, table: Table) -> None:
    """A member's writes are on demand or scaled, the table's and each index's (K 249, 442).

    Raises:
        Refusal: Some are not.
    """
    if table.billing != PROVISIONED:
        return
    if not site.autoscaling.scales(f"table/{table.name}", "dynamodb:table:WriteCapacityUnits"):
        raise request_texts.REPLICA_TABLE_WRITES.refusal()
    for name in table.global_indexes:
        if not site.autoscaling.scales(f"table/{table.name}/index/{name}", "dynamodb:index:WriteCapacityUnits"):
            raise request_texts.REPLICA_INDEX_WRITES.refusal()


def apply_updates(site: Site, table: Table, params: Json) -> None:
    """Make the updates of a request that was checked."""
    strong = params.get("MultiRegionConsistency") == "STRONG"
    for kind, action in _actions(params):
        if kind == "Create":
            _create(site, table, action, strong=strong)
        elif kind == "Update":
            _update(site, table, action)
        else:
            _delete(site, table, action["RegionName"])
    for kind, action in _actions(params, "GlobalTableWitnessUpdates"):
        _change_witness(site, table, kind, action["RegionName"])


def _create(site: Site, table: Table, action: Json, *, strong: bool) -> None:
    began, region = site.now(), action["RegionName"]
    if not table.stream_view:
        # DynamoDB turns the stream on by itself (K 305).
        begin_stream(table, "NEW_AND_OLD_IMAGES", began)
    table.strong = table.strong or strong
    entry: Json = {"RegionName": region}
    if "KMSMasterKeyId" in action:
        entry["KMSMasterKeyId"] = action["KMSMasterKeyId"]
    _take_overrides(table, entry, action)
    table.replicas[region] = entry
    until = began + (times.STRONG_ACTIVE if strong else times.REPLICA_ACTIVE)
    copied = _copy(site, table, region, until)

    def shown() -> None:
        entry["ReplicaStatus"] = "CREATING"

    def active() -> None:
        entry["ReplicaStatus"] = "ACTIVE"
        copied.replicas[site.region] = {"RegionName": site.region, "ReplicaStatus": "ACTIVE"}

    table.start(Busy.CLEARING, began + times.REPLICA_SHOWN, shown)
    table.start(Busy.REPLICA, until, active, region)


def _take_overrides(table: Table, entry: Json, action: Json) -> None:
    entry.update({name: action[name] for name in OVERRIDES if name in action})
    if "TableClassOverride" in action:
        entry["ReplicaTableClassSummary"] = {"TableClass": action["TableClassOverride"]}
    indexes = {index["IndexName"]: dict(index) for index in entry.get("GlobalSecondaryIndexes", ())}
    for name in table.global_indexes:
        indexes.setdefault(name, {"IndexName": name})
    for index in action.get("GlobalSecondaryIndexes", ()):
        indexes[index["IndexName"]] = {**indexes.get(index["IndexName"], {}), **index}
    if indexes:
        entry["GlobalSecondaryIndexes"] = list(indexes.values())


def _copy(site: Site, table: Table, region: str, until: float) -> Table:
    other = site.others[region]
    copied = Table(
        name=table.name,
        region=region,
        account=table.account,
        created=site.now(),
        key_schema=table.key_schema,
        types=table.types,
        billing=table.billing,
        units=table.units,
        warm=Warm(table.warm.read, table.warm.write),
        modes_seen={table.billing},
        global_indexes=table.global_indexes,
        local_indexes=table.local_indexes,
        stream_view=table.stream_view,
        stream_label=table.stream_label,
        table_class=table.table_class,
        ttl_attribute=table.ttl_attribute,
    )
    if table.encryption is not None:
        copied.encryption = copied.encryption_shown = {
            **table.encryption,
            "KMSMasterKeyArn": other.keys.default,
        }
    other.tables[table.name] = copied

    def active() -> None:
        copied.active_since = until

    copied.start(Busy.CREATE, until, active)
    other.changed(copied)
    return copied


def _update(site: Site, table: Table, action: Json) -> None:
    entry = table.replicas[action["RegionName"]]
    _take_overrides(table, entry, action)
    entry["ReplicaStatus"] = "UPDATING"

    def active() -> None:
        entry["ReplicaStatus"] = "ACTIVE"

    table.start(Busy.REPLICA, site.now() + times.REPLICA_UPDATE, active, action["RegionName"])


def _delete(site: Site, table: Table, region: str) -> None:
    table.replicas[region]["ReplicaStatus"] = "DELETING"
    other = site.others[region]

    def gone() -> None:
        table.replicas.pop(region, None)
        other.tables.pop(table.name, None)
        if not table.replicas:
            table.strong = False

    table.start(Busy.REPLICA, site.now() + times.REPLICA_DELETE, gone, region)


def _change_witness(site: Site, table: Table, kind: str, region: str) -> None:
    status = "CREATING" if kind == "Create" else "DELETING"
    witness = table.witness = {"RegionName": region, "WitnessStatus": status}

    def done() -> None:
        if kind == "Create":
            witness["WitnessStatus"] = "ACTIVE"
        else:
            table.witness = None

    table.start(Busy.REPLICA, site.now() + times.STRONG_ACTIVE, done, region)
