"""Diagnostics of comparing a plan with live state: DDB200 to DDB299.

DDB200 to DDB249 are refusals: while there is one, nothing is applied. DDB250 to DDB299 are notes.
"""

from __future__ import annotations

from planner.diagnostics import Code, Severity

KEYS_CHANGE = Code(
    code="DDB200",
    severity=Severity.ERROR,
    title="A table's keys cannot change",
    why="DynamoDB fixes a table's partition and sort key when the table is made; only another table can have others.",
)
KEY_TYPE_CHANGE = Code(
    code="DDB201",
    severity=Severity.ERROR,
    title="A key attribute's type cannot change",
    why="DynamoDB fixes the type of a table's key attributes when the table is made, and ignores a later change "
    "without an error.",
)
LOCAL_INDEX_CHANGE = Code(
    code="DDB202",
    severity=Severity.ERROR,
    title="Local indexes cannot change",
    why="DynamoDB makes local indexes together with their table and can neither add, change nor drop one afterwards.",
)
NOT_OWNED = Code(
    code="DDB204",
    severity=Severity.ERROR,
    title="The table exists and is not owned",
    why="A plan changes only tables that the ledger records as its own; a matching name proves nothing.",
)
EXTERNAL_MISSING = Code(
    code="DDB205",
    severity=Severity.ERROR,
    title="An external table does not exist",
    why="Queries of the plan read a table that is somebody else's to make.",
)
EXTERNAL_DIFFERS = Code(
    code="DDB206",
    severity=Severity.ERROR,
    title="An external table is not what the plan says",
    why="The plan's queries were checked against keys and indexes that the live table does not have.",
)
TRANSACTION_CHANGED = Code(
    code="DDB207",
    severity=Severity.ERROR,
    title="An applied transaction changed",
    why="A transaction runs exactly once, ever; another text under the same name would never run.",
)
TRANSACTION_TABLE_REPLACED = Code(
    code="DDB208",
    severity=Severity.ERROR,
    title="A table of an applied transaction is another one now",
    why="The transaction ran on a table that is gone; whether it has to run on its successor only a person can say.",
)
INDEX_NEEDED = Code(
    code="DDB209",
    severity=Severity.ERROR,
    title="A query needs an index that would be dropped",
    why="A query is a promise of the data model: no index goes while one reads it.",
)
TABLE_UNAVAILABLE = Code(
    code="DDB210",
    severity=Severity.ERROR,
    title="The table cannot be changed now",
    why="DynamoDB refuses every change of a table in this status, and no wait of a step would end it.",
)
CAPACITY_MISSING = Code(
    code="DDB211",
    severity=Severity.ERROR,
    title="Provisioned billing without capacity",
    why="DynamoDB needs read and write units for a provisioned table and each of its global indexes.",
)
UNKNOWN_ADDRESS = Code(
    code="DDB212",
    severity=Severity.ERROR,
    title="An address that the plan does not have",
    why="A permission or a choice that concerns nothing is more likely a slip than an intention.",
)
TRANSACTION_NOT_RECORDED = Code(
    code="DDB213",
    severity=Severity.ERROR,
    title="A transaction to run again never ran",
    why="Only a transaction that the ledger records can be run again; one that it does not record runs by itself.",
)

VECTOR_INDEXES_LEFT = Code(
    code="DDB214",
    severity=Severity.ERROR,
    title="Vector indexes keep a table on demand",
    why="DynamoDB has vector indexes on on-demand tables only, and refuses to switch one that has any.",
)
REPLICA_AT_HOME = Code(
    code="DDB220",
    severity=Severity.ERROR,
    title="A replica in the table's own Region",
    why="A table has at most one replica in a Region, and in its own Region it is that itself.",
)
REPLICAS_FIXED = Code(
    code="DDB221",
    severity=Severity.ERROR,
    title="Strongly consistent replicas cannot change",
    why="DynamoDB fixes the consistency of a table's replicas when the first are made, and makes and ends strongly "
    "consistent ones only all together.",
)
REPLICA_KEY_FIXED = Code(
    code="DDB222",
    severity=Severity.ERROR,
    title="A replica's KMS key cannot change",
    why="DynamoDB fixes the key of a replica when it is made; only another replica can have another key.",
)
STREAM_OF_REPLICAS = Code(
    code="DDB223",
    severity=Severity.ERROR,
    title="The stream of a table with replicas",
    why="DynamoDB keeps replicas by the table's stream, and neither ends nor changes it while there is one.",
)

