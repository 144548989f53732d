"""Time to live and continuous backups: settings with calls of their own."""

from __future__ import annotations

from tests.fakes.control_plane import request_texts, texts, times
from tests.fakes.control_plane.site import Site, short_name
from tests.fakes.control_plane.state import Json, Table

DEFAULT_DAYS = 35
RESTORABLE_AFTER = 300.0


def describe_time_to_live(site: Site, params: Json) -> Json:
    """DISABLED bears no attribute; there is no telling "was" from "never" (K 144).

    Raises:
        Refusal: The table is not there, or CREATING or DELETING (K 118).
    """
    table = site.sub_resource(params["TableName"])
    if table.status in {"CREATING", "DELETING"}:
        raise texts.TTL_NOT_YET.refusal(status=table.status)
    if not table.ttl_attribute:
        return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
    return {"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": table.ttl_attribute}}


def update_time_to_live(site: Site, params: Json) -> Json:
    """One change an hour; what is so already is told before that (K 143, 147).

    Raises:
        Refusal: It is so already, another attribute is active, or the hour is not over.
    """
    table = site.sub_resource(params["TableName"])
    if table.status == "CREATING":
        raise texts.CREATING_TTL.refusal(table=table.name)
    if table.status == "DELETING":
        raise texts.DELETING.refusal(table=table.name)
    wanted = params["TimeToLiveSpecification"]
    if wanted["Enabled"] and table.ttl_attribute == wanted["AttributeName"]:
        raise texts.TTL_ON.refusal()
    if wanted["Enabled"] and table.ttl_attribute:
        raise texts.TTL_OTHER.refusal(attribute=table.ttl_attribute)
    if not wanted["Enabled"] and not table.ttl_attribute:
        raise texts.TTL_OFF.refusal()
    if not wanted["Enabled"] and wanted["AttributeName"] != table.ttl_attribute:
        raise texts.TTL_OTHER.refusal(attribute=table.ttl_attribute)
    if table.ttl_changed and site.now() < table.ttl_changed + times.TTL_WINDOW:
        raise texts.TTL_WINDOW.refusal()
    table.ttl_attribute = wanted["AttributeName"] if wanted["Enabled"] else ""
    table.ttl_changed = site.now()
    # The answer echoes the request, not the description (K 145).
    return {"TimeToLiveSpecification": wanted}


def _backed(site: Site, name: str) -> Table:
    """A table for the backup calls, which know another name for what is not there (K 014, 115)."""
    table = site.find(name)
    if table is None or site.now() < table.created + times.SUB_RESOURCE_UNKNOWN or table.status == "DELETING":
        raise texts.NO_TABLE_BACKUPS.refusal(table=short_name(name))
    return table


def _backups_enabled(site: Site, table: Table) -> bool:
    return table.status != "CREATING" and site.now() >= table.active_since + times.BACKUPS_AFTER_ACTIVE


def describe_continuous_backups(site: Site, params: Json) -> Json:
    """ContinuousBackupsStatus is not recovery's: it is ENABLED by itself seconds after ACTIVE (K 085, 111).

    Raises:
        Refusal: The table is not there.
    """
    return {"ContinuousBackupsDescription": _backups(site, _backed(site, params["TableName"]))}


def _backups(site: Site, table: Table) -> Json:
    recovery: Json = {"PointInTimeRecoveryStatus": "ENABLED" if table.recovery_days else "DISABLED"}
    if table.recovery_days:
        recovery["RecoveryPeriodInDays"] = table.recovery_days
        recovery["EarliestRestorableDateTime"] = table.recovery_since
        recovery["LatestRestorableDateTime"] = max(table.recovery_since, site.now() - RESTORABLE_AFTER)
    status = "ENABLED" if _backups_enabled(site, table) else "DISABLED"
    return {"ContinuousBackupsStatus": status, "PointInTimeRecoveryDescription": recovery}


def update_continuous_backups(site: Site, params: Json) -> Json:
    """At once, and the same again is no error; days fall back to 35 where none are given (K 083-085).

    Raises:
        Refusal: The table is not there, backups are only being enabled, or days are given to end it.
    """
    table = _backed(site, params["TableName"])
    wanted = params["PointInTimeRecoverySpecification"]
    if not wanted["PointInTimeRecoveryEnabled"] and "RecoveryPeriodInDays" in wanted:
        raise request_texts.DAYS_WHEN_OFF.refusal()
    if not _backups_enabled(site, table):
        raise texts.BACKUPS_SOON.refusal(table=table.name)
    if not wanted["PointInTimeRecoveryEnabled"]:
        table.recovery_days = 0
    else:
        if not table.recovery_days:
            table.recovery_since = site.now()
        table.recovery_days = wanted.get("RecoveryPeriodInDays", DEFAULT_DAYS)
    return {"ContinuousBackupsDescription": _backups(site, table)}
