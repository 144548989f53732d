"""What a key that the grammar does not have was probably meant to be."""

from __future__ import annotations

from planner.reading.scope import Scope
from planner.reading.shapes import Record

_OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "hashkey": ("partition_key",),
    "pk": ("partition_key",),
    "rangekey": ("sort_key",),
    "sk": ("sort_key",),
    "attributedefinitions": ("key_types",),
    "attributes": ("key_types",),
    "gsi": ("global_secondary_indexes",),
    "gsis": ("global_secondary_indexes",),
    "globalindexes": ("global_secondary_indexes",),
    "lsi": ("local_secondary_indexes",),
    "lsis": ("local_secondary_indexes",),
    "localindexes": ("local_secondary_indexes",),
    "ttl": ("time_to_live",),
    "pitr": ("point_in_time_recovery",),
    "billingmode": ("billing",),
    "readcapacity": ("capacity",),
    "readcapacityunits": ("capacity",),
    "writecapacity": ("capacity",),
    "writecapacityunits": ("capacity",),
    "provisionedthroughput": ("capacity",),
    "streamspecification": ("stream",),
    "streamviewtype": ("stream",),
    "tablename": ("name",),
    "keycondition": ("key_condition",),
    "keyconditionexpression": ("key_condition",),
    "filterexpression": ("filter",),
    "rps": ("rate",),
    "tps": ("rate",),
    "size": ("item_size",),
}
"""DynamoDB's own and other tools' names for keys of a plan, in lower case without signs."""


def meant_key(word: str, record: Record, scope: Scope) -> str | None:
    """The key that was probably meant: by DynamoDB's or another tool's name for it, or by its spelling."""
    plain = word.replace("_", "").replace("-", "").lower()
    known = next((key for key in _OTHER_NAMES.get(plain, ()) if key in record.names), None)
    return scope.meant(word, record.names) if known is None else known
