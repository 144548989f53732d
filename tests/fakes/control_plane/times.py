"""How long things take, in seconds; where a range was measured, its longer end."""

from __future__ import annotations

CREATE = 6.1
"""CREATING of a table without indexes (K 001, 009: 2-6 s)."""
CREATE_WITH_INDEXES = 22.0
"""CREATING of a table with indexes; they become ACTIVE with it (K 148, 169: 14-22 s)."""
DELETE = 6.0
"""DELETING (K 006, 076: 4-6 s)."""
UNITS = 2.0
"""UPDATING for other provisioned units (K 058, 060: 1-2 s)."""
TO_PROVISIONED = 98.0
"""The first switch to provisioned (K 056, 369: 60-98 s)."""
TO_ON_DEMAND = 171.0
"""The first switch of a table made provisioned (K 062, 183: 128-171 s)."""
SWITCH_AGAIN = 5.0
"""A switch back to a mode that the table was in before (K 062, 369: 2-5 s)."""
STREAM = 5.1
"""UPDATING for a stream (K 002, 050: 4-5 s)."""
TABLE_CLASS = 6.1
"""UPDATING for another class (K 284: 3.6-6.1 s)."""
ENCRYPTION = 23.3
"""SSEDescription UPDATING (K 065, 140: 21-23 s)."""
ENCRYPTION_OLD_KEY = 9.0
"""The old key is shown for so long (K 079: 8-9 s)."""
WARM = 510.0
"""WarmThroughput UPDATING (K 061, 179: 4.5-8.5 min)."""
WARM_AGAIN = 2.0
"""A warm value that the table had before (K 121)."""
ALLOCATION = 55.0
"""TableStatus UPDATING of an added index (K 148, 458: 24-56 s)."""
BACKFILL = 1_003.0
"""From UpdateTable until an added index is ACTIVE on an empty table (K 148, 458, N: 8.5-17 min)."""
INDEX_DELETE = 5.1
"""DELETING of an index (K 148, 376: 3-5 s)."""
INDEX_UPDATE = 4.0
"""IndexStatus UPDATING for other units (K 135, 148: 2-4 s)."""
TTL_WINDOW = 3_600.0
"""Between two changes of time to live (M, Q: 1 h; K 143 measured 31 min)."""
SUB_RESOURCE_UNKNOWN = 3.1
"""A new table's tags, backups and time to live are not found for so long (K 101, 111, 115: 1-6 s)."""
BACKUPS_AFTER_ACTIVE = 3.1
"""Backups are being enabled after ACTIVE (K 111, 115: 3-6 s)."""
TAG_LOCK = 1.52
"""Another write of tags is refused (K 440)."""
TAG_LAG = 3.0
"""Tags are read as they were (K 406, 408: 1.6-3 s)."""
POLICY_LAG = 2.7
"""A policy is read as it was (K 244-246: 1-2.7 s)."""
POLICY_PENDING = 2.0
"""After a policy's change the refusal is ResourceInUseException, later ThrottlingException (K 206)."""
POLICY_WINDOW = 15.0
"""Between two different policies (K 206, Q)."""
PROTECTION_WINDOW = 15.0
"""Between two toggles of deletion protection (K 003, 445)."""
INSIGHTS_ON = 16.2
"""ENABLING of contributor insights (K 090: 1-16 s)."""
INSIGHTS_OFF = 2.1
"""DISABLING of contributor insights (K 090)."""
INSIGHTS_UNKNOWN = 20.0
"""Insights of an added index are not found for so long (K 116)."""
KINESIS_ON = 7.1
"""ENABLING of a Kinesis destination (K 299: 2-7 s)."""
KINESIS_OFF = 2.1
"""DISABLING of a Kinesis destination (K 300)."""
KINESIS_FAILED = 2.1
"""Until a stream that does not exist is ENABLE_FAILED (K 318)."""
KINESIS_PRECISION = 152.0
"""UPDATING of a destination's precision (K 301: 124-152 s)."""
MAXIMUM_CLEARED = 1.0
"""A maximum that was cleared is shown as -1 (K 178, 182)."""
REPLICA_SHOWN = 6.7
"""Until a new replica is listed (K 226)."""
REPLICA_ACTIVE = 49.0
"""Until a new replica of an empty table is ACTIVE (K 226, 305: 14-49 s)."""
REPLICA_UPDATE = 58.0
"""UPDATING of a replica's own settings (K 250, 294: 34-58 s)."""
REPLICA_DELETE = 244.0
"""Until a replica's entry is gone (K 222, 308: 121-244 s)."""
STRONG_ACTIVE = 86.0
"""Until a strongly consistent group is ACTIVE (K 258: 16-86 s)."""
AUTOSCALING_RAISE = 4.4
"""Until a raised minimum is applied (K 314)."""
AUTOSCALING_RESET = 90.0
"""Until units set by hand inside the range are back at the minimum of an idle table (K 316: 82-92 s)."""
DESCRIBE_LAG = 0.3
"""DescribeTable is eventually consistent (M); K 387 saw at most 0.1 s."""
LATENCY = 0.02
"""One call (K: 10-80 ms)."""
IMPORT_UNSEEN = 30.0
"""A table that an import makes is not to be seen (K IMPORT-001: about 30 s after the answer)."""
IMPORT = 300.0
"""An import of few rows (not measured: minutes)."""
BULK_PUT = 120.0
"""A bulk operation of few rows (not measured)."""
TOKEN = 28_800.0
"""A ClientToken of an importer (M: 8 hours)."""
DAY = 86_400.0
HOUR = 3_600.0
