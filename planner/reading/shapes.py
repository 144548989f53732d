"""The vocabulary of the grammar: keys, records, and the JSON Schema of what a key may hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.values import Json

NAME_PATTERN = "^[A-Za-z0-9_][A-Za-z0-9_-]{0,127}$"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of a record.

    Attributes:
        name: As written in a plan.
        description: One sentence for editors and for messages.
        schema: What it may hold, as JSON Schema.
        required: Whether the record is incomplete without it.
    """

    name: str
    description: str
    schema: Json
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A mapping whose keys the grammar knows.

    Attributes:
        id: Its name among the schema's definitions.
        label: What it is, in a message.
        keys: In the order in which people should write them.
        limits: What JSON Schema says of the mapping as a whole.
        names: The keys' names.
    """

    id: str
    label: str
    keys: tuple[Key, ...]
    limits: Json = field(default_factory=dict)
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(key.name for key in self.keys))


def key(name: str, schema: Json, description: str, *, required: bool = False) -> Key:
    """A key, in the order that reads best in a list of keys."""
    return Key(name=name, schema=schema, description=description, required=required)


def text() -> Json:
    """A text."""
    return {"type": "string"}


def name() -> Json:
    """A text that is not empty."""
    return {"type": "string", "pattern": r"\S"}


def integer(low: int, high: int | None = None) -> Json:
    """An integer within bounds."""
    return {"type": "integer", "minimum": low} | ({} if high is None else {"maximum": high})


def rate() -> Json:
    """A number above zero."""
    return {"type": "number", "exclusiveMinimum": 0}


def size() -> Json:
    """A number of bytes, or a text such as ``1.5 KB``."""
    return any_of(integer(1), {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?(B|KB)$"})


def boolean() -> Json:
    """True or false."""
    return {"type": "boolean"}


def scalar() -> Json:
    """A single value."""
    return {"type": ["string", "number", "boolean"]}


def choice(*words: str) -> Json:
    """One of some words."""
    return {"enum": list(words)}


def off() -> Json:
    """The end of a setting."""
    return {"enum": ["off", False]}


def choice_or_off(*words: str) -> Json:
    """One of some words, or the end of the setting."""
    return {"enum": [*words, "off", False]}


def ref(record: str) -> Json:
    """A record of the grammar."""
    return {"$ref": f"#/$defs/{record}"}


def any_of(*schemas: Json) -> Json:
    """Any of these."""
    return {"anyOf": list(schemas)}


def list_of(schema: Json, *, least: int = 0, unique: bool = False) -> Json:
    """A list."""
    bounds = {"minItems": least} if least else {}
    return {"type": "array", "items": schema} | bounds | ({"uniqueItems": True} if unique else {})


def names(most: int | None = None) -> Json:
    """One name or a list of names."""
    many = list_of(name(), least=1, unique=True) | ({} if most is None else {"maxItems": most})
    return any_of(name(), many)


def map_of(schema: Json, *, plan_names: bool = False) -> Json:
    """A mapping of the user's own names; ``plan_names`` are those that become parts of addresses."""
    limits = {"propertyNames": {"pattern": NAME_PATTERN}} if plan_names else {}
    return {"type": "object", "additionalProperties": schema} | limits


def mapping() -> Json:
    """A mapping in the API's own terms."""
    return {"type": "object"}


def item() -> Json:
    """An item, or some attributes of one."""
    return {"type": "object"}


def exactly_one(*keys: str) -> Json:
    """A mapping that has exactly one of these keys."""
    return {"oneOf": [{"required": [word]} for word in keys]}


def at_least_one() -> Json:
    """A mapping that is not empty."""
    return {"minProperties": 1}
