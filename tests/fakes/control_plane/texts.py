"""DynamoDB's own texts, to the letter, each with the finding in which it was measured.

A source with "worded here" marks a rule that is documented and whose exact text nobody has published.
"""

from __future__ import annotations

from tests.fakes.control_plane.refusal import Text

V = "ValidationException"
INVALID = "One or more parameter values were invalid: "
IN_USE = "Attempt to change a resource which is still in use: "
LIMIT = "Subscriber limit exceeded: "
NOT_FOUND = "Requested resource not found: "


def _invalid(message: str, source: str) -> Text:
    return Text(V, INVALID + message, source)


def _plain(message: str, source: str) -> Text:
    return Text(V, message, source)


def _in_use(message: str, source: str) -> Text:
    return Text("ResourceInUseException", IN_USE + message, source)


def _limit(message: str, source: str) -> Text:
    return Text("LimitExceededException", LIMIT + message, source)


# --- what is not there (K 446)
NO_TABLE = Text("ResourceNotFoundException", NOT_FOUND + "Table: {table} not found", "K 446")
NO_TABLE_BACKUPS = Text("TableNotFoundException", "Table not found: {table}", "K 014, 446")
NO_RESOURCE = Text("ResourceNotFoundException", NOT_FOUND + "ResourceArn: {arn} not found", "K 446")
NO_INDEX = Text("ResourceNotFoundException", NOT_FOUND + "Index {index} for table {table}", "K 161, 446")
NO_INSIGHTS_INDEX = Text(
    "ResourceNotFoundException", NOT_FOUND + "Index: {index} not found for table: {table}", "K 446"
)
NO_ITEM_TABLE = Text("ResourceNotFoundException", "Requested resource not found", "K 446: the data plane")
NO_POLICY = Text(
    "PolicyNotFoundException", "Resource-based policy not found for the provided ResourceArn: {arn}", "K 205"
)
OTHER_POLICY = Text("PolicyNotFoundException", "The ExpectedRevisionId did not match the current RevisionId.", "K 209")

