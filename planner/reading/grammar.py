"""The grammar of a plan: every key there is, what it holds and what it means.

The readers take the known and required keys from here and from ``grammar_tables``; ``planner.schema`` makes the JSON
Schema of them.
"""

from __future__ import annotations

from planner.reading.grammar_extras import EXTRAS
from planner.reading.grammar_model import ITEM_SIZE, MODEL, RATE, READS
from planner.reading.grammar_reports import MAX_REPORTS, REPORTS
from planner.reading.grammar_tables import (
    CAPACITY,
    DEFAULTS,
    GLOBAL_INDEX,
    LOCAL_INDEX,
    MAX_UNITS,
    RECOVERY,
    SCALING,
    TABLE,
    UNITS,
    VECTOR_INDEX,
)
from planner.reading.shapes import (
    Record,
    any_of,
    at_least_one,
    boolean,
    choice,
    exactly_one,
    integer,
    item,
    key,
    list_of,
    map_of,
    mapping,
    name,
    names,
    ref,
    scalar,
    text,
)

VERSION = 1
MAX_ENVIRONMENTS = 100
MAX_TABLES = 2500
ON_CONFLICT = ("keep", "overwrite", "fail")
RUN = ("once", "test")
CELL_TYPES = ("S", "N", "B", "BOOL", "SS", "NS", "JSON")
EMPTY_CELLS = ("absent", "null", "text")
BULK_FORMATS = ("dynamodb_json", "ion", "csv")
COMPRESSIONS = ("none", "gzip", "zstd")
MAX_GENERATED = 10_000_000_000
VARIABLE_TYPES = ("string", "number", "boolean")

GENERATE = Record(
    id="generate",
    label="a generator",
    keys=(
        key("count", integer(0, MAX_GENERATED), "How many rows.", required=True),
        key(
            "random_seed", integer(0, 2**63 - 1), "Where chance begins (default: 0); the same one makes the same rows."
        ),
        key("item", mapping(), "The attributes: values, texts such as `acc-{row:06}`, or generators.", required=True),
        key("locale", name(), "The language of what Faker makes, such as de_DE (default: en_US)."),
    ),
)
SEED = Record(
    id="seed",
    label="a seed",
    limits=exactly_one("items", "entities", "file", "generate", "source"),
    keys=(
        key(
            "on_conflict", choice(*ON_CONFLICT), "What happens to an item that exists: keep (default), overwrite, fail."
        ),
        key("items", list_of(item()), "Rows, written here."),
        key(
            "entities",
            map_of(list_of(item()), plan_names=True),
            "Rows by the table's entities; their keys are rendered by the entity's templates.",
        ),
        key(
            "file",
            name(),
            "A file of rows, or a pattern of files, inside the plan's folder: .jsonl, .json, .csv, .parquet or .ion, "
            "as it is or packed (.gz, .zst).",
        ),
        key(
            "columns",
            any_of(map_of(choice(*CELL_TYPES)), names()),
            "Types of a CSV file's columns; without a first line of names, all columns in their order.",
        ),
        key("header", boolean(), "The first line of a CSV file names its columns (default: true)."),
        key(
            "empty",
            any_of(choice(*EMPTY_CELLS), {"type": "null"}),
            "What an empty cell becomes: no attribute (absent, the default), null, or the empty text (text).",
        ),
        key("delimiter", {"type": "string", "minLength": 1, "maxLength": 1}, "What separates the cells of a CSV file."),
        key("generate", ref("generate"), "How rows are generated."),
        key(
            "source",
            {"type": "string", "pattern": "^s3://[^/]+"},
            "Rows in S3, s3://BUCKET/PREFIX: DynamoDB's own importers read them.",
        ),
        key("format", choice(*BULK_FORMATS), "What the objects of `source` hold."),
        key("compression", choice(*COMPRESSIONS), "How the objects of `source` are packed (default: none)."),
        key("bucket_owner", {"type": "string", "pattern": "^[0-9]{12}$"}, "The account of the bucket of `source`."),
        key(
            "errors",
            {"type": "string", "pattern": "^s3://[^/]+"},
            "Where DynamoDB reports rows that it could not write to a table that exists, s3://BUCKET/PREFIX.",
        ),
        key("errors_owner", {"type": "string", "pattern": "^[0-9]{12}$"}, "The account of the bucket of `errors`."),
        key(
            "conditional",
            boolean(),
            "Every record of `source` carries the condition that no item of its key exists.",
        ),
        key("attributes", names(), "The attributes that the seed owns; whole items without it."),
    ),
)

