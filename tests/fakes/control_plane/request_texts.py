"""DynamoDB's texts about requests that can never succeed, each with the finding in which it was measured."""

from __future__ import annotations

from tests.fakes.control_plane.refusal import Text
from tests.fakes.control_plane.texts import INVALID, LIMIT, V


def _invalid(message: str, source: str) -> Text:
    return Text(V, INVALID + message, source)


def _plain(message: str, source: str) -> Text:
    return Text(V, message, source)


# --- keys and attributes
FIRST_NOT_HASH = _plain("Invalid KeySchema: The first KeySchemaElement is not a HASH key type", "K 124")
SECOND_NOT_RANGE = _plain("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type", "K 124")
SAME_NAMES = _plain("Both the Hash Key and the Range Key element in the KeySchema have the same name", "K 442")
REPEATED_KEY = _plain("The KeySchema contains multiple key attributes with the same name", "K 123")
HASH_FIRST = _invalid("All HASH key attributes must precede RANGE key attributes in the KeySchema", "K 123")
TOO_MANY_KEYS = _invalid("The KeySchema exceeds the maximum allowed number of {kind} key attributes", "K 123")
UNDEFINED_KEYS = _invalid(
    "Some index key attributes are not defined in AttributeDefinitions. Keys: [{keys}], AttributeDefinitions: "
    "[{defined}]",
    "K 127, 442",
)
UNUSED_DEFINITIONS = _invalid(
    "Some AttributeDefinitions are not used. AttributeDefinitions: [{defined}], keys used: [{keys}]", "K 127, 442"
)
COUNT_OF_DEFINITIONS = _invalid(
    "Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions",
    "K 127, 442",
)
REPEATED_DEFINITION = _plain("Attribute Name is duplicated: {attribute}", "K 042, 442")
DEFINITIONS_MISSING = _invalid("AttributeDefinitions is not specified for index: {index}", "K 442")

# --- indexes
EMPTY_LIST = _invalid("List of {member} is empty", "K 043")
GLOBAL_COUNT = _invalid("GlobalSecondaryIndex count exceeds the per-table limit of 20", "K 169, Q")
GLOBAL_COUNT_LATER = Text(
    "LimitExceededException", LIMIT + "Number of global secondary indexes exceeds per-table limit of 20", "K 169, Q"
)
LOCAL_COUNT = _invalid("Number of LocalSecondaryIndexes exceeds per-table limit of 5", "K 442, Q")
REPEATED_INDEX = _invalid("Duplicate index name: {index}", "K 442")
INDEX_EXISTS = _plain("Attempting to create an index which already exists", "K 442")
NOT_GLOBAL = _plain("Cannot {verb} an index that is not a GlobalSecondaryIndex: {index}", "K 357, 442")
ONE_ACTION = _invalid(
    "Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object", "K 442"
)
NO_ACTION = _invalid(
    "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete "
    "must not be null",
    "K 442",
)
ONE_UPDATE = _invalid(
    "Only one global secondary index update per index is allowed simultaneously. Index: {index}", "K 442"
)
INCLUDE_WITHOUT = _invalid("ProjectionType is INCLUDE, but NonKeyAttributes is not specified", "K 126")
NOT_INCLUDE_WITH = _invalid("ProjectionType is {kind}, but NonKeyAttributes is specified", "K 126")
UNKNOWN_PROJECTION = _invalid("Unknown ProjectionType: null", "K 126")
REPEATED_PROJECTED = _invalid("Duplicate element in NonKeyAttributes: {attribute}", "K 126")
PROJECTED_COUNT = _invalid(
    "Number of NonKeyAttributes over all indexes exceeds the per-table limit of 100", "Q, M; worded here"
)
LOCAL_NEEDS_RANGE = _invalid(
    "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex", "K 442"
)
LOCAL_OTHER_HASH = _invalid(
    "Index KeySchema does not have the same leading hash key as table KeySchema for index: {index}. index hash key: "
    "{own}, table hash key: {table}",
    "K 442",
)
LOCAL_WITHOUT_RANGE = _invalid("Index KeySchema does not have a range key for index: {index}", "K 442")