# --- states of a table (K 444)
EXISTS = Text("ResourceInUseException", "Table already exists: {table}", "K 005, 010, 444")
CREATING = _in_use("Table is being created: {table}", "K 001, 444")
CREATING_TTL = _in_use("Table {table} is being created", "K 444: UpdateTimeToLive's word order")
DELETING = _in_use("Table is being deleted: {table}", "K 006, 444")
IN_PROCESS = _in_use("Table: {table} is in the process of being updated.", "K 063, 120, 369")
IOPS = _in_use("Table IOPS are currently being updated. Table: {table}", "K 369, 370")
IOPS_STREAM = _in_use(
    "Can't change table IOPS when stream status is being updated. Table: {table} Stream: {stream} Operation: {change}",
    "K 444",
)
IOPS_CREATE = _in_use(
    "Can't change table IOPS when an index is being created. Table: {table} Indexes: [{index}]", "K 444"
)
IOPS_DELETE = _in_use(
    "Can't change table IOPS when an index is being deleted. Table: {table} Indexes: [{index}]", "K 375, 376"
)
IOPS_CLASS = _in_use(
    "Can't change table IOPS when a table class update is in progress. Table: {table}", "K 444: family"
)
STREAM_BUSY = _in_use(
    "A stream status change is currently in progress. Table: {table} Stream: {stream} Operation: {change}", "K 444"
)
STREAM_IOPS = _in_use("Can't enable or disable stream while table IOPS are being updated. Table: {table}", "K 369")
STREAM_INDEX = _in_use("Can't change stream status when an index is being created", "K 444, 458")
STREAM_CLASS = _in_use(
    "Can't change stream status when a table class update is in progress. Table: {table} "
    "TableClassUpdateInProgress: {table_class}",
    "K 286",
)
CLASS_BUSY = _in_use(
    "Can't update table class when a table class update is in progress. Table: {table} "
    "TableClassUpdateInProgress: {table_class}",
    "K 286",
)
CLASS_STREAM = _in_use("Can't update table class when stream status is being updated. Table: {table}", "K 119")
CLASS_INDEX = _in_use(
    "Can't update table class when an index is being created or deleted. Table: {table}", "K 444: family"
)
CLASS_IOPS = _in_use("Can't update table class while table IOPS are being updated. Table: {table}", "K 444: family")
MAXIMUM_BILLING = _in_use("OnDemandThroughput cannot be updated while BillingMode update is in progress", "K 369")
MAXIMUM_STREAM = _in_use("OnDemandThroughput cannot be updated while stream status update is in progress", "K 119")
MAXIMUM_CLASS = _in_use(
    "OnDemandThroughput cannot be updated while TableClass update is in progress. "
    "TableClassUpdateInProgress: {table_class}",
    "K 286",
)
MAXIMUM_CREATE = _in_use(
    "OnDemandThroughput cannot be updated while index creation is in progress for indexes: [{index}]", "K 458"
)
MAXIMUM_DELETE = _in_use(
    "OnDemandThroughput cannot be updated while index deletion is in progress for indexes: [{index}]", "K 375"
)
INDEX_IOPS = _in_use("Can't create or delete indexes while table IOPS are being updated. Table: {table}", "K 175")
INDEX_STREAM = _in_use("Can't create or delete an index when stream status is being updated.", "K 175")
INDEX_CLASS = _in_use("Can't create or delete an index when a table class update is in progress.", "K 175")
INDEX_ALLOCATING = _in_use(
    "Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is "
    "active. Table: {table} Index: {index}",
    "K 149",
)
INDEX_NOT_FILLING = _in_use(
    "Index is being created but is not backfilling yet. Table: {table}  Index: {index}", "K 444"
)
INDEX_UPDATING = _in_use("Index is being updated. Table: {table} Index: {index}", "K 135, 444")
INDEX_DELETING = _in_use("Index is being deleted. Table: {table} Index: {index}", "K 375, 376")
ENCRYPTION_BUSY = _in_use("Server-Side Encryption is still being updated", "K 444")
DELETE_STREAM = _in_use("Cannot delete table while stream is being enabled/disabled.", "K 002")
DELETE_INDEXES = _in_use("Cannot delete table while indexes are being created, updated, or deleted.", "K 150, N")
DELETE_TAGS = _in_use("Table tags are being updated: {table}", "K 444")
DELETE_POLICY = _in_use("Table: {table} has a pending resource-based policy update.", "K 348, 444")
REPLICAS_BUSY = Text(
    "ResourceInUseException", "The resource which you are attempting to change is in use.", "K 227, 444: global tables"
)
MAINTENANCE = Text("InternalServerError", "Table is under system maintenance, please try again later", "K 458", 500)
EMPTY_STRUCTURE = Text("InternalFailure", "", "K 178, 437, 448: deterministic", 500)

# --- one concern per UpdateTable (K 433, 382, 174, 224)
NOTHING_ASKED = _plain(
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
    "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
    "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required",
    "K 015",
)
ONLY_ENCRYPTION = _invalid(
    "Server-Side Encryption modification must be the only operation in the request", "K 433, 382"
)
ONLY_CLASS = _invalid("TableClass modification must be the only operation in the request", "K 433, 382")
ONLY_PROTECTION = _invalid("DeletionProtection modification must be the only operation in the request", "K 433, 382")
ONLY_WARM = _invalid("WarmThroughput must be the only operation in the request", "K 433, 382")
ONLY_REPLICAS = _invalid("Requests that modify replicas or witnesses must not also modify other fields", "K 224, 442")
ONLY_DISASSOCIATION = _invalid(
    "DisassociationProtection modification must be the only operation in the request", "M; worded here"
)
CREATE_WITH_WARM = _invalid(
    "Create global secondary index cannot be specified when updating WarmThroughput", "K 174, 442"
)
MAXIMUM_WITH = _invalid(
    "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request", "K 433, 382"
)
STREAM_WITH_IOPS = _invalid(
    "You cannot modify stream status while updating table IOPS", "K 433, 382: static, never retry"
)
INDEX_WITH_IOPS = _invalid("You cannot create or delete index while updating table IOPS", "K 382: static")
INDEX_WITH_STREAM = _invalid("You cannot create or delete index while changing stream status", "K 174: static")

