"""Diagnostics of what a plan says: DDB040 to DDB099."""

from __future__ import annotations

from planner.diagnostics import Code, Severity


def _error(code: str, title: str, why: str) -> Code:
    return Code(code=code, severity=Severity.ERROR, title=title, why=why)


def _warning(code: str, title: str, why: str) -> Code:
    return Code(code=code, severity=Severity.WARNING, title=title, why=why)


# Tables, keys and indexes.

BAD_NAME = _error(
    "DDB040",
    "Name that DynamoDB does not take",
    "DynamoDB refuses a table or index whose name is too short, too long, or has other characters than a-z, A-Z, "
    "0-9, '_', '-' and '.'.",
)
BAD_ATTRIBUTE_NAME = _error(
    "DDB041",
    "Attribute name that DynamoDB does not take",
    "An attribute name has at least one character and at most 64 KB; names of key attributes and of attributes that "
    "an index copies have at most 255 bytes.",
)
REPEATED_KEY_ATTRIBUTE = _error(
    "DDB043",
    "Attribute twice in one key",
    "Each attribute can stand only once in a key.",
)
TOO_MANY_KEY_ATTRIBUTES = _error(
    "DDB044",
    "Number of key attributes",
    "A global index has one to four partition key attributes and at most four sort key attributes; a table or local "
    "index has one of each.",
)
TOO_MANY_INDEXES = _error(
    "DDB045",
    "Too many local indexes",
    "DynamoDB refuses a table with more than five local indexes, and the number cannot be raised.",
)
MANY_INDEXES = _warning(
    "DDB046",
    "More global indexes than the default quota",
    "An account may have 20 global indexes on a table unless AWS has raised the quota for it.",
)
BAD_LOCAL_INDEX = _error(
    "DDB047",
    "Local index that the table cannot have",
    "A local index orders the items of one partition in another way, so its table needs a sort key and the index "
    "needs a sort key of its own.",
)
BAD_PROJECTION = _error(
    "DDB048",
    "Projection that DynamoDB does not take",
    "An index copies ALL, KEYS_ONLY, or one to twenty named attributes that are no keys; the indexes of a table name "
    "at most 100 together.",
)
SAME_KEY_INDEX = _warning(
    "DDB049",
    "Index with the table's own key",
    "Such an index answers nothing that the table does not answer, and costs a second write and a second copy.",
)
REDUNDANT_PROJECTION = _warning(
    "DDB058",
    "Projection of the table's key",
    "An index always holds the table's key; named again it only counts against the 100 attributes that the indexes of "
    "a table may name.",
)
DUPLICATE_INDEX = _error(
    "DDB050",
    "Two indexes of one name",
    "Global and local indexes of a table share one set of names.",
)

# Settings.

CAPACITY_CONFLICT = _error(
    "DDB051",
    "Capacity that does not go with the billing mode",
    "Units of capacity belong to provisioned tables, a maximum to on-demand ones; DynamoDB refuses the other way "
    "round.",
)
BAD_TIME_TO_LIVE = _error(
    "DDB053",
    "Time to live by an attribute that is no number",
    "DynamoDB reads the time at which an item expires as a Number of seconds since 1970; an item with another type "
    "never expires.",
)
BAD_TAG = _error(
    "DDB054",
    "Tag that AWS does not take",
    "A table has at most 50 tags; a key has 1 to 128 characters and does not begin with 'aws:', a value has at most "
    "256.",
)
BAD_SETTING = _error(
    "DDB055",
    "Setting that DynamoDB does not take",
    "DynamoDB refuses the value, or refuses it together with another setting of the table.",
)
BAD_POLICY = _error(
    "DDB052",
    "Resource policy that DynamoDB does not take",
    "DynamoDB checks a policy as IAM does, and refuses all of it for one mistake.",
)
BAD_REPLICAS = _error(
    "DDB056",
    "Replicas that DynamoDB does not make",
    "A table with replicas needs a stream, writes that follow their use and keys in every Region; strongly consistent "
    "replicas need more.",
)
BAD_VECTOR_INDEX = _error(
    "DDB059",
    "Vector index that DynamoDB does not take",
    "A table has at most five vector indexes, those of one attribute with the same dimensions, each with at most 18 "
    "filters.",
)
RESERVED_TAG = _error(
    "DDB057",
    "Tag that ddbplan keeps for itself",
    "Tags that begin with 'ddbplan:' say which ledger and database a table belongs to.",
)

# Expressions.

EXPRESSION_SYNTAX = _error(
    "DDB060",
    "Expression that cannot be read",
    "DynamoDB would refuse the request when it is run.",
)
EXPRESSION_FUNCTION = _error(
    "DDB061",
    "Function misused",
    "DynamoDB knows eight functions, in lower case; each takes certain operands and stands in certain places.",
)
EXPRESSION_TYPE = _error(
    "DDB062",
    "Operand of a type that does not fit",
    "DynamoDB checks the types of values before it looks at any item and refuses the request.",
)
UNDEFINED_VALUE = _error(
    "DDB063",
    "Value that is not given",
    "An expression can be run only when every placeholder in it has a value.",
)
UNUSED_VALUE = _error(
    "DDB064",
    "Value that nothing uses",
    "DynamoDB refuses a request with a value that no expression uses; mostly it is a misspelt placeholder.",
)
EXPRESSION_LIMIT = _error(
    "DDB065",
    "Expression above a limit",
    "DynamoDB takes expressions of at most 4 KB, 300 operators and functions, 100 choices of IN, and paths of 32 "
    "levels.",
)
OVERLAPPING_PATHS = _error(
    "DDB066",
    "Two paths that overlap",
    "The order of the changes is not defined, so DynamoDB refuses two of them at one place of an item, and a "
    "projection that names a place twice.",
)
KEY_UPDATE = _error(
    "DDB067",
    "Update of a key attribute",
    "An item's primary key cannot change: another key is another item.",
)
SAME_OPERAND = _error(
    "DDB068",
    "Attribute compared with itself",
    "DynamoDB refuses an operator or function whose first operand appears again among the others.",
)
NEVER_TRUE = _warning(
    "DDB069",
    "Comparison that is never true",
    "Values of different types are never equal, and a key attribute always has its declared type.",
)