# --- vector indexes (V, N, M)
VECTOR_COUNT = _invalid("VectorIndex count exceeds the per-table limit of 5", "V; worded here")
VECTOR_COUNT_LATER = Text(
    "LimitExceededException", LIMIT + "Number of vector indexes exceeds per-table limit of 5", "V; worded here"
)
VECTOR_BILLING = _invalid("Vector indexes are supported with PAY_PER_REQUEST billing mode only", "V; worded here")
VECTOR_UNDEFINED = _invalid("One element in SearchSchema is not defined in attribute definitions", "V")
VECTOR_HASH = _invalid("SearchSchema exceeds the maximum allowed number of {kind} elements", "V; worded here")
VECTOR_DIMENSIONS = _invalid("Dimensions must be between 1 and 4096", "V; worded here")
VECTOR_SAME_ATTRIBUTE = _invalid(
    "Vector indexes on the same attribute must have the same Dimensions: {attribute}", "V, docs; worded here"
)
VECTOR_NO_ACTION = _invalid("One of VectorIndexUpdate.Create, VectorIndexUpdate.Delete must not be null", "worded here")

# --- throughput
UNITS_ON_DEMAND = _invalid(
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
    "K 442, 448",
)
UNITS_MISSING_CREATE = _invalid(
    "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED", "K 024, 442"
)
UNITS_MISSING = _invalid("ProvisionedThroughput must be specified when BillingMode is PROVISIONED", "K 057, 164")
INDEX_UNITS_MISSING = _invalid("ProvisionedThroughput must be specified for index: {index}", "K 152, 442")
INDEX_UNITS_MISSING_CREATE = _invalid("ProvisionedThroughput is not specified for index: {index}", "K 442")
INDEX_UNITS_ON_DEMAND_CREATE = _invalid(
    "ProvisionedThroughput should not be specified for index: {index} when BillingMode is PAY_PER_REQUEST", "K 442"
)
INDEX_UNITS_ON_DEMAND = _invalid(
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {index} when BillingMode is "
    "PAY_PER_REQUEST",
    "K 442",
)
UNITS_ABOVE_TABLE = Text(
    "LimitExceededException",
    "The requested {kind}CapacityUnits, {units}, is above the per table maximum for the account in {region}. Per table "
    "maximum: 40000. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
    "K 443, Q",
)
MAXIMUM_PROVISIONED = _invalid(
    "Max{kind}RequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED",
    "K 369, 442",
)
MAXIMUM_RANGE = _invalid(
    "Requested Max{kind}RequestUnits for OnDemandThroughput for {where} is outside of valid range", "K 182, 442"
)
WARM_LOWER = _invalid(
    "Requested {kind}UnitsPerSecond for WarmThroughput for {where} is lower than current WarmThroughput, decreasing "
    "WarmThroughput is not supported",
    "K 061, 155",
)
WARM_INITIAL = _invalid(
    "Requested {kind}UnitsPerSecond for WarmThroughput for {where} is lower than initial throughput for OnDemand. See: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html",
    "K 039, 442",
)
WARM_UNDER_UNITS = _invalid(
    "Requested {kind}UnitsPerSecond for WarmThroughput for {where} is lower than {kind}CapacityUnits of "
    "ProvisionedThroughput",
    "K 039, 442",
)