# --- re-sends that change nothing
SAME_UNITS = _plain(
    "The provisioned throughput for the table will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for the table: {read}. Requested ReadCapacityUnits: {read}. Current "
    "WriteCapacityUnits provisioned for the table: {write}. Requested WriteCapacityUnits: {write}. Refer to the Amazon "
    "DynamoDB Developer Guide for current limits and how to request higher limits.",
    "K 057, 164",
)
SAME_INDEX_UNITS = _plain(
    "The provisioned throughput for the index {index} will not change. The requested value equals the current value. "
    "Current ReadCapacityUnits provisioned for index {index}: {read}. Requested ReadCapacityUnits: {read}. Current "
    "WriteCapacityUnits provisioned for index {index}: {write}. Requested WriteCapacityUnits: {write}. Refer to the "
    "Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
    "K 164",
)
STREAM_ON = _plain("Table already has an enabled stream: TableName: {table}", "K 050, 442")
STREAM_OFF = _plain("Table has no stream to disable: TableName: {table}", "K 050, 442")
TTL_ON = _plain("TimeToLive is already enabled", "K 147, 442")
TTL_OFF = _plain("TimeToLive is already disabled", "K 147, 442")
TTL_OTHER = _plain(
    "TimeToLive is active on a different AttributeName: current AttributeName is {attribute}", "K 147, 442"
)
ENCRYPTED_BY_DEFAULT = _invalid("Table is already encrypted by default", "K 079, 442")
ENCRYPTED_WITH_KEY = _invalid(
    "Table is already encrypted with given KMSMasterKeyId. Use KMSMasterKeyId parameter if you want to change Master "
    "Key",
    "K 082, 442",
)
SAME_PRECISION = _plain(
    "Invalid Request: Precision is already set to the desired value of {precision} for tableId: {table_id}, kdsArn: "
    "{arn}",
    "K 301, 442",
)

# --- windows and budgets
TTL_WINDOW = _plain("Time to live has been modified multiple times within a fixed interval", "K 143, M, Q")
DECREASES = _limit(
    "Provisioned throughput decreases are limited within a given UTC day. After the first 4 decreases, each subsequent "
    "decrease in the same UTC day can be performed at most once every 3600 seconds. Number of decreases today: "
    "{count}. Last decrease at {last}. Next decrease can be made at {next}",
    "K 184, 326",
)
ENCRYPTION_CHANGES = _limit(
    "Encryption mode changes are limited in the 24h window ending at {now}. After the first 4 change, each subsequent "
    "change in the same window can be performed at most once every 21600 seconds. Number of updates today: {count}. "
    "Last change at {last}. Next changes can be made at {next}.",
    "K 081, 140, 443",
)
CLASS_CHANGES = _limit("Updates to TableClass are limited to 2 times in 30 day(s).", "K 283, 443")
BILLING_CHANGES = _limit(
    "Update to PayPerRequest mode are limited to 4 times in 1 day(s). Last update at {last}. Next update can be made "
    "at {next}.",
    "Q; the text of 2019 with the number of 2026",
)
PRECISION_CHANGES = _limit(
    "Updates to ApproximateCreationDateTimePrecision are limited to 3 times in 24 hours.", "Q; worded here"
)
ONE_INDEX = _limit("Only 1 online index can be created or deleted simultaneously per table", "K 159, 443, N")
TAGS_BUSY = _limit("Table tags are being updated: {table}", "K 103, 440, 443")
PROTECTION_WINDOW = Text(
    "ThrottlingException",
    "Deletion protection setting for table {table} modified within the previous 15000 milliseconds. Please try again "
    "after {next}",
    "K 003, 445",
)
POLICY_WINDOW = Text(
    "ThrottlingException",
    "Resource-based policy for table {table} modified within the previous 15000 milliseconds. Please try again after "
    "{next}.",
    "K 206, 347, 445",
)
POLICY_PENDING = _in_use("Table is pending previous resource-based policy update: {table}", "K 206, 444")
RATE = Text("ThrottlingException", "Rate exceeded", "K 360, 445")
ACCOUNT_RATE = Text(
    "ThrottlingException",
    "The rate of control plane requests made by this account is too high",
    "K 384, 434, 445",
)
BACKUPS_SOON = Text(
    "ContinuousBackupsUnavailableException",
    "Backups are being enabled for the table: {table}. Please retry later",
    "K 115, 442",
)
TTL_NOT_YET = _plain(
    "Cannot describe time to live while table is in {status} state: Current table state is {status}", "K 118, 442"
)
