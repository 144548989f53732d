"""The grammar of tables, their indexes and their settings.

Limits: DynamoDB guide, "Constraints"; botocore's service model for the names of views, classes and distances.
"""

from __future__ import annotations

from planner.reading.grammar_model import TABLE_FACTS
from planner.reading.shapes import (
    Record,
    any_of,
    at_least_one,
    boolean,
    choice,
    choice_or_off,
    integer,
    key,
    list_of,
    map_of,
    mapping,
    name,
    names,
    off,
    ref,
    text,
)

MAX_INDEX_KEYS = 4
MAX_UNITS = 9_007_199_254_740_991
LEAST_TARGET, MOST_TARGET, DEFAULT_TARGET = 20, 90, 70
MOST_RECOVERY_DAYS = 35
MAX_DIMENSIONS = 4096

BILLING = ("on_demand", "provisioned")
STREAM_VIEWS = ("KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES")
TABLE_CLASSES = ("standard", "infrequent_access")
ENCRYPTION = ("aws_owned", "aws_managed")
DISTANCES = ("COSINE", "DOT_PRODUCT", "EUCLIDEAN")
KEY_TYPES = ("S", "N", "B")
PROJECTIONS = ("ALL", "KEYS_ONLY")

_PROJECTION = key(
    "projection",
    any_of(choice(*PROJECTIONS), list_of(name(), least=1, unique=True)),
    "What the index copies: ALL (default), KEYS_ONLY, or a list of attribute names besides the keys.",
)

SCALING = Record(
    id="scaling",
    label="autoscaling",
    keys=(
        key("min", integer(1, MAX_UNITS), "The fewest units.", required=True),
        key("max", integer(1, MAX_UNITS), "The most units.", required=True),
        key("target", integer(LEAST_TARGET, MOST_TARGET), "The aimed use in percent; 70 by default."),
    ),
)
_SCALED = any_of(integer(1, MAX_UNITS), ref("scaling"))
CAPACITY = Record(
    id="capacity",
    label="capacity",
    keys=(
        key("read", _SCALED, "Read units, or {min, max, target} for autoscaling.", required=True),
        key("write", _SCALED, "Write units, or {min, max, target} for autoscaling.", required=True),
    ),
)
UNITS = Record(
    id="units",
    label="a pair of units",
    limits=at_least_one(),
    keys=(
        key("read", integer(1, MAX_UNITS), "Read units."),
        key("write", integer(1, MAX_UNITS), "Write units."),
    ),
)
RECOVERY = Record(
    id="recovery",
    label="point_in_time_recovery",
    keys=(key("days", integer(1, MOST_RECOVERY_DAYS), "How many days back it reaches.", required=True),),
)

_MAXIMUM = key("maximum", any_of(ref("units"), off()), "On demand: the most it may use; off for no limit.")
_WARM = key("warm", ref("units"), "Warm throughput; it can only be raised.")
_INSIGHTS = key(
    "contributor_insights",
    any_of({"const": True}, ref("contributor_insights"), off()),
    "CloudWatch Contributor Insights: true, {mode}, or off.",
)

SETTINGS = (
    key("billing", choice(*BILLING), "on_demand (default) or provisioned."),
    key(
        "capacity", any_of(ref("capacity"), off()), "Provisioned units of the table, and of indexes without their own."
    ),
    _MAXIMUM,
    _WARM,
    key("time_to_live", any_of(off(), name()), "The attribute that holds the expiry in epoch seconds, or off."),
    key("stream", choice_or_off(*STREAM_VIEWS), "What the table's stream carries, or off."),
    key(
        "point_in_time_recovery",
        any_of({"const": True}, ref("recovery"), off()),
        "true, {days: 1 to 35}, or off.",
    ),
    key("deletion_protection", any_of(boolean(), off()), "Whether DynamoDB refuses to delete the table."),
    key("encryption", name(), "aws_owned, aws_managed, or a key's ARN, id or alias."),
    key("table_class", choice(*TABLE_CLASSES), "standard or infrequent_access."),
    key("tags", any_of(map_of(text()), off()), "The table's tags; complete when present."),
    key("resource_policy", any_of(mapping(), off()), "The table's resource policy, in IAM's own words."),
    _INSIGHTS,
    key("kinesis", any_of(ref("kinesis"), off()), "The Kinesis stream that takes changes: {stream_arn, precision}."),
    key("replicas", any_of(ref("replicas"), off()), "Replicas by Region; complete: one not named is dropped."),
)
DEFAULTS = Record(id="defaults", label="defaults", keys=SETTINGS)

GLOBAL_INDEX = Record(
    id="global_index",
    label="a global secondary index",
    keys=(
        key("partition_key", names(MAX_INDEX_KEYS), "An attribute name, or a list of up to four.", required=True),
        key("sort_key", names(MAX_INDEX_KEYS), "An attribute name, or a list of up to four."),
        _PROJECTION,
        key(
            "capacity", any_of(choice("inherit"), ref("capacity")), "inherit (the table's, default), or its own units."
        ),
        _MAXIMUM,
        _WARM,
        _INSIGHTS,
    ),
)
LOCAL_INDEX = Record(
    id="local_index",
    label="a local secondary index",
    keys=(key("sort_key", name(), "The attribute that orders this index.", required=True), _PROJECTION),
)
VECTOR_INDEX = Record(
    id="vector_index",
    label="a vector index",
    keys=(
        key("attribute", name(), "The attribute that holds the vector.", required=True),
        key("dimensions", integer(1, MAX_DIMENSIONS), "How many numbers a vector has.", required=True),
        key("distance", choice(*DISTANCES), "How two vectors are compared.", required=True),
        key("partition_key", name(), "The attribute that a search is limited by."),
        key("filters", names(), "Attributes that a search can filter by."),
        _PROJECTION,
    ),
)

TABLE = Record(
    id="table",
    label="a table",
    keys=(
        key("description", text(), "What the table holds, for people."),
        key("name", name(), "The physical name, where it does not follow `naming`."),
        key(
            "key_types", map_of(choice(*KEY_TYPES)), "N or B for key attributes that are not S, indexes' keys included."
        ),
        key("partition_key", name(), "The partition key's attribute name.", required=True),
        key("sort_key", name(), "The sort key's attribute name."),
        key("global_secondary_indexes", map_of(any_of(ref("global_index"), off())), "All of them; others are dropped."),
        key("local_secondary_indexes", map_of(any_of(ref("local_index"), off())), "All of them; fixed at creation."),
        key("vector_indexes", any_of(map_of(any_of(ref("vector_index"), off())), off()), "All vector indexes."),
        *SETTINGS,
        *TABLE_FACTS,
        key("external", boolean(), "Someone else's table: queries may read it, nothing changes it."),
        key("ephemeral", boolean(), "Its data may be lost: rules about protection and backups say nothing of it."),
    ),
)
