"""Contributor insights, of a table and of each index by itself (K 089-097, 116, 341)."""

from __future__ import annotations

from tests.fakes.control_plane import request_texts, texts, times
from tests.fakes.control_plane.site import Site
from tests.fakes.control_plane.state import Insights, Json, Table

DEFAULT_MODE = "ACCESSED_AND_THROTTLED_KEYS"


def _found(site: Site, params: Json) -> tuple[Table, Insights]:
    table, index = site.sub_resource(params["TableName"]), params.get("IndexName", "")
    if index:
        # An index that is only being added is unknown for a while (K 116).
        known = table.global_indexes.get(index)
        if known is None or (known.backfilling is False and site.now() < known.since + times.INSIGHTS_UNKNOWN):
            raise texts.NO_INSIGHTS_INDEX.refusal(index=index, table=table.name)
    insights = table.insights.setdefault(index, Insights())
    lasts = times.INSIGHTS_ON if insights.status == "ENABLING" else times.INSIGHTS_OFF
    if insights.status in {"ENABLING", "DISABLING"} and site.now() >= insights.changed + lasts:
        insights.status = {"ENABLING": "ENABLED", "DISABLING": "DISABLED"}[insights.status]
    return table, insights


def _answer(table: Table, params: Json, insights: Insights) -> Json:
    found: Json = {"TableName": table.name, "ContributorInsightsStatus": insights.status}
    if params.get("IndexName"):
        found["IndexName"] = params["IndexName"]
    if insights.mode:
        found["ContributorInsightsMode"] = insights.mode
    return found


def describe_insights(site: Site, params: Json) -> Json:
    """Status and, once there was any, mode (K 089).

    Raises:
        Refusal: The table or the index is not there.
    """
    table, insights = _found(site, params)
    found = _answer(table, params, insights)
    if insights.changed:
        found["LastUpdateDateTime"] = insights.changed
    if insights.status == "ENABLED":
        found["ContributorInsightsRuleList"] = [f"DynamoDBContributorInsights-PKC-{table.name}"]
    return found


def update_insights(site: Site, params: Json) -> Json:
    """Turn on or off, or change the mode, which is turning on again; the same again is no error (K 091, 341).

    Raises:
        Refusal: The table or the index is not there or not ACTIVE.
    """
    table, insights = _found(site, params)
    if table.status == "CREATING":
        raise request_texts.INSIGHTS_TABLE.refusal()
    index = params.get("IndexName")
    if index and table.global_indexes[index].status != "ACTIVE":
        raise request_texts.INSIGHTS_INDEX.refusal()
    if params["ContributorInsightsAction"] == "DISABLE":
        if insights.status in {"ENABLED", "ENABLING"}:
            insights.status, insights.changed = "DISABLING", site.now()
    else:
        mode = params.get("ContributorInsightsMode", DEFAULT_MODE)
        if insights.status != "ENABLED" or insights.mode != mode:
            insights.status, insights.mode, insights.changed = "ENABLING", mode, site.now()
    return _answer(table, params, insights)