_TABLE_NAME = key("table", name(), "The table's name in this plan.", required=True)
_VALUES = key("values", item(), "The expressions' values, by name without the colon.")
_CONDITION = key("condition", name(), "A condition expression that must hold.")
_KEY = key("key", item(), "The item's full primary key.", required=True)

PUT = Record(
    id="put",
    label="a put",
    keys=(_TABLE_NAME, key("item", item(), "The whole item.", required=True), _CONDITION, _VALUES),
)
UPDATE = Record(
    id="update",
    label="an update",
    keys=(_TABLE_NAME, _KEY, key("expression", name(), "An update expression.", required=True), _CONDITION, _VALUES),
)
DELETE = Record(id="delete", label="a delete", keys=(_TABLE_NAME, _KEY, _CONDITION, _VALUES))
CHECK = Record(
    id="check",
    label="a check",
    keys=(_TABLE_NAME, _KEY, key("condition", name(), "The condition that must hold.", required=True), _VALUES),
)
OPERATIONS = (PUT, UPDATE, DELETE, CHECK)
OPERATION = Record(
    id="operation",
    label="an operation",
    limits=exactly_one(*(record.id for record in OPERATIONS)),
    keys=tuple(key(record.id, ref(record.id), f"{record.label.capitalize()} of one item.") for record in OPERATIONS),
)

TRANSACTION_EXPECT = Record(
    id="transaction_expect",
    label="what a transaction expects",
    keys=(key("fails", integer(0, 99), "The operation (from 0) whose condition must refuse.", required=True),),
)
TRANSACTION = Record(
    id="transaction",
    label="a transaction",
    keys=(
        key("description", text(), "What it does, for people."),
        key(
            "run", choice(*RUN), "once (default): apply runs it exactly once, ever; test: only `ddbplan test` runs it."
        ),
        key("after", names(), "Transactions that come first, besides plan order."),
        key("operations", list_of(ref("operation"), least=1), "Its operations, all or none.", required=True),
        key("expect", ref("transaction_expect"), "The refusal that it proves."),
        RATE,
        ITEM_SIZE,
    ),
)

EXPECT = Record(
    id="expect",
    label="what a query expects",
    limits=at_least_one(),
    keys=(
        key("count", integer(0), "Exactly this many items."),
        key("min", integer(0), "At least this many items."),
        key("items", list_of(item()), "Exactly these items, in this order; each may name only some attributes."),
        key("first", item(), "The first item has these attributes."),
        key("contains", any_of(item(), list_of(item(), least=1)), "An item, or several, that must be found."),
        key("absent", any_of(item(), list_of(item(), least=1)), "An item, or several, that must not be found."),
        key("ordered", name(), "The attribute that the items are ordered by."),
    ),
)
QUERY = Record(
    id="query",
    label="a query",
    keys=(
        key("description", text(), "What the application asks, for people."),
        _TABLE_NAME,
        key("index", name(), "The index that is read."),
        key("scan", boolean(), "Reading the whole table or index is meant."),
        key("key_condition", name(), "The key condition expression."),
        key("filter", name(), "A filter expression; it does not reduce what is read."),
        key("projection", names(), "The attributes that are returned; all without it."),
        _VALUES,
        key("descending", boolean(), "From the highest sort key to the lowest."),
        key("consistent", boolean(), "A strongly consistent read."),
        key("limit", integer(1, MAX_UNITS), "The most items that are returned."),
        key("live", boolean(), "`apply` runs it at the end and reports."),
        key("expect", ref("expect"), "What it must find in the plan's own data."),
        RATE,
        ITEM_SIZE,
        READS,
    ),
)