# Queries.

BAD_KEY_CONDITION = _error(
    "DDB070",
    "Key condition that DynamoDB does not take",
    "A key condition is `partition = :value` for every partition key attribute, then conditions on the sort key from "
    "left to right, all `=` but the last; nothing else can be looked up.",
)
NO_KEY_SERVES = _error(
    "DDB071",
    "Query that no key or index serves",
    "Without a fitting key DynamoDB would have to read the whole table.",
)
FILTER_ON_KEY = _error(
    "DDB072",
    "Filter on a key attribute",
    "A query's filter may name only attributes that are not in the key that it reads by.",
)
NOT_PROJECTED = _error(
    "DDB073",
    "Attribute that the index does not hold",
    "A read of an index sees only the attributes that are copied into it.",
)
STRONG_READ = _error(
    "DDB074",
    "Strongly consistent read of a global index",
    "A global index follows its table a moment later, so DynamoDB refuses strongly consistent reads of it.",
)
SCAN_NOT_MEANT = _error(
    "DDB075",
    "Scan or query",
    "A scan reads, and charges for, every item; it has to be asked for with `scan: true`, and then has no key "
    "condition and no order.",
)
UNKNOWN_TABLE = _error(
    "DDB076",
    "Table or index that the plan does not have",
    "What a seed, transaction or query names must be declared under `tables`; a table of someone else's with "
    "`external: true`.",
)
BAD_LIMIT = _error(
    "DDB077",
    "Limit out of range",
    "A query returns at least one item.",
)
BAD_EXPECTATION = _error(
    "DDB078",
    "Expectation that cannot hold",
    "The query can never return what is expected of it.",
)

# Items and seeds.

KEY_ATTRIBUTE = _error(
    "DDB081",
    "Key attribute missing or of the wrong type",
    "Every item has every attribute of its table's primary key, in the declared type and not empty.",
)
INDEX_KEY_ATTRIBUTE = _error(
    "DDB082",
    "Index key attribute of the wrong type",
    "DynamoDB refuses an item whose index key attribute has another type or is empty; an item without the attribute "
    "is simply not in the index.",
)
KEY_SIZE = _error(
    "DDB083",
    "Key value too large",
    "A partition key value has at most 2048 bytes, a sort key value at most 1024.",
)
ITEM_SIZE = _error(
    "DDB084",
    "Item too large",
    "An item has at most 400 KB, attribute names included; with local indexes its copies in them count as well.",
)
TOO_DEEP = _error(
    "DDB085",
    "Item nested too deeply",
    "Lists and maps can be nested in one another up to 32 levels.",
)
DUPLICATE_ITEM = _error(
    "DDB086",
    "Item twice in a seed",
    "Two rows with one primary key are one item, and which of them would win is not defined.",
)
OVERWRITE_AND_ONCE = _error(
    "DDB087",
    "Item of an overwriting seed and of a transaction",
    "Every apply would write the seed's row over what the transaction did once.",
)
NEVER_EXPIRES = _warning(
    "DDB080",
    "Expiry that DynamoDB does not act on",
    "DynamoDB deletes an item by a Number of seconds since 1970; another type, or milliseconds, never comes due.",
)
EXTERNAL_TABLE_WRITE = _error(
    "DDB088",
    "Write to an external table",
    "An external table belongs to someone else: queries may read it, nothing writes to it.",
)
KEY_EXTRA = _error(
    "DDB089",
    "Attribute in a key that is not part of it",
    "DynamoDB takes exactly the primary key's attributes as a key.",
)

# Transactions.

OPERATION_COUNT = _error(
    "DDB090",
    "Number of operations in a transaction",
    "DynamoDB takes 100 in one transaction, and ddbplan adds two: the marker that makes it happen exactly once, and "
    "the check of its lock.",
)
TRANSACTION_SIZE = _error(
    "DDB091",
    "Transaction too large",
    "All items of one transaction together have at most 4 MB, ddbplan's marker included.",
)
ITEM_TWICE = _error(
    "DDB092",
    "Item twice in a transaction",
    "DynamoDB refuses a transaction with two operations on one item, a check included.",
)
BAD_MEMBER = _error(
    "DDB093",
    "Operation that cannot be part of a transaction",
    "A put has an item; an update a key and an expression; a delete a key; a check a key and a condition.",
)
EXPECT_FAILS = _error(
    "DDB094",
    "Expected refusal of an operation that cannot refuse",
    "`expect: {fails: N}` names an operation, counted from 0, whose condition refuses.",
)
BAD_ORDER = _error(
    "DDB095",
    "Order of transactions",
    "Transactions run one after another; an order that goes in a circle, or names one that is never applied, cannot "
    "be kept.",
)