# --- other settings
VIEW_MISSING_CREATE = _invalid("Table is being created with a stream enabled, UpdateViewType is required", "K 442")
VIEW_GIVEN_CREATE = _invalid(
    "Table is being created with a stream disabled, UpdateViewType should not be specified", "K 442"
)
VIEW_MISSING = _invalid("If stream is being enabled then UpdateViewType is required", "K 029, 442")
VIEW_GIVEN = _invalid("If stream is being disabled, then UpdateViewType must not be specified", "K 029, 442")
STREAM_OF_REPLICA = _invalid("Disabling Stream is not allowed for a Global Table replica.", "K 222, 442")
KEY_WITHOUT_TYPE = _invalid("SSEType KMS is required if KMSMasterKeyId is specified", "K 044, 442")
KEY_WHEN_OFF = _invalid("KMSMasterKeyId can not be specified if Enabled is false", "K 044, 442")
TYPE_WHEN_OFF = _invalid("SSEType can not be specified if Enabled is false", "K 044, 442")
NO_AES = _invalid("SSEType AES256 is not supported", "K 044, 442")
NO_KEY = _plain(
    "KMS validation error: com.amazonaws.services.kms.model.NotFoundException: {what} (Service: AWSKMS; Status Code: "
    "400; Error Code: NotFoundException; Request ID: 00000000-0000-0000-0000-000000000000; Proxy: null)",
    "K 020, 442",
)
DAYS_WHEN_OFF = _plain(
    "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.", "K 084, 442"
)
PROTECTED = _plain(
    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    "K 016, 442",
)
TAG_COUNT = _plain("Number of Tags exceed the current limit for the provided ResourceArn", "K 442")
TAG_PREFIX = _plain("Tag Key cannot be prefixed with aws:, Key: {tag}", "K 442")
TAG_KEY = _plain("The Tag Key provided is invalid, Key: {tag}", "K 442")
TAG_VALUE = _plain("The Tag Value provided is invalid, Value: {tag}", "K 442")
REPEATED_TAG = _plain("Duplicate Tag Keys provided as input: Duplicate Tag Key found {tag}", "K 442")
NO_TAGS = _plain("Atleast one Tag needs to be provided as Input.", "K 442")
NO_TAG_KEYS = _plain("Atleast one Tag Key needs to be provided as Input.", "K 442")
NO_ARN = _invalid("ARNs must start with 'arn:': {arn}", "K 442")
POLICY_JSON = _invalid("Invalid policy document: This policy contains invalid Json", "K 442")
POLICY_SIZE = _invalid("Maximum policy size of 20480 bytes exceeded", "K 442, Q")
POLICY_UNBOUNDED = _plain(
    "Resource-based policy grants unbounded access in one or more elements. Please revise the policy to ensure "
    "least-privilege form of access",
    "K 356, 442",
)
INSIGHTS_TABLE = _plain(
    "Table or Index is not in a valid state to update Key Access Insights: TableStatus must be ACTIVE to enable "
    "ContributorInsights.",
    "K 116, 442",
)
INSIGHTS_INDEX = _plain(
    "Table or Index is not in a valid state to update Key Access Insights: IndexStatus must be ACTIVE to enable "
    "ContributorInsights.",
    "K 116, 442",
)
KINESIS_ENABLE = _plain(
    "Table is not in a valid state to enable Kinesis Streaming Destination: EnableKinesisStreamingDestination must be "
    "DISABLED or ENABLE_FAILED to perform ENABLE operation.",
    "K 299, 442",
)
KINESIS_DISABLE = _plain(
    "Table is not in a valid state to enable Kinesis Streaming Destination: KinesisStreamingDestination must be ACTIVE "
    "to perform DISABLE operation.",
    "K 300, 442",
)
KINESIS_UPDATE = _plain(
    "Table is not in a valid state to enable Kinesis Streaming Destination: Kinesis streaming is not in ACTIVE state. "
    "Updates are only allowed in ACTIVE state. TableName: {table}, kdsArn: {arn}",
    "K 301, 442",
)
KINESIS_NOTHING = _plain(
    "Streaming destination cannot be updated with given parameters: UpdateKinesisStreamingConfiguration cannot be null "
    "or contain only null values",
    "K 442",
)

# --- replicas (K 203, 223, 224, 249, 257, 258)
REPLICA_NO_ACTION = _plain("There are no actions specified in the Replica Update Action of the request.", "K 224, 442")
REPLICA_ONE_ACTION = _plain(
    "Update table operation with more than one create or delete replica actions not allowed", "K 224, 442"
)
REPLICA_LOCAL = _plain("Cannot add or delete the local region through ReplicaUpdates", "K 203, 442")
REPLICA_EXISTS = _plain(
    "Failed to create a the new replica of table with name: ‘{table}’ because one or more replicas already existed as "  # noqa: RUF001 - AWS's own quotes
    "tables.",
    "K 203, 225",
)
REPLICA_UNKNOWN = _plain(
    "Update global table operation failed because one or more replicas were not part of the global table. Please retry "
    "the request without these replicas: [{region}].",
    "K 203, 442",
)
REPLICA_TABLE_WRITES = _plain("Table write capacity should either be Pay-Per-Request or AutoScaled.", "K 249, 442")
REPLICA_INDEX_WRITES = _plain("GSI write capacity should either be Pay-Per-Request or AutoScaled.", "K 249, 442")
REPLICA_KEY_CHANGE = _invalid("KMSMasterKeyId must be specified for each replica.", "K 309, 313")
STRONG_LATER = _plain("MultiRegionConsistency parameter is unsupported on existing global table", "K 257, 442")
STRONG_FROZEN = _plain("Cannot add replicas to a global table with strong MultiRegionConsistency", "K 260, 442")
STRONG_COUNT = _plain("Unsupported replica count for a global table with MultiRegionConsistency STRONG", "K 257, 442")
STRONG_DELETE = _plain(
    "Deletion of only one table replica is not supported for global tables with MultiRegionConsistency set to STRONG.",
    "K 261, 442",
)
WITNESS_NEEDS_STRONG = _plain(
    "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present.", "K 258, 442"
)
WITNESS_REGION = _plain("Cannot add a witness in the same region as an existing replica", "K 258, 442")
WITNESS_ALONE = _plain("Update table delete operation does not include all witnesses.", "K 261, 442")