NO_LONGER_DECLARED = Code(
    code="DDB250",
    severity=Severity.INFO,
    title="A setting is no longer declared",
    why="A setting that the plan does not name is not managed: it stays as the last apply left it.",
)
NO_LONGER_IN_PLAN = Code(
    code="DDB251",
    severity=Severity.INFO,
    title="An owned table is no longer in the plan",
    why="Apply never drops a table.",
)
UNSUPPORTED = Code(
    code="DDB252",
    severity=Severity.INFO,
    title="The engine lacks a setting",
    why="What this engine cannot hold is neither compared nor set here; AWS has it.",
)
MADE_AGAIN = Code(
    code="DDB253",
    severity=Severity.INFO,
    title="A table was made again under the same name",
    why="Its TableId is not the one that the ledger records, so what was seeded and run before is not in it.",
)
TWO_APPLIES = Code(
    code="DDB254",
    severity=Severity.INFO,
    title="A change that takes two applies",
    why="DynamoDB takes one change of time to live per hour: the old attribute is turned off first, the new one later.",
)
INDEX_RECIPE = Code(
    code="DDB255",
    severity=Severity.INFO,
    title="An index can be replaced without a gap",
    why="DynamoDB cannot change an index's keys or projection; drop and create leave its readers without it meanwhile.",
)
ROWS_COME_BACK = Code(
    code="DDB256",
    severity=Severity.INFO,
    title="Deleted rows of a large seed come back",
    why="Above 10,000 rows the ledger keeps one hash per source, so it cannot tell a new row from a deleted one.",
)
SKIPPED = Code(
    code="DDB257",
    severity=Severity.INFO,
    title="A transaction is skipped",
    why="It is recorded as skipped and will not run on a later apply either.",
)
TABLE_GONE = Code(
    code="DDB258",
    severity=Severity.WARNING,
    title="An owned table is gone",
    why="The ledger records the table, and DynamoDB does not have it: something else deleted it, with its data.",
)
SPENDS_BUDGET = Code(
    code="DDB259",
    severity=Severity.INFO,
    title="A change that DynamoDB counts",
    why="DynamoDB allows only so many of these changes in a time, and refuses the next one.",
)
WAITS_FOR_WINDOW = Code(
    code="DDB260",
    severity=Severity.WARNING,
    title="A change that has to wait",
    why="DynamoDB allows only so many of these changes in a time, and they are spent.",
)
EDITED_ROWS_STAY = Code(
    code="DDB262",
    severity=Severity.INFO,
    title="Rows that were loaded are others now",
    why="With `on_conflict: keep` a seed never writes over an item that exists, whoever wrote it.",
)
NO_ITEMS_YET = Code(
    code="DDB270",
    severity=Severity.INFO,
    title="A seed of attributes waits for items",
    why="Such a seed never makes an item: half of one would look whole to the application.",
)
LAST_OF_BUDGET = Code(
    code="DDB261",
    severity=Severity.WARNING,
    title="The last change that DynamoDB takes for now",
    why="DynamoDB allows only so many of these changes in a time: after this one the way back has to wait.",
)
ITEMS_DO_NOT_FIT = Code(
    code="DDB224",
    severity=Severity.ERROR,
    title="Items that a new index cannot hold",
    why="DynamoDB leaves them out of the index in silence, and from then on refuses every write of such an item.",
)
TIMES_THAT_DO_NOT_EXPIRE = Code(
    code="DDB263",
    severity=Severity.WARNING,
    title="Times that never expire",
    why="Time to live takes numbers of epoch seconds, and deletes nothing that expired more than five years ago.",
)
DATA_NOT_LOOKED_AT = Code(
    code="DDB264",
    severity=Severity.WARNING,
    title="Live items could not be looked at",
    why="It was asked for, and whether the change suits them is not known.",
)
