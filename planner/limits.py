"""DynamoDB's numbers that a plan is checked against, each with its source.

Q: DynamoDB guide, "Quotas in Amazon DynamoDB". M: botocore's service model of 2012-08-10. T: AWS General Reference,
"Tagging your AWS resources".
"""

from __future__ import annotations

from dataclasses import dataclass, fields

MIN_NAME = 3  # M: TableName, IndexName
MAX_NAME = 255  # M: TableName, IndexName
MAX_ATTRIBUTE_NAME_BYTES = 65_535  # Q: "at most 64 KB long"; DynamoDB Local refuses 65,536
MAX_KEY_NAME_BYTES = 255  # Q: key attributes and attributes copied into an index
MAX_GLOBAL_INDEXES = 20  # Q: default quota, adjustable
MAX_LOCAL_INDEXES = 5  # Q
MAX_INDEX_PARTITION_KEYS = 4  # M: KeySchema of a global index
MAX_INDEX_SORT_KEYS = 4  # M: KeySchema of a global index
MAX_PROJECTED_PER_INDEX = 20  # M: NonKeyAttributeNameList
MAX_PROJECTED_PER_TABLE = 100  # Q: over all indexes, the same name counting each time
MAX_PARTITION_KEY_BYTES = 2048  # Q
MAX_SORT_KEY_BYTES = 1024  # Q
MAX_ITEM_NESTING = 32  # Q: levels of lists and maps, the value inside them counting as one
MAX_EXPRESSION_BYTES = 4096  # Q
MAX_OPERATORS = 300  # Q
MAX_IN_CHOICES = 100  # Q
MAX_PLACEHOLDER_CHARACTERS = 254  # Q: 255 with the colon
MAX_SUBSTITUTION_BYTES = 2 * 1024 * 1024  # Q: all values of one request
MAX_OPERATIONS = 98  # M: TransactItemList has 100, ddbplan adds its marker and the check of its lock
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024  # Q
MARKER_BYTES = 64 * 1024  # ours: room for the marker, which names up to 98 tables
OWN_TAGS = 2  # ours: `ddbplan:database` and `ddbplan:ledger`, by which a table is known again
MAX_TAGS = 50 - OWN_TAGS  # T: 50 on one table
MAX_TAG_KEY = 128  # T, in characters
MAX_TAG_VALUE = 256  # T, in characters
MAX_POLICY_BYTES = 20_480  # Q, M: spaces counted
MAX_VECTOR_INDEXES = 5  # DynamoDB guide, "Vector search"
MAX_VECTOR_FILTERS = 18  # DynamoDB guide, "Vector search"
MIN_TARGET = 20  # Application Auto Scaling: target utilisation of DynamoDB capacity, in percent
MAX_TARGET = 90
MIN_RECOVERY_DAYS = 1  # M: RecoveryPeriodInDays
MAX_RECOVERY_DAYS = 35
MIN_WARM_READ = 12_000  # Q: warm throughput of an on-demand table is never lower
MIN_WARM_WRITE = 4_000
PARTITION_WRITE_UNITS = 1_000  # DynamoDB guide, "Designing partition keys": a second, of one partition
PARTITION_READ_UNITS = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """What an account allows where AWS raises a quota on request (Q).

    Attributes:
        global_indexes_per_table: 20 unless it was raised.
        read_units_per_table: 40,000 unless it was raised, for on-demand and provisioned tables alike.
        write_units_per_table: Likewise.
    """

    global_indexes_per_table: int = MAX_GLOBAL_INDEXES
    read_units_per_table: int = 40_000
    write_units_per_table: int = 40_000

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The quotas that can be set."""
        return tuple(one.name for one in fields(cls))


DEFAULT_QUOTAS = Quotas()
