"""The grammar of what stands beside a table: Contributor Insights, a Kinesis stream, replicas in other Regions.

Source: botocore's service model, ``UpdateContributorInsights``, ``EnableKinesisStreamingDestination`` and
``CreateReplicationGroupMemberAction``; DynamoDB guide, "Global tables".
"""

from __future__ import annotations

from planner.reading.shapes import (
    Record,
    any_of,
    at_least_one,
    boolean,
    choice,
    integer,
    key,
    map_of,
    name,
    off,
    ref,
    text,
)

MAX_UNITS = 9_007_199_254_740_991
INSIGHTS_MODES = ("ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS")
PRECISIONS = ("MILLISECOND", "MICROSECOND")
CONSISTENCIES = ("eventual", "strong")
TABLE_CLASSES = ("standard", "infrequent_access")
REGION_PATTERN = "^[a-z]{2}(-[a-z]+)+-[0-9]+$"

INSIGHTS = Record(
    id="contributor_insights",
    label="contributor_insights",
    keys=(key("mode", choice(*INSIGHTS_MODES), "Which keys are shown.", required=True),),
)
KINESIS = Record(
    id="kinesis",
    label="kinesis",
    keys=(
        key("stream_arn", name(), "The ARN of the Kinesis data stream that takes the changes.", required=True),
        key("precision", choice(*PRECISIONS), "Of each record's time: MILLISECOND (default) or MICROSECOND."),
    ),
)
READ_UNITS = Record(
    id="read_units",
    label="a replica's read units",
    keys=(key("read", integer(1, MAX_UNITS), "Read units.", required=True),),
)
_CAPACITY = key("capacity", ref("read_units"), "Provisioned: its own read units; the table's without it.")
_MAXIMUM = key("maximum", ref("read_units"), "On demand: its own most read units; the table's without it.")
REPLICA_INDEX = Record(
    id="replica_index",
    label="a replica's index",
    limits=at_least_one(),
    keys=(_CAPACITY, _MAXIMUM),
)
REPLICA = Record(
    id="replica",
    label="a replica",
    keys=(
        key("kms_key", name(), "The ARN of a KMS key of that Region; fixed once the replica is made."),
        key("table_class", choice(*TABLE_CLASSES), "Its own table class; the table's without it."),
        _CAPACITY,
        _MAXIMUM,
        key("global_secondary_indexes", map_of(ref("replica_index")), "Read units of its own, by index."),
        key(
            "point_in_time_recovery",
            any_of({"const": True}, ref("recovery"), off()),
            "true, {days: 1 to 35}, or off; a replica does not take the table's.",
        ),
        key("deletion_protection", any_of(boolean(), off()), "Whether DynamoDB refuses to delete the replica."),
        key("tags", any_of(choice("inherit"), map_of(text()), off()), "inherit (the table's), or its own, complete."),
    ),
)
REPLICAS = Record(
    id="replicas",
    label="replicas",
    keys=(
        key("consistency", choice(*CONSISTENCIES), "eventual (default) or strong; fixed once replicas are made."),
        key("witness", {"type": "string", "pattern": REGION_PATTERN}, "The Region of a strong set's witness."),
    ),
    limits={"patternProperties": {REGION_PATTERN: any_of(ref("replica"), off())}},
)
EXTRAS = (INSIGHTS, KINESIS, READ_UNITS, REPLICA_INDEX, REPLICA, REPLICAS)