VARIABLE = Record(
    id="variable",
    label="a variable",
    keys=(
        key("description", text(), "What it is for, for people."),
        key("type", choice(*VARIABLE_TYPES), "What it may hold: string (default), number, boolean."),
        key("default", scalar(), "Its value where nobody gives one; without it somebody has to."),
        key("allowed", list_of(scalar(), least=1), "The values that it may have; any without it."),
    ),
)

ENVIRONMENT = Record(
    id="environment",
    label="an environment",
    keys=(
        key(
            "database",
            {"type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"},
            "Its own identity in the ledger.",
        ),
        key(
            "account", {"type": "string", "pattern": "^[0-9]{12}$"}, "The only AWS account it is applied to, in quotes."
        ),
        key(
            "region", {"type": "string", "pattern": "^[a-z]{2}(-[a-z]+)+-[0-9]+$"}, "The only Region it is applied to."
        ),
        key("tables", map_of(ref("table"), plan_names=True), "What differs in its tables."),
        key("variables", map_of(scalar(), plan_names=True), "Its values of the plan's variables."),
        key("seed", choice("none"), "none: no initial data."),
        key("transactions", choice("none"), "none: no `run: once` transactions."),
    ),
)

PLAN = Record(
    id="plan",
    label="a plan",
    keys=(
        key("ddbplan", {"const": VERSION}, "The version of the grammar.", required=True),
        key(
            "database",
            {"type": "string", "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$"},
            "The plan's identity in the ledger.",
            required=True,
        ),
        key("naming", name(), 'The physical names\' pattern; "{database}_{table}" by default.'),
        key("description", text(), "What the data is for, for people."),
        key(
            "variables",
            map_of(ref("variable"), plan_names=True),
            "Values that whoever applies it gives with --set; `${name}` stands for one where it is a whole value.",
        ),
        key("defaults", ref("defaults"), "Settings of every table and index that does not say otherwise."),
        key(
            "tables",
            map_of(ref("table"), plan_names=True) | {"maxProperties": MAX_TABLES},
            "The tables, by their names in this plan.",
            required=True,
        ),
        key("seed", map_of(any_of(list_of(item()), ref("seed")), plan_names=True), "Initial data, by table."),
        key("transactions", map_of(ref("transaction"), plan_names=True), "Transactions, by name."),
        key("queries", map_of(ref("query"), plan_names=True), "Every access pattern the application needs, by name."),
        key(
            "reports",
            map_of(ref("report"), plan_names=True) | {"maxProperties": MAX_REPORTS},
            "Figures: SQL over what queries find, by name.",
        ),
        key(
            "environments",
            map_of(ref("environment"), plan_names=True) | {"maxProperties": MAX_ENVIRONMENTS},
            "What differs by environment.",
        ),
    ),
)

RECORDS = (
    GENERATE,
    PLAN,
    DEFAULTS,
    TABLE,
    GLOBAL_INDEX,
    LOCAL_INDEX,
    VECTOR_INDEX,
    CAPACITY,
    SCALING,
    UNITS,
    RECOVERY,
    *EXTRAS,
    *MODEL,
    SEED,
    TRANSACTION,
    TRANSACTION_EXPECT,
    OPERATION,
    *OPERATIONS,
    QUERY,
    EXPECT,
    *REPORTS,
    ENVIRONMENT,
    VARIABLE,
)
SECTIONS = ("variables", "defaults", "tables", "seed", "transactions", "queries", "reports", "environments")
