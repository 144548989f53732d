"""Diagnostics of reading a file: DDB001 to DDB039."""

from __future__ import annotations

from planner.diagnostics import Code, Severity


def _error(code: str, title: str, why: str) -> Code:
    return Code(code=code, severity=Severity.ERROR, title=title, why=why)


UNREADABLE = _error(
    "DDB001",
    "File cannot be read",
    "A plan and its data are ordinary files; nothing can be checked or applied without them.",
)
TOO_LARGE = _error(
    "DDB002",
    "File is too large",
    "A plan is text that people review; a size limit also keeps a wrong file from using up memory.",
)
NOT_TEXT = _error(
    "DDB003",
    "File is not UTF-8 text",
    "Names and values would be guessed from bytes, and a guessed value could end up in a table.",
)
SYNTAX = _error(
    "DDB004",
    "Not valid YAML",
    "The text after this place cannot be understood, so nothing of the file is used.",
)
TOO_DEEP = _error(
    "DDB005",
    "Nested too deeply",
    "DynamoDB itself nests 32 levels; deeper text is a mistake or an attempt to exhaust the reader.",
)
TOO_MANY_VALUES = _error(
    "DDB006",
    "Too many values",
    "Aliases can multiply a short text into millions of values; the reader stops before memory does.",
)
BAD_ALIAS = _error(
    "DDB007",
    "Alias without an anchor",
    "An alias stands for a value that an anchor named before it; without one there is no value.",
)
SEVERAL_DOCUMENTS = _error(
    "DDB008",
    "More than one document",
    "One file is one plan; a second document would be ignored, and with it the tables it declares.",
)
EMPTY = _error("DDB009", "Plan is empty", "An empty plan would mean that every table is gone from it.")
MERGE_KEY = _error(
    "DDB010",
    "Merge key",
    "Merge keys are not part of YAML 1.2 and hide which value wins; a plan has `defaults` and environments for that.",
)
DUPLICATE_KEY = _error(
    "DDB011",
    "Key stands twice",
    "Only one of the two values could count, and which one would depend on the reader.",
)
UNKNOWN_KEY = _error(
    "DDB012",
    "Unknown key",
    "A key that is not understood would be ignored, and with it what its author meant.",
)
UNKNOWN_TAG = _error(
    "DDB013",
    "Unknown tag",
    "A tag changes what a value is; one that is not understood would change it without a word.",
)
BAD_KEY = _error("DDB014", "Not a name", "The keys of a mapping are names; nothing else can be looked up or shown.")
WRONG_TYPE = _error(
    "DDB015",
    "Value of the wrong kind",
    "The value cannot be used as it is written, and a guess could build another table than the one that was meant.",
)
NOT_A_CHOICE = _error(
    "DDB016",
    "Value is none of the choices",
    "Only the listed values have a meaning here.",
)
MISSING_KEY = _error("DDB017", "Required key is missing", "Without it the thing that is described is not complete.")
OUT_OF_RANGE = _error("DDB018", "Number is out of range", "DynamoDB or this grammar accepts only the stated range.")
BAD_NAME = _error(
    "DDB019",
    "Name with characters that are not allowed",
    "Names become parts of addresses, of physical names and of ledger entries, where other characters are ambiguous.",
)
GRAMMAR_VERSION = _error(
    "DDB020",
    "Version of the grammar",
    "The version says how the rest of the plan is to be understood.",
)
CONFLICT = _error(
    "DDB021",
    "Keys that exclude each other",
    "DynamoDB can do only one of them, so one line of the plan would have no effect.",
)
BAD_NUMBER = _error(
    "DDB022",
    "Number that DynamoDB cannot hold",
    "DynamoDB keeps 38 significant digits between 1E-130 and 9.99E+125 and refuses anything beyond.",
)
LOOKS_LIKE = Code(
    code="DDB023",
    severity=Severity.WARNING,
    title="Text that looks like something else",
    why="Other YAML readers take it for a number or another value; here it is text, and stored as text.",
)
BAD_VALUE = _error(
    "DDB024",
    "Not a DynamoDB value",
    "DynamoDB would refuse the value, and with it the item that holds it.",
)
BAD_NAMING = _error(
    "DDB025",
    "Naming pattern",
    "Physical table names come from this pattern; it has to give each table a name of its own.",
)
SAME_PHYSICAL_NAME = _error(
    "DDB026",
    "Two tables with one physical name",
    "Both would be the same live table, and each apply would undo the other's half.",
)
UNKNOWN_ENVIRONMENT = _error(
    "DDB027",
    "Unknown environment",
    "The environment decides names, account and settings; there is none to fall back on.",
)
ENVIRONMENTS_COLLIDE = _error(
    "DDB028",
    "Two environments share something live",
    "An apply to one environment would change the other.",
)
PLANS_COLLIDE = _error(
    "DDB029",
    "Two plans claim the same thing",
    "Each plan would see the other's tables as its own and change them back and forth.",
)
BAD_ACCOUNT = _error(
    "DDB030",
    "Not an AWS account",
    "The pinned account is what keeps a plan out of the wrong one; twelve digits written as a number can lose a zero.",
)
OUTSIDE_FOLDER = _error(
    "DDB031",
    "File outside the plan's folder",
    "A plan is data that people review; it must not be able to read other files of the machine that applies it.",
)
SEED_KIND = _error(
    "DDB032",
    "Seed that is not read",
    "Its rows cannot be counted, checked or loaded, and loading a part of a seed would look like success.",
)
BAD_ROW = _error(
    "DDB033",
    "Row that cannot be read",
    "Every row of a seed is loaded or none; a row that is skipped would be missed only much later.",
)
NO_PLANS = _error("DDB034", "No plan found", "There is nothing to work on.")
PROJECT_FILE = _error(
    "DDB035",
    "Project file",
    "It names the plans that belong together; a mistake in it would leave some of them out.",
)
UNKNOWN_TABLE = _error(
    "DDB036",
    "Unknown table",
    "What is said about a table that the plan does not declare would have no effect.",
)
NO_VALUE = _error(
    "DDB037",
    "Key without a value",
    "An empty value can mean nothing, the empty text or null; the plan has to say which.",
)
TOO_MANY_PROBLEMS = _error(
    "DDB038",
    "Too many problems",
    "With so many, most have one cause, or the file is not a plan at all.",
)
UNUSED_KEY_TYPE = _error(
    "DDB039",
    "Type of an attribute that is no key",
    "DynamoDB knows types of key attributes only and refuses a definition that no key uses.",
)
UNKNOWN_VARIABLE = _error(
    "DDB310",
    "Unknown variable, or one without a value",
    "A name that nothing replaces would be applied as if it were the value.",
)
BAD_VARIABLE = _error(
    "DDB311",
    "Variable with a value that it cannot have",
    "A variable is one whole value of its type, so that no text and no structure is made of what somebody types.",
)
