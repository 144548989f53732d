"""How long steps take on AWS, in seconds.

Measurements of the aws-controllers-k8s project on live AWS (``docs/api-quirks`` of its dynamodb-controller), gathered
in October 2026. Engines on one's own machine answer at once.
"""

from __future__ import annotations

from planner.steps import Estimate

_MEASURED = "measured on AWS"

CREATE_TABLE = Estimate(low=2, high=6, source=_MEASURED)
CREATE_TABLE_WITH_INDEXES = Estimate(low=14, high=22, source=_MEASURED)
CREATE_INDEX = Estimate(low=510, high=1020, source=f"{_MEASURED}, empty table; longer with data")
DROP_INDEX = Estimate(low=3, high=5, source=_MEASURED)
CAPACITY = Estimate(low=1, high=2, source=_MEASURED)
TO_PROVISIONED = Estimate(low=60, high=98, source=_MEASURED)
TO_ON_DEMAND = Estimate(low=130, high=170, source=f"{_MEASURED}, the first time")
STREAM = Estimate(low=4, high=5, source=_MEASURED)
TIME_TO_LIVE = Estimate(low=1, high=2, source="one call; the service takes up to an hour to start deleting")
POINT_IN_TIME_RECOVERY = Estimate(low=3, high=6, source=_MEASURED)
TAGS = Estimate(low=2, high=3, source=_MEASURED)
RESOURCE_POLICY = Estimate(low=2, high=15, source=f"{_MEASURED}; one change per 15 s, enforced within minutes")
CONTRIBUTOR_INSIGHTS = Estimate(low=2, high=60, source="two calls; not measured")
KINESIS = Estimate(low=30, high=60, source="DynamoDB's guide; not measured")
CREATE_VECTOR_INDEX = Estimate(low=480, high=600, source=f"{_MEASURED}, six items; longer with data")
CREATE_REPLICA = Estimate(low=120, high=1200, source="not measured; longer with data")
DROP_REPLICA = Estimate(low=30, high=300, source="not measured")
UPDATE_REPLICA = Estimate(low=5, high=60, source="not measured")
REPLICA_SETTING = Estimate(low=1, high=15, source="one call in the replica's Region")
DELETION_PROTECTION = Estimate(low=1, high=15, source=f"{_MEASURED}; one change per 15 s")
MAXIMUM = Estimate(low=1, high=5, source="one call; not measured")
WARM = Estimate(low=270, high=510, source=_MEASURED)
TABLE_CLASS = Estimate(low=4, high=6, source=_MEASURED)
ENCRYPTION = Estimate(low=21, high=23, source=_MEASURED)
AUTOSCALING = Estimate(low=1, high=5, source="three calls; units move within minutes")
IMPORT = Estimate(low=120, high=21_600, source="not measured; by the size of the rows")
BULK_PUT = Estimate(low=60, high=21_600, source="not measured; by the size of the rows")
READ = Estimate(low=0, high=1, source="one call")

WRITES_PER_SECOND = 4000
"""What a new on-demand table takes (guide, "On-demand mode: initial throughput")."""


def writing(rows: int) -> Estimate:
    """Writing so many rows of up to 1 KB into a table."""
    seconds = max(1, -(-rows // WRITES_PER_SECOND))
    return Estimate(low=min(seconds, 1) if rows == 1 else seconds, high=seconds * 5, source="4,000 writes per second")
