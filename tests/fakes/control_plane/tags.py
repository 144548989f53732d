"""Tags: they lag, a write locks them, the same again is free (K 103-110, 406, 440, 441)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.fakes.control_plane import request_texts, texts, times
from tests.fakes.control_plane.state import Json, Table

if TYPE_CHECKING:
    from tests.fakes.control_plane.site import Site

MAX_TAGS = 50
MAX_KEY = 128
MAX_VALUE = 256
PAGE = 10
"""Tags on one page of ListTagsOfResource; AWS's own number is not published."""


def check_tags(tags: Sequence[Json]) -> None:
    """Tags that may be set.

    Raises:
        Refusal: One may not (K 105-109, 442).
    """
    keys = [tag["Key"] for tag in tags]
    for tag in tags:
        if tag["Key"].startswith("aws:"):
            raise request_texts.TAG_PREFIX.refusal(tag=tag["Key"])
        if not 0 < len(tag["Key"]) <= MAX_KEY or "#" in tag["Key"]:
            raise request_texts.TAG_KEY.refusal(tag=tag["Key"])
        if len(tag["Value"]) > MAX_VALUE:
            raise request_texts.TAG_VALUE.refusal(tag=tag["Value"])
        if keys.count(tag["Key"]) > 1:
            raise request_texts.REPEATED_TAG.refusal(tag=tag["Key"])
    if len(tags) > MAX_TAGS:
        raise request_texts.TAG_COUNT.refusal()


def list_tags(site: Site, params: Json) -> Json:
    """One page of tags, as they were until a write is seconds old.

    Raises:
        Refusal: The table is not there, or only just made (K 101).
    """
    table = site.by_arn(params["ResourceArn"])
    tags = sorted(table.tags.read(site.now(), times.TAG_LAG).items())
    token = params.get("NextToken", "0")
    start = int(token) if token.isdigit() else 0  # a token that is none gives the first page (K 073)
    page = [{"Key": key, "Value": value} for key, value in tags[start : start + PAGE]]
    more = {"NextToken": str(start + PAGE)} if len(tags) > start + PAGE else {}
    return {"Tags": page, **more}


def tag_resource(site: Site, params: Json) -> Json:
    """Add tags.

    Raises:
        Refusal: One may not be set, or another write is under way.
    """
    table = site.by_arn(params["ResourceArn"])
    if not params["Tags"]:
        raise request_texts.NO_TAGS.refusal()
    check_tags(params["Tags"])
    added = {tag["Key"]: tag["Value"] for tag in params["Tags"]}
    if len({**table.tags.value, **added}) > MAX_TAGS:
        raise request_texts.TAG_COUNT.refusal()
    _write(site, table, {**table.tags.value, **added}, added)
    return {}


def untag_resource(site: Site, params: Json) -> Json:
    """Remove tags.

    Raises:
        Refusal: Another write is under way.
    """
    table = site.by_arn(params["ResourceArn"])
    if not params["TagKeys"]:
        raise request_texts.NO_TAG_KEYS.refusal()
    left = {key: value for key, value in table.tags.value.items() if key not in params["TagKeys"]}
    _write(site, table, left, None)
    return {}


def _write(site: Site, table: Table, tags: dict[str, str], added: dict[str, str] | None) -> None:
    """During a write only a replay or a superset of it passes (K 440); what changes nothing is free (K 441)."""
    now = site.now()
    if now < table.tags_locked:
        replay = added is not None and (table.tags_in_flight or {}).items() <= added.items()
        if table.tags_in_flight is None or not replay:
            raise texts.TAGS_BUSY.refusal(table=table.name)
    if table.status == "DELETING":
        raise texts.DELETING.refusal(table=table.name)
    if tags == table.tags.value:
        return
    table.tags.write(tags, now, times.TAG_LAG)
    table.tags_in_flight, table.tags_locked = added, now + times.TAG_LOCK
